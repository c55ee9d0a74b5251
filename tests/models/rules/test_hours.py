import json
from datetime import UTC, date, datetime, time, timedelta, timezone
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.rules.hours import LONGEST_STAY, Calendar, Session
from models.rules.refusal import Refused

SHANGHAI = ZoneInfo("Asia/Shanghai")
OFFICE_DAY = ["09:00-12:00", "13:00-17:00"]
WEEK = [OFFICE_DAY] * 5 + [[], []]
NO_HOURS: list[list[str]] = [[]] * 7

# February 2026: Tuesday the 17th is New Year's Day of the lunar year, Saturday the 28th a working weekend (调休).
HOLIDAY, WORKING_SATURDAY, HALF_DAY, REOPENING = "2026-02-17", "2026-02-28", "2026-02-16", "2026-02-24"
EXCEPTIONS = {
    HOLIDAY: [],
    WORKING_SATURDAY: OFFICE_DAY,
    HALF_DAY: ["09:00-12:00"],
    REOPENING: ["13:30-17:00"],
}


def hall(**changes: Any) -> Calendar:
    """Open on weekdays from 9 to 12 and 13 to 17, with the exceptions above; 30 minutes of grace."""
    return Calendar.from_dict({"weekly": WEEK, "exceptions": EXCEPTIONS, "grace_minutes": 30, **changes})


def at(text: str) -> datetime:
    """A moment by the clocks of Shanghai, in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI).astimezone(UTC)


def due(calendar: Calendar, entered: str) -> tuple[str, str]:
    """When a visit is due, by the clocks of Shanghai, and why."""
    found = calendar.due(at(entered))
    return f"{found.at.astimezone(SHANGHAI):%m-%d %H:%M}", found.why


@pytest.mark.parametrize(
    ("entered", "when", "why"),
    [
        ("2026-02-25 09:00", "02-25 12:30", "session_end"),
        ("2026-02-25 11:59:59", "02-25 12:30", "session_end"),
        ("2026-02-25 13:00", "02-25 17:30", "day_end"),
        ("2026-02-25 16:59", "02-25 17:30", "day_end"),
        ("2026-02-25 08:40", "02-25 12:30", "session_end"),  # before the counters open
        ("2026-02-25 08:00", "02-25 12:30", "session_end"),  # an hour early, no more
        ("2026-02-25 07:59", "02-25 11:59", "closed"),
        ("2026-02-25 12:00", "02-25 17:30", "day_end"),  # the morning is over: early for the afternoon
        ("2026-02-25 12:45", "02-25 17:30", "day_end"),
        ("2026-02-25 17:00", "02-25 21:00", "closed"),  # closing time itself
        ("2026-02-25 17:10", "02-25 21:10", "closed"),  # within the grace after closing
        ("2026-02-25 22:30", "02-26 02:30", "closed"),  # over midnight
        ("2026-02-28 10:00", "02-28 12:30", "session_end"),  # a Saturday that is worked
        ("2026-02-21 10:00", "02-21 14:00", "closed"),  # a Saturday as any other
        ("2026-02-17 10:00", "02-17 14:00", "closed"),  # a holiday on a Tuesday
        ("2026-02-16 10:00", "02-16 12:30", "day_end"),  # half a day
        ("2026-02-16 14:00", "02-16 18:00", "closed"),  # its afternoon
        ("2026-02-24 12:40", "02-24 17:30", "day_end"),  # early for the reopening at 13:30
        ("2026-02-24 10:00", "02-24 14:00", "closed"),  # its morning
    ],
)
def test_a_hall_that_empties_at_lunch_closes_visits_after_each_session(entered: str, when: str, why: str) -> None:
    assert due(hall(empties_at_lunch=True), entered) == (when, why)


@pytest.mark.parametrize(
    ("entered", "when", "why"),
    [
        ("2026-02-25 09:00", "02-25 17:30", "day_end"),
        ("2026-02-25 12:30", "02-25 17:30", "day_end"),  # 午间不打烊
        ("2026-02-25 08:40", "02-25 17:30", "day_end"),
        ("2026-02-25 17:10", "02-25 21:10", "closed"),
        ("2026-02-16 09:30", "02-16 12:30", "day_end"),  # half a day
    ],
)
def test_a_hall_that_does_not_empty_closes_visits_after_the_day(entered: str, when: str, why: str) -> None:
    assert due(hall(), entered) == (when, why)


def test_a_break_too_long_to_be_early_in_counts_as_closed_where_the_hall_empties() -> None:
    long_lunch = hall(weekly=[["09:00-11:30", "14:00-17:00"]] * 7, empties_at_lunch=True)
    assert due(long_lunch, "2026-02-25 12:00") == ("02-25 16:00", "closed")


def test_sessions_that_touch_are_two() -> None:
    calendar = hall(weekly=[["09:00-12:00", "12:00-17:00"]] * 7, empties_at_lunch=True)
    assert due(calendar, "2026-02-25 12:00") == ("02-25 17:30", "day_end")
    assert due(calendar, "2026-02-25 11:30") == ("02-25 12:30", "session_end")


def test_a_hall_without_hours_closes_visits_after_four_hours_and_is_never_called_closed() -> None:
    calendar = Calendar.from_dict({"weekly": NO_HOURS})
    assert due(calendar, "2026-02-25 03:00") == ("02-25 07:00", "no_hours")
    assert calendar.is_open(at("2026-02-25 03:00"))


def test_a_hall_open_on_single_days_only_is_closed_on_the_others() -> None:
    calendar = hall(weekly=NO_HOURS)
    assert due(calendar, "2026-02-28 10:00") == ("02-28 17:30", "day_end")
    assert due(calendar, "2026-02-27 10:00") == ("02-27 14:00", "closed")


def test_a_hall_that_never_closes_still_ends_a_visit_after_a_day() -> None:
    calendar = hall(weekly=[["00:00-23:59"]] * 7)
    assert calendar.due(at("2026-02-25 00:00")).at - at("2026-02-25 00:00") == LONGEST_STAY


def test_the_end_of_the_session_is_told_without_grace() -> None:
    assert hall().due(at("2026-02-25 09:00")).session_end == at("2026-02-25 17:00")
    assert hall().due(at("2026-02-25 20:00")).session_end is None


def test_due_times_are_in_utc_whatever_comes_in() -> None:
    for moment in ("2026-02-25 09:00", "2026-02-25 22:00"):
        assert hall().due(at(moment).astimezone(timezone(timedelta(hours=-5)))).at.tzinfo is UTC


@pytest.mark.parametrize(
    ("moment", "empties", "is_open"),
    [
        ("2026-02-25 09:00", True, True),
        ("2026-02-25 08:59:59", True, False),
        ("2026-02-25 12:30", True, False),
        ("2026-02-25 12:30", False, True),
        ("2026-02-25 17:00", False, False),
        ("2026-02-17 10:00", False, False),
    ],
)
def test_a_hall_is_open_in_its_sessions_and_over_lunch_if_it_does_not_empty(
    moment: str, empties: bool, is_open: bool
) -> None:
    assert hall(empties_at_lunch=empties).is_open(at(moment)) is is_open


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        (datetime(2026, 2, 25, 15, 59, 59, tzinfo=UTC), date(2026, 2, 25)),
        (datetime(2026, 2, 25, 16, 0, tzinfo=UTC), date(2026, 2, 26)),  # midnight in Shanghai
    ],
)
def test_the_day_is_that_of_the_halls_clocks(moment: datetime, day: date) -> None:
    assert hall().hall_day(moment) == day


def test_an_hour_that_comes_twice_never_makes_a_visit_due_before_it_began() -> None:
    berlin = hall(weekly=[["00:30-02:50"]] * 7, zone="Europe/Berlin", grace_minutes=0)
    second_half_past_two = datetime(2026, 10, 25, 1, 40, tzinfo=UTC)  # 02:40 for the second time
    assert berlin.due(second_half_past_two).at > second_half_past_two


def test_a_moment_without_a_zone_is_a_fault_of_the_caller() -> None:
    for ask in (hall().due, hall().is_open, hall().hall_day):
        with pytest.raises(ValueError, match="time zone"):
            ask(datetime(2026, 2, 25, 9, 0))  # noqa: DTZ001 - what is refused


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"weekly": [["12:00-09:00"], *WEEK[1:]]}, "hours_backwards"),
        ({"weekly": [["09:00-09:00"], *WEEK[1:]]}, "hours_backwards"),
        ({"weekly": [["22:00-02:00"], *WEEK[1:]]}, "hours_backwards"),  # across midnight
        ({"weekly": [["09:00-12:00", "11:59-17:00"], *WEEK[1:]]}, "hours_overlap"),
        ({"weekly": [["09:00-17:00", "10:00-11:00"], *WEEK[1:]]}, "hours_overlap"),  # one within the other
        ({"weekly": [OFFICE_DAY, OFFICE_DAY, *[["09:00-12:00"] * 2] * 5]}, "hours_overlap"),  # the same twice
        ({"weekly": [[f"{hour:02}:00-{hour:02}:30" for hour in range(7)], *WEEK[1:]]}, "hours_too_many"),
        ({"weekly": WEEK[:6]}, "hours_unreadable"),  # six days
        ({"weekly": [*WEEK, []]}, "hours_unreadable"),
        ({"weekly": None}, "hours_unreadable"),
        ({"weekly": {}}, "hours_unreadable"),
        ({"weekly": ["09:00-12:00"] * 7}, "hours_unreadable"),  # a text where a list is due
        ({"weekly": [[900]] * 7}, "hours_unreadable"),
        ({"weekly": [["9:00-12:00"]] * 7}, "hours_unreadable"),
        ({"weekly": [["09:00-24:00"]] * 7}, "hours_unreadable"),
        ({"weekly": [["09:00"]] * 7}, "hours_unreadable"),
        ({"weekly": [["09:00-12:00\n"]] * 7}, "hours_unreadable"),
        ({"weekly": [["０９:00-12:00"]] * 7}, "hours_unreadable"),  # full-width digits
        ({"exceptions": []}, "hours_unreadable"),
        ({"exceptions": {"2026-02-17": None}}, "hours_unreadable"),
        ({"exceptions": {"2026-02-30": []}}, "hours_day_unreadable"),
        ({"exceptions": {"20260217": []}}, "hours_day_unreadable"),  # would be the same day a second time
        ({"exceptions": {20260217: []}}, "hours_day_unreadable"),
        ({"exceptions": {"2026-02-17": ["17:00-09:00"]}}, "hours_backwards"),
        ({"zone": "Asia/Nowhere"}, "hours_zone_unknown"),
        ({"zone": "Asia"}, "hours_zone_unknown"),  # a folder of the zone files
        ({"zone": "../../etc/passwd"}, "hours_zone_unknown"),
        ({"zone": ""}, "hours_zone_unknown"),
        ({"zone": "x\0"}, "hours_zone_unknown"),
        ({"zone": "\ud800"}, "hours_zone_unknown"),
        ({"zone": "x" * 5000}, "hours_zone_unknown"),
        ({"zone": 8}, "hours_unreadable"),
        ({"grace_minutes": -1}, "hours_grace_out_of_range"),
        ({"grace_minutes": 241}, "hours_grace_out_of_range"),
        ({"grace_minutes": True}, "hours_unreadable"),
        ({"grace_minutes": "30"}, "hours_unreadable"),
        ({"empties_at_lunch": "false"}, "hours_unreadable"),  # would be true
        ({"lunch": True}, "hours_unreadable"),  # no such setting
    ],
)
def test_hours_that_cannot_be_are_refused(changes: dict[str, Any], code: str) -> None:
    with pytest.raises(Refused) as refused:
        hall(**changes)
    assert refused.value.code == code


def test_something_that_is_no_calendar_is_refused() -> None:
    for nothing in ({}, [], "closed", None):
        with pytest.raises(Refused) as refused:
            Calendar.from_dict(nothing)  # type: ignore[arg-type]
        assert refused.value.code == "hours_unreadable"


def test_a_calendar_made_in_code_is_held_to_the_same_rules() -> None:
    morning, overlapping = Session(time(9), time(12)), Session(time(11), time(13))
    with pytest.raises(Refused) as refused:
        Calendar(((morning, overlapping), *[()] * 6))
    assert refused.value.code == "hours_overlap"


def test_sessions_stand_in_order_however_they_were_given() -> None:
    calendar = hall(weekly=[["13:00-17:00", "09:00 - 12:00"]] * 7)
    assert [session.opens for session in calendar.sessions_on(date(2026, 2, 25))] == [time(9), time(13)]


def test_nobody_can_change_a_calendar_from_outside() -> None:
    given_exceptions = {date(2026, 2, 25): ()}
    calendar = Calendar(((),) * 7, given_exceptions)
    given_exceptions.clear()
    assert calendar.exceptions


MINUTES = st.integers(0, 24 * 60 - 1)


def _day(minutes: set[int]) -> list[str]:
    clocks = [f"{minute // 60:02}:{minute % 60:02}" for minute in sorted(minutes)]
    return [f"{opens}-{closes}" for opens, closes in zip(clocks[::2], clocks[1::2], strict=False)]


DAYS = st.sets(MINUTES, max_size=8).map(_day)
CALENDARS = st.builds(
    lambda weekly, exceptions, zone, empties, grace: Calendar.from_dict(
        {
            "weekly": weekly,
            "exceptions": {day.isoformat(): sessions for day, sessions in exceptions.items()},
            "zone": zone,
            "empties_at_lunch": empties,
            "grace_minutes": grace,
        }
    ),
    st.lists(DAYS, min_size=7, max_size=7),
    st.dictionaries(st.dates(date(2026, 10, 20), date(2026, 10, 31)), DAYS, max_size=3),
    st.sampled_from(["Asia/Shanghai", "Asia/Urumqi", "Europe/Berlin", "Pacific/Kiritimati"]),
    st.booleans(),
    st.integers(0, 240),
)
MOMENTS = st.datetimes(datetime(2026, 10, 20), datetime(2026, 11, 1), timezones=st.just(UTC))  # noqa: DTZ001


@given(calendar=CALENDARS, entered=MOMENTS)
def test_every_visit_is_due_after_its_entry_and_within_a_day(calendar: Calendar, entered: datetime) -> None:
    found = calendar.due(entered)
    assert entered < found.at <= entered + LONGEST_STAY
    assert found.session_end is None or entered < found.session_end


@given(calendar=CALENDARS)
def test_a_calendar_comes_back_from_json_as_it_was(calendar: Calendar) -> None:
    assert Calendar.from_dict(json.loads(json.dumps(calendar.to_dict()))) == calendar


@given(text=st.text() | st.from_regex(r"[0-2]?\d:\d\d ?- ?[0-2]?\d:\d\d"))
def test_no_text_breaks_the_reading_of_hours(text: str) -> None:
    for changes in ({"weekly": [[text]] * 7}, {"exceptions": {text: []}}, {"zone": text}):
        try:
            hall(**changes)
        except Refused as refused:
            assert refused.code.startswith("hours_")
