"""A run with a skipped test is not a green one."""

import pytest

pytest_plugins = ["pytester"]

SKIPS = """
import pytest

def test_that_skips_itself():
    pytest.skip("no server")

@pytest.mark.skip(reason="no server")
def test_marked_to_be_skipped():
    pass

@pytest.fixture
def server():
    pytest.skip("no server")

def test_with_a_fixture_that_skips(server):
    pass
"""
WHOLE_FILE_SKIPS = "import pytest\npytest.importorskip('no_such_server')\n"


@pytest.fixture
def run(pytester, monkeypatch):
    """Runs the text of a test file with the plugin."""
    monkeypatch.delenv("ALLOW_SKIP", raising=False)

    def run(text):
        pytester.makepyfile(text)
        return pytester.runpytest_inprocess("-p", "tests.plugins.no_skips")

    return run


def test_a_skipped_test_fails_the_run_and_gives_its_reason(run):
    result = run(SKIPS)
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    # A test whose fixture fails counts as an error.
    assert result.parseoutcomes() == {"failed": 1, "errors": 2}
    assert result.stdout.str().count("A skipped test fails the run") >= 3
    assert "no server" in result.stdout.str()


def test_a_whole_file_that_skips_itself_fails_the_run(run):
    result = run(WHOLE_FILE_SKIPS)
    assert result.ret == pytest.ExitCode.INTERRUPTED
    assert "no_such_server" in result.stdout.str()


def test_a_skipped_test_passes_where_skipping_is_allowed(run, monkeypatch):
    monkeypatch.setenv("ALLOW_SKIP", "1")
    result = run(SKIPS)
    assert result.ret == pytest.ExitCode.OK
    assert result.parseoutcomes()["skipped"] == 3


def test_an_expected_failure_is_left_alone(run):
    result = run("import pytest\n@pytest.mark.xfail\ndef test_it():\n    assert False\n")
    assert result.ret == pytest.ExitCode.OK
