"""待处理: what waits for the staff of a hall, and seeing to it."""

from datetime import datetime
from typing import NamedTuple

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from wtforms import StringField

from models.phrases import has
from models.rules import masks
from models.rules.access import Action
from models.rules.halls import HallFacts
from models.rules.refusal import Refused
from models.services import second_eyes, waiting
from models.services.posts import Post
from models.services.second_eyes import Second
from models.services.waiting import Fever, Flag, Help
from models.tables.waiting import UndeliveredRow
from web.access import needs
from web.forms import PageForm, Question
from web.hall_sections import hall_sections
from web.language import Phrase, asked_language, refusal, say
from web.moving import LOOK_EACH, RELOAD_EACH, moved, tag_of
from web.outside import outside
from web.said import degrees
from web.seconds import asks

pages = Blueprint("to_do", __name__, url_prefix="/hall/<code>/waiting")

REASONS = ("measured", "mistyped", "proof")
"""Ready-made ones, which a tap gives."""
_AT_FIELD = frozenset(("reason_missing", "reason_too_long"))


class Row(NamedTuple):
    """One thing that waits, in words; url: where it is seen to; about: the page of the visit it is about."""

    head: str
    lines: tuple[str, ...]
    url: str = ""
    about: str = ""


@pages.get("")
@needs(Action.TODO)
def listed(post: Post) -> ResponseReturnValue:
    """Everything that waits, the longest ago first; a script goes on asking for it."""
    hall, now = _hall(post), outside().clock()
    html, tag = _live(post, hall, now)
    return render_template(
        "waiting/listed.html", **_frame(post), live=html, tag=tag, as_of=hall.calendar.clock(now), look_each=LOOK_EACH,
        reload_each=RELOAD_EACH,
    )  # fmt: skip


@pages.get("/live")
@needs(Action.TODO)
def live(post: Post) -> ResponseReturnValue:
    """What waits, alone; 304 where it is what the browser has."""
    hall, now = _hall(post), outside().clock()
    return moved(*_live(post, hall, now), hall.calendar.clock(now))


def _live(post: Post, hall: HallFacts, now: datetime) -> tuple[str, str]:
    """What waits, and its tag. The tokens of its buttons are others each time and make no difference, but an open page
    gets new ones by the hour, before they lapse."""
    found = waiting.all_of(hall, now)
    rows: dict[str, list[Row]] = {
        "fevers": [_fever_row(hall, one, now) for one in found.fevers],
        "helps": [_help_row(hall, one, now) for one in found.helps],
        "flags": [_flag_row(post, hall, one) for one in found.flags],
        "seconds": [_second_row(one) for one in second_eyes.open_of(post, now)],
        "undelivered": [_undelivered_row(one) for one in found.undelivered],
    }
    html = render_template("waiting/live.html", **rows, may_act=post.may(Action.DESK), form=Question(formdata=None))
    return html, tag_of(repr((rows, asked_language(), f"{now:%d %H}")))


class Release(PageForm):
    """What the thermometer says, and why somebody is let in."""

    measured = StringField(Phrase("waiting.measured"))
    reason = StringField(Phrase("waiting.reason"), description=Phrase("waiting.reason_help"))


@pages.route("/fever/<key>", methods=["GET", "POST"])
@needs(Action.DESK)
def release(post: Post, key: str) -> ResponseReturnValue:
    """One fever, and the decision on it."""
    hall, now = _hall(post), outside().clock()
    form = Release()
    form.reason.flags.required = True
    found = next((one for one in waiting.all_of(hall, now).fevers if one.key == key), None)
    if form.validate_on_submit():
        try:
            reason = request.form.get("ready") or form.reason.data or ""
            waiting.release(post, key, reason, form.measured.data or "", now)
        except Refused as no:
            if found is None or no.code.startswith("waiting_"):
                return _too_late(no)
            form.refuse(form.reason if no.code in _AT_FIELD else form.measured, no)
        else:
            flash(say("waiting.released", name=_name(found) if found else ""), "done")
            return redirect(url_for(".listed"), 303)
    if found is None:
        return _too_late(Refused("waiting_unknown"))
    form.measured.description = say("waiting.measured_help", threshold=degrees(hall.fever_tenths))
    reasons = [say(f"waiting.why_{one}") for one in REASONS]
    return render_template(
        "waiting/release.html", **_frame(post), form=form, who=_name(found), facts_shown=_facts(hall, found),
        reasons=reasons,
    )  # fmt: skip


@pages.post("/help/<key>")
@needs(Action.TODO)
def help_done(post: Post, key: str) -> ResponseReturnValue:
    """Somebody has been there."""
    hall, now = _hall(post), outside().clock()
    found = next((one for one in waiting.all_of(hall, now).helps if one.key == key), None)
    try:
        waiting.help_done(post, key, now)
    except Refused as no:
        return _too_late(no)
    flash(say("waiting.help_done_told", door=_door(hall, found.door) if found else ""), "done")
    return redirect(url_for(".listed"), 303)


@pages.post("/flag/<key>")
@needs(Action.TODO)
def flag_seen(post: Post, key: str) -> ResponseReturnValue:
    """Somebody has looked."""
    try:
        waiting.flag_seen(post, key, outside().clock())
    except Refused as no:
        return _too_late(no)
    flash(say("waiting.flag_seen_told"), "done")
    return redirect(url_for(".listed"), 303)


def _too_late(no: Refused) -> ResponseReturnValue:
    """Somebody else was quicker, or it is of another day: the list says what still waits."""
    flash(refusal(no), "problem")
    return redirect(url_for(".listed"), 303)


def _hall(post: Post) -> HallFacts:
    if post.hall is None:
        raise ValueError("these pages are a hall's")
    return post.hall


def _frame(post: Post) -> dict[str, object]:
    return {"hall": _hall(post), "sections": hall_sections(post, "waiting")}


def _door(hall: HallFacts, number: int) -> str:
    return hall.doors[number].name if number in hall.doors else say("waiting.door_gone")


def _name(one: Fever | Flag) -> str:
    return masks.mask_name(one.name) if one.name else say("waiting.unnamed")


def _minutes(since: datetime, now: datetime) -> int:
    return max(0, int((now - since).total_seconds()) // 60)


def _fever_row(hall: HallFacts, one: Fever, now: datetime) -> Row:
    since = say(
        "waiting.fever_since", door=_door(hall, one.door), time=hall.calendar.clock(one.at),
        minutes=_minutes(one.at, now),
    )  # fmt: skip
    corrected = (
        () if one.corrected_tenths is None else (say("waiting.corrected", tenths=degrees(one.corrected_tenths)),)
    )
    head = say("waiting.fever_row", name=_name(one), tenths=degrees(one.declared_tenths))
    return Row(head, (since, *corrected), url_for(".release", key=one.key))


def _facts(hall: HallFacts, one: Fever) -> list[tuple[str, str]]:
    facts = [
        (say("waiting.name"), _name(one)),
        (say("waiting.door"), _door(hall, one.door)),
        (say("waiting.declared"), f"{degrees(one.declared_tenths)}℃"),
    ]
    if one.corrected_tenths is not None:
        facts.append((say("waiting.corrected_label"), f"{degrees(one.corrected_tenths)}℃"))
    return [*facts, (say("waiting.since"), hall.calendar.clock(one.at))]


def _help_row(hall: HallFacts, one: Help, now: datetime) -> Row:
    since = say("waiting.help_since", time=hall.calendar.clock(one.at), minutes=_minutes(one.at, now))
    return Row(say("waiting.help_row", door=_door(hall, one.door)), (since,), url_for(".help_done", key=one.key))


def _flag_row(post: Post, hall: HallFacts, one: Flag) -> Row:
    key = f"waiting.flag.{one.kind}"
    who = say(
        "waiting.flag_who", name=_name(one), time=hall.calendar.clock(one.in_at), door=_door(hall, one.door)
    )  # fmt: skip
    told = say(key if has(key) else "waiting.flag.other")
    page = "hall_records.shown" if post.may(Action.RECORDS) else "desks.one_visit"
    about = url_for(page, code=hall.code, visit=one.public_id)
    return Row(who, (told,), url_for(".flag_seen", key=one.key), about)


def _second_row(one: Second) -> Row:
    until = say("waiting.second_until", time=outside().time(one.expires_at))
    return Row(asks(one), (until,), url_for("second.answer", approval=one.code))


def _undelivered_row(one: UndeliveredRow) -> Row:
    kind = f"waiting.kind.{one.kind}"
    why = f"undelivered.{one.reason}"
    head = say("waiting.undelivered_row", kind=say(kind if has(kind) else "waiting.kind.other"), count=one.messages)
    return Row(head, (say(why) if has(why) else one.reason,))


@pages.url_defaults
def _this_hall(endpoint: str, values: dict[str, str]) -> None:
    """A link from one of these pages to another one stays in the hall."""
    if request.view_args and "code" in request.view_args:
        values.setdefault("code", request.view_args["code"])
