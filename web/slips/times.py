"""Putting the times of an entered slip right."""

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from models.rules import masks
from models.rules.access import Action
from models.rules.refusal import Refused
from models.rules.slips import numbered
from models.rules.visits import HowOut
from models.services import slip_entry
from models.services.posts import Post
from web.access import needs
from web.language import say
from web.outside import outside
from web.slips.blueprint import hall_of, pages, shown, stay_words, told
from web.slips.fields import TimesForm


@pages.route("/<int:number>/times", methods=["GET", "POST"])
@needs(Action.DESK)
def retime(post: Post, number: int) -> ResponseReturnValue:
    """The times as they were typed, to be changed."""
    hall, now = hall_of(post), outside().clock()
    visit = slip_entry.with_slip(hall, number, now)
    if visit is None:
        raise Refused("slip_not_entered")
    if not slip_entry.may_see(post, hall, visit, now):
        raise Refused("slip_day_today")
    form = TimesForm().fit()
    if form.is_submitted():
        form.validate()
        times = form.read_times()
        if times:
            try:
                changed = slip_entry.correct(post, number, *times, now)
            except Refused as no:
                form.say_no(no)
            else:
                flash(told("retimed", changed, number, hall), "done")
                return redirect(url_for(".enter"), 303)
    else:
        form.entered.data = hall.calendar.clock(visit.in_at)
        is_written = visit.out_at is not None and visit.how_out == HowOut.STATED
        form.left.data = hall.calendar.clock(visit.out_at) if visit.out_at and is_written else ""
    facts = [
        (say("slips.slip"), numbered(number)),
        (say("step.name.label"), masks.mask_name(visit.name)),
        (say("slips.day"), f"{hall.calendar.hall_day(visit.in_at)} {stay_words(visit, hall)}"),
    ]
    return shown(post, "times.html", form=form, number=numbered(number), facts_shown=facts)
