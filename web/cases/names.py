"""The names of a case whole: what for; with four eyes, whether somebody has answered, and going on alone."""

from datetime import timedelta

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue
from wtforms import RadioField, SelectChoice, StringField
from wtforms.validators import InputRequired

from models.rules.access import Action
from models.rules.refusal import Refused
from models.services import second_eyes
from models.services.casework import case_names
from models.services.casework.case_names import ALONE_AFTER, WHY
from models.services.looking import LONGEST_REASON, OTHER
from models.services.posts import Post
from models.tables.approvals import Answer, ApprovalRow
from models.tables.cases import CaseRow
from web.access import needs
from web.cases.showing import hall_of, now, own, session_id, shown_named
from web.cases.wording import moment
from web.forms import PageForm
from web.language import Phrase, say
from web.outside import outside

pages = Blueprint("names", __name__)

_AT_WORDS = frozenset(("reason_length", "reason_personal"))


class Open(PageForm):
    """What the names are needed for."""

    why = RadioField(
        Phrase("names.why_label"), [InputRequired()],
        choices=[SelectChoice(one, Phrase(f"names.why.{one}")) for one in WHY],
    )  # fmt: skip
    words = StringField(Phrase("names.words"), description=Phrase("names.words_help"))


class Alone(PageForm):
    """Why it cannot wait for an answer."""

    alone = StringField(Phrase("names.alone_why"), description=Phrase("names.alone_help"))


@pages.route("/<case>/names", methods=["GET", "POST"])
@needs(Action.CASES)
def opening(post: Post, case: str) -> ResponseReturnValue:
    """A GET shows how it stands; the POST opens the names, asks another one, or goes on by a yes or without one."""
    row = own(post, case)
    form, alone = Open(), Alone()
    alone.alone.flags.required = True
    decision = request.form.get("decision", "")
    if request.method == "POST" and (decision or form.validate_on_submit()):
        try:
            _decided(post, row, decision, form, alone)
            return redirect(url_for(".opening", case=case), 303)
        except Refused as no:
            _refuse(form, alone, decision, no)
    return _page(post, row, form, alone)


def _decided(post: Post, row: CaseRow, decision: str, form: Open, alone: Alone) -> None:
    if decision == "approved":
        case_names.open_by_yes(post, row.public_id, session_id(), now())
    elif decision == "alone":
        case_names.open_alone(post, row.public_id, session_id(), alone.alone.data or "", now())
    else:
        case_names.open_names(post, row.public_id, session_id(), form.why.data or "", form.words.data or "", now())


def _refuse(form: Open, alone: Alone, decision: str, no: Refused) -> None:
    if decision == "alone":
        alone.refuse(alone.alone, no)
    else:
        is_of_words = no.code.startswith("words_") or no.code in _AT_WORDS or form.why.data == OTHER
        form.refuse(form.words if is_of_words else form.why, no)


@pages.get("/<case>/names/state")
@needs(Action.CASES)
def state(post: Post, case: str) -> ResponseReturnValue:
    """Whether somebody has answered, for the script of the page."""
    return {"status": _status(post, own(post, case))}


def _status(post: Post, row: CaseRow) -> str:
    """open, yes, waiting, late (one may go on alone), no, or none (nothing was asked)."""
    if case_names.opened_until(post, row, session_id(), now()):
        return "open"
    asked = case_names.question(post, row, now())
    if asked is None:
        return "no" if second_eyes.last_answer(post, case_names.KIND, row.id) is Answer.NO else "none"
    if asked.answer is Answer.YES:
        return "yes"
    return "late" if asked.asked_at + ALONE_AFTER <= now() else "waiting"


def _page(post: Post, row: CaseRow, form: Open, alone: Alone) -> ResponseReturnValue:
    until = case_names.opened_until(post, row, session_id(), now())
    asked = case_names.question(post, row, now())
    return shown_named(
        post, "names.html", until, row=row, form=alone if alone.errors else form, open_form=form, alone_form=alone,
        longest=LONGEST_REASON,
        status=_status(post, row), lacks=not (row.reason and row.authority),
        asked=_asked(asked) if asked else None,
        four_eyes=hall_of(post).four_eyes, state_url=url_for(".state", case=row.public_id),
        openings=_openings(post, row),
    )  # fmt: skip


def _asked(asked: ApprovalRow) -> dict[str, object]:
    left = max(asked.asked_at + ALONE_AFTER - now(), timedelta())
    return {
        "code": asked.code,
        "purpose": asked.purpose,
        "until": outside().time(asked.expires_at),
        "minutes": -(-int(left.total_seconds()) // 60),
    }


def _openings(post: Post, row: CaseRow) -> list[str]:
    """Who has opened the names so far, and what for."""
    hall = hall_of(post)
    return [
        say("names.opening_row", time=moment(one.at, hall), name=one.name or say("names.left_staff"),
            way=say(f"names.way.{one.way}"), reason=one.reason)
        for one in case_names.openings(post, row.public_id)
    ]  # fmt: skip
