"""Operators see whether the audit is what was sealed, day by day, and what to do where it is not."""

import html
import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models.rules.halls import HallFacts
from models.services import verifying
from models.services.posts import Post
from models.services.pruning import prune
from models.services.sealing import seal_due
from models.tables.audit import Audit
from models.tables.database import run
from models.tables.seal_keys import SealKey
from tests.sealed import DAY, noted
from tests.service import MONDAY_9, Clock
from tests.staffed import registered
from tests.web.operator.conftest import SignsIn
from tests.web.operator.test_audit import HOSTILE

URL = "/operator/audit/seals"


Looks = Callable[[str], str]


@pytest.fixture
def looks(zhao: Post, signs_in: SignsIn) -> Looks:
    """An operator signs in and looks at a page."""
    return lambda url: signs_in("Operator").get(url).text


def sealed(clock: Clock, days: int = 2) -> HallFacts:
    """A hall in which something was done on each of some days, which are sealed."""
    hall = registered()
    for day in range(days):
        noted(MONDAY_9 + day * DAY, hall.id)
    clock.at = MONDAY_9 + (days + 1) * DAY
    seal_due(clock())
    return hall


def told(page: str) -> list[tuple[str, str, str]]:
    """The days from the top: which, how many rows, what of it."""
    rows = re.findall(r'<th scope="row"[^>]*>(.*?)</th><td>(.*?)</td><td>(?:<strong>)?(.*?)<', page)
    return [(day, count, html.unescape(what)) for day, count, what in rows]


@pytest.mark.parametrize("before", ["2026-02-30", "x", "20260302", "９９９９-01-01", "0001-01-01"])
def test_a_day_that_is_none_is_said_to_be_none(client: FlaskClient, before: str) -> None:
    page = client.get("/operator/audit/seals", query_string={"before": before})
    assert page.status_code == 200
    assert "日期不对" in page.text
    assert "日期不对" not in client.get("/operator/audit/seals?before=2026-03-02").text


def test_days_that_nobody_changed_are_said_to_be_so(looks: Looks, clock: Clock) -> None:
    hall = sealed(clock)
    page = looks(f"{URL}?hall={hall.code.upper()}")
    assert told(page) == [("2026-03-03", "1", "没有改动"), ("2026-03-02", "2", "没有改动")]
    assert "这里的 2 天都没有改动" in page
    assert verifying.head() in page
    assert hall.name in page


def test_a_day_that_was_changed_is_told_and_what_to_do(looks: Looks, clock: Clock) -> None:
    hall = sealed(clock)
    run(lambda: Audit.delete().where(Audit.action == "test", Audit.at < MONDAY_9 + DAY).execute())
    page = looks(f"{URL}?hall={hall.code}")
    assert told(page)[1] == ("2026-03-02", "2", "这一天封存时有 2 条，现在只有 1 条，有记录被删了。")
    assert "有 1 处不对" in page
    assert "都没有改动" not in page


def test_a_replaced_key_is_told(looks: Looks, clock: Clock) -> None:
    sealed(clock)
    run(lambda: SealKey.update(public=bytes(32)).execute())
    assert "被换过" in looks(URL)


def test_what_is_not_sealed_yet_is_said(looks: Looks, clock: Clock) -> None:
    hall = sealed(clock)
    noted(clock(), hall.id)
    noted(MONDAY_9, hall.id)
    page = looks(f"{URL}?hall={hall.code}")
    assert "还有 2 条没有封存" in page
    assert "其中 1 条的时间早于已封存的日子" in page


def test_late_rows_are_said_beside_the_day_that_holds_them(looks: Looks, clock: Clock) -> None:
    hall = sealed(clock)
    noted(MONDAY_9, hall.id)
    noted(clock(), hall.id)
    seal_due(clock() + 2 * DAY)
    assert told(looks(f"{URL}?hall={hall.code}"))[0][1] == "2 条，其中 1 条是补记的"


def test_a_service_in_which_nothing_was_sealed_says_so(looks: Looks) -> None:
    assert "还没有封存过" in looks(URL)


def test_every_day_stands_on_one_page(looks: Looks, clock: Clock) -> None:
    hall = sealed(clock, days=2 * verifying.SHOWN + 1)
    url, shown = f"{URL}?hall={hall.code}", []
    for _ in range(3):
        page = looks(url)
        shown += [day for day, _, _ in told(page)]
        url = next((html.unescape(one) for one in re.findall(r'href="(/[^"]*before=[^"]*)"', page)), "")
    assert shown == [(MONDAY_9 + day * DAY).date().isoformat() for day in range(2 * verifying.SHOWN, -1, -1)]
    assert url == ""


@pytest.mark.parametrize("field", ["before", "hall"])
@pytest.mark.parametrize("words", [*HOSTILE, "0001-01-01", "9999-12-31", "2026-02-30", "-001-01-01"])
def test_whatever_is_asked_for_is_a_page(client: FlaskClient, field: str, words: str) -> None:
    page = client.get(URL, query_string={field: words})
    assert page.status_code == 200
    assert "<script>" not in page.text


# One database for all examples: they only read.
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30)
@given(st.from_regex(r"\A[0-9]{0,4}-[0-9]{0,3}-[0-9]{0,3}\Z") | st.text(max_size=12), st.text(max_size=20))
def test_no_day_and_no_code_fails(client: FlaskClient, before: str, code: str) -> None:
    assert client.get(URL, query_string={"before": before, "hall": code}).status_code == 200


def test_erased_days_are_said_as_such(looks: Looks, clock: Clock) -> None:
    hall = sealed(clock)
    clock.at += timedelta(days=181)
    prune(clock())
    assert told(looks(f"{URL}?hall={hall.code}"))[1][2] == "已到期删除，封条还在"


def test_a_hall_whose_registration_is_erased_is_not_said_to_have_come_otherwise(looks: Looks, clock: Clock) -> None:
    hall = sealed(clock)
    clock.at += timedelta(days=181)
    prune(clock())
    page = looks(f"/operator/halls/{hall.code}")
    assert "注册的记录已到期删除" in page
    assert "不是通过公众号注册的" not in page
