"""Leaving: by scan, by word, told later; estimates give way to what is known better."""

from datetime import timedelta

from bot.simulator.deliveries import Writer
from models.services import closing
from tests.bot.test_check_in import first_visit
from tests.reading import asks, corrections, inside, tells, visits
from tests.service import ONE_LINE, ORIGINAL_ID, Service


def test_an_out_scan_ends_the_visit_at_the_moment_of_the_scan(service: Service) -> None:
    hall, phone = service.hall(), service.visitor()
    first_visit(service, hall, phone)
    service.clock.goes_on(minutes=48)
    assert tells(phone.scan(service.code(hall, "out")), "check_out.closed", entered="09:00", left="09:48")
    [visit] = visits()
    assert (visit.out_at, visit.how_out, visit.open_key) == (service.clock.at, "scan", None)


def test_a_second_out_scan_changes_nothing(service: Service) -> None:
    hall, phone = service.hall(), service.visitor()
    first_visit(service, hall, phone)
    service.clock.goes_on(minutes=48)
    phone.scan(service.code(hall, "out"))
    service.clock.goes_on(minutes=1)
    assert tells(phone.scan(service.code(hall, "out")), "check_out.already_out", left="09:48")
    assert corrections() == []


def test_leaving_by_word_is_kept_as_said(service: Service) -> None:
    hall, phone = service.hall(), service.visitor()
    first_visit(service, hall, phone)
    service.clock.goes_on(minutes=20)
    assert tells(phone.says("签退"), "check_out.closed", entered="09:00", left="09:20")
    assert visits()[0].how_out == "chat"


def test_leaving_by_word_long_afterwards_is_asked_about(service: Service) -> None:
    hall, phone = service.hall(calendar={"weekly": [["09:00-17:00"]] * 7}), service.visitor()
    first_visit(service, hall, phone)
    service.clock.shows("14:00")
    assert asks(phone.says("签退"), "leaving")
    assert asks(phone.says("更早离开"), "left_at")
    assert tells(phone.says("9点40"), "check_out.stated", entered="09:00", left="09:40")
    assert visits()[0].how_out == "stated"


def test_leaving_by_word_long_afterwards_may_also_be_now(service: Service) -> None:
    hall, phone = service.hall(calendar={"weekly": [["09:00-17:00"]] * 7}), service.visitor()
    first_visit(service, hall, phone)
    service.clock.shows("14:00")
    phone.says("签退")
    assert tells(phone.says("现在离开"), "check_out.closed", entered="09:00", left="14:00")


def test_a_visit_that_nobody_ended_is_closed_at_its_due_time_as_an_estimate(service: Service) -> None:
    hall = service.hall()
    first_visit(service, hall)
    service.clock.shows("15:00")
    assert closing.close_due(service.clock.at) == 1
    [visit] = visits()
    assert visit.how_out == "closing"
    assert visit.out_at - visit.in_at == timedelta(hours=3, minutes=15)
    assert closing.close_due(service.clock.at) == 0


def test_a_real_out_scan_after_lunch_replaces_the_estimate_and_keeps_it(service: Service) -> None:
    hall, phone = service.hall(), service.visitor()
    first_visit(service, hall, phone)
    service.clock.shows("13:00")
    closing.close_due(service.clock.at)
    service.clock.shows("14:10")
    assert tells(phone.scan(service.code(hall, "out")), "check_out.replaced", entered="09:00", left="14:10")
    [visit], [kept] = visits(), corrections()
    assert (visit.how_out, visit.out_at) == ("scan", service.clock.at)
    assert (kept.earlier_how_out, kept.earlier_out_at) == ("closing", visit.due_at)


def test_an_out_scan_after_the_due_time_replaces_the_estimate_also_before_the_job_ran(service: Service) -> None:
    hall, phone = service.hall(), service.visitor()
    first_visit(service, hall, phone)
    service.clock.shows("14:10")
    assert tells(phone.scan(service.code(hall, "out")), "check_out.replaced", entered="09:00", left="14:10")
    assert [kept.earlier_how_out for kept in corrections()] == ["closing"]


def test_an_out_scan_on_the_next_day_does_not_touch_yesterday(service: Service) -> None:
    hall, phone = service.hall(), service.visitor()
    first_visit(service, hall, phone)
    service.clock.goes_on(days=1)
    assert tells(phone.scan(service.code(hall, "out")), "check_out.nothing_open")
    assert visits()[0].how_out == "closing"


def test_an_out_scan_delivered_late_does_not_end_a_newer_visit(service: Service) -> None:
    hall, phone = service.hall(), service.visitor()
    first_visit(service, hall, phone)
    service.clock.goes_on(minutes=5)
    phone.scan(service.code(hall, "out"))
    service.clock.goes_on(seconds=30)
    late = Writer(ORIGINAL_ID, phone.openid, service.clock.seconds).scan(service.code(hall, "out"))
    service.clock.goes_on(seconds=90)
    phone.scan(service.code(hall))
    phone.says("确认")
    assert tells(phone.sends(late), "check_out.stale", entered="09:07")
    assert len(inside()) == 1


def test_an_out_scan_without_a_visit_offers_to_register_the_missed_entry(service: Service) -> None:
    hall, phone = service.hall(), service.visitor()
    service.clock.shows("10:30")
    assert tells(phone.scan(service.code(hall, "out")), "check_out.nothing_open")
    phone.says("补登记")
    phone.says("同意")
    phone.says("9:05")
    phone.says(ONE_LINE)
    assert tells(phone.says("确认"), "check_in.missed_done", entered="09:05", left="10:30", hall=hall.name, how="扫码")
    [visit] = visits()
    assert (visit.how_in, visit.how_out, visit.open_key) == ("stated", "scan", None)
    assert visit.out_at - visit.in_at == timedelta(minutes=85)


def test_the_offer_may_be_declined(service: Service) -> None:
    hall, phone = service.hall(), service.visitor()
    phone.scan(service.code(hall, "out"))
    phone.says("不用")
    assert visits() == []


def test_a_missed_entry_after_its_exit_is_refused(service: Service) -> None:
    hall, phone = service.hall(), service.visitor()
    phone.scan(service.code(hall, "out"))
    phone.says("补登记")
    phone.says("同意")
    phone.says("23:30")
    phone.says(ONE_LINE)
    assert tells(phone.says("确认"), "refused.entry_after_exit")
    assert visits() == []


def test_my_records_show_estimates_as_such_and_correcting_one_keeps_the_earlier(service: Service) -> None:
    hall, phone = service.hall(), service.visitor()
    first_visit(service, hall, phone)
    service.clock.shows("15:00")
    closing.close_due(service.clock.at)
    records = phone.says("我的记录")
    assert tells(records, "records.estimated", left="12:15")
    assert tells(records, "records.correctable")
    assert asks(phone.says("更正"), "left_at")
    assert tells(phone.says("10:20"), "correction.done", left="10:20", hall=hall.name)
    [visit], [kept] = visits(), corrections()
    assert (visit.how_out, kept.earlier_how_out) == ("corrected", "closing")
    assert tells(phone.says("我的记录"), "records.stated", left="10:20")


def test_an_exit_before_the_entry_or_in_the_future_is_refused(service: Service) -> None:
    hall, phone = service.hall(), service.visitor()
    first_visit(service, hall, phone)
    service.clock.shows("15:00")
    closing.close_due(service.clock.at)
    phone.says("更正")
    assert tells(phone.says("16:30"), "refused.exit_in_future")
    assert tells(phone.says("没印象"), "refused.time_unreadable")
    assert visits()[0].how_out == "closing"


def test_an_estimate_can_be_corrected_for_a_day_only(service: Service) -> None:
    hall, phone = service.hall(), service.visitor()
    first_visit(service, hall, phone)
    service.clock.goes_on(hours=28)
    closing.close_due(service.clock.at)
    assert tells(phone.says("更正"), "correction.none")


def test_unfollowing_is_not_an_exit(service: Service) -> None:
    hall, phone = service.hall(), service.visitor()
    first_visit(service, hall, phone)
    phone.unfollow()
    assert len(inside()) == 1


def test_a_word_to_leave_by_somebody_unknown_finds_nothing(service: Service) -> None:
    assert tells(service.visitor().says("签退"), "check_out.nothing_open")


def test_a_time_in_place_of_earlier_is_taken_as_the_time(service: Service) -> None:
    for place, said in enumerate(("9:40", "更早离开 9:40", "9点40就走了")):
        hall, phone = service.hall(calendar={"weekly": [["09:00-17:00"]] * 7}), service.visitor(f"oLeaves{place:020}")
        service.clock.shows("9:00")
        first_visit(service, hall, phone)
        service.clock.shows("14:00")
        assert asks(phone.says("签退"), "leaving")
        assert tells(phone.says(said), "check_out.stated", entered="09:00", left="09:40")


def test_the_time_of_a_missed_entry_may_be_said_with_the_wish(service: Service) -> None:
    hall, phone = service.hall(), service.visitor()
    service.clock.shows("10:30")
    phone.scan(service.code(hall, "out"))
    phone.says("补登记 9:30")
    assert asks(phone.says("同意"), "name")
    phone.says(ONE_LINE)
    assert tells(phone.says("确认"), "check_in.missed_done", entered="09:30", left="10:30", hall=hall.name, how="扫码")


def test_a_missed_entry_told_by_word_says_how_its_exit_is_known(service: Service) -> None:
    hall, phone = service.hall(), service.visitor()
    first_visit(service, hall, phone)
    service.clock.goes_on(days=1)
    closing.close_due(service.clock.at)
    service.clock.shows("16:00")
    assert asks(phone.says("签退"), "wanted")
    phone.says("补登记 15:00")
    told = phone.says("确认")
    assert tells(told, "check_in.missed_done", entered="15:00", left="16:00", hall=hall.name, how="您回签退的时间")


def test_somebody_who_thinks_better_of_leaving_is_told_that_they_are_still_inside(service: Service) -> None:
    hall, phone = service.hall(calendar={"weekly": [["09:00-17:00"]] * 7}), service.visitor()
    first_visit(service, hall, phone)
    service.clock.shows("14:00")
    phone.says("签退")
    assert tells(phone.says("取消"), "cancelled.leave", hall=hall.name)
    assert len(inside()) == 1


def test_a_correction_that_is_cancelled_leaves_the_exit_as_it_was(service: Service) -> None:
    hall, phone = service.hall(), service.visitor()
    first_visit(service, hall, phone)
    service.clock.shows("15:00")
    closing.close_due(service.clock.at)
    phone.says("更正")
    assert tells(phone.says("取消"), "cancelled.correct")
    assert corrections() == []


def test_somebody_known_who_declines_the_offer_is_not_told_that_nothing_is_kept(service: Service) -> None:
    hall, phone = service.hall(), service.visitor()
    first_visit(service, hall, phone)
    service.clock.goes_on(days=1)
    phone.scan(service.code(hall, "out"))
    reply = phone.says("不用")
    assert tells(reply, "check_in.missed_declined_known")
    assert not tells(reply, "check_in.declined")


def test_a_question_about_leaving_that_ran_out_of_time_says_that_nobody_is_checked_out(service: Service) -> None:
    hall, phone = service.hall(calendar={"weekly": [["09:00-17:00"]] * 7}), service.visitor()
    first_visit(service, hall, phone)
    service.clock.shows("14:00")
    phone.says("签退")
    service.clock.goes_on(minutes=16)
    assert tells(phone.says("现在"), "expired.leave")
