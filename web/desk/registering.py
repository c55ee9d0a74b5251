"""Registering somebody without a phone: the form of the hall, filled in by staff, or from a photo of the card."""

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from flask import flash, jsonify, redirect, session, url_for
from flask.typing import ResponseReturnValue
from wtforms import BooleanField, RadioField, SelectChoice, StringField
from wtforms.validators import Length

from models.rules.access import Action
from models.rules.check_in_fields import Requirement
from models.rules.halls import HallFacts
from models.rules.refusal import Refused
from models.services import front_desk, limits, submissions
from models.services.front_desk import Form, Registered, What
from models.services.front_desk.amending import LONGEST_REMARK
from models.services.posts import Post
from models.tables.desk_visits import Twin
from web.access import needs
from web.desk.blueprint import clock, door_name, hall_of, now, pages, shown, to_home
from web.errors import asks_for_json
from web.language import Phrase, refusal, say
from web.visitor import photo_words
from web.visitor.card_photo import as_json, fill, read_photo
from web.visitor.fields import CheckInForm, refused_words


class DeskForm(CheckInForm):
    """What staff write of somebody: the fields of a check-in, by which door, and what else there is to note."""

    despite = StringField()
    door = RadioField(Phrase("desk.door"))
    remark = StringField(Phrase("desk.remark"), [Length(max=LONGEST_REMARK)], description=Phrase("desk.remark_how"))
    agree = BooleanField(Phrase("desk.told"))

    def is_told(self) -> bool:
        """Whether they were told of the notice that the hall has now."""
        return self.agreed() == str(self.hall.notice_version)


@pages.route("/register", methods=["GET", "POST"])
@needs(Action.DESK)
def register(post: Post) -> ResponseReturnValue:
    """The form; the POST registers, or shows it again with what is wrong or who is inside already."""
    form = _form(post)
    if not form.is_submitted():
        return _page(post, form)
    form.validate()
    said = form.read(now())
    if said is None:
        return _page(post, form)
    number = int(form.door.data) if (form.door.data or "").isdecimal() else 0
    sent = Form(form.key.data or "", said, number, form.is_told(), form.remark.data or "", form.despite.data or "")
    try:
        done = front_desk.register(post, sent, now())
    except Refused as no:
        return _refused(post, form, no)
    return _done(post, form, done, number)


def _done(post: Post, form: DeskForm, done: Registered, door: int) -> ResponseReturnValue:
    if done.what is What.TWIN:
        return _page(post, form, twin=done.twin)
    session["desk_door"] = door
    if done.what is What.FEVER:
        flash(say("desk.fever"), "problem")
    return to_home(done.act)


def _refused(post: Post, form: DeskForm, no: Refused) -> ResponseReturnValue:
    field = {
        "notice_not_told": form.agree,
        "door_unknown": form.door,
        "companion_is_lead": form.companions if "companions" in form else None,
    }.get(no.code)
    if field is None:
        return _page(post, form, told=refused_words(no))
    form.refuse(field, no)
    return _page(post, form)


@pages.get("/card")
@needs(Action.DESK)
def card_again(post: Post) -> ResponseReturnValue:
    """Where somebody lands who opens the address of a photo again: at the form."""
    return redirect(url_for("desks.register"))


@pages.post("/card")
@needs(Action.DESK)
def card(post: Post) -> ResponseReturnValue:
    """Read a photo of a card, and answer as a visitor's form does (web/visitor/card_photo.py)."""
    hall = _as_asked(hall_of(post))
    if asks_for_json():
        return jsonify(as_json(read_photo(hall, post.openid, limits.PHOTOS_AT_DESK)))
    form = _form(post)
    try:
        told = read_photo(hall, post.openid, limits.PHOTOS_AT_DESK)
    except Refused as no:
        return _page(post, form, told=refusal(no))
    fill(form, told.fields)
    return _page(post, form, of_photo=told.sentence) if told.fields else _page(post, form, told=told.sentence)


def _as_asked(hall: HallFacts) -> HallFacts:
    """The hall as its desk asks: who has no phone need not name one, and a temperature is measured."""
    phone = hall.fields["phone"]
    fields = {**hall.fields, "phone": Requirement.OPTIONAL if phone is Requirement.REQUIRED else phone}
    return replace(hall, fields=MappingProxyType(fields), declared_temperature=False)


def _form(post: Post) -> DeskForm:
    hall = hall_of(post)
    form = DeskForm()
    form.door.choices = [SelectChoice(str(number), door.name) for number, door in sorted(hall.doors.items())]
    if not form.is_submitted():
        last = session.get("desk_door")
        form.door.data = str(last if last in hall.doors else min(hall.doors))
    form.door.flags.required = True
    form.fit(_as_asked(hall), {})
    if "companions" in form:
        form.companions.description = say("desk.companions_how")
    return form


def _page(post: Post, form: DeskForm, *, told: str = "", of_photo: str = "", twin: Twin | None = None) -> str:
    hall = hall_of(post)
    form.key.data = submissions.new_key(post.openid, hall.id, now())
    form.despite.data = ""
    form.agree.data = form.agree.data and form.is_told()
    return shown(
        post,
        "register.html",
        form=form,
        told=told,
        of_photo=of_photo,
        twin=_twin_words(twin, hall) if twin else "",
        twin_id=twin.public_id if twin else "",
        photo_words=photo_words.for_script(),
        fields=[(one, _at_desk(how)) for one, how in form.asked],
        one_door=len(hall.doors) == 1,
    )


def _at_desk(how: Mapping[str, Any]) -> dict[str, Any]:
    # What the browser knows are the clerk's own name and phone.
    return {**how, "autocomplete": "off"}


def _twin_words(twin: Twin, hall: HallFacts) -> str:
    return say("desk.twin", time=clock(twin.in_at, hall), door=door_name(twin.door, hall))
