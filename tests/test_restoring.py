"""What is no whole backup of this installation is not restored, and what is half restored is not served."""

import json
import struct
from base64 import b64encode
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import peewee
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import backups
import restoring
from assembly import purge
from backups import BackupFault
from models.adapters import frames
from models.migrations import applied_steps, check_schema, known_steps, migrate
from models.services import retention
from models.tables import erasures, snapshot, vault
from models.tables.database import DB, run
from models.tables.plainly import opened_plainly
from models.tables.receipts import Receipt
from models.tables.vault import Keys, Vault
from models.tables.visits import Visit
from tests.backed_up import all_rows, backed_up, empty_url, in_use, restored, silent
from tests.busy_day import BusyDay
from tests.conftest import KEYS
from tests.erased import came_ago, days_left
from tests.numbered import a_row
from tests.service import MONDAY_9, Service
from tests.staffed import registered
from tests.visited import id_of

HEAD = struct.Struct(">IH")


@pytest.fixture
def path(database: peewee.Database, tmp_path: Path) -> Path:
    """A backup of a busy day."""
    BusyDay(Service()).pass_by()
    return backed_up(tmp_path / "backups")


@pytest.fixture
def url(request: pytest.FixtureRequest, database: peewee.Database, tmp_path: Path) -> str:
    """The address of an empty database of the other kind."""
    kind = "mariadb" if isinstance(database, peewee.SqliteDatabase) else "sqlite"
    return empty_url(kind, request.getfixturevalue("mariadb") if kind == "mariadb" else None, tmp_path)


on_sqlite = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


def tables() -> list[str]:
    with opened_plainly(DB.obj) as plain:
        return plain.get_tables()


def refused(path: Path, url: str, why: str, **how: bool) -> None:
    """Nobody can restore this, and the database stays as empty as it was."""
    with in_use(url):
        with pytest.raises(BackupFault, match=why):
            restored(path, **how)
        assert tables() == []


def pieces(held: bytes) -> tuple[bytes, list[bytes]]:
    """The beginning of a backup with its header, and its frames."""
    at = len(frames.MAGIC)
    at += 4 + int.from_bytes(held[at : at + 4], "big")
    head, found = held[:at], []
    while at < len(held):
        end = at + HEAD.size + HEAD.unpack(held[at : at + HEAD.size])[0]
        found.append(held[at:end])
        at = end
    return head, found


# --- files that are no whole backup ---


def without_the_last_byte(held: bytes) -> bytes:
    return held[:-1]


def without_the_last_frame(held: bytes) -> bytes:
    head, found = pieces(held)
    return head + b"".join(found[:-1])


def without_a_frame(held: bytes) -> bytes:
    head, found = pieces(held)
    return head + b"".join(found[:1] + found[2:])


def with_two_frames_swapped(held: bytes) -> bytes:
    head, found = pieces(held)
    return head + b"".join([found[1], found[0], *found[2:]])


def with_a_frame_twice(held: bytes) -> bytes:
    head, found = pieces(held)
    return head + b"".join([found[0], *found])


def with_a_frame_of_another_table(held: bytes) -> bytes:
    head, found = pieces(held)
    size, part = HEAD.unpack(found[0][: HEAD.size])
    return head + HEAD.pack(size, part + 1) + found[0][HEAD.size :] + b"".join(found[1:])


def with_something_behind(held: bytes) -> bytes:
    return held + b"\n"


def with_another_moment(held: bytes) -> bytes:
    return held.replace(b"2026-03-02 01:00", b"2026-03-03 01:00", 1)


def with_a_huge_frame(held: bytes) -> bytes:
    head, found = pieces(held)
    return head + HEAD.pack(2**32 - 1, 0) + b"".join(found)


def with_a_huge_header(held: bytes) -> bytes:
    return frames.MAGIC + b"\xff\xff\xff\xff" + held


def with_a_header_that_is_a_list(held: bytes) -> bytes:
    return frames.MAGIC + b"\x00\x00\x00\x02[]" + b"".join(pieces(held)[1])


def with_a_table_that_is_a_statement(held: bytes) -> bytes:
    at = len(frames.MAGIC)
    head, found = pieces(held)
    said = json.loads(head[at + 4 :])
    said["tables"][0][0] = "halls`; DROP TABLE visits; --"
    text = json.dumps(said).encode()
    return frames.MAGIC + len(text).to_bytes(4, "big") + text + b"".join(found)


def with_numbers(given: object) -> Callable[[bytes], bytes]:
    """Such a header as nobody wrote."""

    def changed(held: bytes) -> bytes:
        at = len(frames.MAGIC)
        head, found = pieces(held)
        text = json.dumps({**json.loads(head[at + 4 :]), "numbers": given}).encode()
        return frames.MAGIC + len(text).to_bytes(4, "big") + text + b"".join(found)

    return changed


@on_sqlite
@pytest.mark.parametrize(
    ("changed", "why"),
    [
        (without_the_last_byte, "ends too early"),
        (without_the_last_frame, "ends too early"),
        (without_a_frame, "was changed"),
        (with_two_frames_swapped, "was changed"),
        (with_a_frame_twice, "was changed"),
        (with_a_frame_of_another_table, "was changed"),
        (with_something_behind, "was changed"),
        (with_another_moment, "was changed"),
        (with_a_huge_frame, "was changed"),
        (with_a_huge_header, "was changed"),
        (with_a_header_that_is_a_list, "was changed"),
        (with_a_table_that_is_a_statement, "was changed"),
        (with_numbers({"halls`; DROP TABLE visits; --": 1}), "was changed"),
        (with_numbers({"visits": "many"}), "was changed"),
        (with_numbers({"visits": 1}), "was changed"),
        (with_numbers([1]), "was changed"),
        (with_numbers(None), "was changed"),
        (lambda _: b"", "no backup of hallpass"),
        (lambda _: b"PK\x03\x04 a workbook", "no backup of hallpass"),
        (lambda held: held[:40], "ends too early"),
    ],
)
def test_a_backup_that_is_not_as_it_was_written_is_refused(
    path: Path, tmp_path: Path, changed: Callable[[bytes], bytes], why: str
) -> None:
    path.write_bytes(changed(path.read_bytes()))
    refused(path, f"sqlite:///{tmp_path}/target.db", why)


@on_sqlite
def test_frames_of_another_backup_of_the_same_installation_do_not_fit(path: Path, tmp_path: Path) -> None:
    head, found = pieces(path.read_bytes())
    other = pieces(backed_up(tmp_path / "later").read_bytes())[1]
    path.write_bytes(head + other[0] + b"".join(found[1:]))
    refused(path, f"sqlite:///{tmp_path}/target.db", "was changed")


@on_sqlite
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(at=st.floats(0, 1, exclude_max=True), bit=st.integers(0, 7), cut=st.booleans())
def test_whatever_is_changed_or_cut_off_anywhere_is_found(path: Path, at: float, bit: int, cut: bool) -> None:
    held = path.read_bytes()
    place = int(at * len(held))
    wrong = held[:place] if cut else held[:place] + bytes([held[place] ^ 1 << bit]) + held[place + 1 :]
    changed = path.with_name("changed")
    changed.write_bytes(wrong)
    with pytest.raises(BackupFault), backups.opened(changed) as file:
        backups.verified(file, backups.header_of(file))


@on_sqlite
def test_a_backup_that_is_not_there_is_one_sentence(database: peewee.Database, tmp_path: Path) -> None:
    refused(tmp_path / "nowhere", f"sqlite:///{tmp_path}/target.db", "cannot be read")


# --- of somebody else, or of another time ---


@on_sqlite
@pytest.mark.parametrize(
    ("keys", "named"),
    [
        (Keys(data={"d1": b"\x09" * 32}, hash=KEYS.hash), "data:d1"),
        (Keys(data=KEYS.data, hash={"h1": b"\x09" * 32}), "hash:h1"),
        (Keys(data={"x1": b"\x09" * 32}, hash=KEYS.hash), "data:d1"),
    ],
)
def test_a_backup_of_another_installation_is_refused_by_the_name_of_the_key(
    path: Path, tmp_path: Path, keys: Keys, named: str
) -> None:
    vault.use(Vault(keys))
    refused(path, f"sqlite:///{tmp_path}/target.db", named)


def written(file: Path, steps: list[str], parts: list[snapshot.Part], rows: dict[str, list[list[Any]]]) -> Path:
    """A backup as another version of the program would have written it."""
    salt = b"s" * 32
    said = {
        "made_at": "2026-03-02 01:00:00.000000", "steps": steps, "key": "d1", "salt": b64encode(salt).decode(),
        "keys": {}, "tables": [[part.name, part.key, part.columns] for part in parts],
    }  # fmt: skip
    with file.open("wb") as out:
        writer = frames.Writer(out, said, vault.current().file_key("d1", salt))
        for number, part in enumerate(parts):
            if rows.get(part.name):
                writer.add(number, json.dumps(rows[part.name]).encode())
        writer.end({"rows": {part.name: len(rows.get(part.name, [])) for part in parts}})
    return file


@on_sqlite
def test_a_backup_of_a_newer_program_is_refused(database: peewee.Database, tmp_path: Path) -> None:
    steps = [*known_steps(), "9999_later"]
    path = written(tmp_path / "newer", steps, snapshot.parts(), {})
    refused(path, f"sqlite:///{tmp_path}/target.db", "newer hallpass .9999_later")


def test_a_backup_of_an_older_program_is_brought_up_to_date(
    database: peewee.Database, url: str, tmp_path: Path
) -> None:
    at = "0013_looks"
    with in_use(f"sqlite:///{tmp_path}/old.db"), opened_plainly(DB.obj) as plain:
        migrate(DB.obj, at)
        there = {name: snapshot.columns(plain, name) for name in plain.get_tables()}
    parts = [
        part._replace(columns=tuple(one for one in part.columns if one[0] in there[part.name]))
        for part in snapshot.parts()
        if part.name in there
    ]
    steps = [name for name in known_steps() if name <= at]
    path = written(tmp_path / "older", steps, parts, {"turns": [[1, 17], [2, 0]]})
    with in_use(url):
        assert restored(path)["turns"] == 2
        check_schema(DB.obj)
        with opened_plainly(DB.obj) as plain:
            assert applied_steps(plain) == known_steps()
            assert snapshot.count(plain, "turns") == 2


def test_an_older_backup_that_tells_no_numbers_gives_none_that_it_names(
    database: peewee.Database, url: str, tmp_path: Path
) -> None:
    parts = [part for part in snapshot.parts() if part.name == "flags"]
    steps = [name for name in known_steps() if name < "0022"]
    path = written(tmp_path / "older", steps, parts, {"flags": [[1, 1, 71, "Zg==", "2026-03-02 01:00:00", None, None]]})
    with in_use(url):
        restored(path)
        with opened_plainly(DB.obj) as plain:
            assert a_row(plain, "visits") == 72


# --- databases that are not empty ---


def test_a_database_with_rows_is_refused_and_stays_as_it_is(path: Path) -> None:
    before = all_rows()
    with pytest.raises(BackupFault, match=r"not empty \(.*visits"):
        restored(path)
    assert all_rows() == before
    assert not restoring.begun(DB.obj)


def test_one_row_of_a_stranger_is_enough(path: Path, url: str) -> None:
    with in_use(url):
        with opened_plainly(DB.obj) as plain:
            plain.execute_sql("CREATE TABLE of_others (id INTEGER)")
            plain.execute_sql("INSERT INTO of_others VALUES (1)")
        with pytest.raises(BackupFault, match="of_others"):
            restored(path)
        assert tables() == ["of_others"]


def test_a_database_that_was_migrated_and_not_used_is_empty(path: Path, url: str) -> None:
    before = all_rows()
    with in_use(url):
        migrate(DB.obj)
        restored(path)
        assert all_rows() == before


# --- ended in the middle ---


class Killed(Exception):
    """As if the process had ended here."""


def ended(path: Path, after: int) -> None:
    """A restore that is ended after so many lines of progress."""
    lines = iter(range(after))

    def tell(_line: str) -> None:
        if next(lines, None) is None:
            raise Killed

    with pytest.raises(Killed):
        restoring.restore(path, MONDAY_9, lambda _now: 0, tell)


@pytest.fixture
def _told_of_every_row(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(restoring, "TOLD_EVERY", 1)


@pytest.mark.usefixtures("_told_of_every_row")
@pytest.mark.parametrize("after", [1, 2, 7, 20])
def test_a_restore_that_ended_in_the_middle_is_begun_again_only_when_told_to(path: Path, url: str, after: int) -> None:
    before = all_rows()
    with in_use(url):
        ended(path, after)
        assert restoring.begun(DB.obj)
        with pytest.raises(BackupFault, match=r"half restored.*--begin-again"):
            restored(path)
        restored(path, again=True)
        assert all_rows() == before
        assert not restoring.begun(DB.obj)


def test_begin_again_empties_nothing_where_no_restore_had_begun(path: Path) -> None:
    before = all_rows()
    with pytest.raises(BackupFault, match="leave out --begin-again"):
        restored(path, again=True)
    assert all_rows() == before


def test_of_two_at_once_one_restores(path: Path, url: str) -> None:
    before = all_rows()
    with in_use(url):

        def tell(line: str) -> None:
            if "rows were too old" in line:
                with pytest.raises(BackupFault, match="being restored just now"):
                    restored(path)

        restoring.restore(path, MONDAY_9, lambda _now: 0, tell)
        assert all_rows() == before


# --- what is too old ---


def test_an_old_backup_that_is_restored_is_purged_before_it_is_served(
    database: peewee.Database, url: str, tmp_path: Path
) -> None:
    hall = registered()
    for days in (45, 31, 30, 0):
        came_ago(hall, days)
    path = backed_up(tmp_path / "backups")
    seen: list[bool] = []

    def purged(now: Any) -> int:
        seen.append(restoring.begun(DB.obj))
        return purge(now)

    with in_use(url):
        restoring.restore(path, MONDAY_9, purged, silent)
        assert days_left(hall) == [30, 0]
        assert seen == [True]
        assert not restoring.begun(DB.obj)
        assert retention.purge_all(MONDAY_9) == 0
        assert run(lambda: Visit.select().count()) == 2


def test_what_is_kept_for_minutes_is_gone_and_what_was_to_be_emptied_is_before_a_restored_backup_is_served(
    database: peewee.Database, url: str, tmp_path: Path
) -> None:
    service = Service()
    service.visitor().says("帮助")
    visit = id_of(came_ago(service.hall(), 1))
    run(lambda: erasures.queue(erasures.VISIT, [visit], MONDAY_9, MONDAY_9))
    path = backed_up(tmp_path / "backups")
    with in_use(url):
        restoring.restore(path, MONDAY_9 + timedelta(hours=5, minutes=30), purge, silent)
        assert run(lambda: [row.reply for row in Receipt.select()]) == [None]
        assert run(lambda: erasures.emptied([visit])) == {visit}
