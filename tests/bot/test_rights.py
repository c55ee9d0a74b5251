"""Who may say what in the chat: every word of staff, by every role, in every state of their hall, and from outside."""

import itertools

import peewee
import pytest

from bot.staff_words import WORDS
from models.phrases import say
from models.rules.access import Role
from models.services import registering
from models.tables.database import run
from models.tables.staff import Member
from tests.reading import tells
from tests.service import Service

# Written from the contract's tables "Words in chat" and "Who may", not from the code.
GUARD, ADMIN, OPERATOR, VISITOR = "guard", "admin", "operator", "visitor"
STAFF = {GUARD, ADMIN}
MAY_SAY: dict[str, set[str]] = {
    "今日": STAFF,
    "在厅": STAFF,
    "待处理": STAFF,
    "昨日": {ADMIN},
    "数据查询": STAFF | {OPERATOR},
    "登录": STAFF | {OPERATOR},
    "切换大厅": STAFF,
    "查询 今日": {ADMIN},
    "更多": {ADMIN},
    "导出 今日": {ADMIN},
    "密接 13800138000": {ADMIN},
    "通知 abc": {ADMIN},
    "全部签退": {ADMIN},
    "二维码": {ADMIN},
    "设置": {ADMIN},
    "添加工作人员": {ADMIN},
    "移除": {ADMIN},
    "待审大厅": {OPERATOR},
    "大厅列表": {OPERATOR},
    "批准 {code}": {OPERATOR},
    "批准 12345678": {ADMIN, OPERATOR},
    "驳回 {code}": {OPERATOR},
    "停用 {code}": {OPERATOR},
    "恢复 {code}": {OPERATOR},
}
BEFORE_APPROVAL = {"设置", "添加工作人员", "移除"}
"""What an admin may do in a hall that waits: nothing personal of visitors is in it."""
OF_THE_PERSON = {"数据查询", "登录", "切换大厅"}
"""About whoever says it, not about the hall."""
STATES = ("open", "waiting", "suspended", "rejected")
ROLES = (GUARD, ADMIN, OPERATOR, VISITOR)
REFUSALS = {say("zh", "hall.staff_only"), say("zh", "refused.hall_not_yours")}


def is_refused(reply: str, hall: str, state: str) -> bool:
    told = say("zh", f"staff.hall_{state}", hall=hall) if state != "open" else ""
    return reply in REFUSALS or reply == told


def may(role: str, word: str, state: str) -> bool:
    if role not in MAY_SAY[word]:
        return False
    if role == OPERATOR or word in OF_THE_PERSON:
        return True
    return state == "open" or (state == "waiting" and role == ADMIN and word in BEFORE_APPROVAL)


def test_the_table_holds_every_word_of_staff() -> None:
    assert {word.split()[0] for word in MAY_SAY} == set(WORDS)


@pytest.mark.parametrize(("role", "state"), list(itertools.product(ROLES, STATES)))
def test_a_word_does_something_for_those_alone_who_may_say_it(service: Service, role: str, state: str) -> None:
    hall = service.hall("市民中心", status=state)
    post = None if role == OPERATOR else hall
    phone = service.visitor() if role == VISITOR else service.staff(post, Role(role))
    for word in MAY_SAY:
        reply = phone.says(word.format(code=hall.code))
        assert not reply.problems, (word, reply.problems)
        refused = is_refused(reply.reply or "", hall.name, state)
        assert refused == (not may(role, word, state)), (role, state, word, reply.reply)
        phone.says("取消")


@pytest.mark.parametrize("role", [GUARD, ADMIN])
def test_a_person_of_one_hall_is_nobody_in_another(service: Service, role: str) -> None:
    own, other = service.hall("市民中心"), service.hall("政务中心")
    phone = service.staff(own, Role(role))
    for word in MAY_SAY:
        reply = phone.says(word.format(code=other.code)).reply or ""
        assert other.name not in reply, (word, reply)
        phone.says("取消")
    assert tells(phone.says(f"切换大厅 {other.code}"), "staff.only_hall", hall=own.name)


def test_a_stranger_learns_nothing_of_what_there_is(service: Service) -> None:
    hall = service.hall()
    phone = service.visitor()
    for word in MAY_SAY:
        assert phone.says(word.format(code=hall.code)).reply == say("zh", "hall.staff_only")
        assert phone.says(word.format(code="zzzzzz")).reply == say("zh", "hall.staff_only")


def test_somebody_of_two_halls_speaks_about_the_one_chosen_last(service: Service) -> None:
    first, second = service.hall("市民中心"), service.hall("政务中心")
    service.staff(first)
    service.clock.goes_on(minutes=1)
    phone = service.staff(second, Role.GUARD)
    assert tells(phone.says("二维码"), "hall.staff_only")
    service.clock.goes_on(minutes=1)
    assert tells(phone.says("切换大厅"), "staff.switched", hall=first.name)
    service.clock.goes_on(minutes=1)
    assert first.code in (phone.says("二维码").reply or "")


def test_choosing_a_hall_ends_for_somebody_who_lost_all_of_them(service: Service) -> None:
    halls = [service.hall(name) for name in ("市民中心", "政务中心", "便民中心")]
    for hall in halls:
        phone = service.staff(hall)
    phone.says("切换大厅")
    run(lambda: Member.delete().execute())
    assert tells(phone.says("2"), "refused.hall_not_yours")
    assert tells(phone.says("2"), "engine.not_understood")


def test_whoever_loses_the_post_in_the_middle_of_a_talk_does_nothing_more(service: Service) -> None:
    hall = service.hall()
    service.staff(hall, openid="oOther00000000000000000000001", name="李工")
    phone = service.staff(hall)
    phone.says("添加工作人员")
    phone.says("赵六")
    service.platform.phone("oOther00000000000000000000001", following=True).says("移除 王工")
    answer = phone.says("门岗")
    assert "绑定" not in (answer.reply or "")
    assert tells(answer, "refused.not_yours")
    assert tells(phone.says("管理员"), "engine.not_understood")


def test_an_operator_who_is_one_no_more_ends_in_the_middle_of_a_reason(service: Service) -> None:
    hall = service.hall(status="waiting")
    phone = service.staff(None, Role.OPERATOR)
    phone.says(f"驳回 {hall.code}")
    run(lambda: Member.delete().execute())
    answer = phone.says("资料不全")
    assert tells(answer, "refused.not_yours")
    assert hall.name not in (answer.reply or "")
    assert tells(phone.says("资料不全"), "engine.not_understood")
    assert [one.code for one in registering.waiting()] == [hall.code]


@pytest.fixture
def service(database: peewee.Database) -> Service:
    return Service()
