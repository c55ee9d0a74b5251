"""A run with a skipped test is not a green one."""

from pathlib import Path

import pytest

pytest_plugins = ["pytester"]

SKIPS = {
    "by itself": "import pytest\ndef test_it():\n    pytest.skip('no server')\n",
    "by mark": "import pytest\n@pytest.mark.skip(reason='no server')\ndef test_it():\n    pass\n",
    "by fixture": "import pytest\n@pytest.fixture\ndef server():\n    pytest.skip('no server')\ndef test_it(server):\n    pass\n",
    "as a whole file": "import pytest\npytest.importorskip('no_such_server')\ndef test_it():\n    pass\n",
}


@pytest.fixture
def run(pytester, monkeypatch):
    """Runs the text of a test file with the plugin, and returns pytest's exit code and output."""
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parent.parent.parent))
    monkeypatch.delenv("ALLOW_SKIP", raising=False)

    def run(text):
        pytester.makepyfile(text)
        result = pytester.runpytest_subprocess("-p", "tests.plugins.no_skips", "-p", "no:cacheprovider")
        return result.ret, result.stdout.str()

    return run


@pytest.mark.parametrize("text", SKIPS.values(), ids=SKIPS.keys())
def test_a_skipped_test_fails_the_run_and_gives_its_reason(run, text):
    code, output = run(text)
    assert code in (pytest.ExitCode.TESTS_FAILED, pytest.ExitCode.INTERRUPTED)
    assert "no server" in output or "no_such_server" in output


@pytest.mark.parametrize("text", SKIPS.values(), ids=SKIPS.keys())
def test_a_skipped_test_passes_where_skipping_is_allowed(run, monkeypatch, text):
    monkeypatch.setenv("ALLOW_SKIP", "1")
    assert run(text)[0] in (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED)


def test_an_expected_failure_is_left_alone(run):
    assert run("import pytest\n@pytest.mark.xfail\ndef test_it():\n    assert False\n")[0] == pytest.ExitCode.OK
