"""What staff did is sealed once its day is over: every row once, on every clock, however many jobs there are."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from models.rules.halls import AS_SHIPPED, Defaults
from models.services import halls, sealing, verifying
from models.services.sealing import seal_due
from models.tables import seals as seal_rows
from models.tables import vault
from models.tables.database import run
from models.tables.seals import AuditSeal
from models.tables.staff import NO_HALL
from tests.conftest import KEYS
from tests.sealed import DAY, HALL, MONDAY, days, faults, noted, report, seals_of
from tests.service import MONDAY_9
from tests.staffed import at_once, registered

pytestmark = pytest.mark.usefixtures("database")

MIDNIGHT = datetime(2026, 3, 2, 16, tzinfo=UTC)
"""When Monday is over there."""


@pytest.fixture(autouse=True)
def _as_shipped() -> Iterator[None]:
    yield
    halls.use(AS_SHIPPED)


def test_a_day_is_sealed_an_hour_after_it_is_over_by_the_halls_clock() -> None:
    noted()
    assert seal_due(MIDNIGHT + timedelta(minutes=59)) == 0
    assert seal_due(MIDNIGHT + timedelta(hours=1)) == 1
    assert days() == {MONDAY: (1, 0)}
    assert faults() == []


def test_a_sealed_day_is_not_sealed_again() -> None:
    noted()
    seal_due(MIDNIGHT + DAY)
    before = seals_of()
    assert seal_due(MIDNIGHT + 2 * DAY) == 0
    assert seals_of() == before


def test_where_nothing_was_done_nothing_is_seals_of() -> None:
    assert seal_due(MIDNIGHT + DAY) == 0
    assert verifying.head() == ""
    assert faults() == []


def test_days_without_rows_lie_within_the_next_seal() -> None:
    noted()
    noted(MONDAY_9 + 5 * DAY)
    seal_due(MONDAY_9 + 9 * DAY)
    assert days() == {MONDAY: (1, 0), MONDAY + 5 * DAY: (1, 0)}
    first, second = seals_of()
    assert second.begins_at == first.ends_at
    assert second.previous == first.digest


def test_each_hall_and_the_account_have_a_chain_and_all_seals_one_order() -> None:
    for hall_id in (3, NO_HALL, HALL):
        for day in range(3):
            noted(MONDAY_9 + day * DAY, hall_id)
    assert seal_due(MONDAY_9 + 5 * DAY) == 9
    assert [len(days(hall_id)) for hall_id in (NO_HALL, 3, HALL)] == [3, 3, 3]
    assert [row.number for row in run(lambda: seal_rows.numbered(0, 100))] == list(range(1, 10))
    assert faults() == []


def test_a_row_of_the_last_moment_of_a_day_and_one_of_the_first_are_of_two_days() -> None:
    noted(MIDNIGHT - timedelta(microseconds=1))
    noted(MIDNIGHT)
    seal_due(MIDNIGHT + 2 * DAY)
    assert days() == {MONDAY: (1, 0), MONDAY + DAY: (1, 0)}


def test_rows_of_one_moment_are_each_sealed_once() -> None:
    for number in range(50):
        noted(number=number)
    seal_due(MIDNIGHT + DAY)
    assert days() == {MONDAY: (50, 0)}
    assert faults() == []


@pytest.mark.parametrize("page", [1, 2, 3, 7])
def test_a_day_read_in_pages_comes_to_the_same(page: int, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(7):
        noted(MONDAY_9 + timedelta(seconds=number // 3), number=number)
    seal_due(MIDNIGHT + DAY)
    monkeypatch.setattr(sealing, "AT_ONCE", page)
    assert report().rows == 7
    assert faults() == []


def test_what_a_clock_that_was_set_back_dates_into_a_sealed_day_is_sealed_with_the_next() -> None:
    noted()
    seal_due(MIDNIGHT + DAY)
    noted(MONDAY_9 + timedelta(hours=1))
    noted(MONDAY_9 + 2 * DAY)
    assert (report().unsealed, report().unsealed_late) == (2, 1)
    seal_due(MONDAY_9 + 4 * DAY)
    assert days() == {MONDAY: (1, 0), MONDAY + 2 * DAY: (2, 1)}
    assert report().late == 1
    assert faults() == []


def test_what_comes_late_alone_is_sealed_with_the_last_day_that_is_over() -> None:
    noted()
    seal_due(MIDNIGHT + DAY)
    noted(MONDAY_9 - DAY)
    seal_due(MONDAY_9 + 4 * DAY)
    assert days() == {MONDAY: (1, 0), MONDAY + 3 * DAY: (1, 1)}
    assert faults() == []


def test_what_a_clock_that_was_ahead_dates_into_the_future_waits_for_its_day() -> None:
    noted(MONDAY_9 + 30 * DAY)
    noted()
    noted(MONDAY_9 + DAY)
    seal_due(MONDAY_9 + 3 * DAY)
    assert days() == {MONDAY: (1, 0), MONDAY + DAY: (1, 0)}
    assert report().unsealed == 1
    seal_due(MONDAY_9 + 40 * DAY)
    assert days()[MONDAY + 30 * DAY] == (1, 0)
    assert faults() == []


def test_a_job_with_a_clock_of_years_ahead_does_no_harm() -> None:
    noted()
    seal_due(MONDAY_9 + 3000 * DAY)
    noted(MONDAY_9 + timedelta(hours=2))
    noted(MONDAY_9 + DAY)
    seal_due(MONDAY_9 + 3 * DAY)
    assert days() == {MONDAY: (1, 0), MONDAY + DAY: (2, 1)}
    assert faults(MONDAY_9 + 4000 * DAY) == []


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Pacific/Pago_Pago", "Europe/Berlin", "Asia/Urumqi"])
def test_a_hall_that_sets_its_clocks_to_another_zone_keeps_every_row_sealed_once(zone: str) -> None:
    hours = range(0, 24 * 6, 3)
    for hour in hours:
        noted(MONDAY_9 + timedelta(hours=hour))
        halls.use(Defaults("Asia/Shanghai" if hour < 60 else zone))
        seal_due(MONDAY_9 + timedelta(hours=hour))
    seal_due(MONDAY_9 + 20 * DAY)
    assert sum(count for count, _ in days().values()) == len(hours)
    assert report().unsealed == 0
    assert faults() == []


def test_a_halls_own_zone_decides() -> None:
    hall = registered(calendar={"weekly": [[]] * 7, "zone": "Pacific/Honolulu"})
    sunday_is_over = datetime(2026, 3, 2, 10, tzinfo=UTC)
    assert seal_due(sunday_is_over + timedelta(minutes=59)) == 0
    assert seal_due(sunday_is_over + timedelta(hours=1)) == 1
    assert list(days(hall.id)) == [MONDAY - DAY]


def test_two_jobs_at_once_seal_a_day_once() -> None:
    for hall_id in range(1, 5):
        for day in range(3):
            noted(MONDAY_9 + day * DAY, hall_id)
    at_once(*[lambda: seal_due(MONDAY_9 + 9 * DAY)] * 4)
    assert run(lambda: AuditSeal.select().count()) == 12
    assert faults() == []


def test_a_row_that_is_noted_while_a_day_is_sealed_is_sealed_with_the_next() -> None:
    noted()
    last, day, span = sealing._due(HALL, MIDNIGHT + DAY) or pytest.fail("nothing is due")
    noted()
    assert sealing.contents(span).count == 1
    seal_due(MIDNIGHT + DAY)
    assert (last, day) == (None, MONDAY)


def test_seals_that_were_made_with_an_old_key_hold_beside_those_of_the_new_one() -> None:
    noted()
    seal_due(MIDNIGHT + DAY)
    vault.use(vault.Vault(vault.Keys(KEYS.data, {"h2": bytes(32), **KEYS.hash})))
    noted(MONDAY_9 + 2 * DAY)
    seal_due(MONDAY_9 + 4 * DAY)
    assert len({row.key_id for row in seals_of()}) == 2
    assert faults() == []
    vault.use(vault.Vault(vault.Keys(KEYS.data, {"h2": bytes(32)})))
    assert faults() == []


def test_the_latest_seal_noted_elsewhere_tells_whether_it_is_still_there() -> None:
    noted()
    seal_due(MIDNIGHT + DAY)
    head = verifying.head()
    noted(MONDAY_9 + 3 * DAY)
    seal_due(MONDAY_9 + 5 * DAY)
    assert verifying.holds(head) and verifying.holds(f" {verifying.head()}\n")
    run(lambda: AuditSeal.delete().execute())
    noted(MONDAY_9)
    seal_due(MONDAY_9 + 5 * DAY)
    assert not verifying.holds(head)


NO_HEADS = ("", ":", "1", "1:", *(f"{number}:{'0' * 16}" for number in ("1", "x", "0", "9" * 30, "-1", "１")), "\0")


@pytest.mark.parametrize("words", NO_HEADS)
def test_whatever_else_is_noted_is_not_there(words: str) -> None:
    noted()
    seal_due(MIDNIGHT + DAY)
    assert not verifying.holds(words)
