"""A stage for each journey: a demo of its own, and phones of 375 × 667 in a real browser."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.demo import Demo
from tests.journeys.stage import Stage
from tests.plugins.chromium import Tab


@pytest.fixture
def stage(tmp_path: Path, open_tab: Callable[..., Tab]) -> Iterator[Stage]:
    """The demo, started, with the page open on one phone."""
    yield from _staged(Demo(tmp_path), open_tab)


@pytest.fixture
def empty_stage(tmp_path: Path, open_tab: Callable[..., Tab]) -> Iterator[Stage]:
    """Likewise, with an account that has no hall yet."""
    yield from _staged(Demo(tmp_path, empty=True), open_tab)


def _staged(demo: Demo, open_tab: Callable[..., Tab]) -> Iterator[Stage]:
    try:
        stage = Stage(demo.started(), open_tab)
        yield stage
        stage.is_left()
    finally:
        demo.dies()
