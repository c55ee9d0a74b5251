"""The records as an admin has them before them: on a phone and a desk, light and dark, with keys alone."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import expect

from models.rules.visits import HowOut
from models.services import sessions
from models.services.sessions import Place
from models.tables.database import run
from models.tables.door import Flag
from models.tables.fields import insert
from models.tables.visits import Visit
from tests.plugins.chromium import PHONE, Tab
from tests.service import MONDAY_9
from tests.staffed import openid
from tests.visited import came, id_of
from tests.web.admin.desk import Office
from tests.web.browser import LOOKS, looked_at, served

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)

NAMES = ("张三", "欧阳金雀", "买买提·艾合买提", "李四", "Johnson Smith")


@pytest.fixture
def visit(office: Office) -> str:
    """The record of somebody who was here more than once, with a companion and a doubt."""
    for number in range(40):
        how = list(HowOut)[number % 10]
        came(office.hall, MONDAY_9 + timedelta(minutes=number), NAMES[number % 5], number=None, how_out=how)
    came(office.hall, MONDAY_9 - timedelta(days=1))
    lead = came(
        office.hall, MONDAY_9 + timedelta(minutes=50), left=None, companions=1, temperature_tenths=365,
        temperature_source="declared", address="山东省德州市德城区东风路1号3单元502室", remark="腿脚不便，请帮忙引导",
    )  # fmt: skip
    came(office.hall, MONDAY_9 + timedelta(minutes=50), "王小明", left=None, number=None, lead_id=id_of(lead))
    seen = {"visit_id": id_of(lead), "kind": "same_number_inside", "at": MONDAY_9 + timedelta(minutes=50)}
    run(lambda: insert(Flag, hall_id=office.hall.id, **seen))
    assert run(Visit.select().count) == 43
    return lead


@pytest.fixture
def site(office: Office) -> Iterator[str]:
    with served(office.app) as url:
        yield url


def goes_in(tab: Tab, site: str, office: Office) -> None:
    secret = sessions.begin(openid("Admin"), Place.DESK, "linux", office.clock())
    tab.page.context.add_cookies([{"name": "hallpass-session", "value": secret, "url": site}])


@pytest.mark.parametrize("look", LOOKS)
def test_the_pages_are_readable_reachable_and_free_of_faults(
    office: Office, visit: str, site: str, open_tab: Callable[..., Tab], tmp_path: Path, look: str
) -> None:
    tab = open_tab(**LOOKS[look])
    goes_in(tab, site, office)
    at = f"{site}{office.at}/records"
    for name, path in (
        ("search", ""), ("search-en", "?lang=en"), ("search-none", "?days=last_week"), ("record", f"/{visit}"),
        ("record-en", f"/{visit}?lang=en"),
    ):  # fmt: skip
        tab.page.goto(f"{at}{path}")
        assert looked_at(tab, tmp_path / f"records-{name}-{look}.png") == [], name
    tab.page.goto(f"{at}/{visit}")
    tab.page.get_by_label("遗失物品").check()
    tab.page.get_by_role("button", name="看完整信息").click()
    expect(tab.page.get_by_text("110105 19491231 002X")).to_be_visible()
    assert looked_at(tab, tmp_path / f"records-whole-{look}.png") == []


def test_a_clerk_finds_yesterdays_visitor_by_last_four_with_keys_alone(
    office: Office, visit: str, site: str, open_tab: Callable[..., Tab]
) -> None:
    tab = open_tab(viewport=PHONE)
    goes_in(tab, site, office)
    tab.page.goto(f"{site}{office.at}/records")
    tab.page.get_by_label("找人").fill("尾号 8000")
    tab.page.get_by_label("找人").press("Enter")
    expect(tab.page.get_by_role("heading", name="共 43 条")).to_be_visible()
    assert "8000" not in tab.page.url
    tab.page.get_by_role("link", name="后面的").press("Enter")
    row = tab.page.get_by_role("listitem").filter(has_text="2026-03-01")
    row.get_by_role("link").press("Enter")
    expect(tab.page.get_by_role("heading", name="张* 的记录")).to_be_visible()
    expect(tab.page.get_by_text("在本大厅的其他登记")).to_be_visible()
    assert tab.complaints == []
