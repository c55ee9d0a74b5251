"""A skipped test is a failed one, except with ALLOW_SKIP=1: a check that did not run has not passed."""

import os
from collections.abc import Generator

import pytest

Report = pytest.TestReport | pytest.CollectReport


def _judge(report: Report) -> None:
    # A test marked xfail did run; its report only looks like a skipped one.
    if report.outcome != "skipped" or hasattr(report, "wasxfail") or os.environ.get("ALLOW_SKIP") == "1":
        return
    reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
    report.outcome = "failed"
    report.longrepr = f"{reason}\nA skipped test fails the run; ALLOW_SKIP=1 lets it pass."


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """A test that skips itself, or is marked to be skipped."""
    report = yield
    _judge(report)
    return report


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """A whole file that skips itself, for example for want of an import."""
    report = yield
    _judge(report)
    return report
