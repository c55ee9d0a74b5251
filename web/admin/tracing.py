"""Who counts as a contact of a case: how far back, how long after it had left, for how long, and where in the hall."""

from typing import Any

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue
from wtforms import IntegerField, RadioField, SelectChoice, ValidationError
from wtforms.validators import InputRequired, NumberRange

from models.rules.access import Action
from models.rules.halls import HallFacts
from models.rules.refusal import Refused
from models.rules.tracing import AS_USUAL, MOST_LOOK_BACK_DAYS, MOST_MINUTES, Area, Definition
from models.services.posts import Post
from web.access import needs
from web.admin.showing import Facts, HallForm, changed, form_page, hall_of
from web.language import Phrase, refusal, say
from web.said import tracing_words

pages = Blueprint("tracing", __name__)


class Tracing(HallForm):
    """The numbers, and the part of the hall. `kept_days`: for how long the hall keeps its visits."""

    kept_days = MOST_LOOK_BACK_DAYS

    look_back = IntegerField(
        Phrase("tracing.look_back"),
        [InputRequired(), NumberRange(0, MOST_LOOK_BACK_DAYS)],
        description=Phrase("tracing.help.look_back"),
    )
    tail = IntegerField(
        Phrase("tracing.tail"),
        [InputRequired(), NumberRange(0, MOST_MINUTES)],
        description=Phrase("tracing.help.tail"),
    )
    least = IntegerField(
        Phrase("tracing.least"),
        [InputRequired(), NumberRange(0, MOST_MINUTES)],
        description=Phrase("tracing.help.least"),
    )
    area = RadioField(
        Phrase("tracing.area"),
        [InputRequired()],
        choices=[SelectChoice(one.value, Phrase(f"tracing.area_of.{one.value}")) for one in Area],
        description=Phrase("tracing.help.area"),
    )

    def validate_look_back(self, field: IntegerField) -> None:
        """Not further back than there are records."""
        if (field.data or 0) > self.kept_days:
            raise ValidationError(refusal(Refused("look_back_not_kept", days=self.kept_days)))


@pages.route("/settings/tracing", methods=["GET", "POST"])
@needs(Action.SETTINGS)
def edit(post: Post) -> ResponseReturnValue:
    """As the hall has it, or, where that is asked for, filled in with what is usual; nothing changes before it is
    saved."""
    hall = hall_of(post)
    is_usual = "usual" in request.args
    shown = AS_USUAL if is_usual else hall.tracing
    form = Tracing(
        revision=hall.revision, look_back=shown.look_back_days, tail=shown.tail_minutes, least=shown.least_minutes,
        area=shown.area.value,
    )  # fmt: skip
    form.kept_days = hall.retention_days
    if changed(post, form, lambda: {"tracing": _definition(form).to_dict()}):
        return redirect(url_for("admins.settings.overview"), 303)
    number = {"inputmode": "numeric", "autocomplete": "off"}
    fields: list[tuple[Any, dict[str, Any]]] = [
        (form.look_back, number), (form.tail, number), (form.least, number), (form.area, {}),
    ]  # fmt: skip
    return form_page(
        post, form, say("admin.settings.tracing"), fields, current,
        intro=say("tracing.filled_in" if is_usual else "tracing.intro"),
        further=[(url_for(".edit", usual=1), say("tracing.usual"))],
    )  # fmt: skip


def _definition(form: Tracing) -> Definition:
    return Definition(form.look_back.data or 0, form.tail.data or 0, form.least.data or 0, Area(form.area.data))


def current(hall: HallFacts) -> Facts:
    """As it stands."""
    return [*tracing_words(hall.tracing), (say("tracing.version"), str(hall.tracing.version))]
