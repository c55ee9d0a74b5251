"""Hash keys are changed while the service runs: some processes have the new key and others not yet, in whatever order
they are started anew. Nothing is told as forged that was not, and what is signed with a key that was replaced is."""

import hashlib
import threading
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import peewee
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models.rules.chain import link
from models.services import deletions, pruning, sealing, seals, verifying
from models.services.keys import check_keys
from models.services.rekeying import rekey
from models.services.sealing import contents, fields_of, seal_due, signed, signed_pruned, span_of
from models.services.seals import Seal, Superseded
from models.tables import seal_keys, vault
from models.tables.audit import Audit
from models.tables.database import run
from models.tables.deletions import Deletion
from models.tables.housekeeping import KeyCheck
from models.tables.seal_keys import KeyRow, SealKey
from models.tables.seals import AuditSeal, SealRow
from tests.conftest import IS_TRIAL, KEYS
from tests.erased import came_ago, purged
from tests.sealed import DAY, HALL, MONDAY, faults, noted, seals_of
from tests.service import MONDAY_9
from tests.staffed import at_once, registered

pytestmark = pytest.mark.usefixtures("database")

NEWER = {"h2": bytes(32)}
NEWEST = {"h3": b"\x03" * 32}
FILES = (KEYS.hash, {**NEWER, **KEYS.hash}, {**NEWEST, **NEWER, **KEYS.hash})
"""The file of hash keys, as it is and after each change."""
OLD, BOTH, _ = FILES
BACK = {**KEYS.hash, **NEWER}
"""The old key was put first again."""
HALLS = (0, HALL, 9)
PROCESSES = 4
"""Two workers on each of two nodes."""


def vault_of(hash_keys: Mapping[str, bytes]) -> vault.Vault:
    return vault.Vault(vault.Keys(KEYS.data, hash_keys))


def with_keys(hash_keys: Mapping[str, bytes]) -> None:
    """What is done from now on is done by a process that has these keys, and started at some time before."""
    vault.use(vault_of(hash_keys))


def started(hash_keys: Mapping[str, bytes], day: int = 0) -> None:
    """A process starts."""
    with_keys(hash_keys)
    check_keys(vault.current())
    seals.introduce(MONDAY_9 + day * DAY)


def private_key(name: str, key: bytes) -> Ed25519PrivateKey:
    """What somebody who stole a hash key makes of it."""
    return Ed25519PrivateKey.from_private_bytes(vault_of({name: key}).derived(b"hallpass seals 1")[name])


def seal_of_the_old_key(data: bytes) -> Seal:
    """A signature with the first key of all, which was stolen."""
    [key_id] = run(lambda: [row.key_id for row in SealKey.select().where(SealKey.number == 1)])
    return Seal(key_id, private_key("h1", KEYS.hash["h1"]).sign(data))


def forge(row: SealRow) -> None:
    """Remove a row of the audit, and seal its day anew with the oldest key."""
    run(lambda: Audit.delete().where(Audit.id == row.first_id).execute())
    found = contents(span_of(row))
    values: dict[str, Any] = {
        "row_count": found.count, "late": found.late, "first_id": found.first_id, "last_id": found.last_id,
        "rows_digest": found.digest,
    }  # fmt: skip
    digest = link(row.previous, {**fields_of(row), **values})
    seal = seal_of_the_old_key(signed(digest))
    values |= {"digest": digest, "key_id": seal.key_id, "signature": seal.signature}
    run(lambda: AuditSeal.update(values).where(AuditSeal.number == row.number).execute())


# --- whatever the order ---


class Change:
    """A service of several processes. There is a new key in the file, and none of them has it yet."""

    def __init__(self) -> None:
        for table in (Audit, AuditSeal, SealKey, KeyCheck):
            run(table.delete().execute)
        self.file = 1
        self.day = 0
        self.keys = [FILES[0]] * PROCESSES
        self.begun: list[Any] = [None] * PROCESSES
        started(FILES[0])
        self.note(0)

    @property
    def now(self) -> Any:
        return MONDAY_9 + self.day * DAY

    def note(self, who: int) -> None:
        """A day passes in which something was done everywhere."""
        self.day += 1
        for hall_id in HALLS:
            noted(self.now, hall_id)
            noted(self.now, hall_id)

    def change(self, who: int) -> None:
        """There is another key in the file."""
        self.file = min(self.file + 1, len(FILES) - 1)

    def start(self, who: int) -> None:
        """A process is started anew."""
        self.keys[who], self.begun[who] = FILES[self.file], None
        started(FILES[self.file], self.day)

    def begin(self, who: int) -> None:
        """A process reads the day that is due in a hall, and what it came to …"""
        found = sealing._due(HALL, self.now)
        self.begun[who] = found and (*found, contents(found[2]))

    def end(self, who: int) -> None:
        """… and comes to sealing it after others have done whatever they do."""
        if self.begun[who]:
            last, day, span, found = self.begun[who]
            try:
                sealing._keep(last, day, span, found, self.now)
            except Superseded:
                assert self.keys[who] != FILES[self.file]
        self.begun[who] = None

    def seal(self, who: int) -> None:
        self.note(who)
        seal_due(self.now)

    def look(self, who: int) -> None:
        assert faults(self.now) == []

    def do(self, what: str, who: int) -> None:
        with_keys(self.keys[who])
        getattr(self, what)(who)


STEPS = st.sampled_from(("change", "start", "start", "begin", "end", "seal", "seal", "look"))


# One database for all examples: each begins with nothing.
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=400 if IS_TRIAL else 15)
@given(st.lists(st.tuples(STEPS, st.integers(0, PROCESSES - 1)), min_size=5, max_size=16))
def test_in_whatever_order_processes_get_the_new_key_nothing_is_told_as_forged(steps: list[tuple[str, int]]) -> None:
    service = Change()
    for what, who in steps:
        service.do(what, who)
    for who in range(PROCESSES):
        service.do("look", who)
    service.do("change", 0)
    for who in range(PROCESSES):
        service.do("start", who)
        service.do("look", who)
    for _ in range(3):
        service.do("seal", 0)
    # Whatever was left to others is sealed, and with the newest key.
    last = seals_of()[-1]
    assert last.day == MONDAY + (service.day - 1) * DAY
    assert last.key_id == seals.key_in_use()
    for who in range(PROCESSES):
        service.do("look", who)
    forge(last)
    assert (HALL, "seal_old_key") in [(one.hall_id, one.what) for one in faults()]


class OfThread(vault.Vault):
    """As if each thread were a process with keys of its own."""

    def __init__(self) -> None:
        super().__init__(KEYS)
        self.keys = threading.local()

    def derived(self, purpose: bytes) -> dict[str, bytes]:
        of_thread: vault.Vault = self.keys.vault
        return of_thread.derived(purpose)


def test_processes_with_old_and_new_keys_that_seal_at_once_leave_no_fault() -> None:
    for hall_id in HALLS:
        for day in range(6):
            noted(MONDAY_9 + day * DAY, hall_id)
    started(OLD)
    shared = OfThread()
    vault.use(shared)

    def process(hash_keys: Mapping[str, bytes]) -> Any:
        def work() -> None:
            shared.keys.vault = vault_of(hash_keys)
            for day in range(1, 9):
                seal_due(MONDAY_9 + day * DAY)

        return work

    at_once(process(OLD), process(BOTH), process(OLD), process(BOTH))
    for keys in (BOTH, OLD):
        with_keys(keys)
        assert faults() == []
    assert [len(seals_of(hall_id)) for hall_id in HALLS] == [6, 6, 6]


# --- one by one ---


@pytest.fixture
def changed(database: peewee.Database) -> None:
    """Monday is sealed with the old key, which one process still has; another one has brought the new key."""
    noted()
    started(OLD)
    seal_due(MONDAY_9 + DAY)
    started(BOTH, 1)
    noted(MONDAY_9 + DAY)
    noted(MONDAY_9 + 2 * DAY)


@pytest.mark.usefixtures("changed")
def test_a_process_without_the_new_key_seals_nothing_and_says_so(caplog: pytest.LogCaptureFixture) -> None:
    with_keys(OLD)
    assert seal_due(MONDAY_9 + 5 * DAY) == 0
    assert "newer hash key" in caplog.text
    with_keys(BOTH)
    assert seal_due(MONDAY_9 + 5 * DAY) == 2


@pytest.mark.usefixtures("changed")
def test_a_process_without_the_new_key_knows_again_what_was_sealed_with_it() -> None:
    seal_due(MONDAY_9 + 5 * DAY)
    with_keys(OLD)
    assert faults() == []
    page = verifying.latest_days(HALL, None, MONDAY_9 + 5 * DAY)
    assert (page.faults, page.of_keys) == ({}, [])
    assert page.fingerprint == seals.fingerprint(seals.key_in_use())


@pytest.mark.usefixtures("changed")
def test_a_key_that_comes_while_somebody_verifies_is_no_forgery() -> None:
    with_keys(OLD)
    ring = seals.key_ring()
    with_keys(BOTH)
    started(FILES[2], 2)
    seal_due(MONDAY_9 + 5 * DAY)
    assert verifying.of_hall(HALL, ring, MONDAY_9 + 5 * DAY).faults == []


@pytest.mark.usefixtures("changed")
def test_a_process_without_the_new_key_does_not_say_that_rows_are_erased() -> None:
    seal_due(MONDAY_9 + 5 * DAY)
    late = MONDAY_9 + 200 * DAY
    with_keys(OLD)
    assert pruning.prune(late) == 0
    with_keys(BOTH)
    assert pruning.prune(late) == 3
    assert faults(late) == []


def test_where_the_old_key_is_put_first_again_the_new_one_goes_on_sealing() -> None:
    for day, keys in enumerate((OLD, BOTH, BACK)):
        noted(MONDAY_9 + day * DAY)
        started(keys, day)
        seal_due(MONDAY_9 + (day + 1) * DAY)
    assert [row.key_id[:2] for row in seals_of()] == ["h1", "h2", "h2"]
    assert faults() == []
    told: list[str] = []
    assert rekey(MONDAY_9 + 3 * DAY, told.append).retired == ()
    assert any("hash:h2" in line for line in told)


def test_what_was_erased_is_signed_by_a_process_that_has_the_new_key() -> None:
    hall = registered()
    for days in (33, 32, 31):
        came_ago(hall, days)
    started(OLD)
    started(BOTH)
    with_keys(OLD)
    purged()
    assert deletions.verify(hall.id) == deletions.State(0, None)
    assert len(deletions.under_way(hall.id)) == 3
    with_keys(BOTH)
    purged()
    for keys in (BOTH, OLD):
        with_keys(keys)
        state = deletions.verify(hall.id)
        assert (state.records, state.fault) == (3, None)


# --- a key that was replaced was stolen ---


@pytest.mark.usefixtures("changed")
def test_a_seal_by_a_key_that_was_replaced_is_told_to_those_who_have_the_new_one_and_those_who_do_not() -> None:
    seal_due(MONDAY_9 + 5 * DAY)
    forge(seals_of()[-1])
    for keys in (BOTH, OLD, NEWER):
        with_keys(keys)
        told = [(one.hall_id, one.day, one.what) for one in faults()]
        assert (HALL, MONDAY + 2 * DAY, "seal_old_key") in told
        assert (0, None, "number_old_key") in told


@pytest.mark.usefixtures("changed")
def test_a_seal_by_a_key_that_was_replaced_is_told_in_a_hall_that_the_new_one_has_not_sealed_yet() -> None:
    noted(MONDAY_9 + 3 * DAY, 9)
    noted(MONDAY_9 + 3 * DAY, 9)
    seal_due(MONDAY_9 + 5 * DAY)
    [row] = seals_of(9)
    forge(row)
    assert [(one.what, one.count) for one in faults()] == [("number_old_key", row.number)]


@pytest.mark.usefixtures("changed")
def test_a_key_of_a_thief_that_the_stolen_one_agrees_to_is_not_trusted_by_whoever_has_the_new_one() -> None:
    stolen, own = private_key("h1", KEYS.hash["h1"]), private_key("h9", b"\x09" * 32)
    public = own.public_key().public_bytes_raw()
    first = run(seal_keys.every)[0]
    row = KeyRow(3, f"h9-{hashlib.sha256(public).hexdigest()[:16]}", public, MONDAY_9, first.key_id, None, None)
    agreed = seals._following(row, first)
    row = row._replace(countersignature=stolen.sign(agreed), vouched=own.sign(agreed))
    run(lambda: SealKey.insert(row._asdict()).execute())
    assert row.key_id not in seals.trusted()
    assert [one.key_id for one in faults() if one.what == "key_unvouched"] == [row.key_id]
    assert seals.sign(b"").key_id.startswith("h2-")


PRUNED = (
    (MONDAY_9 + 200 * DAY, "prune_old_key"),
    (MONDAY_9 + 400 * DAY, "prune_early"),
    (MONDAY_9 + 182 * DAY, "prune_old_key"),
)


@pytest.mark.usefixtures("changed")
@pytest.mark.parametrize(("at", "what"), PRUNED)
@pytest.mark.parametrize("of", [0, 1], ids=["of its own seal", "of a later seal"])
def test_that_rows_are_erased_is_not_believed_of_a_key_that_was_replaced(at: Any, what: str, of: int) -> None:
    seal_due(MONDAY_9 + 5 * DAY)
    row = seals_of()[of]
    seal = seal_of_the_old_key(signed_pruned(row.digest, at))
    values = {"pruned_at": at, "pruned_key_id": seal.key_id, "pruned_signature": seal.signature}
    run(lambda: AuditSeal.update(values).where(AuditSeal.number == row.number).execute())
    run(lambda: Audit.delete().where(Audit.id == row.first_id).execute())
    told = [(one.day, one.what) for one in faults(MONDAY_9 + 200 * DAY + timedelta(hours=1))]
    assert told == [(row.day, what)]


def test_a_record_of_what_was_erased_by_a_key_that_was_replaced_is_told() -> None:
    hall = registered()
    for days in (33, 32, 31):
        came_ago(hall, days)
    started(OLD)
    started(BOTH)
    purged()
    assert deletions.verify(hall.id).fault is None
    last = deletions.latest(hall.id)[0]
    digest = link(last.previous or b"", deletions.fields(last._replace(erased=9)))
    seal = seal_of_the_old_key(digest)
    values = {"erased": 9, "digest": digest, "key_id": seal.key_id, "signature": seal.signature}
    run(lambda: Deletion.update(values).where(Deletion.id == last.id).execute())
    assert deletions.verify(hall.id).fault == deletions.Fault(hall.id, 3, "old_key")
