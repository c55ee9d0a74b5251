"""What hides a part of a card: a thumb. On the flat portrait side of `cards`, before it is photographed."""

import random

from PIL import Image, ImageDraw, ImageFilter

from tests.drawn.paper import PIXELS_A_MM

_SKIN = ((214, 168, 138), (190, 140, 110), (232, 192, 166))
_NUMBER, _NAME, _EDGE = (30.0, 80.0, 47.3), (15.0, 8.2), 70.0


def thumb_on_number(card: Image.Image, rng: random.Random) -> Image.Image:
    """From the lower edge, over three digits at least."""
    left, right, middle = _NUMBER
    return _thumb(card, (rng.uniform(left + 6, right - 6), middle + 7), (13, 24), rng.uniform(-25, 25), rng)


def thumb_on_name(card: Image.Image, rng: random.Random) -> Image.Image:
    """From the upper edge, over the first characters of the name, whose label can be seen."""
    left, middle = _NAME
    return _thumb(card, (left + rng.uniform(3, 5), middle - 6), (11, 20), rng.uniform(-10, 10), rng)


def thumb_on_edge(card: Image.Image, rng: random.Random) -> Image.Image:
    """As one holds a card: on the portrait, over no text."""
    return _thumb(card, (86, rng.uniform(12, 36)), (24, 13), rng.uniform(-20, 20), rng)


def _thumb(
    card: Image.Image, middle: tuple[float, float], size: tuple[float, float], slant: float, rng: random.Random
) -> Image.Image:
    wide, high = (round(each * PIXELS_A_MM) for each in size)
    shape = Image.new("L", (wide, high))
    ImageDraw.Draw(shape).rounded_rectangle([2, 2, wide - 3, high - 3], radius=min(wide, high) * 0.48, fill=255)
    shape = shape.filter(ImageFilter.GaussianBlur(2)).rotate(slant, expand=True, resample=Image.Resampling.BILINEAR)
    corner = (round(middle[0] * PIXELS_A_MM - shape.width / 2), round(middle[1] * PIXELS_A_MM - shape.height / 2))
    covered = card.copy()
    covered.paste(rng.choice(_SKIN), corner, shape)
    return covered
