from datetime import date, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.rules.day_exceptions import LONGEST_TEXT, read_exceptions, say_exceptions
from models.rules.hours import Calendar, Session
from models.rules.refusal import Refused

TODAY = date(2026, 2, 1)
CALENDAR = Calendar.from_dict({"weekly": [["09:00-12:00", "13:30-17:00"]] * 5 + [[], []]})
# In the words and the layout of the State Council's notices.
NOTICE = """国务院办公厅关于2026年
部分节假日安排的通知
各省、自治区、直辖市人民政府，国务院各部委、各直属机构：
经国务院批准，现将2026年元旦、春节、清明节、劳动节、端午节、中秋节和国庆节放假调休日期的具体安排通知如下。
一、元旦：1月1日（周四）至3日（周六）放假调休，共3天。1月4日（周日）上班。
二、春节：2月15日（农历腊月二十八、周日）至23日（农历正月初七、周一）放假调休，共9天。2月14日（周六）、2月28日（周六）上班。
三、清明节：4月4日（周六）至6日（周一）放假，共3天。
四、劳动节：5月1日（周五）至5日（周二）放假调休，共5天。5月9日（周六）上班。
五、端午节：6月19日（周五）至21日（周日）放假，共3天。
六、中秋节：9月25日（周五）至27日（周日）放假，共3天。
七、国庆节：10月1日（周四）至7日（周三）放假调休，共7天。9月20日（周日）、10月10日（周六）上班。
节假日期间，各地区、各部门要妥善安排好值班和安全、保卫等工作，确保人民群众祥和平安度过节日假期。
国务院办公厅
2025年11月4日
"""


def read(text: str, today: date = TODAY) -> str:
    """What was understood, said back."""
    return say_exceptions(read_exceptions(text, today, CALENDAR), "zh")


def refusal(text: str, calendar: Calendar = CALENDAR) -> tuple[str, str]:
    with pytest.raises(Refused) as refused:
        read_exceptions(text, TODAY, calendar)
    return refused.value.code, str(refused.value.details.get("faults", ""))


def test_a_notice_of_the_state_council_is_read_as_it_is_pasted() -> None:
    days = read_exceptions(NOTICE, date(2025, 11, 10), CALENDAR)
    off = [day for day, sessions in days.items() if not sessions]
    worked = [day for day, sessions in days.items() if sessions]
    assert (len(off), off[0], off[-1]) == (3 + 9 + 3 + 5 + 3 + 3 + 7, date(2026, 1, 1), date(2026, 10, 7))
    assert [f"{day:%m-%d}" for day in worked] == ["01-04", "02-14", "02-28", "05-09", "09-20", "10-10"]
    assert all(days[day] == CALENDAR.weekly[0] for day in worked)


@pytest.mark.parametrize(
    ("said", "days"),
    [
        ("2026-10-01 至 2026-10-07 休息", "2026-10-01 至 2026-10-07 休息"),
        ("2026-10-01 to 2026-10-07 closed", "2026-10-01 至 2026-10-07 休息"),
        ("10月1日至7日放假", "2026-10-01 至 2026-10-07 休息"),
        ("１０月１日—７日放假", "2026-10-01 至 2026-10-07 休息"),
        ("10月1号到10月7号休", "2026-10-01 至 2026-10-07 休息"),
        ("2026/10/1-10/7 休", "2026-10-01 至 2026-10-07 休息"),
        ("2026.10.1-10.7 闭馆", "2026-10-01 至 2026-10-07 休息"),
        ("国庆节：10月1日-7日放假7天", "2026-10-01 至 2026-10-07 休息"),
        ("1. 10月1日（周四）休息", "2026-10-01 休息"),
        ("10月1日周四休息", "2026-10-01 休息"),
        ("2月14日（周六）上班 9:00-17:00", "2026-02-14 上班 9:00-17:00"),
        ("2月14日 9:00-12:00", "2026-02-14 上班 9:00-12:00"),  # half a day
        ("2月14日上班", "2026-02-14 上班 9:00-12:00 13:30-17:00"),
        ("12月31日至1月2日休息", "2026-12-31 至 2027-01-02 休息"),
        ("2月29日休息", "2028-02-29 休息"),
        ("2026-10-01休息；2026-10-03休息", "2026-10-01 休息\n2026-10-03 休息"),
        ("10月1日、10月3日休息", "2026-10-01 休息\n2026-10-03 休息"),
        ("10月1日休息\n\n10月1日至2日休息", "2026-10-01 至 2026-10-02 休息"),  # twice, but the same
    ],
)
def test_days_are_read_however_they_are_written(said: str, days: str) -> None:
    assert read(said) == days


@pytest.mark.parametrize(
    ("said", "today", "day"),
    [
        ("1月1日休息", date(2026, 11, 24), "2027-01-01"),
        ("10月1日休息", date(2026, 11, 24), "2026-10-01"),  # not long past: a correction
        ("10月1日（周五）休息", date(2026, 11, 24), "2027-10-01"),  # only next year's is a Friday
        ("2027年放假安排\n10月1日休息", date(2026, 11, 24), "2027-10-01"),
    ],
)
def test_a_date_without_a_year_is_of_the_year_that_is_meant(said: str, today: date, day: str) -> None:
    assert read(said, today) == f"{day} 休息"


@pytest.mark.parametrize(
    ("said", "code", "faults"),
    [
        ("", "days_nothing_read", ""),
        ("\n\n", "days_nothing_read", ""),
        ("6月31日休息", "days_no_such_day", "1: 6月31日"),
        ("2026-02-30休息", "days_no_such_day", "1: 2026-02-30"),
        ("2027-02-29休息", "days_no_such_day", "1: 2027-02-29"),
        ("13月1日休息", "days_no_such_day", "1: 13月1日"),
        ("10月7日至1日休息", "days_backwards", "1: 10月7日-1日"),
        ("10月7日至9月1日休息", "days_backwards", "1: 10月7日-9月1日"),
        ("1月1日至3月31日休息", "days_too_long", "1: 1月1日-3月31日"),
        ("1999-12-31休息", "days_year_wrong", "1: 1999-12-31"),
        ("2101-01-01休息", "days_year_wrong", "1: 2101-01-01"),
        ("0000-01-01休息", "days_year_wrong", "1: 0000-01-01"),
        ("10月1日（周五）休息", "days_weekday_wrong", "1: 10月1日(周五)"),
        ("10月1日至7日（周四）休息", "days_weekday_wrong", "1: 7日(周四)"),
        ("10月1日休息\n10月1日上班", "days_twice", "2: 2026-10-01"),
        ("10月1日 17:00-9:00", "days_hours_wrong", "1: 17:00-9:00"),
        ("10月1日 9:00-12:00 11:00-13:00", "days_hours_wrong", "1: 9:00-12:00 11:00-13…"),
        ("10月1日", "days_unreadable", "1: 10月1日"),
        ("休息", "days_unreadable", "1: 休息"),
        ("10月1日休息 9:00-12:00", "days_unreadable", "1: 10月1日 9:00-12:00"),
        ("十月一日放假", "days_unreadable", "1: 十月一日放假"),
        ("10.1-10.7 休息", "days_unreadable", "1: 10.1-10.7 休息"),
        ("=cmd", "days_unreadable", "1: =cmd"),
        ("<script>alert(1)</script>", "days_unreadable", "1: <script>alert(1)</s…"),
        ("\u202e10月1日某某", "days_unreadable", "1: 某某"),
        ("字" * (LONGEST_TEXT + 1), "days_text_too_long", ""),
    ],
)
def test_days_that_cannot_be_are_refused_with_their_line(said: str, code: str, faults: str) -> None:
    assert refusal(said) == (code, faults)


def test_all_faults_come_at_once() -> None:
    said = "10月1日休息\nabc\n6月31日休息。2月30日休息。\n10月7日至1日休息"
    assert refusal(said) == ("days_several", "2: abc；3: 6月31日；3: 2月30日；4: 10月7日-1日")
    assert refusal("6月31日休息\n2月30日休息") == ("days_no_such_day", "1: 6月31日；2: 2月30日")


def test_however_many_faults_there_are_a_message_holds_them() -> None:
    code, faults = refusal("6月31日休息某某某某某某某某某某某某某某某某\n" * 200)
    assert code == "days_unreadable"
    assert faults.endswith("；…")
    assert len(faults.encode()) < 1700


def test_a_hall_without_usual_hours_has_to_say_them_for_a_working_day() -> None:
    assert refusal("2月14日上班", Calendar(((),) * 7)) == ("days_hours_unknown", "1: 2月14日")


def test_days_are_said_a_stretch_a_line() -> None:
    days = read_exceptions("10月1日至7日休息。10月10日上班 9:00-12:00", TODAY, CALENDAR)
    assert say_exceptions(days, "zh") == "2026-10-01 至 2026-10-07 休息\n2026-10-10 上班 9:00-12:00"
    assert say_exceptions(days, "en") == "2026-10-01 to 2026-10-07 closed\n2026-10-10 open 9:00-12:00"


SESSIONS = st.sampled_from([(), (Session(time(9), time(12)),), CALENDAR.weekly[0]])
STARTS = st.dates(date(2000, 1, 1), date(2100, 10, 1))


@given(
    stretches=st.lists(st.tuples(STARTS, st.integers(1, 70), SESSIONS), min_size=1, max_size=5),
    language=st.sampled_from(["zh", "en"]),
)
def test_days_that_are_said_read_back_as_they_were(
    stretches: list[tuple[date, int, tuple[Session, ...]]], language: str
) -> None:
    days = {first + timedelta(number): sessions for first, count, sessions in stretches for number in range(count)}
    assert read_exceptions(say_exceptions(days, language), TODAY, CALENDAR) == days


@given(
    text=st.text(max_size=60)
    | st.text(st.sampled_from("2026年10月31日至-/.（周五）休上班放假。、9:00\n"), max_size=80)
    | st.lists(
        st.sampled_from(["10月1日", "至", "7日", "（周四）", "放假", "上班", "2026-", "9:00-12:00", "。", "\n"])
    ).map("".join),
    today=st.dates(date(2000, 1, 1), date(2099, 1, 1)),
)
def test_any_text_is_refused_or_read_to_what_can_be_said(text: str, today: date) -> None:
    try:
        days = read_exceptions(text, today, CALENDAR)
    except Refused as refused:
        assert refused.code.startswith("days_")
    else:
        assert read_exceptions(say_exceptions(days, "zh"), today, CALENDAR) == days
