"""Codes as pictures for the chat, drawn so that a phone reads them from the screen and from paper alike."""

import io

import pylopdf_fonts_zh_cn
from PIL import Image, ImageDraw, ImageFont

from models.adapters.qr_codes import QUIET, matrix

WIDTH = 1000
"""In dots, at most: twice what a phone shows of a picture in the chat."""
MOST_LINES = 2

_LETTERS = 64
_SMALLEST_LETTERS = 24


def code_picture(text: str, caption: str) -> bytes:
    """A PNG of a few kilobytes: the code that says `text` (level H), and under it the caption, of which each of at most
    MOST_LINES lines is made as small as it has to be, and then cut. ValueError for a text that no code can hold."""
    code = matrix(text)
    module = WIDTH // code.full_size
    width = module * code.full_size
    lines = [shown for line in caption.splitlines() if (shown := _printable(line))][:MOST_LINES]
    line_height = _LETTERS * 3 // 2
    # The quiet zone below the code stays white, and below the words there is as much.
    height = width + (line_height * len(lines) + QUIET * module if lines else 0)
    picture = Image.new("L", (width, height), 255)
    pen = ImageDraw.Draw(picture)
    for dark in code.dark:
        left, top = (dark.x + QUIET) * module, (dark.y + QUIET) * module
        right, bottom = left + dark.width * module, top + dark.height * module
        pen.rectangle((left, top, right - 1, bottom - 1), fill=0)
    for number, line in enumerate(lines):
        shown, font = _fitted(line, width - 2 * module)
        pen.text((width // 2, width + line_height * number + line_height // 2), shown, fill=0, font=font, anchor="mm")
    written = io.BytesIO()
    picture.save(written, "PNG", optimize=True)
    return written.getvalue()


def _fitted(line: str, width: int) -> tuple[str, ImageFont.FreeTypeFont]:
    natural = _font(_LETTERS).getlength(line)
    font = _font(max(_SMALLEST_LETTERS, min(_LETTERS, int(_LETTERS * width / max(natural, 1)))))
    while font.getlength(line) > width:
        # Cut in large steps first: a line may be of any length.
        line = f"{line[: min(len(line) - 2, int(len(line) * width / font.getlength(line)))]}…"
    return line, font


def _font(size: int) -> ImageFont.FreeTypeFont:
    """A font object of its own for each use: two threads must not draw with one."""
    return ImageFont.truetype(str(pylopdf_fonts_zh_cn.sans_path()), size, layout_engine=ImageFont.Layout.BASIC)


def _printable(line: str) -> str:
    """Without controls and marks that turn the direction of writing, and of a length that can be measured."""
    return "".join(character for character in line[:200] if character.isprintable()).strip()
