"""Staff in the chat: bound by a one-time code, removed by name, given the codes of their doors."""

import re

import pytest

from bot.codes import Codes
from bot.sending import Sending
from bot.staff_words import WORDS
from jobs import codes as codes_job
from jobs import outbox as outbox_job
from models.rules.access import Role
from models.services import codes, hall_settings, halls
from models.services import staff as staff_services
from models.services.desk import Desk
from models.services.posts import Post
from models.tables.database import run
from models.tables.outbox import Outgoing
from models.tables.staff import Member
from tests.platform_api import PlatformApi
from tests.reading import asks, tells, visits
from tests.service import ONE_LINE, Service

GUARD = "oGuard00000000000000000000001"


def code_in(reply: str | None) -> str:
    found = re.search(r"绑定 ([0-9a-z]{8})", reply or "")
    assert found, reply
    return found[1]


def roles() -> list[tuple[str, str]]:
    return run(lambda: sorted((row.name, row.role) for row in Member.select()))


# --- binding ---------------------------------------------------------------------------------------------------------


def test_an_invited_person_becomes_staff_by_sending_the_code(service: Service) -> None:
    hall = service.hall()
    admin = service.staff(hall)
    admin.says("添加工作人员")
    assert asks(admin.says("李四"), "staff_role")
    code = code_in(admin.says("门岗").reply)
    guard = service.visitor(GUARD)
    assert tells(guard.says(f"绑定 {code}"), "staff.bound", hall=hall.name, role="门岗")
    assert roles() == [("李四", "guard"), ("王工", "admin")]


def test_everything_may_be_said_in_one_message(service: Service) -> None:
    admin = service.staff(service.hall())
    assert code_in(admin.says("添加工作人员 李四 管理员").reply)


def test_the_whole_message_may_be_passed_on_as_it_is(service: Service) -> None:
    admin = service.staff(service.hall())
    told = admin.says("添加工作人员 李四 门岗").reply or ""
    service.visitor(GUARD).says(told)
    assert ("李四", "guard") in roles()


@pytest.mark.parametrize("form", ["绑定{code}", "绑定：{code}", " 绑定  {upper} ", "绑定 {wide}"])
def test_spaces_case_and_width_of_a_code_do_not_matter(service: Service, form: str) -> None:
    admin = service.staff(service.hall())
    code = code_in(admin.says("添加工作人员 李四 门岗").reply)
    wide = "".join(chr(ord(letter) + 0xFEE0) for letter in code)
    service.visitor(GUARD).says(form.format(code=code, upper=code.upper(), wide=wide))
    assert ("李四", "guard") in roles()


@pytest.mark.parametrize("form", ["绑定 {left} {right}", "绑定码 {code}", "绑定码：{code}。", "绑定 {left}-{right}"])
def test_a_code_is_found_as_people_type_it_off(service: Service, form: str) -> None:
    code = code_in(service.staff(service.hall()).says("添加工作人员 李四 门岗").reply)
    guard = service.visitor(GUARD)
    guard.says(form.format(code=code, left=code[:4], right=code[4:]))
    assert ("李四", "guard") in roles()


@pytest.mark.parametrize("typed", ["utmvmqf", "utmvmqfmx", "123456"])
def test_a_code_of_another_length_is_said_to_be_none(service: Service, typed: str) -> None:
    assert tells(service.visitor(GUARD).says(f"绑定 {typed}"), "refused.invite_unknown")


def test_a_sentence_about_binding_is_no_code(service: Service) -> None:
    assert tells(service.visitor(GUARD).says("怎么绑定手机 12345678901"), "engine.not_understood")


def test_whoever_loses_the_post_in_the_middle_of_inviting_is_told_once(service: Service) -> None:
    hall = service.hall()
    admin, other = service.staff(hall), service.staff(hall, Role.ADMIN, "oOther0000000000000000000001", "赵六")
    admin.says("添加工作人员 李四")
    other.says("移除 王工")
    refused = admin.says("门岗")
    assert tells(refused, "refused.not_yours")
    assert not asks(refused, "staff_role")
    assert tells(admin.says("门岗"), "engine.not_understood")


def test_where_a_name_is_taken_another_one_can_be_said(service: Service) -> None:
    admin = service.staff(service.hall())
    admin.says("添加工作人员")
    admin.says("王工")
    taken = admin.says("门岗")
    assert tells(taken, "refused.member_there", name="王工")
    assert asks(taken, "staff_name")
    assert code_in(admin.says("王小工").reply)


def test_a_code_works_once(service: Service) -> None:
    admin = service.staff(service.hall())
    code = code_in(admin.says("添加工作人员 李四 门岗").reply)
    service.visitor(GUARD).says(f"绑定 {code}")
    other = service.visitor("oOther00000000000000000000001")
    assert tells(other.says(f"绑定 {code}"), "refused.invite_used")


def test_a_code_is_over_after_two_hours(service: Service) -> None:
    admin = service.staff(service.hall())
    code = code_in(admin.says("添加工作人员 李四 门岗").reply)
    service.clock.goes_on(hours=2, minutes=1)
    assert tells(service.visitor(GUARD).says(f"绑定 {code}"), "refused.invite_over")


def test_a_code_that_the_admin_sends_to_this_chat_is_not_spent(service: Service) -> None:
    admin = service.staff(service.hall())
    code = code_in(admin.says("添加工作人员 李四 门岗").reply)
    assert tells(admin.says(f"绑定 {code}"), "refused.invite_own")
    service.visitor(GUARD).says(f"绑定 {code}")
    assert ("李四", "guard") in roles()


def test_whoever_tries_codes_by_the_thousand_is_stopped(service: Service) -> None:
    guesser = service.visitor(GUARD)
    replies = [guesser.says(f"绑定 abcd{number:04}").reply or "" for number in range(2222, 2234)]
    assert replies[0] == "没有这个绑定码，请核对后再发。"
    assert "试得太多了" in replies[-1]
    admin = service.staff(service.hall())
    code = code_in(admin.says("添加工作人员 李四 门岗").reply)
    assert "试得太多了" in (guesser.says(f"绑定 {code}").reply or "")
    service.clock.goes_on(minutes=11)
    guesser.says(f"绑定 {code}")
    assert ("李四", "guard") in roles()


def test_an_operator_is_bound_by_the_code_of_the_command_line(service: Service) -> None:
    code = staff_services.invite_operator("运营", service.clock())
    operator = service.visitor()
    assert tells(operator.says(f"绑定 {code}"), "operator.bound")
    assert tells(operator.says("待审大厅"), "operator.none_waits")


def test_the_other_admins_hear_of_a_new_colleague(service: Service) -> None:
    hall = service.hall()
    admin = service.staff(hall)
    service.visitor(GUARD).says(admin.says("添加工作人员 李四 门岗").reply or "")
    [message] = run(lambda: list(Outgoing.select()))
    assert message.openid == admin.openid
    assert "李四" in message.content
    assert "移除 李四" in message.content


# --- removing --------------------------------------------------------------------------------------------------------


def test_a_removed_person_has_no_words_of_staff_any_more(service: Service) -> None:
    admin = service.staff(service.hall())
    guard = service.visitor(GUARD)
    guard.says(admin.says("添加工作人员 李四 门岗").reply or "")
    assert tells(admin.says("移除 李四"), "staff.removed", name="李四", role="门岗")
    assert tells(guard.says("今日"), "hall.staff_only")


def test_removing_withdraws_a_code_that_nobody_has_used(service: Service) -> None:
    admin = service.staff(service.hall())
    code = code_in(admin.says("添加工作人员 李四 门岗").reply)
    assert tells(admin.says("移除 李四"), "staff.withdrawn", name="李四")
    assert tells(service.visitor(GUARD).says(f"绑定 {code}"), "refused.invite_used")


def test_the_last_admin_cannot_be_removed(service: Service) -> None:
    admin = service.staff(service.hall())
    assert tells(admin.says("移除 王工"), "refused.last_admin")
    assert roles() == [("王工", "admin")]


def test_a_name_that_nobody_has_removes_nobody(service: Service) -> None:
    admin = service.staff(service.hall())
    assert tells(admin.says("移除 张三"), "refused.member_unknown")


def test_removing_without_a_name_shows_who_there_is(service: Service) -> None:
    admin = service.staff(service.hall())
    admin.says("添加工作人员 李四 门岗")
    shown = admin.says("移除").reply or ""
    assert "王工 管理员" in shown
    assert "李四 门岗（还没绑定）" in shown


# --- the codes -------------------------------------------------------------------------------------------------------


def desk_of(service: Service, api: PlatformApi) -> Desk:
    sending = Sending(api.client(service.clock))
    return Desk(sending, create_code=Codes(api.client(service.clock)))


def test_the_codes_answer_links_at_once_and_pictures_follow_one_by_one(service: Service, api: PlatformApi) -> None:
    phone = service.visitor()
    for said in ("注册大厅", "示例政务大厅", "商丘"):
        phone.says(said)
    phone.says("确认")
    assert tells(phone.says("二维码"), "staff.codes_wait")
    desk = desk_of(service, api)
    assert codes_job.run_once(service.clock(), desk) == 2
    reply = phone.says("二维码").reply or ""
    assert "大门 进厅 海报" in reply
    assert reply.count("/posters/") == 2
    outbox_job.run_once(service.clock(), desk)
    pictures = [bubble for bubble in phone.bubbles if bubble.kind == "image"]
    assert len(pictures) == 2


def test_however_many_doors_there_are_the_page_of_all_codes_is_told(service: Service, api: PlatformApi) -> None:
    hall = service.hall(doors={str(number): {"name": f"第{number:02}号门东侧大入口"} for number in range(1, 21)})
    codes.want(hall, service.clock())
    codes_job.run_once(service.clock(), desk_of(service, api))
    told = service.staff(hall).says("二维码").reply or ""
    assert f'/hall/{hall.code}/codes"' in told
    assert "海报" in told


def test_a_code_is_made_at_the_platform_once(service: Service, api: PlatformApi) -> None:
    phone = service.visitor()
    for said in ("注册大厅", "示例政务大厅", "商丘"):
        phone.says(said)
    phone.says("确认")
    desk = desk_of(service, api)
    for _ in range(3):
        codes_job.run_once(service.clock(), desk)
    assert api.calls("/cgi-bin/qrcode/create") == 2


def test_a_platform_that_gives_no_code_is_told_to_the_hall_and_asked_again(service: Service, api: PlatformApi) -> None:
    phone = service.visitor()
    for said in ("注册大厅", "示例政务大厅", "商丘"):
        phone.says(said)
    phone.says("确认")
    desk = desk_of(service, api)
    service.platform.codes.are_refused = True
    codes_job.run_once(service.clock(), desk)
    assert tells(phone.says("二维码"), "staff.codes_refused")
    service.platform.codes.are_refused = False
    service.clock.goes_on(hours=1)
    codes_job.run_once(service.clock(), desk)
    codes_job.run_once(service.clock(), desk)
    assert "大门 离厅 海报" in (phone.says("二维码").reply or "")


def test_a_new_version_kills_the_code_before_it_and_staff_see_that_it_still_hangs(
    service: Service, api: PlatformApi
) -> None:
    hall = service.hall()
    admin = service.staff(hall)
    codes.want(hall, service.clock())
    old = service.code(hall)
    codes.reissue(Post(admin.openid, Role.ADMIN, halls.by_id(hall.id, None)), 1, "in", service.clock())
    visitor = service.visitor()
    assert tells(visitor.scan(old), "scan.old")
    assert run(lambda: Member.select().count()) == 1
    assert "旧海报" in (admin.says("二维码").reply or "")
    service.clock.goes_on(minutes=1)
    assert "同意" in (visitor.scan(service.code(hall, version=2)).reply or "")


@pytest.mark.parametrize("scene", ["x", "abc234.in.1.1.aaaaaaaaaaaaaaaa", "h1.in", "a" * 64, "..-..-etc"])
def test_a_code_that_is_none_of_ours_registers_nothing(service: Service, scene: str) -> None:
    service.hall()
    assert tells(service.visitor().scan(scene), "scan.unknown")


def test_the_poster_of_a_door_that_is_gone_is_an_old_one(service: Service) -> None:
    hall = service.hall()
    admin = service.staff(hall)
    codes.want(hall, service.clock())
    hall_settings.remove_door(Post(admin.openid, Role.ADMIN, hall), hall.revision, 2, service.clock())
    assert tells(service.visitor().scan(service.code(hall, door=2)), "scan.old")
    assert "旧海报" in (admin.says("二维码").reply or "")


def test_the_code_of_another_direction_cannot_be_made_from_one_that_hangs(service: Service) -> None:
    hall = service.hall()
    forged = service.code(hall).replace(".in.", ".out.")
    assert tells(service.visitor().scan(forged), "scan.unknown")


# --- staff who are visitors too ---


@pytest.mark.parametrize(
    "word", [*WORDS, "绑定", "绑定 abcdefgh", "注册大厅", "登录 123456", "移除 王二", "添加工作人员 王二"]
)
def test_no_word_of_staff_costs_them_the_check_in_that_they_are_in(service: Service, word: str) -> None:
    hall = service.hall()
    phone = service.staff(hall)
    phone.scan(service.code(hall))
    phone.says("同意")
    phone.says(ONE_LINE)
    phone.says(word)
    if not visits():
        phone.says("确认")
    if not visits():
        # The word began a talk of its own, and 确认 was no answer to it: the check-in waits behind it.
        phone.says("取消")
        phone.says("继续")
        phone.says("确认")
    assert [visit.hall_id for visit in visits()] == [hall.id]
