"""The job that seals the audit: what it handles, what it leaves in the log, and that it stops when it is asked to."""

import dataclasses
import logging
from datetime import timedelta

import pytest

from jobs.schedule import JOBS
from models.services import verifying
from models.services.sealing import seal_due
from models.tables.audit import Audit
from models.tables.database import run
from tests.sealed import DAY, days, faults, noted
from tests.service import MONDAY_9, NOBODY
from tests.staffed import openid, registered

pytestmark = pytest.mark.usefixtures("database")

SEAL = JOBS["seal"]


def test_it_seals_what_is_over_and_says_how_many_days() -> None:
    for day in range(3):
        noted(MONDAY_9 + day * DAY)
    assert SEAL.run_once(MONDAY_9 + 2 * DAY, NOBODY) == 2
    assert SEAL.run_once(MONDAY_9 + 2 * DAY + timedelta(minutes=10), NOBODY) == 0
    assert len(days()) == 2


def test_it_erases_what_is_old_enough_in_the_same_run() -> None:
    noted()
    SEAL.run_once(MONDAY_9 + 200 * DAY, NOBODY)
    assert run(Audit.select().count) == 0
    assert faults() == []


def test_the_latest_seal_goes_into_the_log_and_nobody_with_it(caplog: pytest.LogCaptureFixture) -> None:
    registered()
    with caplog.at_level(logging.INFO):
        SEAL.run_once(MONDAY_9 + 2 * DAY, NOBODY)
    assert verifying.head() in caplog.text
    assert not any(word in caplog.text for word in ("王海燕", openid("Admin"), "政务"))


def test_it_ends_between_two_days_when_the_process_is_asked_to_end() -> None:
    for day in range(3):
        noted(MONDAY_9 + day * DAY)
    stopping = dataclasses.replace(NOBODY, is_stopping=lambda: len(days()) == 1)
    assert SEAL.run_once(MONDAY_9 + 9 * DAY, stopping) == 1
    assert seal_due(MONDAY_9 + 9 * DAY) == 2
    assert faults() == []
