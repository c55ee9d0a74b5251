"""Signing in on a desktop by a code or a number, and by a link from the chat: once, by the right ones, in time."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import peewee
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models.rules.access import Role
from models.rules.refusal import Refused
from models.services import limits, sign_in_links, sign_ins, staff, tickets
from models.services.sessions import new_secret
from models.services.sign_ins import Shown
from models.tables.attempts import Attempt
from models.tables.database import run, thread_is_done
from models.tables.signing_in import SignIn
from models.tables.staff import Member
from tests.service import Clock, Service

pytestmark = pytest.mark.usefixtures("database")

GUARD, VISITOR = "oGuard0000000000000000000001", "oVisitor0000000000000000001"
EDGE = "windows.edge"


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(autouse=True)
def hall(database: peewee.Database, clock: Clock) -> None:
    """One hall, of which GUARD is staff."""
    found = Service(clock=clock).hall()
    staff.first_admin(GUARD, found.id, "王五", clock())


@pytest.fixture
def browser() -> str:
    return new_secret()


def begun(clock: Clock, browser: str, target: str = "/me") -> Shown:
    return sign_ins.begin(target, browser, EDGE, clock())


def refused(deed: Callable[[], Any]) -> str:
    with pytest.raises(Refused) as no:
        deed()
    return no.value.code


def at_once(count: int, deed: Callable[[int], Any]) -> list[Any]:
    """What comes of the same deed of so many threads in the same moment."""
    together = threading.Barrier(count)

    def one(number: int) -> Any:
        together.wait()
        try:
            return deed(number)
        finally:
            thread_is_done()

    with ThreadPoolExecutor(count) as threads:
        return list(threads.map(one, range(count)))


# --- on a desktop ---


def test_a_scanned_code_signs_that_desktop_in(clock: Clock, browser: str) -> None:
    shown = begun(clock, browser, "/hall/abc234/settings")
    clock.goes_on(seconds=20)
    pending = sign_ins.by_token(shown.token, GUARD, clock())
    assert (pending.device, clock() - pending.made_at) == (EDGE, timedelta(seconds=20))
    assert sign_ins.claim(shown.token, browser, clock()) is None
    sign_ins.confirm(pending.id, GUARD, clock())
    assert sign_ins.state(shown.token, browser, clock()) == sign_ins.YES
    assert sign_ins.claim(shown.token, browser, clock()) == (GUARD, "/hall/abc234/settings", EDGE)
    assert sign_ins.claim(shown.token, browser, clock()) is None


@pytest.mark.parametrize("written", ["{}", " {} ", "{0[0]} {0[1]}{0[2]}{0[3]} {0[4]}{0[5]}"])
def test_a_typed_number_signs_it_in_too(clock: Clock, browser: str, written: str) -> None:
    shown = begun(clock, browser)
    pending = sign_ins.by_number(written.format(shown.number), GUARD, clock())
    sign_ins.confirm(pending.id, GUARD, clock())
    assert sign_ins.claim(shown.token, browser, clock()) is not None


def test_a_full_width_number_is_read_as_well(clock: Clock, browser: str) -> None:
    number = begun(clock, browser).number.translate({ord("0") + digit: ord("０") + digit for digit in range(10)})
    assert sign_ins.by_number(number, GUARD, clock()).device == EDGE


def test_what_comes_of_it_goes_to_no_other_browser(clock: Clock, browser: str) -> None:
    shown = begun(clock, browser)
    sign_ins.confirm(sign_ins.by_token(shown.token, GUARD, clock()).id, GUARD, clock())
    for other in (new_secret(), "", shown.token):
        assert sign_ins.state(shown.token, other, clock()) is None
        assert sign_ins.claim(shown.token, other, clock()) is None


def test_a_no_is_told_and_final(clock: Clock, browser: str) -> None:
    shown = begun(clock, browser)
    pending = sign_ins.by_token(shown.token, GUARD, clock())
    sign_ins.deny(pending.id, GUARD, clock())
    assert sign_ins.state(shown.token, browser, clock()) == sign_ins.NO
    assert refused(lambda: sign_ins.confirm(pending.id, GUARD, clock())) == "sign_in_over"
    assert sign_ins.claim(shown.token, browser, clock()) is None


def test_a_code_and_its_number_live_two_minutes(clock: Clock, browser: str) -> None:
    shown = begun(clock, browser)
    pending = sign_ins.by_token(shown.token, GUARD, clock())
    clock.goes_on(seconds=120)
    assert refused(lambda: sign_ins.by_token(shown.token, GUARD, clock())) == "sign_in_over"
    assert refused(lambda: sign_ins.by_number(shown.number, GUARD, clock())) == "sign_in_number_unknown"
    assert refused(lambda: sign_ins.confirm(pending.id, GUARD, clock())) == "sign_in_over"


def test_a_yes_in_the_last_second_leaves_the_page_time_to_notice(clock: Clock, browser: str) -> None:
    shown = begun(clock, browser)
    pending = sign_ins.by_token(shown.token, GUARD, clock())
    clock.goes_on(seconds=119)
    sign_ins.confirm(pending.id, GUARD, clock())
    clock.goes_on(seconds=59)
    assert sign_ins.claim(shown.token, browser, clock()) is not None


def test_a_yes_that_nobody_fetches_is_over(clock: Clock, browser: str) -> None:
    shown = begun(clock, browser)
    sign_ins.confirm(sign_ins.by_token(shown.token, GUARD, clock()).id, GUARD, clock())
    clock.goes_on(seconds=60)
    assert sign_ins.claim(shown.token, browser, clock()) is None


def test_after_an_answer_neither_code_nor_number_work(clock: Clock, browser: str) -> None:
    shown = begun(clock, browser)
    pending = sign_ins.by_number(shown.number, GUARD, clock())
    sign_ins.confirm(pending.id, GUARD, clock())
    assert refused(lambda: sign_ins.by_token(shown.token, GUARD, clock())) == "sign_in_over"
    assert refused(lambda: sign_ins.by_number(shown.number, GUARD, clock())) == "sign_in_number_unknown"
    assert refused(lambda: sign_ins.confirm(pending.id, GUARD, clock())) == "sign_in_over"


def test_who_is_no_staff_gets_one_sentence_whatever_they_try(clock: Clock, browser: str) -> None:
    shown = begun(clock, browser)
    pending = sign_ins.by_token(shown.token, GUARD, clock())
    tries: list[Callable[[], Any]] = [
        lambda: sign_ins.by_number(shown.number, VISITOR, clock()),
        lambda: sign_ins.by_number("000000", VISITOR, clock()),
        lambda: sign_ins.by_token(shown.token, VISITOR, clock()),
        lambda: sign_ins.by_token("x", VISITOR, clock()),
        lambda: sign_ins.confirm(pending.id, VISITOR, clock()),
        lambda: sign_ins.deny(pending.id, VISITOR, clock()),
    ]
    assert {refused(one) for one in tries} == {"sign_in_staff_only"}
    assert sign_ins.state(shown.token, browser, clock()) == sign_ins.NEW


def test_who_was_removed_since_cannot_say_yes(clock: Clock, browser: str) -> None:
    pending = sign_ins.by_token(begun(clock, browser).token, GUARD, clock())
    run(lambda: Member.delete().execute())
    assert refused(lambda: sign_ins.confirm(pending.id, GUARD, clock())) == "sign_in_staff_only"


@pytest.mark.parametrize(
    "number", ["", "12345", "1234567", "abcdef", "一二三四五六", "٠١٢٣٤٥", "-12345", "1" * 100_000, "\0"]
)
def test_what_is_no_number_is_none(clock: Clock, number: str) -> None:
    assert refused(lambda: sign_ins.by_number(number, GUARD, clock())) == "sign_in_number_unknown"


def test_numbers_cannot_be_tried_out(clock: Clock, browser: str) -> None:
    shown = begun(clock, browser)
    wrong = f"{(int(shown.number) + 1) % 10**6:06}"

    def as_the_chat_does() -> str:
        """A refusal is answered, and the delivery's unit of work ends well."""
        try:
            sign_ins.by_number(wrong, GUARD, clock())
        except Refused as no:
            return no.code
        return ""

    codes = [run(as_the_chat_does) for _ in range(limits.NUMBER.most + 2)]
    assert codes == ["sign_in_number_unknown"] * limits.NUMBER.most + ["too_many"] * 2
    assert refused(lambda: sign_ins.by_number(shown.number, GUARD, clock())) == "too_many"
    clock.goes_on(minutes=10)
    assert refused(lambda: sign_ins.by_number(shown.number, GUARD, clock())) == "sign_in_number_unknown"


def test_a_number_is_kept_only_as_what_nobody_finds_it_from(
    clock: Clock, browser: str, database: peewee.Database
) -> None:
    shown = begun(clock, browser)
    [row] = run(lambda: database.execute_sql("SELECT * FROM sign_ins").fetchall())
    kept = [value if isinstance(value, bytes) else str(value).encode() for value in row]
    assert [one for one in kept if any(text.encode() in one for text in (*shown, browser))] == []


def test_one_browser_cannot_begin_without_end(clock: Clock, browser: str) -> None:
    for _ in range(limits.SIGNING_IN.most):
        begun(clock, browser)
    assert refused(lambda: begun(clock, browser)) == "too_many"
    begun(clock, new_secret())


def test_nor_can_all_of_them_together(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(tickets.MOST_LIVE, tickets.SCAN, 3)
    for _ in range(3):
        begun(clock, new_secret())
    assert refused(lambda: begun(clock, new_secret())) == "sign_ins_too_many"
    clock.goes_on(minutes=2)
    begun(clock, new_secret())


def test_a_number_that_is_over_may_come_again(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = iter([7, 7, 8, 7])
    monkeypatch.setattr(sign_ins.secrets, "randbelow", lambda _: next(drawn))
    numbers = [begun(clock, new_secret()).number for _ in range(2)]
    clock.goes_on(minutes=2)
    assert [*numbers, begun(clock, new_secret()).number] == ["000007", "000008", "000007"]


def test_eight_that_fetch_one_yes_at_once_get_one_sign_in(clock: Clock, browser: str) -> None:
    shown = begun(clock, browser)
    sign_ins.confirm(sign_ins.by_token(shown.token, GUARD, clock()).id, GUARD, clock())
    got = at_once(8, lambda _: sign_ins.claim(shown.token, browser, clock()))
    assert sorted(one is None for one in got) == [False] + [True] * 7


def test_of_a_yes_and_a_no_at_once_one_counts(clock: Clock, browser: str) -> None:
    shown = begun(clock, browser)
    pending = sign_ins.by_token(shown.token, GUARD, clock())

    def answer(number: int) -> str:
        deed = sign_ins.confirm if number % 2 else sign_ins.deny
        try:
            deed(pending.id, GUARD, clock())
        except Refused as no:
            return no.code
        return sign_ins.YES if number % 2 else sign_ins.NO

    answers = at_once(6, answer)
    assert sorted(one == "sign_in_over" for one in answers) == [False] + [True] * 5
    assert sign_ins.state(shown.token, browser, clock()) in answers


def test_many_desktops_at_once_have_numbers_of_their_own(clock: Clock) -> None:
    shown = at_once(8, lambda _: begun(clock, new_secret()))
    assert len({one.number for one in shown}) == 8


# --- by a link ---


def test_a_link_signs_in_once_and_looking_spends_nothing(clock: Clock) -> None:
    token = sign_in_links.make(VISITOR, "/me", clock())
    for _ in range(3):
        assert sign_in_links.shown(token, clock()) == (VISITOR, "/me")
    assert sign_in_links.spend(token, clock()) == (VISITOR, "/me")
    assert refused(lambda: sign_in_links.spend(token, clock())) == "sign_in_link_over"
    assert refused(lambda: sign_in_links.shown(token, clock())) == "sign_in_link_over"


def test_a_link_lives_ten_minutes(clock: Clock) -> None:
    token = sign_in_links.make(VISITOR, "/me", clock())
    clock.goes_on(minutes=10)
    assert refused(lambda: sign_in_links.spend(token, clock())) == "sign_in_link_over"


def test_of_eight_that_spend_a_link_at_once_one_does(clock: Clock) -> None:
    token = sign_in_links.make(VISITOR, "/me", clock())

    def spend(_: int) -> bool:
        try:
            return sign_in_links.spend(token, clock()).openid == VISITOR
        except Refused:
            return False

    assert sum(at_once(8, spend)) == 1


def test_links_are_not_made_without_end(clock: Clock) -> None:
    for _ in range(limits.LINKS.most):
        sign_in_links.make(VISITOR, "/me", clock())
    assert refused(lambda: sign_in_links.make(VISITOR, "/me", clock())) == "too_many"
    sign_in_links.make(GUARD, "/me", clock())


@pytest.mark.parametrize("target", ["//evil.example", "https://evil.example", "", "/me\r\nX: y"])
def test_signing_in_leads_to_our_pages_only(clock: Clock, browser: str, target: str) -> None:
    with pytest.raises(ValueError, match="pages of ours"):
        sign_in_links.make(VISITOR, target, clock())
    with pytest.raises(ValueError, match="pages of ours"):
        begun(clock, browser, target)


@pytest.mark.parametrize(
    "token", ["", "x", "a" * 43, "a" * 42, "a" * 100_000, "张" * 43, "\0" * 43, "\ud800" * 43, "' OR 1=1 --" + "a" * 32]
)
def test_what_is_no_token_is_good_for_nothing(clock: Clock, browser: str, token: str) -> None:
    sign_in_links.make(VISITOR, "/me", clock())
    begun(clock, browser)
    assert refused(lambda: sign_in_links.spend(token, clock())) == "sign_in_link_over"
    assert refused(lambda: sign_ins.by_token(token, GUARD, clock())) == "sign_in_over"
    assert sign_ins.claim(token, browser, clock()) is None


def test_a_token_of_one_kind_is_none_of_another(clock: Clock, browser: str) -> None:
    link, scan = sign_in_links.make(GUARD, "/me", clock()), begun(clock, browser).token
    assert refused(lambda: sign_in_links.spend(scan, clock())) == "sign_in_link_over"
    assert refused(lambda: sign_ins.by_token(link, GUARD, clock())) == "sign_in_over"


# One database for all examples: what one leaves is no matter for the next.
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25)
@given(cut=st.integers(0, 42), more=st.text(max_size=3))
def test_a_link_that_was_cut_or_changed_is_none(clock: Clock, cut: int, more: str) -> None:
    run(lambda: SignIn.delete().execute())
    run(lambda: Attempt.delete().execute())
    token = sign_in_links.make(VISITOR, "/me", clock())
    if token[:cut] + more != token:
        assert refused(lambda: sign_in_links.shown(token[:cut] + more, clock())) == "sign_in_link_over"


def test_a_guard_is_staff_as_well(clock: Clock, browser: str) -> None:
    code = staff.invite(staff.posts(GUARD)[0], Role.GUARD, "赵六", clock())
    staff.bind(VISITOR, code, clock())
    assert sign_ins.by_number(begun(clock, browser).number, VISITOR, clock()).device == EDGE
