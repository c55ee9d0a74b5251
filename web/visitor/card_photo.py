"""A photo of a card on the form of a hall: what was read goes into the fields, and nothing of it is kept."""

from collections.abc import Mapping
from typing import NamedTuple

from flask import jsonify, make_response, redirect, request, url_for
from flask.typing import ResponseReturnValue

from models.rules.card_answers import CardAnswers
from models.rules.check_in_answers import Asked
from models.rules.check_in_fields import Requirement
from models.rules.halls import HallFacts
from models.rules.masks import in_groups
from models.rules.refusal import Refused
from models.services import card_photos, limits
from models.services.limits import Limit
from web import uploads, visiting
from web.errors import asks_for_json
from web.language import refusal, say
from web.outside import outside
from web.visitor import photo_words
from web.visitor.blueprint import closed, hall_of, pages
from web.visitor.fields import CheckInForm, plain, refused_words
from web.visitor.form import OTHER, form_for, form_page, here_at


class Shown(NamedTuple):
    """What was read of one field, as the form shows it: "" for what could not be read or may not stand there. `note`:
    what is to be said beside it; "" where it is sure."""

    text: str
    note: str


class Told(NamedTuple):
    """What somebody is told of their photo; `fields` by name."""

    sentence: str
    fields: Mapping[str, Shown]


@pages.get("/h/<code>/card")
def card_again(code: str) -> ResponseReturnValue:
    """Where somebody lands who opens the address of a photo again, or in the other language: at the form."""
    who = {"who": OTHER} if request.args.get("who") == OTHER else {}
    return redirect(url_for("visitor.form", code=hall_of(code).code, **who))


@pages.post("/h/<code>/card")
def card(code: str) -> ResponseReturnValue:
    """Read the photo. A script is answered in JSON: `sentence`, and `fields` by name, each with `text` and `note`; a
    refusal is a 409 with its `sentence`. Without a script: the form with what was typed and what was read."""
    hall = hall_of(code)
    if asks_for_json():
        return visiting.remember(make_response(jsonify(as_json(_read(hall)))))
    if not hall.is_open_for_visitors:
        return closed()
    here = here_at(hall)
    form = form_for(here)
    try:
        told = _read(hall)
    except Refused as no:
        page = form_page(here, form, refusal(no))
    else:
        fill(form, told.fields)
        page = form_page(here, form, of_photo=told.sentence) if told.fields else form_page(here, form, told.sentence)
    return visiting.remember(make_response(page))


def fill(form: CheckInForm, fields: Mapping[str, Shown]) -> None:
    """Put what was read where nothing was typed; beside what was typed otherwise, say what the photo says."""
    for name, shown in fields.items():
        field = form[name]
        typed = plain(field.data or "")
        if not typed:
            field.data = shown.text
            field.note = shown.note
            if shown.note:
                form.mark(name, shown.text)
        elif shown.text and typed != plain(shown.text):
            field.note = say("card_photo.in_photo", text=shown.text)


def _read(hall: HallFacts) -> Told:
    if not hall.is_open_for_visitors:
        raise Refused("hall_not_open")
    return read_photo(hall, visiting.visitor().openid, limits.PHOTOS_BY_FORM)


def read_photo(hall: HallFacts, sender: str, limit: Limit) -> Told:
    """What is told of the photo that was sent, by somebody who may send so many, for a form of this hall."""
    photo, now = uploads.photo(), outside().clock()
    wanted = [name for name, wanted in hall.fields.items() if wanted is not Requirement.OFF]
    asked = Asked(hall, hall.calendar.hall_day(now))
    kind, found = card_photos.read(photo, sender, asked, wanted, outside().read_card, now, limit)
    return Told(photo_words.sentence(kind, found), _shown(found))


def _shown(found: CardAnswers) -> dict[str, Shown]:
    if not found.answers and not found.refused:
        return {}
    # Said at the field too: what is kept from an earlier visit would go along with another person's number.
    shown = {name: Shown("", say("card_photo.unread_here")) for name in found.unread}
    shown |= {name: Shown("", refused_words(no)) for name, no in found.refused.items()}
    for name, text in found.answers.items():
        note = say("card_photo.check") if name in found.unsure else ""
        shown[name] = Shown(in_groups(text) if name == "id_number" else text, note)
    return shown


def as_json(told: Told) -> dict[str, object]:
    """What a script is told."""
    return {"sentence": told.sentence, "fields": {name: shown._asdict() for name, shown in told.fields.items()}}
