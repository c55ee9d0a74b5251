"""A file to which several processes write whole lines, whatever happens to it meanwhile."""

import fcntl
import os
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from models.tables import journal_file


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "kept" / "erasures.journal"


def test_lines_are_there_in_their_order_and_nobody_else_reads_them(path: Path) -> None:
    journal_file.append(path, ["one"])
    journal_file.append(path, ["two", "three"])
    assert journal_file.lines(path) == ["one", "two", "three"]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_many_at_once_write_whole_lines_while_old_ones_are_taken_away(path: Path) -> None:
    def write(writer: int) -> None:
        for number in range(40):
            journal_file.append(path, [f"{writer}-{number}-{'x' * 1500}"])

    def forget(_: int) -> None:
        for _ in range(40):
            journal_file.keep(path, lambda line: not line.startswith("old"))

    journal_file.append(path, ["old"] * 5)
    with ThreadPoolExecutor(8) as threads:
        done = [threads.submit(write, one) for one in range(6)] + [threads.submit(forget, one) for one in range(2)]
        for one in done:
            one.result()
    expected = {f"{writer}-{number}-{'x' * 1500}" for writer in range(6) for number in range(40)}
    assert sorted(journal_file.lines(path)) == sorted(expected)


def test_processes_of_their_own_do_not_mix_their_lines(path: Path) -> None:
    children = []
    for writer in range(4):
        child = os.fork()
        if child == 0:
            try:
                for number in range(50):
                    journal_file.append(path, [f"{writer}-{number}-{'y' * 900}"])
            finally:
                os._exit(0)
        children.append(child)
    assert [os.waitpid(child, 0)[1] for child in children] == [0] * 4
    expected = sorted(f"{writer}-{number}-{'y' * 900}" for writer in range(4) for number in range(50))
    assert sorted(journal_file.lines(path)) == expected


def test_half_a_line_that_a_machine_left_spoils_no_further_one(path: Path) -> None:
    journal_file.append(path, ["one"])
    with path.open("ab") as file:
        file.write(b"hal")
    journal_file.append(path, ["two"])
    assert journal_file.lines(path) == ["one", "hal", "two"]


def test_on_a_full_disk_nothing_half_is_left(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    journal_file.append(path, ["one"])
    real = os.write
    # As a kernel answers whose disk fills up while it writes.
    monkeypatch.setattr(os, "write", lambda file, data: real(file, data[:3]))
    with pytest.raises(OSError, match="No space"):
        journal_file.append(path, ["two"])
    assert journal_file.lines(path) == ["one"]


def test_what_is_not_kept_is_gone_and_whoever_waits_writes_to_the_file_that_is_there(path: Path) -> None:
    journal_file.append(path, ["old", "new", "old"])
    assert journal_file.keep(path, lambda line: line == "new") == 2
    journal_file.append(path, ["newer"])
    assert journal_file.lines(path) == ["new", "newer"]
    assert journal_file.keep(path, lambda line: True) == 0
    assert [one.name for one in path.parent.iterdir()] == [path.name]


def test_nothing_is_taken_from_a_file_that_is_not_there(path: Path) -> None:
    assert journal_file.keep(path, lambda line: False) == 0
    assert not path.exists()


def test_it_is_told_whether_it_may_be_written_without_making_it(path: Path, tmp_path: Path) -> None:
    assert journal_file.may_write(path)
    assert not path.parent.exists()
    in_the_way = tmp_path / "file"
    in_the_way.touch()
    assert not journal_file.may_write(in_the_way / "erasures.journal")
    assert not journal_file.may_write(tmp_path)


def test_a_path_that_nobody_can_look_up_may_not_be_written(tmp_path: Path) -> None:
    """As where a folder on the way is closed to this process."""
    assert not journal_file.may_write(tmp_path / ("x" * 300) / "erasures.journal")


def test_whoever_cannot_have_it_in_time_is_told_and_leaves_it_as_it_was(path: Path) -> None:
    journal_file.append(path, ["first"])
    with path.open("rb") as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        with pytest.raises(BlockingIOError):
            journal_file.append(path, ["second"], seconds=0.0)
    assert journal_file.lines(path) == ["first"]
    journal_file.append(path, ["second"])
    assert (journal_file.first(path), journal_file.lines(path)) == ("first", ["first", "second"])
