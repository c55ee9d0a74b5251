"""What lies under and around a card in a photo."""

import random

import cv2
import numpy as np
from PIL import Image, ImageDraw

from tests.drawn import fonts
from tests.drawn.effects import Picture
from tests.drawn.words import FORM, NEWS


def wood(width: int, height: int, rng: random.Random) -> Picture:
    """A table."""
    base = np.array(rng.choice(((150, 105, 65), (196, 160, 118), (96, 62, 42), (210, 190, 160))), np.float32)
    grain = 14 * _cloudy(width, height, (7, height // 3), rng) + 7 * _cloudy(width, height, (3, height), rng)
    return _coloured(base, grain, width, height)


def desk(width: int, height: int, rng: random.Random) -> Picture:
    """A plain top, or a cloth, of any colour."""
    base = np.array([rng.randrange(25, 235) for _ in range(3)], np.float32)
    weave = rng.uniform(1, 12) * _cloudy(width, height, (width // 2, height // 2), rng)
    return _coloured(base, 8 * _cloudy(width, height, (7, 5), rng) + weave, width, height)


def _cloudy(width: int, height: int, cells: tuple[int, int], rng: random.Random) -> np.ndarray:
    """Lighter and darker places, so many across and down, for half the width and height."""
    numbers = np.random.default_rng(rng.randrange(1 << 30)).standard_normal((cells[1], cells[0]), np.float32)
    return cv2.resize(numbers, (width // 2, height // 2), interpolation=cv2.INTER_CUBIC)


def hand(width: int, height: int, rng: random.Random) -> Picture:
    """A hand that holds the card, over the floor of a hall."""
    ground = desk(width, height, rng)
    skin = rng.choice(((222, 178, 148), (196, 148, 116), (236, 198, 172)))
    centre = (round(width * rng.uniform(0.35, 0.65)), round(height * rng.uniform(0.75, 0.95)))
    cv2.ellipse(ground, centre, (round(width * 0.3), round(height * 0.42)), 0, 0, 360, skin, -1, cv2.LINE_AA)
    for finger in range(4):
        tip = (round(width * (0.25 + 0.14 * finger)), round(height * rng.uniform(0.2, 0.35)))
        cv2.line(ground, centre, tip, tuple(each - 10 for each in skin), round(width * 0.08), cv2.LINE_AA)
    return cv2.GaussianBlur(ground, (0, 0), 2.0)  # type: ignore[return-value]


def newspaper(width: int, height: int, rng: random.Random) -> Picture:
    """Columns of print."""
    page, pen = _page(width, height, (228, 224, 212))
    size = round(max(width, height) * rng.uniform(0.012, 0.024))
    columns = rng.randrange(2, 5)
    for column in range(columns):
        left, top = round(column * width / columns) + size, size
        room = width / columns - 1.5 * size
        face = rng.choice(fonts.chinese(only_sure=True))
        while top < height:
            large = rng.random() < 0.06
            font = fonts.sized(face, size * 2 if large else size)
            text = " ".join(rng.choices(NEWS, k=6))
            pen.text((left, top), text[: int(room / font.size)], font=font, fill=(50, 50, 50))
            top += round(font.size * 1.35)
    return np.asarray(page).copy()


def form(width: int, height: int, rng: random.Random) -> Picture:
    """A form of the hall, with the very words of a card on it, and somebody's writing."""
    page, pen = _page(width, height, (248, 248, 246))
    size = round(max(width, height) * rng.uniform(0.02, 0.032))
    font = fonts.sized((fonts.SERIF, 0), size)
    pen.text(
        (width * 0.3, size),
        rng.choice(("办事登记表", "政务服务大厅申请表", "业务受理单")),
        font=font,
        fill=(20, 20, 20),
    )
    top = size * 3
    while top < height:
        for text in FORM:
            pen.text((size, top), text, font=font, fill=(30, 30, 30))
            pen.line((0, top + size * 1.4, width, top + size * 1.4), fill=(120, 120, 120), width=2)
            top += round(size * 2)
    return np.asarray(page).copy()


def sheet(width: int, height: int, rng: random.Random) -> Picture:
    """White paper on which a card was copied."""
    grey = rng.randrange(225, 250)
    return np.full((height, width, 3), grey, np.uint8)


def _page(width: int, height: int, colour: tuple[int, int, int]) -> tuple[Image.Image, ImageDraw.ImageDraw]:
    page = Image.new("RGB", (width, height), colour)
    return page, ImageDraw.Draw(page)


def _coloured(base: np.ndarray, grain: np.ndarray, width: int, height: int) -> Picture:
    drawn = np.clip(base + grain[..., None], 0, 255).astype(np.uint8)
    return cv2.resize(drawn, (width, height), interpolation=cv2.INTER_LINEAR)  # type: ignore[return-value]


PLAIN = {each.__name__: each for each in (wood, desk, hand)}
PRINT = {each.__name__: each for each in (newspaper, form)}
ALL = {**PLAIN, **PRINT, "sheet": sheet}
"""By name: (width, height, random numbers) → a picture of that size."""
