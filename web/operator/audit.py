"""What staff and operators did, the latest first."""

from datetime import timedelta

from flask import render_template, request, url_for
from wtforms import SelectChoice, SelectField, StringField

from models.rules.access import Action
from models.services import audit as audits
from models.services import halls as hall_services
from models.services import registering, staff
from models.services.audit import BEFORE_ALL, PAGE
from models.services.posts import Post
from models.tables.audit import AuditRow
from models.tables.staff import NO_HALL
from web.access import operator_needs
from web.forms import PageForm
from web.language import Phrase, asked_language
from web.operator.blueprint import asked, page_from, page_place, pages, until_now
from web.told import ACTIONS, Told, told

PERIODS = {"day": 1, "week": 7, "month": 30, "all": 0}
"""How many days back; 0: to the beginning."""


class Filter(PageForm):
    """Which rows to show; it changes nothing, so its address can be kept and needs no token."""

    class Meta(PageForm.Meta):
        csrf = False

    hall = StringField(Phrase("operating.hall_code"))
    action = SelectField(
        Phrase("operating.action"),
        choices=[
            SelectChoice("", Phrase("operating.every_action")),
            *(SelectChoice(one, Phrase(f"told.did.{one}")) for one in ACTIONS),
        ],
    )
    period = SelectField(
        Phrase("operating.period"), choices=[SelectChoice(one, Phrase(f"operating.period_of.{one}")) for one in PERIODS]
    )


@pages.get("/audit")
@operator_needs(Action.AUDIT)
def audit(post: Post) -> str:
    """The rows that the address asks for; an earlier page by the moment and the id that the one before ended with."""
    code, action, period = asked("hall").lower(), asked("action"), asked("period")
    action = action if action in ACTIONS else ""
    period = period if period in PERIODS else "month"
    hall = hall_services.by_code(code) if code.isascii() else None
    rows = _rows(hall.id if hall else None, action, period) if hall or not code else []
    asked_for = {"hall": code or None, "action": action or None, "period": period}
    last = rows[PAGE - 1] if len(rows) > PAGE else None
    return render_template(
        "operator/audit.html",
        filters=Filter(formdata=None, data={"hall": code, "action": action, "period": period}),
        is_unknown=bool(code) and hall is None,
        rows=_told(rows[:PAGE]),
        earlier_url=last and url_for("operators.audit", **asked_for, before=page_place(last.at, last.id)),
        latest_url=url_for("operators.audit", **asked_for) if "before" in request.args else None,
    )


def _rows(hall_id: int | None, action: str, period: str) -> list[AuditRow]:
    """One more than a page shows, if there are more."""
    since = until_now() - timedelta(days=PERIODS[period]) if PERIODS[period] else BEFORE_ALL
    before, before_id = page_from(request.args.get("before", ""), until_now())
    return audits.latest(hall_id, before, before_id, PAGE + 1, action=action or None, since=since)


def _told(rows: list[AuditRow]) -> list[Told]:
    hall_ids = sorted({row.hall_id for row in rows} - {NO_HALL})
    halls = registering.names(hall_ids)
    named = audits.named(rows, staff.members(NO_HALL, *hall_ids), asked_language())
    return [told(row, who, halls.get(row.hall_id)) for row, who in named]
