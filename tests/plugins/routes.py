"""The addresses of pages are compiled once a process: each test has an application of its own, with the same ones.

Werkzeug compiles a function for every rule, which took most of the time of a test of a page.
"""

from collections.abc import Callable
from typing import Any

from werkzeug.routing import Rule

_compile = Rule._compile_builder
_compiled: dict[tuple[object, ...], Callable[..., tuple[str, str]]] = {}


def _compiled_once(rule: Any, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
    # All that the function is made of; it is bound to its rule afterwards.
    made_of = (rule.rule, tuple(rule._trace), repr(rule.defaults), append_unknown)
    if made_of not in _compiled:
        _compiled[made_of] = _compile(rule, append_unknown)
    return _compiled[made_of]


def pytest_configure() -> None:
    Rule._compile_builder = _compiled_once
