"""Whether the audit is what was sealed: a hall's days, the latest first, each verified while the page is made."""

from typing import NamedTuple

from flask import render_template, url_for
from wtforms import StringField

from models.rules.access import Action
from models.services import halls as hall_services
from models.services import verifying
from models.services.posts import Post
from models.services.verifying import Days, Fault
from models.tables.seals import SealRow
from models.tables.staff import NO_HALL
from web.access import operator_needs
from web.forms import PageForm
from web.language import Phrase, say
from web.operator.blueprint import asked, day_of, pages
from web.outside import outside


class Day(NamedTuple):
    """A sealed day as it is told: how many rows, and what there is to say of it; `is_wrong`: something is."""

    day: str
    rows: str
    results: list[str]
    is_wrong: bool


class Which(PageForm):
    """Of which hall."""

    class Meta(PageForm.Meta):
        csrf = False

    hall = StringField(Phrase("operating.hall_code"), description=Phrase("seals.which"))


@pages.get("/audit/seals")
@operator_needs(Action.AUDIT)
def audit_seals(post: Post) -> str:
    """The days of the hall that the address asks for, or of the account."""
    code = asked("hall").lower()
    hall = hall_services.by_code(code) if code and code.isascii() else None
    given = asked("before")
    before = day_of(given)
    is_unknown = bool(code) and hall is None
    found = verifying.latest_days(hall.id if hall else NO_HALL, before, outside().clock())
    days = [_told(row, found) for row in found.rows]
    faults = [_said(fault) for fault in found.of_keys]
    address = {"hall": hall.code} if hall else {}
    return render_template(
        "operator/seals.html",
        which=Which(formdata=None, data={"hall": code}),
        is_unknown=is_unknown,
        is_no_day=bool(given) and before is None,
        name=hall.name if hall else say("seals.account"),
        days=days,
        faults=faults,
        wrong=len(faults) + sum(day.is_wrong for day in days),
        unsealed=_unsealed(found),
        facts=_facts(found),
        rows_url=url_for("operators.audit", **address),
        earlier_url=url_for(".audit_seals", **address, before=found.rows[-1].day) if found.has_more else None,
        latest_url=url_for(".audit_seals", **address) if before else None,
    )


def _told(row: SealRow, found: Days) -> Day:
    rows = say("seals.late", count=row.row_count, late=row.late) if row.late else str(row.row_count)
    faults = found.faults.get(row.day, [])
    if faults:
        return Day(row.day.isoformat(), rows, [_said(one) for one in faults], True)
    word = "seals.too_many" if row.day in found.unread else "seals.erased" if row.pruned_at else "seals.right"
    return Day(row.day.isoformat(), rows, [say(word)], False)


def _said(fault: Fault) -> str:
    return say(f"seals.fault.{fault.what}", count=fault.count, found=fault.found, name=fault.key_id)


def _unsealed(found: Days) -> list[str]:
    said = []
    if found.unsealed:
        when = outside().time(found.unsealed_since) if found.unsealed_since else "?"
        said.append(say("seals.unsealed", count=found.unsealed, when=when))
    if found.unsealed_late:
        said.append(say("seals.unsealed_late", count=found.unsealed_late))
    return said


def _facts(found: Days) -> list[tuple[str, str]]:
    return [(say("seals.head"), found.head), (say("seals.key"), found.fingerprint)] if found.head else []
