"""A case: what was asked and for whom, what it comes to, each of its days as a picture, and the list of contacts."""

from typing import Any

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from models.rules.access import Action
from models.rules.refusal import Refused
from models.services.casework import case_ends, case_names, cases, contact_list, notices
from models.services.casework.contact_list import Numbers
from models.services.posts import Post
from models.tables.cases import CaseRow
from web.access import needs
from web.cases import filtering, picturing, wording
from web.cases.asking import LONGEST, Why
from web.cases.filtering import Filter
from web.cases.notices import said
from web.cases.showing import hall_of, now, own, session_id, shown_named
from web.forms import Question
from web.language import refusal, say

pages = Blueprint("one", __name__)

PAGE = 30


@pages.route("/<case>", methods=["GET", "POST"])
@needs(Action.CASES)
def shown_case(post: Post, case: str) -> ResponseReturnValue:
    """The page; the POST fills in why, and for whom, the case was opened."""
    row = own(post, case)
    form = Why()
    if form.validate_on_submit():
        try:
            cases.describe(post, case, form.reason, form.authority.data or "", now())
            return redirect(url_for(".shown_case", case=case), 303)
        except Refused as no:
            if no.code == "case_closed":
                flash(refusal(no), "problem")
                return redirect(url_for(".shown_case", case=case), 303)
            form.refuse_why(no)
    return _page(post, row, form)


@pages.get("/<case>/state")
@needs(Action.CASES)
def state(post: Post, case: str) -> ResponseReturnValue:
    """How far the list is, for the script of the page."""
    row = own(post, case)
    return {"status": str(row.tracing), "contacts": row.contacts}


def _page(post: Post, row: CaseRow, form: Why) -> ResponseReturnValue:
    until = case_names.opened_until(post, row, session_id(), now())
    numbers = contact_list.numbers(post, row)
    chosen = filtering.chosen(post, row)
    after = filtering.after()
    is_whole_page = not after and not request.args.keys() & Filter.NAMES
    return shown_named(
        post, "case.html", until, row=row, form=form, longest=LONGEST, question=Question(formdata=None),
        lacks=_lacks(row), facts_shown=_facts(post, row), definition=wording.definition(row.definition),
        is_early=row.is_open and row.is_traced and contact_list.is_early(post, row, session_id(), now()),
        counts=_counts(numbers), is_whole_page=is_whole_page, filters=filtering.form(numbers), ways=_ways(row),
        pictures=picturing.pictures(post, row, session_id(), now()) if is_whole_page else [],
        state_url=url_for(".state", case=row.public_id), formula=wording.formula(), steps=_steps(row),
        **_list(post, row, chosen, after),
    )  # fmt: skip


def _lacks(row: CaseRow) -> bool:
    """Whether nobody has said yet why it was opened."""
    return row.is_open and not (row.reason and row.authority)


def _facts(post: Post, row: CaseRow) -> list[tuple[str, str]]:
    hall = hall_of(post)
    traced = wording.moment(row.traced_at, hall) if row.traced_at else ""
    held = say("case.held_until", day=row.held_until.isoformat()) if row.held_until else ""
    facts = [
        (say("case.status.label"), wording.status(row)),
        (say("case.why"), row.reason or ""),
        (say("case.authority"), row.authority or ""),
        (say("case.days_label"), wording.days(row)),
        (say("case.own_stays"), say("case.own_count", count=row.stays)),
        (say("case.opened"), wording.moment(row.opened_at, hall)),
        (say("case.traced"), say("case.traced_by", time=traced, version=row.definition.version) if traced else ""),
        (say("case.held"), f"{held} {row.hold_reason or ''}".strip()),
        (say("retention.case_goes"), case_ends.ends_on(hall, row).isoformat()),
    ]
    return [(label, value) for label, value in facts if value]


def _counts(numbers: Numbers) -> list[tuple[str, int, str]]:
    """(what, how many, where they are listed)."""
    counts = numbers.counts
    given = (
        ("contacts", counts.contacts, ""),
        ("certain", counts.certain, "certain"),
        ("stated", counts.stated, "stated"),
        ("estimated", counts.estimated, "estimated"),
        ("tail", counts.tail_only, "tail"),
        # Last: they are among the others.
        ("companions", counts.companions, "companions"),
    )
    return [(say(f"case.count.{name}"), count, kind) for name, count, kind in given]


def _list(post: Post, row: CaseRow, chosen: Any, after: Any) -> dict[str, Any]:
    """The contacts of the page, and the ways on and back."""
    found, goes_on = contact_list.page(post, row, chosen, session_id(), now(), PAGE, after)
    told = notices.states(post, row.public_id, [one.contact.id for one in found])
    words = {contact_id: said(fate) for contact_id, (fate, _) in told.items()}
    asked = filtering.asked()
    own_url = url_for(".shown_case", case=row.public_id, **asked)
    more = {"after": f"{goes_on.score}-{goes_on.id}"} if goes_on else {}
    return {
        "rows": [wording.contact_row(one, row, hall_of(post), words.get(one.contact.id, "")) for one in found],
        "more_url": url_for(".shown_case", case=row.public_id, **asked, **more, _anchor="found") if more else "",
        "start_url": f"{own_url}#found" if after else "",
        "all_url": url_for(".shown_case", case=row.public_id),
    }


def _ways(row: CaseRow) -> list[tuple[str, str]]:
    """Where else this case leads: (what, address)."""
    at = {"case": row.public_id}
    ways = [
        (say("names.way_to"), url_for("cases.names.opening", **at)),
        (say("notices.open"), url_for("cases.notices.table", **at)),
    ]
    if row.is_open:
        ways.append((say("names.sheet.way_to"), url_for("cases.sheet.asking", **at)))
        ways.append((say("names.export.way_to"), url_for("cases.export.asking", **at)))
    return ways


def _steps(row: CaseRow) -> list[tuple[str, str]]:
    """The case that this one was opened from, and those that were opened from it, of this hall."""
    return [
        (
            say("case.step_of" if one.id == row.origin_id else "case.step_to", number=one.number),
            url_for(".shown_case", case=one.public_id),
        )
        for one in contact_list.steps(row)
    ]
