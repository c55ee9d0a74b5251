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


def test_a_missed_entry_is_refused_while_the_person_was_registered_in_another_hall(service: Service) -> None:
    here, there, phone = service.hall("甲厅"), service.hall("乙厅"), service.visitor()
    first_visit(service, here, phone)
    service.clock.shows("10:00")
    phone.scan(service.code(here, "out"))
    service.clock.shows("10:30")
    phone.scan(service.code(there, "out"))
    phone.says("补登记")
    phone.says("同意")
    phone.says("9:30")
    phone.says("社保")
    assert tells(phone.says("确认"), "refused.entry_in_other", entered="09:00", left="10:00", hall="甲厅")
    assert len(visits()) == 1


def in_the_first_hall_and(service: Service, moves: bool) -> tuple[Phone, HallFacts, HallFacts]:
    """In the first hall since 9:00, and moved to the second at 10:00 or not; it is 10:30."""
    here, there, phone = service.hall("甲厅"), service.hall("乙厅"), service.visitor()
    first_visit(service, here, phone)
    service.clock.shows("10:00")
    if moves:
        phone.scan(service.code(there))
        phone.says("同意 社保 36.5")
        phone.says("确认")
    service.clock.shows("10:30")
    return phone, here, there


def test_a_scan_out_of_another_hall_tells_where_they_are_registered_and_offers_both(service: Service) -> None:
    phone, _, there = in_the_first_hall_and(service, moves=False)
    reply = phone.scan(service.code(there, "out"))
    assert tells(reply, "check_out.inside_other", entered="09:00", hall="甲厅")
    assert tells(reply, "check_out.missed_here", hall="乙厅")
    assert asks(reply, "wanted")


def test_who_moved_on_is_not_told_that_they_signed_out_of_the_first_hall(service: Service) -> None:
    phone, here, _ = in_the_first_hall_and(service, moves=True)
    reply = phone.scan(service.code(here, "out"))
    assert tells(reply, "check_out.moved", left="10:00")
    assert tells(reply, "check_out.inside_other", entered="10:00", hall="乙厅")


def test_a_correction_changes_the_visit_that_was_shown_also_when_another_falls_due_meanwhile(service: Service) -> None:
    phone, _, _ = in_the_first_hall_and(service, moves=True)
    service.clock.shows("12:10")
    assert tells(phone.says("更正"), "correction.open", left="10:00", hall="甲厅")
    service.clock.shows("12:20")
    assert tells(phone.says("9:50"), "correction.done", left="09:50", hall="甲厅")
    assert [visit.how_out for visit in visits()] == ["corrected", "closing"]


def test_a_correction_ends_when_a_scan_has_put_the_exit_right(service: Service) -> None:
    hall, phone = service.hall(), service.visitor()
    first_visit(service, hall, phone)
    service.clock.shows("12:40")
    phone.says("更正")
    phone.scan(service.code(hall, "out"))
    reply = phone.says("12:05")
    assert tells(reply, "refused.nothing_to_correct")
    assert not asks(reply, "left_at")


def test_a_check_in_by_word_is_at_the_door_that_was_scanned(service: Service) -> None:
    hall, phone = service.hall(), service.visitor()
    phone.scan(service.code(hall, door=2))
    phone.says("同意")
    phone.says("取消")
    assert tells(phone.says("签到"), "check_in.opened", hall=hall.name, door="西门")


def test_a_sign_out_left_unanswered_until_the_visit_was_over_says_so(service: Service) -> None:
    hall, phone = service.hall(), service.visitor()
    first_visit(service, hall, phone)
    service.clock.shows("12:10")
    phone.says("签退")
    service.clock.shows("12:20")
    assert tells(phone.says("取消"), "check_out.due", left="12:15")


def test_so_does_an_answer_after_its_time(service: Service) -> None:
    hall, phone = service.hall(), service.visitor()
    first_visit(service, hall, phone)
    service.clock.shows("12:10")
    phone.says("签退")
    service.clock.shows("12:40")
    assert tells(phone.says("现在离开"), "check_out.due", left="12:15")


def test_nobody_with_a_fever_on_record_is_told_that_nothing_is_kept(service: Service) -> None:
    hall, phone = service.hall(), service.visitor()
    phone.scan(service.code(hall))
    phone.says(f"同意 {ONE_LINE.replace('36.5', '38.5')}")
    phone.says("36.5")
    phone.says("取消")
    service.clock.goes_on(seconds=5)
    phone.scan(service.code(hall))
    reply = phone.says("不同意")
    assert tells(reply, "check_in.declined_now")


def test_what_is_taken_up_again_names_its_hall(service: Service) -> None:
    here, there, phone = service.hall("甲厅"), service.hall("乙厅"), service.visitor()
    phone.scan(service.code(there))
    phone.says("同意")
    service.clock.goes_on(seconds=5)
    phone.scan(service.code(here))
    assert "乙厅" in (phone.says("继续").reply or "")


def test_a_stranger_whose_time_was_over_can_tell_the_missed_entry_by_word(service: Service) -> None:
    hall, phone = service.hall(), service.visitor()
    phone.scan(service.code(hall, "out"))
    for said in ("补登记", "同意"):
        phone.says(said)
    service.clock.goes_on(minutes=20)
    phone.says("9:05")
    assert asks(phone.says("签退"), "wanted")
