"""Lines of print as pictures, drawn by Pillow: sharp, straight, and read by any engine that works."""

import numpy as np
import pylopdf_fonts_zh_cn
from PIL import Image, ImageDraw, ImageFont

from models.adapters.ocr.engines import Picture

MARGIN = 12


def drawn(text: str, size: int = 36) -> Picture:
    """One line on white, with a margin."""
    font = ImageFont.truetype(str(pylopdf_fonts_zh_cn.sans_path()), size, layout_engine=ImageFont.Layout.BASIC)
    width = round(font.getlength(text)) + 2 * MARGIN
    picture = Image.new("RGB", (width, size * 3 // 2), "white")
    ImageDraw.Draw(picture).text((MARGIN, size * 3 // 4), text, fill="black", font=font, anchor="lm")
    return as_picture(picture)


def as_picture(image: Image.Image) -> Picture:
    """In the order of colours that engines take."""
    return np.ascontiguousarray(np.asarray(image.convert("RGB"))[..., ::-1])


def page(*lines: str, width: int = 640, height: int = 480) -> Picture:
    """The lines one below another on a white page, each from the left edge in."""
    whole = np.full((height, width, 3), 255, np.uint8)
    for number, line in enumerate(lines):
        strip = drawn(line)
        top, left = 60 + 90 * number, 40
        whole[top : top + strip.shape[0], left : left + strip.shape[1]] = strip
    return whole
