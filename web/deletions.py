"""What was erased of a hall, for its admins and for operators: the list, and one record as it is printed."""

from collections.abc import Callable
from dataclasses import dataclass

from flask import render_template, request
from werkzeug.exceptions import NotFound

from models.rules.halls import HallFacts
from models.rules.retention import What
from models.services import deletions
from models.tables.deletions import DeletionRow
from web.language import say
from web.outside import outside

_FIRST_PAGE = 2**31 - 1
_GROUP = 8


@dataclass(frozen=True)
class Line:
    """A record in the list."""

    words: str
    when: str
    url: str


def listed(
    hall: HallFacts, list_url: Callable[..., str], one_url: Callable[[int], str], back_url: str,
    **values: object,
) -> str:  # fmt: skip
    """The records of a hall, the latest first, a page at a time; and whether its chain holds. `values`: what the page
    has besides."""
    before = request.args.get("before", _FIRST_PAGE, type=int)
    before = before if 0 < before < _FIRST_PAGE else _FIRST_PAGE
    rows = deletions.latest(hall.id, before)
    state = deletions.verify(hall.id)
    last = rows[-1].number if len(rows) == deletions.PAGE else None
    return render_template(
        "deletions/listed.html",
        hall=hall,
        records=state.records,
        broken=_broken(state.fault) if state.fault else "",
        under_way=[_said("retention.under_way", row) for row in deletions.under_way(hall.id)],
        lines=[_line(row, one_url) for row in rows],
        earlier_url=list_url(before=last) if last and last > 1 else "",
        latest_url=list_url() if before != _FIRST_PAGE else "",
        back_url=back_url,
        **values,
    )


def paper(hall: HallFacts, number: int, back_url: str, **values: object) -> str:
    """One record as a certificate that prints on a page; `values` as above. Raises NotFound."""
    row = deletions.one(hall.id, number)
    if row is None:
        raise NotFound
    is_true = deletions.is_true(row)
    return render_template(
        "deletions/paper.html",
        hall=hall,
        facts=_facts(hall, row),
        marks=_marks(row),
        is_true=is_true,
        back_url=back_url,
    )


def _broken(fault: deletions.Fault) -> str:
    return say("retention.broken", number=fault.number, why=say(f"retention.why.{fault.why}"))


def _said(key: str, row: DeletionRow) -> str:
    return say(key, day=row.day.isoformat(), what=_what(row), count=row.erased)


def _line(row: DeletionRow, one_url: Callable[[int], str]) -> Line:
    words = _said("retention.line" if row.erased else "retention.line_none", row)
    return Line(words, say("retention.when", time=outside().time(row.ended_at)), one_url(row.number or 0))


def _what(row: DeletionRow) -> str:
    return say(f"retention.what.{row.what}")


def _facts(hall: HallFacts, row: DeletionRow) -> list[tuple[str, str]]:
    rule = "retention.rule_visits" if row.what is What.VISITS else "retention.rule_temperatures"
    left = say("retention.left_why", count=row.left) if row.left else say("retention.rows", count=0)
    return [
        (say("retention.hall"), f"{hall.name} {hall.code}"),
        (say("retention.number"), say("retention.number_of", number=row.number)),
        (say("retention.day"), row.day.isoformat()),
        (say("retention.kind"), _what(row)),
        (say("retention.count"), say("retention.rows", count=row.erased)),
        (say("retention.left"), left),
        (say("retention.rule"), say(rule, days=row.kept_days)),
        (say("retention.began"), outside().time(row.began_at)),
        (say("retention.ended"), outside().time(row.ended_at)),
    ]


def _marks(row: DeletionRow) -> list[tuple[str, str]]:
    is_first = not any(row.previous or b"")
    return [
        (say("retention.mark"), _grouped(row.fingerprint)),
        (say("retention.before"), say("retention.first") if is_first else _grouped(row.previous or b"")),
        (say("retention.digest"), _grouped(row.digest or b"")),
        (say("retention.key"), row.key_id or ""),
        (say("retention.signature"), _grouped(row.signature or b"")),
    ]


def _grouped(mark: bytes) -> str:
    """In groups that a person can hold against another."""
    text = mark.hex()
    return " ".join(text[at : at + _GROUP] for at in range(0, len(text), _GROUP))
