"""How often something may be tried, counted in our tables, so that it holds for every worker and node together."""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from models.rules.refusal import Refused
from models.tables import attempts
from models.tables.database import transaction


@dataclass(frozen=True)
class Limit:
    """At most so many tries of `name` by one person (or browser, or hall) within a stretch of time. Stretches follow
    one another, so that in the worst case twice as many come together where two of them meet."""

    name: str
    most: int
    within: timedelta


BINDING = Limit("bind", 8, timedelta(minutes=10))
"""绑定 with a code that is none. A code is one of 31^8: a thousand people would need years."""
REGISTERING = Limit("register", 5, timedelta(days=1))
"""注册大厅, by one person."""
NUMBER = Limit("number", 8, timedelta(minutes=10))
"""登录 with a number that no page shows."""
SIGNING_IN = Limit("sign_in", 30, timedelta(minutes=10))
"""Sign-ins begun by one browser."""
FORMS = Limit("form", 30, timedelta(minutes=10))
"""Forms of a hall sent by one visitor, well filled in or not."""
LINKS = Limit("sign_in_link", 20, timedelta(minutes=10))
"""Links that sign somebody in, made for one person."""
PHOTOS = Limit("photo", 10, timedelta(minutes=10))
"""Photos of one person in the chat."""
PHOTOS_BY_FORM = Limit("card_photo", 20, timedelta(minutes=10))
"""Photos sent from the form by one person: a family, each card twice."""
PHOTOS_AT_DESK = Limit("desk_photo", 120, timedelta(minutes=10))
"""Photos sent by one clerk: a card each five seconds."""

CASES = Limit("case", 20, timedelta(days=1))
"""Cases opened by one person, so that nobody looks through everybody's contacts by it."""
SECONDS = Limit("second", 10, timedelta(minutes=10))
"""Questions of one admin to a second pair of eyes, each of which others are told of."""

NOTICE_TESTS = Limit("notice_test", 10, timedelta(minutes=10))
"""Notices that one admin sends to themselves."""
NOTICES = Limit("notice", 100, timedelta(minutes=10))
"""Presses by which one admin sends notices: each sends some hundreds of a long list."""

SEARCHES = Limit("search", 60, timedelta(minutes=10))
"""Searches for somebody in a hall's records, by one person, in chat and on pages: whoever tries one number after the
other gets nowhere in a working day."""
LOOKS = Limit("look", 120, timedelta(minutes=10))
"""Records that one person opens whole."""
EXPORTS = Limit("export", 40, timedelta(days=1))
"""Workbooks that one person has built."""
COPIES = Limit("export_copy", 40, timedelta(days=1))
"""Workbooks that one person takes away."""
NAMES = Limit("case_names", 40, timedelta(days=1))
"""Times that one person opens the names of cases."""

CHANGES = Limit("change", 600, timedelta(minutes=10))
"""Whatever else one person who is signed in sends from pages: one a second, and nobody types that fast."""
STRANGERS = Limit("stranger", 3000, timedelta(minutes=10))
"""What comes from one address without a session; a form that is sent counts as STRANGERS_FORM. Many share the address
of a hall's network, or of their telephone company."""
STRANGERS_FORM = 5

MOST_TURNS = 60
TURNS_WITHIN = timedelta(minutes=1)
"""Deliveries of one person that the chat goes into. They are counted by their receipts, in the statement that reads
where the person stands, so that this limit costs no statement of its own."""

OWN_REQUESTS = Limit("own_request", 60, timedelta(days=1))
"""People whom one clerk looks up as 本人申请: more than ever come to a counter in a day, and too few to look through a
town."""


@transaction
def count(limit: Limit, who: str, now: datetime, by: int = 1) -> None:
    """Count one try, or as many as `by` says; part of a unit of work. Raises Refused with too_many (minutes) once there
    were too many."""
    slot, ends = _stretch(limit, now)
    if attempts.add(_key(limit, who), slot, ends, by) > limit.most:
        raise refusal(limit, now)


def refusal(limit: Limit, now: datetime) -> Refused:
    """What whoever is over a limit is told: after how many minutes they may try again."""
    left = _stretch(limit, now)[1] - now
    return Refused("too_many", minutes=max(1, int(left.total_seconds()) // 60 + 1))


@transaction
def is_over(limit: Limit, who: str, now: datetime) -> bool:
    """Whether another try would be one too many, without counting one."""
    return attempts.counted(_key(limit, who), _stretch(limit, now)[0]) >= limit.most


@transaction
def forget(now: datetime) -> int:
    """Remove what no limit needs any more."""
    return attempts.forget(now)


def _stretch(limit: Limit, now: datetime) -> tuple[int, datetime]:
    """The number of the stretch of time that it is, and its end."""
    seconds = int(limit.within.total_seconds())
    slot = int(now.timestamp()) // seconds
    return slot, datetime.fromtimestamp((slot + 1) * seconds, UTC)


def _key(limit: Limit, who: str) -> bytes:
    return hashlib.blake2b(f"{limit.name}\0{who}".encode(), digest_size=16).digest()
