"""The sheet of all codes of a hall, and the code of the page that prints."""

import re
from itertools import combinations
from xml.etree import ElementTree

import pytest
from PIL import Image, ImageDraw

from models.adapters.posters import Poster, default_notice, poster_svg_code, sheet_pdf
from models.rules.refusal import Refused
from tests.printed import FULL, POINTS_A_MM, boxes, codes, opened, pictures, seen, text_of

HALL = "江城市滨河区政务服务中心"
MM = FULL * POINTS_A_MM


def posters(doors: int, name: str = "{}号门") -> list[Poster]:
    return [
        Poster(
            hall=HALL,
            door=name.format(door),
            direction=direction,
            code_url=f"http://weixin.qq.com/q/02aB3dE5fGhIj1{door:04}{direction}",
            form_url=f"https://hall.example.gov.cn/h/k7m3qx/{direction}",
            account="大厅出入自助登记系统",
            notice=default_notice("", 30),
            version=door,
        )
        for door in range(1, doors + 1)
        for direction in ("in", "out")
    ]


@pytest.mark.parametrize(("doors", "pages"), [(1, 1), (6, 1), (7, 2), (20, 4)])
def test_all_codes_of_a_hall_are_on_the_sheet_and_nothing_else_is(doors, pages):
    made = posters(doors)
    shown = pictures(sheet_pdf(HALL, made))
    assert len(shown) == pages
    assert sorted(text for page in shown for text in seen(page)) == sorted(poster.code_url for poster in made)


def test_every_page_says_that_it_is_not_to_be_put_up():
    texts = text_of(sheet_pdf(HALL, posters(20)))
    assert [
        text for text in texts if "存档，勿张贴" not in text or "do not put up" not in text or HALL not in text
    ] == []


def test_the_codes_are_small_and_far_apart():
    (page,) = pictures(sheet_pdf(HALL, posters(6)))
    places = [code.position for code in codes(page)]
    squares = [
        tuple(edge / MM for edge in (at.top_left.x, at.top_left.y, at.bottom_right.x, at.bottom_right.y))
        for at in places
    ]
    assert max(right - left for left, _, right, _ in squares) < 25
    for one, other in combinations(squares, 2):
        across = max(one[0], other[0]) - min(one[2], other[2])
        down = max(one[1], other[1]) - min(one[3], other[3])
        assert max(across, down) > 12


def test_each_code_stands_beside_its_door_direction_and_version():
    made = posters(3)
    (page,) = pictures(sheet_pdf(HALL, made))
    words = boxes(sheet_pdf(HALL, made))
    for code in codes(page):
        poster = next(one for one in made if one.code_url == code.text)
        top, bottom = code.position.top_left.y / MM - 2, code.position.bottom_left.y / MM + 2
        right = code.position.top_right.x / MM
        row = [word for word in words if top < word.top and word.bottom < bottom]
        beside = "".join(word.text for word in row if right < word.left < right + 10)
        assert ("进厅" if poster.direction == "in" else "离厅") in beside
        assert f"第 {poster.version} 版" in beside
        assert poster.door in "".join(word.text for word in row if word.left < 50)


@pytest.mark.parametrize("door", ["国" * 40, "W" * 40, "=cmd|' /C calc'!A0 <b>", "地下一层停车场北侧入口"])
def test_doors_of_any_name_stay_in_their_column(door):
    found = boxes(sheet_pdf(door, posters(6, door.replace("{", "")[:36] + "{}")))
    outside = [box for box in found if box.left < 14.5 or box.right > 195.5 or box.top < 10 or box.bottom > 288]
    assert outside == []
    assert [(a, b) for a, b in combinations(found, 2) if a.meets(b)] == []


def test_a_hall_with_one_direction_or_none_has_a_sheet_too():
    only = posters(2)[:1]
    assert [seen(page) for page in pictures(sheet_pdf(HALL, only))] == [[only[0].code_url]]
    assert [seen(page) for page in pictures(sheet_pdf(HALL, []))] == [[]]


def test_the_sheet_is_vectors_and_the_same_each_time():
    pdf = sheet_pdf(HALL, posters(20))
    assert pdf == sheet_pdf(HALL, posters(20))
    assert len(pdf) < 200_000
    with opened(pdf) as document:
        assert {one.type for page in document for one in page.get_objects()} <= {1, 2}


def test_a_character_that_the_font_lacks_is_named():
    with pytest.raises(Refused) as caught:
        sheet_pdf(HALL, posters(1, "𠮷门{}"))
    assert caught.value.details == {"characters": "𠮷"}


# The code of the page that prints.


def test_the_svg_code_is_plain_shapes_without_a_style():
    svg = ElementTree.fromstring(poster_svg_code("http://weixin.qq.com/q/02aB3dE5fGhIj1"))
    names = {element.tag.rpartition("}")[2] for element in svg.iter()}
    attributes = {name for element in svg.iter() for name in element.attrib}
    assert names == {"svg", "rect", "path"}
    assert attributes <= {"viewBox", "shape-rendering", "aria-hidden", "focusable", "width", "height", "fill", "d"}


@pytest.mark.parametrize("text", ["http://weixin.qq.com/q/02aB3dE5fGhIj1", 'https://a.example/?q="><script>&amp;'])
def test_the_svg_code_says_its_address_with_white_around(text):
    svg = ElementTree.fromstring(poster_svg_code(text))
    side = int(svg.attrib["viewBox"].split()[2])
    picture = Image.new("L", (side * 4, side * 4), 255)
    draw = ImageDraw.Draw(picture)
    corners = []
    for move in re.findall(r"M(\d+) (\d+)h(\d+)v(\d+)h-\d+z", svg[1].attrib["d"]):
        x, y, width, height = map(int, move)
        draw.rectangle((x * 4, y * 4, (x + width) * 4 - 1, (y + height) * 4 - 1), 0)
        corners += [x, y, side - x - width, side - y - height]
    assert seen(picture) == [text]
    assert min(corners) == 4
