"""The health of the service as operators see it."""

from datetime import timedelta

import pytest

from jobs.schedule import JOBS
from models.services import codes, health, job_slots, outbox
from models.services.health import Health
from tests.service import MONDAY_9, NOBODY, Service

pytestmark = pytest.mark.usefixtures("database")


def test_of_a_service_that_nothing_has_happened_to_nothing_is_known() -> None:
    seen = health.at(MONDAY_9)
    unused = codes.Usage(0, codes.ACCOUNT_HAS, False)
    assert seen == Health(None, 0, None, {}, {}, unused, {}, seen.answer_seconds)
    assert 0 < seen.answer_seconds < 60


def test_the_last_delivery_the_oldest_message_and_the_last_run_of_each_job_are_told() -> None:
    service = Service()
    service.visitor().scan(service.code(service.hall()))
    for minutes in (1, 2):
        outbox.write(f"test:{minutes}", "staff", "oNobody", "您好", {}, MONDAY_9 + timedelta(minutes=minutes),
                     MONDAY_9 + timedelta(days=1))  # fmt: skip
        for name in ("sweep", "outbox"):
            job_slots.take(name, 5, MONDAY_9 + timedelta(minutes=minutes))
    seen = health.at(MONDAY_9)
    assert (seen.last_delivery, seen.outbox_waiting) == (MONDAY_9, 2)
    assert seen.outbox_oldest == MONDAY_9 + timedelta(minutes=1)
    assert seen.jobs == dict.fromkeys(("sweep", "outbox"), MONDAY_9 + timedelta(minutes=2))


def test_messages_that_were_given_up_do_not_wait() -> None:
    outbox.write("test:1", "staff", "oNobody", "您好", {}, MONDAY_9, MONDAY_9 + timedelta(days=1))
    JOBS["outbox"].run_once(MONDAY_9, NOBODY)
    seen = health.at(MONDAY_9)
    assert (seen.outbox_waiting, seen.outbox_oldest) == (0, None)
    assert seen.undelivered == {"no_window": 1}
    assert health.at(MONDAY_9 + timedelta(days=2)).undelivered == {}


def test_halls_are_counted_by_state() -> None:
    service = Service()
    for status in ("open", "waiting", "open"):
        service.hall(status=status)
    assert health.at(MONDAY_9).halls == {"open": 2, "waiting": 1}
