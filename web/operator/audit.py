"""What staff and operators did, the latest first; and the way to it as a file."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from wtforms import DateField, HiddenField, SelectChoice, SelectField, StringField

from models.rules.access import Action, Role
from models.rules.halls import HallFacts
from models.rules.refusal import Refused
from models.rules.spelling import readable
from models.services import audit as audits
from models.services import audit_export, registering, staff
from models.services import halls as hall_services
from models.services.audit import BEFORE_ALL, PAGE
from models.services.audit_export import Chosen
from models.services.posts import Post
from models.tables.audit import AuditRow
from models.tables.staff import NO_HALL
from web.access import operator_needs, signed_in
from web.forms import PageForm
from web.language import Phrase, asked_language, refusal
from web.operator.blueprint import LONGEST_ASKED, day_of, page_from, page_place, pages, place_of, until_now
from web.outside import outside
from web.told import ACTIONS, Told, told

PERIODS = {"day": 1, "week": 7, "month": 30, "all": 0}
"""How many days back; 0: to the beginning."""
NAMES = ("hall", "action", "role", "period", "first", "last")
"""By which the address asks for rows."""


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
    role = SelectField(
        Phrase("fact.role"),
        choices=[
            SelectChoice("", Phrase("operating.every_action")),
            *(SelectChoice(one.value, Phrase(f"staff.role.{one.value}")) for one in Role),
        ],
    )
    period = SelectField(
        Phrase("operating.period"), choices=[SelectChoice(one, Phrase(f"operating.period_of.{one}")) for one in PERIODS]
    )
    first = DateField(Phrase("exports.first"), description=Phrase("seals.days_help"))
    last = DateField(Phrase("exports.last"))


class Download(PageForm):
    """The same once more, for the POST that opens a file."""

    hall = HiddenField()
    action = HiddenField()
    role = HiddenField()
    period = HiddenField()
    first = HiddenField()
    last = HiddenField()


@dataclass(frozen=True)
class Asked:
    """What was asked for, as far as it can be: of a hall by its code ("": of all; one that is not there has no rows),
    and of days: between two dates where one was given, else back from now. `is_no_day`: what was given as
    one is none."""

    code: str
    hall: HallFacts | None
    action: str
    role: str
    period: str
    first: date | None
    last: date | None
    is_no_day: bool = False

    @property
    def is_unknown(self) -> bool:
        """Whether there is no hall with this code."""
        return bool(self.code) and self.hall is None

    @property
    def chosen(self) -> Chosen:
        """As a service takes it."""
        since, until = self.span()
        return Chosen(self.hall.id if self.hall else None, self.action, self.role, since, until)

    def span(self) -> tuple[datetime, datetime]:
        """From which moment on, and before which."""
        if self.first or self.last:
            first, last = sorted((self.first or date(1970, 1, 2), self.last or date(2999, 1, 1)))
            return _midnight(first), min(_midnight(last + timedelta(days=1)), until_now())
        days = PERIODS[self.period]
        return until_now() - timedelta(days=days) if days else BEFORE_ALL, until_now()

    def address(self) -> dict[str, str]:
        """By which it is asked for again."""
        values = {"hall": self.code, "action": self.action, "role": self.role, "period": self.period}
        return {**values, "first": _written(self.first), "last": _written(self.last)}


def asked(given: dict[str, str]) -> Asked:
    """What an address or a form asks for; whatever cannot be is as if it had not been said."""
    code = given["hall"].lower()
    hall = hall_services.by_code(code) if code and code.isascii() else None
    action = given["action"] if given["action"] in ACTIONS else ""
    role = given["role"] if given["role"] in [one.value for one in Role] else ""
    period = given["period"] if given["period"] in PERIODS else "month"
    days = [day_of(given[name]) for name in ("first", "last")]
    is_no_day = any(given[name] and day is None for name, day in zip(("first", "last"), days, strict=True))
    return Asked(code, hall, action, role, period, *days, is_no_day)


@pages.get("/audit")
@operator_needs(Action.AUDIT)
def audit(post: Post) -> str:
    """The rows that the address asks for; an earlier page by the moment and the id that the one before ended with."""
    return _shown(asked({name: readable(request.args.get(name, "")[:LONGEST_ASKED]) for name in NAMES}))


@pages.route("/audit/export", methods=["GET", "POST"])
@operator_needs(Action.AUDIT)
def audit_ask(post: Post) -> ResponseReturnValue:
    """Open these rows as a file to this session; to whoever comes here otherwise, the page."""
    found = asked({name: readable(request.values.get(name, "")[:LONGEST_ASKED]) for name in NAMES})
    form, who = Download(), signed_in()
    if not form.validate_on_submit() or who is None or found.is_unknown or found.is_no_day:
        return _shown(found, form if form.is_submitted() else None)
    first, last = (outside().time(moment) for moment in found.span())
    try:
        mark = audit_export.ask(post, found.chosen, (first, last), who.session.public_id, outside().clock())
    except Refused as no:
        form.form_errors.append(refusal(no))
        return _shown(found, form)
    return redirect(url_for("operators.audit_file", mark=mark), 303)


def told_rows(rows: Iterable[AuditRow]) -> list[Told]:
    """Rows as a page tells them, with the names of halls and of those who still are staff."""
    rows = list(rows)
    hall_ids = sorted({row.hall_id for row in rows} - {NO_HALL})
    halls = registering.names(hall_ids)
    named = audits.named(rows, staff.members(NO_HALL, *hall_ids), asked_language())
    return [told(row, who, halls.get(row.hall_id)) for row, who in named]


def _shown(found: Asked, form: Download | None = None) -> str:
    rows = [] if found.is_unknown else _rows(found)
    last = rows[PAGE - 1] if len(rows) > PAGE else None
    address = found.address()
    before = request.args.get("before", "")
    filters = {**address, "first": found.first, "last": found.last}
    return render_template(
        "operator/audit.html",
        filters=Filter(formdata=None, data=filters),
        is_unknown=found.is_unknown,
        is_no_day=found.is_no_day or bool(before and place_of(before) is None),
        rows=told_rows(rows[:PAGE]),
        download=form or Download(formdata=None, data=address),
        most=audit_export.MOST,
        earlier_url=last and url_for("operators.audit", **_said(address), before=page_place(last.at, last.id)),
        latest_url=url_for("operators.audit", **_said(address)) if before else None,
        seals_url=url_for("operators.audit_seals", **({"hall": found.code} if found.hall else {})),
    )


def _rows(found: Asked) -> list[AuditRow]:
    """One more than a page shows, if there are more."""
    chosen = found.chosen
    before, before_id = page_from(request.args.get("before", ""), chosen.until)
    return audits.latest(
        chosen.hall_id, before, before_id, PAGE + 1, action=chosen.action or None, role=chosen.role or None,
        since=chosen.since,
    )  # fmt: skip


def _said(address: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in address.items() if value}


def _written(day: date | None) -> str:
    return day.isoformat() if day else ""


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), outside().zone).astimezone(UTC)
