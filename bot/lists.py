"""Lists that may be longer than a message."""

from collections.abc import Sequence

from bot.fitting import LONGEST_BYTES
from bot.situation import IDLE, Situation
from bot.words import still_open


def fitting(here: Situation, rows: Sequence[str], around: Sequence[str]) -> int:
    """How many of the rows fit into one message with the lines around them, and with the question of a talk that is in
    the middle of one."""
    behind = "" if here.talk is None or here.talk.flow == IDLE else still_open(here, "").text
    return how_many_fit(rows, LONGEST_BYTES - _bytes([*around, behind]))


def how_many_fit(rows: Sequence[str], room: int) -> int:
    """How many of the rows, each with the end of its line, take no more than `room` bytes; at least one, if there is
    one."""
    fitting = 0
    for row in rows:
        room -= _bytes([row])
        if room < 0:
            break
        fitting += 1
    return max(fitting, min(1, len(rows)))


def _bytes(lines: Sequence[str]) -> int:
    return sum(len(line.encode()) + 1 for line in lines)
