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

OWN_REQUESTS = Limit("own_request", 60, timedelta(days=1))
"""People whom one clerk looks up as 本人申请: more than ever come to a counter in a day, and too few to look through a
town."""


@transaction
def count(limit: Limit, who: str, now: datetime) -> None:
    """Count one try; part of a unit of work. Raises Refused with too_many once there were too many."""
    seconds = int(limit.within.total_seconds())
    slot = int(now.timestamp()) // seconds
    ends = datetime.fromtimestamp((slot + 1) * seconds, UTC)
    if attempts.add(_key(limit, who), slot, ends) > limit.most:
        raise Refused("too_many", minutes=max(1, int((ends - now).total_seconds()) // 60 + 1))


@transaction
def is_over(limit: Limit, who: str, now: datetime) -> bool:
    """Whether another try would be one too many, without counting one."""
    slot = int(now.timestamp()) // int(limit.within.total_seconds())
    return attempts.counted(_key(limit, who), slot) >= limit.most


@transaction
def forget(now: datetime) -> int:
    """Remove what no limit needs any more."""
    return attempts.forget(now)


def _key(limit: Limit, who: str) -> bytes:
    return hashlib.blake2b(f"{limit.name}\0{who}".encode(), digest_size=16).digest()
