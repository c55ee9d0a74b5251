"""What visitors' pages have in common."""

import functools
from collections.abc import Callable

from flask import Blueprint, make_response, render_template
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound

from models.rules.halls import HallFacts
from models.services import halls
from web import access
from web.language import say
from web.visiting import remember

pages = Blueprint("visitor", __name__)

View = Callable[[HallFacts], ResponseReturnValue]


def hall_of(code: str) -> HallFacts:
    """The hall with this code, as somebody may have typed it from a poster. Raises NotFound."""
    hall = halls.by_code(code.lower()) if code.isascii() else None
    if hall is None:
        raise NotFound
    return hall


def at_door(is_there: Callable[[HallFacts], bool]) -> Callable[[View], Callable[[str], ResponseReturnValue]]:
    """For a page of a hall's door: it is given the hall in place of the code. In WeChat the platform is asked first who
    it is; any other browser is known by its cookie. Of a hall for which `is_there` is false nothing is told."""

    def guard(view: View) -> Callable[[str], ResponseReturnValue]:
        @functools.wraps(view)
        def guarded(code: str) -> ResponseReturnValue:
            hall = hall_of(code)
            if not is_there(hall):
                return closed()
            if access.must_authorize():
                return access.to_sign_in()
            return remember(make_response(view(hall)))

        return guarded

    return guard


def closed() -> str:
    """What is said where nobody can register."""
    return render_template("error.html", title=say("door.closed_title"), sentence=say("door.closed"))
