"""Paper slips as A4 pages: four a page between lines to cut along, each with a stub for the visitor to keep and hand
back. The number is what staff read and type, so it is the largest; the small code says the same to a scanner, and
leads nowhere."""

from collections.abc import Sequence
from dataclasses import dataclass

from models.adapters.lettering import fitted, wrapped
from models.adapters.paper import HEIGHT, POINT, WIDTH, Ink, Lettering, Paper, printable
from models.adapters.qr_codes import QUIET, Matrix, matrix
from models.phrases import say
from models.rules.slips import SLIPS_A_PAGE, Slip, numbered

INK: Ink = (26, 32, 44)
SOFT: Ink = (88, 96, 110)
LINE: Ink = (120, 128, 140)

SLIP_HEIGHT = HEIGHT / SLIPS_A_PAGE
LEFT, STUB, RIGHT = 12.0, 163.0, WIDTH - 10.0
"""The slip goes from LEFT to STUB, where it is torn, and the stub from there to RIGHT."""
SIDE = 17.0
FIRST_ROW, ROW = 29.0, 8.9
DASH = 2.0
LABEL, SMALL_LABEL = Lettering(9.5, INK), Lettering(6.2, SOFT)
NOTICE = Lettering(6.8, SOFT)

ROWS = (("name", "id_number"), ("phone", "matter"), ("entered", "left"), ("temperature", "companions"))
WIDE = "companions"


@dataclass(frozen=True)
class Slips:
    """What a hall prints: its name and code, for how many days it keeps visits, the fields that it asks (as in ROWS;
    the times and the name stand on every slip), and the slips."""

    hall: str
    code: str
    days: int
    fields: frozenset[str]
    slips: tuple[Slip, ...]


def slips_pdf(made: Slips) -> bytes:
    """The pages as PDF; the same slips give the same bytes. Refused: poster_glyph (characters)."""
    hall = printable(made.hall)
    with Paper(f"{hall} {_zh('title')} {numbered(made.slips[0].number)}-{numbered(made.slips[-1].number)}") as paper:
        for start in range(0, len(made.slips), SLIPS_A_PAGE):
            paper.new_page()
            _cuts(paper)
            for place, slip in enumerate(made.slips[start : start + SLIPS_A_PAGE]):
                top = place * SLIP_HEIGHT
                _head(paper, top, hall, slip, made.code)
                _fields(paper, top, made.fields)
                _notice(paper, top, made.days)
                _stub(paper, top, hall, slip)
        return paper.pdf()


def _zh(name: str, **values: object) -> str:
    return printable(say("zh", f"slips.paper.{name}", **values))


def _en(name: str, **values: object) -> str:
    return printable(say("en", f"slips.paper.{name}", **values))


def _cuts(paper: Paper) -> None:
    """Dashes between the slips, and before the stubs."""
    for place in range(1, SLIPS_A_PAGE):
        y = place * SLIP_HEIGHT
        for x in _dashes(4, WIDTH - 4):
            paper.rule(x, y, x + DASH, y, LINE, 0.2)
    for y in _dashes(4, HEIGHT - 4):
        paper.rule(STUB + 3, y, STUB + 3, y + DASH, LINE, 0.2)


def _dashes(start: float, end: float) -> Sequence[float]:
    return [start + step * 2 * DASH for step in range(int((end - start) / (2 * DASH)))]


def _fit(paper: Paper, text: str, x: float, baseline: float, width: float, look: Lettering) -> None:
    size = min(look.size, width / max(paper.width(text), 1e-9))
    paper.write(text, x, baseline, look._replace(size=size))


def _head(paper: Paper, top: float, hall: str, slip: Slip, code: str) -> None:
    drawn = matrix(slip.scanned(code), small=True)
    module = SIDE / drawn.full_size
    _code(paper, drawn, STUB - SIDE, top + 5, module)
    width = STUB - SIDE - LEFT - 4
    _fit(paper, hall, LEFT, top + 11, width, Lettering(13, INK, True))
    title = f"{_zh('title')}  {_en('title')}"
    paper.write(title, LEFT, top + 20, Lettering(9, SOFT))
    after = LEFT + paper.width(title, 9) + 6
    _number(paper, slip, after, top + 21, 24)


def _number(paper: Paper, slip: Slip, x: float, baseline: float, size: float) -> None:
    number = numbered(slip.number)
    paper.write(number, x, baseline, Lettering(size, INK, True))
    paper.write(slip.letters, x + paper.width(number, size) + 3, baseline, Lettering(0.75 * size, INK, True))


def _code(paper: Paper, drawn: Matrix, left: float, top: float, module: float) -> None:
    paper.code(drawn, left + QUIET * module, top + QUIET * module, module)


def _fields(paper: Paper, top: float, asked: frozenset[str]) -> None:
    """The rows to fill in; a field that the hall does not ask leaves its place to the one beside it."""
    always = asked | {"name", "entered", "left"}
    rows = [[name for name in row if name in always] for row in ROWS]
    for place, row in enumerate(row for row in rows if row):
        baseline = top + FIRST_ROW + place * ROW
        # Companions need more room than a temperature.
        first = 0.34 if WIDE in row else 0.42
        widths = [first, 1 - first] if len(row) > 1 else [1.0]
        x = LEFT
        for name, share in zip(row, widths, strict=True):
            width = share * (STUB - LEFT)
            _field(paper, name, x, baseline, width - 3)
            x += width


def _field(paper: Paper, name: str, x: float, baseline: float, width: float) -> None:
    label = _zh(name)
    paper.write(label, x, baseline, LABEL)
    paper.write(_en(name), x, baseline + 2.9, SMALL_LABEL)
    start = x + max(paper.width(label, LABEL.size), paper.width(_en(name), SMALL_LABEL.size)) + 1.5
    paper.rule(start, baseline + 0.8, x + width, baseline + 0.8, LINE, 0.25)
    if name in ("entered", "left"):
        # Kept wide: a hand writes between the marks.
        step = (x + width - start) / 4
        for place, mark in enumerate(("月", "日", ":"), 1):
            paper.write(mark, start + place * step, baseline, Lettering(8, SOFT), "centre")


def _notice(paper: Paper, top: float, days: int) -> None:
    y = top + FIRST_ROW + len(ROWS) * ROW - 2.0
    width = STUB - LEFT
    for text in (_zh("notice", days=days), _en("notice", days=days)):
        for line in wrapped(text, lambda part: paper.width(part, NOTICE.size), width):
            paper.write(line, LEFT, y, NOTICE)
            y += 1.25 * NOTICE.size * POINT


def _stub(paper: Paper, top: float, hall: str, slip: Slip) -> None:
    left, width = STUB + 6, RIGHT - STUB - 6
    _fit(paper, _zh("stub"), left, top + 12, width, Lettering(12, INK, True))
    _fit(paper, _en("stub"), left, top + 16.5, width, Lettering(7, SOFT))
    _fit(paper, numbered(slip.number), left, top + 31, width, Lettering(26, INK, True))
    _fit(paper, slip.letters, left, top + 41, width, Lettering(20, INK, True))
    _fit(paper, _zh("stub_help"), left, top + 52, width, Lettering(7, SOFT))
    _fit(paper, _en("stub_help"), left, top + 55.5, width, Lettering(6, SOFT))
    lines, size = fitted(hall, paper.width, width, 7, 5)
    for place, line in enumerate(lines):
        paper.write(line, left, top + 61 + place * 1.3 * size * POINT, Lettering(size, SOFT))
