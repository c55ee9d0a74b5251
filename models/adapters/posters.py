"""What a hall prints: an A4 poster for each door and direction, and a sheet of all its codes for the files.

A poster shows one large code only; a phone that frames it must not find another. The small one at the foot, of the
form, is a quarter of a page away. In and out differ in word, colour, icon and in a filled or an outlined band, so that
they are told apart in black and white and by whoever confuses colours. Every phrase stands in Chinese, then English.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlsplit

from models.adapters.lettering import fitted, wrapped
from models.adapters.paper import HEIGHT, POINT, WIDTH, Ink, Lettering, Paper, printable
from models.adapters.qr_codes import QUIET, matrix
from models.phrases import say
from models.rules.refusal import Refused

Direction = Literal["in", "out"]

INK: Ink = (26, 32, 44)
SOFT: Ink = (88, 96, 110)
WHITE: Ink = (255, 255, 255)
COLOUR: dict[str, Ink] = {"in": (11, 110, 70), "out": (28, 78, 158)}
PALE: Ink = (200, 205, 212)
WARNING: Ink = (178, 34, 34)
TINT: dict[str, Ink] = {"in": (238, 246, 242), "out": (238, 243, 250)}
SMALL = Lettering(7.8, SOFT)

LEFT, RIGHT = 15.0, WIDTH - 15.0
MIDDLE = WIDTH / 2
BAND_TOP, BAND_HEIGHT = 40.0, 31.0
CODE_SIDE, CODE_TOP = 101.0, 87.5
STEPS = ("first", "second", "third")
STEPS_TOP, STEPS_HEIGHT = 205.0, 25.0
NOTICE_TOP, NOTICE_BOTTOM = 234.0, 255.0
NOTICE_SIZES = (9.5, 9.0, 8.5, 8.0, 7.5, 7.0, 6.5, 6.0)
LONGEST_NOTICE = 1600
"""Characters; the smallest size never holds more."""
FOOT_TOP, SMALL_SIDE = 265.5, 21.5
ROWS_A_PAGE, SHEET_TOP, ROW_HEIGHT, SHEET_CODE = 6, 48.0, 38.0, 22.0


@dataclass(frozen=True)
class Poster:
    """One code of one door. `hall` has up to 40 characters; `code_url` is what the large code says, `form_url` the
    address of the form (…/h/CODE/in), `account` the name people search WeChat for, `notice` the hall's short notice in
    one paragraph or one a language (`default_notice` for a hall that wrote none), `version` the code's."""

    hall: str
    door: str
    direction: Direction
    code_url: str
    form_url: str
    account: str
    notice: str
    version: int

    @property
    def hall_code(self) -> str:
        """From the address of the form; empty where that has none."""
        _, _, rest = urlsplit(self.form_url).path.partition("/h/")
        return rest.partition("/")[0]


def default_notice(phone: str, days: int) -> str:
    """What a poster says of the data, for a hall that wrote no text of its own: Chinese, then English. `days` is how
    long visits are kept; without a phone people are sent to the desk."""
    return "\n".join(
        say(language, "poster.notice", phone=phone or say(language, "notice.no_phone"), days=days)
        for language in ("zh", "en")
    )


def poster_pdf(poster: Poster) -> bytes:
    """One A4 page as PDF; the same poster gives the same bytes.

    Refused: poster_glyph (characters) where the font lacks one, poster_notice_too_long.
    """
    with Paper(f"{printable(poster.hall)} {_label('zh', poster)}") as paper:
        paper.new_page()
        for draw in (_hall, _band, _large_code, _steps, _notice, _foot):
            draw(paper, poster)
        return paper.pdf()


def poster_svg_code(url: str) -> str:
    """The large code as an inline SVG element, quiet zone included, without any style, for pages with a strict CSP.

    It has neither size nor name: the page's classes and the words beside it give those.
    """
    code = matrix(url)
    path = "".join(
        f"M{dark.x + QUIET} {dark.y + QUIET}h{dark.width}v{dark.height}h-{dark.width}z" for dark in code.dark
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {code.full_size} {code.full_size}" '
        f'shape-rendering="crispEdges" aria-hidden="true" focusable="false">'
        f'<rect width="{code.full_size}" height="{code.full_size}" fill="#fff"/><path d="{path}" fill="#000"/></svg>'
    )


def _both(key: str, **values: object) -> tuple[str, str]:
    return printable(say("zh", key, **values)), printable(say("en", key, **values))


def _label(language: str, poster: Poster) -> str:
    direction = say(language, f"poster.{poster.direction}.name")
    values = {"door": poster.door, "direction": direction, "version": poster.version, "code": poster.hall_code}
    return printable(say(language, "poster.label", **values))


def _line(paper: Paper, text: str, x: float, baseline: float, width: float, look: Lettering) -> None:
    """One line, smaller where it would be wider than this."""
    size = min(look.size, width / max(paper.width(text), 1e-9))
    paper.write(text, x, baseline, look._replace(size=size))


def _lines(paper: Paper, text: str, x: float, middle: float, width: float, look: Lettering, two_from: float) -> None:
    """One or two centred lines around a height."""
    lines, size = fitted(text, paper.width, width, look.size, two_from)
    pitch = 1.28 * size * POINT
    first = middle - pitch * (len(lines) - 1) / 2 + 0.37 * size * POINT
    for number, line in enumerate(lines):
        paper.write(line, x, first + number * pitch, look._replace(size=size), "centre")


def _hall(paper: Paper, poster: Poster) -> None:
    _lines(paper, printable(poster.hall), MIDDLE, 25, RIGHT - LEFT, Lettering(36, INK, True), 25)


def _band(paper: Paper, poster: Poster) -> None:
    colour, top, middle = COLOUR[poster.direction], BAND_TOP, BAND_TOP + BAND_HEIGHT / 2
    is_in = poster.direction == "in"
    ink = WHITE if is_in else colour
    if is_in:
        paper.fill(LEFT, top, RIGHT - LEFT, BAND_HEIGHT, colour, 3.5)
    else:
        paper.outline(LEFT, top, RIGHT - LEFT, BAND_HEIGHT, colour, 1.6, 3.5)
    _icon(paper, LEFT + 9, middle, ink, is_in)
    zh, en = _both(f"poster.{poster.direction}.name")
    paper.write(zh, LEFT + 43, middle + 7.6, Lettering(58, ink, True))
    paper.write(en, LEFT + 43 + paper.width(zh, 58) + 5, middle + 7.6, Lettering(25, ink))
    paper.rule(LEFT + 126, top + 6, LEFT + 126, top + BAND_HEIGHT - 6, ink, 0.4)
    _lines(paper, printable(poster.door), (LEFT + 126 + RIGHT) / 2, middle, 46, Lettering(34, ink, True), 22)


def _icon(paper: Paper, x: float, middle: float, ink: Ink, is_in: bool) -> None:
    """A door and an arrow, 26 mm wide: into it, or out of it."""
    high, line = 9.5, 2.4
    door, arrow = (x + 14, x) if is_in else (x, x + 9)
    post = door + 9.6 if is_in else door
    paper.fill(door, middle - high, 12, line, ink)
    paper.fill(door, middle + high - line, 12, line, ink)
    paper.fill(post, middle - high, line, 2 * high, ink)
    paper.fill(arrow, middle - 1.6, 11, 3.2, ink)
    paper.polygon(((arrow + 10, middle - 5.4), (arrow + 17, middle), (arrow + 10, middle + 5.4)), ink)


def _large_code(paper: Paper, poster: Poster) -> None:
    code = matrix(poster.code_url)
    module = CODE_SIDE / code.size
    left = MIDDLE - CODE_SIDE / 2
    paper.code(code, left, CODE_TOP, module)
    # Corners as a camera shows them, at the edge of the quiet zone.
    reach, arm, line, ink = QUIET * module + 1, 11, 1.4, COLOUR[poster.direction]
    for x, inwards in ((left - reach, 1), (left + CODE_SIDE + reach, -1)):
        for y, downwards in ((CODE_TOP - reach, 1), (CODE_TOP + CODE_SIDE + reach, -1)):
            paper.rule(x, y, x + inwards * arm, y, ink, line)
            paper.rule(x, y, x, y + downwards * arm, ink, line)


def _steps(paper: Paper, poster: Poster) -> None:
    colour, is_in = COLOUR[poster.direction], poster.direction == "in"
    paper.fill(LEFT, STEPS_TOP, RIGHT - LEFT, STEPS_HEIGHT, TINT[poster.direction], 3)
    width = (RIGHT - LEFT) / len(STEPS)
    middle = STEPS_TOP + STEPS_HEIGHT / 2
    for number, step in enumerate(STEPS):
        x = LEFT + number * width + 5
        paper.disc(x + 5, middle, 5, colour, 0 if is_in else 1)
        look = Lettering(18, WHITE if is_in else colour, True)
        paper.write(str(number + 1), x + 5, middle + 2.3, look, "centre")
        zh, en = _both(f"poster.{poster.direction}.{step}")
        _line(paper, zh, x + 13, middle + 0.6, width - 20, Lettering(18, INK, True))
        _line(paper, en, x + 13, middle + 6.6, width - 20, Lettering(9.5, SOFT))


def _notice(paper: Paper, poster: Poster) -> None:
    if len(poster.notice) > LONGEST_NOTICE:
        raise Refused("poster_notice_too_long")
    paragraphs = [shown for line in poster.notice.splitlines() if (shown := printable(line))]
    room = NOTICE_BOTTOM - NOTICE_TOP
    for size in NOTICE_SIZES:
        lines = [line for paragraph in paragraphs for line in _set(paper, paragraph, size)]
        if sum(_pitch(look) for _, look in lines) <= room:
            break
    else:
        raise Refused("poster_notice_too_long")
    y = NOTICE_TOP
    for line, look in lines:
        y += _pitch(look)
        paper.write(line, LEFT, y, look)
    zh, en = _both(f"poster.{poster.direction}.by_hand")
    _line(paper, zh, LEFT, NOTICE_BOTTOM + 4.2, RIGHT - LEFT, Lettering(10.5, INK, True))
    _line(paper, en, LEFT, NOTICE_BOTTOM + 8, RIGHT - LEFT, Lettering(7.8, SOFT))


def _set(paper: Paper, paragraph: str, size: float) -> list[tuple[str, Lettering]]:
    """The paragraph's lines; one with next to no Chinese is the smaller second language."""
    chinese = sum("\u3400" <= char <= "\u9fff" for char in paragraph)
    look = Lettering(size, INK) if chinese > len(paragraph) / 4 else Lettering(0.82 * size, SOFT)
    return [(line, look) for line in wrapped(paragraph, lambda text: paper.width(text, look.size), RIGHT - LEFT)]


def _pitch(look: Lettering) -> float:
    return 1.42 * look.size * POINT


def _foot(paper: Paper, poster: Poster) -> None:
    paper.rule(LEFT, FOOT_TOP - 0.6, RIGHT, FOOT_TOP - 0.6, PALE, 0.25)
    code = matrix(poster.form_url, small=True)
    module = SMALL_SIDE / code.full_size
    left = RIGHT - SMALL_SIDE + QUIET * module
    paper.code(code, left, FOOT_TOP + QUIET * module, module)
    width = RIGHT - LEFT - SMALL_SIDE - 4
    zh, en = _both("poster.form")
    _line(paper, zh, LEFT, FOOT_TOP + 5, width, Lettering(10.5, INK, True))
    _line(paper, en, LEFT, FOOT_TOP + 8.8, width, Lettering(7.8, SOFT))
    _line(paper, printable(poster.form_url), LEFT, FOOT_TOP + 13.6, width, Lettering(11, INK))
    _line(paper, " / ".join(_both("poster.account", account=poster.account)), LEFT, FOOT_TOP + 17.6, width, SMALL)
    _line(paper, f"{_label('zh', poster)} / {_label('en', poster)}", LEFT, FOOT_TOP + 21, width, SMALL)


def sheet_pdf(hall: str, posters: Sequence[Poster]) -> bytes:
    """All codes of a hall, small and far apart, a row for each door in the order given, on as many A4 pages as that
    takes; marked as not to be put up. Refused: poster_glyph (characters)."""
    rows: dict[str, dict[str, Poster]] = {}
    for poster in posters:
        rows.setdefault(poster.door, {})[poster.direction] = poster
    doors = list(rows)
    pages = [doors[start : start + ROWS_A_PAGE] for start in range(0, len(doors), ROWS_A_PAGE)] or [[]]
    with Paper(f"{printable(hall)} {printable(say('zh', 'poster.archive'))}") as paper:
        for number, page in enumerate(pages, 1):
            paper.new_page()
            _sheet_head(paper, hall, number, len(pages))
            for row, door in enumerate(page):
                _sheet_row(paper, SHEET_TOP + row * ROW_HEIGHT, door, rows[door])
        return paper.pdf()


def _sheet_head(paper: Paper, hall: str, page: int, pages: int) -> None:
    paper.outline(LEFT, 12, RIGHT - LEFT, 16, WARNING, 1, 2)
    zh, en = _both("poster.archive")
    _line(paper, f"{zh}  {en}", LEFT + 6, 22.6, RIGHT - LEFT - 12, Lettering(20, WARNING, True))
    _line(paper, printable(hall), LEFT, 39, RIGHT - LEFT, Lettering(18, INK, True))
    paper.write(" / ".join(_both("poster.page", page=page, pages=pages)), RIGHT, HEIGHT - 12, SMALL, "right")
    paper.write(f"{zh} / {en}", LEFT, HEIGHT - 12, SMALL)


def _sheet_row(paper: Paper, top: float, door: str, codes: dict[str, Poster]) -> None:
    paper.rule(LEFT, top - 4, RIGHT, top - 4, PALE, 0.25)
    _lines(paper, printable(door), LEFT + 17, top + SHEET_CODE / 2, 32, Lettering(16, INK, True), 12)
    for direction, left in (("in", LEFT + 40), ("out", LEFT + 116)):
        if direction in codes:
            _sheet_code(paper, left, top, codes[direction])


def _sheet_code(paper: Paper, left: float, top: float, poster: Poster) -> None:
    code = matrix(poster.code_url)
    paper.code(code, left, top, SHEET_CODE / code.size)
    x, colour = left + SHEET_CODE + 6, COLOUR[poster.direction]
    zh, en = _both(f"poster.{poster.direction}.name")
    _line(paper, zh, x, top + 6, 34, Lettering(18, colour, True))
    _line(paper, en, x, top + 11, 34, Lettering(9.5, colour))
    version = _both("poster.version", version=poster.version, code=poster.hall_code)
    for row, text in enumerate((*version, printable(poster.form_url))):
        _line(paper, text, x, top + 15.5 + 3.2 * row, 36, SMALL)
