"""What a person has asked for in a hall, and asking for more."""

from datetime import timedelta

from flask import Blueprint, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from wtforms import DateField
from wtforms.validators import InputRequired

from models.rules.access import Action
from models.rules.refusal import Refused
from models.rules.wanted import Period, Wanted
from models.services import exporting, second_eyes
from models.services.posts import Post
from web.access import needs
from web.exports.showing import days, hall_of, shown, status
from web.forms import PageForm
from web.language import Phrase, say
from web.outside import outside
from web.seconds import asks

pages = Blueprint("asking", __name__)


class Ask(PageForm):
    """From which day to which."""

    first = DateField(Phrase("exports.first"), [InputRequired()])
    last = DateField(Phrase("exports.last"), [InputRequired()], description=Phrase("exports.last_help"))


@pages.route("", methods=["GET", "POST"])
@needs(Action.EXPORT)
def listed(post: Post) -> ResponseReturnValue:
    """The form, what was asked for lately, and what waits for this person's yes."""
    hall, now = hall_of(post), outside().clock()
    yesterday = hall.calendar.hall_day(now) - timedelta(days=1)
    form = Ask(first=yesterday, last=yesterday)
    if form.validate_on_submit():
        # Whoever fills them in the other way round means the same days.
        first, last = sorted((form.first.data, form.last.data))
        try:
            asked = exporting.ask(post, Wanted(Period(first, last)), now)
        except Refused as no:
            form.refuse(form.first, no)
        else:
            if first < asked.period.first:
                flash(say("retention.not_exported", day=asked.period.first.isoformat()), "problem")
            return redirect(url_for("exported.one.found", export=asked.public_id), 303)
    rows = [
        (days(row), say("exports.row", status=status(row), rows=row.rows_done or row.rows_expected,
             made=outside().time(row.made_at)), url_for("exported.one.found", export=row.public_id))
        for row in exporting.listed(post, now)
    ]  # fmt: skip
    waiting = [(asks(one), url_for("second.answer", approval=one.code)) for one in second_eyes.open_of(post, now)]
    return shown(post, "listed.html", form=form, rows=rows, waiting=waiting, kept=hall.retention_days)
