"""Signing in by a link from the chat, for accounts that may not use web authorization.

The link is the whole proof, since a chat and a browser share nothing else: so it is short-lived, and works once.
"""

from datetime import datetime, timedelta
from typing import NamedTuple

from models.rules.refusal import Refused
from models.services import limits, tickets
from models.services.sessions import new_secret
from models.services.tickets import LINK
from models.tables import signing_in
from models.tables.database import transaction

LASTS = timedelta(minutes=10)

NEW, USED = "new", "used"


class Link(NamedTuple):
    """Whom a link signs in, and where it leads."""

    openid: str
    target: str


@transaction
def make(openid: str, target: str, now: datetime) -> str:
    """A token for {base_url}/login/link?t=TOKEN, which signs this person in once and leads to a page of ours. Refused
    with too_many, sign_ins_too_many."""
    limits.count(limits.LINKS, openid, now)
    token = new_secret()
    tickets.add(LINK, token, target, "", now, LASTS, openid=openid)
    return token


@transaction
def shown(token: str, now: datetime) -> Link:
    """What a link is good for; spends nothing. Refused with sign_in_link_over for whatever is no link that works."""
    return _good(token, now)[1]


@transaction
def spend(token: str, now: datetime) -> Link:
    """Spend it: of all that ask at once, one gets it. Refused as for shown."""
    sign_in_id, link = _good(token, now)
    if not signing_in.move(sign_in_id, NEW, USED, now):
        raise Refused("sign_in_link_over")
    return link


def _good(token: str, now: datetime) -> tuple[int, Link]:
    row = tickets.found(LINK, token, now)
    if row is None or row.openid is None or row.state != NEW:
        raise Refused("sign_in_link_over")
    return row.id, Link(row.openid, row.target)
