import re
from typing import Any

import pytest

from tests.bot.simulator.api.account import SECRET, TO_MIDNIGHT, Account
from tests.bot.simulator.tiny_service import APP_ID

RIGHT = {"grant_type": "client_credential", "appid": APP_ID, "secret": SECRET}
TOKEN, STABLE = "/cgi-bin/token", "/cgi-bin/stable_token"


def ask(account: Account, path: str = TOKEN, **changed: Any) -> dict[str, Any]:
    asked = {name: value for name, value in {**RIGHT, **changed}.items() if value is not None}
    client = account.client
    response = client.get(path, query_string=asked) if path == TOKEN else client.post(path, json=asked)
    assert response.status_code == 200
    answer: dict[str, Any] = response.get_json()
    return answer


def works(account: Account, token: str) -> int:
    response = account.client.get("/cgi-bin/getcallbackip", query_string={"access_token": token})
    code: int = response.get_json().get("errcode", 0)
    return code


@pytest.mark.parametrize("path", [TOKEN, STABLE])
@pytest.mark.parametrize(
    ("changed", "errcode"),
    [
        ({"appid": "wx0000000000000000", "grant_type": "wrong"}, 40013),  # the appid is looked at first
        ({"appid": None}, 41002),
        ({"secret": None}, 41004),
        ({"secret": "wrong"}, 40125),
        ({"grant_type": "password"}, 40002),
    ],
)
def test_no_token_for_a_wrong_request(account: Account, path: str, changed: dict[str, Any], errcode: int) -> None:
    assert ask(account, path, **changed)["errcode"] == errcode


def test_a_refusal_ends_in_a_rid(account: Account) -> None:
    answer = ask(account, appid="wx0000000000000000")
    assert re.fullmatch(r"invalid appid rid: [0-9a-f]{8}-[0-9a-f]{8}-[0-9a-f]{8}", answer["errmsg"])


@pytest.mark.parametrize("path", [TOKEN, STABLE])
def test_a_caller_who_is_not_on_the_list_is_named(path: str) -> None:
    answer = ask(Account(settings={"callers": {"203.0.113.5"}}), path)
    assert answer["errcode"] == 40164
    assert "invalid ip 127.0.0.1" in answer["errmsg"]


def test_a_caller_on_the_list_gets_a_token() -> None:
    assert ask(Account(settings={"callers": {"127.0.0.1"}}))["expires_in"] == 7200


def test_a_frozen_secret_is_good_for_nothing(account: Account) -> None:
    account.platform.is_secret_frozen = True
    assert ask(account, STABLE)["errcode"] == 40243


def test_an_older_token_works_five_minutes_beside_the_newer_one(account: Account) -> None:
    older, newer = ask(account)["access_token"], ask(account)["access_token"]
    account.clock.goes_on(299)
    assert (works(account, older), works(account, newer)) == (0, 0)
    account.clock.goes_on(1)
    assert (works(account, older), works(account, newer)) == (42001, 0)


def test_the_old_family_has_2000_a_day_by_the_calendar_of_shanghai(account: Account) -> None:
    for _ in range(2000):
        account.platform.quotas.spend(TOKEN)
    assert ask(account)["errcode"] == 45009
    account.clock.goes_on(TO_MIDNIGHT - 1)
    assert ask(account)["errcode"] == 45009
    account.clock.goes_on(1)
    assert ask(account)["expires_in"] == 7200


def test_the_stable_token_stays_the_same_with_what_is_left_of_its_life(account: Account) -> None:
    first = ask(account, STABLE)
    account.clock.goes_on(6899)
    assert ask(account, STABLE) == {"access_token": first["access_token"], "expires_in": 301}


def test_the_stable_token_changes_five_minutes_before_its_end_and_both_work(account: Account) -> None:
    first = ask(account, STABLE)["access_token"]
    account.clock.goes_on(6900)
    second = ask(account, STABLE)
    assert second["access_token"] != first
    assert second["expires_in"] == 7200
    account.clock.goes_on(299)
    assert (works(account, first), works(account, second["access_token"])) == (0, 0)
    account.clock.goes_on(1)
    assert works(account, first) == 42001


def test_a_forced_one_ends_the_old_one_at_once(account: Account) -> None:
    first = ask(account, STABLE)["access_token"]
    second = ask(account, STABLE, force_refresh=True)["access_token"]
    assert (works(account, first), works(account, second)) == (40001, 0)


def test_within_thirty_seconds_nothing_is_forced_again(account: Account) -> None:
    first = ask(account, STABLE, force_refresh=True)["access_token"]
    account.clock.goes_on(29)
    assert ask(account, STABLE, force_refresh=True)["access_token"] == first
    account.clock.goes_on(1)
    assert ask(account, STABLE, force_refresh=True)["access_token"] != first


def test_twenty_can_be_forced_a_day(account: Account) -> None:
    for _ in range(20):
        assert "access_token" in ask(account, STABLE, force_refresh=True)
        account.clock.goes_on(30)
    assert ask(account, STABLE, force_refresh=True)["errcode"] == 45009
    assert "access_token" in ask(account, STABLE)


def test_the_families_know_nothing_of_each_other(account: Account) -> None:
    stable, ordinary = ask(account, STABLE)["access_token"], ask(account)["access_token"]
    ask(account, STABLE, force_refresh=True)
    assert (works(account, ordinary), works(account, stable)) == (0, 40001)


def test_tokens_are_forgotten_when_the_secret_changes(account: Account) -> None:
    token = ask(account)["access_token"]
    account.platform.tokens.forget()
    assert works(account, token) == 40001


@pytest.mark.parametrize("force", ["true", 1])
def test_force_is_a_truth_value(account: Account, force: object) -> None:
    assert ask(account, STABLE, force_refresh=force)["errcode"] == 47001
