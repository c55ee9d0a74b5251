"""Chains of sealed records: each holds the digest of the one before, so that none can be changed, removed, put in
between or moved without its successors telling."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime
from typing import NamedTuple

START = bytes(32)
"""What the first record of a chain has for the digest of the one before."""

Value = str | int | bytes | datetime | date | None
Fields = Mapping[str, Value]


class Link(NamedTuple):
    """A record of a chain as it is stored. `name`: by which a fault is told."""

    name: str
    fields: Fields
    previous: bytes
    digest: bytes


class Fault(NamedTuple):
    """Where a chain breaks. `what`: "digest" (the record is not what was written), "previous" (the one before it is
    another, or is gone)."""

    name: str
    what: str


def canonical(fields: Fields) -> bytes:
    """The one form in which these values are hashed and signed: JSON in ASCII, sorted by name, without spaces; moments
    in UTC with microseconds, bytes in hex. TypeError for a value of another type, ValueError for a naive moment."""
    written = {name: _written(value) for name, value in fields.items()}
    return json.dumps(written, sort_keys=True, separators=(",", ":")).encode("ascii")


def link(previous: bytes, fields: Fields) -> bytes:
    """The digest (SHA-256, 32 bytes) of a record that follows one with the digest `previous`."""
    return hashlib.sha256(previous + canonical(fields)).digest()


def faults(rows: Iterable[Link], start: bytes = START) -> Iterator[Fault]:
    """Where the records, in their order, are not one chain that begins after `start`. Each record is held against its
    neighbour as it stands, so that one fault is not told of all that follow."""
    expected = start
    for row in rows:
        if row.previous != expected:
            yield Fault(row.name, "previous")
        if row.digest != link(row.previous, row.fields):
            yield Fault(row.name, "digest")
        expected = row.digest


def _written(value: Value) -> str | int | None:
    if value is None or isinstance(value, str) or type(value) is int:
        return value
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, datetime):
        if value.utcoffset() is None:
            raise ValueError("a moment without a time zone")
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no canonical form")
