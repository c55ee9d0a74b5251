"""One contact of a case: their stays beside the case's, how each end is known, and what staff have done about them."""

import re
from typing import Any

from flask import Blueprint, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound
from wtforms import HiddenField, RadioField, SelectChoice, SelectField, TextAreaField
from wtforms.validators import Optional

from models.rules.access import Action
from models.rules.refusal import Refused
from models.services import staff
from models.services.casework import case_names, case_work, contact_list
from models.services.casework.case_work import LONGEST_NOTE, NOBODY
from models.services.casework.contact_list import Met, Note, One
from models.services.posts import Post
from models.tables.cases import CaseRow
from models.tables.contacts import ContactState
from web.access import needs
from web.cases import wording
from web.cases.showing import hall_of, now, own, session_id, shown_named
from web.forms import PageForm, Question
from web.language import Phrase, refusal, say
from web.records.blueprint import door_words, entry_words, exit_words, matter_words, readable

pages = Blueprint("contact", __name__)

_DIALLED = re.compile(r"\+?[0-9][0-9-]{5,20}")


class Deed(PageForm):
    """What was done about a contact; `state_was`: the one that the page showed."""

    state = RadioField(
        Phrase("case.deed"), [Optional()],
        choices=[SelectChoice(one.value, Phrase(f"case.state.{one.value}")) for one in ContactState],
    )  # fmt: skip
    text = TextAreaField(Phrase("case.note"), description=Phrase("case.note_help"))
    state_was = HiddenField()


class Carer(PageForm):
    """Who cares for a contact; `whom_was`: who did when the page was shown."""

    whom = SelectField(Phrase("case.whom"))
    whom_was = HiddenField()

    def offer(self, post: Post) -> None:
        """Let one of the hall's admins be chosen, or nobody."""
        people = [SelectChoice(staff.key_of(one), one.name) for one in case_work.admins(post.hall_id)]
        self.whom.choices = [SelectChoice(NOBODY, say("case.nobody")), *people]


@pages.route("/<case>/contacts/<int:number>", methods=["GET", "POST"])
@needs(Action.CASES)
def shown_contact(post: Post, case: str, number: int) -> ResponseReturnValue:
    """The page; the POST notes what was done."""
    row = own(post, case)
    form = Deed()
    if form.validate_on_submit():
        try:
            case_work.note(post, case, number, _state(form.state.data), form.text.data or "", _was(form), now())
            return _back(case, number)
        except Refused as no:
            if _is_over(no):
                return _back(case, number)
            form.refuse(form.text if no.code.startswith("note") else form.state, no)
    return _page(post, row, number, form, Carer(formdata=None))


@pages.post("/<case>/contacts/<int:number>/carer")
@needs(Action.CASES)
def carer(post: Post, case: str, number: int) -> ResponseReturnValue:
    """Somebody, or nobody, is to care for them."""
    row = own(post, case)
    form = Carer()
    form.offer(post)
    if form.validate_on_submit():
        try:
            case_work.assign(post, case, number, form.whom.data or NOBODY, form.whom_was.data or NOBODY, now())
            return _back(case, number)
        except Refused as no:
            if _is_over(no):
                return _back(case, number)
            form.refuse(form.whom, no)
    return _page(post, row, number, Deed(formdata=None), form)


def _state(text: str | None) -> ContactState | None:
    return ContactState(text) if text in tuple(ContactState) else None


def _was(form: Deed) -> ContactState:
    """What nobody was shown is no state to go on from."""
    return _state(form.state_was.data) or ContactState.TODO


def _is_over(no: Refused) -> bool:
    """Whether the case is closed, so that no form is there to say it at."""
    if no.code in ("case_unknown", "contact_unknown"):
        raise NotFound from None
    if no.code == "case_closed":
        flash(refusal(no), "problem")
    return no.code == "case_closed"


def _back(case: str, number: int) -> ResponseReturnValue:
    return redirect(url_for(".shown_contact", case=case, number=number), 303)


def _page(post: Post, row: CaseRow, number: int, form: Deed, caring: Carer) -> ResponseReturnValue:
    found = contact_list.one(post, row, number, session_id(), now())
    if found is None:
        raise NotFound
    until = case_names.opened_until(post, row, session_id(), now())
    contact = found.shown.contact
    # What the page shows is as of now, also where somebody has been refused for what it was.
    form.state_was.data = contact.state.value
    caring.offer(post)
    caring.whom_was.data = case_work.key_of(row.hall_id, contact.assigned_to)
    # One is always chosen: nothing there may be left out.
    form.state.flags.required = caring.whom.flags.required = True
    if not form.errors:
        form.state.data = form.state_was.data
    if not caring.errors:
        caring.whom.data = caring.whom_was.data
    return shown_named(
        post, "contact.html", until, row=row, number=number, name=wording.name_of(found.shown.visit), form=form,
        caring=caring, question=Question(formdata=None), longest=LONGEST_NOTE, who=_who(found),
        phone=_dialled(found), facts_shown=_facts(found, row, post), met=[_met(one, row, post) for one in found.met],
        notes=[_note(one, post) for one in found.notes], record_url=_record(post, found), is_gone=contact.is_gone,
        may_step=row.is_open and not row.is_step and not contact.is_gone and found.shown.visit is not None,
    )  # fmt: skip


def _who(found: One) -> list[tuple[str, str]]:
    visit = found.shown.visit
    if visit is None:
        return []
    given = {name: getattr(visit, name) for name in ("name", "phone", "id_number", "address")}
    return [(say(f"record.one.{name}"), readable(value)) for name, value in given.items() if value]


def _dialled(found: One) -> str:
    """The phone as a telephone takes it; "" where there is none, or it is masked."""
    phone = (found.shown.visit and found.shown.visit.phone) or ""
    return phone if _DIALLED.fullmatch(phone) else ""


def _facts(found: One, row: CaseRow, post: Post) -> list[tuple[str, str]]:
    contact = found.shown.contact
    shown_as = wording.contact_row(found.shown, row, hall_of(post))
    facts = [
        (say("case.together"), shown_as["together"]),
        (say("case.known"), shown_as["sure"]),
        (say("case.beside"), shown_as["notes"]),
        (say("case.score"), str(contact.score)),
        (say("case.deed"), say(f"case.state.{contact.state}")),
        (say("case.carer_label"), found.shown.carer or say("case.nobody")),
    ]
    return [(label, value) for label, value in facts if value]


def _met(one: Met, row: CaseRow, post: Post) -> dict[str, Any]:
    """A stay with its exact times and how they are known, beside the case's."""
    hall = hall_of(post)
    words = {"together": wording.together(one.row, row.definition.tail_minutes), "sure": wording.how_sure(one.row)}
    if one.visit is None:
        return {**words, "facts": [], "is_sure": False}
    facts = [
        (say("record.one.entry"), entry_words(one.visit, hall)),
        (say("record.one.exit"), exit_words(one.visit.out_at, one.visit.how_out, hall)
         if one.visit.out_at else say("case.still_inside", time=wording.moment(one.visit.due_at, hall))),
        (say("record.one.door"), door_words(one.visit.door, hall)),
        (say("record.one.matter"), matter_words(one.visit.matter, hall)),
    ]  # fmt: skip
    if one.beside is not None:
        left = exit_words(one.beside.out_at, one.beside.how_out, hall) if one.beside.out_at else ""
        facts += [
            (say("case.case_entry"), entry_words(one.beside, hall)),
            (say("case.case_exit"), left or say("case.still_inside", time=wording.moment(one.beside.due_at, hall))),
        ]
    return {**words, "facts": [pair for pair in facts if pair[1]], "is_sure": wording.is_sure(one.row)}


def _note(one: Note, post: Post) -> dict[str, str]:
    note = one.row
    by = one.by or say("case.left_staff")
    if note.kind == case_work.ASSIGNED:
        what = say("case.note_assigned", name=note.text) if note.text else say("case.note_unassigned")
        return {"head": _note_head(note.at, by, what, post), "text": ""}
    what = say("case.note") if note.kind == case_work.NOTE else say(f"case.state.{note.kind}")
    return {"head": _note_head(note.at, by, what, post), "text": note.text or ""}


def _note_head(at: Any, by: str, what: str, post: Post) -> str:
    return say("case.note_head", time=wording.moment(at, hall_of(post)), name=by, what=what)


def _record(post: Post, found: One) -> str:
    visit = found.shown.visit
    return url_for("hall_records.shown", visit=visit.public_id, code=hall_of(post).code) if visit else ""
