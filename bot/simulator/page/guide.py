"""The guided first visit: what a newcomer should do next, ticked off by what they did."""

from collections.abc import Sequence

from flask import Flask, request
from werkzeug.wrappers import Response

from bot.simulator.bubbles import Bubble
from bot.simulator.page.answers import back_to
from bot.simulator.page.setting import Setting
from bot.simulator.page.visitors import visitors_now
from bot.simulator.phones import Phone

COOKIE = "phone_guide"
_CONFIRMED = frozenset({"确认", "ok"})


def add_guide(app: Flask, setting: Setting) -> None:
    """The button that puts the guide away, for this browser and for a year."""

    @app.post("/guide/close")
    def close_guide() -> Response:
        response = back_to(visitors_now(setting.platform).number)
        response.set_cookie(
            COOKIE, "done", path=request.script_root or "/", httponly=True, samesite="Lax", max_age=366 * 86400
        )
        return response


def is_dismissed() -> bool:
    return COOKIE in request.cookies


def steps_done(phones: Sequence[Phone]) -> int:
    """How many of the four steps (scan in, answer, confirm, scan out) the visitor who is furthest has done, each after
    the one before."""
    return max((_done(phone.bubbles) for phone in phones), default=0)


def _done(bubbles: Sequence[Bubble]) -> int:
    done = 0
    came_by = ""
    for bubble in bubbles:
        said = "".join(part for part in bubble.parts if isinstance(part, str)).strip().lower()
        is_said = bubble.side == "visitor" and bubble.kind in {"text", "image"}
        if bubble.kind == "not_following":
            came_by = bubble.scene
        has_scanned = bubble.kind == "scanned" or (bubble.kind == "followed" and came_by != "")
        if done == 0 and has_scanned:
            done, came_by = 1, bubble.scene or came_by
        elif done == 1 and any(tap.content.lower() in _CONFIRMED for tap in bubble.taps):
            done = 2
        elif done in (1, 2) and is_said and said in _CONFIRMED:
            done = 3
        elif done == 3 and bubble.kind == "scanned" and bubble.scene != came_by:
            done = 4
    return done
