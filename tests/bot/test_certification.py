"""What the platform tells of the account's certification is kept, so that operators know before codes stop."""

import time
from datetime import UTC, datetime, timedelta

import peewee
import pytest

from bot.simulator.deliveries import Writer
from models.services import certification
from tests.service import MONDAY_9, ORIGINAL_ID, Service

ENDS = int((MONDAY_9 + timedelta(days=40)).timestamp())


@pytest.fixture
def service(database: peewee.Database) -> Service:
    return Service()


def tells(service: Service, name: str, ends: int, **more: str) -> None:
    writer = Writer(ORIGINAL_ID, "oSystem000000000000000000001", service.clock.seconds)
    service.platform.push_copies(writer.certified(name, ends, **more), 1, parallel=False)


@pytest.mark.parametrize(
    "name", ["qualification_verify_success", "naming_verify_success", "annual_renew", "verify_expired"]
)
def test_until_when_the_account_is_certified_is_kept(service: Service, name: str) -> None:
    tells(service, name, ENDS)
    ends = certification.ends_at()
    assert ends == datetime.fromtimestamp(ENDS, UTC)
    assert not certification.ends_soon(ends, MONDAY_9 + timedelta(days=10))
    assert certification.ends_soon(ends, MONDAY_9 + timedelta(days=10, seconds=1))


def test_the_later_word_stands_whichever_comes_first(service: Service) -> None:
    tells(service, "annual_renew", ENDS)
    service.clock.goes_on(days=-1)
    tells(service, "qualification_verify_success", ENDS - 86400)
    assert certification.ends_at() == datetime.fromtimestamp(ENDS, UTC)
    service.clock.goes_on(days=2)
    tells(service, "verify_expired", ENDS - 1)
    assert certification.ends_at() == datetime.fromtimestamp(ENDS - 1, UTC)


def test_a_failed_certification_tells_no_day(service: Service) -> None:
    tells(service, "qualification_verify_fail", ENDS, failure="资料不全")
    assert certification.ends_at() is None


@pytest.mark.parametrize("odd", ["", "soon", "-1", "１２３", "9" * 11, "1e9", "0x10"])
def test_a_day_that_is_none_is_not_kept(service: Service, odd: str) -> None:
    writer = Writer(ORIGINAL_ID, "oSystem000000000000000000001", time.time)
    service.clock.at = datetime.fromtimestamp(int(time.time()), UTC)
    service.platform.push_copies(writer.event("verify_expired", ExpiredTime=odd), 1, parallel=False)
    assert certification.ends_at() is None
