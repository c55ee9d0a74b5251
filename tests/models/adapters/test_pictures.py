"""Pictures of codes, read back by a decoder that shares nothing with what drew them."""

import io

import pytest
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageEnhance

from models.adapters.pictures import WIDTH, code_picture

URL = "http://weixin.qq.com/q/02abcdefghijklmnopqrstuv"


def opened(caption: str = "东门 · 进厅", text: str = URL) -> Image.Image:
    return Image.open(io.BytesIO(code_picture(text, caption)), formats=["PNG"])


def read(picture: Image.Image) -> list[str]:
    return [found.text for found in zxingcpp.read_barcodes(picture)]


def words_are_dark(picture: Image.Image) -> bool:
    """Whether anything stands below the code."""
    below = picture.crop((0, picture.width, picture.width, picture.height))
    return below.getextrema()[0] == 0


def test_a_code_is_read_from_its_picture_whatever_stands_under_it() -> None:
    for caption in ("", "东门 · 进厅", "市民中心\n东门 · 离厅"):
        assert read(opened(caption)) == [URL]


def test_the_caption_stands_under_the_code_and_outside_its_quiet_zone() -> None:
    bare, named = opened(""), opened()
    assert bare.size == (named.width, named.width)
    assert named.crop((0, 0, *bare.size)).tobytes() == bare.tobytes()
    assert words_are_dark(named)


def test_another_caption_is_another_picture() -> None:
    assert code_picture(URL, "东门 · 进厅") != code_picture(URL, "东门 · 离厅")


def test_the_caption_is_in_letters_and_not_in_boxes() -> None:
    missing = opened("\U000f0000\U000f0001")
    assert opened("东门").tobytes() != missing.tobytes()


@pytest.mark.parametrize("quality", [20, 60])
@pytest.mark.parametrize("size", [150, 400])
def test_it_is_read_after_the_chat_has_squeezed_it(quality: int, size: int) -> None:
    squeezed = io.BytesIO()
    picture = opened()
    picture.resize((size, size * picture.height // picture.width)).save(squeezed, "JPEG", quality=quality)
    assert read(Image.open(squeezed)) == [URL]


def test_it_is_read_turned_and_in_the_dark() -> None:
    turned = opened().rotate(15, expand=True, fillcolor=255)
    assert read(ImageEnhance.Brightness(turned).enhance(0.25)) == [URL]


def test_it_is_read_where_a_corner_of_it_is_smeared() -> None:
    picture = opened()
    centre = picture.width // 2
    picture.paste(255, (centre, centre, centre + WIDTH // 8, centre + WIDTH // 8))
    assert read(picture) == [URL]


def test_it_is_small_enough_for_the_platform() -> None:
    assert len(code_picture("http://weixin.qq.com/q/" + "x" * 230, "东门" * 40)) < 100_000


HOSTILE = [
    "东" * 10_000,
    "x" * 10_000,
    "\n" * 500,
    "\u202e门东\u202c",
    "\ud800",
    "\x00\x07\x1b[2J",
    "😀" * 30,
    "<script>alert(1)</script>",
    "=1+1",
    "a\r\nb\nc\nd\ne",
    " \t ",
    "ﷺ﷽" * 50,
]


@pytest.mark.parametrize("caption", HOSTILE, ids=range(len(HOSTILE)))
def test_whatever_a_door_is_called_its_code_is_read(caption: str) -> None:
    picture = opened(caption)
    assert read(picture) == [URL]
    assert picture.width <= WIDTH
    assert picture.height <= WIDTH * 3 // 2


@given(caption=st.text(max_size=60))
@settings(deadline=None, max_examples=25)
def test_any_caption_stays_within_its_picture(caption: str) -> None:
    picture = opened(caption)
    edges = [
        picture.crop((0, 0, 1, picture.height)),
        picture.crop((picture.width - 1, 0, picture.width, picture.height)),
    ]
    assert [edge.getextrema() for edge in edges] == [(255, 255), (255, 255)]


def test_marks_that_turn_the_writing_change_nothing() -> None:
    assert code_picture(URL, "东\u202e门\u200b") == code_picture(URL, "东门")


def test_a_text_that_no_code_can_hold_is_refused() -> None:
    with pytest.raises(ValueError):
        code_picture("x" * 5000, "东门")
