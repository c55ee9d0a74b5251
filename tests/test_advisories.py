"""What `make audit` makes of pip-audit's report."""

import subprocess
from pathlib import Path

import pytest

from tests.advisories import command, files, together, verdict

SOUND = {"name": "flask", "version": "3.1.3", "vulns": []}
WEAK = {"name": "peewee", "version": "4.5.3", "vulns": [{"id": "PYSEC-2030-1", "fix_versions": ["4.5.4"]}]}
UNLISTED = {"name": "werobot", "skip_reason": "Dependency not found on PyPI and could not be audited"}


@pytest.mark.parametrize(
    ("libraries", "code"),
    [
        ([SOUND], 0),
        ([SOUND, WEAK], 1),
        ([WEAK], 1),
        ([SOUND, UNLISTED], 1),  # the list is there, the library is not
        ([UNLISTED, UNLISTED], 0),  # an index that holds no advisories at all
        ([], 0),
    ],
)
def test_the_audit_fails_on_a_weakness_or_a_library_missing_from_the_list(libraries, code):
    assert verdict({"dependencies": libraries})[0] == code


def test_an_audit_that_reached_no_list_passes_and_says_that_nothing_was_checked():
    code, sentence = verdict(None)
    assert code == 0
    assert "NOTHING" in sentence


def test_a_weakness_is_named_with_its_library():
    assert "peewee 4.5.3: PYSEC-2030-1" in verdict({"dependencies": [WEAK]})[1]


def test_what_several_files_pin_is_counted_once_and_a_file_without_a_report_is_missed():
    both = together({"a.txt": {"dependencies": [SOUND]}, "b.txt": {"dependencies": [SOUND, WEAK]}, "c.txt": None})
    assert [library["name"] for library in both["dependencies"]] == ["flask", "peewee", "c.txt"]
    assert verdict(both)[0] == 1
    assert verdict(together({"a.txt": None, "b.txt": None}))[0] == 0


@pytest.mark.parametrize("path", files(), ids=lambda path: path.name)
def test_each_of_our_files_is_one_that_pip_audit_reads(path: Path):
    """It looks nothing up in a dry run. Of a file that it refuses it would report nothing, as without a network."""
    assert subprocess.run([*command(path), "--dry-run"], check=False, capture_output=True).returncode == 0
