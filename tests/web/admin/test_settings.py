"""A hall's settings on their pages: what is kept, what is refused, and two admins at once."""

import html
import json
from dataclasses import replace
from datetime import date
from typing import Any

import peewee
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models.rules.tracing import AS_USUAL
from models.tables.audit import AuditRow
from tests.bot.test_check_in import first_visit
from tests.service import Clock, Service
from tests.web.admin.desk import Office, filled_in, told


@pytest.fixture
def office(database: peewee.Database) -> Office:
    return Office()


def changed(row: AuditRow) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = json.loads(row.detail)["changed"]
    return found


# --- every form: what it changes, and what is noted of it ---

GOOD: dict[str, tuple[str, dict[str, Any], str, Any]] = {
    "name": ("/settings/basics", {"name": "德城区市民中心"}, "name", "德城区市民中心"),
    "address": ("/settings/basics", {"address": "德城区幸福路1号"}, "address", "德城区幸福路1号"),
    "contact": ("/settings/basics", {"contact": "王主任"}, "contact", "王主任"),
    "phone": ("/settings/basics", {"phone": "05348210001"}, "phone", "0534-8210001"),
    "no phone": ("/settings/basics", {"phone": "  "}, "phone", ""),
    "region": ("/settings/region?q=成都武侯", {"region": "510107"}, "region_name", "四川省成都市武侯区"),
    "own region": ("/settings/region?q=某某新城", {"region": "own"}, "region_name", "某某新城"),
    "matters": ("/settings/fields", {"address": "off"}, "fields", None),
    "temperature": ("/settings/temperature", {"kind": "reading"}, "declared_temperature", False),
    "fever": ("/settings/temperature", {"fever": "37.5"}, "fever_tenths", 375),
    "days": ("/settings/privacy", {"days": "20"}, "retention_days", 20),
    "four eyes": ("/settings/privacy", {"four_eyes": "y"}, "four_eyes", True),
    "tracing": (
        "/settings/tracing",
        {"look_back": "4", "tail": "0", "least": "15", "area": "door"},
        "tracing",
        {"look_back_days": 4, "tail_minutes": 0, "least_minutes": 15, "area": "door", "version": 2},
    ),
    "notice": ("/settings/notice", {"text": "母婴室在二楼。"}, "notice_text", "母婴室在二楼。"),
}


@pytest.mark.parametrize("name", GOOD)
def test_what_is_saved_is_kept_and_noted_with_before_and_after(office: Office, name: str) -> None:
    path, typed, fact, value = GOOD[name]
    before = {**office.facts(), "name": office.hall.name}
    browser = office.browser()
    assert browser.sends(path, typed).status_code == 303
    assert "已保存" in browser.told()
    after = {**office.facts(), "name": office.hall.name}
    assert value is None or after[fact] == value
    row = office.audited()[0]
    assert (row.action, row.role) == ("settings", "admin")
    assert changed(row)[fact] == [before.get(fact), after[fact]]


def test_a_region_that_is_in_the_table_has_its_code(office: Office) -> None:
    office.browser().sends("/settings/region?q=成都武侯", {"region": "510107"})
    assert (office.hall.region, office.hall.region_name) == ("510107", "四川省成都市武侯区")
    office.browser().sends("/settings/region?q=某某新城", {"region": "own"})
    assert (office.hall.region, office.hall.region_name) == ("", "某某新城")


# --- hostile input: refused in words, kept as typed, nothing changed ---

BAD: dict[str, tuple[str, dict[str, Any]]] = {
    "a name of one character": ("/settings/basics", {"name": "厅"}),
    "a name of 200": ("/settings/basics", {"name": "大厅" * 100}),
    "no name": ("/settings/basics", {"name": ""}),
    "a formula": ("/settings/basics", {"name": '=HYPERLINK("http://x.example","大厅")'}),
    "HTML": ("/settings/basics", {"name": "<script>alert(1)</script>大厅"}),
    "bidi marks": ("/settings/basics", {"name": "市民\u202e中心\u2066大厅"}),
    "letters of another script": ("/settings/basics", {"name": "市民中心 Аа"}),
    "a phone without its area": ("/settings/basics", {"phone": "8210000"}),
    "a phone in words": ("/settings/basics", {"phone": "一二三"}),
    "an address of a letter": ("/settings/basics", {"address": "x"}),
    "a contact in HTML": ("/settings/basics", {"contact": "<b>王主任</b>"}),
    "hours that overlap": ("/settings/hours", {"hours": "周一 9:00-12:00 11:00-15:00"}),
    "hours backwards": ("/settings/hours", {"hours": "周一至周五 17:00-9:00"}),
    "hours over midnight": ("/settings/hours", {"hours": "每天 20:00-2:00"}),
    "hours without times": ("/settings/hours", {"hours": "周六值班"}),
    "no hours": ("/settings/hours", {"hours": ""}),
    "too many hours": ("/settings/hours", {"hours": "周一 9-12 " * 200}),
    "a grace below nothing": ("/settings/hours", {"grace": "-1"}),
    "a grace of days": ("/settings/hours", {"grace": "9999"}),
    "a grace in words": ("/settings/hours", {"grace": "半小时"}),
    "31 June": ("/settings/days", {"days": "6月31日休息"}),
    "days backwards": ("/settings/days", {"days": "2026年10月7日至10月1日休息"}),
    "a wrong weekday": ("/settings/days", {"days": "2026年10月1日（周一）休息"}),
    "no days": ("/settings/days", {"days": "你好"}),
    "a flood of days": ("/settings/days", {"days": "10月1日休息\n" * 1000}),
    "a region nobody chose": ("/settings/region?q=武侯", {}),
    "a region that is none": ("/settings/region?q=武侯", {"region": "999999"}),
    "a region that is no code": ("/settings/region?q=武侯", {"region": "５１０１０７"}),
    "a field that is no choice": ("/settings/fields", {"phone": "sometimes"}),
    "companions required": ("/settings/fields", {"companions": "required"}),
    "a fever of nobody": ("/settings/temperature", {"fever": "99"}),
    "a fever that is no number": ("/settings/temperature", {"fever": "NaN"}),
    "a fever that cannot be compared": ("/settings/temperature", {"fever": "-sNaN1"}),
    "a fever without end": ("/settings/temperature", {"fever": "Infinity"}),
    "a kind that is none": ("/settings/temperature", {"kind": "guess"}),
    "no days kept": ("/settings/privacy", {"days": "0"}),
    "fewer days than an illness takes": ("/settings/privacy", {"days": "13"}),
    "more days than the operator allows": ("/settings/privacy", {"days": "31"}),
    "days without end": ("/settings/privacy", {"days": "9" * 5000}),
    "31 days back": ("/settings/tracing", {"look_back": "31"}),
    "days back below nothing": ("/settings/tracing", {"look_back": "-1"}),
    "days back in words": ("/settings/tracing", {"look_back": "两天"}),
    "days back in other digits": ("/settings/tracing", {"look_back": "²"}),
    "no days back": ("/settings/tracing", {"look_back": ""}),
    "a tail of 241 minutes": ("/settings/tracing", {"tail": "241"}),
    "a tail without end": ("/settings/tracing", {"tail": "9" * 5000}),
    "together for half a minute": ("/settings/tracing", {"least": "0.5"}),
    "together below nothing": ("/settings/tracing", {"least": "-30"}),
    "a notice of 600": ("/settings/notice", {"text": "字" * 600}),
    "a matter in HTML": ("/settings/matters", {"added": "<b>宠物</b>"}),
    "a matter that is there": ("/settings/matters", {"added": "社保"}),
    "a matter of 50": ("/settings/matters", {"added": "事" * 50}),
    "a matter without a letter": ("/settings/matters", {"added": "123"}),
    "no matter": ("/settings/matters", {"added": ""}),
    "a matter's name of another": ("/settings/matters/fund", {"zh": "社会保险"}),
    "a matter's English in HTML": ("/settings/matters/fund", {"en": "<script>alert(1)</script>"}),
}


@pytest.mark.parametrize("name", BAD)
def test_what_cannot_be_is_refused_in_words_and_kept_as_it_was_typed(office: Office, name: str) -> None:
    path, typed = BAD[name]
    before = (office.facts(), office.hall.name)
    page = office.browser().sends(path, typed)
    assert page.status_code == 200
    assert 'role="alert"' in page.text
    assert (office.facts(), office.hall.name) == before
    assert "<script>alert" not in page.text
    text = html.unescape(page.text)
    assert all(str(value) in text for value in typed.values() if "region" not in path and "fields" not in path
               and "kind" not in typed)  # fmt: skip
    assert office.audited()[0].action == "register"


@pytest.mark.parametrize("region", ["110103", "own"])
def test_a_region_that_is_gone_is_not_taken_even_if_it_is_sent(office: Office, region: str) -> None:
    browser = office.browser()
    seen = browser.fields("/settings/region?q=武侯")
    page = browser.sends("/settings/region?q=崇文区", {"region": region}, seen=seen)
    assert "北京市崇文区已经" in told(page.text)
    assert office.hall.region == "371402"


def test_what_was_typed_of_days_is_all_wrong_at_once(office: Office) -> None:
    page = office.browser().sends("/settings/days", {"days": "6月31日休息\n10月1日休息\n2月30日休息"}).text
    assert "1: 6月31日；3: 2月30日" in page


@pytest.mark.parametrize("revision", [[], "", "0", "-1", "x", "１", "9" * 5000, "1e9", "\0"])
def test_a_revision_that_nobody_saw_changes_nothing(office: Office, revision: str | list[str]) -> None:
    page = office.browser().sends("/settings/basics", {"contact": "王主任", "revision": revision})
    assert "刚才有人改了" in page.text
    assert office.hall.contact == ""


# --- two admins at once ---


@pytest.mark.parametrize("name", ["name", "region", "temperature", "days", "notice"])
def test_of_two_who_change_at_once_the_second_sees_the_first_and_loses_nothing(office: Office, name: str) -> None:
    path, typed, fact, value = GOOD[name]
    second = office.browser()
    seen = second.fields(path)
    office.browser().sends("/settings/fields", {"address": "off"})
    page = second.sends(path, typed, seen=seen)
    assert page.status_code == 200
    assert "刚才有人改了" in page.text
    assert "现在的内容" in page.text
    assert office.facts().get(fact) != value
    again = second.client.post(second.at + path, data={**filled_in(page.text), **typed})
    assert again.status_code == 303
    assert {**office.facts(), "name": office.hall.name}[fact] == value
    assert office.hall.fields["address"] == "off"


# --- who counts as a contact ---


def test_who_counts_is_what_is_usual_until_a_hall_says_otherwise(office: Office) -> None:
    assert office.hall.tracing == AS_USUAL
    page = office.browser().get("/settings").text
    assert "密接怎么算" in page
    assert "在厅里的都算" in page


def test_each_change_of_who_counts_is_a_version_and_the_same_again_is_none(office: Office) -> None:
    browser = office.browser()
    browser.sends("/settings/tracing")
    assert office.hall.tracing.version == 1
    assert [row.action for row in office.audited()] == ["register"]
    for days, version in (("3", 2), ("3", 2), ("2", 3)):
        browser.sends("/settings/tracing", {"look_back": days})
        assert (office.hall.tracing.look_back_days, office.hall.tracing.version) == (int(days), version)


def test_what_is_usual_is_filled_in_and_holds_once_it_is_saved(office: Office) -> None:
    browser = office.browser()
    browser.sends("/settings/tracing", {"look_back": "5", "area": "matter"})
    assert "usual=1" in browser.get("/settings/tracing").text
    seen = browser.fields("/settings/tracing?usual=1")
    assert (seen["look_back"], seen["tail"], seen["least"], seen["area"]) == ("2", "30", "0", "hall")
    assert office.hall.tracing.look_back_days == 5
    browser.sends("/settings/tracing?usual=1", seen=seen)
    assert office.hall.tracing == replace(AS_USUAL, version=3)


def test_an_area_that_is_none_is_refused(office: Office) -> None:
    page = office.browser().sends("/settings/tracing", {"area": "floor"})
    assert 'role="alert"' in page.text
    assert office.hall.tracing == AS_USUAL


def test_nobody_looks_further_back_than_the_hall_keeps_its_records(office: Office) -> None:
    browser = office.browser()
    browser.sends("/settings/privacy", {"days": "20"})
    page = browser.sends("/settings/tracing", {"look_back": "21"})
    assert "保留 20 天" in page.text
    assert office.hall.tracing == AS_USUAL
    assert browser.sends("/settings/tracing", {"look_back": "20"}).status_code == 303


def test_the_way_back_leads_to_what_counted_before_as_a_version_of_its_own(office: Office) -> None:
    browser = office.browser()
    browser.sends("/settings/tracing", {"look_back": "4", "area": "door"})
    history = browser.get("/settings/history").text
    assert "只算从同一个门进的" in history
    browser.sends("/settings/history/undo")
    assert office.hall.tracing == replace(AS_USUAL, version=3)
    assert "在厅里的都算" in browser.get("/settings/history").text


@given(st.text(max_size=30), st.text(max_size=30), st.text(max_size=30), st.text(max_size=30))
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_sent_who_counts_stays_within_bounds(
    office: Office, back: str, tail: str, least: str, area: str
) -> None:
    sent = {"look_back": back, "tail": tail, "least": least, "area": area}
    assert office.browser().sends("/settings/tracing", sent).status_code in (200, 303)
    kept = office.hall.tracing
    assert 0 <= kept.look_back_days <= 30
    assert 0 <= kept.tail_minutes <= 240 and 0 <= kept.least_minutes <= 240


# --- hours ---


def test_hours_are_shown_back_as_they_were_understood(office: Office) -> None:
    browser = office.browser()
    browser.sends("/settings/hours", {"hours": "周一到周五 上午9点-12点 下午1点半-5点，周六值班 9-12"})
    page = browser.get("/settings/hours").text
    assert "系统理解为：周一至周五 9:00-12:00 13:30-17:00；周六 9:00-12:00" in told(page)
    assert office.hall.calendar.weekly[6] == ()


def test_a_change_of_hours_says_how_many_open_visits_it_moved(database: peewee.Database) -> None:
    clock = Clock()
    service, office = Service(clock=clock), Office(clock)
    first_visit(service, office.hall, service.visitor())
    browser = office.browser()
    browser.sends("/settings/hours", {"hours": "周一至周五 9:00-16:00"})
    assert "有 1 人还在厅" in told(browser.get("/settings/hours").text)


def test_holidays_that_are_named_only_are_asked_for_by_date(office: Office) -> None:
    browser = office.browser()
    browser.sends("/settings/hours", {"hours": "周一至周五 9:00-17:00，法定节假日休息"})
    assert "节假日请写出日期" in told(browser.get("/settings/hours").text)


def test_days_are_added_told_again_and_removed(office: Office) -> None:
    browser = office.browser()
    browser.sends("/settings/days", {"days": "2026年5月1日至5日休息\n2026年5月9日上班 9:00-12:00"})
    browser.sends("/settings/days", {"days": "2026年5月5日上班"})
    exceptions = office.hall.calendar.exceptions
    assert exceptions[date(2026, 5, 1)] == ()
    assert exceptions[date(2026, 5, 5)] == office.hall.calendar.weekly[0]
    first = browser.fields("/settings/days", 0)
    assert (first["first"], first["last"]) == ("2026-05-01", "2026-05-04")
    assert browser.sends("/settings/days/remove", seen=first).status_code == 303
    assert set(office.hall.calendar.exceptions) == {date(2026, 5, 5), date(2026, 5, 9)}


@pytest.mark.parametrize("first", ["", "x", "2026-02-30", "9" * 500, "2026-W01-1x"])
def test_a_stretch_that_is_none_removes_nothing(office: Office, first: str) -> None:
    browser = office.browser()
    browser.sends("/settings/days", {"days": "2026年5月1日休息"})
    seen = browser.fields("/settings/days", 0)
    browser.sends("/settings/days/remove", {"first": first}, seen=seen)
    assert date(2026, 5, 1) in office.hall.calendar.exceptions


# --- matters ---


def test_a_matter_is_added_renamed_moved_and_removed_and_keeps_its_code(office: Office) -> None:
    browser = office.browser()
    browser.sends("/settings/matters", {"added": "宠物登记 取件"})
    assert [one.zh for one in office.hall.matters] == ["社会保险", "住房公积金", "宠物登记", "取件", "其他"]
    code = office.hall.matters[2].code
    browser.sends(f"/settings/matters/{code}", {"zh": "犬只登记", "en": "Dogs"})
    assert (office.hall.matter(code).zh, office.hall.matter(code).en) == ("犬只登记", "Dogs")  # type: ignore[union-attr]
    move = {**browser.fields("/settings/matters"), "matter": code, "way": "up"}
    browser.sends("/settings/matters/move", seen=move)
    assert [one.code for one in office.hall.matters].index(code) == 1
    browser.sends(f"/settings/matters/{code}/remove")
    assert office.hall.matter(code) is None


def test_a_label_of_another_meaning_does_not_keep_its_english(office: Office) -> None:
    office.browser().sends("/settings/matters/fund", {"zh": "公积金贷款"})
    renamed = office.hall.matter("fund")
    assert renamed is not None
    assert (renamed.zh, renamed.en) == ("公积金贷款", "公积金贷款")


@pytest.mark.parametrize("typed", [{"matter": "nothing"}, {"way": "sideways"}, {"matter": "", "way": ""}])
def test_a_move_that_is_none_leaves_the_list(office: Office, typed: dict[str, str]) -> None:
    browser = office.browser()
    before = office.hall.matters
    move = {**browser.fields("/settings/matters"), "matter": "fund", "way": "up", **typed}
    assert browser.sends("/settings/matters/move", seen=move).status_code == 303
    assert office.hall.matters == before


def test_the_last_matter_stays(office: Office) -> None:
    browser = office.browser()
    for code in ("social", "fund", "other"):
        browser.sends(f"/settings/matters/{code}/remove")
    assert [one.code for one in office.hall.matters] == ["other"]
    assert "至少要留一个事项" in told(browser.get("/settings").text)


def test_a_line_in_what_is_added_is_no_command(office: Office) -> None:
    office.browser().sends("/settings/matters", {"added": "宠物登记\n删 1 2 3"})
    assert "social" in {one.code for one in office.hall.matters}
