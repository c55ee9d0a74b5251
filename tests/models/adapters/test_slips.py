"""Paper slips as a printer gives them out: every number once, readable, and its small code says the same."""

import pytest
import zxingcpp

from models.adapters.slips import Slips, slips_pdf
from models.rules.refusal import Refused
from models.rules.slips import Slip, read
from tests.printed import boxes, opened, pictures

ALL = frozenset(("id_number", "phone", "matter", "temperature", "companions"))
LONG_NAME = "某某市经济技术开发区政务服务和公共资源交易中心第二办事大厅"
MARGIN = 4.0
"""Millimetres at the edge that printers leave white."""


def slips(count: int = 8, hall: str = LONG_NAME, fields: frozenset[str] = ALL) -> Slips:
    return Slips(hall, "abc234", 30, fields, tuple(Slip(number, "KQMPR") for number in range(1, count + 1)))


@pytest.fixture(scope="module")
def printed() -> bytes:
    return slips_pdf(slips())


def test_four_are_on_a_page_each_with_its_number_on_the_slip_and_on_the_stub(printed: bytes) -> None:
    with opened(printed) as document:
        pages = [page.get_textpage().get_text_range() for page in document]
    assert len(pages) == 2
    for number in range(1, 9):
        assert pages[(number - 1) // 4].count(f"{number:06d}") == 2


def test_each_small_code_says_the_number_and_leads_nowhere(printed: bytes) -> None:
    for place, page in enumerate(pictures(printed)):
        found = sorted(code.text for code in zxingcpp.read_barcodes(page))
        assert found == [f"SLIP ABC234 00000{number} KQMPR" for number in range(4 * place + 1, 4 * place + 5)]
        assert all(read(text).hall == "abc234" for text in found)


def test_nothing_is_printed_over_anything_else_or_where_printers_leave_white(printed: bytes) -> None:
    found = [one for one in boxes(printed) if one.text.strip()]
    assert [(one.text, other.text) for i, one in enumerate(found) for other in found[i + 1 :] if one.meets(other)] == []
    outside = [
        one.text
        for one in found
        if one.left < MARGIN or one.top < MARGIN or one.right > 210 - MARGIN or one.bottom > 297 - MARGIN
    ]
    assert outside == []


@pytest.mark.parametrize("fields", [frozenset[str](), frozenset(("phone",)), frozenset(("matter", "companions"))])
def test_what_a_hall_does_not_ask_is_not_on_its_slips(fields: frozenset[str]) -> None:
    text = "".join(one.text for one in boxes(slips_pdf(slips(4, fields=fields))))
    labels = {"id_number": "证件号码", "phone": "手机", "matter": "办理事项", "companions": "同行人员"}
    assert {name for name, label in labels.items() if label in text} == fields
    assert "姓名" in text
    assert "进入时间" in text


def test_the_same_slips_are_the_same_bytes(printed: bytes) -> None:
    assert slips_pdf(slips()) == printed


def test_a_name_that_the_font_lacks_is_refused() -> None:
    with pytest.raises(Refused) as no:
        slips_pdf(slips(4, hall="\U0003134a大厅"))
    assert no.value.code == "poster_glyph"
