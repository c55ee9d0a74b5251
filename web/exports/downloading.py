"""Downloads: a copy that was opened to this session, as often and in as many pieces as a browser asks for it."""

import hashlib
import logging
from collections.abc import Iterator
from urllib.parse import quote

from flask import Blueprint, Response, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound

from models.adapters.sheets import copied
from models.rules.access import Action
from models.rules.refusal import Refused
from models.rules.workbook import file_name
from models.services import export_notes, exporting
from models.services.posts import Post
from models.tables.exports import PART_BYTES, CopyRow, ExportRow
from models.tables.vault import WrongKey
from web.access import needs, signed_in
from web.exports.showing import days, hall_of, shown
from web.language import say
from web.outside import outside

pages = Blueprint("downloading", __name__)

MIME = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

log = logging.getLogger("hallpass.exports")


@pages.get("/<export>/copies/<int:number>")
@needs(Action.EXPORT)
def copy(post: Post, export: str, number: int) -> ResponseReturnValue:
    """The way to the file, for as long as it is open."""
    row, taken = _opened(post, export, number)
    name = file_name(hall_of(post).name, taken.made_at, hall_of(post).calendar.zone)
    return shown(
        post, "copy.html", days=days(row), name=name, until=outside().time(taken.opened_until),
        kind=say(f"exports.kind.{taken.kind}"), file_url=url_for(".file", export=export, number=number),
        back_url=url_for("exported.one.found", export=export),
    )  # fmt: skip


@pages.get("/<export>/copies/<int:number>/file")
@needs(Action.EXPORT)
def file(post: Post, export: str, number: int) -> ResponseReturnValue:
    """The workbook. Asking for it again, for a part of it or for its size spends nothing."""
    row, taken = _opened(post, export, number)
    hall = hall_of(post)
    size = row.size(taken.kind)
    directory = _piece(row, taken, 0)
    if exporting.parts(row, taken.kind) != -(-size // PART_BYTES):
        raise Refused("export_broken")
    tail = copied(size, directory, export_notes.notes(hall, row, taken), taken.made_at)
    response = Response(mimetype=MIME)
    response.set_etag(hashlib.sha256(f"{row.public_id}{number}".encode() + tail).hexdigest()[:32])
    name = file_name(hall.name, taken.made_at, hall.calendar.zone)
    plain = f"{hall.code}_{name.rpartition('_')[2]}"
    response.headers["Content-Disposition"] = f"attachment; filename={plain}; filename*=UTF-8''{quote(name, safe='')}"
    response.headers["Accept-Ranges"] = "bytes"
    first, last = _asked_for(response, size + len(tail))
    response.content_length = last - first
    if request.method == "GET" and response.status_code != 416:
        response.response = _bytes(row, taken, tail, first, last)
    return response


def _opened(post: Post, export: str, number: int) -> tuple[ExportRow, CopyRow]:
    who = signed_in()
    try:
        session_id = who.session.public_id if who else ""
        return exporting.opened(post, export, number, session_id, outside().clock())
    except Refused as no:
        if no.code == "export_unknown":
            raise NotFound from None
        raise


def _asked_for(response: Response, total: int) -> tuple[int, int]:
    """The bytes to send, from and up to; several ranges at once are answered with the whole, which RFC 9110 allows."""
    asked = request.range
    if_range = request.if_range
    if asked is None or asked.units != "bytes" or len(asked.ranges) != 1:
        return 0, total
    if (if_range.etag is not None and if_range.etag != response.get_etag()[0]) or if_range.date is not None:
        return 0, total
    part = asked.range_for_length(total)
    if part is None:
        response.status_code = 416
        response.headers["Content-Range"] = f"bytes */{total}"
        return 0, 0
    response.status_code = 206
    response.headers["Content-Range"] = f"bytes {part[0]}-{part[1] - 1}/{total}"
    return part


def _bytes(row: ExportRow, taken: CopyRow, tail: bytes, first: int, last: int) -> Iterator[bytes]:
    """From `first` up to `last`, a piece at a time."""
    size = row.size(taken.kind)
    at = first
    while at < min(last, size):
        part, begin = divmod(at, PART_BYTES)
        piece = _piece(row, taken, part + 1)[begin : begin + last - at]
        at += len(piece)
        yield piece
    if last > size:
        yield tail[max(at - size, 0) : last - size]


def _piece(row: ExportRow, taken: CopyRow, part: int) -> bytes:
    """Refused with export_broken where it is gone or does not open; in the middle of a file that ends the connection,
    so that nobody takes what came for the whole."""
    try:
        found = exporting.piece(row, taken.kind, part)
    except WrongKey:
        found = None
    if not found:
        log.error("export %s: a piece is missing", row.public_id)
        raise Refused("export_broken")
    return found
