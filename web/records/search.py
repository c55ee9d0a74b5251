"""Who was here: by days, person, matter, door, and how the exit is known; the latest first, a page at a time."""

from datetime import date, timedelta
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from wtforms import DateField, SelectChoice, SelectField, StringField
from wtforms.validators import Length, Optional

from models.rules.access import Action
from models.rules.asked import asked as asked_in_words
from models.rules.asked import words_for
from models.rules.halls import HallFacts
from models.rules.refusal import Refused
from models.rules.wanted import Exits, Period, Wanted
from models.services import questions, searching
from models.services.posts import Post
from models.services.questions import Question
from models.services.searching import Found
from web.access import needs
from web.forms import PageForm
from web.language import Phrase, asked_language, refusal, say
from web.records.blueprint import door_words, hall_of, matter_words, now, pages, row, sections

PAGE = 30
LONGEST_WHO = 100
QUICK = ("today", "yesterday", "week", "last_week", "month")
_AT_DATES = ("period_ahead", "period_not_kept")


class Search(PageForm):
    """What may be asked; empty fields ask for nothing."""

    who = StringField(Phrase("record.person"), [Length(max=LONGEST_WHO)], description=Phrase("record.person_help"))
    first = DateField(Phrase("record.first"), [Optional()])
    last = DateField(Phrase("record.last"), [Optional()])
    matter = SelectField(Phrase("record.matter"))
    door = SelectField(Phrase("record.door"))
    exits = SelectField(
        Phrase("record.exits"),
        choices=[
            SelectChoice("", Phrase("record.any")),
            *(SelectChoice(one.value, Phrase(f"record.exit.{one.value}")) for one in Exits),
        ],
    )

    def offer(self, hall: HallFacts, asked: Wanted | None = None) -> None:
        """Let the hall's matters and doors be chosen, and what was asked for, if that is none of them any more."""
        anything = SelectChoice("", say("record.any"))
        matters = dict.fromkeys(one.code for one in hall.matters)
        doors = dict.fromkeys(hall.doors)
        if asked and asked.matter:
            matters.setdefault(asked.matter)
        if asked and asked.door:
            doors.setdefault(asked.door)
        self.matter.choices = [anything, *(SelectChoice(code, matter_words(code, hall)) for code in matters)]
        self.door.choices = [anything, *(SelectChoice(str(number), door_words(number, hall)) for number in doors)]

    def wanted(self, today: date) -> Wanted:
        """What is asked for; days that stand in words beside the person hold, whatever the dates say. Refused as
        models.rules.asked."""
        text = (self.who.data or "").strip()
        said = asked_in_words(text, today) if text else Wanted()
        return Wanted(
            said.period or self._period(today),
            said.who,
            self.matter.data or None,
            int(self.door.data) if self.door.data else None,
            Exits(self.exits.data) if self.exits.data else None,
        )

    def _period(self, today: date) -> Period | None:
        first, last = self.first.data, self.last.data
        if first is None and last is None:
            return None
        # The other way round is a slip of the hand, not another question.
        return Period(*sorted((first or date.min, last or max(today, first or today))))


def filled_in(wanted: Wanted, today: date) -> dict[str, Any]:
    """The form as it asked for this."""
    period = wanted.period
    return {
        "who": words_for(wanted.who, today) if wanted.who else "",
        "first": period.first if period else None,
        "last": period.last if period else None,
        "matter": wanted.matter or "",
        "door": str(wanted.door or ""),
        "exits": wanted.exits.value if wanted.exits else "",
    }


@pages.route("", methods=["GET", "POST"])
@needs(Action.RECORDS)
def search(post: Post) -> ResponseReturnValue:
    """The POST asks and leads to the answer, whose address tells nobody whom it is about."""
    hall = hall_of(post)
    form = Search()
    form.offer(hall)
    if form.validate_on_submit():
        try:
            wanted = form.wanted(hall.calendar.hall_day(now()))
            searching.note(post, wanted, searching.count(post, wanted, now()), now())
            sealed = questions.sealed(post, Question(wanted), now())
            return redirect(url_for("hall_records.search", q=sealed, _anchor="found"), 303)
        except Refused as no:
            form.refuse(form.first if no.code in _AT_DATES else form.who, no)
    if form.is_submitted():
        return _page(post, form, None, None)
    return _answer(post, _question(post))


def _question(post: Post) -> Question:
    """What the address asks for; of today where it asks for nothing."""
    today = hall_of(post).calendar.hall_day(now())
    sealed = request.args.get("q")
    if sealed is not None:
        question = questions.opened(sealed, post, now())
        if question:
            return question
        flash(refusal(Refused("search_too_old")), "problem")
    asked = request.args.get("days", "")
    return Question(Wanted(days(asked if asked in QUICK else "today", today)))


def days(name: str, today: date) -> Period:
    """The days that one of QUICK names, as of today."""
    monday = today - timedelta(days=today.weekday())
    return {
        "today": Period(today, today),
        "yesterday": Period(today - timedelta(days=1), today - timedelta(days=1)),
        "week": Period(monday, today),
        "last_week": Period(monday - timedelta(days=7), monday - timedelta(days=1)),
        "month": Period(today.replace(day=1), today),
    }[name]


def _answer(post: Post, question: Question) -> ResponseReturnValue:
    # Today's stand there before anybody has asked: whoever then looks for somebody does not mean today alone.
    hall = hall_of(post)
    today = hall.calendar.hall_day(now())
    has_asked = "q" in request.args or "days" in request.args
    form = Search(formdata=None, data=filled_in(question.wanted, today) if has_asked else {})
    form.offer(hall, question.wanted)
    try:
        found = searching.find(post, question.wanted, now(), PAGE, question.after)
    except Refused as no:
        form.refuse(form.first, no)
        return _page(post, form, None, question)
    return _page(post, form, found, question)


def _page(post: Post, form: Search, found: Found | None, question: Question | None) -> str:
    hall = hall_of(post)
    more = ""
    if found and question and found.next:
        more = questions.sealed(post, Question(question.wanted, found.next), now())
    start = questions.sealed(post, Question(question.wanted), now()) if question and question.after else ""
    return render_template(
        "records/search.html",
        hall=hall,
        sections=sections(post),
        wide=True,
        form=form,
        quick=[(say(f"record.days.{name}"), url_for("hall_records.search", days=name)) for name in QUICK],
        found=found,
        taken=_taken(found.taken.period) if found and found.taken.period else "",
        is_cut=bool(found and question and question.wanted.period and found.taken.period != question.wanted.period),
        rows=[row(searching.masked(one), hall) for one in found.rows] if found else [],
        more_url=more and url_for("hall_records.search", q=more, _anchor="found"),
        start_url=start and url_for("hall_records.search", q=start, _anchor="found"),
        action=url_for("hall_records.search"),
        language=asked_language(),
    )


def _taken(period: Period) -> str:
    if period.days == 1:
        return say("record.of_day", first=period.first)
    return say("record.of_period", first=period.first, last=period.last)
