"""Who changed what in a hall, and the way back from the last change."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound

from models.rules.access import Action, Role
from models.rules.halls import HallFacts
from models.services import audit, hall_settings, halls, staff
from models.services.posts import Post
from models.tables.audit import AuditRow
from web.access import needs
from web.admin.showing import HallQuestion, done, hall_of, now, shown
from web.confirming import confirm_page
from web.language import asked_language, say
from web.told import changed_facts, default_facts, differences, told

pages = Blueprint("history", __name__)

DERIVED = frozenset(("notice_version", "notices"))
"""Follow from other facts."""
NO_WAY_BACK = frozenset(("doors",))
"""A door that is gone leaves its codes behind for good."""


@pages.get("/settings/history")
@needs(Action.SETTINGS)
def listed(post: Post) -> ResponseReturnValue:
    """The latest first, a page at a time."""
    hall = hall_of(post)
    rows = audit.latest(hall.id, *_asked())
    latest = _latest(hall)
    has_way_back = latest is not None and _back(latest, hall.name, halls.stored(hall.id)[1]) is not None
    named = audit.named(rows, staff.members(hall.id), asked_language())
    earlier_url = url_for(".listed", before=rows[-1].at.isoformat(), id=rows[-1].id) if len(rows) == audit.PAGE else ""
    return shown(
        post, "history.html", "settings",
        rows=[told(row, "" if _is_operators(row) else name) for row, name in named],
        undo_id=latest.id if latest and has_way_back else None,
        earlier_url=earlier_url,
    )  # fmt: skip


def _is_operators(row: AuditRow) -> bool:
    """Whether an operator did it, whose name is not the hall's to know; the command line has none."""
    return row.role == Role.OPERATOR and row.actor is not None


def _asked() -> tuple[datetime, int]:
    """From where on: the moment and the id of the last row of the page before, else now."""
    try:
        at = datetime.fromisoformat(request.args.get("before", ""))
        number = int(request.args.get("id", "")[:18])
        return at.astimezone(UTC), number
    except (ValueError, OverflowError):
        return now(), 2**31 - 1


def _latest(hall: HallFacts) -> AuditRow | None:
    """The last change of settings, however much else was done since."""
    return next(iter(audit.latest(hall.id, now(), 2**31 - 1, 1, action="settings")), None)


def _back(row: AuditRow, name: str, facts: Mapping[str, Any]) -> dict[str, Any] | None:
    """The facts as they were before this change; None where something else has changed them since, or where there is no
    way back."""
    stored = {**facts, "name": name}
    changed = {key: pair for key, pair in changed_facts(row).items() if key not in DERIVED}
    if not changed or NO_WAY_BACK & changed.keys() or any(stored.get(key) != pair[1] for key, pair in changed.items()):
        return None
    kept = default_facts()
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
        for label, before, after in differences(changed_facts(latest))
    ]
    return confirm_page(say("admin.undo_title"), sentences, say("admin.undo"), url_for(".listed"), question)
