"""What no real phone has: moving the clock, switching faults on and off, and beginning anew."""

from flask import Flask, abort, request
from werkzeug.wrappers import Response

from bot.simulator.clock import Clock
from bot.simulator.page.answers import back_to
from bot.simulator.page.browsing import forget_browsing
from bot.simulator.page.setting import Setting
from bot.simulator.page.visitors import COOKIE, visitors_now

HOUR_SECONDS = 3600.0


def add_controls(app: Flask, setting: Setting) -> None:
    """The strip's buttons; each leads back to the phone that was looked at."""
    platform = setting.platform

    @app.post("/clock")
    def move_clock() -> Response:
        _move(setting, request.form.get("moment", ""))
        if setting.on_clock is not None:
            setting.on_clock()
        return back_to(visitors_now(platform).number)

    @app.post("/faults")
    def switch_fault() -> Response:
        fault, is_on = request.form.get("fault", ""), request.form.get("on") == "1"
        if fault == "duplicate":
            platform.faults.duplicate = is_on
        elif fault == "codes":
            platform.codes.are_refused = is_on
        elif fault in {"slow", "down"}:
            platform.faults.callback = fault if is_on else ""
        else:
            abort(400)
        return back_to(visitors_now(platform).number)

    @app.post("/reset")
    def reset() -> Response:
        if setting.on_reset is not None:
            setting.on_reset()
        platform.forget_phones()
        platform.faults.clear()
        platform.codes.are_refused = False
        setting.jars.clear()
        response = forget_browsing(back_to(1))
        response.delete_cookie(COOKIE, path=request.script_root or "/", httponly=True, samesite="Lax")
        return response


def _move(setting: Setting, moment: str) -> None:
    """To the moment that a button names: hour, real, or the number of one of the setting's moments."""
    clock = setting.platform.clock
    if not isinstance(clock, Clock):
        abort(400)
    if moment == "hour":
        clock.goes_on(HOUR_SECONDS)
    elif moment == "real":
        clock.goes_on(-clock.offset)
    elif moment.isascii() and moment.isdigit() and len(moment) < 3 and int(moment) < len(setting.moments):
        _label, target = setting.moments[int(moment)]
        clock.shows(target(clock()))
    else:
        abort(400)
