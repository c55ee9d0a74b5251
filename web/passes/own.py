"""The pass of whoever asks: live while they are inside, over once they are out."""

import hashlib
from datetime import datetime
from zoneinfo import ZoneInfo

from flask import Response, jsonify, render_template, request
from flask.typing import ResponseReturnValue

from models.adapters import qr_codes
from models.rules import passes
from models.services import consents
from models.services import passes as stays
from models.services.passes import Pass
from web import access
from web.language import asked_language
from web.outside import outside
from web.passes.blueprint import facts, left, pages, sign
from web.sign_in import drawn
from web.visiting import remember, visitor

LOOK_EACH_SECONDS = 15
"""How often an open page asks for a newer code; one lives at least four times as long."""


@pages.get("/pass")
def own() -> ResponseReturnValue:
    """The stay that somebody is in, with a code of this moment; or when they left; or where to get a pass."""
    if access.must_authorize():
        return access.to_sign_in()
    now = outside().clock()
    found = stays.own(visitor().openid, now)
    if found is None:
        return _none()
    polls = {"state": _state(found, now), "look_each": LOOK_EACH_SECONDS}
    if found.out_at is not None:
        page = render_template("passes/over.html", hall=found.hall, left=left(found), facts_shown=facts(found), **polls)
        return remember(Response(page))
    local = now.astimezone(ZoneInfo(found.hall.calendar.zone))
    page = render_template(
        "passes/own.html",
        hall=found.hall,
        sign=sign(found.hall, now),
        facts_shown=facts(found),
        code=_code(found, now),
        clock=f"{local:%H:%M:%S}",
        day=f"{local:%Y-%m-%d}",
        now=_milliseconds(now),
        ahead=int((local.utcoffset() or now - now).total_seconds() * 1000),
        renew_each=passes.SLOT_SECONDS,
        lives=passes.SLOT_SECONDS * (passes.SLOTS - 1),
        asks_consent=outside().consenting is not None and consents.is_wanted(visitor().openid, outside().templates),
        **polls,
    )
    return remember(Response(page))


def _none() -> str:
    hall = stays.last_hall(visitor().openid)
    return render_template(
        "passes/none.html",
        is_in_wechat=access.in_wechat(),
        hall=hall,
        form_url=f"/h/{hall.code}/in" + ("?lang=en" if asked_language() == "en" else "") if hall else "",
    )


@pages.get("/pass/now")
def newer() -> ResponseReturnValue:
    """For an open page: {state, now (ms since 1970), code: {side, path} or null}; 304 while it is as it was told to
    be, which is half a minute at most."""
    now = outside().clock()
    found = stays.own(visitor().openid, now)
    state = _state(found, now)
    is_open = found is not None and found.out_at is None
    response = jsonify(state=state, now=_milliseconds(now), code=_code(found, now) if found and is_open else None)
    response.set_etag(hashlib.blake2b(f"{state} {passes.slot_of(now)}".encode(), digest_size=12).hexdigest())
    return response.make_conditional(request)


def _code(found: Pass, now: datetime) -> dict[str, object]:
    token = passes.encode(found.public_id, now, outside().pass_key)
    # Without its language: a guard reads their own.
    address = f"{outside().base_url}/pass/check/{token}"
    return drawn(qr_codes.matrix(address, small=True))


def _state(found: Pass | None, now: datetime) -> str:
    """What an open page shows, as far as a newer code does not renew it: of which stay, and on which day."""
    if found is None:
        return "none"
    entered, day = int(found.in_at.timestamp()), found.hall.calendar.hall_day(now)
    return f"over {entered}" if found.out_at else f"open {entered} {day}"


def _milliseconds(at: datetime) -> int:
    return int(at.timestamp() * 1000)
