"""Sets of photos with the truth of each.

Seeds below APART are to tune by. The others are held apart: they are measured by, and nobody looks at which of their
photos fail or changes anything for one of them.
"""

import json
import math
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from PIL import Image

from models.rules.documents import CardKind
from tests.drawn import covers, people
from tests.drawn.cards import look_of, portrait_side
from tests.drawn.documents import OTHERS, emblem_side
from tests.drawn.grounds import ALL, PLAIN, PRINT
from tests.drawn.people import Person
from tests.drawn.photographs import Shot, photograph

APART = 1000
"""The first seed that is not for tuning."""


@dataclass
class Photo:
    """A photo to be taken. `hidden`: fields that cannot be read on it."""

    kind: CardKind
    documents: list[Image.Image]
    shot: dict[str, Any]
    person: Person | None = None
    hidden: set[str] = field(default_factory=set)
    remarks: dict[str, Any] = field(default_factory=dict)

    def taken(self) -> bytes:
        """The JPEG."""
        return photograph(self.documents, Shot(**_fitting(self.shot)))

    def truth(self) -> dict[str, Any]:
        """Every field, empty where nothing may be read; `kind`; and what the photo suffered."""
        said = self.person.truth() if self.person else {}
        shot = {name: value for name, value in self.shot.items() if name not in ("width", "height", "seed")}
        fields = {name: "" if name in self.hidden else said.get(name, "") for name in people.CHEN.truth()}
        return {**fields, "kind": str(self.kind), "photo": {**shot, **self.remarks}}


def drawn(kind: str, seed: int, number: int) -> Photo:
    """One photo of a set; the same for the same three."""
    return KINDS[kind](random.Random(f"{kind} {seed} {number}"))


def write(folder: Path, kind: str, seed: int, count: int) -> None:
    """JPEGs, counted from 000, and truth.json beside them."""
    folder.mkdir(parents=True, exist_ok=True)
    truth = {}
    for number in range(count):
        photo, name = drawn(kind, seed, number), f"{number:03}.jpg"
        (folder / name).write_bytes(photo.taken())
        truth[name] = photo.truth()
    (folder / "truth.json").write_text(json.dumps(truth, ensure_ascii=False, indent=1) + "\n", "utf-8")


def _shot(rng: random.Random, **how: Any) -> dict[str, Any]:
    """A good photo, of any size and turn."""
    long, short = rng.choice(((1280, 960), (1440, 1080), (1600, 1200), (2400, 1800), (1080, 810), (1920, 1080)))
    turn = rng.choice((0, 0, 0, 0, 0, 90, 270, 180))
    upright = rng.random() < (0.75 if turn in (90, 270) else 0.25)
    return {
        "width": short if upright else long,
        "height": long if upright else short,
        "share": round(rng.uniform(0.6, 0.92), 3),
        "turn": turn,
        "slant": round(rng.gauss(0, 4), 2),
        "tilt": round(rng.uniform(0, 0.6), 2),
        "by_exif": rng.choice((90, 180, 270)) if rng.random() < 0.2 else 0,
        "ground": rng.choice(tuple(PLAIN)),
        "effects": {},
        "quality": rng.randrange(74, 93),
        "seed": rng.randrange(1 << 30),
        **how,
    }


def _fitting(shot: dict[str, Any]) -> dict[str, Any]:
    """The same with a share so small that nothing is cut off which was not meant to be."""
    if any(shot.get("shift", (0, 0))):
        return shot
    angle, long = math.radians(shot["turn"] + shot["slant"]), max(shot["width"], shot["height"])
    across, down = abs(math.cos(angle)), abs(math.sin(angle))
    most = 0.97 / max(
        (across + down * 0.63) * long / shot["width"],
        (down + across * 0.63) * long / shot["height"],
    )
    return {**shot, "share": min(shot["share"], most)}


def _plain(rng: random.Random) -> Photo:
    person = people.made_up(rng)
    card = portrait_side(person, look_of(rng), rng, second_script=rng.random() < 0.5)
    photo = Photo(CardKind.RESIDENT, [card], _shot(rng), person)
    if rng.random() < 0.6:
        name = rng.choice(("shadow", "dim", "noise", "defocus", "glare", "sleeve", "motion", "worn"))
        photo.shot["effects"] = {name: round(rng.uniform(0.1, 0.4), 2)}
    return photo


def _permit(rng: random.Random) -> Photo:
    person = people.with_permit(rng)
    photo = Photo(CardKind.RESIDENCE_PERMIT, [portrait_side(person, look_of(rng), rng)], _shot(rng), person)
    if rng.random() < 0.5:
        _suffer(photo, rng, rng.choice(("shadow", "dim", "far", "glare", "print")))
    return photo


def _hard(rng: random.Random) -> Photo:
    photo = _plain(rng)
    sufferings = {rng.choice(_HOW_OFTEN) for _ in range(rng.choice((1, 2, 2, 3)))}
    # Neither blurred twice, nor blurred and far: that nobody can read.
    left_out = [name for name in ("far", "motion", "defocus", "chat") if name in sufferings][1:]
    if {"copied", "both_sides"} & sufferings:
        left_out += ["sleeve", "screen", "glare", "print"]
    if "both_sides" in sufferings:
        left_out += ["copied", "cut", "far"]
    if "cut" in sufferings:
        left_out += ["far", "print"]
    photo.shot["effects"] = {}
    # In the order of the table: a thumb lies on a card before that is copied.
    for name in _SUFFERINGS:
        if name in sufferings and name not in left_out:
            _suffer(photo, rng, name)
    return photo


def _suffer(photo: Photo, rng: random.Random, name: str) -> None:
    photo.remarks[name] = True
    _SUFFERINGS[name](photo, rng)


def _effect(name: str, least: float, most: float) -> Callable[[Photo, random.Random], None]:
    def suffer(photo: Photo, rng: random.Random) -> None:
        photo.shot["effects"] = {**photo.shot["effects"], name: round(rng.uniform(least, most), 2)}

    return suffer


def _far(photo: Photo, rng: random.Random) -> None:
    # Of a card less than 400 pixels wide its holder would not expect anything.
    long = max(photo.shot["width"], photo.shot["height"])
    photo.shot["share"] = round(max(400 / long, rng.uniform(0.24, 0.42)), 3)
    photo.shot["shift"] = (round(rng.uniform(-0.3, 0.3), 2), round(rng.uniform(-0.3, 0.3), 2))


def _print(photo: Photo, rng: random.Random) -> None:
    photo.shot["ground"] = rng.choice(tuple(PRINT))
    photo.shot["share"] = round(min(photo.shot["share"], rng.uniform(0.45, 0.7)), 3)


def _thumb(photo: Photo, rng: random.Random) -> None:
    field, cover = rng.choice(
        (("id_number", covers.thumb_on_number), ("id_number", covers.thumb_on_number), ("name", covers.thumb_on_name))
    )
    photo.documents[0] = cover(photo.documents[0], rng)
    photo.hidden.add(field)


def _held(photo: Photo, rng: random.Random) -> None:
    photo.documents[0] = covers.thumb_on_edge(photo.documents[0], rng)


def _chat(photo: Photo, rng: random.Random) -> None:
    """As a chat passes a photo on."""
    factor = rng.choice((1080, 1440)) / max(photo.shot["width"], photo.shot["height"])
    photo.shot |= {side: round(photo.shot[side] * factor) for side in ("width", "height")}
    photo.shot["quality"] = rng.randrange(55, 76)


def _copied(photo: Photo, rng: random.Random) -> None:
    _effect("copied", 0.4, 1)(photo, rng)
    photo.shot["ground"] = "sheet"


def _both_sides(photo: Photo, rng: random.Random) -> None:
    """The usual copy of a card: both its sides on one sheet."""
    assert photo.person
    _copied(photo, rng)
    photo.documents.insert(rng.randrange(2), emblem_side(photo.person, rng))
    photo.shot |= {"width": 1200, "height": 1600, "share": 0.5, "turn": rng.choice((0, 0, 180)), "shift": (0, 0)}


def _cut(photo: Photo, rng: random.Random) -> None:
    """The right of the card, or its lower edge, is outside: of the number something is missing."""
    width, height, share = 1280, 960, 0.86
    at_the_right = rng.random() < 0.6
    outside = rng.uniform(0.14, 0.22)
    across = (0.5 / share) - 0.5 + outside
    down = height / (width * share * 0.631) / 2 - 0.5 + outside
    shift = (round(across, 3), 0.0) if at_the_right else (0.0, round(down, 3))
    photo.shot |= {"width": width, "height": height, "share": share, "shift": shift, "turn": 0, "slant": 0.5, "tilt": 0}
    photo.hidden.add("id_number")


_SUFFERINGS: dict[str, Callable[[Photo, random.Random], None]] = {
    "far": _far,
    "print": _print,
    "thumb": _thumb,
    "held": _held,
    "chat": _chat,
    "copied": _copied,
    "both_sides": _both_sides,
    "cut": _cut,
    "dim": _effect("dim", 0.6, 1),
    "shadow": _effect("shadow", 0.6, 1),
    "glare": _effect("glare", 0.5, 1),
    "sleeve": _effect("sleeve", 0.5, 1),
    "screen": _effect("screen", 0.5, 1),
    "motion": _effect("motion", 0.3, 0.7),
    "defocus": _effect("defocus", 0.3, 0.8),
    "noise": _effect("noise", 0.4, 1),
    "worn": _effect("worn", 0.4, 1),
}
_HOW_OFTEN = (
    *_SUFFERINGS,
    *("print", "print", "print", "far", "far", "chat", "dim", "dim", "shadow", "sleeve", "screen"),
)


def _emblem(rng: random.Random) -> Photo:
    person = people.with_permit(rng) if rng.random() < 0.3 else people.made_up(rng)
    return Photo(CardKind.EMBLEM, [emblem_side(person, rng)], _shot(rng))


def _other(rng: random.Random) -> Photo:
    name = rng.choice(tuple(OTHERS))
    person = people.with_permit(rng) if name == "travel_permit" else people.made_up(rng)
    return Photo(CardKind.OTHER, [OTHERS[name](person, rng)], _shot(rng), remarks={"document": name})


def _several(rng: random.Random) -> Photo:
    """Cards of two people, or of three."""
    how_many = rng.choice((2, 2, 2, 3))
    whose = [people.with_permit(rng) if rng.random() < 0.15 else people.made_up(rng) for _ in range(how_many)]
    cards = [portrait_side(person, look_of(rng), rng) for person in whose]
    shot = _shot(rng, width=1200, height=1600, share=0.5 if how_many == 2 else 0.42, turn=rng.choice((0, 0, 180)))
    if how_many == 2 and rng.random() < 0.4:
        shot |= {"width": 1920, "height": 1080, "share": 0.42, "beside": True}
    return Photo(CardKind.SEVERAL, cards, shot)


def _nothing(rng: random.Random) -> Photo:
    return Photo(CardKind.NOTHING, [], _shot(rng, ground=rng.choice(tuple(ALL))))


KINDS: dict[str, Callable[[random.Random], Photo]] = {
    "plain": _plain,
    "hard": _hard,
    "permits": _permit,
    "emblem": _emblem,
    "other": _other,
    "several": _several,
    "nothing": _nothing,
}
"""By name of the set."""
