"""Paper as others see it: pages as pixels and text by a reader of PDF that is not ours, codes by a decoder that is not.

Used by the tests and the benchmark of posters.
"""

import io
import random
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

import pypdfium2
import zxingcpp
from PIL import Image, ImageFilter

POINTS_A_MM = 72 / 25.4
TURN, LIGHT, SIZE = 15, 0.25, 0.25
"""The worst of each that a poster has to bear: degrees, share of the light, share of its pixels at 150 dpi."""
FULL = 150 / 72


class Box(NamedTuple):
    """Millimetres from the top left corner."""

    text: str
    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: "Box") -> bool:
        """Whether they share more than a fifth of a millimetre each way."""
        across = min(self.right, other.right) - max(self.left, other.left)
        down = min(self.bottom, other.bottom) - max(self.top, other.top)
        return across > 0.2 and down > 0.2


@contextmanager
def opened(pdf: bytes) -> Iterator[pypdfium2.PdfDocument]:
    """The document, closed again."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        yield document
    finally:
        document.close()


def pictures(pdf: bytes, scale: float = FULL) -> list[Image.Image]:
    """Each page in grey."""
    with opened(pdf) as document:
        return [page.render(scale=scale, grayscale=True).to_pil().convert("L") for page in document]


def boxes(pdf: bytes, page: int = 0) -> list[Box]:
    """Each run of letters with the rectangle of what is drawn of it."""
    with opened(pdf) as document:
        height = document[page].get_height()
        text = document[page].get_textpage()
        return [
            Box(
                text.get_text_bounded(*rect),
                rect[0] / POINTS_A_MM,
                (height - rect[3]) / POINTS_A_MM,
                rect[2] / POINTS_A_MM,
                (height - rect[1]) / POINTS_A_MM,
            )
            for rect in (text.get_rect(number) for number in range(text.count_rects()))
        ]


def text_of(pdf: bytes) -> list[str]:
    """What can be selected and read aloud, page by page."""
    with opened(pdf) as document:
        return [page.get_textpage().get_text_range() for page in document]


def codes(picture: Image.Image) -> list[zxingcpp.Barcode]:
    """What a phone finds in it."""
    return zxingcpp.read_barcodes(picture, formats=zxingcpp.BarcodeFormat.QRCode)


def seen(picture: Image.Image) -> list[str]:
    """What the codes in it say, in no order."""
    return sorted(code.text for code in codes(picture))


def turned(picture: Image.Image, degrees: float) -> Image.Image:
    """Held askew before a light wall."""
    return picture.rotate(degrees, Image.Resampling.BICUBIC, expand=True, fillcolor=230)


def dimmed(picture: Image.Image, share: float) -> Image.Image:
    """With this share of the light."""
    return picture.point(lambda grey: round(grey * share))


def scaled(picture: Image.Image, share: float) -> Image.Image:
    """From further away."""
    size = (max(1, round(picture.width * share)), max(1, round(picture.height * share)))
    return picture.resize(size, Image.Resampling.BILINEAR)


def aslant(picture: Image.Image, by: float, side: str) -> Image.Image:
    """From a side or from below: that edge is shorter by twice this share."""
    wide, high = picture.size
    x, y = by * wide, by * high
    corners = {
        "left": (0, -y, 0, high + y, wide, high, wide, 0),
        "right": (0, 0, 0, high, wide, high + y, wide, -y),
        "below": (0, 0, -x, high, wide + x, high, wide, 0),
    }[side]
    return picture.transform(picture.size, Image.Transform.QUAD, corners, Image.Resampling.BICUBIC, fillcolor=230)


def compressed(picture: Image.Image, quality: int) -> Image.Image:
    """As a camera or a chat keeps it."""
    stored = io.BytesIO()
    picture.save(stored, "JPEG", quality=quality)
    return Image.open(io.BytesIO(stored.getvalue())).convert("L")


def blurred(picture: Image.Image, radius: float) -> Image.Image:
    """Out of focus by so many pixels."""
    return picture.filter(ImageFilter.GaussianBlur(radius))


def photographed(picture: Image.Image, chance: random.Random) -> Image.Image:
    """By a hurried visitor: aslant, askew, far, dim, out of focus and compressed, each up to its worst at once."""
    taken = aslant(picture, chance.uniform(0, 0.06), chance.choice(("left", "right", "below")))
    taken = turned(taken, chance.uniform(-TURN, TURN))
    taken = scaled(taken, chance.uniform(SIZE, 1))
    taken = blurred(taken, chance.uniform(0, 0.8))
    taken = dimmed(taken, chance.uniform(LIGHT, 1))
    return compressed(taken, chance.randint(40, 90))
