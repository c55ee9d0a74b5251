"""Codes as rectangles: exactly the dark modules, each once."""

from hypothesis import given
from hypothesis import strategies as st
from qrcode.constants import ERROR_CORRECT_H
from qrcode.main import QRCode

from models.adapters.qr_codes import matrix, overlapping


@given(st.text(st.characters(codec="ascii"), min_size=1, max_size=120))
def test_the_rectangles_cover_each_dark_module_once_and_no_light_one(text):
    code = QRCode(error_correction=ERROR_CORRECT_H, border=0)
    code.add_data(text)
    code.make()
    drawn = [
        (x, y)
        for dark in matrix(text).dark
        for x in range(dark.x, dark.x + dark.width)
        for y in range(dark.y, dark.y + dark.height)
    ]
    expected = {(x, y) for y, row in enumerate(code.modules) for x, is_dark in enumerate(row) if is_dark}
    assert len(drawn) == len(set(drawn))
    assert set(drawn) == expected


def test_runs_of_modules_are_merged():
    # A finder pattern's ring alone is two bars and two posts instead of 24 modules.
    code = matrix("http://weixin.qq.com/q/02aB3dE5fGhIj10000M07k")
    assert len(code.dark) < sum(dark.width * dark.height for dark in code.dark) / 2


def test_a_small_code_has_fewer_modules():
    address = "https://hall.example.gov.cn/h/k7m3qx/in"
    assert matrix(address, small=True).size < matrix(address).size


def test_neighbours_overlap_by_a_hair():
    dark = matrix("a").dark[0]
    x, y, width, height = overlapping(dark, 10)
    assert dark.x * 10 - 0.5 < x < dark.x * 10
    assert dark.y * 10 - 0.5 < y < dark.y * 10
    assert dark.width * 10 < width < dark.width * 10 + 1
    assert dark.height * 10 < height < dark.height * 10 + 1
