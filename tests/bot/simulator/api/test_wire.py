"""The API behind a real server, called by a client that is not ours."""

import threading

import pytest
import requests

from tests.bot.simulator.api.account import Account

PATH = "/cgi-bin/getcallbackip"


def fetched(account: Account, address: str, timeout: float = 5.0) -> requests.Response:
    query = {"access_token": account.token()}
    return requests.get(address + PATH, query, timeout=timeout, proxies={"no_proxy": "*"})


def test_a_call_is_answered(account: Account, address: str) -> None:
    assert fetched(account, address).json() == {"ip_list": ["127.0.0.1"]}


def test_a_connection_is_reset_on_request_and_the_next_one_is_fine(account: Account, address: str) -> None:
    account.platform.faults.next(PATH, "reset")
    with pytest.raises(requests.ConnectionError, match="reset"):
        fetched(account, address)
    assert fetched(account, address).status_code == 200
    assert [one.status for one in account.platform.exchanges] == [0, 200]


def test_an_answer_never_comes_on_request(account: Account, address: str) -> None:
    account.platform.faults.next(PATH, "never")
    with pytest.raises(requests.ReadTimeout):
        fetched(account, address, timeout=0.05)


def test_who_waits_for_nothing_is_let_go(account: Account) -> None:
    waiting = threading.Thread(target=account.platform.faults.wait, args=(60.0,))
    waiting.start()
    while waiting.is_alive():
        account.platform.faults.clear()
        waiting.join(0.01)
