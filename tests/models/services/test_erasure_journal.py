"""What people have erased is written down outside of the database, as hashes, before they are told that it is done."""

from collections import Counter
from datetime import timedelta
from pathlib import Path

import peewee
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jobs import erasing
from models.rules.erasure_lines import What, read
from models.rules.halls import HallFacts
from models.services import erasure_journal, forgetting, halls, own_answers
from models.services.forgetting import Extent
from models.tables import journal, vault
from models.tables.database import DB, Raced, open_database, run
from models.tables.people import Person
from models.tables.vault import Keys, Vault
from tests.asking import SESSION, asks
from tests.conftest import KEYS
from tests.looks import a_person
from tests.service import MONDAY_9, NOBODY
from tests.staffed import at_once, openid, post, registered
from tests.visited import came

M = openid("M")


@pytest.fixture
def path(database: peewee.Database, tmp_path: Path) -> Path:
    found = tmp_path / "erasures.journal"
    erasure_journal.use(found)
    return found


@pytest.fixture
def hall(path: Path) -> HallFacts:
    return registered()


def said(path: Path) -> list[tuple[str, str]]:
    """What each line is of."""
    return [(line.what, line.detail) for line in erasure_journal.told([path]).lines] if path.exists() else []


def test_whoever_is_forgotten_is_written_down_as_a_hash(hall: HallFacts, path: Path) -> None:
    came(hall, person_id=a_person("M"))
    forgetting.forget(M, MONDAY_9, "chat")
    assert said(path) == [("person", "all")]
    assert M not in path.read_text()
    assert run(journal.backlog) == (0, None)


def test_whoever_leaves_the_account_while_inside_is_written_down_at_once(hall: HallFacts, path: Path) -> None:
    came(hall, left=None, person_id=(person := a_person("M")), open_key=person)
    forgetting.left_the_account(M, Extent.PROFILE, MONDAY_9)
    assert said(path) == [("left", "profile")]


def test_of_nobody_nothing_is_written_down(hall: HallFacts, path: Path) -> None:
    forgetting.forget(M, MONDAY_9, "left")
    assert not path.exists()


def test_visits_erased_at_a_counter_are_written_down_by_their_hashes(hall: HallFacts, path: Path) -> None:
    visits = [came(hall) for _ in range(45)]
    request = asks(hall)
    assert request is not None
    own_answers.erase(post(hall), request, SESSION, MONDAY_9)
    lines = erasure_journal.told([path]).lines
    assert sorted(len(line.hashes) for line in lines) == [5, 40]
    assert not any(visit in path.read_text() for visit in visits)


def test_an_erasure_that_is_undone_is_not_written_down(hall: HallFacts, path: Path) -> None:
    a_person("M")

    def fails() -> None:
        forgetting.forget(M, MONDAY_9, "chat")
        raise KeyError

    with pytest.raises(KeyError):
        run(fails)
    a_person("Other")
    forgetting.forget(openid("Other"), MONDAY_9, "chat")
    assert len(said(path)) == 1


def test_one_that_is_redone_is_written_down_once(hall: HallFacts, path: Path) -> None:
    a_person("M")
    tries = []

    def once_more() -> None:
        forgetting.forget(M, MONDAY_9, "chat")
        tries.append(1)
        if len(tries) < 3:
            raise Raced

    run(once_more)
    assert said(path) == [("person", "all")]


def test_it_is_written_before_anybody_is_told_and_after_it_is_stored(hall: HallFacts, path: Path) -> None:
    a_person("M")

    def unit() -> bool:
        forgetting.forget(M, MONDAY_9, "chat")
        return path.exists()

    assert run(unit) is False
    assert said(path) == [("person", "all")]
    assert run(lambda: Person.select().count()) == 0


def test_where_it_cannot_be_written_the_erasure_is_done_and_the_line_waits(
    hall: HallFacts, path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path.mkdir()
    a_person("M")
    forgetting.forget(M, MONDAY_9, "chat")
    assert run(lambda: Person.select().count()) == 0
    assert "journal of erasures cannot be written" in caplog.text
    assert M not in caplog.text
    standing = erasure_journal.standing()
    assert (standing.may_write, standing.waiting) == (False, 1)
    path.rmdir()
    standing = erasure_journal.standing()
    assert standing.is_well(MONDAY_9 + timedelta(seconds=5))
    assert not standing.is_well(MONDAY_9 + timedelta(minutes=4))
    assert erasure_journal.write_out() == 1
    assert said(path) == [("person", "all")]
    assert erasure_journal.standing().is_well(MONDAY_9 + timedelta(minutes=4))


def test_several_at_once_leave_nothing_out(hall: HallFacts, path: Path) -> None:
    who = [f"P{number}" for number in range(6)]
    for one in who:
        a_person(one)
    at_once(*(lambda one=one: forgetting.forget(openid(one), MONDAY_9, "page") for one in who))
    lines = erasure_journal.told([path]).lines
    assert {line.hashes for line in lines} == {
        (vault.current().hash(b"erased openid", openid(one)).partition(b":")[2],) for one in who
    }
    assert run(journal.backlog) == (0, None)


def test_the_job_writes_what_a_process_left_that_was_killed(hall: HallFacts, path: Path) -> None:
    erasure_journal.use(path)
    a_person("M")
    path.mkdir()
    forgetting.forget(M, MONDAY_9, "chat")
    path.rmdir()
    erasing.run_once(MONDAY_9, NOBODY)
    assert said(path) == [("person", "all")]
    erasing.run_once(MONDAY_9 + timedelta(days=40), NOBODY)
    assert path.read_text() == ""


def test_nothing_goes_wrong_where_the_database_is_lost_meanwhile(
    hall: HallFacts, path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    a_person("M")
    run(lambda: journal.add("a line", MONDAY_9))
    before = DB.obj
    open_database("sqlite:////nowhere/at-all.db")
    try:
        assert erasure_journal.write_out() == 0
    finally:
        DB.initialize(before)
    assert "is not written yet" in caplog.text


# --- reading ---


@given(st.lists(st.one_of(st.binary(max_size=60), st.sampled_from([b"", b"erased1", b"\xff\xfe"])), max_size=6))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_stands_in_a_journal_is_counted_and_stops_nothing(path: Path, found: list[bytes]) -> None:
    path.write_bytes(b"\n".join(found))
    told = erasure_journal.told([path])
    assert told.lines == []
    assert told.damaged == len({text for text in path.read_bytes().decode("ascii", "replace").splitlines() if text})


def test_a_line_that_was_changed_is_told_and_not_used(hall: HallFacts, path: Path) -> None:
    for who in ("M", "Other"):
        a_person(who)
        forgetting.forget(openid(who), MONDAY_9, "chat")
    text = path.read_text()
    path.write_text(text.replace(" all ", " profile ", 1) + "erased1 2026\n" + "垃圾\n")
    told = erasure_journal.told([path])
    assert (len(told.lines), told.damaged) == (1, 3)


def test_a_line_under_a_key_that_is_gone_is_told_with_the_key(hall: HallFacts, path: Path) -> None:
    a_person("M")
    forgetting.forget(M, MONDAY_9, "chat")
    vault.use(Vault(Keys(KEYS.data, {"h2": b"\x05" * 32})))
    told = erasure_journal.told([path])
    assert (told.lines, told.foreign) == ([], Counter({"h1": 1}))
    vault.use(Vault(Keys(KEYS.data, {"h2": b"\x05" * 32, **KEYS.hash})))
    assert len(erasure_journal.told([path]).lines) == 1


def test_the_files_of_two_machines_are_one_journal(hall: HallFacts, path: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    for who, file, hours in (("M", path, 1), ("Other", other, 0)):
        erasure_journal.use(file)
        a_person(who)
        forgetting.forget(openid(who), MONDAY_9 + timedelta(hours=hours), "chat")
    other.write_text(other.read_text() + path.read_text())
    assert [line.at.hour for line in erasure_journal.told([path, other]).lines] == [1, 2]


# --- until when ---


def test_a_line_goes_when_no_backup_from_before_it_is_kept(hall: HallFacts, path: Path) -> None:
    days = halls.defaults().retention_days
    for back in (days + 3, days + 1, 0):
        a_person("M")
        forgetting.forget(M, MONDAY_9 - timedelta(days=back), "chat")
    path.write_text("cut off\n" + path.read_text().replace("\n", "\nhal\n", 1))
    assert erasure_journal.forget(MONDAY_9) == 2
    left = [read(text) for text in path.read_text().splitlines()]
    assert [line.what if line else None for line in left] == [None, What.PERSON, What.PERSON]
    assert erasure_journal.forget(MONDAY_9) == 0
