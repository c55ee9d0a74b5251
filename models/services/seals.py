"""Signatures by which the service knows again what it sealed.

The key that signs comes from the newest hash key and stands in no table, so whoever holds only the database cannot
sign. Each new key and the one before it sign that the one follows the other; so what an old key signed can be verified
when its hash key is gone, and a public key that somebody put into the table is trusted by nothing.

While keys are changed, some processes have the new one and others do not yet. As soon as the new one is in the table
nobody signs with an older one, so that whatever is signed by that later is forged; whoever does not have the new one
leaves signing to the others, and knows again what these signed, since its own key has agreed.
"""

import functools
import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import NamedTuple

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from models.rules.chain import canonical
from models.tables import seal_keys, vault
from models.tables.database import transaction
from models.tables.fields import insert
from models.tables.seal_keys import KeyRow, SealKey

_PURPOSE = b"hallpass seals 1"


class Seal(NamedTuple):
    """A signature: Ed25519, 64 bytes. `key_id`: the id of the hash key and the fingerprint of the public key."""

    key_id: str
    signature: bytes


@dataclass(frozen=True)
class KeyFault:
    """What is wrong with a public key of the table. `what`: key_replaced (it is not the one that its id or the hash key
    says), key_unvouched (no key that is trusted vouches for it), key_countersignature (it and the key before have not
    both signed that it follows)."""

    key_id: str
    what: str


class Superseded(Exception):
    """A newer key is in use, which this process does not have: it is to be started anew with the keys of the others."""


@dataclass(frozen=True)
class KeyRing:
    """The public keys that are trusted, by id; which of them came first; and when each was replaced, those that are in
    use left out."""

    public: Mapping[str, bytes]
    order: Mapping[str, int]
    replaced_at: Mapping[str, datetime]


@transaction
def sign(data: bytes) -> Seal:
    """Sign with the key in use. Nothing is written. Raises Superseded; nothing is signed then.

    In a unit of work, what is signed is read before this is called: whatever another process signed with a newer key by
    then, its key is in the table by then too.
    """
    signers = dict(_signers())
    key_id = _in_use(_rows(), signers)
    if key_id not in signers:
        raise Superseded
    return Seal(key_id, signers[key_id].sign(data))


@transaction
def key_in_use() -> str:
    """The id of the newest key, whether this process has it or not."""
    return _in_use(_rows(), dict(_signers()))


@transaction
def verify(data: bytes, seal: Seal, keys: Mapping[str, bytes] | None = None) -> bool:
    """Whether a trusted key signed just this. `keys`: what `trusted` gave, where much is verified."""
    public = (trusted() if keys is None else keys).get(seal.key_id)
    return public is not None and _holds(public, seal.signature, data)


@transaction
def trusted() -> dict[str, bytes]:
    """The public keys that are trusted, by id: those of the hash keys in use, whatever these vouch for, one by the
    other, and whatever followed the newest of them, which had to agree."""
    return _trusted(_rows(), dict(_signers()))


@transaction
def key_ring() -> KeyRing:
    """The keys as of now."""
    rows = _rows()
    public = _trusted(rows, dict(_signers()))
    known = sorted(row for row in rows.values() if row.key_id in public)
    replaced_at = {before.key_id: row.since for before, row in pairwise(known)}
    return KeyRing(public, {row.key_id: row.number for row in known}, replaced_at)


def knowing(ring: KeyRing, *key_ids: str | None) -> KeyRing:
    """The ring, read anew where it lacks one of these: another process may have brought it meanwhile."""
    return ring if all(key_id is None or key_id in ring.order for key_id in key_ids) else key_ring()


@transaction
def introduce(now: datetime) -> bool:
    """Put the newest key into the table, countersigned, unless it is there; whether it was new. Done whenever the
    service starts, while the hash key before is still there to agree."""
    rows = seal_keys.every()
    signers = dict(_signers())
    newest = next(iter(signers))
    if any(row.key_id == newest for row in rows):
        return False
    before = rows[-1] if rows else None
    row = KeyRow(before.number + 1 if before else 1, newest, _public(signers[newest]), now, None, None, None)
    if before and before.key_id in signers:
        data = _following(row, before)
        row = row._replace(
            countersigned_by=before.key_id,
            countersignature=signers[before.key_id].sign(data),
            vouched=signers[newest].sign(data),
        )
    insert(SealKey, **row._asdict())
    return True


@transaction
def key_faults() -> list[KeyFault]:
    """What is wrong with the keys of the table, the first key first."""
    rows, keys = _rows(), trusted()
    return [KeyFault(row.key_id, what) for row in rows.values() if (what := _fault(row, rows, keys))]


def fingerprint(key_id: str) -> str:
    """The part of a key's id that says which public key it is: 16 hex digits of its SHA-256."""
    return key_id.rpartition("-")[2]


def hash_key_of(key_id: str) -> str:
    """The id of the hash key that a key comes from."""
    return key_id.rpartition("-")[0]


def _fault(row: KeyRow, rows: Mapping[str, KeyRow], keys: Mapping[str, bytes]) -> str:
    if row.key_id not in keys:
        return "key_unvouched"
    if row.public != keys[row.key_id] or fingerprint(row.key_id) != _fingerprint(row.public):
        return "key_replaced"
    if row.countersigned_by is None:
        return "" if row.number == min(one.number for one in rows.values()) else "key_countersignature"
    before = rows.get(row.countersigned_by)
    if before is None:
        return "key_countersignature"
    return "" if _agreed(row, before, {before.key_id: before.public}) else "key_countersignature"


def _trusted(rows: Mapping[str, KeyRow], signers: Mapping[str, Ed25519PrivateKey]) -> dict[str, bytes]:
    found = {key_id: _public(key) for key_id, key in signers.items()}
    found |= _followers(rows, signers)
    for row in sorted(rows.values(), reverse=True):
        before = rows.get(row.countersigned_by or "")
        known = found.get(row.key_id)
        if known and before and row.vouched and _holds(known, row.vouched, _following(row, before)):
            found.setdefault(before.key_id, before.public)
    return found


def _followers(rows: Mapping[str, KeyRow], signers: Mapping[str, Ed25519PrivateKey]) -> dict[str, bytes]:
    """The keys that followed the newest one of this process. Older ones are asked nothing: they may have leaked, and
    were replaced for that."""
    if next(iter(signers)) not in rows:
        return {}
    newest = max((rows[key_id] for key_id in signers if key_id in rows), key=lambda row: row.number)
    found = {newest.key_id: _public(signers[newest.key_id])}
    for row in sorted(rows.values()):
        before = rows.get(row.countersigned_by or "")
        if before and before.key_id in found and row.number > before.number and _agreed(row, before, found):
            found[row.key_id] = row.public
    return found


def _agreed(row: KeyRow, before: KeyRow, known: Mapping[str, bytes]) -> bool:
    data = _following(row, before)
    signed = ((known[before.key_id], row.countersignature), (row.public, row.vouched))
    return all(_holds(public, signature or b"", data) for public, signature in signed)


def _in_use(rows: Mapping[str, KeyRow], signers: Mapping[str, Ed25519PrivateKey]) -> str:
    """The newest key by the table, unless this process brings one that is not there yet. Where an older key is put
    first again, the one that followed it goes on: what was said to be replaced can sign nothing any more."""
    newest = next(iter(signers))
    if newest not in rows:
        return newest
    known = _trusted(rows, signers)
    return max((row for row in rows.values() if row.key_id in known), key=lambda row: row.number).key_id


def _rows() -> dict[str, KeyRow]:
    return {row.key_id: row for row in seal_keys.every()}


def _following(row: KeyRow, before: KeyRow) -> bytes:
    """What both keys sign where one follows the other."""
    return canonical(
        {
            "what": "seal key", "number": row.number, "key_id": row.key_id, "public": row.public, "since": row.since,
            "before": before.key_id, "before_public": before.public, "before_since": before.since,
        }
    )  # fmt: skip


def _signers() -> Iterator[tuple[str, Ed25519PrivateKey]]:
    """The keys of the hash keys in use by their ids, the newest first."""
    return iter(_signers_of(tuple(vault.current().derived(_PURPOSE).items())))


@functools.lru_cache(maxsize=4)
def _signers_of(seeds: tuple[tuple[str, bytes], ...]) -> tuple[tuple[str, Ed25519PrivateKey], ...]:
    made = [(name, Ed25519PrivateKey.from_private_bytes(seed)) for name, seed in seeds]
    return tuple((f"{name}-{_fingerprint(_public(key))}", key) for name, key in made)


def _public(key: Ed25519PrivateKey) -> bytes:
    return key.public_key().public_bytes_raw()


def _fingerprint(public: bytes) -> str:
    return hashlib.sha256(public).hexdigest()[:16]


def _holds(public: bytes, signature: bytes, data: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, data)
    except (InvalidSignature, ValueError):  # ValueError: no key at all
        return False
    return True
