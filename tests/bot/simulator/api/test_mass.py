import threading
from typing import Any

import pytest

from tests.bot.simulator.api.account import TO_MIDNIGHT, Account

SEND = "/cgi-bin/message/mass/send"
PEOPLE = [f"oTestOpenId000000000000{number:04}x" for number in range(3)]
# NOW is in the middle of November: the month of Shanghai ends sixteen days later.
TO_NEXT_MONTH = TO_MIDNIGHT + 15 * 86400


def message(**changed: Any) -> dict[str, Any]:
    return {"touser": PEOPLE, "msgtype": "text", "text": {"content": "今天闭馆"}, **changed}


def crowd(account: Account) -> None:
    for openid in PEOPLE:
        account.phone(openid)


def seen(account: Account, openid: str) -> int:
    return len(account.phone(openid).bubbles)


def test_everybody_gets_it_and_the_event_counts_them(account: Account) -> None:
    crowd(account)
    answer = account.call(SEND, message())
    assert answer["errcode"] == 0
    assert [seen(account, openid) for openid in PEOPLE] == [1, 1, 1]
    account.platform.deliver_due()
    heard = account.service.heard[0]
    assert (heard["Event"], heard["MsgID"]) == ("MASSSENDJOBFINISH", str(answer["msg_id"]))
    assert heard["Status"] == "send success"
    counts = [heard[name] for name in ("TotalCount", "FilterCount", "SentCount", "ErrorCount")]
    assert counts == ["3", "3", "3", "0"]


def test_the_fifth_of_a_month_is_dropped_without_a_word(account: Account) -> None:
    crowd(account)
    assert [account.errcode(SEND, message()) for _ in range(5)] == [0] * 5
    assert seen(account, PEOPLE[0]) == 4
    account.platform.deliver_due()
    assert [heard["SentCount"] for heard in account.service.heard] == ["3", "3", "3", "3", "0"]
    account.clock.goes_on(TO_NEXT_MONTH - 1)
    account.call(SEND, message())
    assert seen(account, PEOPLE[0]) == 4
    account.clock.goes_on(1)
    account.call(SEND, message())
    assert seen(account, PEOPLE[0]) == 5


def test_the_fourth_of_a_month_is_given_out_once(account: Account) -> None:
    crowd(account)
    for _ in range(3):
        account.call(SEND, message())
    token, together = account.token(), threading.Barrier(2)

    def send() -> None:
        client = account.client.application.test_client()
        together.wait()
        client.post(f"{SEND}?access_token={token}", json=message())

    threads = [threading.Thread(target=send) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [seen(account, openid) for openid in PEOPLE] == [4, 4, 4]


def test_who_does_not_follow_is_left_out(account: Account) -> None:
    crowd(account)
    account.phone(PEOPLE[0]).is_following = False
    account.call(SEND, message(touser=[*PEOPLE, "oNobody00000000000000000001"]))
    assert seen(account, PEOPLE[0]) == 0
    account.platform.deliver_due()
    assert account.service.heard[0]["FilterCount"] == "2"


def test_the_accounts_own_id_sends_once_a_day(account: Account) -> None:
    crowd(account)
    first = account.call(SEND, message(clientmsgid="notice-1"))["msg_id"]
    account.clock.goes_on(86399)
    again = account.call(SEND, message(clientmsgid="notice-1"))
    assert (again["errcode"], again["msg_id"]) == (45065, first)
    assert seen(account, PEOPLE[0]) == 1
    account.clock.goes_on(1)
    assert account.errcode(SEND, message(clientmsgid="notice-1")) == 0


@pytest.mark.parametrize(
    ("changed", "errcode"),
    [
        ({"touser": PEOPLE[:1]}, 40130),
        ({"touser": []}, 40130),
        ({"touser": PEOPLE[0]}, 40130),
        ({"touser": ["o"] * 10_001}, 40130),
        ({"msgtype": "msgmenu", "msgmenu": {"list": [{"id": "1", "content": "1"}]}}, 40008),
        ({"text": {"content": ""}}, 44004),
        ({"clientmsgid": "x" * 33}, 40097),
    ],
)
def test_a_wrong_mass_message_is_refused(account: Account, changed: dict[str, Any], errcode: int) -> None:
    crowd(account)
    assert account.errcode(SEND, message(**changed)) == errcode


def test_sixty_can_be_asked_for_in_a_minute(account: Account) -> None:
    codes = [account.errcode(SEND, message(touser=[])) for _ in range(61)]
    assert codes[-1] == 45011
    account.clock.goes_on(60)
    assert account.errcode(SEND, message(touser=[])) == 40130


def test_a_hundred_can_be_asked_for_in_a_day(account: Account) -> None:
    for _ in range(100):
        account.platform.quotas.spend(SEND)
        account.clock.goes_on(2)
    assert account.errcode(SEND, message()) == 45009
