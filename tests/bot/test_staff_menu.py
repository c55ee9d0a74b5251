"""Who works in a hall sees another menu than visitors, where the account may use tags."""

import pytest

from bot.menu import menu, staff_menu
from bot.simulator import Phone
from bot.staff_menu import TAG, publish_menus
from models.rules.sending import Outcome, Result
from models.services.desk import Desk
from tests.platform_api import PlatformApi
from tests.service import NOBODY, Service

SENT = Outcome(Result.SENT)
BUTTONS = [button["name"] for group in staff_menu()["button"] for button in group["sub_button"]]
# The contract's table of words, as far as a tap can say them.
STAFF_WORDS = {"今日", "在厅", "待处理", "数据查询", "二维码", "添加工作人员", "设置", "登录", "切换大厅"}
VISITORS_WORDS = {"拍身份证", "签到", "签退", "我的记录", "我的资料", "帮助"}


@pytest.fixture
def desk(service: Service, api: PlatformApi) -> Desk:
    return api.desk(service.clock)


@pytest.fixture
def guard(service: Service) -> Phone:
    return service.visitor("oGuard00000000000000000001")


def sees(service: Service, phone: Phone) -> list[str]:
    found = service.platform.menus.seen_by(phone.tag_ids, phone.client)
    return [group["name"] for group in found["button"]] if found else []


def test_each_button_says_a_word_of_the_contract() -> None:
    assert set(BUTTONS) == STAFF_WORDS | VISITORS_WORDS
    assert len(BUTTONS) == len(set(BUTTONS))
    assert [one["key"] for group in staff_menu()["button"] for one in group["sub_button"]] == BUTTONS


@pytest.mark.parametrize("made", [menu(), staff_menu()], ids=["everybody", "staff"])
def test_no_name_is_longer_than_a_phone_shows(made: dict) -> None:
    assert len(made["button"]) <= 3
    assert max(len(group["name"]) for group in made["button"]) <= 4
    assert max(len(group["sub_button"]) for group in made["button"]) <= 5
    assert max(len(one["name"]) for group in made["button"] for one in group["sub_button"]) <= 8


def test_who_works_in_a_hall_sees_the_menu_of_staff_until_they_leave(
    service: Service, api: PlatformApi, desk: Desk, guard: Phone
) -> None:
    assert publish_menus(api.client(service.clock))
    assert desk.show_staff_menu(guard.openid, True) == SENT
    assert (sees(service, guard), sees(service, service.visitor())) == (
        ["查看", "管理", "我的"],
        ["登记", "我的", "大厅"],
    )
    assert desk.show_staff_menu(guard.openid, False) == SENT
    assert sees(service, guard) == ["登记", "我的", "大厅"]


def test_staff_who_were_bound_before_the_menu_was_published_see_it_too(
    service: Service, api: PlatformApi, desk: Desk, guard: Phone
) -> None:
    assert desk.show_staff_menu(guard.openid, True) == SENT
    publish_menus(api.client(service.clock))
    assert sees(service, guard) == ["查看", "管理", "我的"]


def test_publishing_again_doubles_nothing_and_leaves_what_others_made(
    service: Service, api: PlatformApi, desk: Desk, guard: Phone
) -> None:
    client = api.client(service.clock)
    client.publish_menu(menu())
    client.publish_menu_for_tag(menu(), client.create_tag("志愿者"))
    for _ in range(3):
        publish_menus(api.client(service.clock))
    desk.show_staff_menu(guard.openid, True)
    assert len(service.platform.menus.conditional) == 2
    assert sorted(service.platform.tags.listed().values()) == sorted([TAG, "志愿者"])
    assert sees(service, guard) == ["查看", "管理", "我的"]


@pytest.mark.parametrize(
    "path",
    ["/cgi-bin/tags/create", "/cgi-bin/menu/addconditional", "/cgi-bin/menu/delconditional"],
)
def test_an_account_without_tags_has_everybodys_menu_all_the_same(
    service: Service, api: PlatformApi, path: str
) -> None:
    client = api.client(service.clock)
    if path.endswith("delconditional"):
        publish_menus(client)
    service.platform.lacks.add(path)
    assert not publish_menus(client)
    assert service.platform.menu is not None


def test_without_the_right_to_tags_nobody_is_asked_about_again_and_again(
    service: Service, desk: Desk, guard: Phone
) -> None:
    service.platform.lacks.add("/cgi-bin/tags/create")
    assert desk.show_staff_menu(guard.openid, True) == Outcome(Result.HELD, "unauthorized")


def test_a_repeat_changes_nothing(service: Service, desk: Desk, guard: Phone) -> None:
    for is_staff in (True, True, False, False):
        assert desk.show_staff_menu(guard.openid, is_staff) == SENT
    assert guard.tag_ids == []


def test_who_never_was_staff_is_no_reason_to_make_a_tag(service: Service, desk: Desk, guard: Phone) -> None:
    assert desk.show_staff_menu(guard.openid, False) == SENT
    assert service.platform.tags.listed() == {}


def test_a_tag_that_somebody_deleted_is_made_again(
    service: Service, api: PlatformApi, desk: Desk, guard: Phone
) -> None:
    desk.show_staff_menu(guard.openid, True)
    [old] = service.platform.tags.listed()
    service.platform.tags.delete(old)
    other = service.visitor()
    assert desk.show_staff_menu(other.openid, True) == SENT
    assert [service.platform.tags.listed()[one] for one in other.tag_ids] == [TAG]


@pytest.mark.parametrize(
    ("fault", "outcome"),
    [
        ("busy", Outcome(Result.AGAIN, "busy")),
        ("html", Outcome(Result.AGAIN, "busy")),
        (40003, Outcome(Result.CLOSED, "bad_openid")),
        (45059, Outcome(Result.CLOSED, "bug")),
        (50002, Outcome(Result.HELD, "banned")),
        (45009, Outcome(Result.AGAIN, "daily_quota", pause="until_day")),
    ],
)
def test_a_refusal_says_whether_a_repeat_would_help(
    service: Service, desk: Desk, guard: Phone, fault: int | str, outcome: Outcome
) -> None:
    service.platform.faults.next("/cgi-bin/tags/members/batchtagging", fault)
    assert desk.show_staff_menu(guard.openid, True) == outcome


@pytest.mark.parametrize("openid", ["", "oNobody", "x" * 1000, "\ud800"])
def test_nobodys_openid_breaks_nothing(desk: Desk, openid: str) -> None:
    assert desk.show_staff_menu(openid, True).result in (Result.CLOSED, Result.AGAIN)


def test_at_a_desk_without_a_platform_nothing_is_shown(guard: Phone) -> None:
    assert NOBODY.show_staff_menu(guard.openid, True) == Outcome(Result.CLOSED, "unreachable")
