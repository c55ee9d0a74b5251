import re
from typing import Any

import pytest

from bot.simulator import Slow
from tests.bot.simulator.api.account import Account
from tests.bot.simulator.tiny_service import OPENID

SEND, ADDRESSES = "/cgi-bin/message/custom/send", "/cgi-bin/getcallbackip"
HELLO = {"touser": OPENID, "msgtype": "text", "text": {"content": "你好"}}


def test_a_call_without_a_token_is_told_so(account: Account) -> None:
    answer = account.client.get(ADDRESSES).get_json()
    assert answer["errcode"] == 41001
    assert answer["errmsg"].startswith("access_token missing rid: ")


def test_a_wrong_token_is_told_how_to_get_a_stable_one(account: Account) -> None:
    answer = account.call(ADDRESSES, access_token="wrong")
    assert answer["errcode"] == 40001
    assert "could get access_token by getStableAccessToken" in answer["errmsg"]


def test_an_expired_token_is_told_apart(account: Account) -> None:
    token = account.token()
    account.clock.goes_on(7200)
    assert account.errcode(ADDRESSES, access_token=token) == 42001


def test_reading_where_writing_is_meant_is_refused_and_the_other_way_round(account: Account) -> None:
    assert account.errcode(SEND) == 43002
    assert account.errcode(ADDRESSES, {}) == 43001


def test_an_unknown_path_is_refused_as_the_platform_refuses_it(account: Account) -> None:
    assert account.errcode("/cgi-bin/none") == 40066


@pytest.mark.parametrize(
    ("body", "errcode"),
    [
        (b"not json", 47001),
        (b"[]", 47001),
        (b'"text"', 47001),
        (b"\xff\xfe", 47001),
        (b"[" * 100_000, 47001),  # deeper than a reader can go
        (b" ", 44002),
    ],
)
def test_a_body_that_is_no_object_is_refused(account: Account, body: bytes, errcode: int) -> None:
    assert account.errcode(SEND, body) == errcode


def test_half_of_a_pair_is_no_character_in_a_scene_either(account: Account) -> None:
    body = b'{"action_name": "QR_STR_SCENE", "action_info": {"scene": {"scene_str": "\\ud800"}}}'
    assert account.errcode("/cgi-bin/qrcode/create", body) == 47001


def test_what_the_account_may_not_do_is_refused_call_by_call(account: Account) -> None:
    account.platform.lacks.add(SEND)
    assert account.errcode(SEND, HELLO) == 48001
    assert account.errcode(ADDRESSES) == 0


def test_every_call_counts_until_the_day_is_used_up(account: Account) -> None:
    account.platform.quotas.daily_limits[ADDRESSES] = 2
    assert [account.errcode(ADDRESSES) for _ in range(3)] == [0, 0, 45009]


@pytest.mark.parametrize(
    ("fault", "errcode"), [("busy", -1), ("stale", 40001), ("quota", 45009), ("minute_quota", 45011), (50002, 50002)]
)
def test_a_fault_comes_once_and_the_work_is_not_done(account: Account, fault: str | int, errcode: int) -> None:
    account.phone().says("1")
    account.platform.faults.next(SEND, fault)
    assert [account.errcode(SEND, HELLO) for _ in range(2)] == [errcode, 0]
    assert [bubble.side for bubble in account.phone().bubbles] == ["visitor", "account", "account"]


def test_a_fault_may_come_several_times_and_on_any_path(account: Account) -> None:
    account.platform.faults.next("*", "busy", times=2)
    assert [account.errcode(ADDRESSES) for _ in range(3)] == [-1, -1, 0]


def test_a_bad_gateway_answers_with_a_page(account: Account) -> None:
    account.platform.faults.next(ADDRESSES, "html")
    response = account.response(ADDRESSES)
    assert (response.status_code, response.mimetype) == (502, "text/html")


def test_an_answer_may_be_lost_after_the_work_is_done(account: Account) -> None:
    account.phone().says("1")
    account.platform.faults.next(SEND, "html", after=True)
    assert account.response(SEND, HELLO).status_code == 502
    assert account.phone().bubbles[-1].parts == ("你好",)


def test_a_late_answer_comes_after_all(account: Account) -> None:
    account.platform.faults.next(ADDRESSES, Slow(0.001))
    assert account.errcode(ADDRESSES) == 0


def test_a_reset_leaves_the_application_as_an_error(account: Account) -> None:
    account.platform.faults.next(ADDRESSES, "reset")
    with pytest.raises(ConnectionResetError):
        account.response(ADDRESSES)


@pytest.mark.parametrize("fault", ["", "broken"])
def test_an_unknown_fault_is_a_mistake(account: Account, fault: str) -> None:
    with pytest.raises(ValueError, match="fault"):
        account.platform.faults.next(ADDRESSES, fault)


def test_cleared_faults_do_not_come(account: Account) -> None:
    account.platform.faults.next(ADDRESSES, "busy", times=9)
    account.platform.faults.clear()
    assert account.errcode(ADDRESSES) == 0


def test_calls_are_kept_for_developers_without_their_secrets(account: Account) -> None:
    account.phone().says("1")
    token = account.token()
    account.call(SEND, HELLO)
    kept = list(account.platform.exchanges)[-1]
    assert (kept.kind, kept.title, kept.status) == ("call", f"POST {SEND}", 200)
    assert "touser" in kept.request
    assert '"errmsg": "ok"' in kept.response
    assert token not in kept.request
    assert token[:6] in kept.request


def test_a_minted_token_is_shortened_too(account: Account) -> None:
    query: dict[str, Any] = {
        "grant_type": "client_credential", "appid": account.platform.app_id, "secret": account.platform.app_secret,
    }  # fmt: skip
    token = account.client.get("/cgi-bin/token", query_string=query).get_json()["access_token"]
    kept = list(account.platform.exchanges)[-1]
    assert token not in kept.response
    assert account.platform.app_secret not in kept.request


def test_a_refused_call_can_be_asked_about_by_its_rid(account: Account) -> None:
    message = account.call(SEND, {"touser": "nobody"})["errmsg"]
    rid = re.search(r"rid: (\S+)$", message)
    assert rid is not None
    request = account.call("/cgi-bin/openapi/rid/get", {"rid": rid[1]})["request"]
    assert "nobody" in request["request_body"]
    assert account.token() not in request["request_url"]


def test_an_unknown_rid_is_refused(account: Account) -> None:
    assert account.errcode("/cgi-bin/openapi/rid/get", {"rid": "00000000-00000000-00000000"}) == 76001
