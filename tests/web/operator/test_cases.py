"""The operators' pages of cases: what is open in all halls, where else somebody was, and a case opened there."""

import re
from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from models.rules.halls import HallFacts
from models.rules.visits import HowOut
from models.services import registering
from models.services.casework import cases
from models.services.posts import Post
from models.tables.cases import Case
from models.tables.database import run
from tests.service import MONDAY_9, Clock
from tests.staffed import everything, post, registered
from tests.visited import NUMBER, PHONE, came
from tests.web.test_every_page import HOSTILE
from tests.web.trial import token

PLACE = {"region": "510107", "region_name": "四川省成都市武侯区"}


@pytest.fixture
def hall(zhao: Post) -> HallFacts:
    return registered()


@pytest.fixture
def other(zhao: Post) -> HallFacts:
    return registered("武侯区政务大厅", "Other", **PLACE)


def opened(hall: HallFacts, clock: Clock) -> str:
    """The address of the page of a case for 张三."""
    return f"/operator/cases/{cases.open_case(post(hall), came(hall), None, None, clock()).public_id}"


def test_the_list_leads_to_each_case_and_says_nobody_s_name(hall: HallFacts, client: FlaskClient, clock: Clock) -> None:
    assert "现在没有正在处理的病例" in client.get("/operator/cases").text
    path = opened(hall, clock)
    page = client.get("/operator/cases").text
    assert f'href="{path}"' in page
    assert f"{hall.name} 病例 2026-1" in page
    assert "可能的接触者 0 人" in page
    for one in (page, client.get(path).text):
        assert not [part for part in ("张", PHONE, PHONE[-4:], NUMBER) if part in one]


def test_stays_elsewhere_are_shown_with_how_their_ends_are_known(
    hall: HallFacts, other: HallFacts, client: FlaskClient, clock: Clock
) -> None:
    path = opened(hall, clock)
    came(other, MONDAY_9 - timedelta(days=1), how_out=HowOut.CLOSING)
    came(other, MONDAY_9, how_out=HowOut.CHAT)
    page = client.get(path).text
    assert "武侯区政务大厅" in page
    assert "2026-03-01 09:00 到 09:40（推定）" in page
    assert "2026-03-02 09:00 到 09:40（凭说明）" in page
    assert "东门 社会保险" in page
    assert not [part for part in ("张", PHONE, PHONE[-4:], NUMBER) if part in page]


def test_a_case_is_opened_there_once_it_is_confirmed(
    hall: HallFacts, other: HallFacts, client: FlaskClient, clock: Clock
) -> None:
    path = opened(hall, clock)
    visit = came(other)
    page = client.get(path).text
    assert f'href="{path}/{visit}/open"' in page
    question = client.get(f"{path}/{visit}/open").text
    assert "也建一个病例" in question
    assert run(lambda: Case.select().count()) == 1
    sent = {"csrf_token": token(client, f"{path}/{visit}/open")}
    for told in ("已在武侯区政务大厅建了病例 2026-1", "武侯区政务大厅已经有这个病例：2026-1"):
        assert client.post(f"{path}/{visit}/open", data=sent).location == path
        assert told in client.get(path).text
    assert run(lambda: Case.select().count()) == 2
    assert "已建病例 2026-1" in client.get(path).text


def test_in_a_suspended_hall_a_case_waits(
    hall: HallFacts, other: HallFacts, client: FlaskClient, clock: Clock, zhao: Post
) -> None:
    path = opened(hall, clock)
    visit = came(other)
    sent = {"csrf_token": token(client, f"{path}/{visit}/open")}
    registering.suspend(zhao, other.code, "整改", clock())
    page = client.get(path).text
    assert "恢复以后才能建病例" in page and "/open" not in page
    client.post(f"{path}/{visit}/open", data=sent)
    assert run(lambda: Case.select().count()) == 1
    registering.suspend(zhao, hall.code, "整改", clock())
    assert "大厅已停用" in client.get("/operator/cases").text


def test_a_long_list_has_a_next_page(hall: HallFacts, client: FlaskClient, clock: Clock) -> None:
    opened(hall, clock)

    def copies() -> None:
        row = dict(Case.select().dicts().get())
        row.pop("id")
        for number in range(2, 61):
            Case.insert({**row, "public_id": f"c{number}", "number": f"2026-{number}"}).execute()

    run(copies)
    first = client.get("/operator/cases").text
    further = re.search(r'href="(/operator/cases\?before=[^"]+)"', first)
    assert further
    second = client.get(further[1]).text
    numbers = re.findall(r"病例 (2026-\d+)</a>", first + second)
    assert len(numbers) == len(set(numbers)) == 60


@pytest.mark.parametrize("before", ["", "x", "0", "9" * 38, "20260302090000000000-9" + "9" * 30, "2026-03-02", "%00"])
def test_a_place_that_is_none_is_the_beginning(hall: HallFacts, client: FlaskClient, clock: Clock, before: str) -> None:
    path = opened(hall, clock)
    assert path in client.get(f"/operator/cases?before={before}").text


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_address_is_no_case(client: FlaskClient, name: str) -> None:
    found = client.get("/operator/cases" + HOSTILE[name])
    assert found.status_code in {308, 404}
    assert "<script>alert" not in found.text


def test_there_is_nothing_to_find_without_a_case(
    hall: HallFacts, other: HallFacts, client: FlaskClient, clock: Clock
) -> None:
    path = opened(hall, clock)
    came(other, name="李四", number="371421197902142025", phone=None)
    before = everything()
    for address in (f"{path}?q=李四", f"/operator/cases?q={NUMBER}"):
        assert "武侯区政务大厅" not in client.get(address).text
    assert {name: rows for name, rows in everything().items() if name != "Audit"} == {
        name: rows for name, rows in before.items() if name != "Audit"
    }


def test_what_was_looked_at_is_in_the_operators_audit(hall: HallFacts, client: FlaskClient, clock: Clock) -> None:
    client.get(opened(hall, clock))
    page = client.get("/operator/audit?action=case_elsewhere").text
    assert "看病例在其他大厅的到访" in page
    assert hall.code in page and "2026-1" in page
