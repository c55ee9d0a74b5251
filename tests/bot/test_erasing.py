"""删除我的资料 in the chat: what it says beforehand, what goes, and what the account knows of its person afterwards."""

from datetime import timedelta

import peewee
import pytest

from bot.simulator import Phone
from models.phrases import say, tap
from models.rules.halls import HallFacts
from models.rules.visits import HowIn, SignIn
from models.services import check_in, erasing, forgetting, form_check_in, own_data, people, submissions, verdicts
from models.services.audit import hash_of
from models.services.check_in import Entry
from models.services.form_check_in import Form
from models.tables import TABLES
from models.tables.audit import Audit
from models.tables.cases import Case
from models.tables.conversations import Conversation
from models.tables.database import run
from models.tables.door import Fever
from models.tables.photos import PhotoRow, add
from models.tables.staff import Member
from models.tables.visits import Visit
from tests.bot.test_check_in import first_visit
from tests.looks import a_case, a_contact
from tests.reading import asks, tells
from tests.service import ONE_LINE, Service
from tests.visited import came

ME = "oVisitor0000000000000000001"
OF_ME = ("张三", "11010519491231002X", "13800138000", "市府路18号", ME)


@pytest.fixture
def service(database: peewee.Database) -> Service:
    return Service()


def visited(service: Service, hall: HallFacts | None = None) -> Phone:
    """Somebody who has come and gone."""
    phone = service.visitor()
    first_visit(service, hall or service.hall(), phone)
    service.clock.goes_on(minutes=20)
    phone.says("签退")
    service.clock.goes_on(minutes=1)
    return phone


def erased(phone: Phone, service: Service) -> str | None:
    phone.says("删除我的资料")
    service.clock.goes_on(seconds=5)
    return phone.says("确认删除").reply


def test_before_it_is_done_it_says_what_goes_and_what_stays_until_when(service: Service) -> None:
    told = visited(service).says("删除我的资料")
    assert tells(told, "rights.goes")
    assert tells(told, "rights.stays", count=1, day="2026-04-02")
    assert tells(told, "rights.copies")
    assert asks(told, "erase")
    assert people.found(ME) is not None


def test_of_very_many_stays_it_says_beforehand_and_afterwards_that_some_take_minutes(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(forgetting, "MOST_STAYS", 2)
    hall = service.hall()
    phone = visited(service, hall)
    known = people.found(ME)
    for days in (1, 2, 3):
        came(hall, service.clock() - timedelta(days=days), person_id=known.id if known else 0)
    told = phone.says("删除我的资料")
    assert tells(told, "rights.stays_many", count=4, day="2026-04-02")
    assert not tells(told, "rights.stays", count=4, day="2026-04-02")
    done = phone.says("确认删除")
    assert tells(done, "rights.done")
    assert tells(done, "rights.done_later", count=2)
    assert tells(phone.says("删除我的资料"), "rights.none")
    forgetting.forget_due(service.clock())
    assert run(lambda: {one.name for one in Visit.select()}) == {""}


@pytest.mark.parametrize("word", ["确认删除", "确认", "1", "erase", "是"])
def test_it_is_done_by_a_yes(service: Service, word: str) -> None:
    phone = visited(service)
    phone.says("删除我的资料")
    assert tells(phone.says(word), "rights.done")
    assert people.found(ME) is None
    assert run(lambda: [one.name for one in Visit.select()]) == [""]


@pytest.mark.parametrize("word", ["返回", "跳过", "back", "skip", "张三", "13800138000", "3", "我想想", "删一半"])
def test_anything_else_is_answered_with_that_nothing_was_erased(service: Service, word: str) -> None:
    phone = visited(service)
    phone.says("删除我的资料")
    told = phone.says(word)
    assert (told.reply or "").splitlines()[0] == say("zh", "step.erase.not_done")
    assert asks(told, "erase")
    assert people.found(ME) is not None
    assert tells(phone.says("确认删除"), "rights.done")


def test_whoever_asks_for_help_is_told_what_it_means(service: Service) -> None:
    phone = visited(service)
    phone.says("删除我的资料")
    assert tells(phone.says("帮助"), "step.erase.help")


@pytest.mark.parametrize("word", ["不删", "取消", "2", "keep", "不删了", "先不删", "别删", "不要", "不确定"])
def test_it_is_not_done_by_a_no(service: Service, word: str) -> None:
    phone = visited(service)
    phone.says("删除我的资料")
    assert tells(phone.says(word), "cancelled.erase")
    assert people.found(ME) is not None


def test_a_word_that_is_no_answer_erases_nothing(service: Service) -> None:
    phone = visited(service)
    phone.says("删除我的资料")
    assert asks(phone.says("我再想想"), "erase")
    assert people.found(ME) is not None


def test_afterwards_the_account_knows_nobody(service: Service) -> None:
    hall = service.hall()
    phone = visited(service, hall)
    erased(phone, service)
    assert tells(phone.says("我的资料"), "my_data.chat_none")
    assert tells(phone.says("我的记录"), "records.none")
    assert tells(phone.says("谁看过我"), "looked.chat_none", days=180)
    assert tells(phone.says("删除我的资料"), "rights.none")
    service.clock.goes_on(minutes=1)
    assert tap("同意") in (phone.scan(service.code(hall)).reply or "")


def test_somebody_inside_is_told_to_leave_first(service: Service) -> None:
    hall, phone = service.hall(), service.visitor()
    first_visit(service, hall, phone)
    assert tells(phone.says("删除我的资料"), "rights.inside", hall=hall.name)
    phone.says("签退")
    assert asks(phone.says("删除我的资料"), "erase")


def comes_by_form(service: Service, hall: HallFacts) -> None:
    """The same person checks in on the page of the hall."""
    entry = Entry(ME, hall, 1, HowIn.FORM, service.clock(), None, "zh")
    check_in.sign_in(
        entry, SignIn("张三", "11010519491231002X", "13800138000", None, "social", "36.5"), people.found(ME)
    )


def test_who_comes_in_before_they_say_yes_is_told_to_leave_first_and_nothing_is_erased(service: Service) -> None:
    hall = service.hall()
    phone = visited(service, hall)
    phone.says("删除我的资料")
    comes_by_form(service, hall)
    assert tells(phone.says("确认删除"), "refused.erase_inside", hall=hall.name)
    assert run(lambda: {one.name for one in Visit.select()}) == {"张三"}
    assert people.found(ME) is not None


def test_a_check_in_that_was_half_done_is_gone_with_everything_else(service: Service) -> None:
    hall = service.hall()
    phone = visited(service, hall)
    phone.scan(service.code(hall))
    phone.says("不是本人")
    phone.says("同意 李四")
    erased(phone, service)
    assert run(Conversation.select().count) == 0
    assert tells(phone.says("继续"), "engine.nothing_to_resume")


def test_what_a_stranger_has_said_so_far_is_gone_at_the_word(service: Service) -> None:
    phone = service.visitor()
    phone.scan(service.code(service.hall()))
    phone.says("同意 张三")
    assert tells(phone.says("删除我的资料"), "rights.none_talk")
    assert run(Conversation.select().count) == 0
    assert tells(phone.says("删除我的资料"), "rights.none")


def test_the_yes_that_comes_again_is_answered_the_same_and_nothing_earlier_is(service: Service) -> None:
    hall, phone = service.hall(), service.visitor()
    phone.scan(service.code(hall))
    said = phone.writes.text(f"同意 {ONE_LINE}")
    assert "11010519491231002X".replace("19491231", " 19491231 ") in (phone.sends(said).reply or "")
    phone.says("确认")
    phone.says("签退")
    service.clock.goes_on(seconds=5)
    phone.says("删除我的资料")
    yes = phone.writes.text("确认删除")
    done = phone.sends(yes).reply
    assert {one.reply for one in service.platform.push_copies(yes, 3, parallel=True)} == {done}
    assert phone.sends(said).reply is None
    assert run(lambda: [one.name for one in Visit.select()]) == [""]


def test_a_stay_that_a_case_holds_is_told_with_its_day(service: Service) -> None:
    hall = service.hall()
    phone = visited(service, hall)
    visit = run(lambda: Visit.get())
    case = a_case(hall)
    a_contact(case, visit.public_id, visit.person_id)
    until = service.clock().date() + timedelta(days=40)
    run(lambda: Case.update(held_until=until).where(Case.id == case).execute())
    assert tells(phone.says("删除我的资料"), "rights.held", count=1, day=until)
    assert tells(phone.says("确认删除"), "rights.held", count=1, day=until)
    assert run(lambda: [(one.name, one.person_id) for one in Visit.select()]) == [("张三", None)]
    assert erasing.empty_due(service.clock() + timedelta(days=41)) == 1
    assert run(lambda: [one.name for one in Visit.select()]) == [""]


def test_staff_stay_staff(service: Service) -> None:
    hall = service.hall()
    service.staff(hall, openid=ME)
    phone = visited(service, hall)
    assert tells(phone.says("删除我的资料"), "rights.staff")
    phone.says("确认删除")
    assert run(Member.select().count) == 1
    assert "在厅" in (phone.says("在厅").reply or "") or hall.name in (phone.says("在厅").reply or "")


def test_a_fever_of_today_waits_for_staff_and_goes_with_its_day(service: Service) -> None:
    hall, phone = service.hall(), service.visitor()
    phone.scan(service.code(hall))
    phone.says(f"同意 {ONE_LINE.replace('36.5', '38.2')}")
    phone.says("确认")
    service.clock.goes_on(minutes=3)
    assert tells(phone.says("删除我的资料"), "rights.fever")
    phone.says("确认删除")
    assert run(lambda: [one.name for one in Fever.select()]) == ["张三"]
    assert erasing.empty_due(service.clock() + timedelta(hours=2)) == 0
    assert erasing.empty_due(service.clock() + timedelta(days=1)) == 1
    assert run(lambda: [(one.name, one.phone, one.openid) for one in Fever.select()]) == [(None, None, "")]


def test_a_fever_of_before_goes_at_once(service: Service) -> None:
    hall, phone = service.hall(), service.visitor()
    phone.scan(service.code(hall))
    phone.says(f"同意 {ONE_LINE.replace('36.5', '38.2')}")
    phone.says("确认")
    service.clock.goes_on(days=1)
    told = phone.says("删除我的资料")
    assert not tells(told, "rights.fever")
    assert asks(told, "erase")
    phone.says("确认删除")
    assert run(lambda: [(one.name, one.phone, one.openid) for one in Fever.select()]) == [(None, None, "")]


def test_whoever_took_back_their_last_consent_is_asked_everything_again(service: Service) -> None:
    hall = service.hall()
    phone = visited(service, hall)
    assert own_data.withdraw(ME, hall.id, service.clock())
    assert tap("同意") in (phone.scan(service.code(hall)).reply or "")
    assert asks(phone.says("同意"), "name")
    phone.says(ONE_LINE)
    assert "登记好了" in (phone.says("确认").reply or "")


# --- that nothing is left ---


def opened() -> list[str]:
    """Every value of every column of every table, opened where it is closed."""

    def read() -> list[str]:
        found = []
        for table in TABLES:
            for row in table.select().dicts():
                found += [f"{table.__name__}.{name}={value!r}" for name, value in row.items()]
        return found

    return run(read)


def test_nothing_in_any_table_opens_to_anything_of_whoever_erased_themself(service: Service) -> None:
    hall, phone = service.hall(), service.visitor()
    phone.scan(service.code(hall))
    phone.says(f"同意 {ONE_LINE}")
    phone.says("地址 市府路18号")
    phone.says("同行人员")
    phone.says("李四 320106197505230021")
    phone.says("确认")
    verdicts.consent(ME, "a-template", True, service.clock())
    at = service.clock()
    service.clock.goes_on(minutes=20)
    phone.says("签退")
    run(lambda: add(PhotoRow(b"d" * 32, ME, "media", "", 0, at), at))
    phone.says("我的记录")
    there = "\n".join(opened())
    for one in (*OF_ME, "李四", "320106197505230021"):
        assert one in there, one
    erased(phone, service)
    left = opened()
    for one in (*OF_ME, "李四", "320106197505230021"):
        assert [row for row in left if one in row] == [], one
    assert run(lambda: [one.actor for one in Audit.select().where(Audit.action == "own_erase")]) == [hash_of(ME)]


def test_a_form_that_is_sent_again_after_the_erasing_brings_nobody_back(service: Service) -> None:
    hall = service.hall()
    key = submissions.new_key(ME, hall.id, service.clock())
    said = SignIn("张三", "11010519491231002X", "13800138000", None, "social", "36.5")
    form = Form(key, ME, hall, said, agreed=str(hall.notice_version), for_another=False, language="zh")
    first = form_check_in.send(form, service.clock())
    service.clock.goes_on(minutes=20)
    phone = service.visitor()
    phone.says("签退")
    service.clock.goes_on(minutes=1)
    erased(phone, service)
    assert form_check_in.send(form, service.clock()) == first
    assert people.found(ME) is None
    assert run(lambda: [one.name for one in Visit.select()]) == [""]
