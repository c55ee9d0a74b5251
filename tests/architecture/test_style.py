"""What a reader may rely on in every file."""

import ast
import re
from pathlib import Path

from tests.architecture.sources import ROOT, SOURCES, is_within

LONGEST_FILE = 400
LONGEST_FUNCTION = 40

# Folders that git ignores or owns, or that a tool fills.
CACHES = {"__pycache__", ".pytest_cache", ".mypy_cache", ".ruff_cache", ".hypothesis"}
NOT_OURS = {".git", ".venv", ".venv-cnocr", "var"} | CACHES
TEXTS = sorted(
    path
    for path in ROOT.rglob("*")
    if path.is_file()
    and not NOT_OURS & set(path.relative_to(ROOT).parts)
    and path.name != "config.toml"
    and path.suffix not in (".png", ".jpg", ".ico", ".woff2")
)
OF_ONE_MACHINE = re.compile(r"/(?:work|root|Users|home/\w+|opt/pypi)/")
EMPTY_NAMES = {"utils", "util", "helpers", "helper", "manager", "managers", "misc", "common"}


def _name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def test_no_file_names_a_path_of_one_machine():
    assert {_name(path) for path in TEXTS if OF_ONE_MACHINE.search(path.read_text("utf-8", errors="ignore"))} == set()


def test_every_module_says_what_it_is():
    assert {source.module for source in SOURCES if source.tree.body and not ast.get_docstring(source.tree)} == set()


def test_every_module_is_named_after_what_it_owns():
    assert {source.module for source in SOURCES if EMPTY_NAMES & set(source.path.stem.split("_"))} == set()


def test_no_file_is_too_long_to_be_one_thing():
    lengths = {source.module: len(source.path.read_text("utf-8").splitlines()) for source in SOURCES}
    assert {module: lines for module, lines in lengths.items() if lines > LONGEST_FILE} == {}


def test_no_function_is_too_long_to_be_one_thing():
    lengths = {
        f"{source.module}.{node.name}": (node.end_lineno or node.lineno) - node.lineno + 1
        for source in SOURCES
        # A migration is a frozen list of columns, which no cut would make easier to read.
        if not is_within(source.module, "models.migrations")
        for node in ast.walk(source.tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }
    assert {name: lines for name, lines in lengths.items() if lines > LONGEST_FUNCTION} == {}
