from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.rules.clock_times import clock_time, first_after, last_before, stored_time
from models.rules.refusal import Refused

SHANGHAI = "Asia/Shanghai"


@pytest.mark.parametrize(
    ("said", "stored"),
    [
        ("14:10", "14:10"),
        ("9:05", "09:05"),
        ("09:05", "09:05"),
        ("９：０５", "09:05"),  # full-width
        ("14：10", "14:10"),  # the colon of a Chinese keyboard
        ("14；10", "14:10"),  # the key beside it
        ("14.10", "14:10"),
        (" 14:10 ", "14:10"),
        ("14:10。", "14:10"),
        ("\u200e14:10\u200f", "14:10"),  # direction marks, copied along
        ("1410", "14:10"),
        ("910", "09:10"),
        ("0910", "09:10"),
        ("14", "14:00"),
        ("14点", "14:00"),
        ("14點10分", "14:10"),
        ("14点10分", "14:10"),
        ("14点10", "14:10"),
        ("14点5分", "14:05"),
        ("14点05", "14:05"),
        ("14 点 10 分", None),  # nobody spaces the last one
        ("14点 10分", "14:10"),
        ("14时10分", "14:10"),
        ("14h10", "14:10"),
        ("2点钟", "02:00"),
        ("14点整", "14:00"),
        ("14点半", "14:30"),
        ("14点一刻", "14:15"),
        ("14点三刻", "14:45"),
        ("下午2点半", "14:30"),
        ("下午 2:10", "14:10"),
        ("下午14点10分", "14:10"),  # said twice over, and true
        ("下午两点半", "14:30"),
        ("下午三点十五分", "15:15"),
        ("九点零五分", "09:05"),
        ("十点十分", "10:10"),
        ("十四点二十", "14:20"),
        ("二十点五十九分", "20:59"),
        ("〇点", "00:00"),
        ("大约14:10", "14:10"),
        ("下午2点左右", "14:00"),
        ("大概两点半左右", "02:30"),
        ("0点", "00:00"),
        ("12点", "12:00"),
        ("中午12点", "12:00"),
        ("中午1点", "13:00"),
        ("中午11点半", "11:30"),
        ("上午12点", "12:00"),
        ("上午9点", "09:00"),
        ("早上8:40", "08:40"),
        ("下午12点半", "12:30"),
        ("傍晚6点", "18:00"),
        ("晚上8点", "20:00"),
        ("晚上12点", "00:00"),  # midnight, not noon
        ("晚上1点", "01:00"),
        ("凌晨12点半", "00:30"),
        ("凌晨2点", "02:00"),
        ("2:10pm", "14:10"),
        ("2:10 PM", "14:10"),
        ("2:10 p.m.", "14:10"),
        ("2pm", "14:00"),
        ("９：０５ａｍ", "09:05"),
        ("12am", "00:00"),
        ("12:30am", "00:30"),
        ("12pm", "12:00"),
        ("14:10pm", "14:10"),
        ("23:59", "23:59"),
        ("00:00", "00:00"),
    ],
)
def test_a_time_is_read_as_people_write_it(said: str, stored: str | None) -> None:
    if stored is None:
        assert refusal(said) == "time_unreadable"
    else:
        assert stored_time(said) == stored


def refusal(said: str) -> str:
    with pytest.raises(Refused) as refused:
        clock_time(said)
    return refused.value.code


@pytest.mark.parametrize(
    "said",
    [
        "",
        "刚才",
        "不记得",
        "99",
        "24:00",
        "25:00",
        "14:60",
        "2575",
        "14:5",  # 14:05 or 14:50?
        "2.5",
        "36.5",  # a temperature
        "14:10:30",
        "14:10-14:20",
        "14点十",  # spelt minutes do not follow a number in digits… they do: see below
        "123456",
        "13800138000",
        "-9:05",
        "上午3点",  # before any hall opens, after midnight: which?
        "上午14点",
        "14am",
        "下午2点am",
        "中午8点",
        "两十点",
        "十十点",
        "二三点",
        "十60",
        "点10分",
        "半",
        "昨天14:10",
        "٩:٠٥",  # digits, but not ours
        "14:10 谢谢",
        "9" * 5000,
    ],
)
def test_what_is_no_time_or_not_one_alone_is_refused(said: str) -> None:
    assert refusal(said) == "time_unreadable"


@pytest.mark.parametrize("minutes", range(24 * 60))
def test_x(minutes: int) -> None: ...
