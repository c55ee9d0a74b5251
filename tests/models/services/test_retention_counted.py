"""What is erased is counted once, whoever else erases, and whatever fails meanwhile."""

from collections.abc import Iterator
from datetime import timedelta

import peewee
import pytest

from models.rules.halls import HallFacts
from models.rules.retention import UNTOUCHED, fingerprint
from models.services import deletions, retention
from models.tables.database import DB, run
from models.tables.halls import Hall
from models.tables.visits import Visit
from tests.erased import TODAY, came_ago, days_left, one_batch, purged, records
from tests.service import MONDAY_9
from tests.staffed import at_once, registered
from tests.visited import id_of

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
def hall() -> HallFacts:
    return registered()


# --- counted once ---


def test_the_record_says_how_many_which_and_when(hall: HallFacts) -> None:
    gone = [came_ago(hall, 31, name) for name in ("张三", "李四", "王五")]
    purged()
    [record] = records(hall)
    assert (record.erased, record.left, record.kept_days) == (3, 0, 30)
    assert record.day == TODAY - timedelta(days=31)
    assert record.fingerprint == fingerprint(UNTOUCHED, gone)
    assert record.began_at == record.ended_at == MONDAY_9


def test_a_run_goes_no_further_than_its_time_and_the_next_one_goes_on(
    hall: HallFacts, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retention, "BATCH", 2)
    gone = [came_ago(hall, 31) for _ in range(5)]
    assert purged(seconds=-1.0) == 0
    assert one_batch() == 2
    assert [(row.erased, row.number) for row in records(hall)] == [(2, None)]
    assert purged() == 3
    [record] = records(hall)
    assert (record.erased, record.fingerprint) == (5, fingerprint(UNTOUCHED, gone))


def test_a_run_pauses_after_each_batch(hall: HallFacts, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "BATCH", 1)
    for _ in range(3):
        came_ago(hall, 31)
    pauses: list[float] = []
    purged(sleep=pauses.append)
    assert len(pauses) == 3
    assert all(0 <= pause <= retention.LONGEST_PAUSE for pause in pauses)


def test_what_fails_in_the_middle_of_a_batch_leaves_row_and_record_as_they_were(
    hall: HallFacts, monkeypatch: pytest.MonkeyPatch
) -> None:
    came_ago(hall, 31)

    def fails(_: object) -> int:
        raise RuntimeError("killed")

    with monkeypatch.context() as patch:
        patch.setattr(retention.retention, "erase_visits", fails)
        with pytest.raises(RuntimeError):
            purged()
    assert (records(hall), days_left(hall)) == ([], [31])
    assert purged() == 1


@pytest.fixture
def stubborn(hall: HallFacts, database: peewee.Database) -> Iterator[int]:
    """A visit that the server will not have removed."""
    row = id_of(came_ago(hall, 32))
    run(
        lambda: database.execute_sql(
            "CREATE TRIGGER stubborn BEFORE DELETE ON visits FOR EACH ROW"
            f" IF OLD.id = {row} THEN SIGNAL SQLSTATE '45000' SET MYSQL_ERRNO = 1644; END IF"
        )
    )
    yield row
    run(lambda: database.execute_sql("DROP TRIGGER stubborn"))


@pytest.mark.parametrize("database", ["mariadb"], indirect=True)
def test_a_day_that_cannot_be_erased_stops_no_other_day_and_no_other_hall(
    hall: HallFacts, stubborn: int, caplog: pytest.LogCaptureFixture
) -> None:
    other = registered("另一个大厅", "Other")
    came_ago(hall, 31)
    came_ago(other, 31)
    assert purged() == 2
    assert [row.id for row in run(lambda: list(Visit.select()))] == [stubborn]
    assert [(row.day, row.erased) for row in records(hall)] == [(TODAY - timedelta(days=31), 1)]
    assert f"hall {hall.id}, visits of 2026-01-29: not erased" in caplog.text
    with pytest.raises(retention.NotErased):
        retention.purge_all(MONDAY_9)


def test_a_hall_that_cannot_be_read_stops_no_other_hall(hall: HallFacts, caplog: pytest.LogCaptureFixture) -> None:
    broken = registered("另一个大厅", "Other")
    for one in (broken, hall):
        came_ago(one, 31)
    run(lambda: Hall.update(facts="{", revision=1).where(Hall.id == broken.id).execute())
    assert purged() == 1
    assert (days_left(hall), days_left(broken)) == ([], [31])
    assert f"hall {broken.id}: cannot be read" in caplog.text


def test_what_does_not_open_goes_like_any_other(hall: HallFacts) -> None:
    row = id_of(came_ago(hall, 31, remark="找王主任"))
    run(lambda: DB.execute_sql(f"UPDATE visits SET name = 'x', phone = '', remark = 'y' WHERE id = {row}"))
    assert purged() == 1


@pytest.mark.parametrize("database", ["mariadb"], indirect=True)
def test_of_several_that_erase_at_once_each_row_is_counted_once(
    hall: HallFacts, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retention, "BATCH", 3)
    gone = [came_ago(hall, 31) for _ in range(20)] + [came_ago(hall, 32) for _ in range(10)]
    handled = at_once(*[lambda: purged()] * 4)
    assert sum(handled) == len(gone)
    assert sorted(row.erased for row in records(hall)) == [10, 20]
    assert {row.fingerprint for row in records(hall)} == {
        fingerprint(UNTOUCHED, gone[:20]), fingerprint(UNTOUCHED, gone[20:])
    }  # fmt: skip
    state = deletions.verify(hall.id)
    assert (state.records, state.fault) == (2, None)
