"""Exits that are told later: the time that was meant, the stay that it belongs to, and what nobody ended."""

import pytest

from bot.simulator import Phone
from models.services import closing
from tests.bot.test_check_in import first_visit
from tests.reading import asks, corrections, inside, tells, visits
from tests.service import Service

ALL_DAY = {"weekly": [["09:00-17:00"]] * 7, "grace_minutes": 15}


def test_a_time_before_the_entry_is_called_so_and_not_one_that_is_still_to_come(service: Service) -> None:
    hall, phone = service.hall(), service.visitor()
    first_visit(service, hall, phone)
    service.clock.shows("12:20")
    closing.close_due(service.clock.at)
    phone.says("更正")
    assert tells(phone.says("8:00"), "refused.exit_before_entry")
    assert tells(phone.says("12:30"), "refused.exit_in_future")
    assert tells(phone.says("11:50"), "correction.done", left="11:50", hall=hall.name)


def test_so_it_is_for_somebody_who_left_earlier(service: Service) -> None:
    hall, phone = service.hall(calendar=ALL_DAY), service.visitor()
    first_visit(service, hall, phone)
    service.clock.shows("14:00")
    phone.says("签退")
    phone.says("更早离开")
    assert tells(phone.says("8:00"), "refused.exit_before_entry")
    assert len(inside()) == 1


def test_a_time_after_midnight_is_one_of_the_next_day_where_the_visit_may_last_so_long(service: Service) -> None:
    hall, phone = service.hall(), service.visitor()
    service.clock.shows("22:00")
    first_visit(service, hall, phone)
    service.clock.shows("1:30", days=1)
    phone.says("签退")
    phone.says("更早离开")
    assert tells(phone.says("0:30"), "check_out.stated", entered="03-02 22:00", left="00:30")


def moved(service: Service) -> Phone:
    """In the first hall from 9:00, and from 9:40 in the second."""
    phone = service.visitor()
    first_visit(service, service.hall("先去的大厅"), phone)
    service.clock.shows("9:40")
    phone.scan(service.code(service.hall("后去的大厅")))
    phone.says("同意 社保 36.5")
    phone.says("确认")
    return phone


def test_an_estimate_can_be_corrected_also_from_within_another_hall(service: Service) -> None:
    phone = moved(service)
    service.clock.shows("9:50")
    assert tells(phone.says("我的记录"), "records.correctable")
    asked = phone.says("更正")
    assert tells(asked, "correction.open", left="09:40", hall="先去的大厅")
    assert asks(asked, "left_at")
    assert tells(phone.says("9:20"), "correction.done", left="09:20", hall="先去的大厅")
    assert (visits()[0].how_out, len(inside())) == ("corrected", 1)


def test_nobody_left_the_first_hall_after_entering_the_next(service: Service) -> None:
    phone = moved(service)
    service.clock.shows("9:50")
    phone.says("更正")
    assert tells(phone.says("9:45"), "refused.exit_after_moving")
    assert (visits()[0].how_out, corrections()) == ("moved", [])


def test_an_exit_at_lunch_can_be_corrected_after_coming_back(service: Service) -> None:
    hall, phone = service.hall(), service.visitor()
    first_visit(service, hall, phone)
    service.clock.shows("13:40")
    phone.scan(service.code(hall))
    phone.says("确认")
    assert tells(phone.says("更正"), "correction.open", left="12:15", hall=hall.name)
    assert tells(phone.says("13:50"), "refused.exit_in_future")
    service.clock.shows("13:52")
    assert tells(phone.says("13:50"), "refused.exit_after_moving")
    assert tells(phone.says("11:30"), "correction.done", left="11:30", hall=hall.name)
    assert tells(phone.says("更正"), "correction.none")
    assert not tells(phone.says("我的记录"), "records.correctable")


def test_a_visit_that_nobody_ended_for_days_is_never_told_as_one_of_days(service: Service) -> None:
    hall, phone = service.hall(calendar=ALL_DAY), service.visitor()
    first_visit(service, hall, phone)
    service.clock.shows("10:00", days=3)
    assert tells(phone.says("签退"), "check_out.nothing_open")
    assert (visits()[0].how_out, visits()[0].out_at) == ("closing", visits()[0].due_at)


def test_on_the_next_morning_it_is_asked_when_they_left(service: Service) -> None:
    hall, phone = service.hall(calendar=ALL_DAY), service.visitor()
    first_visit(service, hall, phone)
    service.clock.shows("8:00", days=1)
    assert tells(phone.says("签退"), "correction.open", left="03-02 17:15", hall=hall.name)
    assert tells(phone.says("14:00"), "correction.done", left="03-02 14:00", hall=hall.name)
    assert [(kept.earlier_how_out, kept.how_out) for kept in corrections()] == [("closing", "corrected")]


def at_the_question(service: Service) -> Phone:
    """Asked whether they leave now or left earlier, at 17:10; the visit falls due at 17:15."""
    phone = service.visitor()
    first_visit(service, service.hall(calendar=ALL_DAY), phone)
    service.clock.shows("17:10")
    assert asks(phone.says("签退"), "leaving")
    return phone


def test_leaving_now_when_the_visit_is_over_tells_the_estimate(service: Service) -> None:
    phone = at_the_question(service)
    service.clock.shows("17:20")
    assert tells(phone.says("现在离开"), "check_out.due", left="17:15")
    assert visits()[0].how_out == "closing"


def test_having_left_earlier_takes_the_place_of_the_estimate(service: Service) -> None:
    phone = at_the_question(service)
    phone.says("更早离开")
    service.clock.shows("17:20")
    assert tells(phone.says("16:00"), "check_out.stated", entered="09:00", left="16:00")
    assert (visits()[0].how_out, [kept.earlier_how_out for kept in corrections()]) == ("corrected", ["closing"])


@pytest.mark.parametrize("job_ran", [False, True])
def test_my_records_never_call_an_overdue_visit_one_that_goes_on(service: Service, job_ran: bool) -> None:
    hall, phone = service.hall(), service.visitor()
    first_visit(service, hall, phone)
    service.clock.shows("15:00")
    if job_ran:
        closing.close_due(service.clock.at)
    records = phone.says("我的记录")
    assert tells(records, "records.estimated", left="12:15")
    assert tells(records, "records.correctable")
    assert not tells(records, "records.inside")


def test_a_yes_out_of_the_blue_does_not_find_an_overdue_visit_open(service: Service) -> None:
    hall, phone = service.hall(), service.visitor()
    first_visit(service, hall, phone)
    service.clock.shows("15:00")
    assert tells(phone.says("确认"), "engine.nothing_to_confirm")
