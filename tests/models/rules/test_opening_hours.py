from datetime import date, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.rules.hours import Calendar, Session
from models.rules.opening_hours import LONGEST_BIT, LONGEST_TEXT, read_hours, say_hours
from models.rules.refusal import Refused

USUAL = "周一至周五 9:00-12:00 13:30-17:00"
DAILY = "周一至周日 8:30-17:30"


def read(text: str) -> str:
    """What was understood, said back."""
    return say_hours(read_hours(text).calendar, "zh")


@pytest.mark.parametrize(
    "said",
    [
        "周一至周五 9:00-12:00 13:30-17:00",
        "周一到周五 上午9点到12点，下午1点半到5点",
        "周一至周五上午九点到十二点下午一点半到五点",
        "周一至周五　９：００—１２：００，１３：３０～１７：００",
        "星期一至星期五 9:00～12:00、13:30～17:00",
        "工作日 9-12 13:30-17",
        "工作日上午：9:00-12:00，下午：1:30-5:00",
        "开放时间：周一-周五 9.00-12.00 13.30-17.00。",
        "每周一至周五 9点-12点，13点30分-17点",
        "Mon-Fri 9:00-12:00 13:30-17:00",
        "Monday to Friday 9am-12pm, 1:30pm-5pm",
        "weekdays 9:00-12:00 and 13:30-17:00, closed on Sunday",
        "周一至周五 9:00-12:00；周一至周五 13:30-17:00",
        "周一、二、三、四、五 9:00-12:00 13:30-17:00",
        "周一二三四五 9:00-12:00 13:30-17:00",
        "9:00-12:00 13:30-17:00",  # no day is named
        "周一至周五 9:00-12:00 13:30-17:00 周六周日休息",
        "周一至周五 9:00-12:00 13:30-17:00，双休",
        "周一至周五 9:00-12:00 13:30-17:00，休息日：周六、周日",
        "周一至周五 13:30-17:00 9:00-12:00",
        "周一至周五 9:00-17:00，12:00-13:30午休",
        "周一至周五 9:00-17:00 午休：12:00-13:30",
        "周一至周五 9:00-12:00 13:30-17:00 午休12:00-13:30",
        "每天 9:00-12:00 13:30-17:00，周末休息",
        "周一至周四 9:00-12:00 13:30-17:00\n周五 9:00-12:00 13:30-17:00",
    ],
)
def test_the_usual_hours_are_read_however_they_are_written(said: str) -> None:
    assert read(said) == USUAL


@pytest.mark.parametrize(
    ("said", "hours"),
    [
        ("工作日 9-17", "周一至周五 9:00-17:00"),
        ("每天 8:30-17:30", DAILY),
        ("天天8:30-17:30", DAILY),
        ("daily 8:30-17:30", DAILY),
        ("周一至周五 9:00-17:00 午间不打烊", "周一至周五 9:00-17:00"),
        ("周一至周五 9:00-17:00 中午不休息", "周一至周五 9:00-17:00"),
        ("周一至周五 9:00-17:00 中午休息", "周一至周五 9:00-17:00"),  # when is not said
        ("周一至周五 9:00-12:00，下午休息", "周一至周五 9:00-12:00"),
        ("周六值班 9:00-12:00", "周六 9:00-12:00"),
        ("周六 9:00-12:00 值班", "周六 9:00-12:00"),
        ("周1至周5 9:00-17:00", "周一至周五 9:00-17:00"),
        ("星期1、星期3 9:00-12:00", "周一、周三 9:00-12:00"),
        ("周五 2-5", "周五 2:00-5:00"),  # hours, not days
        ("周六（预约）9:00-12:00", "周六 9:00-12:00"),
        ("周末 10:00-16:00", "周六至周日 10:00-16:00"),
        ("周一、三、五 9-12", "周一、周三、周五 9:00-12:00"),
        ("Mon, Wed and Fri 9am-5pm", "周一、周三、周五 9:00-17:00"),
        ("周五至周一 9-12", "周一、周五至周日 9:00-12:00"),
        ("每天 9:00-17:00；周日 9:00-12:00", "周一至周六 9:00-17:00；周日 9:00-12:00"),
        ("双休；周六值班 9-12；周一至周五9-17", "周一至周五 9:00-17:00；周六 9:00-12:00"),
        ("全天", None),
        ("每天 0:00-23:59", "周一至周日 0:00-23:59"),
    ],
)
def test_other_hours_are_read(said: str, hours: str | None) -> None:
    if hours is None:
        with pytest.raises(Refused):
            read(said)
    else:
        assert read(said) == hours


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("", "hours_nothing_read"),
        ("。。。", "hours_nothing_read"),
        ("周日休息", "hours_nothing_read"),
        ("周一至周五", "hours_day_without_time"),
        ("周一至周五 9:00-17:00 周六值班", "hours_day_without_time"),
        ("周一至周五 17:00-9:00", "hours_backwards"),
        ("周一至周五 9:00-9:00", "hours_backwards"),
        ("周一至周五 9:00-5:00", "hours_backwards"),
        ("每天 22:00-2:00", "hours_midnight"),
        ("每天 9:00-24:00", "hours_midnight"),
        ("24小时", "hours_midnight"),
        ("全天开放", "hours_midnight"),
        ("周一 9:00-12:00 11:00-13:00", "hours_overlap"),
        ("周一 9:00-12:00；周一 11:00-13:00", "hours_overlap"),
        ("周一 1-2 3-4 5-6 7-8 9-10 11-12 13-14", "hours_too_many"),
        ("周一 25:00-26:00", "hours_bit_unreadable"),
        ("周一 9:00-12:60", "hours_bit_unreadable"),
        ("周一 9:00", "hours_bit_unreadable"),
        ("周八 9:00-12:00", "hours_bit_unreadable"),
        ("随时欢迎", "hours_bit_unreadable"),
        ("冬季 9:00-17:00", "hours_bit_unreadable"),  # two timetables a year are not one
        ("周一 9:00-12:00 休息", "hours_bit_unreadable"),  # open then, or closed?
        ("休息", "hours_bit_unreadable"),
        ("节假日 9:00-12:00", "hours_bit_unreadable"),
        ("=9:00-17:00", "hours_bit_unreadable"),
        ("<b>9:00-17:00</b>", "hours_bit_unreadable"),
        ("周一" * LONGEST_TEXT, "hours_text_too_long"),
    ],
)
def test_hours_that_cannot_be_or_are_not_clear_are_refused(said: str, code: str) -> None:
    with pytest.raises(Refused) as refused:
        read_hours(said)
    assert refused.value.code == code


def test_what_was_not_understood_is_named() -> None:
    with pytest.raises(Refused) as refused:
        read_hours("周一至周五 9:00-17:00，逢五逢十赶集")
    assert refused.value.details == {"bit": "逢五逢十赶集"}


def test_a_hall_empties_at_lunch_only_if_that_is_said() -> None:
    assert not read_hours(USUAL).calendar.empties_at_lunch
    assert not read_hours(f"{USUAL} 午间不打烊").calendar.empties_at_lunch
    assert read_hours(f"{USUAL} 中午清场").calendar.empties_at_lunch
    assert read_hours(f"{USUAL}，午间清场").calendar.empties_at_lunch
    assert read_hours("Mon-Fri 9:00-12:00 13:30-17:00; empties at lunch").calendar.empties_at_lunch


@pytest.mark.parametrize(
    ("said", "named"),
    [
        (USUAL, False),
        (f"{USUAL} 法定节假日休息", True),
        (f"{USUAL}（节假日除外）", True),
        (f"{USUAL} 周日、法定节假日休息", True),
        (f"{USUAL} 法定节假日 休息", True),
    ],
)
def test_that_holidays_are_off_is_heard_though_their_days_are_not_known(said: str, named: bool) -> None:
    assert read_hours(said).names_holidays is named
    assert read(said) == USUAL


def test_new_hours_keep_the_exceptions_the_zone_and_the_grace() -> None:
    kept = Calendar(((),) * 7, {date(2026, 10, 1): ()}, "Asia/Urumqi", grace_minutes=10)
    found = read_hours(USUAL, kept).calendar
    assert (found.exceptions, found.zone, found.grace_minutes) == (kept.exceptions, "Asia/Urumqi", 10)
    assert found.weekly[0] == (Session(time(9), time(12)), Session(time(13, 30), time(17)))


def test_hours_are_said_in_plain_words() -> None:
    calendar = read_hours(f"{USUAL}；周六 9-12；中午清场").calendar
    assert say_hours(calendar, "zh") == f"{USUAL}；周六 9:00-12:00；中午清场"
    assert say_hours(calendar, "en") == "Mon-Fri 9:00-12:00 13:30-17:00; Sat 9:00-12:00; empties at lunch"


def test_a_week_without_hours_is_said_with_no_words() -> None:
    assert say_hours(Calendar(((),) * 7), "zh") == ""


def _day(minutes: set[int]) -> tuple[Session, ...]:
    clocks = [time(minute // 60, minute % 60) for minute in sorted(minutes)]
    return tuple(Session(*pair) for pair in zip(clocks[::2], clocks[1::2], strict=False))


DAYS = st.sets(st.integers(0, 24 * 60 - 1), max_size=8).map(_day)
# Days that are alike are what groups are made of.
WEEKS = st.lists(DAYS, min_size=1, max_size=3).flatmap(
    lambda days: st.lists(st.sampled_from(days), min_size=7, max_size=7)
)


@given(week=WEEKS.filter(any), empties=st.booleans(), language=st.sampled_from(["zh", "en"]))
def test_hours_that_are_said_read_back_as_they_were(
    week: list[tuple[Session, ...]], empties: bool, language: str
) -> None:
    calendar = Calendar(tuple(week), empties_at_lunch=empties)
    assert read_hours(say_hours(calendar, language)).calendar == calendar


@given(
    text=st.text(max_size=60)
    | st.text(st.sampled_from("周一二六日至到、-9:01点半上午休息清场节假24；\n"), max_size=60)
    | st.lists(st.sampled_from(["周一", "至", "9:00-12:00", "休息", "午休", "节假日", "双休", " ", "，", "每天"])).map(
        "".join
    )
)
def test_any_text_is_refused_or_read_to_what_can_be_said(text: str) -> None:
    try:
        calendar = read_hours(text).calendar
    except Refused as refused:
        assert refused.code.startswith("hours_")
        assert len(str(refused.details.get("bit", ""))) <= LONGEST_BIT
    else:
        assert read_hours(say_hours(calendar, "zh")).calendar == calendar


def test_hours_may_be_told_with_the_short_words_for_morning_and_evening() -> None:
    assert (
        read_hours("周一到周五早9点到晚8点").calendar.weekly[0]
        == read_hours("周一至周五 9:00-20:00").calendar.weekly[0]
    )
