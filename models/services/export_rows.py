"""A hall's visits as rows of the workbook, in the words and by the clocks of the hall."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple, Protocol
from zoneinfo import ZoneInfo

from models.phrases import say
from models.rules.halls import HallFacts
from models.rules.identity import IdKind
from models.rules.persons import is_in_wechat
from models.rules.visits import HowIn, HowOut, TemperatureSource, is_estimate
from models.rules.workbook import BETWEEN, COLUMNS, ENCRYPTED, WIDTHS, bare_number, time_in
from models.tables import exported_visits
from models.tables.database import run
from models.tables.exported_visits import ExportedVisit, Stretch

BATCH = 500
"""Rows that are read in one unit of work."""
LANGUAGE = "zh"
"""The workbook's columns are Chinese, and so is what stands in them."""


class Row(NamedTuple):
    """A row: its cells, and the columns of those that do not open."""

    cells: list[str]
    damaged: tuple[int, ...]


class Source(Protocol):
    """What a workbook is of."""

    @property
    def columns(self) -> Sequence[str]:
        """The headings; those of workbook.COLUMNS come first."""

    @property
    def widths(self) -> Sequence[int]: ...

    def count(self) -> int:
        """How many rows there are by now; part of a unit of work."""

    def batches(self, now: datetime) -> Iterator[list[Row]]:
        """All of them, each batch read in a unit of work of its own."""


@dataclass(frozen=True)
class Visits:
    """Every visit of a stretch."""

    hall: HallFacts
    stretch: Stretch
    columns: Sequence[str] = COLUMNS
    widths: Sequence[int] = WIDTHS

    def count(self) -> int:
        return exported_visits.count(self.stretch)

    def batches(self, now: datetime) -> Iterator[list[Row]]:
        return batches(self.hall, self.stretch, now)


def batches(hall: HallFacts, stretch: Stretch, now: datetime) -> Iterator[list[Row]]:
    """Every visit of the stretch in the order of their coming, each batch in a unit of work of its own."""
    words = Words(hall, now)
    for part in _days(stretch):
        last: ExportedVisit | None = None
        while True:
            found, rows = run(lambda part=part, after=last: _batch(words, part, after))  # type: ignore[misc]
            if rows:
                yield rows
            if len(found) < BATCH:
                break
            last = found[-1]


def _days(stretch: Stretch) -> Iterator[Stretch]:
    """The stretch cut into days: of a long one MariaDB would rather look at all of the hall's entries, each time, than
    at those after the last page."""
    begin = stretch.begin
    while begin < stretch.end:
        end = min(begin + timedelta(days=1), stretch.end)
        yield stretch._replace(begin=begin, end=end)
        begin = end


def _batch(words: "Words", stretch: Stretch, last: ExportedVisit | None) -> tuple[list[ExportedVisit], list[Row]]:
    found = exported_visits.page(stretch, BATCH, *((last.in_at, last.id) if last else ()))
    leads = exported_visits.names([one.lead_id for one in found if one.lead_id is not None])
    companions = exported_visits.companions([one.id for one in found if one.companions])
    return found, [words.row(one, leads, companions) for one in found]


class Words:
    """How this hall calls what a visit holds as codes; each is looked up once."""

    def __init__(self, hall: HallFacts, now: datetime) -> None:
        self._now = now
        self._zone = ZoneInfo(hall.calendar.zone)
        self._matters = {matter.code: matter.label(LANGUAGE) for matter in hall.matters}
        self._in = {str(how): say(LANGUAGE, f"record.how_in.{how}") for how in HowIn}
        self._out = {str(how): _left(how) for how in HowOut}
        self._kinds = {str(kind): say(LANGUAGE, f"exports.document.{kind}") for kind in IdKind}
        self._normal = say(LANGUAGE, "exports.normal")
        self._erased = say(LANGUAGE, "rights.erased")

    def row(self, visit: ExportedVisit, leads: dict[int, str], companions: dict[int, list[str]]) -> Row:
        """One that is overdue is shown as the job will close it."""
        out_at, how_out = visit.out_at, visit.how_out
        if out_at is None and self._now > visit.due_at:
            out_at, how_out = visit.due_at, HowOut.CLOSING
        with_whom = companions.get(visit.id, []) if visit.lead_id is None else [leads.get(visit.lead_id, "")]
        cells = [
            visit.openid if visit.lead_id is None and is_in_wechat(visit.openid) else "",
            self._name(visit), visit.phone, _said(self._kinds, visit.id_kind), bare_number(visit.id_number),
            visit.address, _said(self._matters, visit.matter), self._temperature(visit),
            time_in(self._zone, visit.in_at), time_in(self._zone, out_at), _said(self._out, how_out),
            BETWEEN.join(with_whom), "",
            _said(self._in, visit.how_in), visit.remark,
        ]  # fmt: skip
        return Row(cells, tuple(ENCRYPTED[name] for name in visit.damaged))

    def _name(self, visit: ExportedVisit) -> str:
        """Of one that was erased, that; of one that does not open, nothing."""
        return visit.name if visit.name or "name" in visit.damaged else self._erased

    def _temperature(self, visit: ExportedVisit) -> str:
        if visit.temperature_tenths is not None:
            return f"{visit.temperature_tenths // 10}.{visit.temperature_tenths % 10}"
        return self._normal if visit.temperature_source == TemperatureSource.DECLARED_NORMAL else ""


def _left(how: HowOut) -> str:
    """The one column of it, so that an estimate is told as one there."""
    words = say(LANGUAGE, f"record.how_out.{how}")
    return say(LANGUAGE, "exports.estimated_exit", how=words) if is_estimate(how) else words


def _said(words: dict[str, str], code: str | None) -> str:
    """What a later version of this program has written stands there as it is."""
    return "" if code is None else words.get(str(code), str(code))
