"""The notices of a case: whom they would reach by what, before anything is sent; a test to oneself; what became of
each afterwards, which the page goes on asking for."""

import re
from collections.abc import Container, Mapping
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound
from wtforms import HiddenField

from models.phrases import has
from models.rules.access import Action
from models.rules.notices import BY_CHANNEL, KIND, MESSAGES, Fate, Told, Way
from models.rules.refusal import Refused
from models.rules.sending import Channel, NoticeTemplate
from models.services.casework import notices
from models.services.casework.notices import Plan
from models.services.posts import Post
from models.tables.cases import CaseRow
from web.access import needs
from web.cases.showing import hall_of, now, own, shown
from web.forms import Question
from web.language import refusal, say
from web.moving import LOOK_EACH, moved, tag_of
from web.outside import outside

pages = Blueprint("notices", __name__)

_TEST = re.compile("[0-9a-f]{24}")


class Sending(Question):
    """A yes to the plan that was shown."""

    key = HiddenField()


@pages.get("/<case>/notices")
@needs(Action.CASES)
def table(post: Post, case: str) -> ResponseReturnValue:
    """Who would be told by what, the words, and what became of those that were sent."""
    row = own(post, case)
    plan = notices.plan(post, case, outside().templates, now())
    live, tag = _live(post, row)
    return shown(
        post, "notices.html", row=row, plan=plan, ways=_ways(plan), done=plan.done, by_phone=plan.by_phone,
        filled=_filled(plan, MESSAGES), lacks=_lacks(post, row), question=Question(formdata=None),
        tests=[str(way) for way in _open_to_tests()], tested=_tested(post, request.args.get("test", "")),
        live=live, tag=tag, look_each=LOOK_EACH, at=_clock(post),
    )  # fmt: skip


@pages.get("/<case>/notices/live")
@needs(Action.CASES)
def live(post: Post, case: str) -> ResponseReturnValue:
    """What became of the notices, alone; 304 where that is what the browser has."""
    html, tag = _live(post, own(post, case))
    return moved(html, tag, _clock(post))


@pages.route("/<case>/notices/send", methods=["GET", "POST"])
@needs(Action.CASES)
def send(post: Post, case: str) -> ResponseReturnValue:
    """Asks first, with the words; the POST sends to whom a notice reaches, or, with `again`, to those whom the last
    one did not reach."""
    row = own(post, case)
    again = request.args.get("again") == "1"
    form = Sending()
    if form.validate_on_submit():
        try:
            sent = notices.send(post, case, form.key.data or "", outside().templates, now(), again=again)
        except Refused as no:
            flash(refusal(no), "problem")
        else:
            flash(say("notices.more_left" if sent.goes_on else "notices.sent", count=sent.count), "done")
        return redirect(url_for(".table", case=case), 303)
    plan = notices.plan(post, case, outside().templates, now())
    form.key.data = plan.key
    return shown(
        post, "notices-send.html", row=row, form=form, plan=plan, lacks=_lacks(post, row),
        filled=_filled(plan, plan.ways_again if again else plan.ways),
        count=plan.to_send_again if again else plan.to_send, ways=[] if again else _ways(plan),
    )  # fmt: skip


@pages.post("/<case>/notices/test")
@needs(Action.CASES)
def test(post: Post, case: str) -> ResponseReturnValue:
    """Sends one notice to whoever asks, by one way."""
    own(post, case)
    ways = {str(way): channel for way, channel in _open_to_tests().items()}
    wanted = ways.get(request.form.get("way", ""))
    if not Question().validate_on_submit() or wanted is None:
        return redirect(url_for(".table", case=case), 303)
    try:
        key = notices.send_test(post, case, wanted, now())
    except Refused as no:
        flash(refusal(no), "problem")
        return redirect(url_for(".table", case=case), 303)
    return redirect(url_for(".table", case=case, test=key, _anchor="tested"), 303)


def _ways(plan: Plan) -> list[tuple[str, int, str]]:
    """(by what, how many, what that means), the most welcome first; those that nobody is told by only where they are
    messages."""
    counts = plan.ways
    return [
        (say(f"notices.way.{way}"), counts[way], say(f"notices.how.{way}"))
        for way in Way
        if counts[way] or way in (Way.WINDOW, Way.TEMPLATE, Way.SUBSCRIPTION)
    ]


def _filled(plan: Plan, ways: Container[Way]) -> list[tuple[str, str, list[tuple[str, str]]]]:
    """The templates that are configured for these ways: (by what, its id, what would stand in which field)."""
    return [
        (say(f"notices.way.{BY_CHANNEL[channel]}"), template.template_id, _fields(template, plan))
        for channel in (Channel.SUBSCRIPTION, Channel.TEMPLATE)
        if BY_CHANNEL[channel] in ways and (template := outside().templates.get((KIND, channel)))
    ]


def _fields(template: NoticeTemplate, plan: Plan) -> list[tuple[str, str]]:
    """What each field is about: its name at the platform, such as thing1, says nothing to anybody."""
    filled = template.filled(plan.values)
    return [(say(f"notices.field.{value}"), filled[name]) for name, value in template.fields.items()]


def _open_to_tests() -> Mapping[Way, Channel]:
    found = {one for kind, one in outside().templates if kind == KIND} | {Channel.CUSTOM}
    return {BY_CHANNEL[one]: one for one in Channel if one in found}


def _lacks(post: Post, row: CaseRow) -> str:
    """Why nothing can be sent now: case_closed, case_reason_missing, notice_no_phone; else empty."""
    no = notices.hindrance(row, hall_of(post))
    return no.code if no else ""


def _tested(post: Post, key: str) -> str:
    """How the test that was asked for stands, in words."""
    if not key:
        return ""
    found = notices.test_state(post, key) if _TEST.fullmatch(key) else None
    if found is None:
        raise NotFound
    return said(found)


def said(fate: Fate) -> str:
    """What became of a notice, in words."""
    told = say(f"notices.told.{fate.told}")
    if not fate.why or (fate.told is Told.UNKNOWN and not has(f"notices.why.{fate.why}")):
        return told
    keys = [f"notices.wait.{fate.why}"] if fate.told is Told.QUEUED else []
    keys += [f"notices.why.{fate.why}", f"undelivered.{fate.why}", "undelivered.failed"]
    return say("notices.told_why", told=told, why=say(next(key for key in keys if has(key))))


def _live(post: Post, row: CaseRow) -> tuple[str, str]:
    """The moving part of the page, and the tag of what it shows."""
    counts = notices.counts(post, row.public_id)
    order = list(Told)
    rows = sorted(counts.items(), key=lambda one: (order.index(one[0].told), -one[1], one[0].why))
    values: dict[str, Any] = {"rows": [(said(fate), count, str(fate.told)) for fate, count in rows]}
    html = render_template("cases/notices-live.html", total=counts.total(), **values)
    return html, tag_of(html)


def _clock(post: Post) -> str:
    return f"{now().astimezone(ZoneInfo(hall_of(post).calendar.zone)):%H:%M:%S}"
