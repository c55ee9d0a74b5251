"""The portrait side of the resident card and of the residence permits, flat: the layout of GA 448-2013, our own art.

Faces, sizes, colours and places differ within what the standard and real printing allow.
"""

import random
from dataclasses import dataclass

from PIL import Image

from tests.drawn import fonts
from tests.drawn.fonts import Face
from tests.drawn.paper import Colour, Paper, waves
from tests.drawn.people import Person

WIDTH, HEIGHT = 85.6, 54.0
"""Of every card, in millimetres."""
_SECOND_SCRIPTS = {
    "维吾尔": "uyghur",
    "哈萨克": "uyghur",
    "柯尔克孜": "uyghur",
    "朝鲜": "hangul",
    "壮": "latin",
    "蒙古": "upright",
    "藏": "hanging",
    "彝": "hanging",
}


@dataclass(frozen=True)
class Look:
    """How a card is printed: millimetres, colours and faces."""

    face: Face
    digits: Face
    ink: Colour
    label_ink: Colour
    ground: Image.Image
    size: float
    name_size: float
    digit_size: float
    digit_gap: float
    label_left: float
    text_left: float
    name_top: float
    pitch: float
    sways: tuple[float, float]
    mark: int


_GROUNDS: tuple[tuple[Colour, Colour], ...] = (
    ((222, 236, 240), (240, 226, 234)),
    ((232, 238, 226), (226, 228, 242)),
    ((240, 232, 224), (220, 234, 238)),
    ((236, 236, 236), (228, 234, 240)),
)
USUAL = Look(
    (fonts.SANS, 0), (fonts.SANS, 0), (24, 24, 28), (66, 120, 170), waves(1, *_GROUNDS[0]), 3.2, 3.7, 4.0, 0.75,
    5.4, 15.2, 8.2, 4.5, (0, 0), 0,
)  # fmt: skip
"""The same on every machine."""


def look_of(rng: random.Random) -> Look:
    """One of many ways to print."""
    dark = rng.randrange(14, 60)
    blue = (rng.randrange(40, 90), rng.randrange(100, 140), rng.randrange(150, 200))
    size = rng.uniform(2.9, 3.3)
    return Look(
        face=rng.choice(fonts.chinese()),
        digits=rng.choice(fonts.digits()),
        ink=(dark, dark, dark + rng.randrange(10)),
        label_ink=rng.choice((blue, blue, (60, 100, 120), (90, 90, 110))),
        ground=waves(rng.randrange(6), *rng.choice(_GROUNDS)),
        size=size,
        name_size=size * rng.uniform(1.05, 1.25),
        digit_size=rng.uniform(3.5, 4.2),
        digit_gap=rng.uniform(0.2, 1.0),
        label_left=rng.uniform(4.6, 6.0),
        text_left=rng.uniform(14.4, 16.0),
        name_top=rng.uniform(7.2, 9.0),
        pitch=rng.uniform(4.0, 4.8),
        # The personal data is printed in a second pass, which seldom sits exactly on the first.
        sways=(rng.uniform(-0.4, 0.4), rng.uniform(-0.4, 0.4)),
        mark=rng.randrange(4),
    )


def portrait_side(person: Person, look: Look, rng: random.Random, *, second_script: bool = False) -> Image.Image:
    """A resident card, or a residence permit for a person without ethnicity; 1027 × 648."""
    paper = Paper(WIDTH, HEIGHT, look.ground)
    paper.portrait(57.5, 8.5, 23, 31, rng)
    script = _SECOND_SCRIPTS.get(person.ethnicity) if second_script else None
    tops = _Rows(look, has_script=script is not None)
    _labels(paper, person, look, tops)
    _values(paper, person, look, tops)
    if script:
        _second_script(paper, person, look, tops, script, rng)
    _sample(paper, person, look)
    return paper.picture


class _Rows:
    """Where each row stands; a second script needs room above each."""

    def __init__(self, look: Look, *, has_script: bool) -> None:
        step = 7.2 if has_script else 6.7
        self.name = look.name_top + (0.8 if has_script else 0)
        self.sex = self.name + step
        self.birth = self.sex + step - 0.5
        self.address = self.birth + step - 0.3
        self.number = 47.3


def _labels(paper: Paper, person: Person, look: Look, rows: _Rows) -> None:
    left, face, ink = look.label_left, look.face, look.label_ink
    for top, label in ((rows.name, "姓名"), (rows.sex, "性别"), (rows.birth, "出生"), (rows.address, "住址")):
        paper.text((left, top), label, look.size * 0.85, face, colour=ink, gap=1.2)
    if person.ethnicity:
        paper.text((look.text_left + 9.4, rows.sex), "民族", look.size * 0.85, face, colour=ink, gap=0.9)
    paper.text((left, rows.number), "公民身份号码", look.size * 0.85, face, colour=ink)


def _values(paper: Paper, person: Person, look: Look, rows: _Rows) -> None:
    across, down = look.sways
    left = look.text_left + across
    # Two characters are set apart, as if a third stood between them.
    gap = look.name_size * 0.9 if len(person.name) == 2 and look.mark % 2 else 0.25
    paper.text((left, rows.name + down), person.name, look.name_size, look.face, colour=look.ink, gap=gap)
    paper.text((left, rows.sex + down), person.sex, look.size, look.face, colour=look.ink)
    if person.ethnicity:
        paper.text((left + 18.2, rows.sex + down), person.ethnicity, look.size, look.face, colour=look.ink, gap=0.2)
    _birth(paper, person, look, rows.birth)
    for number, line in enumerate(wrapped(person.address)):
        at = (left, rows.address + down + number * look.pitch)
        paper.text(at, line, look.size, look.face, colour=look.ink, gap=0.12)
    at = (look.label_left + 23.5 + across, rows.number + down)
    gap = min(look.digit_gap, (81 - at[0] - paper.length(person.id_number, look.digit_size, look.digits)) / 17)
    paper.text(at, person.id_number, look.digit_size, look.digits, colour=look.ink, gap=gap)


def _birth(paper: Paper, person: Person, look: Look, top: float) -> None:
    left, (across, down), birth = look.text_left, look.sways, person.birth
    places = ((0, str(birth.year), 9.2, "年"), (13.4, str(birth.month), 18.6, "月"), (22.3, str(birth.day), 27.2, "日"))
    for value_left, value, label_left, label in places:
        paper.text((left + value_left + across, top + down), value, look.size, look.face, colour=look.ink, gap=0.12)
        paper.text((left + label_left, top), label, look.size * 0.85, look.face, colour=look.label_ink)


def wrapped(address: str) -> list[str]:
    """Lines as broad as eleven Chinese characters, broken wherever that is; figures and letters are narrower."""
    lines, line, width = [], "", 0.0
    for each in address:
        broad = 0.55 if each.isascii() else 1.0
        if width + broad > 11.01:
            lines.append(line)
            line, width = "", 0.0
        line, width = line + each, width + broad
    return [*lines, line]


def _second_script(paper: Paper, person: Person, look: Look, rows: _Rows, script: str, rng: random.Random) -> None:
    """The name, sex and ethnicity once more, small above the Chinese."""
    words = {
        "uyghur": (fonts.arabic(), ("ئىسىم گۈلمىرە", "جىنسى ئايال", "تۇغۇلغان", "ئادرېس شىنجاڭ")),
        "hangul": (fonts.hangul(), ("성명 김선희", "성별 녀 민족 조선", "출생", "주소 길림성 연길시")),
        "latin": (
            (fonts.SANS, 0),
            ("Singqmingz Veiz Limingz", "Singqbied Mbwk Minzcuz Cuengh", "Seng", "Dieg Nanzningz Si"),
        ),
    }
    if script == "upright":
        for column in range(3):
            paper.scribble((1.2 + column * 1.5, 5 + column), 22 + 5 * rng.random(), 1.1, rng, upright=True)
        return
    face, said = words.get(script, (None, ("",) * 4))
    for row, text in zip((rows.name, rows.sex, rows.birth, rows.address), said, strict=True):
        at = (look.label_left, row - 3.2)
        if face is None:
            paper.scribble((at[0], at[1] - 0.6), 16 + 12 * rng.random(), 1.6, rng)
        else:
            # Without a shaping engine its letters stand apart: strange to a reader of it, as it is to a machine.
            paper.text(at, text, look.size * 0.6, face, colour=look.ink)


def _sample(paper: Paper, person: Person, look: Look) -> None:
    places = (((69, 42), 4.2, 0), ((69, 28), 6.5, 28), ((48, 8.5), 3.6, 0), ((69, 5.2), 3.4, -4))
    # Never on the text: a long name needs the place of one of them.
    at, size, slant = places[3 if look.mark == 2 and len(person.name) > 5 else look.mark]
    paper.sample_mark(at, size, slant=slant)
