"""The chain of what was erased: each hall day's record is signed when the day is done, and holds the one before."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from models.rules import chain
from models.services import seals
from models.services.seals import KeyRing, Seal, knowing
from models.tables import deletions
from models.tables.database import Raced, transaction
from models.tables.deletions import DeletionRow

PAGE = 30
_AT_ONCE = 500
_DIGITS = 16


@dataclass(frozen=True)
class Fault:
    """Where the chain of a hall breaks. `why`: missing (there is no record of this number), order (it does not hold
    the one before), changed (something in it is not as it was signed), signature (nobody who has the keys signed
    it), old_key (signed by a key that another had followed)."""

    hall_id: int
    number: int
    why: str


@dataclass(frozen=True)
class State:
    """The chain of a hall: how many records hold, its first fault, None where there is none, and the beginning of the
    digest of the last record that holds, "" without one."""

    records: int
    fault: Fault | None
    head: str = ""


def seal(row: DeletionRow, left: int) -> None:
    """Put a record into the chain of its hall, signed, and add nothing to it any more. Part of a unit of work, which is
    redone where somebody else was quicker. Raises Superseded, with nothing written."""
    before = deletions.last_done(row.hall_id)
    placed = row._replace(
        left=left, number=before.number + 1 if before and before.number else 1,
        previous=before.digest if before else chain.START,
    )  # fmt: skip
    digest = chain.link(placed.previous or b"", fields(placed))
    signed = seals.sign(digest)
    if not deletions.finish(placed._replace(digest=digest, key_id=signed.key_id, signature=signed.signature)):
        raise Raced


def fields(row: DeletionRow) -> chain.Fields:
    """What of a record is signed."""
    return {
        "sealed": "deletion",
        "hall": row.hall_id,
        "day": row.day,
        "what": str(row.what),
        "part": row.part,
        "kept_days": row.kept_days,
        "erased": row.erased,
        "left": row.left,
        "fingerprint": row.fingerprint,
        "began_at": row.began_at,
        "ended_at": row.ended_at,
        "number": row.number,
    }


@transaction
def verify(hall_id: int) -> State:
    """Look at the whole chain of a hall, from its first record on."""
    return _verified(hall_id, seals.key_ring())


@transaction
def verified() -> dict[int, State]:
    """The state of the chain of every hall of which there are records, by the id of the hall."""
    ring = seals.key_ring()
    return {hall_id: _verified(hall_id, ring) for hall_id in deletions.halls()}


def _verified(hall_id: int, ring: KeyRing) -> State:
    count, before, order = 0, chain.START, 0
    for row in _chain(hall_id):
        ring = knowing(ring, row.key_id)
        came = ring.order.get(row.key_id or "", 0)
        why = _fault(row, count + 1, before, ring.public) or ("old_key" if came < order else "")
        if why:
            return State(count, Fault(hall_id, count + 1, why), _head(count, before))
        count, before, order = count + 1, row.digest or b"", came
    return State(count, None, _head(count, before))


def _head(count: int, digest: bytes) -> str:
    return digest.hex()[:_DIGITS] if count else ""


@transaction
def latest(hall_id: int, before: int = 2**31 - 1) -> list[DeletionRow]:
    """A page of the hall's records, the latest first, before a number."""
    return deletions.latest(hall_id, before, PAGE)


@transaction
def one(hall_id: int, number: int) -> DeletionRow | None:
    """The hall's record of this number."""
    return deletions.numbered(hall_id, number) if 0 < number < 2**31 else None


@transaction
def under_way(hall_id: int) -> list[DeletionRow]:
    """Records of hall days that are being erased and are not signed yet."""
    return deletions.not_done(hall_id)


@transaction
def is_true(row: DeletionRow) -> bool:
    """Whether a record is as it was signed; its place in the chain is another question."""
    return not _fault(row, row.number or 0, row.previous or b"", seals.trusted())


def _fault(row: DeletionRow, number: int, before: bytes, keys: Mapping[str, bytes]) -> str:
    if row.number != number:
        return "missing"
    if row.previous != before:
        return "order"
    if row.digest is None or row.digest != chain.link(before, fields(row)):
        return "changed"
    seal = Seal(row.key_id or "", row.signature or b"")
    return "" if seals.verify(row.digest, seal, keys) else "signature"


def _chain(hall_id: int) -> Iterator[DeletionRow]:
    after = 0
    while rows := deletions.chain(hall_id, after, _AT_ONCE):
        yield from rows
        after = rows[-1].number or 0
