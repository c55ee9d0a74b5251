"""Photos of made-up cards, read by the real engine from their bytes on."""

import numpy as np
import pytest

from models.adapters.ocr.engines import Engine, Found, Picture, Text
from models.adapters.ocr.photos import open_photo
from models.adapters.ocr.reading import FIRST_SIDE, MOST_LINES, Photo
from models.rules.documents import Card, CardKind
from models.rules.documents.card import Box
from models.services.card_reading import understand_photo
from tests.drawn.sets import drawn


def read(photo: bytes, engine: Engine) -> Card:
    return understand_photo(Photo(open_photo(photo), engine))


@pytest.mark.parametrize(("kind", "number"), [("plain", 0), ("plain", 1), ("permits", 0)])
def test_a_photo_says_what_is_printed_on_the_card(kind: str, number: int, engine: Engine) -> None:
    photo = drawn(kind, 1, number)
    card, truth = read(photo.taken(), engine), photo.truth()
    assert card.kind == truth["kind"]
    assert {name: card.text(name) or "" for name in ("name", "id_number", "address")} == {
        name: truth[name] for name in ("name", "id_number", "address")
    }


@pytest.mark.parametrize("kind", ["emblem", "other", "several", "nothing"])
def test_a_photo_of_anything_else_is_called_what_it_is(kind: str, engine: Engine) -> None:
    assert read(drawn(kind, 1, 0).taken(), engine) == Card(CardKind(kind))


@pytest.mark.parametrize("value", [0, 255])
@pytest.mark.parametrize("shape", [(1, 1), (1, 5000), (5000, 1), (33, 31)])
def test_a_photo_of_nothing_of_any_shape_shows_nothing(value: int, shape: tuple[int, int], engine: Engine) -> None:
    picture = np.full((*shape, 3), value, np.uint8)
    assert understand_photo(Photo(picture, engine)) == Card(CardKind.NOTHING)


class Corners:
    """An engine that finds the four quarters of whatever picture it is given."""

    name = "corners"

    def __init__(self, lines: int = 4) -> None:
        self.lines = lines
        self.sizes: list[tuple[int, int]] = []

    def detect(self, picture: Picture) -> list[Found]:
        height, width = picture.shape[:2]
        self.sizes.append((width, height))
        x, y = width / 2, height / 2
        box: Box = ((0, 0), (x, 0), (x, y), (0, y))
        return [Found(box, n / self.lines) for n in range(self.lines)]

    def recognise(self, strips: list[Picture]) -> list[Text]:
        self.sizes += [(strip.shape[1], strip.shape[0]) for strip in strips]
        return [Text("", ()) for _ in strips]


def test_boxes_are_in_pixels_of_the_photo_though_lines_are_looked_for_in_a_smaller_one() -> None:
    engine = Corners()
    box = Photo(np.zeros((1500, 2000, 3), np.uint8), engine).boxes()[0]
    assert max(engine.sizes[0]) == FIRST_SIDE
    assert np.allclose(box, [(0, 0), (1000, 0), (1000, 750), (0, 750)])


def test_boxes_of_a_part_are_in_pixels_of_the_whole_photo() -> None:
    outline: Box = ((1000, 200), (1000, 1000), (500, 1000), (500, 200))
    box = Photo(np.zeros((1500, 2000, 3), np.uint8), Corners()).boxes_within(outline)[0]
    assert np.allclose(box, [(1000, 200), (1000, 600), (750, 600), (750, 200)], atol=1)


def test_of_a_page_full_of_print_only_the_surest_lines_are_kept() -> None:
    assert len(Photo(np.zeros((100, 100, 3), np.uint8), Corners(lines=3000)).boxes()) == MOST_LINES


@pytest.mark.parametrize(
    "box",
    [
        ((0, 0), (0, 0), (0, 0), (0, 0)),
        ((5, 5), (90, 5), (90, 5), (5, 5)),
        ((-900, -900), (9000, -900), (9000, -880), (-900, -880)),
        ((1e9, 1e9), (2e9, 1e9), (2e9, 1.1e9), (1e9, 1.1e9)),
        ((0, 0), (1e6, 0), (1e6, 1), (0, 1)),
    ],
    ids=["a point", "a line", "across and out of the photo", "far outside", "a hair"],
)
def test_a_strip_of_any_shape_is_cut_in_bounds(box: Box) -> None:
    engine = Corners()
    photo = Photo(np.zeros((80, 100, 3), np.uint8), engine)
    assert photo.read([box])[0].text == ""
    assert all(width <= 40 * 48 and height <= 48 for width, height in engine.sizes)
