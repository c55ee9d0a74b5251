from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

import pytest

from bot.simulator.signing_in import LinkRefused, check_link
from tests.bot.simulator.api.account import SECRET, Account
from tests.bot.simulator.tiny_service import APP_ID, OPENID

BACK = "https://hall.example.gov.cn/visits?lang=zh"
DOMAIN = "hall.example.gov.cn"
AUTHORIZE, TOKEN = "/connect/oauth2/authorize", "/sns/oauth2/access_token"


def link(back: str = BACK, scope: str = "snsapi_base", state: str = "s1", app_id: str = APP_ID) -> str:
    return f"appid={app_id}&redirect_uri={quote(back, safe='')}&response_type=code&scope={scope}&state={state}"


def answered(location: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(location).query).items()}


def code_of(account: Account, scope: str = "snsapi_base") -> str:
    account.browser = account.phone()
    return answered(account.client.get(f"{AUTHORIZE}?{link(scope=scope)}").location)["code"]


def session(account: Account, code: str, **changed: str) -> dict[str, Any]:
    query = {"appid": APP_ID, "secret": SECRET, "code": code, "grant_type": "authorization_code", **changed}
    answer: dict[str, Any] = account.client.get(TOKEN, query_string=query).get_json()
    return answer


def sns(account: Account, path: str, **query: str) -> dict[str, Any]:
    answer: dict[str, Any] = account.client.get(path, query_string=query).get_json()
    return answer


def test_a_person_is_led_back_with_a_code_and_the_state(account: Account) -> None:
    account.browser = account.phone()
    response = account.client.get(f"{AUTHORIZE}?{link()}")
    assert response.status_code == 302
    back = answered(response.location)
    assert response.location.startswith(BACK)
    assert (back["lang"], back["state"]) == ("zh", "s1")
    assert session(account, back["code"])["openid"] == OPENID


def test_what_follows_a_hash_stays_at_the_end(account: Account) -> None:
    account.browser = account.phone()
    location = account.client.get(f"{AUTHORIZE}?{link(back=f'https://{DOMAIN}/#here')}").location
    assert location.startswith(f"https://{DOMAIN}/?code=")
    assert location.endswith("#here")


def test_outside_wechat_the_page_says_where_to_open_it(account: Account) -> None:
    response = account.client.get(f"{AUTHORIZE}?{link()}")
    assert response.status_code == 200
    assert "请在微信客户端打开链接" in response.text


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("", "parameters_wrong"),
        (
            f"redirect_uri={quote(BACK, safe='')}&appid={APP_ID}&response_type=code&scope=snsapi_base",
            "parameters_wrong",
        ),
        (link().replace("response_type=code&", ""), "parameters_wrong"),
        (link(scope="snsapi_login"), "parameters_wrong"),
        (f"{link()}&more=1", "parameters_wrong"),
        (link(app_id="wx0000000000000000"), "other_account"),
        (link(back="javascript:alert(1)"), "redirect_wrong"),
        (link().replace(quote(BACK, safe=""), f"https://{DOMAIN}/"), "redirect_wrong"),  # not quoted
        (link(back="https://www.hall.example.gov.cn/"), "other_domain"),  # no domain below
        (link(back="https://example.gov.cn/"), "other_domain"),  # nor above
        (link(state="a-b"), "state_wrong"),
        (link(state="a" * 129), "state_wrong"),
    ],
)
def test_a_wrong_link_leads_nowhere(query: str, code: str) -> None:
    account = Account(settings={"domain": DOMAIN})
    account.browser = account.phone()
    assert account.client.get(f"{AUTHORIZE}?{query}").status_code == 200
    with pytest.raises(LinkRefused, match=code):
        check_link(f"https://open.weixin.qq.com{AUTHORIZE}?{query}#wechat_redirect", APP_ID, DOMAIN)


def test_the_link_ends_in_a_fragment_that_no_server_sees() -> None:
    whole = f"https://open.weixin.qq.com{AUTHORIZE}?{link()}"
    assert check_link(f"{whole}#wechat_redirect", APP_ID, DOMAIN).redirect_uri == BACK
    with pytest.raises(LinkRefused, match="fragment_missing"):
        check_link(whole, APP_ID, DOMAIN)


def test_a_forced_popup_may_be_asked_for_at_the_end() -> None:
    url = f"https://open.weixin.qq.com{AUTHORIZE}?{link()}&forcePopup=true#wechat_redirect"
    assert check_link(url, APP_ID, None).state == "s1"


def test_who_does_not_follow_is_asked_before_more_is_told(account: Account) -> None:
    account.browser = account.phone(following=False)
    url = f"{AUTHORIZE}?{link(scope='snsapi_userinfo')}"
    assert "同意" in account.client.get(url).text
    assert "code" in answered(account.client.post(url, data={"decision": "allow"}).location)
    assert answered(account.client.post(url, data={"decision": "deny"}).location) == {"lang": "zh", "state": "s1"}


def test_the_openid_alone_is_told_without_asking(account: Account) -> None:
    account.browser = account.phone(following=False)
    assert account.client.get(f"{AUTHORIZE}?{link()}").status_code == 302


def test_a_code_works_once(account: Account) -> None:
    code = code_of(account)
    told = session(account, code)
    assert (told["openid"], told["scope"], told["expires_in"]) == (OPENID, "snsapi_base", 7200)
    assert "is_snapshotuser" not in told
    assert session(account, code)["errcode"] == 40163


def test_a_code_works_for_five_minutes(account: Account) -> None:
    code = code_of(account)
    account.clock.goes_on(300)
    assert session(account, code)["errcode"] == 42003


def test_codes_are_forgotten_a_day_later(account: Account) -> None:
    code = code_of(account)
    account.clock.goes_on(300 + 86400)
    code_of(account)
    assert session(account, code)["errcode"] == 40029


@pytest.mark.parametrize(
    ("changed", "errcode"),
    [
        ({"code": "unknown"}, 40029),
        ({"code": ""}, 41008),
        ({"appid": "wx0000000000000000"}, 40013),
        ({"secret": "wrong"}, 40125),
        ({"grant_type": "client_credential"}, 40002),
    ],
)
def test_a_wrong_request_gets_no_session(account: Account, changed: dict[str, str], errcode: int) -> None:
    code = code_of(account)
    assert session(account, **{"code": code, **changed})["errcode"] == errcode
    assert session(account, code)["openid"] == OPENID  # the code was not used up


def test_here_a_comma_stands_before_the_rid(account: Account) -> None:
    answer = session(account, "1", appid="wx0000000000000000")
    assert answer["errmsg"].startswith("invalid appid, rid: ")
    hintless = sns(account, "/sns/userinfo", access_token="wrong", openid=OPENID)
    assert hintless["errmsg"].startswith("invalid credential, access_token is invalid or not latest, rid: ")


def test_in_a_snapshot_the_person_is_made_up(account: Account) -> None:
    account.platform.signing_in.in_snapshots = True
    told = session(account, code_of(account, "snsapi_userinfo"))
    assert told["is_snapshotuser"] == 1
    assert told["openid"] != OPENID
    assert len(told["openid"]) == 28


def test_little_is_told_of_a_person_who_agreed(account: Account) -> None:
    token = session(account, code_of(account, "snsapi_userinfo"))["access_token"]
    told = sns(account, "/sns/userinfo", access_token=token, openid=OPENID)
    assert told["openid"] == OPENID
    assert {told[name] for name in ("city", "province", "country", "headimgurl")} == {""}


def test_a_session_is_its_persons_own_and_ends(account: Account) -> None:
    token = session(account, code_of(account))["access_token"]
    known = {"access_token": token, "openid": OPENID}
    assert sns(account, "/sns/auth", **known)["errcode"] == 0
    assert sns(account, "/sns/userinfo", **known)["errcode"] == 48001  # not what was asked for
    assert sns(account, "/sns/auth", access_token=token, openid="oNobody")["errcode"] == 40003
    assert sns(account, "/sns/auth", access_token=token)["errcode"] == 41009
    account.clock.goes_on(7200)
    assert sns(account, "/sns/auth", **known)["errcode"] == 42001


def test_sessions_are_forgotten_a_day_after_their_end(account: Account) -> None:
    token = session(account, code_of(account))["access_token"]
    account.clock.goes_on(7200 + 86400)
    session(account, code_of(account))
    assert sns(account, "/sns/auth", access_token=token, openid=OPENID)["errcode"] == 40001


def test_a_session_is_no_token_of_the_account(account: Account) -> None:
    token = session(account, code_of(account))["access_token"]
    assert account.errcode("/cgi-bin/user/get", access_token=token) == 40001


def test_a_session_is_renewed_for_thirty_days(account: Account) -> None:
    first = session(account, code_of(account))
    asked = {"appid": APP_ID, "grant_type": "refresh_token", "refresh_token": first["refresh_token"]}
    path = "/sns/oauth2/refresh_token"
    assert sns(account, path, **asked)["access_token"] == first["access_token"]  # while it lasts
    account.clock.goes_on(7200)
    second = sns(account, path, **asked)
    assert second["access_token"] != first["access_token"]
    assert second["openid"] == OPENID
    account.clock.goes_on(30 * 86400 - 7200)
    assert sns(account, path, **asked)["errcode"] == 42002
    assert sns(account, path, **{**asked, "refresh_token": "unknown"})["errcode"] == 40030
    assert sns(account, path, **{**asked, "grant_type": "other"})["errcode"] == 40002
    assert sns(account, path, **{**asked, "appid": "wx0"})["errcode"] == 40013
