"""Exports in a real browser: asked for, watched, downloaded; every page looked at."""

from collections.abc import Callable, Iterator
from pathlib import Path

import peewee
import pytest

from models.rules.access import Role
from models.services import building, sessions
from models.services.sessions import Place
from tests.exported import DESK, a_visit, sheets_of
from tests.plugins.chromium import Tab
from tests.staffed import openid
from tests.web.admin.desk import Office
from tests.web.browser import LOOKS, looked_at, served
from tests.web.exports.test_access import Four

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@pytest.fixture
def office(database: peewee.Database) -> Office:
    office = Office(name="某某市经济技术开发区政务服务和公共资源交易中心第二办事大厅")
    office.joins("Second", Role.ADMIN, name="李复核")
    for _ in range(12):
        a_visit(office.hall, phone="13800138000")
    return office


@pytest.fixture
def site(office: Office) -> Iterator[str]:
    with served(office.app) as url:
        yield url


def goes_in(tab: Tab, site: str, office: Office, who: str = "Admin") -> None:
    secret = sessions.begin(openid(who), Place.DESK, "linux", office.clock())
    tab.page.context.add_cookies([{"name": "hallpass-session", "value": secret, "url": site}])


def test_a_clerk_exports_a_day_and_has_the_file(
    office: Office, site: str, open_tab: Callable[..., Tab], tmp_path: Path
) -> None:
    tab = open_tab()
    goes_in(tab, site, office)
    page = tab.page
    page.goto(f"{site}{office.at}/exports")
    page.get_by_label("从哪一天").fill("2026-03-02")
    page.get_by_label("到哪一天").fill("2026-03-02")
    page.get_by_role("button", name="生成文件").click()
    page.get_by_role("progressbar").wait_for()
    assert looked_at(tab, tmp_path / "building.png") == []
    building.build_due(office.clock(), DESK)
    # The page has noticed by itself.
    page.get_by_label("完整的：所有内容").check()
    page.get_by_label("疫情排查").check()
    page.get_by_role("button", name="下一步").click()
    assert looked_at(tab, tmp_path / "copy.png") == []
    with page.expect_download() as download:
        page.get_by_role("link", name="下载文件").click()
    assert download.value.suggested_filename == f"{office.hall.name}_20260302090000.xlsx"
    download.value.save_as(tmp_path / "file.xlsx")
    assert len(sheets_of((tmp_path / "file.xlsx").read_bytes())["数据"]) == 13


def test_without_scripts_the_page_asks_for_itself_anew(office: Office, site: str, open_tab: Callable[..., Tab]) -> None:
    tab = open_tab(java_script_enabled=False)
    goes_in(tab, site, office)
    tab.page.goto(f"{site}{office.at}/exports")
    tab.page.get_by_label("从哪一天").fill("2026-03-02")
    tab.page.get_by_label("到哪一天").fill("2026-03-02")
    tab.page.get_by_role("button", name="生成文件").click()
    tab.page.get_by_role("progressbar").wait_for()
    building.build_due(office.clock(), DESK)
    tab.page.get_by_role("button", name="下一步").wait_for()


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_page_is_good_to_look_at(
    office: Office, site: str, open_tab: Callable[..., Tab], look: str, language: str, tmp_path: Path
) -> None:
    four = Four(office)
    tab, second = open_tab(**LOOKS[look]), open_tab(**LOOKS[look])
    goes_in(tab, site, office)
    goes_in(second, site, office, "Second")
    for who, name, path in (
        (tab, "listed", f"{office.at}/exports"),
        (tab, "one", f"{office.at}{four.export}"),
        (tab, "cancel", f"{office.at}{four.export}/cancel"),
        (second, "waiting", f"{office.at}/exports"),
        (second, "second", f"/second/{four.code}"),
    ):
        who.page.goto(f"{site}{path}?lang={language}")
        assert looked_at(who, tmp_path / f"{name}.png") == [], name
