"""Opening a case: who it is, told apart from whoever else the records hold, in which days, and what for."""

from datetime import date

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue
from wtforms import DateField, Field, RadioField, SelectChoice, StringField
from wtforms.validators import InputRequired, Length, Optional

from models.rules.access import Action
from models.rules.asked import LONGEST, asked
from models.rules.refusal import Refused
from models.rules.wanted import Period, Who
from models.services.casework import cases
from models.services.casework.cases import Suspect
from models.services.posts import Post
from web.access import needs
from web.cases.asking import LONGEST as LONGEST_WHY
from web.cases.asking import Why
from web.cases.showing import hall_of, now, shown
from web.cases.wording import days as days_words
from web.cases.wording import definition, suspect_words
from web.forms import PageForm
from web.language import Phrase

pages = Blueprint("opening", __name__)

CHOOSING = "choosing"


class Ask(PageForm):
    """Who, and in which days."""

    who = StringField(
        Phrase("case.who"), [InputRequired(), Length(max=LONGEST)], description=Phrase("case.who_help")
    )  # fmt: skip
    onset = DateField(Phrase("case.onset"), [Optional()], description=Phrase("case.onset_help"))
    first = DateField(Phrase("case.first"), [Optional()], description=Phrase("case.range_help"))
    last = DateField(Phrase("case.last"), [Optional()])

    def wanted(self, today: date) -> tuple[Who, Period | None, date | None]:
        """Who is looked for, in a range or since a day; days beside the person hold, whatever the dates say. Refused
        as models.rules.asked, and with case_who_wanted."""
        said = asked(self.who.data or "", today)
        if said.who is None:
            raise Refused("case_who_wanted")
        if said.period:
            is_day = said.period.days == 1
            return said.who, None if is_day else said.period, said.period.first if is_day else None
        first, last = self.first.data, self.last.data
        if first or last:
            # The other way round is a slip of the hand, not another question.
            return said.who, Period(*sorted((first or last, last or max(today, first)))), None
        return said.who, None, self.onset.data

    def blamed(self, no: Refused) -> Field:
        """The field that a refusal is about."""
        if not no.code.startswith("period"):
            return self.who
        return self.first if self.first.data or self.last.data else self.onset if self.onset.data else self.who


class Choose(Why):
    """Which of those who were found, and what for."""

    suspect = RadioField(Phrase("case.suspect"), [InputRequired()], description=Phrase("case.suspect_help"))

    def offer(self, found: list[Suspect], labels: list[str]) -> None:
        """Let one of them be chosen; the only one is."""
        self.suspect.choices = [
            SelectChoice(one.public_id, label) for one, label in zip(found, labels, strict=True)
        ]  # fmt: skip
        if len(found) == 1 and not self.suspect.data:
            self.suspect.data = found[0].public_id


@pages.route("/new", methods=["GET", "POST"])
@needs(Action.CASES)
def new(post: Post) -> ResponseReturnValue:
    """First who and when; then which of those who were found, and what for."""
    hall = hall_of(post)
    today = hall.calendar.hall_day(now())
    form = Ask()
    if form.validate_on_submit():
        try:
            who, period, onset = form.wanted(today)
            cases.days_of(hall, period, onset, now())
            return _choosing(post, form, who, period, onset)
        except Refused as no:
            form.refuse(form.blamed(no), no)
    return shown(post, "new.html", form=form, longest=LONGEST, definition=definition(hall.tracing))


def _choosing(post: Post, ask: Ask, who: Who, period: Period | None, onset: date | None) -> ResponseReturnValue:
    hall = hall_of(post)
    found = cases.suspects(post, who, now())
    is_sent = request.form.get(CHOOSING) is not None
    form = Choose() if is_sent else Choose(formdata=None)
    form.offer(found, [suspect_words(one, hall) for one in found])
    if is_sent and form.validate():
        try:
            opened = cases.open_case(
                post, form.suspect.data, period, onset, now(), reason=form.reason, authority=form.authority.data or ""
            )  # fmt: skip
            return redirect(url_for("cases.one.shown_case", case=opened.public_id), 303)
        except Refused as no:
            if no.code in ("visit_unknown", "too_many"):
                form.refuse(form.suspect, no)
            else:
                form.refuse_why(no)
    days = cases.days_of(hall, period, onset, now())
    return shown(
        post, "choose.html", form=form, ask=ask, choosing=CHOOSING, days=days, longest=LONGEST_WHY,
        days_words=days_words(days), definition=definition(hall.tracing), kept=hall.retention_days,
    )  # fmt: skip
