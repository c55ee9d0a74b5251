"""The audit as a workbook: made in memory for whoever opened it, each time it is asked for."""

from flask import Response
from werkzeug.exceptions import NotFound

from models.adapters.sheets import Sheets, copied
from models.rules.access import Action
from models.services import audit_export, halls
from models.services.audit import BEFORE_ALL
from models.services.audit_export import Chosen, Opened
from models.services.posts import Post
from web.access import operator_needs, signed_in
from web.language import say
from web.operator.audit import told_rows
from web.operator.blueprint import pages
from web.outside import outside
from web.said import role_words
from web.told import Told

MIME = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_WIDTHS = (10, 18, 10, 30, 24, 24, 80)


@pages.get("/audit/file/<mark>")
@operator_needs(Action.AUDIT)
def audit_file(post: Post, mark: str) -> Response:
    """The workbook. Asking for it again spends nothing; after ten minutes, and in another session, it is not there."""
    who = signed_in()
    found = audit_export.opened(post, mark, who.session.public_id if who else "", outside().clock())
    if found is None:
        raise NotFound
    response = Response(_workbook(found), mimetype=MIME)
    made_at = found.made_at.astimezone(outside().zone)
    response.headers["Content-Disposition"] = f"attachment; filename=audit_{made_at:%Y%m%d%H%M%S}.xlsx"
    return response


def _workbook(found: Opened) -> bytes:
    parts: list[bytes] = []
    names = ("number", "time", "hall_code", "hall", "who", "what", "detail")
    sheets = Sheets(parts.append, [say(f"seals.column.{name}") for name in names], _WIDTHS, found.made_at)
    count = 0
    for row in told_rows(audit_export.read(found)):
        sheets.append(_cells(row))
        count += 1
    directory = sheets.close()
    data = b"".join(parts)
    notes = [*_asked(found.chosen), (say("seals.rows"), str(count))]
    notes.append((say("seals.column.made_at"), outside().time(found.made_at)))
    return data + copied(len(data), directory, notes, found.made_at)


def _asked(chosen: Chosen) -> list[tuple[str, str]]:
    """By what the rows were chosen: the hall, the days, what was done and by whom."""
    hall = halls.by_id(chosen.hall_id, None) if chosen.hall_id is not None else None
    any_of_them = say("operating.every_action")
    is_from_the_first = chosen.since.year == BEFORE_ALL.year
    since = say("seals.from_the_first") if is_from_the_first else outside().time(chosen.since)
    return [
        (say("seals.column.hall"), f"{hall.name} {hall.code}" if hall else say("seals.every_hall")),
        (say("seals.since"), since),
        (say("seals.until"), outside().time(chosen.until)),
        (say("operating.action"), say(f"told.did.{chosen.action}") if chosen.action else any_of_them),
        (say("fact.role"), role_words(chosen.role) if chosen.role else any_of_them),
    ]


def _cells(row: Told) -> list[str]:
    code, hall = row.hall or ("", "")
    at = row.at.astimezone(outside().zone).isoformat(" ", "seconds")[:19]
    changes = [
        f"{one.label}{say('form.colon')}{one.before} → {one.after}" if one.before else
        f"{one.label}{say('form.colon')}{one.after}" for one in row.changes
    ]  # fmt: skip
    return [str(row.id), at, code, hall, row.who, row.what, "\n".join(changes)]
