"""A stage for each journey: a demo of its own, and phones of 375 × 667 in a real browser."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.certificates import Certificate
from tests.demo import Demo
from tests.journeys.stage import Stage
from tests.nginx import Nginx
from tests.plugins.chromium import Tab
from tests.ports import free_port

BOTH_WAYS = pytest.mark.parametrize("stage", ["http", "https"], indirect=True)
"""As `make demo` is looked at, and as halls are reached."""


@pytest.fixture
def stage(
    request: pytest.FixtureRequest, tmp_path: Path, open_tab: Callable[..., Tab], certificate: Certificate
) -> Iterator[Stage]:
    """The demo, started, with the page open on one phone; with the parameter "https" behind nginx with TLS."""
    if getattr(request, "param", "http") == "http":
        yield from _staged(Demo(tmp_path), open_tab)
        return
    port = free_port()
    with Nginx(tmp_path / "nginx", port, certificate) as nginx:
        yield from _staged(Demo(tmp_path, port=port, base_url=nginx.address), open_tab)


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
