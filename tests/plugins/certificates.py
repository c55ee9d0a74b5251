"""One throw-away certificate a run: the browser is told of its key when it is started."""

import pytest

from tests.certificates import Certificate, throw_away


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    """For the host of the shipped site."""
    return throw_away(tmp_path_factory.mktemp("certificate"))
