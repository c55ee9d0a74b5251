"""Charts of the last days: how long people stay, when it is busy, how well exits are known."""

from datetime import date
from typing import Any

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue

from models.rules.access import Action
from models.rules.halls import HallFacts
from models.rules.visits import Certainty
from models.services import charting
from models.services.charting import SPANS, Charts
from models.services.posts import Post
from web.access import needs
from web.board import shown
from web.board.drawing import span, strip
from web.language import say
from web.outside import outside

pages = Blueprint("charts", __name__)

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
SHADES = 4
"""How many shades of busy there are beside none."""


@pages.get("/charts")
@needs(Action.HISTORY)
def shown_charts(post: Post) -> ResponseReturnValue:
    """Of the last 7 days, or of 30."""
    hall = shown.hall_of(post)
    days = _asked()
    found = charting.charts(hall, days, outside().clock())
    spans = [
        (say("board.last_days", count=count), url_for(".shown_charts", code=hall.code, days=count), count == days)
        for count in SPANS
    ]
    return shown.page(
        post, "charts.html", found=found, spans=spans, first=_day(found.first), last=_day(found.last),
        dwell=_dwell(hall, found), hours=_hours(found), weekdays=[say(f"board.weekday.{day}") for day in WEEKDAYS],
        exits=_exits(found), exits_chart=_exits_chart(found),
    )  # fmt: skip


def _asked() -> int:
    asked = request.args.get("days", "")
    return next((count for count in SPANS if str(count) == asked), SPANS[0])


def _day(day: date) -> str:
    return f"{day:%m-%d}"


def _dwell(hall: HallFacts, found: Charts) -> list[dict[str, Any]]:
    """One row a matter, all on one scale."""
    longest = max((one.upper for _, one in found.dwell), default=0) * 1.1
    rows = []
    for code, one in found.dwell:
        lower, median, upper = (round(minutes) for minutes in one[1:])
        name = shown.matter_name(hall, code)
        words = say("board.dwell_words", median=median, lower=lower, upper=upper)
        label = say("board.dwell_label", matter=name, words=words)
        rows.append({"matter": name, "words": words, "stays": one.stays, "chart": span(label, *one[1:], longest)})
    return rows


def _hours(found: Charts) -> list[tuple[int, list[tuple[int, int]]]]:
    """By hour the seven weekdays: (how many came, how dark)."""
    if not found.busy:
        return []
    most = max(found.busy.values())
    hours = [hour for _, hour in found.busy]
    return [
        (hour, [_shaded(found.busy.get((weekday, hour), 0), most) for weekday in range(7)])
        for hour in range(min(hours), max(hours) + 1)
    ]


def _shaded(count: int, most: int) -> tuple[int, int]:
    return count, -(-count * SHADES // most)


def _exits(found: Charts) -> list[tuple[str, int, int]]:
    """(how well known, how many, percent)."""
    whole = sum(found.exits.values())
    return [
        (say(f"board.known.{known.value}"), count, round(100 * count / whole) if whole else 0)
        for known, count in found.exits.items()
    ]


def _exits_chart(found: Charts) -> str:
    words = say("said.between").join(
        say("board.share", what=what, count=count, percent=percent) for what, count, percent in _exits(found)
    )
    return strip(words, [found.exits[known] for known in Certainty])
