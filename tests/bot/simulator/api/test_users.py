from typing import Any

import pytest

from tests.bot.simulator.api.account import Account
from tests.bot.simulator.tiny_service import NOW, OPENID

INFO, GET = "/cgi-bin/user/info", "/cgi-bin/user/get"
TAG, UNTAG = "/cgi-bin/tags/members/batchtagging", "/cgi-bin/tags/members/batchuntagging"


def tag(account: Account, name: str = "工作人员") -> int:
    number: int = account.call("/cgi-bin/tags/create", {"tag": {"name": name}})["tag"]["id"]
    return number


def test_neither_name_nor_picture_is_told(account: Account) -> None:
    account.phone()
    told = account.call(INFO, openid=OPENID)
    assert (told["subscribe"], told["openid"], told["subscribe_time"]) == (1, OPENID, NOW)
    assert not {"nickname", "headimgurl", "sex"} & told.keys()


def test_the_time_of_following_is_told(account: Account) -> None:
    phone = account.phone(following=False)
    account.clock.goes_on(60)
    phone.follow()
    assert account.call(INFO, openid=OPENID)["subscribe_time"] == NOW + 60


def test_of_who_does_not_follow_nothing_is_told(account: Account) -> None:
    account.phone(following=False)
    assert account.call(INFO, openid=OPENID) == {"subscribe": 0, "openid": OPENID}


@pytest.mark.parametrize(("query", "errcode"), [({"openid": "oNobody"}, 40003), ({}, 41009)])
def test_an_unknown_person_is_refused(account: Account, query: dict[str, str], errcode: int) -> None:
    assert account.errcode(INFO, **query) == errcode


def test_followers_are_listed_ten_thousand_at_a_time(account: Account) -> None:
    openids = [f"oTestOpenId{number:017}" for number in range(10_001)]
    for openid in openids:
        account.phone(openid)
    account.phone("oTestOpenIdWhoDoesNotFollow0", following=False)
    first = account.call(GET)
    assert (first["total"], first["count"], first["next_openid"]) == (10_001, 10_000, openids[9_999])
    second = account.call(GET, next_openid=first["next_openid"])
    assert (second["count"], second["data"]["openid"]) == (1, openids[10_000:])
    last = account.call(GET, next_openid=second["next_openid"])
    assert last == {"total": 10_001, "count": 0, "next_openid": ""}


def test_a_list_after_somebody_unknown_is_refused(account: Account) -> None:
    assert account.errcode(GET, next_openid="oNobody") == 40003


def test_people_are_under_their_tags(account: Account) -> None:
    account.phone()
    one, other = tag(account, "一"), tag(account, "二")
    for tag_id in (one, other):
        assert account.errcode(TAG, {"openid_list": [OPENID], "tagid": tag_id}) == 0
    assert account.call(INFO, openid=OPENID)["tagid_list"] == [one, other]
    assert account.errcode(UNTAG, {"openid_list": [OPENID], "tagid": one}) == 0
    listed = account.call("/cgi-bin/tags/get")["tags"]
    assert [(each["id"], each["count"]) for each in listed] == [(one, 0), (other, 1)]


@pytest.mark.parametrize(
    ("changed", "errcode"),
    [
        ({"openid_list": []}, 40032),
        ({"openid_list": OPENID}, 40032),
        ({"openid_list": [OPENID] * 51}, 40032),
        ({"openid_list": ["oNobody"]}, 40003),
        ({"tagid": 99}, 45159),
        ({"tagid": "1"}, 45159),
    ],
)
def test_a_wrong_tagging_is_refused(account: Account, changed: dict[str, Any], errcode: int) -> None:
    account.phone()
    assert account.errcode(TAG, {"openid_list": [OPENID], "tagid": tag(account), **changed}) == errcode


def test_nobody_is_under_more_than_twenty_tags(account: Account) -> None:
    account.phone()
    tags = [tag(account, str(number)) for number in range(21)]
    codes = [account.errcode(TAG, {"openid_list": [OPENID], "tagid": tag_id}) for tag_id in tags]
    assert codes == [0] * 20 + [45059]


@pytest.mark.parametrize(("name", "errcode"), [("", 45158), ("厅" * 11, 45158), ("工作人员", 45157)])
def test_a_wrong_tag_is_refused(account: Account, name: str, errcode: int) -> None:
    tag(account, "工作人员")
    assert account.errcode("/cgi-bin/tags/create", {"tag": {"name": name}}) == errcode


def test_there_are_a_hundred_tags(account: Account) -> None:
    for number in range(100):
        tag(account, str(number))
    assert account.errcode("/cgi-bin/tags/create", {"tag": {"name": "more"}}) == 45157
