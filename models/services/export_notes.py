"""The second sheet of a copy: what it is of, who took it and what for, and what to know of its columns."""

import json
from zoneinfo import ZoneInfo

from models.phrases import say
from models.rules.halls import HallFacts
from models.rules.workbook import BETWEEN, COLUMNS, time_in
from models.services.building import FAULTS
from models.services.export_rows import LANGUAGE
from models.tables import approvals, case_lists, cases, exports, staff
from models.tables.database import transaction
from models.tables.exports import CopyRow, ExportRow, Kind


@transaction
def notes(hall: HallFacts, row: ExportRow, taken: CopyRow) -> list[tuple[str, str]]:
    """Its rows: a label and what there is to say, the same for the same copy."""
    zone = ZoneInfo(hall.calendar.zone)
    names = {one.openid: one.name for one in staff.members(hall.id)}
    told = [
        ("hall", f"{hall.name}（{hall.code}）"),
        ("period", f"{row.first.isoformat()} — {row.last.isoformat()}"),
        *_what(row),
        ("rows", str(row.rows_done)),
        ("kind", say(LANGUAGE, f"exports.kind.{taken.kind}")),
        ("who", names.get(taken.openid, "")),
        ("when", time_in(zone, taken.made_at)),
        ("purpose", taken.purpose),
        ("number", f"{row.public_id}-{taken.number}"),
    ]
    if taken.approval_id is not None:
        told.append(("second", names.get(approvals.answered_by(taken.approval_id) or "", "")))
    told += [
        ("built", time_in(zone, row.made_at)),
        ("nickname", say(LANGUAGE, "exports.note.no_nickname")),
        ("openid", say(LANGUAGE, "exports.note.no_openid")),
        ("estimate", say(LANGUAGE, "exports.note.estimates")),
    ]
    if taken.kind is Kind.MASKED:
        told.append(("mask", say(LANGUAGE, "exports.note.masked")))
    return [(say(LANGUAGE, f"exports.label.{label}"), text) for label, text in told] + _faults(row)


def _what(row: ExportRow) -> list[tuple[str, str]]:
    """Of what the rows are: of all visits, or of a case, by which definition, and how to read its minutes."""
    case = cases.with_id(row.case_id) if row.case_id is not None else None
    if case is None:
        return [("condition", say(LANGUAGE, "exports.note.all"))]
    counts = case_lists.counts(case.id)
    said = case.definition
    definition = [
        say(LANGUAGE, f"case.area.{said.area}", minutes=said.tail_minutes)
        if said.tail_minutes
        else say(LANGUAGE, f"case.area_alone.{said.area}"),
        say(LANGUAGE, "case.least", minutes=said.least_minutes) if said.least_minutes else "",
        say(LANGUAGE, "case.look_back", days=said.look_back_days),
    ]
    return [
        ("condition", say(LANGUAGE, "names.export.of", number=case.number)),
        ("case_reason", case.reason or ""),
        ("case_authority", case.authority or ""),
        ("definition", say(LANGUAGE, "names.export.version", version=said.version) + "".join(definition)),
        ("counts", say(LANGUAGE, "names.export.counts", **counts._asdict())),
        ("minutes", say(LANGUAGE, "names.export.bounds")),
        ("candidates", say(LANGUAGE, "names.sheet.candidates")),
    ]


def _faults(row: ExportRow) -> list[tuple[str, str]]:
    """The rows of which something does not open, one a line."""
    stored = exports.chunk(row.id, FAULTS, 0)
    if stored is None:
        return []
    faults = json.loads(stored)
    found = [
        (
            say(LANGUAGE, "exports.note.fault_row", row=number + 1),
            say(LANGUAGE, "exports.note.fault", columns=BETWEEN.join(COLUMNS[column] for column in columns)),
        )
        for number, columns in faults
    ]
    head = (say(LANGUAGE, "exports.label.faults"), say(LANGUAGE, "exports.note.faults", count=row.rows_faulty))
    return [head, *found]
