"""The project's own Python files, and what they import."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
FOLDERS = ("bot", "web", "models", "jobs", "bench")


@dataclass(frozen=True)
class Source:
    """A Python file that is not a test; `module` is its dotted name."""

    module: str
    path: Path

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.path.read_text("utf-8"), filename=str(self.path))

    @cached_property
    def imports(self) -> frozenset[str]:
        """Dotted names of everything it imports, wherever in the file; of ours, down to the module."""
        return frozenset(name for node in ast.walk(self.tree) for name in _imported(node))


def _imported(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom):
        # `from models.services import halls` names a module, `from models.phrases import say` a function.
        for alias in node.names:
            full = f"{node.module}.{alias.name}"
            yield full if full in MODULES else f"{node.module}"


def _module(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


PATHS = sorted([*ROOT.glob("*.py"), *(path for folder in FOLDERS for path in (ROOT / folder).rglob("*.py"))])
MODULES = frozenset(_module(path) for path in PATHS)
SOURCES = tuple(Source(_module(path), path) for path in PATHS)


def is_within(module: str, part: str) -> bool:
    """Whether a module is `part` or stands below it."""
    return module == part or module.startswith(f"{part}.")
