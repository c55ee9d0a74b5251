"""What a hall asks of visitors, and from which temperature on it looks twice."""

from decimal import Decimal
from typing import Any

from flask import Blueprint, redirect, url_for
from flask.typing import ResponseReturnValue
from wtforms import DecimalField, Field, Form, RadioField, SelectChoice, SelectField
from wtforms.validators import InputRequired, NumberRange, StopValidation

from models.rules.access import Action
from models.rules.check_in_fields import NEVER_REQUIRED, Requirement
from models.rules.halls import HallFacts
from models.rules.health import HIGHEST_TENTHS, LOWEST_TENTHS
from models.services.posts import Post
from web.access import needs
from web.admin.showing import Facts, HallForm, changed, form_page, hall_of
from web.language import Phrase, say
from web.said import degrees, field_words, joined, temperature_words

pages = Blueprint("asked", __name__)

_WANTED = [SelectChoice(one.value, Phrase(f"said.requirement.{one.value}")) for one in Requirement]
_AT_MOST_OPTIONAL = [one for one in _WANTED if one.value != Requirement.REQUIRED]


def _select(name: str) -> SelectField:
    choices = _AT_MOST_OPTIONAL if name in NEVER_REQUIRED else _WANTED
    return SelectField(Phrase(f"step.{name}.label"), [InputRequired()], choices=choices)


class Asked(HallForm):
    """Every field but the name, which is always asked."""

    id_number = _select("id_number")
    phone = _select("phone")
    address = _select("address")
    matter = _select("matter")
    temperature = _select("temperature")
    companions = _select("companions")


NAMES = ("id_number", "phone", "address", "matter", "temperature", "companions")


@pages.route("/settings/fields", methods=["GET", "POST"])
@needs(Action.SETTINGS)
def edit(post: Post) -> ResponseReturnValue:
    """Which of them are required, optional or not asked."""
    hall = hall_of(post)
    form = Asked(revision=hall.revision, **{name: hall.fields[name].value for name in NAMES})
    if changed(post, form, lambda: {"fields": {name: form[name].data for name in NAMES}}):
        return redirect(url_for("admins.settings.overview"), 303)
    fields: list[tuple[Any, dict[str, Any]]] = [(form[name], {}) for name in NAMES]
    return form_page(post, form, say("admin.settings.fields"), fields, current, intro=say("admin.help.fields"))


def current(hall: HallFacts) -> Facts:
    """As it stands."""
    return [("", joined(field_words(name, wanted) for name, wanted in hall.fields.items()))]


def _number(form: Form, field: Field) -> None:
    """Not one of the texts that Python takes for a number and cannot compare."""
    if field.data is not None and not field.data.is_finite():
        raise StopValidation(say("form.number"))


class HowWarm(HallForm):
    """Told or measured, and from what on it counts as fever."""

    kind = RadioField(
        Phrase("fact.declared_temperature"),
        [InputRequired()],
        choices=[SelectChoice(one, Phrase(f"said.temperature.{one}")) for one in ("declared", "reading")],
    )
    fever = DecimalField(
        Phrase("fact.fever_tenths"),
        [InputRequired(), _number, NumberRange(Decimal(LOWEST_TENTHS) / 10, Decimal(HIGHEST_TENTHS) / 10)],
        places=1,
        description=Phrase("admin.help.fever"),
    )


@pages.route("/settings/temperature", methods=["GET", "POST"])
@needs(Action.SETTINGS)
def temperature(post: Post) -> ResponseReturnValue:
    """How a temperature is asked for, and what is a fever."""
    hall = hall_of(post)
    form = HowWarm(
        revision=hall.revision,
        kind="declared" if hall.declared_temperature else "reading",
        fever=Decimal(hall.fever_tenths) / 10,
    )
    if changed(post, form, lambda: _warmth(form)):
        return redirect(url_for("admins.settings.overview"), 303)
    fields: list[tuple[Any, dict[str, Any]]] = [(form.kind, {}), (form.fever, {"inputmode": "decimal"})]
    return form_page(post, form, say("admin.settings.temperature"), fields, current_temperature)


def _warmth(form: HowWarm) -> dict[str, Any]:
    return {"declared_temperature": form.kind.data == "declared", "fever_tenths": round((form.fever.data or 0) * 10)}


def current_temperature(hall: HallFacts) -> Facts:
    """As it stands."""
    return [
        (say("fact.declared_temperature"), temperature_words(hall.declared_temperature)),
        (say("fact.fever_tenths"), degrees(hall.fever_tenths)),
    ]
