"""The exported workbook: what of it is masked, and what it is called."""

import re
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.rules.workbook import COLUMNS, WIDTHS, bare_number, file_name, masked, time_in

AT = datetime(2026, 3, 2, 1, 0, 5, 999999, tzinfo=UTC)
ROW = [
    "oVisitor", "张三", "13800138000", "居民身份证", "11010519491231002X", "河南省商丘市梁园区某路1号", "社保", "36.5",
    "2026-03-02 09:00:00", "2026-03-02 09:30:00", "扫码", "李四、欧阳娜娜", "", "扫码", "带了轮椅",
]  # fmt: skip


def test_the_columns_are_those_of_the_contract() -> None:
    assert ", ".join(COLUMNS) == (
        "微信OPENID, 姓名, 手机号码, 证件类型, 证件号码, 家庭住址, 事项名称, 体温, 访问时间, 离开时间, 离开方式, "
        "同行人员, 微信昵称, 登记方式, 备注"
    )
    assert len(WIDTHS) == len(COLUMNS)


def test_a_masked_row_hides_who_it_was_and_shows_the_rest() -> None:
    assert masked(ROW) == [
        "", "张*", "138*****000", "居民身份证", "1****************X", "河南省商丘市梁园区***", "社保", "36.5",
        "2026-03-02 09:00:00", "2026-03-02 09:30:00", "扫码", "李*、欧阳**", "", "扫码", "",
    ]  # fmt: skip


def test_masking_leaves_the_row_itself_as_it_was() -> None:
    row = list(ROW)
    masked(row)
    assert row == ROW


@given(st.lists(st.text(max_size=40), min_size=15, max_size=15))
def test_whatever_stands_in_a_row_a_masked_one_has_no_openid_and_no_remark(row: list[str]) -> None:
    hidden = masked(row)
    assert len(hidden) == 15
    assert (hidden[0], hidden[14]) == ("", "")
    assert all(bool(hidden[column]) == bool(row[column]) for column in (1, 2, 4, 5))


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        pytest.param("德城区政务服务大厅", "德城区政务服务大厅", id="a hall"),
        pytest.param('市民/中心\\一:号*?"<>|', "市民中心一号", id="what no file may have"),
        pytest.param("../../etc/passwd", "etcpasswd", id="a way out"),
        pytest.param("大厅\r\nSet-Cookie: a", "大厅Set-Cookie a", id="a header"),
        pytest.param("\u202e大厅\u200b", "大厅", id="invisible signs"),
        pytest.param("...", "hall", id="nothing else"),
        pytest.param("", "hall", id="nothing"),
        pytest.param("长" * 100, "长" * 60, id="a long one"),
    ],
)
def test_the_name_of_the_file_is_one_that_every_system_takes(name: str, expected: str) -> None:
    assert file_name(name, AT, "Asia/Shanghai") == f"{expected}_20260302090005.xlsx"


@given(st.text())
def test_whatever_a_hall_is_called_the_name_of_the_file_is_safe(name: str) -> None:
    made = file_name(name, AT, "Asia/Shanghai")
    assert re.fullmatch(r'[^\x00-\x1f<>:"/\\|?*]+_20260302090005\.xlsx', made)
    assert not made.startswith(".") and len(made.encode()) <= 255


def test_a_time_is_the_halls_and_without_fractions() -> None:
    assert time_in(ZoneInfo("Asia/Shanghai"), AT) == "2026-03-02 09:00:05"
    assert time_in(ZoneInfo("Asia/Shanghai"), None) == ""


@pytest.mark.parametrize(
    ("text", "number"), [("台胞证12345678", "12345678"), ("护照E123", "E123"), ("H12345678", "H12345678"), ("", "")]
)
def test_a_number_stands_without_the_word_for_its_document(text: str, number: str) -> None:
    assert bare_number(text) == number
