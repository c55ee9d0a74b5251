"""The keyed hashes by which people are found again: by ID number, phone, its last four digits, whole name."""

from datetime import date

from models.rules.contact import name_for_matching
from models.rules.identity import IdNumber, id_number
from models.rules.refusal import Refused
from models.tables import vault


def name_hash(name: str) -> bytes:
    return vault.current().hash(b"name", name_for_matching(name))


def name_hashes(name: str) -> tuple[bytes, ...]:
    """The same under every key that rows may still carry; so are the further ones."""
    return vault.current().hashes(b"name", name_for_matching(name))


def id_hash(number: IdNumber) -> bytes:
    """The same for 15 and 18 digits of one person, and for a permit that was issued again."""
    return vault.current().hash(b"id", number.for_matching)


def id_hashes(number: IdNumber) -> tuple[bytes, ...]:
    return vault.current().hashes(b"id", number.for_matching)


def phone_hash(phone: str) -> bytes:
    return vault.current().hash(b"phone", phone)


def phone_hashes(phone: str) -> tuple[bytes, ...]:
    return vault.current().hashes(b"phone", phone)


def phone_tail_hash(phone: str) -> bytes:
    return vault.current().hash(b"phone tail", phone[-4:])


def phone_tail_hashes(phone: str) -> tuple[bytes, ...]:
    return vault.current().hashes(b"phone tail", phone[-4:])


def renewed(stored: bytes, what: str, text: str, today: date) -> bytes | None:
    """The newest hash of what a look-up hash of this kind ("name", "id", "phone", "phone tail") was made from; None
    where it was not made from `text`, or under a key that is not here."""
    if what == "id":
        try:
            text = id_number(text, today=today).for_matching
        except Refused:
            # Rules grow stricter than what was once accepted.
            return None
    elif what == "name":
        text = name_for_matching(text)
    elif what == "phone tail":
        text = text[-4:]
    return vault.current().rehashed(stored, what.encode(), text)
