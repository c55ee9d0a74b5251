"""The lines of a made-up card as a reader of text would give them, wherever the card lies on a photo."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from models.rules.documents.card import Point, Read
from models.rules.documents.geometry import ASPECT

CARD = {
    "name": "陈小明",
    "sex": "女",
    "ethnicity": "汉",
    "birth": "1949-12-31",
    "address": "河南省商丘市梁园区文化路629号龙湖时代天街31号楼2单元877室",
    "id_number": "11010519491231002X",
}
"""The number is the example of GB 11643; nobody has it."""

_CHARACTER = 0.034
"""How wide one is, in card widths; a digit takes half, and the number's digits nearly a whole one."""


@dataclass(frozen=True)
class Line:
    """A text at its place on the card: u of its left end, v of its middle."""

    text: str
    u: float
    v: float
    wide: float
    tall: float = 0.075


@dataclass(frozen=True)
class View:
    """How a card lies on a photo: `turn` in degrees, `size` pixels across, `lean`: how much smaller its far edge is."""

    turn: float = 0
    size: float = 800
    x: float = 700
    y: float = 500
    lean_u: float = 0
    lean_v: float = 0

    def on_photo(self, u: float, v: float) -> Point:
        across, down = u - 0.5, (v - 0.5) / ASPECT
        far = 1 + self.lean_u * across + self.lean_v * down
        across, down = across * self.size / far, down * self.size / far
        cos, sin = math.cos(math.radians(self.turn)), math.sin(math.radians(self.turn))
        return self.x + cos * across - sin * down, self.y + sin * across + cos * down

    def read(self, line: Line, least: float = 0.99) -> Read:
        left, top, right, bottom = line.u, line.v - line.tall / 2, line.u + line.wide, line.v + line.tall / 2
        box = (
            self.on_photo(left, top),
            self.on_photo(right, top),
            self.on_photo(right, bottom),
            self.on_photo(left, bottom),
        )
        return Read(line.text, box, least, least)


def width_of(text: str) -> float:
    return sum(_CHARACTER if character > "\u2000" else _CHARACTER / 2 for character in text)


def line(text: str, u: float, v: float) -> Line:
    return Line(text, u, v, width_of(text))


def card_lines(card: dict[str, str] = CARD) -> list[Line]:
    """As the resident card prints them; without 民族 where the card says none."""
    year, month, day = card["birth"].split("-")
    address = card["address"]
    lines = [
        line("姓名", 0.06, 0.14),
        line(card["name"], 0.165, 0.14),
        line("性别", 0.06, 0.255),
        line(card["sex"], 0.165, 0.255),
        line("出生", 0.06, 0.37),
        line(f"{year}年{int(month)}月{int(day)}日", 0.165, 0.37),
        line("住址", 0.06, 0.485),
        *(line(address[at : at + 11], 0.165, 0.485 + 0.07 * n) for n, at in enumerate(range(0, len(address), 11))),
        line("公民身份号码", 0.06, 0.865),
        Line(card["id_number"], 0.325, 0.865, 0.6),
    ]
    if card["ethnicity"]:
        lines += [line("民族", 0.27, 0.255), line(card["ethnicity"], 0.375, 0.255)]
    return lines


def seen(lines: Iterable[Line], view: View = View(), least: float = 0.99) -> list[Read]:
    return [view.read(line, least) for line in lines]


def instead(lines: Sequence[Line], text: str, new: str) -> list[Line]:
    """The lines with one text read as another."""
    return [replace(line, text=new) if line.text == text else line for line in lines]
