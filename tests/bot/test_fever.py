"""Fever: recorded without a visit, one correction within two minutes, then staff decide."""

from bot.simulator import Delivered, Phone
from models.rules.halls import HallFacts
from models.services import fever
from models.tables.database import run
from models.tables.door import Fever
from tests.bot.test_check_in import OTHER
from tests.reading import asks, tells, visits
from tests.service import Service

HOT = "张三 11010519491231002X 13800138000 社保 37.3"


def declare(service: Service, hall: HallFacts, phone: Phone) -> Delivered:
    """Scan in, agree, and one line with a fever in it."""
    phone.scan(service.code(hall))
    phone.says("同意")
    return phone.says(HOT)


def test_a_fever_is_recorded_without_a_visit_and_not_announced(service: Service) -> None:
    hall, phone = service.hall(), service.visitor()
    reply = declare(service, hall, phone)
    assert tells(reply, "fever.wait")
    assert "37" not in (reply.reply or "")
    assert visits() == []
    [waiting] = fever.queue(hall, hall.calendar.hall_day(service.clock.at))
    assert (waiting.declared_tenths, waiting.name, waiting.door) == (373, "张三", 1)


def test_just_below_the_threshold_is_no_fever(service: Service) -> None:
    hall, phone = service.hall(), service.visitor()
    phone.scan(service.code(hall))
    phone.says("同意")
    assert tells(phone.says(HOT.replace("37.3", "37.2")), "review.head")


def test_a_slip_is_mended_within_two_minutes_and_both_values_are_kept(service: Service) -> None:
    hall, phone = service.hall(), service.visitor()
    declare(service, hall, phone)
    service.clock.goes_on(seconds=100)
    assert tells(phone.says("36.7"), "fever.mended")
    assert tells(phone.says("确认"), "check_in.done", time="09:01", hall=hall.name)
    row = run(Fever.get)
    assert (row.declared_tenths, row.corrected_tenths) == (373, 367)
    assert visits()[0].temperature_tenths == 367


def test_a_slip_mended_too_late_stays_with_the_staff(service: Service) -> None:
    hall, phone = service.hall(), service.visitor()
    declare(service, hall, phone)
    service.clock.goes_on(seconds=121)
    assert tells(phone.says("36.7"), "fever.wait")
    assert visits() == []


def test_it_can_be_mended_once_only(service: Service) -> None:
    hall, phone = service.hall(), service.visitor()
    declare(service, hall, phone)
    assert tells(phone.says("38.1"), "fever.wait")
    phone.says("36.5")
    service.clock.goes_on(seconds=5)
    assert tells(phone.scan(service.code(hall)), "fever.wait")
    assert visits() == []


def test_scanning_again_does_not_get_around_the_staff_that_day(service: Service) -> None:
    hall, phone = service.hall(), service.visitor()
    declare(service, hall, phone)
    service.clock.goes_on(minutes=30)
    assert tells(phone.scan(service.code(hall)), "fever.wait")
    assert tells(phone.says("签到 " + hall.code), "fever.wait")


def test_the_next_day_the_person_may_come_in(service: Service) -> None:
    hall, phone = service.hall(), service.visitor()
    declare(service, hall, phone)
    service.clock.goes_on(days=1)
    assert "同意" in (phone.scan(service.code(hall)).reply or "")


def test_staff_release_with_a_reason_and_a_measured_value(service: Service) -> None:
    hall, phone = service.hall(), service.visitor()
    declare(service, hall, phone)
    day = hall.calendar.hall_day(service.clock.at)
    [waiting] = fever.queue(hall, day)
    service.clock.goes_on(minutes=5)
    fever.release(waiting.id, hall, "staff", "复测正常", service.clock.at, 366)
    assert fever.queue(hall, day) == []
    phone.scan(service.code(hall))
    phone.says(f"同意 {HOT.replace('37.3', '36.6')}")
    assert tells(phone.says("确认"), "check_in.done", time="09:05", hall=hall.name)


def test_another_hall_knows_nothing_of_it(service: Service) -> None:
    here, there, phone = service.hall(), service.hall("另一个大厅"), service.visitor()
    declare(service, here, phone)
    assert "同意" in (phone.scan(service.code(there)).reply or "")


def test_cancelling_leaves_the_question_for_the_temperature_to_come_back_to(service: Service) -> None:
    hall, phone = service.hall(), service.visitor()
    declare(service, hall, phone)
    assert tells(phone.says("取消"), "cancelled.fever")
    service.clock.goes_on(seconds=60)
    assert asks(phone.says("继续"), "temperature_again")
    phone.says("36.5")
    assert tells(phone.says("确认"), "check_in.done", time="09:01", hall=hall.name)


def test_coming_back_too_late_ends_with_waiting(service: Service) -> None:
    hall, phone = service.hall(), service.visitor()
    declare(service, hall, phone)
    phone.says("取消")
    service.clock.goes_on(seconds=121)
    reply = phone.says("继续")
    assert tells(reply, "fever.wait")
    assert not asks(reply, "temperature_again")
    assert tells(phone.says("继续"), "engine.nothing_to_resume")


def test_the_wait_is_said_once(service: Service) -> None:
    hall, phone = service.hall(), service.visitor()
    assert (declare(service, hall, phone).reply or "").count("两分钟") == 1


def test_another_check_in_at_the_same_hall_does_not_get_around_the_staff(service: Service) -> None:
    here, there, phone = service.hall(), service.hall("另一个大厅"), service.visitor()
    phone.scan(service.code(here))
    phone.says(f"同意 {OTHER}")
    phone.scan(service.code(there))
    service.clock.goes_on(seconds=5)
    declare(service, here, phone)
    assert tells(phone.says("38.0"), "engine.resumable")
    assert tells(phone.says("继续"), "review.head")
    reply = phone.says("确认")
    assert tells(reply, "refused.fever_waiting")
    assert not tells(reply, "review.head")
    assert visits() == []


def test_somebody_who_disagrees_after_a_fever_is_not_told_that_nothing_is_kept(service: Service) -> None:
    hall, phone = service.hall(), service.visitor()
    declare(service, hall, phone)
    assert tells(phone.says("不同意"), "check_in.declined_fever")
    assert run(Fever.select().count) == 1
    assert tells(phone.says("继续"), "engine.nothing_to_resume")


def test_neither_is_somebody_who_mended_it_first(service: Service) -> None:
    hall, phone = service.hall(), service.visitor()
    declare(service, hall, phone)
    phone.says("36.5")
    assert tells(phone.says("不同意"), "check_in.declined_fever")


def test_a_fever_told_with_a_missed_entry_is_recorded_beside_the_stay(service: Service) -> None:
    hall, phone = service.hall(), service.visitor()
    phone.scan(service.code(hall, "out"))
    for said in ("补登记", "同意", "8:50", HOT):
        phone.says(said)
    reply = phone.says("确认")
    assert tells(reply, "check_in.missed_done", entered="08:50", left="09:00", hall=hall.name, how="扫码")
    assert tells(reply, "fever.missed")
    assert [(visit.temperature_tenths, visit.how_out) for visit in visits()] == [(373, "scan")]
    assert [one.name for one in fever.queue(hall, hall.calendar.hall_day(service.clock.at))] == ["张三"]


def test_somebody_turned_away_who_went_in_all_the_same_may_tell_it_later(service: Service) -> None:
    hall, phone = service.hall(), service.visitor()
    declare(service, hall, phone)
    service.clock.goes_on(minutes=30)
    phone.scan(service.code(hall, "out"))
    for said in ("补登记", "同意", "9:05", HOT.replace("37.3", "36.5")):
        phone.says(said)
    assert tells(phone.says("确认"), "check_in.missed_done", entered="09:05", left="09:30", hall=hall.name, how="扫码")


def test_once_staff_have_let_them_in_a_normal_reading_goes_on_with_the_check_in(service: Service) -> None:
    hall, phone = service.hall(), service.visitor()
    declare(service, hall, phone)
    [waiting] = fever.queue(hall, hall.calendar.hall_day(service.clock.at))
    fever.release(waiting.id, hall, "guard", "门口复测", service.clock.at, 366)
    service.clock.goes_on(minutes=3)
    assert asks(phone.says("36.6"), "address") or tells(phone.says("跳过"), "review.head")
    phone.says("跳过")
    phone.says("确认")
    assert len(visits()) == 1


def test_once_staff_have_let_them_in_the_end_of_the_talk_sends_nobody_aside(service: Service) -> None:
    hall, phone = service.hall(), service.visitor()
    declare(service, hall, phone)
    [waiting] = fever.queue(hall, hall.calendar.hall_day(service.clock.at))
    fever.release(waiting.id, hall, "guard", "门口复测", service.clock.at, 366)
    service.clock.goes_on(minutes=16)
    assert tells(phone.says("36.6"), "expired.check_in_kept")


def test_nothing_kept_is_not_said_at_another_hall_to_somebody_with_a_fever_on_record(service: Service) -> None:
    first, second, phone = service.hall(), service.hall("分中心"), service.visitor()
    declare(service, first, phone)
    service.clock.goes_on(days=1)
    phone.scan(service.code(second))
    assert not tells(phone.says("不同意"), "check_in.declined")


def test_not_me_at_the_question_for_the_temperature_leads_to_staff(service: Service) -> None:
    hall, phone = service.hall(), service.visitor()
    declare(service, hall, phone)
    assert tells(phone.says("不是本人"), "fever.wait")
