import pytest

from tests.bot.simulator.api.account import SECRET, Account
from tests.bot.simulator.tiny_service import APP_ID

QUOTA, CLEAR, CLEAR_2 = "/cgi-bin/openapi/quota/get", "/cgi-bin/clear_quota", "/cgi-bin/clear_quota/v2"
USERS, TICKET = "/cgi-bin/user/get", "/cgi-bin/ticket/getticket"


@pytest.mark.parametrize("path", ["/cgi-bin/getcallbackip", "/cgi-bin/get_api_domain_ip"])
def test_addresses_are_told(account: Account, path: str) -> None:
    assert account.call(path)["ip_list"] == ["127.0.0.1"]


def test_a_quota_counts_what_was_used(account: Account) -> None:
    account.call(USERS)
    told = account.call(QUOTA, {"cgi_path": USERS})["quota"]
    assert told == {"daily_limit": 500, "used": 1, "remain": 499}


def test_an_unknown_path_has_no_quota(account: Account) -> None:
    assert account.errcode(QUOTA, {"cgi_path": "/cgi-bin/none"}) == 76003


def test_a_cleared_quota_begins_anew(account: Account) -> None:
    account.platform.quotas.daily_limits[USERS] = 1
    assert [account.errcode(USERS) for _ in range(2)] == [0, 45009]
    assert account.errcode(CLEAR, {"appid": APP_ID}) == 0
    assert account.errcode(USERS) == 0


def test_quotas_are_cleared_ten_times_a_month_by_either_way(account: Account) -> None:
    by_secret = {"appid": APP_ID, "appsecret": SECRET}
    codes = [account.errcode(CLEAR, {"appid": APP_ID}) for _ in range(9)]
    codes += [account.errcode(CLEAR_2, by_secret) for _ in range(2)]
    assert codes == [0] * 10 + [48006]
    account.clock.goes_on(31 * 86400)
    assert account.errcode(CLEAR, {"appid": APP_ID}) == 0


def test_quotas_are_the_accounts_own(account: Account) -> None:
    assert account.errcode(CLEAR, {"appid": "wx0000000000000000"}) == 40013
    assert account.errcode(CLEAR_2, {"appid": APP_ID, "appsecret": "wrong"}) == 40125


def test_clearing_by_secret_takes_a_form_and_no_token(account: Account) -> None:
    answer = account.client.post(CLEAR_2, data={"appid": APP_ID, "appsecret": SECRET}).get_json()
    assert answer["errcode"] == 0


def test_the_ticket_stays_the_same_for_two_hours(account: Account) -> None:
    first = account.call(TICKET, type="jsapi")
    assert first["expires_in"] == 7200
    account.clock.goes_on(7199)
    assert account.call(TICKET, type="jsapi") == {**first, "expires_in": 1}
    account.clock.goes_on(1)
    assert account.call(TICKET, type="jsapi")["ticket"] != first["ticket"]


def test_there_is_no_ticket_of_another_type(account: Account) -> None:
    assert account.errcode(TICKET, type="other") == 40097
