"""Entries that were missed: one visit each, at times at which the person was nowhere else."""

from datetime import timedelta

from bot.simulator import Phone
from models.rules.halls import HallFacts
from models.rules.visits import HowIn, HowOut, SignIn
from models.services import check_in, people
from models.services.check_in import Entry, Exit
from models.tables.database import run
from models.tables.standing import standing
from tests.bot.test_check_in import first_visit
from tests.reading import asks, tells, visits
from tests.service import ONE_LINE, Service


def out_and_missed(service: Service, hall: HallFacts, phone: Phone) -> None:
    """Scanned out without an entry, and wants it registered."""
    service.clock.goes_on(seconds=2)
    assert tells(phone.scan(service.code(hall, "out")), "check_out.nothing_open")


def test_a_second_scan_out_goes_on_with_the_missed_entry_that_is_being_told(service: Service) -> None:
    hall, phone = service.hall(), service.visitor()
    service.clock.shows("9:30")
    out_and_missed(service, hall, phone)
    phone.says("补登记")
    phone.says("同意")
    service.clock.shows("9:35")
    assert asks(phone.scan(service.code(hall, "out")), "entered_at")
    phone.says("9:05")
    phone.says(ONE_LINE)
    reply = phone.says("确认")
    assert not tells(reply, "engine.resumable")
    [visit] = visits()
    assert (visit.out_at, visit.how_out) == (service.clock.at, "scan")


def test_a_stay_that_is_registered_already_is_not_told_a_second_time(service: Service) -> None:
    hall, phone = service.hall(), service.visitor()
    first_visit(service, hall, phone)
    service.clock.shows("9:30")
    phone.scan(service.code(hall, "out"))
    openid, now = "oVisitor0000000000000000001", service.clock.at
    entry = Entry(openid, hall, 1, HowIn.STATED, now - timedelta(minutes=20), None, "zh")
    left = Exit(now + timedelta(minutes=5), HowOut.SCAN)
    person = run(lambda: standing(openid)[1])
    assert person is not None
    done = run(lambda: check_in.sign_in(entry, SignIn(name="张三"), people.opened(openid, person), left))
    assert (done.told is not None, len(visits())) == (True, 1)
