"""The board: who is inside, who came and went today, what stands out. A script asks for its moving part again and
again; the answer is tagged with what it shows, so that a board on which nothing has changed costs next to nothing."""

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue

from models.rules.access import Action
from models.rules.halls import HallFacts
from models.services import boards
from models.services.boards import Board, Hour
from models.services.posts import Post
from web.access import needs
from web.board import shown
from web.board.drawing import Bar, bars
from web.language import asked_language, say
from web.moving import LOOK_EACH, RELOAD_EACH, moved, tag_of
from web.outside import outside

pages = Blueprint("now", __name__)

ALMOST_FULL = 0.9
_MOST_DRAWN = 2000


@dataclass(frozen=True)
class Drawn:
    """The moving part of a board, and the tag of what it shows."""

    of: Board
    html: str
    tag: str


# By hall, language, whether earlier days are shown, whether visits can be opened; drawn once for all who see the same.
_drawn: dict[tuple[int, str, bool, bool], Drawn] = {}


@pages.get("/board")
@needs(Action.INSIDE)
def board(post: Post) -> ResponseReturnValue:
    """The whole page."""
    hall = shown.hall_of(post)
    drawn = _draw(post)
    charts_url = url_for("boards.charts.shown_charts", code=hall.code) if post.may(Action.HISTORY) else ""
    return shown.page(
        post, "board.html", live=drawn.html, tag=drawn.tag, at=shown.clock(drawn.of.at, hall), charts_url=charts_url,
        live_url=url_for(".live", code=hall.code), look_each=LOOK_EACH, reload_each=RELOAD_EACH,
    )  # fmt: skip


@pages.get("/board/live")
@needs(Action.INSIDE)
def live(post: Post) -> ResponseReturnValue:
    """The moving part alone; 304 where it would be the one that the browser has."""
    drawn = _draw(post)
    return moved(drawn.html, drawn.tag, shown.clock(outside().clock(), shown.hall_of(post)))


def _draw(post: Post) -> Drawn:
    hall = shown.hall_of(post)
    found = boards.board(hall, outside().clock())
    key = (hall.id, asked_language(), post.may(Action.HISTORY), post.may(Action.DESK))
    drawn = _drawn.get(key)
    if drawn is None or drawn.of is not found:
        html = render_template("board/live.html", **_values(post, found))
        drawn = Drawn(found, html, tag_of(html))
        if len(_drawn) >= _MOST_DRAWN:
            _drawn.clear()
        _drawn[key] = drawn
    return drawn


def _values(post: Post, found: Board) -> dict[str, Any]:
    hall, with_days = shown.hall_of(post), post.may(Action.HISTORY)
    hours = found.today.hours
    return {
        "counts": found.counts,
        "limit": hall.capacity,
        "capacity": capacity_words(hall, found.counts.inside),
        "tiles": _tiles(found),
        "waiting": found.waiting,
        "waiting_url": url_for("to_do.listed", code=hall.code),
        "doors": [(shown.door_name(hall, door), count) for door, count in found.doors],
        "matters": [(shown.matter_name(hall, code), count) for code, count in found.matters],
        "people": [shown.person(one, post) for one in found.rows],
        "all_url": url_for("boards.inside.listed", code=hall.code) if found.next else "",
        "hours": hours,
        "hours_chart": _hours_chart(hours) if hours else "",
        "days": [(f"{day:%m-%d}", count) for day, count in found.today.days] if with_days else [],
        "days_chart": _days_chart(found) if with_days else "",
    }


def _tiles(found: Board) -> list[tuple[str, int, str]]:
    """The smaller numbers: (what, how many, what is to be known of it)."""
    counts = found.counts
    guessed = say("board.of_them_guessed", count=counts.estimated) if counts.estimated else ""
    return [
        (say("board.entered"), counts.entered, ""),
        (say("board.left"), counts.left, guessed),
        (say("board.unfinished"), found.unfinished, say("board.unfinished_how")),
        (say("board.long"), found.long, say("board.long_how")),
        (say("board.soon"), found.soon, say("board.soon_how")),
        (say("board.turned_away"), counts.turned_away, ""),
    ]


def capacity_words(hall: HallFacts, inside: int) -> tuple[str, str]:
    """How near the hall is to being full: a kind (free, near, full) and a sentence; empty where it has no limit."""
    if not hall.capacity:
        return "", ""
    left = hall.capacity - inside
    if left < 0:
        return "full", say("board.over", count=-left)
    if left == 0:
        return "full", say("board.full")
    if inside >= ALMOST_FULL * hall.capacity:
        return "near", say("board.near", count=left)
    return "free", say("board.free", count=left)


def _hours_chart(hours: tuple[Hour, ...]) -> str:
    busiest = max(hours, key=lambda one: one.entered)
    description = say("board.hours_described", hour=busiest.hour, count=busiest.entered)
    data = [Bar(str(one.hour), (one.entered, one.left)) for one in hours]
    return bars(say("board.hours"), description, data, 1 + len(hours) // 16)


def _days_chart(found: Board) -> str:
    days = found.today.days
    busiest = max(days, key=lambda one: one[1])
    description = say("board.days_described", day=f"{busiest[0]:%m-%d}", count=busiest[1])
    return bars(say("board.days"), description, [Bar(f"{day.month}-{day.day}", (count,)) for day, count in days])
