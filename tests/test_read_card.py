"""read-card: one line of JSON a file, whatever the file is."""

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

import hallpass
from models.rules.documents.card import FIELDS

KEYS = {"file", "seconds", *FIELDS}


def lines(
    capsys: pytest.CaptureFixture[str], *files: Path, more: tuple[str, ...] = ()
) -> tuple[int, list[dict[str, object]]]:
    capsys.readouterr()
    code = hallpass.main(["read-card", *map(str, files), *more])
    shown = capsys.readouterr()
    assert shown.err == ""
    return code, [json.loads(line) for line in shown.out.splitlines()]


@pytest.fixture
def blank(tmp_path: Path) -> Path:
    """A photo of nothing."""
    file = tmp_path / "白 墙.jpg"
    Image.fromarray(np.full((90, 120, 3), 250, np.uint8)).save(file)
    return file


def test_each_file_has_its_line_in_order_with_every_field(
    blank: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page = tmp_path / "page.jpg"
    page.write_text("<html>", "utf-8")
    code, (first, second) = lines(capsys, blank, page)
    assert code == 0
    assert (first["file"], second["file"]) == (str(blank), str(page))
    assert all(line.keys() >= KEYS for line in (first, second))
    assert all(line[name] is None for line in (first, second) for name in FIELDS)
    assert first["kind"] == "nothing"
    assert second["error"] == "photo_not_a_picture"
    assert float(str(first["seconds"])) >= 0


def test_a_file_that_cannot_be_opened_is_told_and_the_others_are_read(
    blank: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, (missing, folder, read) = lines(capsys, tmp_path / "missing.jpg", tmp_path, blank)
    assert code == 1
    assert missing["error"] == folder["error"] == "not_readable"
    assert read["kind"] == "nothing"


def test_nothing_is_written_beside_the_photo(blank: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lines(capsys, blank)
    assert list(tmp_path.iterdir()) == [blank]


def test_without_a_file_it_says_how_it_is_used(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        hallpass.main(["read-card"])
    assert ended.value.code == 2
    assert "file" in capsys.readouterr().err


def test_settings_that_are_named_have_to_be_there(blank: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert hallpass.main(["read-card", str(blank), "--config", "missing.toml"]) == 2
    assert "does not exist" in capsys.readouterr().err


@given(st.lists(st.binary(max_size=200), min_size=1, max_size=20))
@settings(max_examples=3, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_file_at_all_has_its_line(tmp_path: Path, capsys: pytest.CaptureFixture[str], found: list[bytes]) -> None:
    files = [tmp_path / str(number) for number in range(len(found))]
    for file, data in zip(files, found, strict=True):
        file.write_bytes(data)
    code, said = lines(capsys, *files)
    assert code == 0
    assert [line["file"] for line in said] == list(map(str, files))
    assert all(str(line["error"]).startswith("photo_") for line in said)
