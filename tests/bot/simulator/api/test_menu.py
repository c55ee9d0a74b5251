from typing import Any

import pytest

from tests.bot.simulator.api.account import Account

CREATE, GET, DELETE = "/cgi-bin/menu/create", "/cgi-bin/menu/get", "/cgi-bin/menu/delete"
ADD, TRY = "/cgi-bin/menu/addconditional", "/cgi-bin/menu/trymatch"
CLICK = {"type": "click", "name": "签到", "key": "in"}
VIEW = {"type": "view", "name": "大厅", "url": "https://hall.example.gov.cn/"}


def menu(*buttons: dict[str, Any]) -> dict[str, Any]:
    return {"button": list(buttons or (CLICK,))}


def under(*buttons: dict[str, Any]) -> dict[str, Any]:
    return menu({"name": "我的", "sub_button": list(buttons)})


def tag(account: Account, name: str) -> int:
    answer = account.call("/cgi-bin/tags/create", {"tag": {"name": name}})
    number: int = answer["tag"]["id"]
    return number


def test_a_published_menu_is_the_accounts_menu(account: Account) -> None:
    assert account.platform.menu is None
    assert account.errcode(CREATE, menu(CLICK, {"name": "我的", "sub_button": [VIEW]})) == 0
    published = {
        "button": [
            {**CLICK, "sub_button": []},
            {"name": "我的", "sub_button": [{**VIEW, "sub_button": []}]},
        ]
    }
    assert account.platform.menu == published
    assert account.call(GET) == {"menu": published}


def test_it_is_replaced_as_a_whole(account: Account) -> None:
    account.call(CREATE, menu(CLICK, VIEW))
    account.call(CREATE, menu(VIEW))
    assert [button["name"] for button in account.call(GET)["menu"]["button"]] == ["大厅"]


def test_without_one_there_is_none_to_get(account: Account) -> None:
    assert account.errcode(GET) == 46003
    assert account.call("/cgi-bin/get_current_selfmenu_info") == {"is_menu_open": 0}


def test_a_deleted_menu_is_gone(account: Account) -> None:
    account.call(CREATE, menu())
    assert account.errcode(DELETE) == 0
    assert account.platform.menu is None


def test_the_current_menu_lists_its_sub_buttons(account: Account) -> None:
    account.call(CREATE, under(CLICK))
    listed = account.call("/cgi-bin/get_current_selfmenu_info")["selfmenu_info"]["button"]
    assert listed == [{"name": "我的", "sub_button": {"list": [CLICK]}}]


@pytest.mark.parametrize(
    "button",
    [
        *[
            {"type": kind, "name": "一", "key": "k"}
            for kind in (
                "click", "scancode_push", "scancode_waitmsg", "pic_sysphoto", "pic_photo_or_album", "pic_weixin",
                "location_select",
            )
        ],
        VIEW,
        {"type": "miniprogram", "name": "一", "url": "https://a.example/", "appid": "wx1", "pagepath": "index"},
        {"type": "media_id", "name": "一", "media_id": "m"},
        {"type": "article_id", "name": "一", "article_id": "a"},
        {"type": "article_view_limited", "name": "一", "article_id": "a"},
        {**CLICK, "name": "五个汉字了"},  # 15 bytes
        {**CLICK, "key": "k" * 128},
        {**VIEW, "url": "https://a.example/" + "u" * 1006},
    ],
)  # fmt: skip
def test_a_button_within_the_limits_is_taken(account: Account, button: dict[str, Any]) -> None:
    assert account.errcode(CREATE, menu(button)) == 0


@pytest.mark.parametrize(
    ("body", "errcode"),
    [
        ({}, 40016),
        ({"button": []}, 40016),
        ({"button": ["签到"]}, 40016),
        (menu(CLICK, CLICK, CLICK, CLICK), 40016),
        (menu({"name": "一", "key": "k"}), 40017),
        (menu({**CLICK, "type": "other"}), 40017),
        (menu({**CLICK, "name": ""}), 40018),
        (menu({**CLICK, "name": "六个汉字太长"}), 40018),  # 18 bytes
        (menu({**CLICK, "key": ""}), 40019),
        (menu({**CLICK, "key": "k" * 129}), 40019),
        (menu({**VIEW, "url": ""}), 40020),
        (menu({**VIEW, "url": "https://a.example/" + "u" * 1007}), 40020),
        (menu({**VIEW, "url": "hall.example.gov.cn"}), 40055),
        (menu({**VIEW, "url": "javascript:alert(1)"}), 40055),
        (menu({"type": "media_id", "name": "一"}), 40007),
        (under({"name": "一", "sub_button": [CLICK]}), 40022),
        (under(*[CLICK] * 6), 40023),
        (under({"name": "一"}), 40024),
        (under({**CLICK, "name": "厅" * 21}), 40025),
        (under({**CLICK, "key": "k" * 129}), 40026),
        (under({**VIEW, "url": "https://a.example/" + "u" * 1007}), 40027),
        (under({**VIEW, "url": "ftp://a.example/"}), 40054),
    ],
)
def test_a_wrong_menu_is_refused_and_the_old_one_stays(account: Account, body: dict[str, Any], errcode: int) -> None:
    account.call(CREATE, menu(VIEW))
    assert account.errcode(CREATE, body) == errcode
    assert account.platform.menu is not None
    assert account.platform.menu["button"][0]["name"] == "大厅"


def test_a_name_below_may_be_longer(account: Account) -> None:
    assert account.errcode(CREATE, under({**CLICK, "name": "厅" * 20})) == 0


@pytest.mark.parametrize("path", [CREATE, ADD])
def test_escaped_characters_are_refused(account: Account, path: str) -> None:
    body = b'{"button": [{"type": "click", "name": "\\u7b7e\\u5230", "key": "in"}]}'
    assert account.errcode(path, body) == 40033


def test_some_people_see_another_menu(account: Account) -> None:
    account.call(CREATE, menu(CLICK))
    staff = tag(account, "工作人员")
    menuid = account.call(ADD, {**menu(VIEW), "matchrule": {"tag_id": str(staff)}})["menuid"]
    phone = account.phone()
    assert account.call(TRY, {"user_id": phone.openid})["menu"]["button"][0]["name"] == "签到"
    account.call("/cgi-bin/tags/members/batchtagging", {"openid_list": [phone.openid], "tagid": staff})
    assert account.call(TRY, {"user_id": phone.openid})["menu"]["button"][0]["name"] == "大厅"
    listed = account.call(GET)["conditionalmenu"]
    assert [(str(one["menuid"]), one["matchrule"]) for one in listed] == [(menuid, {"tag_id": str(staff)})]
    assert account.errcode("/cgi-bin/menu/delconditional", {"menuid": menuid}) == 0
    assert account.call(TRY, {"user_id": phone.openid})["menu"]["button"][0]["name"] == "签到"


def test_the_newest_rule_and_the_last_tag_count(account: Account) -> None:
    account.call(CREATE, menu())
    one, other = tag(account, "一"), tag(account, "二")
    for tag_id, name in ((one, "甲"), (other, "乙")):
        account.call(ADD, {**menu({**CLICK, "name": name}), "matchrule": {"tag_id": tag_id}})
    phone = account.phone()
    for tag_id in (other, one):
        account.call("/cgi-bin/tags/members/batchtagging", {"openid_list": [phone.openid], "tagid": tag_id})
    assert account.call(TRY, {"user_id": phone.openid})["menu"]["button"][0]["name"] == "甲"
    account.call(ADD, {**menu({**CLICK, "name": "丙"}), "matchrule": {"client_platform_type": "2"}})
    assert account.call(TRY, {"user_id": phone.openid})["menu"]["button"][0]["name"] == "丙"


def test_with_the_default_menu_all_others_go(account: Account) -> None:
    account.call(CREATE, menu())
    account.call(ADD, {**menu(VIEW), "matchrule": {"client_platform_type": 1}})
    account.call(DELETE)
    account.call(CREATE, menu())
    assert "conditionalmenu" not in account.call(GET)


@pytest.mark.parametrize(
    ("rule", "errcode"),
    [
        ({}, 65304),
        ({"sex": "1"}, 65320),
        ({"language": "zh_CN", "client_platform_type": 1}, 65320),
        ({"client_platform_type": 4}, 40097),
        ({"client_platform_type": True}, 40097),
        ({"tag_id": "9" * 5000}, 40097),
        ({"tag_id": "一"}, 40097),
        ({"tag_id": 99}, 45159),
    ],
)
def test_a_wrong_rule_is_refused(account: Account, rule: dict[str, Any], errcode: int) -> None:
    account.call(CREATE, menu())
    assert account.errcode(ADD, {**menu(VIEW), "matchrule": rule}) == errcode


def test_a_rule_needs_a_default_menu_first(account: Account) -> None:
    assert account.errcode(ADD, {**menu(VIEW), "matchrule": {"client_platform_type": 1}}) == 65303


def test_menus_for_some_lead_to_three_domains_at_most(account: Account) -> None:
    account.call(CREATE, menu())
    views = [{**VIEW, "url": f"https://{number}.example.gov.cn/"} for number in range(4)]
    rule = {"matchrule": {"client_platform_type": 1}}
    codes = [account.errcode(ADD, {**menu(view), **rule}) for view in views]
    assert codes == [0, 0, 0, 40055]


def test_a_menu_that_is_not_there_cannot_be_deleted(account: Account) -> None:
    assert account.errcode("/cgi-bin/menu/delconditional", {"menuid": "1"}) == 65301


def test_without_any_menu_nobody_sees_one(account: Account) -> None:
    assert account.errcode(TRY, {"user_id": account.phone().openid}) == 46003


def test_a_thousand_can_be_published_a_day(account: Account) -> None:
    for _ in range(1000):
        account.platform.quotas.spend(CREATE)
    assert account.errcode(CREATE, menu()) == 45009
