"""What staff ask of the hall as it is: 今日, 昨日, 在厅."""

from datetime import date, timedelta

from bot.links import page
from bot.lists import fitting
from bot.situation import Answer, Situation
from bot.words import still_open
from models.phrases import tap
from models.rules import masks
from models.rules.halls import HallFacts
from models.services import watching
from models.services.posts import Post
from models.services.watching import Inside

MOST_ROWS = 60
"""More than ever fit into a message."""


def today(here: Situation, post: Post, rest: str) -> Answer:
    """今日: how many came, left and are inside."""
    hall = _hall(post)
    return still_open(here, "\n".join([*_counts(here, hall, _day(here, hall), is_today=True), _board(here, hall)]))


def yesterday(here: Situation, post: Post, rest: str) -> Answer:
    """昨日: how many came and left, and a tap for who they were."""
    hall = _hall(post)
    day = _day(here, hall) - timedelta(days=1)
    who = tap(here.say("count.who"), "查询 昨日")
    return still_open(here, "\n".join([*_counts(here, hall, day, is_today=False), who]))


def _counts(here: Situation, hall: HallFacts, day: date, *, is_today: bool) -> list[str]:
    found = watching.counts(hall, day, here.now)
    lines = [here.say("count.day", hall=hall.name, day=day), here.say("count.entered", count=found.entered)]
    lines.append(here.say("count.left", count=found.left))
    if found.estimated:
        lines[-1] += here.say("count.estimated", count=found.estimated)
    if is_today:
        lines.append(here.say("count.inside", count=found.inside))
    if found.turned_away:
        lines.append(here.say("count.turned_away", count=found.turned_away))
    return lines


def inside(here: Situation, post: Post, rest: str) -> Answer:
    """在厅: how many are inside; who, masked, the longest there first; how many have not finished a check-in."""
    hall = _hall(post)
    found = watching.inside(hall, here.now, MOST_ROWS)
    head = here.say("count.head" if found.count else "count.empty", hall=hall.name, count=found.count)
    foot = [here.say("count.unfinished", count=watching.unfinished(hall, here.now)), _board(here, hall)]
    rows = [_row(here, hall, one) for one in found.rows]
    beyond = here.say("count.beyond", count=found.count)
    shown = rows[: fitting(here, rows, [head, beyond, *foot])]
    if len(shown) < found.count:
        shown.append(here.say("count.beyond", count=found.count - len(shown)))
    return still_open(here, "\n".join([head, *shown, *foot]))


def _row(here: Situation, hall: HallFacts, one: Inside) -> str:
    matter, door = hall.matter(one.matter), hall.doors.get(one.door)
    since = here.say("count.since", entered=here.moment(one.in_at, hall))
    parts = [
        masks.mask_name(one.name) if one.name else "***", matter.label(here.language) if matter else "", since,
        door.name if door else "",
    ]  # fmt: skip
    if one.companions:
        parts.append(here.say("count.companions", count=one.companions))
    if one.is_long:
        parts.append(here.say("count.long"))
    return " ".join(part for part in parts if part)


def _board(here: Situation, hall: HallFacts) -> str:
    return page(here, here.say("count.board"), f"/hall/{hall.code}/board")


def _day(here: Situation, hall: HallFacts) -> date:
    return hall.calendar.hall_day(here.now)


def _hall(post: Post) -> HallFacts:
    if post.hall is None:
        raise ValueError("visits are a hall's")
    return post.hall
