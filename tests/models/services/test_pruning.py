"""The audit is kept 180 days at least; what is older goes, its seals stay, and verifying goes on."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest

from models.rules.halls import AS_SHIPPED, Defaults
from models.services import halls, pruning, seals, verifying
from models.services.pruning import prune
from models.services.sealing import seal_due
from models.services.verifying import Fault
from models.tables import audit_spans
from models.tables.audit import Audit
from models.tables.books_of_keys import ActorAlias
from models.tables.database import run
from models.tables.housekeeping import KeyCheck
from models.tables.seals import AuditSeal
from tests.sealed import DAY, HALL, MONDAY, after, faults, noted, report, seals_of
from tests.service import MONDAY_9
from tests.staffed import at_once

pytestmark = pytest.mark.usefixtures("database")

OLD = MONDAY_9 + 181 * DAY
"""When Monday is older than it is kept."""


@pytest.fixture(autouse=True)
def _as_shipped() -> Iterator[None]:
    yield
    halls.use(AS_SHIPPED)


def rows() -> int:
    return run(Audit.select().count)


def test_a_day_is_erased_when_it_is_180_days_old_and_not_before() -> None:
    noted()
    noted(MONDAY_9 + DAY)
    seal_due(MONDAY_9 + 5 * DAY)
    monday_ends = seals_of()[0].ends_at
    assert prune(monday_ends + 180 * DAY - timedelta(seconds=1)) == 0
    assert prune(monday_ends + 180 * DAY) == 1
    assert [row.day for row in seals_of() if row.pruned_at] == [MONDAY]
    assert rows() == 1


def test_what_is_erased_is_told_and_is_no_fault() -> None:
    for day in range(3):
        noted(MONDAY_9 + day * DAY)
    seal_due(MONDAY_9 + 5 * DAY)
    prune(OLD)
    assert (report().days, report().pruned) == (3, 1)
    assert faults() == []


def an_alias(key: str) -> None:
    """Somebody had another hash under this hash key."""
    run(lambda: ActorAlias.insert(earlier=key.encode() + b":" + bytes(16), newest=b"h1:" + bytes(16)).execute())


def aliases() -> list[bytes]:
    return run(lambda: [row.earlier[:3] for row in ActorAlias.select().order_by(ActorAlias.earlier)])


def given_up(key: str, at: datetime) -> None:
    run(lambda: KeyCheck.insert(key=f"hash:{key}", check=bytes(32), retired_at=at).execute())


def test_who_staff_were_under_a_key_that_was_given_up_goes_with_the_last_row_of_before() -> None:
    for key in ("h0", "h00", "g9"):
        an_alias(key)
    given_up("h0", MONDAY_9 + DAY)
    given_up("g9", MONDAY_9 + 40 * DAY)
    for day in (0, 20):
        noted(MONDAY_9 + day * DAY)
    seal_due(MONDAY_9 + 25 * DAY)
    prune(OLD - 10 * DAY)
    assert aliases() == [b"g9:", b"h00", b"h0:"]
    prune(OLD)
    assert aliases() == [b"g9:", b"h00"]
    prune(OLD + 50 * DAY)
    # A key that was never given up may have been noted under yesterday.
    assert (rows(), aliases()) == (0, [b"h00"])


def test_a_week_is_left_for_whoever_went_on_with_the_key() -> None:
    an_alias("h0")
    given_up("h0", MONDAY_9)
    noted(MONDAY_9 + 6 * DAY)
    prune(MONDAY_9 + 30 * DAY)
    assert aliases() == [b"h0:"]


def test_an_operator_may_keep_it_longer() -> None:
    noted()
    seal_due(MONDAY_9 + 5 * DAY)
    halls.use(Defaults(audit_days=365))
    assert prune(OLD) == 0
    assert prune(MONDAY_9 + 366 * DAY) == 1


def test_what_is_not_sealed_is_not_erased_however_old() -> None:
    noted()
    assert prune(OLD + 1000 * DAY) == 0
    assert rows() == 1


def test_a_late_row_goes_with_the_seal_that_holds_it() -> None:
    noted()
    seal_due(MONDAY_9 + 2 * DAY)
    noted()
    noted(MONDAY_9 + 3 * DAY)
    seal_due(MONDAY_9 + 5 * DAY)
    assert prune(OLD) == 1
    assert faults(OLD + 2 * DAY) == []
    assert prune(OLD + 5 * DAY) == 2
    assert faults() == []


def test_a_day_that_does_not_verify_is_not_erased_nor_any_later_one() -> None:
    for day in range(3):
        noted(MONDAY_9 + day * DAY)
        noted(MONDAY_9 + day * DAY, 9)
    seal_due(MONDAY_9 + 5 * DAY)
    first = run(lambda: Audit.select().where(Audit.hall_id == HALL).order_by(Audit.id).get())
    run(lambda: Audit.update(detail="[]").where(Audit.id == first.id + 2).execute())
    assert prune(MONDAY_9 + 300 * DAY) == 1 + 3
    assert [one.what for one in faults()] == ["rows_changed"]


def test_a_run_that_was_killed_while_erasing_is_finished_by_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(6):
        noted(number=number)
    seal_due(MONDAY_9 + 5 * DAY)
    monkeypatch.setattr(pruning, "AT_ONCE", 2)
    stops = iter((False, True))
    assert prune(OLD, lambda: next(stops, True)) == 2
    assert rows() == 4
    assert faults(OLD) == []  # It is being erased.
    assert prune(OLD) == 4
    assert faults() == []


def test_several_that_erase_at_once_erase_each_row_once() -> None:
    for number in range(30):
        noted(number=number)
        noted(MONDAY_9, 9, number=number)
    seal_due(MONDAY_9 + 5 * DAY)
    assert sum(at_once(*[lambda: prune(OLD)] * 3)) == 60
    assert rows() == 0
    assert faults() == []


def pruned() -> None:
    """Two days, the first of which is erased."""
    noted()
    noted(MONDAY_9 + 9 * DAY)
    seal_due(MONDAY_9 + 12 * DAY)
    prune(OLD)


def test_rows_put_into_an_erased_day_are_told() -> None:
    pruned()
    row = {"at": MONDAY_9, "hall_id": HALL, "role": "operator", "action": "test", "detail": "{}"}
    assert after(lambda: Audit.insert(id=-5, **row).execute(), faults) == [Fault(HALL, MONDAY, "rows_left", 1)]


@pytest.mark.parametrize("column", ["pruned_at", "pruned_key_id", "pruned_signature"])
def test_a_changed_note_of_erasing_is_told(column: str) -> None:
    pruned()
    value = {"pruned_at": OLD + DAY, "pruned_key_id": "h1-0", "pruned_signature": bytes(64)}[column]
    for other in (value, None):
        found = after(lambda other=other: AuditSeal.update({column: other}).execute(), faults)
        assert Fault(HALL, MONDAY, "prune_forged", 1) in found


def test_rows_removed_before_their_time_are_no_erasing_though_somebody_says_so() -> None:
    pruned()
    told = seals_of()[0]

    def forge() -> None:
        Audit.delete().execute()
        AuditSeal.update(
            pruned_at=told.pruned_at, pruned_key_id=told.pruned_key_id, pruned_signature=told.pruned_signature
        ).execute()

    assert [(one.day, one.what) for one in after(forge, faults)] == [(MONDAY + 9 * DAY, "prune_forged")]


def test_erasing_before_180_days_is_told_even_where_the_service_signed_it() -> None:
    noted()
    seal_due(MONDAY_9 + 5 * DAY)
    halls.use(Defaults(audit_days=10))
    prune(MONDAY_9 + 20 * DAY)
    assert faults() == [Fault(HALL, MONDAY, "prune_early", 1)]


def test_nothing_is_read_of_erased_days() -> None:
    pruned()
    span = seals_of()[0]
    assert run(lambda: audit_spans.first_from(HALL, span.begins_at)) == MONDAY_9 + 9 * DAY
    assert verifying.head().startswith("2:")


def test_what_is_erased_while_it_is_verified_is_no_fault() -> None:
    noted()
    seal_due(MONDAY_9 + 5 * DAY)
    [read] = seals_of()
    prune(OLD)
    assert verifying.faults_of(read, seals.key_ring(), OLD) == []
