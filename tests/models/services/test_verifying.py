"""Whatever somebody with the database changes of a sealed audit is found, with the hall and the day."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import peewee
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models.services import seals, verifying
from models.services.sealing import seal_due, signed
from models.services.verifying import Fault
from models.tables import vault
from models.tables.audit import Audit
from models.tables.database import execute, run, sql
from models.tables.fields import AsciiField, BytesField, DayField, MomentField
from models.tables.seal_keys import SealKey
from models.tables.seals import AuditSeal
from models.tables.staff import NO_HALL
from tests.conftest import KEYS
from tests.sealed import DAY, HALL, MONDAY, after, faults, noted, report, seals_of
from tests.service import MONDAY_9

pytestmark = pytest.mark.usefixtures("database")

HALLS, DAYS, EACH = (NO_HALL, HALL, 9), 3, 4


@pytest.fixture
def sealed(database: peewee.Database) -> Iterator[None]:
    """Three halls with three sealed days of four rows, two of each moment, under a key and its successor; and one row
    of today, which no seal holds."""
    for day in range(DAYS):
        newer = {} if day == 0 else {"h2": bytes(32)}
        vault.use(vault.Vault(vault.Keys(KEYS.data, {**newer, **KEYS.hash})))
        for number in range(EACH):
            for hall_id in HALLS:
                noted(MONDAY_9 + day * DAY + timedelta(minutes=number // 2), hall_id, number=number, of="张三")
        seal_due(MONDAY_9 + (day + 1) * DAY)
    noted(MONDAY_9 + DAYS * DAY)
    assert faults() == []
    yield


def changed(table: type[peewee.Model], key: int, column: str, value: Any) -> Any:
    identity = table._meta.primary_key
    return lambda: table.update({column: value}).where(identity == key).execute()


def places(found: list[Fault]) -> set[tuple[int, date | None]]:
    return {(one.hall_id, one.day) for one in found}


def whats(found: list[Fault]) -> list[str]:
    return [one.what for one in found]


def audit_row(hall_id: int, day: int, number: int) -> int:
    """The id of a row."""
    rows = run(lambda: list(Audit.select(Audit.id).where(Audit.hall_id == hall_id).order_by(Audit.id).tuples()))
    return rows[day * EACH + number][0]


def row_with(key: int) -> Audit:
    found: Audit = run(lambda: Audit.get_by_id(key))
    return found


def another(field: peewee.Field, before: Any) -> st.SearchStrategy[Any]:
    """Values that a column can hold and did not."""
    values: st.SearchStrategy[Any]
    if isinstance(field, MomentField):
        values = st.timedeltas(timedelta(-9999), timedelta(9999)).map(lambda by: MONDAY_9 + by)
    elif isinstance(field, DayField):
        values = st.dates(date(1971, 1, 1), date(2090, 1, 1))
    elif isinstance(field, AsciiField):
        values = st.text("abcxyz019-", max_size=field.max_length)
    elif isinstance(field, BytesField):
        values = st.binary(max_size=field.max_length)
    elif isinstance(field, peewee.IntegerField):
        values = st.integers(-5, 60)
    else:
        values = st.text(st.characters(max_codepoint=0xFFFF, exclude_categories=("Cs",)), max_size=50)
    if field.null:
        values = st.none() | values
    return values.filter(lambda value: value != before)


COLUMNS = [(table, field) for table in (Audit, AuditSeal) for field in table._meta.sorted_fields]


# One database for all examples: each is taken back.
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(st.sampled_from(COLUMNS), st.sampled_from(HALLS), st.integers(0, DAYS - 1), st.integers(0, EACH - 1), st.data())
def test_any_change_to_any_column_of_any_row_or_seal_is_found_with_where(
    sealed: None, column: tuple[Any, peewee.Field], hall_id: int, day: int, number: int, data: st.DataObject
) -> None:
    table, field = column
    key = audit_row(hall_id, day, number) if table is Audit else seals_of(hall_id)[day].number
    row = run(lambda: table.get(table._meta.primary_key == key))
    value = data.draw(another(field, getattr(row, field.name)))
    try:
        found = after(changed(table, key, field.name, value), faults)
    except peewee.IntegrityError:
        return  # The database itself does not take it: another row has this key.
    assert (hall_id, MONDAY + day * DAY) in places(found) or (
        # A seal that changed places is told where it is now, and where it was by its neighbours.
        table is AuditSeal and field.name in ("hall_id", "day") and found
    )


@pytest.mark.parametrize("number", range(EACH))
def test_a_row_that_is_gone_is_told(sealed: None, number: int) -> None:
    key = audit_row(HALL, 1, number)
    found = after(lambda: Audit.delete().where(Audit.id == key).execute(), faults)
    assert found == [Fault(HALL, MONDAY + DAY, "rows_missing", EACH, EACH - 1)]


def test_a_row_that_was_put_between_is_told(sealed: None) -> None:
    last, gap = audit_row(9, 2, EACH - 1), audit_row(HALL, 1, 1)
    row = {"at": MONDAY_9 + DAY, "hall_id": HALL, "role": "operator", "action": "test", "detail": "{}"}

    def put() -> None:
        # Ids have gaps where a unit of work was undone; here one is made.
        Audit.update(id=last + 1000).where(Audit.id == gap - 1).execute()
        Audit.insert(id=gap - 1, **row).execute()

    assert Fault(HALL, MONDAY + DAY, "rows_added", EACH, EACH + 1) in after(put, faults)


def test_a_row_that_was_added_behind_all_others_is_said_to_be_late(sealed: None) -> None:
    assert report().unsealed_late == 0
    late = after(lambda: noted(MONDAY_9 + DAY), report)
    assert (late.unsealed, late.unsealed_late) == (2, 1)


@pytest.mark.parametrize("column", ["at", "detail", "id"])
def test_rows_that_changed_places_are_told(sealed: None, column: str) -> None:
    first, second = (row_with(audit_row(HALL, 1, number)) for number in (0, 3))

    def swap() -> None:
        if column == "id":
            for before, behind in ((first.id, 900), (second.id, first.id), (900, second.id)):
                Audit.update(id=behind).where(Audit.id == before).execute()
            return
        for row, other in ((first, second), (second, first)):
            changed(Audit, row.id, column, getattr(other, column))()

    assert after(swap, faults) == [Fault(HALL, MONDAY + DAY, "rows_changed", EACH, EACH)]


@pytest.mark.parametrize("hall_id", HALLS)
@pytest.mark.parametrize("day", range(DAYS))
def test_a_seal_that_is_gone_is_told(sealed: None, hall_id: int, day: int) -> None:
    row, head = seals_of(hall_id)[day], verifying.head()

    def remove() -> None:
        AuditSeal.delete().where(AuditSeal.number == row.number).execute()

    found = after(remove, faults)
    if row.number < len(HALLS) * DAYS:
        assert Fault(NO_HALL, None, "number_missing", row.number) in found
    else:
        # Nothing follows the latest seal of all: that it was there only its number elsewhere tells.
        assert not after(remove, lambda: verifying.holds(head))
    if day < DAYS - 1:
        assert Fault(hall_id, MONDAY + (day + 1) * DAY, "seal_missing") in found
    else:
        assert after(remove, lambda: report(hall_id)).unsealed >= EACH


def test_all_seals_made_anew_without_the_key_are_told(sealed: None) -> None:
    first = audit_row(HALL, 0, 0)

    def forge() -> None:
        Audit.delete().where(Audit.id == first).execute()
        AuditSeal.delete().execute()
        SealKey.delete().execute()
        with_the_key = vault.current()
        vault.use(vault.Vault(vault.Keys(KEYS.data, {"h1": b"\x07" * 32})))
        seal_due(MONDAY_9 + 5 * DAY)
        vault.use(with_the_key)

    found = after(forge, faults)
    assert {"key_unvouched", "seal_forged"} == set(whats(found))
    assert {(HALL, MONDAY + day * DAY) for day in range(DAYS)} <= places(found)


def test_a_day_sealed_anew_with_the_key_is_told_by_the_seals_that_follow(sealed: None) -> None:
    """Whoever has the key too can sign, but not without signing all that followed."""
    row = seals_of()[1]

    def forge() -> None:
        digest = bytes(32)
        values = {"digest": digest, "signature": seals.sign(signed(digest)).signature}
        AuditSeal.update(values).where(AuditSeal.number == row.number).execute()

    found = after(forge, faults)
    assert Fault(HALL, MONDAY + 2 * DAY, "seal_missing") in found
    assert Fault(NO_HALL, None, "number_missing", row.number + 1) in found


@pytest.mark.parametrize("column", ["public", "vouched", "countersignature", "since", "key_id"])
def test_a_replaced_key_is_told(sealed: None, column: str) -> None:
    value = MONDAY_9 if column == "since" else "h2-0123456789abcdef" if column == "key_id" else bytes(32)
    assert any(what.startswith("key_") for what in whats(after(changed(SealKey, 2, column, value), faults)))


def test_a_key_that_is_gone_takes_the_trust_of_those_before_it_along(sealed: None) -> None:
    vault.use(vault.Vault(vault.Keys(KEYS.data, {"h2": bytes(32)})))
    assert faults() == []
    found = after(lambda: SealKey.delete().where(SealKey.number == 2).execute(), faults)
    assert {(hall_id, MONDAY) for hall_id in HALLS} <= places(found)


def test_rows_that_no_seal_holds_yet_are_said_as_such(sealed: None) -> None:
    found = report()
    assert (found.days, found.rows, found.unsealed, found.unsealed_since) == (
        DAYS, DAYS * EACH, 1, MONDAY_9 + DAYS * DAY,
    )  # fmt: skip
    assert (found.first, found.last) == (MONDAY, MONDAY + (DAYS - 1) * DAY)


def test_a_row_moved_to_another_hall_is_missed_and_found(sealed: None) -> None:
    found = after(changed(Audit, audit_row(HALL, 1, 2), "hall_id", 9), faults)
    assert {Fault(HALL, MONDAY + DAY, "rows_missing", EACH, EACH - 1),
            Fault(9, MONDAY + DAY, "rows_added", EACH, EACH + 1)} == set(found)  # fmt: skip


GARBAGE = ("x", "", "9999-99-99 99:99", b"\xff\xfe", 12345, -1, 1.5)
RAW = [(table, field.column_name) for table in ("audits", "audit_seals", "seal_keys") for field in
       {"audits": Audit, "audit_seals": AuditSeal, "seal_keys": SealKey}[table]._meta.sorted_fields
       if not field.primary_key]  # fmt: skip


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@pytest.mark.parametrize(("table", "column"), RAW)
def test_what_no_column_of_ours_holds_is_found_too_where_a_database_takes_it(
    sealed: None, table: str, column: str
) -> None:
    """SQLite keeps whatever somebody puts there, of whatever type."""
    key = "id" if table == "audits" else "number"
    first = audit_row(HALL, 1, 0) if table == "audits" else seals_of()[1].number if table == "audit_seals" else 2
    for value in GARBAGE:
        statement = sql(f"UPDATE {table} SET `{column}` = ? WHERE {key} = ?")
        assert after(lambda statement=statement, value=value: execute(statement, value, first), faults), value


def test_the_days_that_somebody_looks_at_are_verified_alone(sealed: None, monkeypatch: pytest.MonkeyPatch) -> None:
    key, now = audit_row(HALL, 2, 0), MONDAY_9 + 9 * DAY
    monkeypatch.setattr(verifying, "SHOWN", 2)

    def page(before: date | None = None) -> verifying.Days:
        return verifying.latest_days(HALL, before, now)

    assert [row.day for row in page().rows] == [MONDAY + 2 * DAY, MONDAY + DAY]
    assert (page().faults, page().of_keys, page().has_more, page().unsealed) == ({}, [], True, 1)
    second = page(MONDAY + DAY)
    assert ([row.day for row in second.rows], second.faults, second.has_more) == ([MONDAY], {}, False)
    found = after(changed(Audit, key, "action", "other"), page)
    assert found.faults == {MONDAY + 2 * DAY: [Fault(HALL, MONDAY + 2 * DAY, "rows_changed", EACH, EACH)]}
    assert after(changed(Audit, key, "action", "other"), lambda: page(MONDAY + DAY)).faults == {}


def test_days_with_more_rows_than_somebody_waits_for_are_said_as_such(
    sealed: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verifying, "MOST_ROWS", EACH)
    assert verifying.latest_days(HALL, None, MONDAY_9 + 9 * DAY).unread == {MONDAY, MONDAY + DAY}
