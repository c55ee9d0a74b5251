"""Signing in on a desktop: its page shows a code and a number, and a phone that is signed in says yes to it.

What comes of it goes to the browser that began it and to no other: a picture of the code, sent on, is good for nothing
but to say yes or no to that one browser, and whoever does is told first which it is.
"""

import secrets
import unicodedata
from datetime import datetime, timedelta
from typing import NamedTuple

from models.rules.refusal import Refused
from models.services import limits, tickets
from models.services.posts import posts
from models.services.sessions import new_secret
from models.services.tickets import SCAN
from models.tables import signing_in, vault
from models.tables.database import transaction
from models.tables.signing_in import SignInRow

LASTS = timedelta(seconds=120)
ANSWER_LASTS = timedelta(seconds=60)
"""So long the page has to notice the yes."""
DIGITS = 6

NEW, YES, NO, USED = "new", "yes", "no", "used"


class Shown(NamedTuple):
    """What the desktop shows: the token within its code, and the number to type."""

    token: str
    number: str


class Pending(NamedTuple):
    """A desktop that waits for a yes. `device`: as models.rules.devices names it."""

    id: int
    device: str
    made_at: datetime


class SignedIn(NamedTuple):
    """Who was signed in, and where that leads."""

    openid: str
    target: str
    device: str


@transaction
def begin(target: str, browser: str, device: str, now: datetime) -> Shown:
    """A code and a number for the browser with this secret, good for LASTS. Refused with too_many,
    sign_ins_too_many."""
    limits.count(limits.SIGNING_IN, browser, now)
    shown = Shown(new_secret(), _free_number(now))
    tickets.add(
        SCAN, shown.token, target, device, now, LASTS, browser=browser, number_hash=_number_hashes(shown.number)[0]
    )
    return shown


def _free_number(now: datetime) -> str:
    """A number that no page shows. Of two units that take the same one the index lets one through; the other is done
    again."""
    while True:
        number = f"{secrets.randbelow(10**DIGITS):0{DIGITS}}"
        if _with_number(number, now) is None:
            signing_in.free_number(_number_hashes(number)[0], now)
            return number


@transaction
def state(token: str, browser: str, now: datetime) -> str | None:
    """How it stands: NEW, YES, NO or USED; None where it is over, or another browser's. One read."""
    row = tickets.found_by(browser, SCAN, token, now)
    return row.state if row else None


@transaction
def claim(token: str, browser: str, now: datetime) -> SignedIn | None:
    """Spend the yes: of all that ask at once, one gets it. None for the others, and before there is a yes."""
    row = tickets.found_by(browser, SCAN, token, now)
    if row is None or row.openid is None or not signing_in.move(row.id, YES, USED, now):
        return None
    return SignedIn(row.openid, row.target, row.device)


@transaction
def by_token(token: str, openid: str, now: datetime) -> Pending:
    """The desktop whose code somebody scanned. Refused with sign_in_staff_only, sign_in_over."""
    _check_is_staff(openid)
    return _pending(tickets.found(SCAN, token, now))


@transaction
def by_number(number: str, openid: str, now: datetime) -> Pending:
    """The desktop that shows this number. Refused with sign_in_staff_only, too_many, sign_in_number_unknown; each wrong
    number counts, so whoever refuses must let this unit of work end well. Nothing else is written."""
    _check_is_staff(openid)
    if limits.is_over(limits.NUMBER, openid, now):
        limits.count(limits.NUMBER, openid, now)
    typed = unicodedata.normalize("NFKC", number).replace(" ", "")
    row = _with_number(typed, now) if _is_number(typed) else None
    if row is None or row.state != NEW:
        limits.count(limits.NUMBER, openid, now)
        raise Refused("sign_in_number_unknown")
    return _pending(row)


@transaction
def confirm(pending_id: int, openid: str, now: datetime) -> None:
    """Say yes, once; the desktop is then this person's. Refused with sign_in_staff_only, sign_in_over."""
    _answer(pending_id, YES, openid, now)


@transaction
def deny(pending_id: int, openid: str, now: datetime) -> None:
    """Say no, once; the desktop is told so. Refused as for confirm."""
    _answer(pending_id, NO, openid, now)


def _answer(pending_id: int, said: str, openid: str, now: datetime) -> None:
    _check_is_staff(openid)
    if not signing_in.answer(pending_id, NEW, said, openid if said == YES else None, now, now + ANSWER_LASTS):
        raise Refused("sign_in_over")


def _check_is_staff(openid: str) -> None:
    # First of all: whoever is no staff learns nothing, not even which numbers there are.
    if not posts(openid):
        raise Refused("sign_in_staff_only")


def _pending(row: SignInRow | None) -> Pending:
    if row is None or row.state != NEW:
        raise Refused("sign_in_over")
    return Pending(row.id, row.device, row.made_at)


def _is_number(text: str) -> bool:
    return len(text) == DIGITS and text.isascii() and text.isdigit()


def _with_number(number: str, now: datetime) -> SignInRow | None:
    found = (signing_in.sign_in_by_number(key, now) for key in _number_hashes(number))
    return next((row for row in found if row), None)


def _number_hashes(number: str) -> tuple[bytes, ...]:
    # Keyed: a plain hash of six digits is found by trying a million.
    return vault.current().hashes(b"sign-in number", number)
