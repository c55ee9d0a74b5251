"""What staff type when they look for somebody or for some days."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.rules.asked import LONGEST, asked, period, words_for
from models.rules.refusal import Refused
from models.rules.said_days import EARLIEST
from models.rules.wanted import By, Wanted, Who

TODAY = date(2026, 3, 4)  # a Wednesday


def days(text: str, today: date = TODAY) -> str:
    """The days that were understood."""
    found = asked(text, today)
    assert found.period and found.who is None
    return f"{found.period.first} {found.period.last}" if found.period.days > 1 else f"{found.period.first}"


def who(text: str) -> tuple[By, str]:
    """The person that was understood."""
    found = asked(text, TODAY)
    assert found.period is None and found.who
    return found.who.by, found.who.text


def refusal(text: str, today: date = TODAY) -> str:
    with pytest.raises(Refused) as no:
        asked(text, today)
    return no.value.code


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("今日", "2026-03-04"),
        ("今天", "2026-03-04"),
        ("昨日", "2026-03-03"),
        ("昨天下午", "2026-03-03"),  # the day is what can be asked for
        ("前天", "2026-03-02"),
        ("大前天", "2026-03-01"),
        ("三天前", "2026-03-01"),
        ("3天之前", "2026-03-01"),
        ("本周", "2026-03-02 2026-03-04"),  # no further than today
        ("这个星期", "2026-03-02 2026-03-04"),
        ("上周", "2026-02-23 2026-03-01"),
        ("上上周", "2026-02-16 2026-02-22"),
        ("上個禮拜", "2026-02-23 2026-03-01"),  # traditional characters
        ("本月", "2026-03-01 2026-03-04"),
        ("上月", "2026-02-01 2026-02-28"),
        ("上个月", "2026-02-01 2026-02-28"),
        ("近7天", "2026-02-26 2026-03-04"),
        ("最近三天", "2026-03-02 2026-03-04"),
        ("近两周", "2026-02-19 2026-03-04"),
        ("最近半个月", "2026-02-18 2026-03-04"),
        ("最近", "2026-02-26 2026-03-04"),
        ("周三", "2026-03-04"),  # today is one
        ("周四", "2026-02-26"),
        ("上周三", "2026-02-25"),
        ("上上周三", "2026-02-18"),
        ("本周一", "2026-03-02"),
        ("星期三", "2026-03-04"),
        ("礼拜天", "2026-03-01"),
        ("周末", "2026-02-28 2026-03-01"),
        ("今年", "2026-01-01 2026-03-04"),
        ("yesterday", "2026-03-03"),
        ("last 7 days", "2026-02-26 2026-03-04"),
        ("Feb 18th, 2026", "2026-02-18"),
        ("18 feb", "2026-02-18"),
        ("last Monday", "2026-02-23"),
    ],
)
def test_a_day_or_a_stretch_with_a_name_is_understood(said: str, meant: str) -> None:
    assert days(said) == meant


@pytest.mark.parametrize(
    "said",
    [
        *("2.18", "2-18", "2/18", "02.18", "2。18", "２．１８", "2月18", "2月18日", "2 月 18 日", "2月18号", "2月18號"),
        *("二月十八", "二月十八日", "18号", "十八号", "20260218", "2026-02-18", "2026.2.18", "2026/02/18", "26.2.18"),
        *("2026年2月18日", "２０２６年２月１８日", "二〇二六年二月十八日", "2026-02-18 09:30:15", "2月18日（周三）"),
        *("2月18日的记录", "查询2月18日", "查询 2.18 有多少人", "2月18日。"),
    ],
)
def test_a_date_is_understood_however_it_is_written(said: str) -> None:
    assert days(said) == "2026-02-18"


@pytest.mark.parametrize(
    "said",
    [
        *("2月18日-2月20日", "2月18日—2月20日", "2月18日－2月20日", "2月18日～2月20日", "2月18日至2月20日"),
        *("2月18号到20号", "2月18-20日", "2.18-2.20", "2.18——2.20", "2-18-2-20", "2.18-20", "18号到20号", "18-20号"),
        *("2026-02-18 2026-02-20", "20260218-20260220", "2026.2.18-2.20", "2月18日到2026年2月20日", "2.18 2.20"),
        *("二月十八到二十", "从2月18日到2月20日的数据", "上上周三到周五", "Feb 18 to Feb 20", "2月18日 - 2月20日"),
        *("2月20日到2月18日", "20号到18号", "2026-02-20 2026-02-18", "2026-02-20至2.18"),  # the wrong way round
    ],
)
def test_a_stretch_is_understood_however_it_is_written_and_put_right_where_it_is_reversed(said: str) -> None:
    assert days(said) == "2026-02-18 2026-02-20"


@pytest.mark.parametrize(
    ("said", "today", "meant"),
    [
        ("3月5日", TODAY, "2025-03-05"),  # the last one
        ("31号", TODAY, "2026-01-31"),  # February has none
        ("12月30日到1月2日", TODAY, "2025-12-30 2026-01-02"),
        ("12月30日到1月2日", date(2026, 1, 1), "2025-12-30 2026-01-01"),
        ("2025-12-30~1-2", TODAY, "2025-12-30 2026-01-02"),
        ("2.18-2.20", date(2026, 2, 19), "2026-02-18 2026-02-19"),
        ("28号到3号", TODAY, "2026-02-28 2026-03-03"),
        ("28号到3号", date(2026, 3, 1), "2026-02-28 2026-03-01"),
        ("3月5日-3月1日", TODAY, "2026-03-01 2026-03-04"),
        ("周一到周三", date(2026, 3, 3), "2026-03-02 2026-03-03"),
        ("周五到周一", TODAY, "2026-02-27 2026-03-02"),
        ("2月18日到今天", TODAY, "2026-02-18 2026-03-04"),
        ("2月18日以来", TODAY, "2026-02-18 2026-03-04"),
        ("从2月18日起", TODAY, "2026-02-18 2026-03-04"),
        ("2月18日以前", TODAY, "1900-01-01 2026-02-18"),
        ("2026-02-18 2099-01-01", TODAY, "2026-02-18 2026-03-04"),  # the future is left away
        ("1626-03-01 到 2026-03-01", TODAY, "1900-01-01 2026-03-01"),  # 400 years
        ("0001-01-01", TODAY, "1900-01-01"),
        ("2月", TODAY, "2026-02-01 2026-02-28"),
        ("2026-02", TODAY, "2026-02-01 2026-02-28"),
        ("1月到2月", TODAY, "2026-01-01 2026-02-28"),
        ("2.29", date(2028, 3, 1), "2028-02-29"),
    ],
)
def test_a_day_without_a_year_is_the_last_one_that_is_not_in_the_future(said: str, today: date, meant: str) -> None:
    assert days(said, today) == meant


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("1234", (By.TAIL, "1234")),
        ("2026", (By.TAIL, "2026")),  # never a year
        ("0218", (By.TAIL, "0218")),  # nor a date
        ("１２３４", (By.TAIL, "1234")),
        ("尾号1234", (By.TAIL, "1234")),
        ("手机后四位是 1234", (By.TAIL, "1234")),
        ("電話尾號1234", (By.TAIL, "1234")),
        ("last four 1234", (By.TAIL, "1234")),
        ("13800138000", (By.PHONE, "13800138000")),
        ("138 0013 8000", (By.PHONE, "13800138000")),
        ("138-0013-8000", (By.PHONE, "13800138000")),
        ("+86 138 0013 8000", (By.PHONE, "13800138000")),
        ("手机：１３８００１３８０００", (By.PHONE, "13800138000")),
        ("138 20260218", (By.PHONE, "13820260218")),  # no date in it
        ("010-62345678", (By.PHONE, "010-62345678")),
        ("+852 6123 4567", (By.PHONE, "+85261234567")),
        ("11010519491231002x", (By.ID_NUMBER, "11010519491231002X")),
        ("110105 19491231 002X", (By.ID_NUMBER, "11010519491231002X")),  # as it is shown for reading aloud
        ("110105491231002", (By.ID_NUMBER, "110105491231002")),
        ("身份证 11010519491231002X", (By.ID_NUMBER, "11010519491231002X")),
        ("810000199408230021", (By.ID_NUMBER, "810000199408230021")),
        ("H12345678", (By.ID_NUMBER, "H12345678")),
        ("台胞证12345678", (By.ID_NUMBER, "台胞证12345678")),
        ("护照 E12345678", (By.ID_NUMBER, "E12345678")),
        ("张三", (By.NAME, "张三")),
        ("张 三", (By.NAME, "张三")),
        ("张三的记录", (By.NAME, "张三")),
        ("买买提•吐尔逊", (By.NAME, "买买提·吐尔逊")),
        ("John Smith", (By.NAME, "John Smith")),
        ("查良", (By.NAME, "查良")),
        ("社会保险", (By.NAME, "社会保险")),  # a matter is a name like any other
        ("周三丰", (By.NAME, "周三丰")),
        ("李本月", (By.NAME, "李本月")),
        ("姓名 今日", (By.NAME, "今日")),
        ("姓名：周三", (By.NAME, "周三")),
        ("叫今日的", (By.NAME, "今日")),
        ("叫返回的人", (By.NAME, "返回")),
        ("name Sunday", (By.NAME, "Sunday")),
    ],
)
def test_somebody_is_understood_by_name_phone_or_number(said: str, meant: tuple[By, str]) -> None:
    assert who(said) == meant


@pytest.mark.parametrize(
    ("said", "name"),
    [
        *(
            ("昨天 张三", "张三"),
            ("昨天张三", "张三"),
            ("张三 昨天", "张三"),
            ("张三昨天", "张三"),
            ("昨天的张三", "张三"),
        ),
        *(("3.3 张三的记录", "张三"), ("张三昨天的记录", "张三"), ("周二张三", "张三"), ("姓名 张三 昨天", "张三")),
        *(("昨天 姓名 今日", "今日"), ("John Smith yesterday", "John Smith"), ("3月3日到3号 张三", "张三")),
    ],
)
def test_days_and_a_name_together_ask_for_both(said: str, name: str) -> None:
    found = asked(said, TODAY)
    assert found.period and found.period.first == found.period.last == TODAY - timedelta(1)
    assert found.who == Who(By.NAME, name)


def test_days_and_a_number_together_ask_for_both() -> None:
    assert asked("2.18 1234", TODAY) == asked("1234 2.18", TODAY)
    assert asked("2.18 1234", TODAY).who == Who(By.TAIL, "1234")
    assert asked("2月18日到20日 138 0013 8000", TODAY).who == Who(By.PHONE, "13800138000")


def test_everything_that_is_kept_can_be_asked_for() -> None:
    assert asked("全部记录", TODAY) == Wanted()


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("", "asked_nothing"),
        (" 。", "asked_nothing"),
        ("查询", "asked_nothing"),
        ("2月30日", "asked_no_such_day"),
        ("2026-02-29", "asked_no_such_day"),
        ("2.29", "asked_no_such_day"),  # the last February had none
        ("13月1日", "asked_no_such_day"),
        ("20261399", "asked_no_such_day"),
        ("32号", "asked_no_such_day"),
        ("2月18日-32日", "asked_no_such_day"),
        ("张三 2月30日", "asked_no_such_day"),
        ("明天", "asked_future"),
        ("下周", "asked_future"),
        ("本周五", "asked_future"),
        ("2026-03-05", "asked_future"),
        ("2028-02-29 张三", "asked_future"),
        ("12345", "asked_number"),
        ("138001380", "asked_number"),
        ("昨天 36", "asked_number"),
        ("23800138000", "asked_number"),
        ("12345678901", "phone_prefix"),
        ("110105194912310021", "id_checksum"),
        ("昨天 110105194912310021", "id_checksum"),
        ("+1 202 555 0100", "phone_country"),
        ("张三 李四", "asked_one_thing"),
        ("张三 1234", "asked_one_thing"),
        ("张三 13800138000", "asked_one_thing"),
        ("在厅", "asked_unreadable"),
        ("😀", "asked_unreadable"),
        ("张", "asked_unreadable"),
        ("查询 ' OR 1=1 --", "asked_unreadable"),
        ("张" * (LONGEST + 1), "asked_too_long"),
    ],
)
def test_what_cannot_be_looked_for_is_refused_with_its_reason(said: str, code: str) -> None:
    assert refusal(said) == code


def test_an_export_takes_days_alone() -> None:
    assert period("上周的数据", TODAY).days == 7
    for said in ("张三", "昨天 张三", "全部"):
        with pytest.raises(Refused) as no:
            period(said, TODAY)
        assert no.value.code == "asked_days_only"


_DAYS = (
    "今天",
    "昨日",
    "大前天",
    "本周",
    "上周",
    "上周三",
    "周日",
    "本月",
    "近7天",
    "最近三天",
    "2",
    "18",
    "2.18",
    "2-18",
)
_MORE_DAYS = (
    "2月18日",
    "18号",
    "二月十八",
    "廿",
    "十十",
    "20260218",
    "2026-02-18",
    "2026",
    "年",
    "月",
    "日",
    "号",
    "feb",
)
_BETWEEN = (
    "2.18",
    "-",
    "—",
    "~",
    "至",
    "到",
    "从",
    "起",
    "以来",
    "以前",
    ".",
    ",",
    "(",
    ")",
    "的",
    "last",
    "days",
    "18th",
)
_PEOPLE = (
    "1234",
    "13800138000",
    "11010519491231002X",
    "台胞证",
    "姓名",
    "叫",
    "张三",
    "李",
    "记录",
    "all",
    "99999",
    "0",
)
_PIECES = (*_DAYS, *_MORE_DAYS, *_BETWEEN, *_PEOPLE)


@given(
    st.text(st.characters(exclude_categories=[]), max_size=30)
    | st.text("0123456789０９.-/—~年月日号到至周上前近天 一二三十廿〇张三的", max_size=16)
    | st.lists(st.sampled_from(_PIECES), max_size=7).flatmap(
        lambda pieces: st.sampled_from(("", " ")).map(lambda gap: gap.join(pieces))
    ),
    st.dates(date(2000, 1, 1), date(2100, 12, 31)),
)
def test_any_text_is_understood_within_the_past_or_refused(text: str, today: date) -> None:
    try:
        found = asked(text, today)
    except Refused as no:
        assert text not in map(str, no.details.values()) or len(text) < 11  # nothing personal is said back
    else:
        assert found.period is None or EARLIEST <= found.period.first <= found.period.last <= today
        assert found.who is None or found.who.text
        if found.who and found.who.by is not By.NAME and found.period is None:
            assert asked(found.who.text, today).who == found.who


@pytest.mark.parametrize(
    ("text", "by", "read"),
    [
        (" 张 三 ", By.NAME, "张三"),
        ("买买提•艾合买提", By.NAME, "买买提·艾合买提"),
        ("John Smith", By.NAME, "John Smith"),
        ("２０２６", By.TAIL, "2026"),
        ("手机后四位是：1234", By.TAIL, "1234"),
        ("+852 6123 4567", By.PHONE, "+85261234567"),
        ("110105491231002", By.ID_NUMBER, "110105491231002"),
        ("H12345678", By.ID_NUMBER, "H12345678"),
        ("E12345678", By.ID_NUMBER, "E12345678"),
        ("姓名 周三", By.NAME, "周三"),
    ],
)
def test_the_words_for_somebody_mean_the_same_again(text: str, by: By, read: str) -> None:
    found = asked(text, TODAY)
    assert found == Wanted(who=Who(by, read))
    assert found.who
    assert asked(words_for(found.who, TODAY), TODAY) == found


@given(st.text(st.characters(), max_size=60))
def test_whoever_was_understood_is_understood_again(text: str) -> None:
    try:
        found = asked(text, TODAY)
    except Refused:
        return
    if found.who:
        assert asked(words_for(found.who, TODAY), TODAY) == Wanted(who=found.who)
