"""Every phrase stands in both languages, is used, and is there where the code asks for it."""

import ast
import functools
import re
from collections.abc import Iterator
from string import Formatter

import pytest
from jinja2 import Environment, nodes

from bot.catalogue import FLOWS
from bot.flow import Step, paths
from bot.flow_pages import facts_of
from models.phrases import LANGUAGES, PHRASES
from tests.architecture.sources import ROOT, SOURCES

KEYS = sorted(PHRASES["zh"])
SECTIONS = {key.partition(".")[0] for key in KEYS}
# A hole of an f-string, where a key is put together: f"step.{name}.ask".
HOLE = "\0"


def _placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


def _docstrings(tree: ast.Module) -> set[int]:
    return {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}


def _texts() -> Iterator[str]:
    """Every string in the code but docstrings, with HOLE where a value is filled in."""
    for source in SOURCES:
        skipped = _docstrings(source.tree)
        for node in ast.walk(source.tree):
            if isinstance(node, ast.JoinedStr):
                skipped |= {id(part) for part in node.values}
                yield "".join(str(part.value) if isinstance(part, ast.Constant) else HOLE for part in node.values)
            elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in skipped:
                yield node.value


# All this is asked for by tests, not when this file is read: each process of a run reads every file, and few of these.
@functools.cache
def _templates() -> list[nodes.Template]:
    return [Environment().parse(path.read_text("utf-8")) for path in sorted((ROOT / "web").rglob("*.html"))]


def _texts_of_templates() -> Iterator[str]:
    """Every string in the expressions of the templates, with HOLE where a value is joined in."""
    for tree in _templates():
        yield from (one.value for one in tree.find_all(nodes.Const) if isinstance(one.value, str))
        for joined in tree.find_all(nodes.Concat):
            yield "".join(part.value if isinstance(part, nodes.Const) else HOLE for part in joined.nodes)


@functools.cache
def _plain() -> frozenset[str]:
    return frozenset(text for text in _all_texts() if HOLE not in text)


@functools.cache
def _all_texts() -> frozenset[str]:
    return frozenset((*_texts(), *_texts_of_templates()))


def _patterns() -> list[re.Pattern[str]]:
    # A pattern of holes alone, or with next to no letters of its own, would make every phrase a used one.
    return [
        re.compile("(.+)".join(map(re.escape, text.split(HOLE))))
        for text in _all_texts()
        if HOLE in text and re.fullmatch(r"[a-z_.\0]*[a-z_]{3}[a-z_.\0]*", text)
    ]


def _used() -> set[str]:
    """Keys that the code names, or puts together of words that it names."""
    plain, patterns = _plain(), _patterns()
    used = set(plain & set(KEYS))
    while True:
        made = {
            key
            for key in KEYS
            for pattern in patterns
            if (found := pattern.fullmatch(key)) and all(part in plain or part in used for part in found.groups())
        }
        if made <= used:
            return used
        used |= made


def _calls(name: str, of: str = "") -> Iterator[tuple[str, set[str] | None]]:
    """The first literal text that `name(…)`, or `of.name(…)`, is called with, and the names of its values (None: not
    known here)."""
    for source in SOURCES:
        for node in ast.walk(source.tree):
            if not isinstance(node, ast.Call) or name != getattr(node.func, "attr", getattr(node.func, "id", None)):
                continue
            if of and of != getattr(getattr(node.func, "value", None), "id", None):
                continue
            texts = [arg.value for arg in node.args if isinstance(arg, ast.Constant) and arg.value not in LANGUAGES]
            values = {keyword.arg for keyword in node.keywords}
            if texts:
                yield texts[0], None if None in values else values
    for tree in _templates():
        for call in tree.find_all(nodes.Call):
            if getattr(call.node, "name", None) == name and call.args and isinstance(call.args[0], nodes.Const):
                yield call.args[0].value, {keyword.key for keyword in call.kwargs}


@functools.cache
def _walked() -> list[dict[str, Step]]:
    """The steps of each way through a flow, by name."""
    return [
        {one.step.name: one.step for one in path.steps}
        for flow, made in FLOWS.items()
        for path in paths(made.script, facts_of(flow))
    ]


def test_both_languages_have_the_same_keys():
    assert set(PHRASES["zh"]) == set(PHRASES["en"])


def test_both_languages_fill_in_the_same_values():
    assert [key for key in KEYS if _placeholders(PHRASES["zh"][key]) != _placeholders(PHRASES["en"][key])] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_phrase_is_empty(language):
    assert [key for key in KEYS if not PHRASES[language][key].strip()] == []


def test_no_phrase_is_unused():
    assert set(KEYS) - _used() == set()


def test_no_phrase_that_the_code_names_is_missing():
    shaped = {text for text in _plain() if re.fullmatch(r"[a-z_]+(\.[a-z_0-9]+)+(?<!\.html)(?<!\.js)", text)}
    assert {text for text in shaped if text.partition(".")[0] in SECTIONS} - set(KEYS) == set()


def test_each_refusal_has_its_phrase():
    refusals = {code for code, _ in _calls("Refused")}
    assert len(refusals) > 200
    assert {code for code in refusals if f"refused.{code}" not in KEYS} == set()


def test_a_refusal_gives_the_values_that_its_phrase_shows():
    given: dict[str, set[str]] = {}
    for code, values in _calls("Refused"):
        # A refusal may be raised again with more (which companion it was), so all its values count together.
        given.setdefault(code, set()).update(values or ())
    needed = {code: _placeholders(PHRASES["zh"].get(f"refused.{code}", "")) for code in given}
    assert {code: needed[code] - given[code] for code in given if needed[code] - given[code]} == {}


def test_a_phrase_is_said_with_exactly_the_values_that_it_shows():
    unlike = {
        key: (values, _placeholders(PHRASES["zh"][key]))
        for key, values in _calls("say")
        if values is not None and key in KEYS and values != _placeholders(PHRASES["zh"][key])
    }
    assert unlike == {}


def test_each_deed_that_is_noted_has_its_phrase():
    noted = {action for action, _ in _calls("note", of="audit")}
    assert noted and {f"told.did.{action}" for action in noted} - set(KEYS) == set()


def test_each_step_of_each_flow_is_asked_and_explained():
    steps = {name for steps in _walked() for name in steps}
    assert len(steps) > 20
    asked = {f"step.{name}.ask" for name in steps - {"review"}}
    assert (asked | {f"step.{name}.help" for name in steps}) - set(KEYS) == set()


def test_each_step_that_the_review_lists_has_a_label():
    listed = {
        name
        for steps in _walked()
        if "review" in steps
        for name, step in steps.items()
        if step.listed and name != "review"
    }
    assert len(listed) > 5
    assert {f"step.{name}.label" for name in listed} - set(KEYS) == set()
