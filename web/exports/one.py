"""One export: how far it is; when it is there, what for, and which workbook."""

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from wtforms import RadioField, SelectChoice, StringField
from wtforms.validators import InputRequired, Length

from models.rules.access import Action
from models.rules.refusal import Refused
from models.services import exporting, second_eyes
from models.services.posts import Post
from models.services.second_eyes import LONGEST_PURPOSE
from models.tables.approvals import Answer
from models.tables.exports import ExportRow, Kind, Status
from web.access import device, in_wechat, needs, signed_in
from web.confirming import confirm_page
from web.exports.showing import days, hall_of, own, shown, status
from web.forms import PageForm, Question
from web.language import Phrase, refusal, say
from web.outside import outside

pages = Blueprint("one", __name__)

PURPOSES = ("tracing", "inspection", "statistics", "request")
OTHER = "other"
_NO_DOWNLOADS = ("harmony", "phone", "tablet")
"""Where the browser within WeChat saves no files."""


class Take(PageForm):
    """What for, and which of the two."""

    why = RadioField(
        Phrase("exports.why"), [InputRequired()],
        choices=[SelectChoice(one, Phrase(f"exports.purpose.{one}")) for one in (*PURPOSES, OTHER)],
    )  # fmt: skip
    more = StringField(
        Phrase("exports.more"), [Length(max=LONGEST_PURPOSE - 30)], description=Phrase("exports.more_help")
    )
    kind = RadioField(
        Phrase("exports.which"), [InputRequired()], default=Kind.MASKED.value,
        choices=[SelectChoice(one.value, Phrase(f"exports.which_{one.value}")) for one in (Kind.MASKED, Kind.FULL)],
    )  # fmt: skip

    @property
    def purpose(self) -> str:
        """What is kept of it: always in the language of the workbook."""
        said = "" if self.why.data == OTHER else str(say(f"exports.purpose.{self.why.data}"))
        return f"{said}：{self.more.data}" if said and self.more.data else said or str(self.more.data or "")


@pages.route("/<export>", methods=["GET", "POST"])
@needs(Action.EXPORT)
def found(post: Post, export: str) -> ResponseReturnValue:
    """How far it is; once it is there, the form whose POST opens a copy to this session."""
    row = own(post, export)
    form = Take()
    if row.status is Status.READY and request.method == "POST":
        # With a second pair of eyes' yes there is nothing left to fill in.
        approved = _approved(post, row) if request.form.get("decision") == "approved" else ""
        if approved or form.validate():
            try:
                return _taken(post, row, Kind.FULL if approved else Kind(form.kind.data), approved or form.purpose)
            except Refused as no:
                form.refuse(form.more if no.code.startswith("purpose") else form.kind, no)
    is_closed = in_wechat() and device().partition(".")[0] in _NO_DOWNLOADS
    return shown(
        post, "one.html", form=form, row=row, days=days(row), status=status(row), is_closed=is_closed,
        facts_shown=_facts(row), cancel_url=url_for(".cancel", export=export), login_url=f"{outside().base_url}/login",
        state_url=url_for(".state", export=export), is_building=row.status in (Status.WANTED, Status.WORKING),
        asked=_asked(post, row), four_eyes=hall_of(post).four_eyes, copies=_copies(row),
    )  # fmt: skip


def _taken(post: Post, row: ExportRow, kind: Kind, purpose: str) -> ResponseReturnValue:
    """On to the copy, or back to the page, which shows the code to pass on."""
    who = signed_in()
    session_id = who.session.public_id if who else ""
    number = exporting.take_copy(post, row.public_id, kind, purpose, session_id, outside().clock())
    if number is None:
        return redirect(url_for(".found", export=row.public_id), 303)
    return redirect(url_for("exported.downloading.copy", export=row.public_id, number=number), 303)


def _approved(post: Post, row: ExportRow) -> str:
    """What the full workbook may be taken for, by somebody else's yes; empty without one."""
    said = second_eyes.state_of(post, exporting.KIND, row.id, outside().clock())
    return said.purpose if said is not None and said.answer is Answer.YES else ""


def _facts(row: ExportRow) -> list[tuple[str, str]]:
    facts = [
        (say("exports.label.condition" if row.case_id is not None else "exports.period"), days(row)),
        (say("exports.rows"), str(row.rows_done if row.status is Status.READY else row.rows_expected)),
        (say("exports.asked_at"), outside().time(row.made_at)),
        (say("exports.expires_at"), outside().time(row.expires_at)),
    ]
    if row.rows_faulty:
        facts.append((say("exports.faulty"), say("exports.faulty_rows", count=row.rows_faulty)))
    return facts


def _asked(post: Post, row: ExportRow) -> dict[str, object] | None:
    """How the question to a second pair of eyes stands, if one was asked."""
    now = outside().clock()
    said = second_eyes.state_of(post, exporting.KIND, row.id, now)
    if said is not None:
        until = outside().time(said.expires_at)
        return {"is_yes": said.answer is Answer.YES, "code": said.code, "purpose": said.purpose, "until": until}
    is_no = second_eyes.last_answer(post, exporting.KIND, row.id) is Answer.NO
    return {"is_no": True} if is_no else None


def _copies(row: ExportRow) -> list[tuple[str, str]]:
    """The copies taken so far, those that are still open with the way there."""
    now = outside().clock()
    who = signed_in()
    mine = who.session.public_id if who else ""
    return [
        (
            say("exports.copy_row", number=one.number, kind=say(f"exports.kind.{one.kind}"), purpose=one.purpose,
                made=outside().time(one.made_at)),
            url_for("exported.downloading.copy", export=row.public_id, number=one.number)
            if row.status is Status.READY and now < one.opened_until and one.session_id == mine else "",
        )
        for one in exporting.copies(row)
    ]  # fmt: skip


@pages.get("/<export>/state")
@needs(Action.EXPORT)
def state(post: Post, export: str) -> ResponseReturnValue:
    """How far it is, for the script of the page."""
    row = own(post, export)
    return {"status": str(row.status), "done": row.rows_done, "expected": row.rows_expected}


@pages.route("/<export>/cancel", methods=["GET", "POST"])
@needs(Action.EXPORT)
def cancel(post: Post, export: str) -> ResponseReturnValue:
    """Asks first."""
    row = own(post, export)
    question = Question()
    if request.method == "POST" and question.validate_on_submit():
        try:
            exporting.cancel(post, row.public_id, outside().clock())
        except Refused as no:
            flash(refusal(no), "problem")
        else:
            flash(say("exports.cancelled"), "done")
        return redirect(url_for(".found", export=export), 303)
    back = url_for(".found", export=export)
    return confirm_page(
        say("exports.cancel_title"), [say("exports.cancel_then")], say("exports.cancel"), back, question
    )
