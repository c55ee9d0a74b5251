"""When a hall is open: a week in plain words, and the days on which it is otherwise."""

from dataclasses import replace
from datetime import date
from typing import Any

from flask import Blueprint, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from wtforms import HiddenField, IntegerField, TextAreaField
from wtforms.validators import InputRequired, NumberRange

from models.rules.access import Action
from models.rules.day_exceptions import LONGEST_TEXT as LONGEST_DAYS
from models.rules.day_exceptions import read_exceptions, say_exceptions, stretches
from models.rules.halls import HallFacts
from models.rules.hours import MOST_GRACE_MINUTES, Calendar
from models.rules.opening_hours import LONGEST_TEXT, read_hours
from models.rules.refusal import Refused
from models.services.posts import Post
from web.access import needs
from web.admin.showing import Facts, HallForm, changed, form_page, hall_of, now, shown
from web.forms import accepted_by
from web.language import Phrase, asked_language, say
from web.said import hours_words

pages = Blueprint("hours", __name__)


class Week(HallForm):
    """The week as people say it, and how long after closing a visit stays open."""

    hours = TextAreaField(
        Phrase("fact.hours"), [InputRequired(), accepted_by(read_hours)], description=Phrase("admin.help.hours")
    )
    grace = IntegerField(
        Phrase("fact.grace"),
        [InputRequired(), NumberRange(0, MOST_GRACE_MINUTES)],
        description=Phrase("admin.help.grace"),
    )


@pages.route("/settings/hours", methods=["GET", "POST"])
@needs(Action.SETTINGS)
def edit(post: Post) -> ResponseReturnValue:
    """The usual week. What was understood of it stands on the page that follows."""
    hall = hall_of(post)
    form = Week(revision=hall.revision, hours=hours_words(hall.calendar), grace=hall.calendar.grace_minutes)
    if saved := changed(post, form, lambda: _stored(_week(form, hall))):
        flash(say("admin.understood", hours=hours_words(saved.hall.calendar)), "done")
        if read_hours(form.hours.data or "").names_holidays:
            flash(say("admin.holidays_by_date"), "problem")
        return redirect(url_for(".edit"), 303)
    fields: list[tuple[Any, dict[str, Any]]] = [
        (form.hours, {"rows": 4, "maxlength": LONGEST_TEXT}),
        (form.grace, {"inputmode": "numeric"}),
    ]
    further = [(url_for(".days"), say("admin.settings.days"))]
    return form_page(post, form, say("admin.settings.hours"), fields, current, further=further)


def _week(form: Week, hall: HallFacts) -> Calendar:
    read = read_hours(form.hours.data or "", hall.calendar).calendar
    return replace(read, grace_minutes=form.grace.data or 0)


def _stored(calendar: Calendar) -> dict[str, Any]:
    # The zone is the operator's to set, so a hall keeps none of its own.
    return {"calendar": {key: value for key, value in calendar.to_dict().items() if key != "zone"}}


def current(hall: HallFacts) -> Facts:
    """As it stands."""
    return [
        (say("fact.hours"), hours_words(hall.calendar)),
        (say("fact.grace"), say("said.minutes", minutes=hall.calendar.grace_minutes)),
    ]


class Days(HallForm):
    """Lines as they are pasted."""

    days = TextAreaField(Phrase("fact.days"), [InputRequired()], description=Phrase("admin.help.days"))


class Stretch(HallForm):
    """A stretch of days, from its first to its last."""

    first = HiddenField()
    last = HiddenField()


@pages.route("/settings/days", methods=["GET", "POST"])
@needs(Action.SETTINGS)
def days(post: Post) -> ResponseReturnValue:
    """Add days; those that are named again take the place of what was said of them before."""
    hall = hall_of(post)
    form = Days(revision=hall.revision)
    if changed(post, form, lambda: _with_days(form, hall), fields=dict.fromkeys(_REFUSALS, form.days)):
        return redirect(url_for(".days"), 303)
    return _days_page(post, form)


_REFUSALS = (
    "days_text_too_long", "days_nothing_read", "days_unreadable", "days_no_such_day", "days_weekday_wrong",
    "days_backwards", "days_too_long", "days_year_wrong", "days_twice", "days_hours_wrong", "days_hours_unknown",
    "days_several",
)  # fmt: skip


def _days_page(post: Post, form: Days) -> str:
    hall = hall_of(post)
    listed = [
        (say_exceptions({day: hall.calendar.exceptions[day] for day in _between(hall.calendar, first, last)},
                        asked_language()), Stretch(formdata=None, revision=hall.revision, first=first.isoformat(),
                                                   last=last.isoformat()))
        for first, last in stretches(hall.calendar.exceptions)
    ]  # fmt: skip
    if form.is_stale:
        return form_page(post, form, say("admin.settings.days"), [(form.days, {"rows": 6})], current_days)
    return shown(post, "days.html", "settings", form=form, listed=listed, longest=LONGEST_DAYS)


def current_days(hall: HallFacts) -> Facts:
    """As they stand."""
    words = say_exceptions(hall.calendar.exceptions, asked_language())
    return [(say("fact.days"), words or say("admin.no_days"))]


def _with_days(form: Days, hall: HallFacts) -> dict[str, Any]:
    calendar = hall.calendar
    read = read_exceptions(form.days.data or "", calendar.hall_day(now()), calendar)
    return _stored(replace(calendar, exceptions={**calendar.exceptions, **read}))


@pages.post("/settings/days/remove")
@needs(Action.SETTINGS)
def remove_days(post: Post) -> ResponseReturnValue:
    """On these days it is open as on others again."""
    hall = hall_of(post)
    form = Stretch()
    if changed(post, form, lambda: _without_days(form, hall)) is None and form.form_errors:
        flash(form.form_errors[0], "problem")
    return redirect(url_for(".days"), 303)


def _without_days(form: Stretch, hall: HallFacts) -> dict[str, Any]:
    try:
        first, last = (date.fromisoformat(text or "") for text in (form.first.data, form.last.data))
    except ValueError:
        raise Refused("hours_day_unreadable") from None
    calendar = hall.calendar
    gone = set(_between(calendar, first, last))
    return _stored(
        replace(calendar, exceptions={day: one for day, one in calendar.exceptions.items() if day not in gone})
    )


def _between(calendar: Calendar, first: date, last: date) -> list[date]:
    return [day for day in calendar.exceptions if first <= day <= last]
