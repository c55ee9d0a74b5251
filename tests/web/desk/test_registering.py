"""Registering somebody without a phone: a guard's form, and what it tells before anything is done twice."""

import html
import re

import peewee
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models.services import fever
from tests.reading import inside, visits
from tests.service import AGREED
from tests.web.admin.desk import told
from tests.web.desk.door import ELDER, Door, presses


@pytest.fixture
def door(database: peewee.Database) -> Door:
    return Door()


def test_an_elder_is_registered_and_the_way_back_stands_beside_it(door: Door) -> None:
    browser = door.guard()
    response = browser.sends("/desk/register", {**ELDER, "door": "2", "companions": "王五", "remark": "坐轮椅"})
    page = browser.client.get(response.location).text
    assert "已登记：赵* 等 2 人" in page
    lead = visits()[0]
    assert (lead.name, lead.door, lead.remark, lead.temperature_source, lead.phone) == (
        "赵六", 2, "坐轮椅", "guard", None
    )  # fmt: skip
    presses(browser, "/desk/undo", page.split('name="act" value="')[1].split('"')[0])
    assert visits() == []


def test_the_door_is_the_one_of_last_time(door: Door) -> None:
    browser = door.guard()
    browser.sends("/desk/register", {**ELDER, "door": "2"})
    assert re.search(r'<input[^>]*checked[^>]*value="2"', browser.get("/desk/register").text)


def test_the_notice_has_to_be_told(door: Door) -> None:
    page = door.guard().sends("/desk/register", {**ELDER, "agree": ""}).text
    assert "请先把告知念给对方听" in page and visits() == []
    assert 'value="赵六"' in page


def test_a_yes_to_an_earlier_notice_is_none(door: Door) -> None:
    door.guard().sends("/desk/register", {**ELDER, "agree": "1"})
    assert visits() == []


def test_who_is_inside_already_is_told_and_registered_after_a_yes(door: Door) -> None:
    door.comes("Wang")
    door.clock.goes_on(minutes=12)
    browser = door.guard()
    page = browser.sends("/desk/register", ELDER).text
    assert "这位已在厅内：09:00 东门 进入。" in html.unescape(page)
    assert len(inside()) == 1
    despite = re.search(r'name="despite" value="([^"]+)"', page)
    key = re.search(r'name="key"[^>]*value="([^"]+)"', page)
    assert despite is not None and key is not None
    again = {**browser.fields("/desk/register"), **ELDER, "key": key[1], "despite": despite[1]}
    browser.sends("/desk/register", seen=again)
    assert len(inside()) == 2


def test_a_fever_is_no_visit_and_said_at_once(door: Door) -> None:
    browser = door.guard()
    page = browser.client.get(browser.sends("/desk/register", {**ELDER, "temperature": "38.3"}).location).text
    assert "已记到待处理" in told(page)
    assert visits() == []
    assert len(fever.queue(door.hall, door.hall.calendar.hall_day(door.clock()))) == 1


def test_a_temperature_is_measured_and_not_told(door: Door) -> None:
    page = door.guard().sends("/desk/register", {**ELDER, "temperature": "正常"}).text
    assert 'class="wrong"' in page and visits() == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": ""}, {"name": "x" * 5000}, {"id_number": "110101199003074478"}, {"phone": "1"}, {"door": "9"},
        {"door": "x"}, {"door": "９" * 500}, {"matter": "nothing"}, {"companions": "王五 110101199003074477"},
        {"remark": "字" * 201}, {"temperature": "nan"}, {"key": "x"}, {"key": "\0"}, {"name": "<script>alert(1)"},
    ],
)  # fmt: skip
def test_what_cannot_be_is_said_and_nothing_is_stored(door: Door, wrong: dict[str, str]) -> None:
    page = door.guard().sends("/desk/register", {**ELDER, **wrong})
    assert page.status_code == 200 and visits() == []
    assert "told-problem" in page.text and "<script>alert" not in page.text


def test_a_form_sent_twice_counts_once(door: Door) -> None:
    browser = door.guard()
    seen = {**browser.fields("/desk/register"), **ELDER}
    for _ in range(2):
        assert browser.sends("/desk/register", seen=seen).status_code == 303
    assert len(visits()) == 1


def test_a_hall_with_one_door_asks_for_none(database: peewee.Database) -> None:
    door = Door(doors={"7": {"name": "正门"}})
    browser = door.guard()
    assert "从哪个门进" not in browser.get("/desk/register").text
    browser.sends("/desk/register", ELDER)
    assert [one.door for one in visits()] == [7]


def test_a_hall_that_asks_little_is_answered_with_little(database: peewee.Database) -> None:
    off = dict.fromkeys(("id_number", "phone", "address", "matter", "temperature", "companions"), "off")
    browser = Door(fields=off).guard()
    browser.sends("/desk/register", {"name": "赵六", "agree": AGREED})
    assert [(one.name, one.id_number, one.temperature_source) for one in visits()] == [("赵六", None, None)]


def test_who_needs_no_phone_elsewhere_either_may_still_name_one(door: Door) -> None:
    door.guard().sends("/desk/register", {**ELDER, "phone": "139 0013 9000"})
    assert [one.phone for one in visits()] == ["13900139000"]


FIELDS = (
    "name",
    "id_number",
    "phone",
    "address",
    "matter",
    "temperature",
    "companions",
    "door",
    "remark",
    "despite",
    "key",
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=15)
@given(typed=st.dictionaries(st.sampled_from((*FIELDS, "agree")), st.text(max_size=80), max_size=6))
def test_whatever_is_typed_is_a_page_and_at_most_one_visit(door: Door, typed: dict[str, str]) -> None:
    browser, before = door.guard(), len(visits())
    response = browser.sends("/desk/register", {**ELDER, **typed})
    assert response.status_code in (200, 303)
    assert len([one for one in visits() if one.lead_id is None]) <= before + 1
