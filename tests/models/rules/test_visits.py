from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.rules.refusal import Refused
from models.rules.visits import (
    Certainty,
    HowIn,
    HowOut,
    certainty_in,
    certainty_out,
    check_exit_time,
    clamp,
    exit_is_doubtful,
    is_estimate,
)

ENTERED = datetime(2026, 2, 25, 1, 3, 20, tzinfo=UTC)  # 09:03:20 in Shanghai


def after(**length: float) -> datetime:
    return ENTERED + timedelta(**length)


@pytest.mark.parametrize(
    ("how", "certainty"),
    [
        ("scan", "certain"),
        ("form", "certain"),
        ("staff", "certain"),
        ("chat", "stated"),
        ("stated", "stated"),
        ("slip", "stated"),
    ],
)
def test_an_entry_is_as_sure_as_the_way_it_is_known(how: str, certainty: str) -> None:
    assert certainty_in(HowIn(how)) == certainty


@pytest.mark.parametrize(
    ("how", "certainty"),
    [
        ("scan", "certain"),
        ("staff", "certain"),
        ("pass", "certain"),
        ("chat", "stated"),
        ("stated", "stated"),
        ("corrected", "stated"),
        ("closing", "estimated"),
        ("moved", "estimated"),
        ("swept", "estimated"),  # 全部签退: nobody looked at each person
        ("unknown", "estimated"),
    ],
)
def test_an_exit_is_as_sure_as_the_way_it_is_known(how: str, certainty: str) -> None:
    assert certainty_out(HowOut(how)) == certainty


def test_every_way_in_and_out_has_its_certainty() -> None:
    assert {certainty_in(how) for how in HowIn} == {Certainty.CERTAIN, Certainty.STATED}
    assert {certainty_out(how) for how in HowOut} == set(Certainty)


def test_only_a_guess_gives_way_to_a_real_scan() -> None:
    assert {how for how in HowOut if is_estimate(how)} == {
        HowOut.CLOSING,
        HowOut.MOVED,
        HowOut.SWEPT,
        HowOut.UNKNOWN,
    }


@pytest.mark.parametrize(
    ("sent_minutes_ago", "taken_minutes_ago"),
    [(0, 0), (4, 4), (10, 10), (11, 10), (60 * 24 * 365, 10), (-3, -3), (-10, -10), (-600, -10)],
)
def test_the_platforms_clock_is_believed_for_ten_minutes(sent_minutes_ago: int, taken_minutes_ago: int) -> None:
    assert clamp(after(minutes=-sent_minutes_ago), ENTERED) == after(minutes=-taken_minutes_ago)


@given(
    sent=st.datetimes(datetime(1970, 1, 1), datetime(2200, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
    now=st.datetimes(datetime(2020, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
)
def test_no_event_is_ever_put_further_than_ten_minutes_away(sent: datetime, now: datetime) -> None:
    assert abs(clamp(sent, now) - now) <= timedelta(minutes=10)


@pytest.mark.parametrize(
    ("hours_inside", "session_lasts_hours", "is_doubtful"),
    [
        (0.5, 2.9, False),
        (2.9, 2.9, False),  # the last moment of the session
        (2.95, 2.9, True),  # after the session
        (3, 8, False),
        (3.01, 8, True),  # hours at a counter: rather forgotten than served
        (3, None, False),  # a hall without hours, or entered out of hours
        (3.5, None, True),
    ],
)
def test_a_sign_out_long_after_the_likely_exit_is_asked_about(
    hours_inside: float, session_lasts_hours: float | None, is_doubtful: bool
) -> None:
    session_end = None if session_lasts_hours is None else after(hours=session_lasts_hours)
    assert exit_is_doubtful(ENTERED, session_end, after(hours=hours_inside)) is is_doubtful


def test_a_stated_exit_is_taken_as_said() -> None:
    assert check_exit_time(ENTERED, after(minutes=40), after(hours=2)) == after(minutes=40)


def test_leaving_at_this_very_moment_can_be_stated() -> None:
    assert check_exit_time(ENTERED, after(hours=2), after(hours=2)) == after(hours=2)


def test_leaving_in_the_minute_of_the_entry_is_stored_as_no_time_at_all() -> None:
    assert check_exit_time(ENTERED, ENTERED.replace(second=0), after(hours=2)) == ENTERED


@pytest.mark.parametrize(
    ("left", "now", "code"),
    [
        (after(minutes=-1), after(hours=2), "exit_before_entry"),
        (after(hours=2, seconds=1), after(hours=2), "exit_in_future"),
        (after(hours=24, seconds=1), after(hours=40), "exit_too_late"),  # the time of day was yesterday's
    ],
)
def test_an_exit_that_cannot_be_is_refused(left: datetime, now: datetime, code: str) -> None:
    with pytest.raises(Refused) as refused:
        check_exit_time(ENTERED, left, now)
    assert refused.value.code == code


@given(stay=st.timedeltas(timedelta(days=-3), timedelta(days=3)), since=st.timedeltas(timedelta(0), timedelta(days=3)))
def test_no_stated_exit_makes_a_stay_below_nothing_or_above_a_day(stay: timedelta, since: timedelta) -> None:
    try:
        left = check_exit_time(ENTERED, ENTERED + stay, ENTERED + since)
    except Refused:
        return
    assert timedelta(0) <= left - ENTERED <= timedelta(days=1)
    assert left <= ENTERED + since
