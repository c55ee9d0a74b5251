"""A4 pages drawn as vectors with one font: words, shapes and codes, placed in millimetres from the top left corner."""

import unicodedata
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import cache
from typing import Literal, NamedTuple

from fontTools.ttLib import TTFont
from fpdf import FPDF, ViewerPreferences
from fpdf.enums import RenderStyle, TextMode
from fpdf.fonts import TTFFont
from pylopdf_fonts_zh_cn import sans_path

from models.adapters.qr_codes import Matrix, overlapping
from models.rules.refusal import Refused

WIDTH, HEIGHT = 210.0, 297.0
POINT = 25.4 / 72
"""Millimetres."""

Align = Literal["left", "centre", "right"]
Ink = tuple[int, int, int]

_FONT = "sans"
_UNDATED = datetime(1970, 1, 1, tzinfo=UTC)
"""The format wants a date, and the same poster is to be the same bytes whenever it is made."""
_MOST_NAMED = 10
_BOLD = 0.036
"""Outline of bold letters, in sizes: the font comes in regular only."""


class Lettering(NamedTuple):
    """How words look: size in points."""

    size: float
    ink: Ink
    is_bold: bool = False


def printable(text: str) -> str:
    """The text on one line as it can be printed: composed, without characters that show nothing (bidi marks, joiners).

    Refused (poster_glyph) with the first characters that the font lacks: none is left out, or printed as an empty box.
    """
    shown = "".join(
        " " if char.isspace() else char for char in unicodedata.normalize("NFC", text) if not _shows_nothing(char)
    )
    shown = " ".join(shown.split())
    missing = dict.fromkeys(char for char in shown if ord(char) not in characters())
    if missing:
        named = [char if char.isprintable() else f"U+{ord(char):04X}" for char in missing]
        raise Refused("poster_glyph", characters=" ".join(named[:_MOST_NAMED]))
    return shown


def _shows_nothing(char: str) -> bool:
    # Cc and Cf: controls, bidi marks, joiners. Variation selectors only choose between forms of one character.
    is_selector = "\ufe00" <= char <= "\ufe0f" or "\U000e0100" <= char <= "\U000e01ef"
    return is_selector or (unicodedata.category(char) in ("Cc", "Cf") and not char.isspace())


@cache
def characters() -> frozenset[int]:
    """Code points that can be printed: of CJK all of the basic block up to U+9FEF and of extension A, and of what lies
    beyond only some hundred that China's own tables have."""
    with TTFont(sans_path(), lazy=True) as font:
        return frozenset(font.getBestCmap())


class Paper:
    """A document of A4 pages; `with Paper(title) as paper` closes its font again."""

    def __init__(self, title: str) -> None:
        self._pdf = FPDF(format="A4")
        self._pdf.set_title(title)
        self._pdf.set_lang("zh-CN")
        self._pdf.set_creation_date(_UNDATED)
        self._pdf.viewer_preferences = ViewerPreferences(display_doc_title=True)
        self._pdf.set_auto_page_break(False)
        # Read anew for each document: writing one cuts its font down to the characters used.
        self._pdf.add_font(_FONT, fname=sans_path())

    def __enter__(self) -> "Paper":
        return self

    def __exit__(self, *_: object) -> None:
        for font in self._pdf.fonts.values():
            if isinstance(font, TTFFont):
                font.close()

    def new_page(self) -> None:
        self._pdf.add_page()

    def width(self, text: str, size: float = 1) -> float:
        """Of the text on one line, in millimetres, at a size in points."""
        self._pdf.set_font(_FONT, size=1)
        return float(self._pdf.get_string_width(text)) * size

    def write(self, text: str, x: float, baseline: float, look: Lettering, align: Align = "left") -> None:
        """One line that begins, is centred or ends at `x`; `text` has to be printable."""
        left = x - self.width(text, look.size) * {"left": 0, "centre": 0.5, "right": 1}[align]
        self._pdf.set_font(_FONT, size=look.size)
        self._pdf.set_text_color(*look.ink)
        self._pdf.set_draw_color(*look.ink)
        self._pdf.set_line_width(_BOLD * look.size * POINT)
        mode = TextMode.FILL_STROKE if look.is_bold else TextMode.FILL
        with self._pdf.local_context(text_mode=mode):
            self._pdf.text(left, baseline, text)

    def fill(self, x: float, y: float, width: float, height: float, ink: Ink, radius: float = 0) -> None:
        """A filled rectangle."""
        self._pdf.set_fill_color(*ink)
        self._pdf.rect(x, y, width, height, RenderStyle.F, round_corners=radius > 0, corner_radius=radius)

    def outline(self, x: float, y: float, width: float, height: float, ink: Ink, line: float, radius: float) -> None:
        """A rounded rectangle drawn as a line that lies within it."""
        self._pdf.set_draw_color(*ink)
        self._pdf.set_line_width(line)
        self._pdf.rect(
            x + line / 2,
            y + line / 2,
            width - line,
            height - line,
            RenderStyle.D,
            round_corners=True,
            corner_radius=radius,
        )

    def polygon(self, points: Sequence[tuple[float, float]], ink: Ink) -> None:
        """A filled shape."""
        self._pdf.set_fill_color(*ink)
        self._pdf.polygon(points, style=RenderStyle.F)

    def rule(self, x: float, y: float, to_x: float, to_y: float, ink: Ink, line: float) -> None:
        """A straight line."""
        self._pdf.set_draw_color(*ink)
        self._pdf.set_line_width(line)
        self._pdf.line(x, y, to_x, to_y)

    def disc(self, x: float, y: float, radius: float, ink: Ink, line: float = 0) -> None:
        """A disc around a point; with a line, the ring of it, white within."""
        self._pdf.set_draw_color(*ink)
        self._pdf.set_line_width(line)
        self._pdf.set_fill_color(*((255, 255, 255) if line else ink))
        self._pdf.circle(x, y, radius - line / 2, RenderStyle.DF if line else RenderStyle.F)

    def code(self, code: Matrix, x: float, y: float, module: float) -> None:
        """A code whose own top left corner is here, without its quiet zone, which the page has to leave white."""
        self._pdf.set_fill_color(0, 0, 0)
        for dark in code.dark:
            left, top, width, height = overlapping(dark, module)
            self._pdf.rect(x + left, y + top, width, height, RenderStyle.F)

    def pdf(self) -> bytes:
        """The file; the paper cannot be written on any more."""
        return bytes(self._pdf.output())
