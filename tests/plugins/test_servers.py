"""A machine that is busy fails no test for how long its server takes to start."""

import pytest

pytest_plugins = ["pytester"]

SLOW = """
import time
import pytest

@pytest.fixture(scope="session")
def mariadb():
    time.sleep(1.5)
    return "server"

@pytest.fixture(params=["sqlite", "mariadb"])
def database(request):
    return request.getfixturevalue("mariadb") if request.param == "mariadb" else "file"

def test_of_either(database):
    assert database

def test_of_the_server(mariadb):
    assert mariadb

def test_that_hangs(mariadb):
    time.sleep(30)
"""


def test_the_start_of_the_server_is_no_part_of_the_time_of_a_test(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(SLOW)
    result = pytester.runpytest_inprocess("-p", "tests.plugins.servers", "--timeout=1", "--timeout-method=signal")
    result.assert_outcomes(passed=3, failed=1)
    result.stdout.fnmatch_lines(["*Timeout*", "FAILED *test_that_hangs*"])
