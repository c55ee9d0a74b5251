"""The keyed hashes by which people are found again: by ID number, phone, its last four digits, whole name."""

from models.rules.contact import name_for_matching
from models.rules.identity import IdNumber
from models.tables import vault


def name_hash(name: str) -> bytes:
    return vault.current().hash(b"name", name_for_matching(name))


def id_hash(number: IdNumber) -> bytes:
    """Persons are compared on the 18-digit form, also where 15 digits were said."""
    return vault.current().hash(b"id", number.number)


def id_hashes(number: IdNumber) -> tuple[bytes, ...]:
    """The same under every key that rows may still carry."""
    return vault.current().hashes(b"id", number.number)


def phone_hash(phone: str) -> bytes:
    return vault.current().hash(b"phone", phone)


def phone_tail_hash(phone: str) -> bytes:
    return vault.current().hash(b"phone tail", phone[-4:])
