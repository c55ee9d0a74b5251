"""The virtual people of one browser, which its cookie remembers."""

import re
from dataclasses import dataclass

from flask import abort, request
from werkzeug.wrappers import Response

from bot.simulator.phones import Phone
from bot.simulator.platform import Platform

COOKIE = "phone_visitors"
MOST_VISITORS = 6

_COOKIE_SHAPE = re.compile(r"([0-9])((?:\.o[A-Za-z0-9_-]{27})+)")


@dataclass(frozen=True)
class Visitors:
    """Openids, the oldest first, and which of them is looked at now (from 0)."""

    openids: tuple[str, ...]
    current: int

    @property
    def number(self) -> int:
        """The place of the one looked at, from 1, as pages and addresses count."""
        return self.current + 1

    @property
    def is_full(self) -> bool:
        return len(self.openids) >= MOST_VISITORS

    def with_another(self, openid: str) -> "Visitors":
        """One more, who is looked at; when there are MOST_VISITORS, the same as before."""
        return self if self.is_full else Visitors((*self.openids, openid), len(self.openids))

    def looking_at(self, number: int | None) -> "Visitors":
        """The visitor of that number is looked at; a number that nobody has changes nothing."""
        if number is None or not 1 <= number <= len(self.openids):
            return self
        return Visitors(self.openids, number - 1)

    def to_cookie(self) -> str:
        return ".".join((str(self.current), *self.openids))


def visitors_of(cookie: str) -> Visitors | None:
    """What to_cookie wrote; None for anything else."""
    shape = _COOKIE_SHAPE.fullmatch(cookie)
    if shape is None or not shape[1].isascii():
        return None
    openids, current = tuple(shape[2].split(".")[1:]), int(shape[1])
    if not current < len(openids) <= MOST_VISITORS or len(set(openids)) < len(openids):
        return None
    return Visitors(openids, current)


def known_visitors() -> Visitors | None:
    """The visitors of the browser that asks; None when it is new or its cookie is none of ours."""
    return visitors_of(request.cookies.get(COOKIE, ""))


def visitors_now(platform: Platform) -> Visitors:
    """The visitors of the browser that asks, looking at the one that its address names; a new browser gets one."""
    visitors = known_visitors() or Visitors((platform.fresh_openid(),), 0)
    return visitors.looking_at(request.args.get("phone", type=int))


def phone_numbered(platform: Platform, number: int) -> Phone:
    """The phone with that number in this browser; 404 if it has none such."""
    visitors = known_visitors()
    if visitors is None or not 1 <= number <= len(visitors.openids):
        abort(404)
    return platform.phone(visitors.openids[number - 1])


def remember(response: Response, visitors: Visitors) -> Response:
    response.set_cookie(
        COOKIE, visitors.to_cookie(), path=request.script_root or "/", httponly=True, samesite="Lax", max_age=30 * 86400
    )
    return response
