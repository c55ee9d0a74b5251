from typing import Any

import pytest

from bot.simulator.codes import Codes
from tests.bot.simulator.api.account import Account

CREATE, SHOW = "/cgi-bin/qrcode/create", "/cgi-bin/showqrcode"


def asked(kind: str = "QR_LIMIT_STR_SCENE", scene: object = "h12.in.1", **more: Any) -> dict[str, Any]:
    name = "scene_str" if "STR" in kind else "scene_id"
    return {"action_name": kind, "action_info": {"scene": {name: scene}}, **more}


def test_a_permanent_code_has_a_ticket_and_an_address(account: Account) -> None:
    answer = account.call(CREATE, asked())
    assert answer.keys() == {"ticket", "url"}
    assert answer["url"].startswith("http://weixin.qq.com/q/")


def test_a_temporary_code_says_how_long_it_lasts(account: Account) -> None:
    assert account.call(CREATE, asked("QR_STR_SCENE", expire_seconds=600))["expire_seconds"] == 600
    assert account.call(CREATE, asked("QR_STR_SCENE"))["expire_seconds"] == 60  # very short unless said


@pytest.mark.parametrize("kind", ["QR_SCENE", "QR_LIMIT_SCENE"])
def test_a_number_is_a_scene_too(account: Account, kind: str) -> None:
    ticket = account.call(CREATE, asked(kind, 7))["ticket"]
    account.phone().scan_code(ticket)
    assert account.service.heard[0]["EventKey"] == "7"


@pytest.mark.parametrize("by", ["ticket", "url"])
def test_a_follower_who_scans_it_is_heard_with_its_scene_and_ticket(account: Account, by: str) -> None:
    answer = account.call(CREATE, asked())
    account.phone().scan_code(answer[by])
    heard = account.service.heard[0]
    assert (heard["Event"], heard["EventKey"], heard["Ticket"]) == ("SCAN", "h12.in.1", answer["ticket"])


def test_who_follows_by_it_is_heard_with_the_prefix(account: Account) -> None:
    answer = account.call(CREATE, asked())
    phone = account.phone(following=False)
    phone.scan_code(answer["ticket"])
    assert account.service.heard == []
    phone.follow()
    heard = account.service.heard[0]
    assert (heard["EventKey"], heard["Ticket"]) == ("qrscene_h12.in.1", answer["ticket"])


def test_an_expired_code_sends_nothing(account: Account) -> None:
    ticket = account.call(CREATE, asked("QR_STR_SCENE", expire_seconds=600))["ticket"]
    phone = account.phone()
    account.clock.goes_on(599)
    assert phone.scan_code(ticket).attempts == 1
    account.clock.goes_on(1)
    assert phone.scan_code(ticket).attempts == 0
    assert phone.bubbles[-1].kind == "code_expired"
    assert account.client.get(SHOW, query_string={"ticket": ticket}).status_code == 404


def test_what_is_no_code_of_the_account_sends_nothing(account: Account) -> None:
    assert account.phone().scan_code("http://weixin.qq.com/q/other").attempts == 0


def test_the_same_permanent_scene_is_the_same_code_and_takes_no_new_place(account: Account) -> None:
    account.platform.codes.most_permanent = 2
    first = account.call(CREATE, asked())
    assert account.call(CREATE, asked()) == first
    assert account.call(CREATE, asked("QR_LIMIT_SCENE", 1))["ticket"] != first["ticket"]
    assert account.errcode(CREATE, asked(scene="h13.in.1")) == 40053
    assert account.call(CREATE, asked()) == first
    assert account.errcode(CREATE, asked("QR_STR_SCENE", expire_seconds=60)) == 0


def test_while_the_platform_refuses_codes_none_is_made_and_old_ones_are_scanned(account: Account) -> None:
    ticket = account.call(CREATE, asked())["ticket"]
    account.platform.codes.are_refused = True
    for body in (asked(), asked(scene="h13.in.1"), asked("QR_STR_SCENE", expire_seconds=60)):
        assert account.errcode(CREATE, body) == 40053
    assert account.phone().scan_code(ticket).attempts == 1


def test_an_account_has_a_hundred_thousand_permanent_codes() -> None:
    assert Codes(lambda: 0.0).most_permanent == 100_000


def test_a_temporary_scene_is_another_code_every_time(account: Account) -> None:
    body = asked("QR_STR_SCENE", expire_seconds=60)
    assert account.call(CREATE, body)["ticket"] != account.call(CREATE, body)["ticket"]


def test_expired_codes_are_forgotten_a_day_later(account: Account) -> None:
    codes = account.platform.codes
    old = codes.create("QR_STR_SCENE", "a", 60)
    account.clock.goes_on(86400 + 61)
    codes.create("QR_STR_SCENE", "b", 60)
    account.clock.shows(old.expires_at - 1 if old.expires_at else 0)
    assert codes.by_url(old.url) is None
    assert [code.scene for code in codes] == ["b"]


@pytest.mark.parametrize(
    ("body", "errcode"),
    [
        ({}, 40052),
        (asked("QR_OTHER"), 40052),
        ({"action_name": "QR_SCENE"}, 40053),
        ({"action_name": "QR_SCENE", "action_info": {"scene": 5}}, 40053),
        (asked(scene=""), 40053),
        (asked(scene="x" * 65), 40053),
        (asked(scene=5), 40053),
        (asked("QR_SCENE", 0, expire_seconds=60), 40053),
        (asked("QR_SCENE", 2**32, expire_seconds=60), 40053),
        (asked("QR_SCENE", True, expire_seconds=60), 40053),
        (asked("QR_SCENE", "7", expire_seconds=60), 40053),
        (asked("QR_LIMIT_SCENE", 100_001), 40053),
        (asked("QR_STR_SCENE", expire_seconds=0), 40053),
        (asked("QR_STR_SCENE", expire_seconds=2_592_001), 40053),
        (asked("QR_STR_SCENE", expire_seconds="60"), 40053),
    ],
)
def test_a_wrong_code_is_refused(account: Account, body: dict[str, Any], errcode: int) -> None:
    assert account.errcode(CREATE, body) == errcode


@pytest.mark.parametrize(
    "body",
    [
        asked(scene="x" * 64),
        asked("QR_SCENE", 2**32 - 1, expire_seconds=2_592_000),
        asked("QR_LIMIT_SCENE", 100_000),
    ],
)
def test_the_largest_is_taken(account: Account, body: dict[str, Any]) -> None:
    assert account.errcode(CREATE, body) == 0


def test_the_picture_is_for_anybody(account: Account) -> None:
    ticket = account.call(CREATE, asked())["ticket"]
    response = account.client.get(SHOW, query_string={"ticket": ticket})
    assert (response.status_code, response.content_type) == (200, "image/png")
    assert response.data.startswith(b"\x89PNG\r\n\x1a\n")


@pytest.mark.parametrize("ticket", ["", "unknown"])
def test_there_is_no_picture_for_another_ticket(account: Account, ticket: str) -> None:
    assert account.client.get(SHOW, query_string={"ticket": ticket}).status_code == 404


def test_a_ticket_has_to_be_quoted(account: Account) -> None:
    tickets = [account.platform.codes.create("QR_STR_SCENE", "a").ticket for _ in range(50)]
    assert any("+" in ticket or "/" in ticket for ticket in tickets)


def test_a_person_is_known_by_the_code_they_came_by(account: Account) -> None:
    for number, (kind, scene) in enumerate([("QR_LIMIT_SCENE", 7), ("QR_LIMIT_STR_SCENE", "h12")]):
        phone = account.phone(f"oTestOpenId00000000000000{number:03}", following=False)
        phone.scan_code(account.call(CREATE, asked(kind, scene))["ticket"])
        phone.follow()
    told = [account.call("/cgi-bin/user/info", openid=phone.openid) for phone in account.platform.phones()]
    assert [(one["qr_scene"], one["qr_scene_str"]) for one in told] == [(7, ""), (0, "h12")]
    assert {one["subscribe_scene"] for one in told} == {"ADD_SCENE_QR_CODE"}
