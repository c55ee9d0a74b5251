"""Everything that is kept of whoever asks, to take along: one file for machines and one page for paper."""

import json
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, redirect, render_template, session, url_for
from flask.typing import ResponseReturnValue

from models.rules import masks
from models.rules.halls import HallFacts
from models.rules.visits import HowIn, HowOut, certainty_in, certainty_out
from models.services import looked, own_export
from models.services.own_export import Everything, OwnFever, OwnStay
from models.tables.found_visits import UNREADABLE
from web import access
from web.forms import Question
from web.language import asked_language, say
from web.outside import outside
from web.records.blueprint import door_words, entry_words, exit_words, matter_words, moment, readable
from web.records.record import changed_words, replaced_words, warmth_words
from web.said import degrees
from web.visiting import visitor

pages = Blueprint("own_export", __name__, url_prefix="/me/export")

OPEN_SECONDS = 600
"""So long after the yes the file can be had, as often as a browser asks for it, in the session that said it."""
_KEPT = "own_export"
Facts = list[tuple[str, str]]


@pages.before_request
def _asks_the_platform() -> ResponseReturnValue | None:
    return access.to_sign_in() if access.must_authorize() else None


@pages.route("", methods=["GET", "POST"])
def ask() -> ResponseReturnValue:
    """What is in it; the POST opens it for some minutes. Not in a browser, which may be anybody's by tomorrow."""
    who, now = visitor(), outside().clock()
    if not who.is_in_wechat:
        return render_template(
            "error.html", title=say("rights.export_title"), sentence=say("rights.export_browser"),
            further=(url_for("own_data.shown"), say("rights.back")),
        )  # fmt: skip
    form = Question()
    if form.validate_on_submit():
        own_export.note(who.openid, now)
        session[_KEPT] = [_session(), int(now.timestamp()) + OPEN_SECONDS]
        return redirect(url_for("own_export.ask"), 303)
    return render_template("own_export.html", form=form, is_open=_is_open(), minutes=OPEN_SECONDS // 60)


@pages.get("/my-data.json")
def file() -> ResponseReturnValue:
    """The file for machines: JSON, times with their zone, codes as this service stores them."""
    if not _is_open():
        return redirect(url_for("own_export.ask"), 303)
    found = own_export.everything(visitor().openid, outside().clock())
    response = Response(json.dumps(written(found), ensure_ascii=False, indent=1), mimetype="application/json")
    response.headers["Content-Disposition"] = "attachment; filename=my-data.json"
    return response


@pages.get("/page")
def page() -> ResponseReturnValue:
    """The same for paper."""
    if not _is_open():
        return redirect(url_for("own_export.ask"), 303)
    found = own_export.everything(visitor().openid, outside().clock())
    return render_template(
        "own_export_page.html",
        made_at=outside().time(found.made_at),
        profile=_profile(found),
        agreed=[f"{hall.name} {say('notice.version', version=version)}" for hall, version in _consents(found)],
        stays=[_stay(one) for one in found.stays],
        fevers=[_fever(one) for one in found.fevers],
        looks=[_look(one, found) for one in found.looks],
        withheld=looked.withheld(asked_language()),
    )


def _session() -> str:
    who = access.signed_in()
    return who.session.public_id if who else ""


def _is_open() -> bool:
    """Whether this session has said yes lately."""
    kept = session.get(_KEPT)
    if not (isinstance(kept, list) and len(kept) == 2 and isinstance(kept[1], int)):
        return False
    return bool(_session()) and kept[0] == _session() and outside().clock().timestamp() < kept[1]


# --- for paper ---


def _consents(found: Everything) -> list[tuple[HallFacts, int]]:
    return found.data.consents if found.data else []


def _profile(found: Everything) -> Facts:
    if found.data is None:
        return []
    kept = [(say(f"step.{name}.label"), _shown(name, text)) for name, text in found.data.profile.items() if text]
    until = say(
        "my_data.until", used=outside().time(found.data.used_at)[:10], until=outside().time(found.data.until)[:10]
    )
    return [
        *kept,
        (say("my_data.language"), say(f"my_data.language_{found.data.language}")),
        (say("my_data.how_long"), until),
    ]


def _shown(field: str, text: str) -> str:
    return masks.in_groups(text) if field in ("id_number", "phone") and text != UNREADABLE else readable(text)


def _stay(one: OwnStay) -> dict[str, Any]:
    visit, hall = one.visit, one.hall
    facts = [
        (say("record.one.entry"), entry_words(visit, hall)),
        (say("record.one.exit"), exit_words(visit.out_at, visit.how_out, hall)),
        (say("record.one.door"), door_words(visit.door, hall)),
        (say("record.one.matter"), matter_words(visit.matter, hall)),
        (say("record.one.temperature"), warmth_words(visit)),
    ]
    given = {name: getattr(visit, name) for name in ("name", "id_number", "phone", "address", "remark")}
    facts += [(say(f"record.one.{name}"), _shown(name, value)) for name, value in given.items() if value]
    return {
        "title": f"{hall.name} {moment(visit.in_at, hall)[:10]}",
        "facts": [(label, value) for label, value in facts if value],
        "changes": [
            *(replaced_words(each, hall) for each in one.earlier),
            *(changed_words(each, hall, is_whole=True) for each in one.replaced),
        ],
        "companions": [
            " ".join(filter(None, (readable(each.name), each.id_number, each.phone))) for each in one.companions
        ],
    }  # fmt: skip


def _fever(one: OwnFever) -> str:
    readings = [one.declared_tenths, one.corrected_tenths, one.measured_tenths]
    return f"{moment(one.at, one.hall)} {one.hall.name} {' → '.join(degrees(each) for each in readings if each)}"


def _look(one: looked.Seen, found: Everything) -> str:
    told = looked.said(one, asked_language())
    return f"{outside().time(one.at)} {told.hall} {told.role} {told.what} {told.why} {told.times}".strip()


# --- for machines ---


def written(found: Everything) -> dict[str, Any]:
    """Everything as JSON holds it."""
    data = found.data
    return {
        "made_at": _at(found.made_at, outside().zone),
        "profile": {name: text for name, text in data.profile.items() if text} if data else {},
        "language": data.language if data else None,
        "last_used": _at(data.used_at, outside().zone) if data else None,
        "kept_until": _at(data.until, outside().zone) if data else None,
        "consents": [{"hall": hall.name, "notice_version": version} for hall, version in _consents(found)],
        "notices_agreed_to": found.notices,
        "visits": [_visit(one) for one in found.stays],
        "fevers": [_written_fever(one) for one in found.fevers],
        "looks": [_written_look(one) for one in found.looks],
    }


def _visit(one: OwnStay) -> dict[str, Any]:
    visit, zone = one.visit, ZoneInfo(one.hall.calendar.zone)
    how_out = HowOut(visit.how_out) if visit.how_out else None
    return {
        "hall": one.hall.name,
        "door": door_words(visit.door, one.hall),
        "entered_at": _at(visit.in_at, zone),
        "entered_how": visit.how_in,
        "entered_certainty": certainty_in(HowIn(visit.how_in)),
        "left_at": _at(visit.out_at, zone),
        "left_how": how_out,
        "left_certainty": certainty_out(how_out) if how_out else None,
        "matter": matter_words(visit.matter, one.hall) or None,
        "temperature": visit.temperature_tenths / 10 if visit.temperature_tenths else None,
        "temperature_how": visit.temperature_source,
        "registered_by": visit.registered_by,
        **{name: getattr(visit, name) for name in ("name", "id_kind", "id_number", "phone", "address", "remark")},
        "earlier_exits": [
            {"replaced_at": _at(each.at, zone), "by": each.by, "left_at": _at(each.out_at, zone), "how": each.how_out}
            for each in one.earlier
        ],
        "earlier_values": [
            {"replaced_at": _at(each.at, zone), "field": each.field, "value": each.earlier} for each in one.replaced
        ],
        "companions": [
            {name: getattr(each, name) for name in ("name", "id_number", "phone")} for each in one.companions
        ],
    }  # fmt: skip


def _written_fever(one: OwnFever) -> dict[str, Any]:
    readings = {"declared": one.declared_tenths, "corrected": one.corrected_tenths, "measured": one.measured_tenths}
    degrees_of = {name: tenths / 10 if tenths else None for name, tenths in readings.items()}
    return {
        "hall": one.hall.name,
        "at": _at(one.at, ZoneInfo(one.hall.calendar.zone)),
        **degrees_of,
        "is_over": one.is_over,
    }


def _written_look(one: looked.Seen) -> dict[str, Any]:
    told = looked.said(one, asked_language())
    return {
        "at": _at(one.at, outside().zone), "hall": told.hall, "role": told.role, "what": told.what, "why": told.why,
        "times": one.times,
    }  # fmt: skip


def _at(moment: datetime | None, zone: ZoneInfo) -> str | None:
    return moment.astimezone(zone).isoformat(timespec="seconds") if moment else None
