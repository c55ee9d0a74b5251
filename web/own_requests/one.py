"""What a request shows: all that the hall keeps of whoever asks, and what may be done about it."""

from math import ceil
from typing import Any

from flask import make_response, redirect, url_for
from flask.typing import ResponseReturnValue

from models.rules.access import Action
from models.rules.halls import HallFacts
from models.services import own_requests
from models.services.own_requests import MOST, Kept, Own
from models.services.posts import Post
from web.access import needs
from web.forms import Question
from web.looked import row as look_row
from web.own_requests.blueprint import (
    before,
    fever,
    hall_of,
    lasts,
    now,
    pages,
    personal,
    session_id,
    shown,
    stay,
    to_asking,
)
from web.records.blueprint import moment


@pages.get("/<asked>")
@needs(Action.RECORDS)
def one(post: Post, asked: str) -> ResponseReturnValue:
    """Every visit, whole, to whoever asked in this browser, for some minutes."""
    found = own_requests.kept(post, asked, session_id(), now())
    if found is None:
        return to_asking()
    hall = hall_of(post)
    page = shown(
        post, "one.html", request_row=found.request, until=moment(found.until, hall)[-5:], most=MOST,
        unlike=found.request.unlike, is_cut=found.is_cut, has_account=found.has_account,
        visits=[_visit(each, hall) for each in found.visits], looks=[look_row(each) for each in found.looks],
        fevers=[fever(each, hall) for each in found.fevers],
        form=Question(formdata=None), may_erase=_is_left(found),
    )  # fmt: skip
    response = make_response(page)
    # Nobody leaves it standing open: the browser asks anew once its time is over.
    response.headers["Refresh"] = str(max(1, ceil((found.until - now()).total_seconds())))
    return response


@pages.get("/<asked>/copy")
@needs(Action.RECORDS)
def copy_again(post: Post, asked: str) -> ResponseReturnValue:
    """Where somebody lands who opens the address of the button: at what the request shows."""
    return redirect(url_for("counter.one", asked=asked))


@pages.post("/<asked>/copy")
@needs(Action.RECORDS)
def copy(post: Post, asked: str) -> ResponseReturnValue:
    """Note that it is printed, and show the paper."""
    if not Question().validate_on_submit() or not own_requests.note_copy(post, asked, session_id(), now()):
        return to_asking()
    return redirect(url_for("counter.paper", asked=asked), 303)


def _is_left(found: Kept) -> bool:
    """Whether there is anything to erase."""
    return any(not each.is_erased and not each.is_waiting for each in found.visits) or any(
        each.name for each in found.fevers
    )


def _visit(own: Own, hall: HallFacts) -> dict[str, Any]:
    return {
        "when": moment(own.visit.in_at, hall),
        "stay": stay(own, hall),
        "personal": personal(own.visit),
        "before": before(own, hall),
        "lasts": lasts(own),
        "is_erased": own.is_erased,
        "is_inside": own.visit.out_at is None,
        "correct_url": url_for("desks.one_visit", visit=own.visit.public_id),
    }
