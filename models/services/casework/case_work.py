"""What staff do about a case: each contact's state, notes, who cares for whom; closing, opening again, holding.

Of two who change the same thing at once one does it, and the other is told. A wrong state is put right by choosing
another one: every step stays in the notes.
"""

from datetime import date, datetime, timedelta

from models.rules.access import Role
from models.rules.refusal import Refused
from models.rules.spelling import readable
from models.services import audit
from models.services import staff as staffing
from models.services.casework import cases
from models.services.posts import Post
from models.tables import case_states, erasures, listed_contacts, staff, turns
from models.tables.cases import CaseRow
from models.tables.contacts import ContactState
from models.tables.database import transaction
from models.tables.listed_contacts import ContactRow
from models.tables.staff import MemberRow

LONGEST_NOTE = 300
LONGEST_HOLD_REASON = 100
MOST_HOLD_DAYS = 180
NOTE, ASSIGNED = "note", "assigned"
"""Kinds of a note that are no state (contacts.ContactNote)."""
NOBODY = ""
"""In place of the key of somebody who cares for a contact."""


@transaction
def note(
    post: Post, public_id: str, number: int, state: ContactState | None, text: str, was: ContactState, now: datetime
) -> None:
    """Note what was done about a contact, or (state None) words alone. `was`: the state that the page showed; the
    contact has to be in it still for another one to be set.

    Refused with not_yours, case_unknown, case_closed, contact_unknown, contact_changed, note_missing (neither a state
    that is another one nor words), note_too_long (most).
    """
    row = cases.open_one(post, public_id)
    contact = _contact(row, number)
    said = readable(text)
    if len(said) > LONGEST_NOTE:
        raise Refused("note_too_long", most=LONGEST_NOTE)
    is_other = state is not None and state is not was
    if not said and not is_other:
        raise Refused("note_missing")
    if is_other and contact.state is not was:
        raise Refused("contact_changed")
    kind = state if state is not None and is_other else NOTE
    if state is not None and is_other and not listed_contacts.set_state(contact.id, was, state, now):
        raise Refused("contact_changed")
    listed_contacts.add_note(contact, post.openid, kind, said or None, now)
    audit.note(post.actor, "case_note", row.hall_id, now, number=row.number, contact_number=number, noted=kind)


@transaction
def assign(post: Post, public_id: str, number: int, key: str, was: str, now: datetime) -> None:
    """Have an admin of the hall care for a contact. `key`: whom (staff.key_of), or NOBODY; `was`: the key that the page
    showed. Nothing is changed where it is the same.

    Refused with not_yours, case_unknown, case_closed, contact_unknown, contact_changed, carer_unknown.
    """
    row = cases.open_one(post, public_id)
    contact = _contact(row, number)
    whom = next((one for one in admins(row.hall_id) if staffing.key_of(one) == key), None)
    if whom is None and key != NOBODY:
        raise Refused("carer_unknown")
    openid = whom.openid if whom else None
    if openid == contact.assigned_to:
        return
    if key_of(row.hall_id, contact.assigned_to) != was:
        raise Refused("contact_changed")
    if not listed_contacts.assign(contact.id, contact.assigned_to, openid, now):
        raise Refused("contact_changed")
    listed_contacts.add_note(contact, post.openid, ASSIGNED, whom.name if whom else None, now)
    audit.note(post.actor, "case_assign", row.hall_id, now, number=row.number, contact_number=number)


@transaction
def admins(hall_id: int) -> list[MemberRow]:
    """Who may care for contacts: the hall's admins, the longest bound first."""
    return [one for one in staff.members(hall_id) if one.role == Role.ADMIN]


@transaction
def key_of(hall_id: int, openid: str | None) -> str:
    """The key of an admin of the hall; NOBODY for nobody, and for whoever is none any more."""
    return next((staffing.key_of(one) for one in admins(hall_id) if one.openid == openid), NOBODY)


@transaction
def close(post: Post, public_id: str, now: datetime) -> None:
    """Nothing more is done about a case; it can still be read. Refused with not_yours, case_unknown, case_closed."""
    row = cases.open_one(post, public_id)
    if not case_states.close(row.id, now):
        raise Refused("case_closed")
    audit.note(post.actor, "case_close", row.hall_id, now, number=row.number)


@transaction
def reopen(post: Post, public_id: str, now: datetime) -> None:
    """Go on with a closed case. Refused with not_yours, case_unknown, case_is_open."""
    row = cases.one(post, public_id)
    if row is None:
        raise Refused("case_unknown")
    if not case_states.reopen(row.id):
        raise Refused("case_is_open")
    audit.note(post.actor, "case_reopen", row.hall_id, now, number=row.number)


@transaction
def hold(post: Post, public_id: str, until: date, reason: str, now: datetime) -> int:
    """Keep the stays of a case and of its contacts until the end of a day of the hall, whatever the retention says; one
    that is held already is held until then instead. Gives how many of them had gone before, or had lost their names.

    Refused with not_yours, case_unknown, case_closed, hold_past, hold_too_long (most), hold_reason_missing,
    hold_reason_long (most).
    """
    row = cases.open_one(post, public_id)
    today = cases.hall_of(post).calendar.hall_day(now)
    if until < today:
        raise Refused("hold_past")
    if until > today + timedelta(days=MOST_HOLD_DAYS):
        raise Refused("hold_too_long", most=MOST_HOLD_DAYS)
    said = readable(reason)
    if not said:
        raise Refused("hold_reason_missing")
    if len(said) > LONGEST_HOLD_REASON:
        raise Refused("hold_reason_long", most=LONGEST_HOLD_REASON)
    # What is being erased at this moment is gone by then, and what is not stays.
    turns.take_of_holds([row.hall_id])
    if not case_states.hold(row.id, until, said):
        raise Refused("case_closed")
    audit.note(post.actor, "case_hold", row.hall_id, now, number=row.number, until=until)
    stays = case_states.stays_of(row.id)
    return len(stays) - len(erasures.stays(stays)) + len(erasures.emptied(stays))


@transaction
def release(post: Post, public_id: str, now: datetime) -> None:
    """Keep them no longer than all others. Refused with not_yours, case_unknown, case_closed, case_not_held."""
    row = cases.open_one(post, public_id)
    if not case_states.release(row.id):
        raise Refused("case_not_held")
    audit.note(post.actor, "case_release", row.hall_id, now, number=row.number)


def _contact(row: CaseRow, number: int) -> ContactRow:
    contact = listed_contacts.with_number(row.id, number)
    if contact is None:
        raise Refused("contact_unknown")
    return contact
