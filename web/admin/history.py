"""Who changed what in a hall, and the way back from the last change."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, NamedTuple

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound

from models.phrases import has
from models.rules.access import Action
from models.rules.halls import HallFacts
from models.services import audit, hall_settings, halls, staff
from models.services.posts import Post
from models.tables.audit import AuditRow
from web.access import needs
from web.admin.said import DEFAULT_FACTS, Difference, differences, role_words
from web.admin.showing import HallQuestion, done, hall_of, now, shown
from web.confirming import confirm_page
from web.language import asked_language, say
from web.outside import outside

pages = Blueprint("history", __name__)

DERIVED = frozenset(("notice_version", "notices"))
"""Follow from other facts."""
NO_WAY_BACK = frozenset(("doors",))
"""A door that is gone leaves its codes behind for good."""


class Line(NamedTuple):
    """One change as the page tells it; undo_url is empty where there is no simple way back."""

    when: str
    who: str
    what: str
    differences: list[Difference]
    undo_url: str


@pages.get("/settings/history")
@needs(Action.SETTINGS)
def listed(post: Post) -> ResponseReturnValue:
    """The latest first, a page at a time."""
    hall = hall_of(post)
    before, before_id = _asked()
    rows = audit.latest(hall.id, before, before_id)
    name, facts = hall.name, halls.stored(hall.id)[1]
    latest = _latest(hall)
    lines = [
        Line(
            outside().time(row.at),
            say("admin.who", name=who, role=role_words(row.role)) if row.actor else who,
            _what(row),
            _differences(row),
            url_for(".undo") if latest and row.id == latest.id and _back(row, name, facts) else "",
        )
        for row, who in audit.named(rows, staff.members(hall.id), asked_language())
    ]
    earlier_url = url_for(".listed", before=rows[-1].at.isoformat(), id=rows[-1].id) if len(rows) == audit.PAGE else ""
    return shown(post, "history.html", "settings", lines=lines, earlier_url=earlier_url)


def _asked() -> tuple[datetime, int]:
    """From where on: the moment and the id of the last row of the page before, else now."""
    try:
        at = datetime.fromisoformat(request.args.get("before", ""))
        number = int(request.args.get("id", "")[:18])
        return at.astimezone(UTC), number
    except (ValueError, OverflowError):
        return now(), 2**31 - 1


def _detail(row: AuditRow) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(row.detail)
    return found


def _what(row: AuditRow) -> str:
    detail = _detail(row)
    key = f"admin.did.{row.action}"
    if not has(key):
        return say("admin.did.other")
    values = {
        "door": detail.get("door", ""),
        "direction": say(f"door.{detail['direction']}_label") if "direction" in detail else "",
        "role": role_words(str(detail.get("role", ""))),
        "reason": detail.get("reason", ""),
        "before": str(detail.get("before", "")),
        "after": str(detail.get("after", "")),
    }
    return say(key, **values)


def _differences(row: AuditRow) -> list[Difference]:
    return differences(_detail(row).get("changed", {})) if row.action == "settings" else []


def _latest(hall: HallFacts) -> AuditRow | None:
    """The last change of settings, if it is among the latest rows."""
    rows = audit.latest(hall.id, now(), 2**31 - 1)
    return next((row for row in rows if row.action == "settings"), None)


def _back(row: AuditRow, name: str, facts: Mapping[str, Any]) -> dict[str, Any] | None:
    """The facts as they were before this change; None where something else has changed them since, or where there is no
    way back."""
    stored = {**facts, "name": name}
    changed = {key: pair for key, pair in _detail(row).get("changed", {}).items() if key not in DERIVED}
    if not changed or NO_WAY_BACK & changed.keys() or any(stored.get(key) != pair[1] for key, pair in changed.items()):
        return None
    kept = {**DEFAULT_FACTS, "retention_days": halls.defaults().retention_days}
    back = {key: kept.get(key) if pair[0] is None else pair[0] for key, pair in changed.items()}
    return None if None in back.values() else back


@pages.route("/settings/history/undo", methods=["GET", "POST"])
@needs(Action.SETTINGS)
def undo(post: Post) -> ResponseReturnValue:
    """Put what was before back in place, as a change of its own."""
    hall = hall_of(post)
    latest = _latest(hall)
    back = _back(latest, hall.name, halls.stored(hall.id)[1]) if latest else None
    if latest is None or back is None:
        raise NotFound
    question = HallQuestion(revision=hall.revision)
    name = back.pop("name", None)
    if done(question, lambda revision: hall_settings.save(post, revision, back, now(), name)):
        return redirect(url_for(".listed"), 303)
    if question.form_errors:
        flash(question.form_errors[0], "problem")
        return redirect(url_for(".listed"), 303)
    sentences = [
        say("admin.undo_then", fact=label, before=before, after=after)
        for label, before, after in differences(_detail(latest)["changed"])
    ]
    return confirm_page(say("admin.undo_title"), sentences, say("admin.undo"), url_for(".listed"), question)
