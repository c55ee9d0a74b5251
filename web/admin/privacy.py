"""How long a hall keeps visits, who has to agree to an export, and what its notice adds."""

from dataclasses import replace
from typing import Any

from flask import Blueprint, redirect, url_for
from flask.typing import ResponseReturnValue
from wtforms import BooleanField, HiddenField, IntegerField, TextAreaField, ValidationError
from wtforms.validators import InputRequired, Length

from models.rules.access import Action
from models.rules.halls import LEAST_DAYS, HallFacts
from models.rules.refusal import Refused
from models.services import halls, retention
from models.services.hall_settings import LONGEST_NOTICE
from models.services.posts import Post
from web.access import needs
from web.admin.showing import Facts, HallForm, changed, form_page, hall_of, now, shown
from web.language import Phrase, refusal, say
from web.said import yes_or_no

pages = Blueprint("privacy", __name__)

_LEAST_TEMPERATURE_DAYS = 1


class Privacy(HallForm):
    """Within what the operator allows."""

    hall: HallFacts

    days = IntegerField(Phrase("fact.retention_days"), [InputRequired()], description="")
    temperatures = IntegerField(Phrase("fact.temperature_days"), [InputRequired()], description="")
    agreed = BooleanField(Phrase("retention.agree"))
    agreed_to = HiddenField()
    four_eyes = BooleanField(Phrase("admin.four_eyes"), description=Phrase("admin.help.four_eyes"))

    def validate_days(self, field: IntegerField) -> None:
        """Not fewer than a case needs, not more than the operator allows."""
        least, most = _least_days(), halls.defaults().retention_days
        if not least <= (field.data or 0) <= most:
            raise ValidationError(refusal(Refused("days_out_of_range", least=least, most=most)))

    def validate_temperatures(self, field: IntegerField) -> None:
        """Not more than the operator allows."""
        most = halls.defaults().temperature_days
        if not _LEAST_TEMPERATURE_DAYS <= (field.data or 0) <= most:
            raise ValidationError(refusal(Refused("days_out_of_range", least=_LEAST_TEMPERATURE_DAYS, most=most)))

    def validate_agreed(self, field: BooleanField) -> None:
        """What would be erased by fewer days was seen before it is, for just these numbers of days."""
        if self.days.errors or self.temperatures.errors:
            return
        lost, meant = self._lost(), f"{self.days.data} {self.temperatures.data}"
        if lost and not (field.data and self.agreed_to.data == meant):
            field.data, self.agreed_to.data = False, meant
            raise ValidationError(" ".join(lost))

    def _lost(self) -> list[str]:
        days, temperatures = self.days.data or 0, self.temperatures.data or 0
        then, told = replace(self.hall, retention_days=days, temperature_days=temperatures), []
        if days < self.hall.retention_days and (count := retention.due(then, now())):
            told.append(say("retention.will_go", days=days, count=count))
        if temperatures < self.hall.temperature_days and (count := retention.due_temperatures(then, now())):
            told.append(say("retention.temperatures_will_go", days=temperatures, count=count))
        return told


@pages.route("/settings/privacy", methods=["GET", "POST"])
@needs(Action.SETTINGS)
def edit(post: Post) -> ResponseReturnValue:
    """Days and four eyes; these cannot be turned off where the operator wants them in every hall."""
    hall, defaults = hall_of(post), halls.defaults()
    form = Privacy(
        revision=hall.revision, days=hall.retention_days, temperatures=hall.temperature_days, four_eyes=hall.four_eyes
    )  # fmt: skip
    form.hall = hall
    form.days.description = say("admin.help.days_kept", least=_least_days(), most=defaults.retention_days)
    form.temperatures.description = say(
        "retention.temperatures_kept", least=_LEAST_TEMPERATURE_DAYS, most=defaults.temperature_days
    )
    if changed(post, form, lambda: _facts(form)):
        return redirect(url_for("admins.settings.overview"), 303)
    number = {"inputmode": "numeric"}
    fields: list[tuple[Any, dict[str, Any]]] = [(form.days, number), (form.temperatures, number)]
    if form.agreed.errors or form.agreed.data:
        fields.append((form.agreed, {}))
    if not defaults.four_eyes:
        fields.append((form.four_eyes, {}))
    intro = say("admin.four_eyes_always") if defaults.four_eyes else ""
    further = [(url_for("admins.deletions.listed"), say("retention.settings"))]
    return form_page(post, form, say("admin.settings.privacy"), fields, current, intro=intro, further=further)


def _least_days() -> int:
    return min(LEAST_DAYS, halls.defaults().retention_days)


def _facts(form: Privacy) -> dict[str, Any]:
    days = {"retention_days": form.days.data, "temperature_days": form.temperatures.data}
    return days if halls.defaults().four_eyes else {**days, "four_eyes": form.four_eyes.data}


def current(hall: HallFacts) -> Facts:
    """As it stands."""
    return [
        (say("fact.retention_days"), say("said.days", days=hall.retention_days)),
        (say("fact.temperature_days"), say("said.days", days=hall.temperature_days)),
        (say("fact.four_eyes"), yes_or_no(hall.four_eyes)),
    ]


class Notice(HallForm):
    """What the hall says in its own words."""

    text = TextAreaField(
        Phrase("fact.notice_text"), [Length(max=LONGEST_NOTICE)], description=Phrase("admin.help.notice")
    )


@pages.route("/settings/notice", methods=["GET", "POST"])
@needs(Action.SETTINGS)
def notice(post: Post) -> ResponseReturnValue:
    """The text; another one is a new version, which visitors are asked for again."""
    hall = hall_of(post)
    form = Notice(revision=hall.revision, text=hall.notice_text)
    if changed(post, form, lambda: {"notice_text": form.text.data or ""}, fields={"notice_too_long": form.text}):
        return redirect(url_for(".notice"), 303)
    if form.is_stale:
        return form_page(post, form, say("admin.settings.notice"), [(form.text, {"rows": 8})], current_notice)
    earlier = halls.stored(hall.id)[1].get("notices", {})
    versions = [
        (say("notice.version", version=number), url_for("visitor.notice", code=hall.code, version=number))
        for number in sorted(map(int, earlier), reverse=True)
    ]
    return shown(
        post, "notice.html", "settings", form=form, versions=versions, version=hall.notice_version,
        notice_url=url_for("visitor.notice", code=hall.code),
    )  # fmt: skip


def current_notice(hall: HallFacts) -> Facts:
    """As it stands."""
    return [
        (say("fact.notice_text"), hall.notice_text or say("said.nothing")),
        (say("fact.notice_version"), say("notice.version", version=hall.notice_version)),
    ]
