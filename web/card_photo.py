"""A photo of a card on the form of a hall: read, and what was read goes into the fields. Nothing of it is kept."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from flask import Blueprint, jsonify, make_response, redirect, url_for
from flask.typing import ResponseReturnValue

from models.rules.card_answers import CardAnswers
from models.rules.check_in_answers import Asked
from models.rules.check_in_fields import Requirement
from models.rules.documents import CardKind
from models.rules.halls import HallFacts
from models.rules.masks import in_groups
from models.rules.refusal import Refused
from models.services import card_photos
from web import uploads, visiting
from web.language import refusal, say
from web.outside import outside
from web.said import joined
from web.visitor import hall_with

pages = Blueprint("card_photo", __name__)

TIMEOUT_SECONDS = 30
"""How long the page's script waits for a photo to be sent and read."""

_WORDS = ("preparing", "reading", "cancelled", "offline", "failed", "check", "use")


class Shown(NamedTuple):
    """What was read of one field, as the form shows it. `note`: what is to be said beside it; "" where it is sure."""

    text: str
    note: str


class Told(NamedTuple):
    """What somebody is told of their photo. `fields` holds what was read and what may not stand (with no text), by
    field of the check-in."""

    sentence: str
    fields: Mapping[str, Shown]


@pages.get("/h/<code>/card")
def form(code: str) -> ResponseReturnValue:
    """Where somebody lands who opens the address of a photo again, or in the other language: at the form."""
    return redirect(url_for("visitor.door", code=hall_with(code).code, direction="in"))


@pages.post("/h/<code>/card")
def read(code: str) -> ResponseReturnValue:
    """Read the photo. To the page's script in JSON: `sentence`, and `fields` by name with `text` and `note`; a refusal
    is a 409 with its `sentence`."""
    hall = hall_with(code)
    if not hall.is_open_for_visitors:
        raise Refused("hall_not_open")
    told = _read(hall)
    answer: dict[str, Any] = {
        "sentence": told.sentence,
        "fields": {name: shown._asdict() for name, shown in told.fields.items()},
    }
    return visiting.remember(make_response(jsonify(answer)))


def _read(hall: HallFacts) -> Told:
    photo, now = uploads.photo(), outside().clock()
    wanted = [name for name, wanted in hall.fields.items() if wanted is not Requirement.OFF]
    asked = Asked(hall, hall.calendar.hall_day(now))
    kind, found = card_photos.read(photo, visiting.visitor().openid, asked, wanted, outside().read_card, now)
    return Told(_sentence(kind, found), _shown(found))


def _shown(found: CardAnswers) -> dict[str, Shown]:
    shown = {name: Shown("", refusal(no)) for name, no in found.refused.items()}
    for name, text in found.answers.items():
        note = say("card_photo.check") if name in found.unsure else ""
        shown[name] = Shown(in_groups(text) if name == "id_number" else text, note)
    return shown


def _sentence(kind: CardKind, found: CardAnswers) -> str:
    if not found.answers and not found.refused:
        return say(f"card_photo.kind.{kind}")
    sentence = say("card_photo.read_unsure" if found.unsure else "card_photo.read")
    if found.unread:
        missing = joined(say(f"step.{name}.label") for name in found.unread)
        sentence = say("card_photo.then", first=sentence, second=say("card_photo.unread", fields=missing))
    return sentence


def words() -> dict[str, str]:
    """What the script says, in the language of the page; a value that it fills in itself stands in braces."""
    return {
        **{name: say(f"card_photo.{name}") for name in _WORDS},
        "in_photo": say("card_photo.in_photo", text="{text}"),
        "sending": say("card_photo.sending", percent="{percent}"),
        "slow": say("card_photo.slow", seconds=TIMEOUT_SECONDS),
        "too_large": say("refused.photo_too_large", most=uploads.MOST_MEGABYTES),
    }
