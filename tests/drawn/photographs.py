"""From flat documents to a photo of them, as a phone takes it and a chat passes it on."""

import io
import math
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import cv2
import numpy as np
from PIL import Image

from tests.drawn import grounds
from tests.drawn.effects import ON_THE_CARD, ON_THE_PHOTO, Picture

_EXIF_OF_TURN = {0: 1, 90: 6, 180: 3, 270: 8}
"""EXIF's name for: the stored picture has to be turned so far clockwise to be upright."""


_UNIT = np.array([(-0.5, -0.5), (0.5, -0.5), (0.5, 0.5), (-0.5, 0.5)])
_SHADE = np.array((4, 6))
"""Pixels by which the shade of a card on what is under it lies aside."""


@dataclass(frozen=True)
class Shot:
    """How a photo is taken. The same shot of the same document gives the same bytes.

    `share`: how much of the photo's long side a document takes; `turn`: degrees clockwise, 0, 90, 180 or 270, in steps
    as a phone is held; `slant`: degrees besides; `tilt`: perspective, 0 to 1; `by_exif`: the picture is stored turned
    and its EXIF says so; `shift`: of the document's middle from that of the photo, in shares of the document's size
    (0.5 cuts off half of what was there, if the document fills the photo); `beside`: several lie beside each other
    rather than below; `effects`: by name and strength.
    """

    width: int = 1280
    height: int = 960
    share: float = 0.75
    turn: int = 0
    slant: float = 0
    tilt: float = 0
    by_exif: int = 0
    shift: tuple[float, float] = (0, 0)
    beside: bool = False
    ground: str = "desk"
    effects: Mapping[str, float] = field(default_factory=dict)
    quality: int = 78
    seed: int = 0


def photograph(documents: Sequence[Image.Image], shot: Shot) -> bytes:
    """A JPEG of one document, or of several side by side."""
    rng, numbers = random.Random(shot.seed), np.random.default_rng(shot.seed)
    picture = grounds.ALL[shot.ground](shot.width, shot.height, rng)
    for number, document in enumerate(documents):
        flat = np.asarray(document)
        for name, suffer in ON_THE_CARD.items():
            if strength := shot.effects.get(name):
                flat = suffer(flat, strength, numbers)
        _lay(picture, flat, _corners(flat, shot, _place(number, len(documents), shot), numbers))
    for name, suffer in ON_THE_PHOTO.items():
        if strength := shot.effects.get(name):
            picture = suffer(picture, strength, numbers)
    return _jpeg(picture, shot)


def _place(number: int, how_many: int, shot: Shot) -> tuple[float, float]:
    """Where the middle of a document lies, in its own widths and heights from the middle of the photo."""
    apart = (number - (how_many - 1) / 2) * 1.12
    across, down = shot.shift
    return (across + apart, down) if shot.beside else (across, down + apart)


def _corners(flat: Picture, shot: Shot, middle: tuple[float, float], numbers: np.random.Generator) -> np.ndarray:
    """Where the corners of the document fall in the photo, from its top left clockwise."""
    height, width = flat.shape[:2]
    scale = max(shot.width, shot.height) * shot.share / width
    shape = _UNIT + np.array(middle)
    corners = shape * (width * scale, height * scale)
    # Held at an angle: the far end is smaller, by up to a fifth.
    corners *= 1 - shot.tilt * numbers.uniform(0, 0.2, (4, 1))
    angle = math.radians(shot.turn + shot.slant)
    turning = np.array([[math.cos(angle), math.sin(angle)], [-math.sin(angle), math.cos(angle)]])
    return (corners @ turning + (shot.width / 2, shot.height / 2)).astype(np.float32)


def _lay(picture: Picture, flat: Picture, corners: np.ndarray) -> None:
    height, width = flat.shape[:2]
    # A card much larger than it will be shown is reduced first, or its letters break up.
    size = float(np.linalg.norm(corners[1] - corners[0])) / width
    if size < 0.7:
        flat = cv2.resize(flat, None, fx=size, fy=size, interpolation=cv2.INTER_AREA)  # type: ignore[assignment]
        height, width = flat.shape[:2]
    # Only what lies under the card and its shade is drawn anew.
    left, top = np.maximum(corners.min(axis=0).astype(int) - 20, 0)
    right, bottom = corners.max(axis=0).astype(int) + 30
    part = picture[top:bottom, left:right]
    within, area = corners - np.float32((left, top)), (part.shape[1], part.shape[0])
    edges = np.float32([(0, 0), (width, 0), (width, height), (0, height)])  # type: ignore[arg-type]
    matrix = cv2.getPerspectiveTransform(edges, within)
    dark = cv2.fillConvexPoly(np.zeros(part.shape[:2], np.uint8), (within + _SHADE).astype(np.int32), 90)
    cv2.blur(dark, (15, 15), dst=dark)
    laid = cv2.warpPerspective(flat, matrix, area, flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
    inside = cv2.warpPerspective(np.full((height, width), 255, np.uint8), matrix, area)
    shaded = cv2.multiply(part, cv2.merge([255 - dark] * 3), scale=1 / 255)
    edge = cv2.merge([inside] * 3)
    part[:] = cv2.add(cv2.multiply(shaded, 255 - edge, scale=1 / 255), cv2.multiply(laid, edge, scale=1 / 255))


def _jpeg(picture: Picture, shot: Shot) -> bytes:
    stored = Image.fromarray(np.rot90(picture, shot.by_exif // 90)) if shot.by_exif else Image.fromarray(picture)
    exif = Image.Exif()
    if shot.by_exif:
        exif[0x0112] = _EXIF_OF_TURN[shot.by_exif]
    with io.BytesIO() as buffer:
        stored.save(buffer, "JPEG", quality=shot.quality, exif=exif)
        return buffer.getvalue()
