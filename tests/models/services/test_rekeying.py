"""Keys are changed while the hall is open: everything is written anew, and then the old keys may be given up."""

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import peewee
import pytest

from models.services import audit, hashing, seals
from models.services.keys import WrongKeys, check_keys
from models.services.rekeying import HASHED, Done, rekey
from models.tables import TABLES, vault
from models.tables import rekeying as rows
from models.tables.database import DB, run
from models.tables.door import Fever
from models.tables.exports import add_chunk, chunk
from models.tables.fields import AsciiField, BytesField, SecretField
from models.tables.housekeeping import KeyCheck
from models.tables.people import Person
from models.tables.staff import Member
from models.tables.vault import Keys, Vault, use
from models.tables.visits import Visit
from tests.busy_day import REGISTERED, BusyDay
from tests.conftest import KEYS
from tests.service import MONDAY_9, Service

NEW = {"d2": b"\x07" * 32}, {"h2": b"\x08" * 32}
BOTH = Keys(data={**NEW[0], **KEYS.data}, hash={**NEW[1], **KEYS.hash})
NEW_ONLY = Keys(data=NEW[0], hash=NEW[1])
OLD = ("data:d1", "hash:h1")

_FOUND_WITHOUT_KEYS = {
    "receipts.delivery", "photos.delivery", "submissions.key", "sessions.id_hash", "sign_ins.token_hash",
    "sign_ins.spent_hash", "sign_ins.browser_hash", "attempts.key", "halls.double_key", "halls.name_key",
    "key_checks.check_value", "rekeyings.upto",
    "seal_keys.public", "seal_keys.countersignature", "seal_keys.vouched", "audit_seals.rows_digest",
    "audit_seals.prior", "audit_seals.previous", "audit_seals.digest", "audit_seals.signature",
    "audit_seals.pruned_signature", "deletions.fingerprint", "deletions.previous", "deletions.digest",
    "deletions.signature",
}  # fmt: skip
"""Bytes that were made without a hash key, or are none."""
_GOES_SOON = {"receipts.sender", "invites.code_hash", "sign_ins.number_hash"}
"""Hashes of what is over in minutes, or days; whoever looks for one asks for it under every key."""
_OF_STAFF = {
    "audits.actor", "desk_acts.actor", "amendments.actor", "slip_sheets.made_by", "fevers.released_actor",
    "help_requests.done_by", "flags.done_by", "actor_aliases.earlier", "actor_aliases.newest",
}  # fmt: skip
"""Hashes of staff, which stay and have aliases."""


def made(keys: Keys) -> Vault:
    return Vault(keys)


def a_worker_of_before() -> Vault:
    """One that has not been restarted: it began with the first keys alone, and read what it needs of them then."""
    begun = made(KEYS)
    begun.openids = vault.current().openids
    return begun


def silent(_line: str) -> None:
    """Whoever does not want to be told of progress."""


@pytest.fixture
def day(database: peewee.Database) -> BusyDay:
    """A busy day with the first keys, and the second ones put before them in the evening."""
    passed = BusyDay(Service())
    passed.pass_by()
    run(lambda: add_chunk(1, "full", 1, b"a piece of a workbook"))
    check_keys(vault.current())
    use(made(BOTH))
    check_keys(vault.current())
    return passed


def opened() -> dict[str, list[Any]]:
    """What every encrypted column of every row says."""

    def texts(table: Any) -> list[Any]:
        fields = [one for one in table._meta.sorted_fields if isinstance(one, SecretField)]
        return list(table.select(table._meta.primary_key, *fields).order_by(table._meta.primary_key).tuples())

    return run(lambda: {table.__name__: texts(table) for table in rows.with_secrets()})


def retired() -> list[str]:
    return run(lambda: [row.key for row in KeyCheck.select().order_by(KeyCheck.key) if row.retired_at])


def test_everything_reads_as_before_without_the_old_keys(day: BusyDay) -> None:
    before = opened()
    done = rekey(MONDAY_9, silent)
    use(made(NEW_ONLY))
    assert opened() == before
    assert run(lambda: chunk(1, "full", 1)) == b"a piece of a workbook"
    assert done.is_whole


def test_the_old_data_key_may_be_left_out_afterwards_and_not_before(day: BusyDay) -> None:
    without = Keys(data=NEW[0], hash=BOTH.hash)
    with pytest.raises(WrongKeys) as refusal:
        check_keys(made(without))
    assert refusal.value.keys == ["data:d1"]
    rekey(MONDAY_9, silent)
    check_keys(made(without))
    assert "data:d1" in retired()


def test_the_old_hash_key_goes_once_nobody_is_found_by_it_alone(day: BusyDay) -> None:
    # A fever keeps the hash of a number and not the number.
    assert rekey(MONDAY_9, silent).left.keys() == {("hash:h1", "fevers.id_hash")}
    assert retired() == ["data:d1"]
    run(lambda: Fever.delete().execute())
    assert rekey(MONDAY_9, silent) == Done(True, OLD, {})
    check_keys(made(NEW_ONLY))


def test_people_are_found_by_the_new_keys_alone(day: BusyDay) -> None:
    kept = run(lambda: {row.id: (row.name, row.phone) for row in Visit.select()})
    rekey(MONDAY_9, silent)
    use(made(NEW_ONLY))
    for row_id, (name, phone) in kept.items():
        row = run(lambda row_id=row_id: Visit.get_by_id(row_id))  # type: ignore[misc]
        assert row.name_hash == hashing.name_hash(name)
        assert row.phone_hash == (hashing.phone_hash(phone) if phone else None)
        assert row.phone_tail_hash == (hashing.phone_tail_hash(phone) if phone else None)
    assert run(lambda: {bytes(row.id_hash)[:3] for row in Visit.select() if row.id_hash}) == {b"h2:"}


def test_an_admin_finds_somebody_of_before(day: BusyDay) -> None:
    rekey(MONDAY_9, silent)
    use(made(NEW_ONLY))
    row = run(lambda: next(one for one in Visit.select() if one.name == REGISTERED))
    found = run(lambda: list(Visit.select().where(Visit.name_hash == hashing.name_hash(REGISTERED))))
    assert row.id in {one.id for one in found}


def test_who_did_what_is_still_told_without_the_old_hash_key(day: BusyDay) -> None:
    def told() -> list[tuple[int, str]]:
        members = run(lambda: [(row.openid, row.name) for row in Member.select()])
        people = dict(members)
        by = audit.by_hash(list(people))
        done_by = audit.latest(None, MONDAY_9.replace(year=2030))
        return [(row.id, people[by[row.actor]]) for row in done_by if row.actor in by]

    before = told()
    run(lambda: Fever.delete().execute())
    rekey(MONDAY_9, silent)
    use(made(NEW_ONLY))
    assert told() == before != []


def test_names_are_told_after_two_changes(day: BusyDay) -> None:
    openid = run(lambda: Member.select().first().openid)
    first = made(KEYS).hash(b"actor", openid)
    run(lambda: Fever.delete().execute())
    rekey(MONDAY_9, silent)
    third = Keys(data={"d3": b"\x01" * 32, **NEW[0]}, hash={"h3": b"\x02" * 32, **NEW[1]})
    use(made(third))
    check_keys(made(third))
    rekey(MONDAY_9, silent)
    use(made(Keys(data={"d3": b"\x01" * 32}, hash={"h3": b"\x02" * 32})))
    assert first in audit.hashes_of(openid)
    check_keys(vault.current())


def test_what_was_sealed_under_the_old_hash_key_is_verified_without_it(database: peewee.Database) -> None:
    seals.introduce(MONDAY_9)
    sealed = seals.sign(b"a day of the audit")
    check_keys(vault.current())
    use(made(BOTH))
    check_keys(vault.current())
    assert rekey(MONDAY_9, silent).retired == OLD
    use(made(NEW_ONLY))
    assert seals.verify(b"a day of the audit", sealed)
    assert not seals.verify(b"another day", sealed)


# --- stopped, twice at once, changed meanwhile ---


class Killed(Exception):
    """As if the process had ended here."""


def test_a_run_that_was_killed_is_taken_up_and_ends_the_same(day: BusyDay) -> None:
    before = opened()
    for after in range(1, 8):
        left = iter(range(after))

        def tell(_line: str, left: Any = left) -> None:
            if next(left, None) is None:
                raise Killed

        with pytest.raises(Killed):
            rekey(MONDAY_9, tell)
        assert retired() == []
    rekey(MONDAY_9, silent)
    assert opened() == before
    assert retired() == ["data:d1"]


def test_two_at_once_do_no_harm(day: BusyDay) -> None:
    before = opened()
    together = threading.Barrier(2)

    def one(_: int) -> None:
        together.wait()
        rekey(MONDAY_9, silent)
        DB.close()

    with ThreadPoolExecutor(2) as threads:
        list(threads.map(one, range(2)))
    rekey(MONDAY_9, silent)
    assert opened() == before
    assert retired() == ["data:d1"]


def test_what_somebody_changed_meanwhile_is_not_overwritten(day: BusyDay) -> None:
    read = run(lambda: rows.batch(Person, ["profile"], None, 1))[0]
    run(lambda: Person.update(profile='{"name": "改过"}').where(Person.id == read.key).execute())
    renewed = vault.current().renewed(bytes(read.values["profile"]), b"people.profile")
    assert run(lambda: rows.write(Person, read, {"profile": renewed}, {"profile"})) is False
    assert run(lambda: Person.get_by_id(read.key).profile) == '{"name": "改过"}'


def test_rows_that_come_behind_it_under_the_old_key_are_written_too(day: BusyDay) -> None:
    asked = {"done": False}
    worker = a_worker_of_before()

    def tell(line: str) -> None:
        # A worker that has not been restarted yet.
        if line.startswith("visits") and not asked["done"]:
            asked["done"] = True
            use(worker)
            run(lambda: Person.insert(openid="oLate", profile="{}", facts="{}", created_at=MONDAY_9,
                                      seen_at=MONDAY_9).execute())  # fmt: skip
            use(made(BOTH))

    rekey(MONDAY_9, tell)
    use(made(NEW_ONLY))
    assert run(lambda: Person.get(Person.openid == "oLate").profile) == "{}"


def test_with_a_worker_that_goes_on_with_the_old_key_none_is_retired(day: BusyDay) -> None:
    people = iter(range(100))
    worker = a_worker_of_before()

    def tell(line: str) -> None:
        if line.startswith("people"):
            use(worker)
            run(lambda: Person.insert(openid=f"oLate{next(people)}", profile="{}", facts="{}", created_at=MONDAY_9,
                                      seen_at=MONDAY_9).execute())  # fmt: skip
            use(made(BOTH))

    done = rekey(MONDAY_9, tell)
    assert not done.is_whole
    assert retired() == []


# --- what cannot be written anew ---


def damaged() -> None:
    def damage() -> None:
        row = Visit.select(Visit.id).order_by(Visit.id).first()
        DB.execute_sql(f"UPDATE visits SET phone = X'0264310000' WHERE id = {row.id}")

    run(damage)


def test_a_value_that_does_not_open_stays_as_it_is_and_keeps_its_key(day: BusyDay) -> None:
    damaged()
    done = rekey(MONDAY_9, silent)
    assert done.left["data:d1", "visits.phone"] == 1
    assert retired() == []
    with pytest.raises(WrongKeys):
        check_keys(made(NEW_ONLY))


def test_a_value_under_a_key_that_nobody_has_is_named(day: BusyDay) -> None:
    use(made(Keys(data={"x9": b"\x05" * 32}, hash=KEYS.hash)))
    run(lambda: Person.update(profile="{}").execute())
    use(made(BOTH))
    assert rekey(MONDAY_9, silent).left["data:x9", "people.profile"] >= 1


def test_the_hash_of_somebody_who_was_erased_stays_as_it_was(day: BusyDay) -> None:
    def erased() -> tuple[int, bytes]:
        row = next(one for one in Visit.select() if one.id_hash)
        Visit.update(name="", id_number=None, phone=None).where(Visit.id == row.id).execute()
        return row.id, bytes(row.id_hash)

    row_id, kept = run(erased)
    done = rekey(MONDAY_9, silent)
    assert run(lambda: Visit.get_by_id(row_id).id_hash) == kept
    assert done.left["hash:h1", "visits.id_hash"] == 1
    assert retired() == ["data:d1"]


def test_a_key_that_is_taken_up_again_is_not_retired_any_more(day: BusyDay) -> None:
    rekey(MONDAY_9, silent)
    check_keys(made(Keys(data={**KEYS.data, **NEW[0]}, hash=BOTH.hash)))
    assert retired() == []


def test_another_key_under_the_id_of_a_retired_one_is_refused(day: BusyDay) -> None:
    rekey(MONDAY_9, silent)
    with pytest.raises(WrongKeys) as refusal:
        check_keys(made(Keys(data={**NEW[0], "d1": b"\x09" * 32}, hash=BOTH.hash)))
    assert refusal.value.keys == ["data:d1"]


def test_without_new_keys_nothing_is_written(database: peewee.Database) -> None:
    BusyDay(Service()).pass_by()
    assert rekey(MONDAY_9, silent) == Done(True, (), {})


def test_of_every_column_of_bytes_it_is_said_how_it_stands_to_hash_keys() -> None:
    bytes_columns = {
        f"{table._meta.table_name}.{one.column_name}"
        for table in TABLES
        for one in table._meta.sorted_fields
        if isinstance(one, BytesField) and not isinstance(one, AsciiField | SecretField)
    }
    hashed = {f"{table._meta.table_name}.{column}" for table, column in HASHED}
    assert bytes_columns == hashed | _FOUND_WITHOUT_KEYS | _GOES_SOON | _OF_STAFF
