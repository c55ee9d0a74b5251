"""An install is repeatable: whatever it brings is pinned, and each line says why it is there."""

import re
from importlib.metadata import distribution
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parent.parent.parent
FILES = sorted(path.name for path in ROOT.glob("requirements*.txt"))
LINE = re.compile(r"(?P<requirement>\S+==[0-9][0-9A-Za-z.]*) +# \S.*")


def pinned(name: str) -> set[str]:
    """The canonical names that a requirement file pins, itself and through the files it includes."""
    names: set[str] = set()
    for line in (ROOT / name).read_text("utf-8").splitlines():
        if line.startswith("-r "):
            names |= pinned(line.removeprefix("-r "))
        elif line and not line.startswith("#"):
            names.add(canonicalize_name(Requirement(line.partition("#")[0]).name))
    return names


@pytest.mark.parametrize("name", FILES)
def test_each_line_pins_one_version_and_says_why(name):
    lines = (ROOT / name).read_text("utf-8").splitlines()
    odd = [line for line in lines if line and not line.startswith(("#", "-r ")) and not LINE.fullmatch(line)]
    assert odd == []


@pytest.mark.parametrize("name", ["requirements-lean.txt", "requirements-dev.txt"])
def test_whatever_a_pinned_library_needs_is_pinned_too(name):
    here = pinned(name)
    needed = {
        canonicalize_name(requirement.name): library
        for library in here
        for requirement in map(Requirement, distribution(library).requires or [])
        if requirement.marker is None or requirement.marker.evaluate({"extra": ""})
    }
    assert {found: library for found, library in needed.items() if found not in here} == {}
