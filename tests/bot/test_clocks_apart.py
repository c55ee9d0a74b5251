"""A clock that is an hour wrong, ours or the machine's: nothing that was told is lost, nothing happens twice."""

import pytest

from bot.simulator import InProcess, Platform
from models.rules.halls import HallFacts
from tests.bot.trouble import at_the_review
from tests.filled import everything
from tests.reading import tells, visits
from tests.service import AES_KEY, APP_ID, ORIGINAL_ID, TOKEN, Service

HOUR = 3600


def platform_ahead(service: Service, seconds: float) -> Platform:
    """A platform whose clock is so far from ours."""
    return Platform(
        InProcess(service.gateway), app_id=APP_ID, token=TOKEN, encoding_aes_key=AES_KEY, account=ORIGINAL_ID,
        clock=lambda: service.clock.seconds() + seconds, pauses=False,
    )  # fmt: skip


@pytest.fixture
def hall(service: Service) -> HallFacts:
    return service.hall()


@pytest.mark.parametrize("seconds", [-HOUR, HOUR])
def test_an_hour_apart_nothing_is_acknowledged_and_nothing_stored(
    service: Service, hall: HallFacts, seconds: float
) -> None:
    before = everything()
    phone = platform_ahead(service, seconds).phone("oVisitor0000000000000000001", following=True)
    scanned = phone.scan(service.code(hall))
    assert scanned.reply is None
    assert scanned.problems == ("status_not_200",)
    assert everything() == before


@pytest.mark.parametrize("seconds", [-HOUR, HOUR])
def test_what_was_refused_is_done_once_when_the_clock_is_right_again(
    service: Service, hall: HallFacts, seconds: float
) -> None:
    phone = at_the_review(service, hall)
    confirmation = phone.writes.text("确认")
    service.clock.goes_on(seconds=seconds)
    wrong = platform_ahead(service, -seconds).push(confirmation)
    assert wrong.reply is None
    assert visits() == []
    service.clock.goes_on(seconds=-seconds)
    assert tells(service.platform.push(confirmation), "check_in.done", time="09:00", hall=hall.name)
    assert tells(service.platform.push(confirmation), "check_in.done", time="09:00", hall=hall.name)
    assert len(visits()) == 1


@pytest.mark.parametrize("hours", [-1, 1])
def test_a_repeat_is_known_again_whatever_the_machines_clock_did_meanwhile(
    service: Service, hall: HallFacts, hours: int
) -> None:
    phone = at_the_review(service, hall)
    confirmation = phone.writes.text("确认")
    first = service.platform.push(confirmation)
    service.clock.goes_on(hours=hours)
    again = service.platform.push(confirmation)
    assert again.reply == first.reply
    assert len(visits()) == 1


def test_while_the_clock_is_set_back_an_exit_before_the_entry_is_not_told_as_one(
    service: Service, hall: HallFacts
) -> None:
    phone = at_the_review(service, hall)
    phone.says("确认")
    service.clock.goes_on(hours=-1)
    assert "还在大厅里" in (phone.scan(service.code(hall, "out")).reply or "")
    assert [visit.out_at for visit in visits()] == [None]
    service.clock.goes_on(hours=1, minutes=20)
    assert tells(phone.scan(service.code(hall, "out")), "check_out.closed", entered="09:00", left="09:20")
    assert [visit.out_at for visit in visits()] == [service.clock()]
