"""The way out of a hall, on a page."""

from flask import render_template
from flask.typing import ResponseReturnValue

from models.rules.halls import HallFacts
from web.language import say
from web.visitor.blueprint import at_door, pages


@pages.get("/h/<code>/out", endpoint="out")
@at_door
def check_out(hall: HallFacts) -> ResponseReturnValue:
    """What to do at this hall's exit."""
    return render_template("visitor/out.html", hall=hall, steps=[say(f"door.out_{step}") for step in ("scan", "then")])
