"""The open cases of all halls, and where else the person of one was; never who it is."""

from itertools import groupby
from zoneinfo import ZoneInfo

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound

from models.rules.access import Action
from models.rules.halls import HallFacts
from models.rules.refusal import Refused
from models.services.casework import elsewhere
from models.services.casework.elsewhere import Elsewhere, OpenCase
from models.services.posts import Post
from models.tables.found_visits import Place
from web.access import operator_needs
from web.confirming import confirm_page
from web.forms import Question
from web.language import asked_language, refusal, say
from web.operator.blueprint import page_from, page_place, pages, until_now
from web.outside import outside


@pages.get("/cases")
@operator_needs(Action.ELSEWHERE)
def cases(post: Post) -> str:
    """Those that are worked on; a further page by the place that the one before ended with."""
    asked = request.args.get("before", "")
    rows, goes_on = elsewhere.open_cases(post, until_now(), Place(*page_from(asked, until_now(), 2**31 - 1)))
    return render_template(
        "operator/cases.html",
        rows=[_row(one) for one in rows],
        more_url=url_for("operators.cases", before=page_place(*goes_on)) if goes_on else "",
        first_url=url_for("operators.cases") if asked else "",
    )


def _row(one: OpenCase) -> dict[str, str]:
    state = "suspended" if not one.hall.is_open_for_visitors else "traced" if one.case.is_traced else "tracing"
    return {
        "url": url_for("operators.case", case=one.case.public_id),
        "name": _name(one),
        "days": _days(one),
        "contacts": say("elsewhere.contacts", count=one.case.contacts),
        "opened": outside().time(one.case.opened_at),
        "state": say(f"elsewhere.state.{state}"),
    }


def _name(one: OpenCase) -> str:
    return say("elsewhere.name", hall=one.hall.name, number=one.case.number)


def _days(one: OpenCase) -> str:
    first, last = one.case.asked_first, one.case.last
    return first.isoformat() if first == last else say("elsewhere.days", first=first, last=last)


@pages.get("/cases/<case>")
@operator_needs(Action.ELSEWHERE)
def case(post: Post, case: str) -> str:
    """One of them, and the stays of its person in other halls."""
    found = _one(post, case)
    stays = elsewhere.stays(post, case, outside().clock())
    halls = [list(of_hall) for _, of_hall in groupby(stays, key=lambda stay: stay.hall.id)]
    return render_template(
        "operator/case.html", name=_name(found), days=_days(found), row=_row(found),
        halls=[_of_hall(case, of_hall) for of_hall in halls],
    )  # fmt: skip


def _of_hall(case: str, stays: list[Elsewhere]) -> dict[str, object]:
    hall, number = stays[0].hall, stays[0].number
    return {
        "name": hall.name,
        "where": hall.region_name,
        "stays": [_stay(stay) for stay in stays],
        "number": number,
        "waits": not hall.is_open_for_visitors,
        "open_url": url_for("operators.open_there", case=case, visit=stays[0].public_id),
    }


def _stay(stay: Elsewhere) -> dict[str, str]:
    hall, matter, door = stay.hall, stay.hall.matter(stay.matter), stay.hall.doors.get(stay.door)
    came = say(f"elsewhere.at.{stay.sure_in}", time=_clock(stay, hall, is_exit=False))
    left = say(f"elsewhere.at.{stay.sure_out}", time=_clock(stay, hall, is_exit=True))
    span = "elsewhere.inside" if stay.is_inside else "elsewhere.from_to"
    words = [door.name if door else "", matter.label(asked_language()) if matter else ""]
    return {
        "day": hall.calendar.hall_day(stay.in_at).isoformat(),
        "span": say(span, came=came, left=left),
        "what": " ".join(word for word in words if word),
    }


def _clock(stay: Elsewhere, hall: HallFacts, *, is_exit: bool) -> str:
    """The time of day; of an exit on another day the day too."""
    at = stay.left_at if is_exit else stay.in_at
    is_same_day = hall.calendar.hall_day(at) == hall.calendar.hall_day(stay.in_at)
    return f"{at.astimezone(ZoneInfo(hall.calendar.zone)):{'%H:%M' if is_same_day else '%m-%d %H:%M'}}"


@pages.route("/cases/<case>/<visit>/open", methods=["GET", "POST"])
@operator_needs(Action.ELSEWHERE)
def open_there(post: Post, case: str, visit: str) -> ResponseReturnValue:
    """在该厅建案."""
    found = _one(post, case)
    back_url = url_for("operators.case", case=case)
    form = Question()
    if form.validate_on_submit():
        try:
            there = elsewhere.open_there(post, case, visit, outside().clock())
        except Refused as no:
            flash(refusal(no), "problem")
        else:
            done = "elsewhere.opened" if there.is_new else "elsewhere.there"
            flash(say(done, hall=there.hall.name, number=there.number), "done")
        return redirect(back_url, 303)
    sentences = [say("elsewhere.open_then"), say("elsewhere.open_days", days=_days(found))]
    return confirm_page(say("elsewhere.open_ask"), sentences, say("elsewhere.open"), back_url, form)


def _one(post: Post, public_id: str) -> OpenCase:
    found = elsewhere.one(post, public_id)
    if found is None:
        raise NotFound
    return found
