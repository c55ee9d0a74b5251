"""Several stays of one person: each hour in one hall only, and what each hall asked stays with the person."""

import pytest

from bot.simulator import Delivered
from models.phrases import say
from models.rules.access import Role
from models.rules.refusal import Refused
from models.rules.visits import HowIn, SignIn
from models.services import check_in, fever, hall_settings
from models.services.check_in import Entry
from models.services.posts import Post
from models.tables.database import run
from models.tables.people import Person
from tests.bot.test_check_in import first_visit
from tests.reading import inside, tells, visits
from tests.service import ONE_LINE, Service

ADDRESS = "北京市朝阳区幸福路1号"


def test_what_a_hall_does_not_ask_stays_with_the_person(service: Service) -> None:
    here = service.hall(fields={"address": "required"})
    there = service.hall("另一个大厅", fields={"address": "off", "id_number": "off"})
    phone = service.visitor()
    first_visit(service, here, phone, f"{ONE_LINE} {ADDRESS}")
    phone.says("签退")
    service.clock.goes_on(minutes=5)
    phone.scan(service.code(there))
    phone.says("同意 社保 36.5 13900139000")
    phone.says("确认")
    phone.says("签退")
    service.clock.goes_on(minutes=5)
    assert tells(phone.scan(service.code(here)), "review.returning", name="张*", matter="社会保险", temperature="正常")
    phone.says("确认")
    last = visits()[-1]
    assert (last.address, last.id_number, last.phone) == (ADDRESS, "11010519491231002X", "13900139000")


def test_a_notice_with_a_new_version_is_agreed_to_again(service: Service) -> None:
    hall, phone = service.hall(), service.visitor()
    first_visit(service, hall, phone)
    phone.says("签退")
    service.clock.goes_on(minutes=5)
    assert "不同意" not in (phone.scan(service.code(hall)).reply or "")
    phone.says("取消")
    admin = Post("oAdmin00000000000000000001", Role.ADMIN, hall)
    hall_settings.save(admin, hall.revision, {"notice_text": "本大厅另有录像。"}, service.clock())
    service.clock.goes_on(minutes=5)
    assert "不同意" in (phone.scan(service.code(hall)).reply or "")


def missed_entry(service: Service, entered: str) -> Delivered:
    """Inside one hall since 10:00; scanned out of another at 11:00, and tells when they entered that one."""
    here, there, phone = service.hall("先去的大厅"), service.hall("后去的大厅"), service.visitor()
    service.clock.shows("10:00")
    first_visit(service, here, phone)
    service.clock.shows("11:00")
    assert tells(phone.scan(service.code(there, "out")), "check_out.inside_other", entered="10:00", hall="先去的大厅")
    phone.says("补登记")
    phone.says("同意")
    phone.says(entered)
    phone.says("社保 36.5")
    return phone.says("确认")


def test_a_missed_entry_before_one_that_is_still_open_elsewhere_is_refused_and_says_which(service: Service) -> None:
    reply = missed_entry(service, "9:30")
    assert tells(reply, "refused.entry_before_other", time="10:00", hall="先去的大厅")
    assert len(visits()) == len(inside()) == 1


def test_a_missed_entry_after_it_ends_the_other_stay_as_moved_at_that_time(service: Service) -> None:
    reply = missed_entry(service, "10:40")
    assert tells(reply, "check_in.moved_then", time="10:40")
    scanned = say("zh", "exits.scan")
    assert tells(reply, "check_in.missed_done", entered="10:40", left="11:00", hall="后去的大厅", how=scanned)
    first, second = visits()
    assert (first.how_out, first.out_at) == ("moved", second.in_at)
    assert inside() == []


def test_a_visit_that_falls_due_while_the_next_is_being_told_is_closed_as_due_and_not_as_moved(
    service: Service,
) -> None:
    here, there, phone = service.hall(), service.hall("另一个大厅"), service.visitor()
    first_visit(service, here, phone)
    service.clock.shows("12:10")
    phone.scan(service.code(there))
    phone.says("同意 社保 36.5")
    service.clock.shows("12:20")
    phone.says("确认")
    first, second = visits()
    assert (first.how_out, first.out_at) == ("closing", first.due_at)
    assert second.in_at == service.clock.at


def test_an_out_scan_of_the_first_hall_does_not_lengthen_the_stay_of_somebody_who_moved(service: Service) -> None:
    here, there, phone = service.hall(), service.hall("另一个大厅"), service.visitor()
    first_visit(service, here, phone)
    service.clock.shows("9:40")
    phone.scan(service.code(there))
    phone.says("同意 社保 36.5")
    phone.says("确认")
    service.clock.shows("9:50")
    assert tells(phone.scan(service.code(here, "out")), "check_out.moved", left="09:40")
    assert visits()[0].how_out == "moved"
    assert [visit.hall_id for visit in inside()] == [there.id]


def test_somebody_who_waits_with_a_fever_is_let_in_by_no_way(service: Service) -> None:
    hall = service.hall()
    openid = "oVisitor0000000000000000001"
    fever.declare(openid, hall, 1, 385, service.clock.at, "张三", None)
    entry = Entry(openid, hall, 1, HowIn.FORM, service.clock.at, None, "zh")
    with pytest.raises(Refused) as refused:
        run(lambda: check_in.sign_in(entry, SignIn(name="张三"), None))
    assert refused.value.code == "fever_waiting"
    assert (visits(), run(Person.select().count)) == ([], 0)
