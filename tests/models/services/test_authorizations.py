"""Signing in within WeChat: there with a state, back with a code, however often and from wherever it is asked for."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import peewee
import pytest

from models.rules.refusal import Refused
from models.services import authorizations, limits, sessions
from models.services.authorizations import Entered, ExchangeFailed, Identity
from models.services.sessions import Place, new_secret
from models.tables.database import run, thread_is_done
from tests.service import Clock

pytestmark = pytest.mark.usefixtures("database")

ZHANG = "oZhang0000000000000000000001"


class Wechat:
    """Stands for the platform: takes each code once, and knows who came with it."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.fails: Exception | None = None
        self.in_snapshot = False
        self.gate: threading.Event | None = None

    def __call__(self, code: str) -> Identity:
        self.asked.append(code)
        if self.gate is not None:
            assert self.gate.wait(10)
        if self.fails is not None:
            raise self.fails
        if self.asked.count(code) > 1:
            raise ExchangeFailed(is_final=True)
        return Identity("oMadeUp000000000000000000001" if self.in_snapshot else ZHANG, self.in_snapshot)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def wechat() -> Wechat:
    return Wechat()


@pytest.fixture
def browser() -> str:
    return new_secret()


@pytest.fixture
def state(clock: Clock, browser: str) -> str:
    return authorizations.begin("/hall/abc234/settings", browser, "phone.wechat", clock())


@pytest.fixture
def back(clock: Clock, wechat: Wechat, browser: str, state: str) -> Callable[..., Entered]:
    """The callback, as it should come unless told otherwise."""

    def comes(code: str = "code1", **other: str) -> Entered:
        return authorizations.finish(other.get("state", state), code, other.get("browser", browser), wechat, clock())

    return comes


def refused(deed: Callable[[], Any]) -> str:
    with pytest.raises(Refused) as no:
        deed()
    return no.value.code


def test_a_state_is_what_the_platform_takes(state: str) -> None:
    assert len(state) <= 128
    assert state.isascii()
    assert state.isalnum()


def test_who_comes_back_is_signed_in_where_they_wanted_to_go(back: Callable[..., Entered]) -> None:
    entered = back()
    assert (entered.openid, entered.target) == (ZHANG, "/hall/abc234/settings")


def test_a_second_callback_ends_in_the_same_session_without_a_second_exchange(
    clock: Clock, wechat: Wechat, back: Callable[..., Entered]
) -> None:
    first, second = back(), back()
    assert first == second
    assert wechat.asked == ["code1"]
    for entered in (first, second):
        sessions.begin(entered.openid, Place.WECHAT, "phone.wechat", clock(), secret=entered.secret)
    assert len(sessions.listed(ZHANG, clock())) == 1


def test_callbacks_at_once_ask_the_platform_once_and_are_all_signed_in(
    wechat: Wechat, back: Callable[..., Entered]
) -> None:
    together = threading.Barrier(8)

    def one(_: int) -> Entered:
        together.wait()
        try:
            return back()
        finally:
            thread_is_done()

    with ThreadPoolExecutor(8) as threads:
        entered = set(threads.map(one, range(8)))
    assert len(entered) == 1
    assert wechat.asked == ["code1"]


def test_who_waits_for_a_platform_that_hangs_is_told_in_time(
    wechat: Wechat, back: Callable[..., Entered], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(authorizations, "WAIT_SECONDS", 0.1)
    wechat.gate = threading.Event()
    with ThreadPoolExecutor(2) as threads:

        def one(_: int) -> str:
            try:
                return back().openid
            except Refused as no:
                # The loser: the winner may go on now.
                assert wechat.gate is not None
                wechat.gate.set()
                return no.code
            finally:
                thread_is_done()

        assert sorted(threads.map(one, range(2))) == [ZHANG, "sign_in_down"]


def test_another_code_with_a_spent_state_is_refused(wechat: Wechat, back: Callable[..., Entered]) -> None:
    back()
    assert refused(lambda: back("code2")) == "sign_in_state"
    assert wechat.asked == ["code1"]


@pytest.mark.parametrize("other", ["", "x", "a" * 43, "张" * 43])
def test_another_browser_is_refused_and_spends_nothing(
    wechat: Wechat, back: Callable[..., Entered], other: str
) -> None:
    assert refused(lambda: back(browser=other)) == "sign_in_state"
    assert back().openid == ZHANG
    assert refused(lambda: back(browser=other)) == "sign_in_state"
    assert wechat.asked == ["code1"]


@pytest.mark.parametrize(
    "forged", ["", "0" * 64, "a" * 100_000, "张" * 64, "\0" * 64, "' OR 1=1 --", "A" * 64, "\ud800"]
)
def test_a_forged_state_is_refused(wechat: Wechat, back: Callable[..., Entered], forged: str) -> None:
    assert refused(lambda: back(state=forged)) == "sign_in_state"
    assert wechat.asked == []


@pytest.mark.parametrize("code", [" ", "a b", "码", "\0", "a" * 513, "a\r\nb", "\ud800"])
def test_what_is_no_code_never_reaches_the_platform(wechat: Wechat, back: Callable[..., Entered], code: str) -> None:
    assert refused(lambda: back(code)) == "sign_in_state"
    assert wechat.asked == []
    assert back().openid == ZHANG


def test_a_state_lives_five_minutes(clock: Clock, back: Callable[..., Entered]) -> None:
    clock.goes_on(minutes=5)
    assert refused(back) == "sign_in_state"


def test_who_said_no_is_told_so_and_may_still_say_yes(back: Callable[..., Entered]) -> None:
    assert refused(lambda: back("")) == "sign_in_declined"
    assert back().openid == ZHANG


def test_of_a_snapshot_nothing_is_kept(wechat: Wechat, back: Callable[..., Entered], database: peewee.Database) -> None:
    wechat.in_snapshot = True
    assert [refused(back) for _ in range(2)] == ["sign_in_snapshot"] * 2
    assert wechat.asked == ["code1"]
    [row] = run(lambda: database.execute_sql("SELECT openid FROM sign_ins").fetchall())
    assert row[0] is None


@pytest.mark.parametrize(("is_final", "code"), [(True, "sign_in_refused"), (False, "sign_in_down")])
def test_a_failed_exchange_is_told_and_not_tried_again(
    wechat: Wechat, back: Callable[..., Entered], is_final: bool, code: str
) -> None:
    wechat.fails = ExchangeFailed(is_final=is_final)
    assert [refused(back) for _ in range(2)] == [code] * 2
    assert wechat.asked == ["code1"]


def test_a_fault_of_ours_leaves_nobody_waiting(wechat: Wechat, back: Callable[..., Entered]) -> None:
    wechat.fails = LookupError("a fault")
    with pytest.raises(LookupError):
        back()
    assert refused(back) == "sign_in_down"


def test_where_it_was_to_lead_is_known_to_the_browser_that_began_it(clock: Clock, browser: str, state: str) -> None:
    assert authorizations.target_of(state, browser, clock()) == "/hall/abc234/settings"
    assert authorizations.target_of(state, new_secret(), clock()) is None


def test_one_browser_cannot_begin_without_end(clock: Clock, browser: str) -> None:
    for _ in range(limits.SIGNING_IN.most):
        authorizations.begin("/me", browser, "phone.wechat", clock())
    assert refused(lambda: authorizations.begin("/me", browser, "phone.wechat", clock())) == "too_many"
