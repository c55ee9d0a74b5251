"""Messages that are not replies: which channel may reach somebody, and what follows from how a try went."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple
from zoneinfo import ZoneInfo


class Channel(StrEnum):
    """Ways to reach a person, the most welcome first."""

    CUSTOM = "custom"
    """A message in the chat; only within the windows that the person opens."""
    SUBSCRIPTION = "subscription"
    """A subscription notice; only after a consent to its template."""
    TEMPLATE = "template"
    """A template message; only to followers."""


class Opening(StrEnum):
    """What a person does that opens a window for custom messages; LEFT closes all of them."""

    TEXT = "text"
    CLICK = "click"
    SCAN = "scan"
    FOLLOW = "follow"
    LEFT = "left"


class Allowance(NamedTuple):
    """How many custom messages an opening allows, and for how long."""

    messages: int
    lasts: timedelta


ALLOWANCES: Mapping[Opening, Allowance] = {
    Opening.TEXT: Allowance(5, timedelta(hours=48)),
    Opening.CLICK: Allowance(3, timedelta(minutes=1)),
    Opening.SCAN: Allowance(3, timedelta(minutes=1)),
    Opening.FOLLOW: Allowance(3, timedelta(minutes=1)),
}
"""The platform's page on customer service messages; a passive reply is not counted."""
MARGIN = timedelta(seconds=10)
"""The platform counts from its own clock, and from before the delivery reached us."""
LONGEST_WINDOW = max(allowance.lasts for allowance in ALLOWANCES.values())

_OPENS = {
    "event.scan": Opening.SCAN,
    "event.subscribe": Opening.FOLLOW,
    "event.click": Opening.CLICK,
    "event.unsubscribe": Opening.LEFT,
}


def opening_of(kind: str, event: str) -> Opening | None:
    """What a delivery opens: any message of one's own a long window, some events a short one, others none."""
    return _OPENS.get(f"event.{event}") if kind == "event" else Opening.TEXT


def has_window(openings: Mapping[Opening, datetime], sent: Iterable[datetime], now: datetime) -> bool:
    """Whether a custom message may still be sent: the latest opening of each kind, and when the last ones were sent.

    Every message counts against every window that was open then; the platform does not say which one it takes.
    """
    left = openings.get(Opening.LEFT)
    times = list(sent)
    return any(
        now < openings[kind] + allowance.lasts - MARGIN
        and (left is None or left < openings[kind])
        and sum(at >= openings[kind] for at in times) < allowance.messages
        for kind, allowance in ALLOWANCES.items()
        if kind in openings
    )


@dataclass(frozen=True)
class NoticeTemplate:
    """A template of the platform and which of a message's values stands in which of its fields. `long_term`: one
    consent is good for any number of notices."""

    template_id: str
    fields: Mapping[str, str] = field(default_factory=dict)
    long_term: bool = False

    @classmethod
    def from_text(cls, text: str) -> "NoticeTemplate":
        """Read `ID thing1=hall time2=closing`, with the word `long` after the id of a long-term template."""
        template_id, *rest = text.split()
        long_term = rest[:1] == ["long"]
        pairs = (one.partition("=") for one in rest[long_term:])
        return cls(template_id, {name: value for name, _, value in pairs}, long_term)

    def filled(self, values: Mapping[str, str]) -> dict[str, str]:
        """The fields with their values, each as long as the platform takes it."""
        return {name: fitting(name, values[key]) for name, key in self.fields.items()}


Templates = Mapping[tuple[str, Channel], NoticeTemplate]
"""The templates that the operator has configured, by kind of message and channel."""

# The platform's page on subscription notices, types of parameters; whatever is longer is refused with 47003.
_LONGEST = {"thing": 20, "phrase": 5, "name": 10, "character_string": 32, "letter": 32, "number": 32, "symbol": 5}


def fitting(name: str, value: str) -> str:
    """A value cut to what a field of this name (thing1, time2, …) holds."""
    longest = _LONGEST.get(name.rstrip("0123456789"))
    return value if longest is None or len(value) <= longest else f"{value[: longest - 1]}…"


class Result(StrEnum):
    """How a try to send went."""

    SENT = "sent"
    AGAIN = "again"
    """Not sent, and a repeat does no harm."""
    CLOSED = "closed"
    """This channel does not reach this person."""
    HELD = "held"
    """The account itself is at fault: nothing can be sent until somebody mends it."""
    UNKNOWN = "unknown"
    """It may have been sent; nobody can find out."""


class Outcome(NamedTuple):
    """How a try went, why, and the id under which the platform will tell what became of it. `pause`: a wait that the
    platform demands, until_minute or until_day."""

    result: Result
    reason: str = ""
    msgid: str = ""
    pause: str = ""


class State(StrEnum):
    """Where a message stands."""

    WAITING = "waiting"
    SENDING = "sending"
    SENT = "sent"
    GIVEN_UP = "given_up"
    UNKNOWN = "unknown"
    DROPPED = "dropped"
    """Of no use any more before it was sent."""


class Next(NamedTuple):
    """What a try makes of a message: its state, when it is due again, why, the channels that are closed to it, and
    since when it may have been sent without anybody knowing."""

    state: State
    due_at: datetime
    reason: str = ""
    closed: tuple[str, ...] = ()
    unsure_since: datetime | None = None


BACKOFF = tuple(timedelta(seconds=seconds) for seconds in (5, 20, 60, 180, 600))
HOLD = timedelta(minutes=10)
SAME_ID = timedelta(minutes=9)
"""For ten minutes the platform sends a template message of one client_msg_id once."""
PLATFORM_ZONE = ZoneInfo("Asia/Shanghai")
"""The day of the platform's quotas."""


def after(
    outcome: Outcome,
    channel: Channel,
    *,
    tries: int,
    unsure_since: datetime | None,
    closed: tuple[str, ...],
    now: datetime,
) -> Next:
    """What becomes of a message after its try number `tries` on `channel`. `closed` are channels closed before;
    `unsure_since`: an earlier try may have been taken.

    What may have been taken is not sent again, but for a template message while the platform still knows its id."""
    if outcome.result is Result.SENT:
        return Next(State.SENT, now, "", closed)
    if outcome.result is Result.UNKNOWN:
        unsure_since = unsure_since or now
    then = _again(outcome, channel, tries, closed, now)
    if unsure_since is None:
        return then
    may_repeat = channel is Channel.TEMPLATE and channel not in then.closed and then.due_at <= unsure_since + SAME_ID
    if not may_repeat:
        return Next(State.UNKNOWN, now, "outcome_unknown", closed)
    return then._replace(unsure_since=unsure_since)


def _again(outcome: Outcome, channel: Channel, tries: int, closed: tuple[str, ...], now: datetime) -> Next:
    if outcome.result is Result.CLOSED:
        return Next(State.WAITING, now, outcome.reason, (*closed, channel))
    if outcome.result is Result.HELD:
        return Next(State.WAITING, now + HOLD, outcome.reason, closed)
    if outcome.pause:
        return Next(State.WAITING, pause_ends(outcome.pause, now), outcome.reason, closed)
    return Next(State.WAITING, now + BACKOFF[min(tries, len(BACKOFF)) - 1], outcome.reason, closed)


def pause_ends(pause: str, now: datetime) -> datetime:
    """The end of the platform's minute, or of its day."""
    local = now.astimezone(PLATFORM_ZONE)
    if pause == "until_minute":
        return now + timedelta(minutes=1)
    midnight = (local + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight.astimezone(now.tzinfo)
