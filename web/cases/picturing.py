"""The pictures of a case's days, and what each of them says in words."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from markupsafe import Markup

from models.rules.halls import HallFacts
from models.rules.visits import Certainty
from models.services.casework import contact_list
from models.services.casework.contact_list import Day, Line, Span
from models.services.posts import Post
from models.tables.cases import CaseRow
from web.cases import drawing
from web.cases.drawing import Row
from web.cases.showing import hall_of
from web.language import say
from web.records.blueprint import readable


@dataclass(frozen=True)
class Picture:
    """A day: its date, the picture, the same line by line in words, and how many contacts more there are."""

    day: str
    drawn: Markup
    lines: list[tuple[str, str]]
    more: int


def pictures(post: Post, row: CaseRow, session_id: str, now: datetime) -> list[Picture]:
    """Of each day on which the case was in the hall, the latest first."""
    hall = hall_of(post)
    return [_picture(one, row, hall) for one in contact_list.days(post, row, session_id, now)]


def _picture(one: Day, row: CaseRow, hall: HallFacts) -> Picture:
    own = Row(say("case.picture.case"), [_local(span, hall) for span in one.own])
    rows = [Row(_label(line), [_local(span, hall) for span in line.spans]) for line in one.lines]
    day = one.day.isoformat()
    drawn = drawing.day(
        f"{one.day:%Y%m%d}", say("case.picture.title", day=day), say("case.picture.described", count=len(rows)), own,
        rows, timedelta(minutes=row.definition.tail_minutes),
    )  # fmt: skip
    lines = [(line.label, say("case.between").join(_span_words(span) for span in line.spans)) for line in (own, *rows)]
    return Picture(day, drawn, [(label, words) for label, words in lines if words], one.more)


def _label(line: Line) -> str:
    return f"{line.number} {readable(line.name)}" if line.name else f"{line.number} {say('case.picture.erased')}"


def _local(span: Span, hall: HallFacts) -> Span:
    zone = ZoneInfo(hall.calendar.zone)
    return span._replace(begin=span.begin.astimezone(zone), end=span.end.astimezone(zone))


def _span_words(span: Span) -> str:
    phrase = "guessed" if span.sure_out is Certainty.ESTIMATED else "known"
    return say(
        f"case.picture.{phrase}", begin=f"{span.begin:%H:%M}", end=f"{span.end:%H:%M}",
        known=say(f"record.certainty.{span.sure_out}"),
    )  # fmt: skip
