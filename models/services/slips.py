"""Numbered slips that a hall prints beforehand, so that its doors work in a power cut."""

import hmac
from dataclasses import dataclass
from datetime import datetime

from models.rules.access import Action
from models.rules.halls import HallFacts
from models.rules.refusal import Refused
from models.rules.slips import LAST_NUMBER, MOST_PAGES, SLIPS_A_PAGE, Slip, letters_of, numbered, read
from models.services import audit
from models.services.posts import Post
from models.tables import slips, vault
from models.tables.database import transaction
from models.tables.fields import insert
from models.tables.slips import Sheet, SlipSheet

MOST_SHEETS = 20
"""So many are listed; earlier ones have been used up long ago."""


@dataclass(frozen=True)
class Listed:
    """A sheet, and which of its slips nobody has entered yet."""

    sheet: Sheet
    missing: tuple[Slip, ...]


def slip(hall: HallFacts, number: int) -> Slip:
    """The slip of this number, signed."""
    return Slip(number, letters_of(vault.current().hash(b"slip", f"{hall.code} {number}")))


@transaction
def check(hall: HallFacts, text: str) -> int:
    """The number of a slip of this hall from what was typed or scanned.

    Refused with slip_unreadable, slip_other_hall (scanned), slip_letters (number and letters do not belong together),
    slip_unknown (never printed).
    """
    said = read(text)
    if said.hall is not None and said.hall != hall.code:
        raise Refused("slip_other_hall")
    # Under every key, since paper outlives the change of one.
    signed = [letters_of(one) for one in vault.current().hashes(b"slip", f"{hall.code} {said.number}")]
    if not any([hmac.compare_digest(one, said.letters) for one in signed]):  # noqa: C419 - all keys
        raise Refused("slip_letters", number=numbered(said.number))
    if slips.with_number(hall.id, said.number) is None:
        raise Refused("slip_unknown", number=numbered(said.number))
    return said.number


@transaction
def print_sheet(post: Post, pages: int, now: datetime) -> Sheet:
    """The numbers of so many pages (1 to MOST_PAGES) of new slips; of two at the same moment each gets its own. Noted
    in the audit. Refused with slip_pages (most), slips_used_up, not_yours."""
    hall = hall_of(post, Action.CODES)
    if not 1 <= pages <= MOST_PAGES:
        raise Refused("slip_pages", most=MOST_PAGES)
    before = slips.latest(hall.id, 1)
    made = Sheet(before[0].last + 1 if before else 1, pages * SLIPS_A_PAGE, now)
    if made.last > LAST_NUMBER:
        raise Refused("slips_used_up")
    insert(
        SlipSheet, hall_id=hall.id, first=made.first, count=made.slips, made_at=now, made_by=audit.hash_of(post.openid)
    )
    audit.note(post.actor, "slip_sheet", hall.id, now, slip=f"{numbered(made.first)}-{numbered(made.last)}")
    return made


@transaction
def sheet(hall: HallFacts, first: int) -> Sheet:
    """The sheet that begins with this number. Refused with slip_unknown."""
    found = slips.with_number(hall.id, first)
    if found is None or found.first != first:
        raise Refused("slip_unknown", number=numbered(first))
    return found


@transaction
def sheets(hall: HallFacts) -> list[Listed]:
    """The latest MOST_SHEETS sheets, the newest first."""
    return [Listed(one, tuple(_missing(hall, one))) for one in slips.latest(hall.id, MOST_SHEETS)]


@transaction
def unentered(hall: HallFacts, number: int) -> Slip | None:
    """The slip of this number, if it was printed and nobody has entered it."""
    found = slips.with_number(hall.id, number)
    return next((one for one in _missing(hall, found) if one.number == number), None) if found else None


@transaction
def next_after(hall: HallFacts, number: int) -> Slip | None:
    """The next slip of the same sheet that nobody has entered; None after the last."""
    found = slips.with_number(hall.id, number)
    return next((one for one in _missing(hall, found) if one.number > number), None) if found else None


def hall_of(post: Post, action: Action) -> HallFacts:
    """The hall of a post. Refused with not_yours where the post may not do this."""
    if post.hall is None or not post.may(action):
        raise Refused("not_yours")
    return post.hall


def _missing(hall: HallFacts, found: Sheet) -> list[Slip]:
    entered = slips.entered(hall.id, numbered(found.first), numbered(found.last))
    return [slip(hall, one) for one in range(found.first, found.last + 1) if numbered(one) not in entered]
