"""What is given to whoever asks, on paper: a copy of what is kept, and what was done."""

from typing import Any

from flask.typing import ResponseReturnValue

from models.rules.access import Action
from models.rules.halls import HallFacts
from models.services import own_answers, own_requests
from models.services.own_requests import Own
from models.services.posts import Post
from web.access import needs
from web.language import say
from web.looked import row as look_row
from web.own_requests.blueprint import (
    before,
    erased_words,
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


@pages.get("/<asked>/paper")
@needs(Action.RECORDS)
def paper(post: Post, asked: str) -> ResponseReturnValue:
    """The copy, once it was noted that one is made."""
    found = own_requests.kept(post, asked, session_id(), now())
    if found is None or found.request.copied_at is None:
        return to_asking()
    hall = hall_of(post)
    return shown(
        post, "paper.html", request_row=found.request, at=moment(now(), hall), days=hall.retention_days,
        looks=[look_row(each) for each in found.looks], visits=[_visit(each, hall) for each in found.visits],
        fevers=[fever(each, hall) for each in found.fevers],
    )  # fmt: skip


@pages.get("/<asked>/receipt")
@needs(Action.RECORDS)
def receipt(post: Post, asked: str) -> ResponseReturnValue:
    """What was done for whoever asked; nothing on it tells who that was."""
    found = own_answers.receipt(post, asked, now())
    if found is None:
        return to_asking()
    hall = hall_of(post)
    request = found.request
    done = [say("own_requests.did_look", time=moment(request.at, hall), count=found.count)]
    if request.copied_at:
        done.append(say("own_requests.did_copy", time=moment(request.copied_at, hall)))
    done += [
        say("own_requests.did_correct", time=moment(at, hall), what=say(f"record.one.{field}"))
        for field, at in found.corrected
    ]
    if request.erased_at and found.erased:
        done.append(say("own_requests.did_erase", time=moment(request.erased_at, hall)))
        done += erased_words(found.erased)
    return shown(post, "receipt.html", request_row=request, at=moment(now(), hall), done=done)


def _visit(own: Own, hall: HallFacts) -> dict[str, Any]:
    return {
        "when": moment(own.visit.in_at, hall),
        "told": [*personal(own.visit), *stay(own, hall)],
        "before": before(own, hall),
        "lasts": lasts(own),
    }
