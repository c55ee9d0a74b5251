"""What was erased of a hall, as its admins and operators see it: counts, a certificate, and whether the chain holds."""

import re
from typing import Any

import peewee
import pytest

from models.rules.access import Role
from models.rules.halls import HallFacts
from models.services import deletions
from models.tables.database import run
from models.tables.deletions import Deletion
from tests.erased import came_ago, one_batch, purged
from tests.staffed import registered
from tests.web.admin.desk import Office

LIST = "/settings/deletions"


@pytest.fixture
def office(database: peewee.Database) -> Office:
    return Office()


def erased(hall: HallFacts, *days: int) -> None:
    for back in days:
        came_ago(hall, back)
    purged()


def test_before_anything_has_gone_the_page_says_when_it_will(office: Office) -> None:
    assert "还没有删除过" in office.browser().get(LIST).text


def test_each_day_that_was_erased_stands_there_with_how_many_and_no_name(office: Office) -> None:
    erased(office.hall, 31, 31, 33)
    page = office.browser().get(LIST).text
    assert "2026-01-30 的到访信息，删除 2 条" in page
    assert "2026-01-28 的到访信息，删除 1 条" in page
    assert "2 份证明都核对过" in page
    assert "张三" not in page


def test_a_day_that_is_being_erased_is_said_as_such(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("models.services.retention.BATCH", 1)
    for _ in range(2):
        came_ago(office.hall, 31)
    one_batch()
    assert "正在删除，已删 1 条" in office.browser().get(LIST).text


def test_the_latest_stand_first_and_the_earlier_ones_on_further_pages(office: Office) -> None:
    erased(office.hall, *range(31, 31 + deletions.PAGE + 2))
    browser = office.browser()
    first = browser.get(LIST).text
    assert (first.count("删除 1 条"), "更早的证明" in first) == (deletions.PAGE, True)
    earlier = re.search(r'href="[^"]*deletions\?(before=\d+)"', first)
    assert earlier
    then = browser.get(f"{LIST}?{earlier[1]}").text
    assert (then.count("删除 1 条"), "更早的证明" in then, "最新的证明" in then) == (2, False, True)


def test_a_certificate_says_hall_day_rule_and_when(office: Office) -> None:
    erased(office.hall, 31)
    page = office.browser().get(f"{LIST}/1").text
    for part in (
        office.hall.name,
        "第 1 份",
        "2026-01-30",
        "到访信息保留 30 天",
        "1 条",
        "与签名一致",
        "hallpass.py verify",
    ):
        assert part in page
    row = deletions.one(office.hall.id, 1)
    assert row is not None
    assert row.key_id is not None
    shown = page.replace(" ", "")
    for mark in (row.fingerprint.hex(), (row.digest or b"").hex(), (row.signature or b"").hex(), row.key_id):
        assert mark in shown


def test_of_a_chain_that_was_touched_the_page_says_where_it_breaks(office: Office) -> None:
    erased(office.hall, 31, 32)
    run(lambda: Deletion.update(erased=0).where(Deletion.number == 2).execute())
    browser = office.browser()
    assert "第 2 份证明对不上：内容被改动过" in browser.get(LIST).text
    assert "这份证明不能用" in browser.get(f"{LIST}/2").text
    assert "与签名一致" in browser.get(f"{LIST}/1").text


@pytest.mark.parametrize("number", ["0", "2", "99999999999999999999", "-1", "x", "１"])
def test_of_a_record_that_is_not_there_there_is_no_page(office: Office, number: str) -> None:
    erased(office.hall, 31)
    assert office.browser().get(f"{LIST}/{number}").status_code == 404


@pytest.mark.parametrize("before", ["0", "-3", "x", "9" * 40, "2147483648", "1' OR '1'='1", "%00"])
def test_a_place_that_is_none_is_the_latest_page(office: Office, before: str) -> None:
    erased(office.hall, 31)
    answer = office.browser().get(f"{LIST}?before={before}")
    assert (answer.status_code, "删除 1 条" in answer.text) == (200, True)


@pytest.mark.parametrize("path", [LIST, f"{LIST}/1"])
def test_admins_of_the_hall_see_it_and_nobody_else_of_any_hall(office: Office, path: str) -> None:
    erased(office.hall, 31)
    office.joins("Guard", Role.GUARD)
    registered("另一个大厅", "Other")
    office.operator()
    seen = {who: office.browser(who).get(path).status_code for who in ("Admin", "Guard", "Other", "Operator", "Nobody")}
    assert seen == {"Admin": 200, "Guard": 404, "Other": 404, "Operator": 404, "Nobody": 404}


@pytest.mark.parametrize("further", ["", "/1"])
def test_operators_see_it_on_their_own_pages_and_nobody_else_there(office: Office, further: str) -> None:
    erased(office.hall, 31)
    office.joins("Guard", Role.GUARD)
    office.operator()
    path = f"/operator/halls/{office.hall.code}/deletions{further}"
    seen = {who: office.browser(who).client.get(path).status_code for who in ("Operator", "Admin", "Guard", "Nobody")}
    assert seen == {"Operator": 200, "Admin": 404, "Guard": 404, "Nobody": 404}
    assert office.browser("Operator").client.get("/operator/halls/nowhere/deletions").status_code == 404


# --- a hall that shortens its days ---


def shortens(office: Office, **typed: Any) -> Any:
    return office.browser().sends("/settings/privacy", {"days": "14", **typed})


def test_whoever_shortens_the_days_is_told_first_how_many_visits_go(office: Office) -> None:
    for days in (10, 15, 20):
        came_ago(office.hall, days)
    answer = shortens(office)
    assert "会删除 2 次更早的到访" in answer.text
    assert office.hall.retention_days == 30
    assert shortens(office, agreed="y", agreed_to="14 14").status_code == 303
    assert office.hall.retention_days == 14


def test_whoever_shortens_the_days_of_temperatures_is_told_first_how_many_go(office: Office) -> None:
    for days in (3, 8, 10):
        came_ago(office.hall, days, temperature_tenths=365, temperature_source="self")
    answer = shortens(office, days="30", temperatures="7")
    assert "会删除 2 条更早的体温" in answer.text
    assert office.hall.temperature_days == 14
    assert shortens(office, days="30", temperatures="7", agreed="y", agreed_to="30 7").status_code == 303
    assert office.hall.temperature_days == 7


@pytest.mark.parametrize("agreed_to", ["20 14", "14", "", "x", "14 7"])
def test_a_yes_to_other_days_is_none_to_these(office: Office, agreed_to: str) -> None:
    for days in (15, 25):
        came_ago(office.hall, days)
    answer = shortens(office, agreed="y", agreed_to=agreed_to)
    assert "改成 14 天，会删除 2 次更早的到访" in answer.text
    assert 'value="14 14"' in answer.text
    assert office.hall.retention_days == 30


def test_where_nothing_goes_nobody_is_asked(office: Office) -> None:
    came_ago(office.hall, 10)
    assert shortens(office).status_code == 303


def test_of_days_that_cannot_be_nothing_is_counted(office: Office) -> None:
    came_ago(office.hall, 20)
    answer = shortens(office, days="3")
    assert ("次更早的到访" in answer.text, office.hall.retention_days) == (False, 30)


@pytest.mark.parametrize("days", ["0", "15", "-1", "x", "", "１４.5", "9" * 30])
def test_temperatures_are_kept_within_what_the_operator_allows(office: Office, days: str) -> None:
    answer = office.browser().sends("/settings/privacy", {"temperatures": days})
    assert (answer.status_code, office.hall.temperature_days) == (200, 14)


def test_fewer_days_of_temperatures_are_kept_and_noted(office: Office) -> None:
    assert office.browser().sends("/settings/privacy", {"temperatures": "7"}).status_code == 303
    assert office.hall.temperature_days == 7
    assert "体温保留几天" in office.browser().get("/settings/history").text


def test_the_settings_say_how_long_temperatures_are_kept(office: Office) -> None:
    assert "体温保留几天" in office.browser().get("/settings").text
