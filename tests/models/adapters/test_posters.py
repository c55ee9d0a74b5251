"""Posters, looked at as a printer, a phone and a person would."""

import random
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.adapters.paper import characters
from models.adapters.posters import Poster, default_notice, poster_pdf
from models.rules.refusal import Refused
from tests.conftest import IS_TRIAL
from tests.printed import (
    FULL,
    LIGHT,
    POINTS_A_MM,
    SIZE,
    TURN,
    aslant,
    blurred,
    boxes,
    codes,
    compressed,
    dimmed,
    opened,
    photographed,
    pictures,
    scaled,
    seen,
    text_of,
    turned,
)

CODE = "http://weixin.qq.com/q/02aB3dE5fGhIj10000M07k"
FORM = "https://hall.example.gov.cn/h/k7m3qx"
DIRECTIONS = ("in", "out")
DISTORTED = 200 if IS_TRIAL else 24
PAGE = (210.0, 297.0)


def poster(direction: str = "in", **changed: object) -> Poster:
    made = Poster(
        hall="江城市滨河区政务服务中心",
        door="东门",
        direction=direction,
        code_url=CODE,
        form_url=f"{FORM}/{direction}",
        account="大厅出入自助登记系统",
        notice=default_notice("010-12345678", 30),
        version=3,
    )
    return replace(made, **changed)


@pytest.fixture(scope="module", params=DIRECTIONS)
def direction(request):
    return request.param


@pytest.fixture(scope="module")
def printed(direction):
    return poster_pdf(poster(direction))


@pytest.fixture(scope="module")
def picture(printed):
    (page,) = pictures(printed)
    return page


def bare(text: str) -> str:
    return "".join(text.split())


def refusal(**changed: object) -> Refused:
    with pytest.raises(Refused) as caught:
        poster_pdf(poster(**changed))
    return caught.value


# What a phone sees.


def test_both_codes_are_read_from_the_page(picture, direction):
    assert seen(picture) == [CODE, f"{FORM}/{direction}"]


@pytest.mark.parametrize(
    "held",
    [
        lambda page: scaled(page, SIZE),
        lambda page: turned(page, TURN),
        lambda page: turned(page, -TURN),
        lambda page: turned(page, 90),
        lambda page: dimmed(page, LIGHT),
        lambda page: compressed(scaled(page, SIZE), 40),
        lambda page: blurred(scaled(page, SIZE), 0.8),
        lambda page: aslant(page, 0.08, "left"),
        lambda page: compressed(dimmed(scaled(turned(page, TURN), SIZE), LIGHT), 40),
    ],
    ids=["far", "left", "right", "lying", "dim", "compressed", "blurred", "aslant", "all"],
)
def test_the_large_code_is_read_however_the_phone_is_held(picture, held):
    assert CODE in seen(held(picture))


@pytest.mark.parametrize("seed", range(DISTORTED))
def test_the_large_code_is_read_by_a_hurried_visitor(picture, seed):
    assert CODE in seen(photographed(picture, random.Random(seed)))


def test_the_upper_two_thirds_hold_the_large_code_alone(picture):
    assert seen(picture.crop((0, 0, picture.width, picture.height * 2 // 3))) == [CODE]


def test_the_foot_holds_the_small_code_alone(picture, direction):
    assert seen(picture.crop((0, picture.height * 4 // 5, picture.width, picture.height))) == [f"{FORM}/{direction}"]


def test_the_large_code_is_at_least_100_mm_wide_and_the_small_one_far_away_and_at_most_22(picture):
    large, small = sorted((code.position for code in codes(picture)), key=lambda where: where.top_left.y)
    mm = FULL * POINTS_A_MM
    assert (large.top_right.x - large.top_left.x) / mm >= 100
    assert (small.top_right.x - small.top_left.x) / mm <= 22
    assert (small.top_left.y - large.bottom_left.y) / mm >= 70


def test_a_large_code_has_its_four_modules_of_white_around(picture):
    (large,) = codes(picture.crop((0, 0, picture.width, picture.height * 2 // 3)))
    at, side = large.position.top_left, large.position.top_right.x - large.position.top_left.x
    # 41 modules: version 6 holds this text at level H.
    quiet = round(4 * side / 41) - 2
    ring = picture.crop((at.x - quiet, at.y - quiet, at.x + side + quiet, at.y + side + quiet))
    inner = (quiet - 2, quiet - 2, ring.width - quiet + 2, ring.height - quiet + 2)
    ring.paste(255, inner)
    assert ring.getextrema() == (255, 255)


# What a person sees.


def test_the_directions_differ_in_black_and_white():
    greys = {}
    for one in DIRECTIONS:
        (page,) = pictures(poster_pdf(poster(one)))
        millimetre = FULL * POINTS_A_MM
        band = page.crop(tuple(round(edge * millimetre) for edge in (17, 43, 193, 69)))
        greys[one] = sum(level * count for level, count in enumerate(band.histogram())) / (band.width * band.height)
    assert greys["in"] < 130
    assert greys["out"] > 200


@pytest.mark.parametrize(("one", "said"), [("in", ("进厅", "ENTER", "回答")), ("out", ("离厅", "LEAVE", "离开"))])
def test_the_direction_and_what_to_do_stand_in_both_languages(one, said):
    (text,) = text_of(poster_pdf(poster(one)))
    assert [word for word in (*said, "微信扫一扫", "Scan with WeChat") if word not in text] == []


def test_the_poster_says_who_it_is_of_and_what_becomes_of_the_data(printed, direction):
    (text,) = text_of(printed)
    there = bare(text)
    expected = (
        "江城市滨河区政务服务中心",
        "东门",
        "30天后删除",
        "010-12345678",
        "人工登记" if direction == "in" else "门口",
    )
    assert [one for one in expected if one not in there] == []


def test_staff_can_tell_an_old_poster_by_its_foot(printed, direction):
    (text,) = text_of(printed)
    foot = bare(text)
    assert "第3版" in foot
    assert "大厅编号k7m3qx" in foot
    assert f"{FORM}/{direction}" in foot
    assert "公众号：大厅出入自助登记系统" in foot


def test_the_notice_sends_people_to_the_desk_where_the_hall_has_no_phone():
    assert "请到服务台询问" in default_notice("", 30)
    assert "please ask at the desk" in default_notice("", 30)


# Names of every length.

NAMES = st.text(st.sampled_from("省市区县自治政务服务中心大厅国龘㐂AWilm09é（）·“” "), min_size=1, max_size=40)


def misplaced(pdf: bytes) -> list[object]:
    """What leaves the margins or lies over something else."""
    found = boxes(pdf)
    outside = [box for box in found if box.left < 14.5 or box.right > 195.5 or box.top < 10 or box.bottom > 288]
    return outside + [(a, b) for at, a in enumerate(found) for b in found[at + 1 :] if a.meets(b)]


@pytest.mark.parametrize(
    "name",
    [
        "厅",
        "政务",
        *("国" * length for length in (10, 19, 20, 21, 22, 39, 40)),
        "W" * 40,
        "i" * 40,
        "伊犁哈萨克自治州察布查尔锡伯自治县政务服务中心",
        "Riverside District Government Services",
        "江城市 Riverside 政务服务中心（Third Hall）",
        "（" * 40,
    ],
)
def test_names_of_any_length_stand_whole_within_the_margins(name):
    pdf = poster_pdf(poster(hall=name, door=name, account=name))
    assert misplaced(pdf) == []
    # The hall's, the door's beside the direction and at the foot twice, the account's twice.
    assert bare(text_of(pdf)[0]).count(bare(name)) >= 6


@settings(max_examples=300 if IS_TRIAL else 12)
@given(hall=NAMES, door=NAMES, one=st.sampled_from(DIRECTIONS))
def test_whatever_hall_and_door_are_called_nothing_overlaps(hall, door, one):
    assert misplaced(poster_pdf(poster(one, hall=hall, door=door))) == []


HOSTILE = [
    "=cmd|' /C calc'!A0",
    "<script>alert(1)</script>",
    "[点这里](http://evil.example)",
    "**粗** __线__ --删--",
    "{hall} {0} %s %(x)s",
    "\\) Tj ET (江城",
    "((((",
    "a\\",
    "&amp;&#60;",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_drawn_as_text(text):
    pdf = poster_pdf(poster(hall=text))
    assert bare(text) in bare(text_of(pdf)[0])
    assert misplaced(pdf) == []


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_everywhere_leaves_the_codes_alone(text):
    (page,) = pictures(poster_pdf(poster(hall=text, door=text, account=text, notice=text)))
    assert seen(page) == [CODE, f"{FORM}/in"]


@pytest.mark.parametrize("mark", ["\u202e", "\u2066", "\u200b", "\u200d", "\ufeff", "\x00", "\x1b", "\ufe0f", "\r\n"])
def test_marks_that_show_nothing_change_nothing(mark):
    (text,) = text_of(poster_pdf(poster(hall=f"江城{mark}政务")))
    assert "江城政务" in bare(text)
    assert mark.isspace() or mark not in text


@pytest.mark.parametrize("text", ["", " ", "\u200b"])
def test_parts_that_are_empty_leave_their_places_empty(text):
    assert misplaced(poster_pdf(poster(hall=text, door=text, account=text, notice=text))) == []


# What cannot be printed.


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("𠮷市政务中心", "𠮷"),
        ("江城😀中心🚪", "😀 🚪"),
        ("قاعة", "ق ا ع ة"),
        ("江\ue000城", "U+E000"),
        ("江\ud800城", "U+D800"),
    ],
)
@pytest.mark.parametrize("part", ["hall", "door", "account", "notice"])
def test_a_character_that_the_font_lacks_is_named_never_left_out(text, named, part):
    said = refusal(**{part: text})
    assert (said.code, said.details) == ("poster_glyph", {"characters": named})


def test_many_characters_that_the_font_lacks_are_named_in_part():
    assert len(refusal(hall="".join(map(chr, range(0xAC00, 0xAC28)))).details["characters"].split()) == 10


def test_the_font_has_every_common_character_of_names_and_places():
    basic, extension_a = range(0x4E00, 0x9FF0), range(0x3400, 0x4DB6)
    assert {chr(code) for code in (*basic, *extension_a) if code not in characters()} == set()
    # Places and people of the national table of 2013 (通用规范汉字表) that lie outside of the two blocks.
    assert {char for char in "𬒗𫖯𬶋𬭎𬙂𬬻𫓶𬮿𫭟𫵷" if ord(char) not in characters()} == set()


def test_a_letter_with_a_loose_accent_is_composed():
    assert "Café" in text_of(poster_pdf(poster(hall="Cafe\u0301")))[0]


# The notice.


@pytest.mark.parametrize("text", ["本厅登记到访信息。" * 40, "We keep it for 30 days. " * 40, "W" * 500, "一\n" * 5])
def test_a_long_notice_becomes_smaller_and_stays_in_its_place(text):
    pdf = poster_pdf(poster(notice=text))
    assert misplaced(pdf) == []
    assert bare(text) in bare(text_of(pdf)[0])


@pytest.mark.parametrize("text", ["本厅登记到访信息。" * 100, "字" * 100_000, "W" * 100_000, "一\n" * 100])
def test_a_notice_that_never_fits_is_refused(text):
    assert refusal(notice=text).code == "poster_notice_too_long"


# The file.


def test_the_same_poster_is_the_same_bytes(printed, direction):
    assert poster_pdf(poster(direction)) == printed


def test_another_version_is_another_file(printed, direction):
    assert poster_pdf(poster(direction, version=4)) != printed


def test_a_poster_is_one_a4_page_of_vectors_below_200_kb(printed):
    with opened(printed) as document:
        assert len(document) == 1
        page = document[0]
        assert tuple(round(edge / POINTS_A_MM) for edge in page.get_size()) == PAGE
        assert {one.type for one in page.get_objects()} <= {1, 2}  # text and paths, no pictures
    assert len(printed) < 200_000


def test_a_poster_has_a_title_and_a_language_and_no_trace_of_the_machine(printed, direction):
    with opened(printed) as document:
        about = document.get_metadata_dict()
    word = "进厅" if direction == "in" else "离厅"
    assert about["Title"] == f"江城市滨河区政务服务中心 东门 {word} · 第 3 版 · 大厅编号 k7m3qx"
    assert b"/Lang (zh-CN)" in printed
    assert b"/DisplayDocTitle true" in printed
    assert b".otf" not in printed
    assert about["CreationDate"] == "D:19700101000000Z"
