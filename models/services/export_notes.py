"""The second sheet of a copy: what it is of, who took it and what for, and what to know of its columns."""

import json
from zoneinfo import ZoneInfo

from models.phrases import say
from models.rules.halls import HallFacts
from models.rules.workbook import BETWEEN, COLUMNS, time_in
from models.services.building import FAULTS
from models.services.export_rows import LANGUAGE
from models.tables import approvals, exports, staff
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
        ("condition", say(LANGUAGE, "exports.note.all")),
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
