"""The time that a test may take does not run while the server of the database starts for it.

It starts for the first test that needs it; with many tests at once that takes longer than any test may. The server
itself waits no longer than tests.mariadb says.
"""

import pytest

_SERVER = "mariadb"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if _needs_server(item) and item.get_closest_marker("timeout") is None:
            item.add_marker(pytest.mark.timeout(func_only=True))


def _needs_server(item: pytest.Item) -> bool:
    call = getattr(item, "callspec", None)
    return _SERVER in getattr(item, "fixturenames", ()) or (call is not None and _SERVER in call.params.values())
