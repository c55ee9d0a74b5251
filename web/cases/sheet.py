"""The call sheet of a case: asked for, then as it is printed."""

from typing import Any

from flask import Blueprint, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound
from wtforms import RadioField, SelectChoice
from wtforms.validators import InputRequired

from models.rules import masks
from models.rules.access import Action
from models.rules.refusal import Refused
from models.services.casework import call_sheet, case_names
from models.services.casework.call_sheet import MOST, PAGE, Called, Sheet, Which
from models.services.posts import Post
from web.access import needs
from web.cases import notices, wording
from web.cases.showing import hall_of, now, own, session_id, shown_named
from web.forms import PageForm
from web.language import Phrase, refusal, say
from web.outside import outside
from web.records.blueprint import entry_words, exit_words, readable

pages = Blueprint("sheet", __name__)

BOXES = ("reached", "called", "refused", "passed_on")
"""What a caller ticks: states of a contact."""


class Print(PageForm):
    """Whom to call."""

    which = RadioField(
        Phrase("names.sheet.which"), [InputRequired()], default=Which.ALL.value,
        choices=[SelectChoice(one.value, Phrase(f"names.sheet.which_{one.value}")) for one in Which],
    )  # fmt: skip


@pages.route("/<case>/sheet", methods=["GET", "POST"])
@needs(Action.CASES)
def asking(post: Post, case: str) -> ResponseReturnValue:
    """Of whom; the POST notes that it is printed."""
    row = own(post, case)
    form = Print()
    if form.validate_on_submit():
        which = Which(form.which.data)
        try:
            call_sheet.note(post, case, session_id(), which, now())
        except Refused as no:
            form.refuse(form.which, no)
        else:
            return redirect(url_for(".printed", case=case, which=which.value, number=1), 303)
    until = case_names.opened_until(post, row, session_id(), now())
    return shown_named(
        post, "sheet-ask.html", until, row=row, form=form, has_phone=bool(hall_of(post).phone), each=PAGE
    )


@pages.get("/<case>/sheet/<which>/<int:number>")
@needs(Action.CASES)
def printed(post: Post, case: str, which: str, number: int) -> ResponseReturnValue:
    """A part of the sheet, for as long as the names are open."""
    row = own(post, case)
    if which not in [one.value for one in Which]:
        raise NotFound
    try:
        sheet = call_sheet.sheet(post, case, session_id(), Which(which), number, outside().templates, now())
    except Refused as no:
        flash(refusal(no), "problem")
        return redirect(url_for(".asking", case=case), 303)
    if sheet is None:
        raise NotFound
    until = case_names.opened_until(post, row, session_id(), now())
    return shown_named(
        post, "sheet.html", until, row=row, sheet=sheet, people=[_person(one, sheet, post) for one in sheet.people],
        wide=True, at=wording.moment(now(), hall_of(post)), script=_script(post), boxes=BOXES, most=MOST,
        parts=[
            (one, url_for(".printed", case=case, which=which, number=one), one == sheet.part)
            for one in range(1, sheet.parts + 1)
        ],
    )  # fmt: skip


def _person(one: Called, sheet: Sheet, post: Post) -> dict[str, Any]:
    hall, contact = hall_of(post), one.contact
    address = readable(one.visit.address) if one.visit and one.visit.address else ""
    phone = masks.in_groups(one.phone) if one.phone else say("names.sheet.no_phone")
    tail = sheet.case.definition.tail_minutes
    return {
        "number": contact.number,
        "name": wording.name_of(one.visit),
        "phone": say("names.sheet.leads_phone", phone=phone) if one.is_leads else phone,
        "address": address or say("names.sheet.no_address"),
        "others": say("names.sheet.between").join(readable(name) for name in one.others),
        "met": say("names.sheet.afterwards" if contact.is_tail_only else "names.sheet.together",
                   minutes=wording.together(contact, tail), sure=wording.how_sure(contact)),
        "companion": say("names.sheet.companion") if contact.is_companion else "",
        "stays": [
            say("names.sheet.stay", entered=entry_words(stay.visit, hall),
                left=exit_words(stay.visit.out_at, stay.visit.how_out, hall))
            if stay.visit
            else wording.name_of(None)
            for stay in one.stays
        ],
        "told": notices.said(one.told) if one.told else say("names.sheet.untold"),
        "state": say(f"case.state.{contact.state}"),
    }  # fmt: skip


def _script(post: Post) -> list[str]:
    """What a caller says, and what they do not; who is ill is named by nobody."""
    hall = hall_of(post)
    lines = [say("names.sheet.say_who", hall=hall.name), say("names.sheet.say_what", hall=hall.name)]
    if hall.phone:
        lines.append(say("names.sheet.say_verify", phone=hall.phone))
    return [*lines, say("names.sheet.say_never"), say("names.sheet.say_nobody"), say("names.sheet.say_ask")]
