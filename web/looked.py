"""谁看过我: what halls opened of whoever asks, shown to them alone."""

from zoneinfo import ZoneInfo

from flask import Blueprint, Response, render_template
from flask.typing import ResponseReturnValue

from models.services import looked
from models.services.looked import Seen
from web import access
from web.language import asked_language, say
from web.outside import outside
from web.visiting import remember, visitor

pages = Blueprint("own_looks", __name__, url_prefix="/me/looked")


@pages.before_request
def _asks_the_platform() -> ResponseReturnValue | None:
    return access.to_sign_in() if access.must_authorize() else None


@pages.get("")
def shown() -> ResponseReturnValue:
    """The latest looks. A browser, which may be anybody's by tomorrow, is told only of the stay that is on: in which
    halls somebody has been is of the past."""
    who = visitor()
    found = looked.of(who.openid, outside().clock(), is_past_told=who.is_in_wechat)
    page = render_template(
        "looked.html",
        rows=[row(seen) for seen in found],
        days=looked.KEEP.days,
        withheld=looked.withheld(asked_language()),
        is_in_wechat=who.is_in_wechat,
    )
    return remember(Response(page))


def row(seen: Seen) -> tuple[str, str, str, str]:
    """A look in words: (when, who, what, why)."""
    told = looked.said(seen, asked_language())
    zone = ZoneInfo(seen.hall.calendar.zone) if seen.hall else outside().zone
    who = say("looked.who", hall=told.hall, role=told.role)
    return f"{seen.at.astimezone(zone):%Y-%m-%d %H:%M}", who, f"{told.what} {told.times}".strip(), told.why
