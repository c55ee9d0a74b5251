"""A table of visits as it is after years of many halls, made by the server itself in seconds."""

import hashlib
from collections.abc import Callable
from datetime import UTC, datetime

from models.rules.visits import HowOut
from models.tables.visits import Visit

NOW = datetime(2026, 3, 2, 3, 0, tzinfo=UTC)
"""Monday, 11:00 by the halls' clocks: when the last of them came in."""
DAYS = 30
NAMES = 1000
TAILS = 3000
"""How many names and last four digits the people of one hall share."""
MATTERS = 12
DOORS = 4
STAYS_EACH = 3
"""How often one person comes, to the same hall."""
INSIDE_EACH = 40
"""How many are inside each hall at NOW."""

_WAYS = [HowOut.SCAN] * 10 + [HowOut.CLOSING] * 4 + [HowOut.CHAT] * 3 + [HowOut.STAFF, HowOut.CORRECTED, HowOut.SWEPT]


def hash_of(what: str, number: int) -> bytes:
    """The look-up hash of the person ("id", "phone") of this number, or of the name or tail of somebody who is the
    so manyth in their hall."""
    return b"h1:" + hashlib.md5(f"{what}{number}".encode(), usedforsecurity=False).digest()


def people(visits: int, halls: int) -> int:
    """How many people they are: person n comes to hall n % `halls` + 1 only, and is the n DIV `halls`th there."""
    return visits // STAYS_EACH // halls * halls


def grow(
    execute: Callable[[str], object], visits: int, halls: int, first: int = 1, last: int | None = None,
    days: int = DAYS,
) -> None:  # fmt: skip
    """Add visits numbered `first` to `last` of `visits` in all, spread over the halls 1 to `halls` and the days before
    NOW. Personal fields are one short text each; all hashes differ as people do."""
    ways = ", ".join(f"'{way}'" for way in _WAYS)
    each = visits // halls
    # The number of a visit within its hall, the latest first.
    back = f"(({visits} - s.seq) DIV {halls})"
    person = f"(s.seq % {people(visits, halls)})"
    in_at = f"TIMESTAMPADD(SECOND, -FLOOR({back} * {days * 86400} / {each}) - s.seq % 60, '{NOW:%Y-%m-%d %H:%M:%S}')"
    is_inside = f"{back} < {INSIDE_EACH}"
    shown = {name: Visit._meta.fields[name].db_value(text).hex() for name, text in _SHOWN.items()}
    columns = {
        "public_id": "CONCAT('p', LPAD(s.seq, 15, '0'))",
        "hall_id": f"s.seq % {halls} + 1",
        "door": f"s.seq DIV {halls} % {DOORS} + 1",
        "person_id": person,
        "companions": "0",
        "open_key": f"IF({is_inside}, s.seq, NULL)",
        "hall_day": f"DATE(TIMESTAMPADD(HOUR, 8, {in_at}))",
        "in_at": in_at,
        "out_at": f"IF({is_inside}, NULL, TIMESTAMPADD(MINUTE, 20 + s.seq % 40, {in_at}))",
        "due_at": f"IF({is_inside}, TIMESTAMPADD(HOUR, 20, '{NOW:%Y-%m-%d %H:%M:%S}'), TIMESTAMPADD(HOUR, 4, {in_at}))",
        "how_in": "'scan'",
        "how_out": f"IF({is_inside}, NULL, ELT(s.seq DIV {halls} % {len(_WAYS)} + 1, {ways}))",
        "matter": f"CONCAT('matter', s.seq DIV {halls} % {MATTERS})",
        "registered_by": "'visitor'",
        "name": f"X'{shown['name']}'",
        "id_kind": "'citizen'",
        "id_number": f"X'{shown['id_number']}'",
        "phone": f"X'{shown['phone']}'",
        "name_hash": f"CONCAT('h1:', UNHEX(MD5(CONCAT('name', {person} DIV {halls} % {NAMES}))))",
        "id_hash": f"CONCAT('h1:', UNHEX(MD5(CONCAT('id', {person}))))",
        "phone_hash": f"CONCAT('h1:', UNHEX(MD5(CONCAT('phone', {person}))))",
        "phone_tail_hash": f"CONCAT('h1:', UNHEX(MD5(CONCAT('tail', {person} DIV {halls} % {TAILS}))))",
    }
    names, values = ", ".join(f"`{name}`" for name in columns), ", ".join(columns.values())
    execute(f"INSERT INTO visits ({names}) SELECT {values} FROM seq_{first}_to_{last or visits} s")


_SHOWN = {"name": "张三", "id_number": "11010519491231002X", "phone": "13800138000"}
