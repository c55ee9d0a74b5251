"""The audit as a workbook: made in memory for whoever opened it, each time it is asked for."""

from flask import Response
from werkzeug.exceptions import NotFound

from models.adapters.sheets import Sheets, copied
from models.rules.access import Action
from models.services import audit_export
from models.services.audit_export import Opened
from models.services.posts import Post
from web.access import operator_needs, signed_in
from web.language import say
from web.operator.audit import told_rows
from web.operator.blueprint import pages
from web.outside import outside
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
    for row in told_rows(audit_export.read(found)):
        sheets.append(_cells(row))
    directory = sheets.close()
    data = b"".join(parts)
    notes = [(say("seals.column.made_at"), outside().time(found.made_at))]
    return data + copied(len(data), directory, notes, found.made_at)


def _cells(row: Told) -> list[str]:
    code, hall = row.hall or ("", "")
    at = row.at.astimezone(outside().zone).isoformat(" ", "seconds")[:19]
    changes = [
        f"{one.label}{say('form.colon')}{one.before} → {one.after}" if one.before else
        f"{one.label}{say('form.colon')}{one.after}" for one in row.changes
    ]  # fmt: skip
    return [str(row.id), at, code, hall, row.who, row.what, "\n".join(changes)]
