"""What is counted is given out once, however many ask for the last of it at the same moment."""

import sys
import threading
from collections.abc import Callable, Iterator
from typing import TypeVar

import pytest

from bot.simulator.codes import Codes, CodesUsedUp
from bot.simulator.grants import Grants
from bot.simulator.notices import Templates
from bot.simulator.quotas import OverQuota, Quotas
from bot.simulator.sent import MOST_MASS_A_MONTH, Sent
from bot.simulator.signing_in import CodeRefused, SigningIn
from bot.simulator.tokens import Tokens
from bot.simulator.windows import NoWindow, Windows
from tests.bot.simulator.tiny_service import NOW, OPENID

THREADS = 8
T = TypeVar("T")


class NeverRaised(Exception):
    """What is asked for here is never refused."""


@pytest.fixture(autouse=True)
def _switching_often() -> Iterator[None]:
    """Threads take turns so often that a gap between a look and a deed is found."""
    usual = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(usual)


def clock() -> float:
    return float(NOW)


def at_once(ask: Callable[[], T], refusal: type[Exception] = NeverRaised) -> list[T | None]:
    """What so many threads get at the same moment; None for a refusal."""
    together = threading.Barrier(THREADS)
    got: list[T | None] = []

    def one() -> None:
        together.wait()
        try:
            got.append(ask())
        except refusal:
            got.append(None)

    threads = [threading.Thread(target=one) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return got


def test_the_messages_of_a_window() -> None:
    windows = Windows(clock)
    windows.opens("scan", "a scan")

    def take() -> bool:
        windows.take()
        return True

    assert at_once(take, NoWindow).count(True) == 3


def test_a_grant() -> None:
    templates, grants = Templates(), Grants()
    notice = templates.find(templates.add("提醒", "{{thing1.DATA}}", "one_time"))
    assert notice is not None
    grants.accept(notice)
    assert at_once(lambda: grants.use(notice)).count(True) == 1


def test_the_last_permanent_code() -> None:
    codes, scenes = Codes(clock, most_permanent=1), iter(map(str, range(THREADS)))
    made = at_once(lambda: codes.create("QR_LIMIT_STR_SCENE", next(scenes)), CodesUsedUp)
    assert sum(code is not None for code in made) == 1


def test_one_permanent_scene() -> None:
    codes = Codes(clock)
    made = at_once(lambda: codes.create("QR_LIMIT_STR_SCENE", "h12.in").ticket)
    assert len(set(made)) == 1


def test_the_last_call_of_a_day() -> None:
    quotas = Quotas(clock)
    quotas.daily_limits["/a"] = 1

    def spend() -> bool:
        quotas.spend("/a")
        return True

    assert at_once(spend, OverQuota).count(True) == 1


def test_the_mass_messages_of_a_month() -> None:
    sent = Sent(clock)
    assert at_once(lambda: sent.may_reach(OPENID)).count(True) == MOST_MASS_A_MONTH


def test_the_accounts_own_id() -> None:
    sent = Sent(clock)
    got = [one for one in at_once(lambda: sent.once("visit-1", 600)) if one is not None]
    assert sum(is_new for _, is_new in got) == 1
    assert len({msgid for msgid, _ in got}) == 1


def test_a_sign_in_code() -> None:
    signing_in = SigningIn(clock)
    code = signing_in.code_for(OPENID, "snsapi_base")
    assert sum(one is not None for one in at_once(lambda: signing_in.session_of(code), CodeRefused)) == 1


def test_the_stable_token() -> None:
    tokens = Tokens(clock)
    assert len(set(at_once(tokens.stable))) == 1
