"""The form of a hall, from the small code on the poster: in WeChat without following, and in a browser of one's own."""

from collections.abc import Callable
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import FrameLocator, Page, expect

from tests.journeys.conftest import BOTH_WAYS
from tests.journeys.stage import IN, Stage
from tests.plugins.chromium import Tab

pytestmark = BOTH_WAYS

HOW = (
    "SELECT CAST(v.how_in AS TEXT), CAST(v.how_out AS TEXT), SUBSTR(OPENID(p.openid), 1, 8) = 'browser:'"
    " FROM visits v JOIN people p ON p.id = v.person_id WHERE v.how_in = CAST('form' AS BLOB)"
    " AND (v.how_out IS NULL OR v.how_out <> CAST('staff' AS BLOB)) ORDER BY v.id"
)
"""Without whoever the demo itself had signed out by staff."""


def form_of(stage: Stage, way: str = "in") -> str:
    """The address on the small code of a poster."""
    [(code,)] = stage.demo.rows("SELECT CAST(code AS TEXT) FROM halls")
    return f"{stage.demo.base_url}/h/{code}/{way}"


def fills_in(page: Page | FrameLocator) -> None:
    page.get_by_label("姓名").fill("张三")
    page.get_by_label("证件号码").fill("11010519491231002X")
    page.get_by_label("电话").fill("13800138000")
    page.get_by_label("事项").select_option(label="社会保险")
    page.get_by_label("体温", exact=True).fill("36.5")
    page.get_by_label("同意", exact=True).check()
    page.get_by_role("button", name="确认登记").click()


def leaves(page: Page | FrameLocator) -> None:
    page.get_by_role("button", name="现在签退").click()
    expect(page.get_by_text("签退好了")).to_be_visible()


def test_who_does_not_follow_scans_the_small_code_and_is_the_person_of_the_chat(stage: Stage, tmp_path: Path) -> None:
    stage.goes_to_a_morning_before_a_working_day()
    phone = stage.phone()
    code = zxingcpp.create_barcode(form_of(stage), zxingcpp.BarcodeFormat.QRCode)
    Image.fromarray(zxingcpp.write_barcode_to_image(code, scale=8)).save(tmp_path / "small.png")
    phone.scans_picture(tmp_path / "small.png")
    page = phone.page_within
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    fills_in(page)
    expect(page.get_by_text("已登记，正在大厅里")).to_be_visible()
    assert stage.demo.rows(HOW) == [("form", None, 0)]
    phone.closes_the_page_within()
    phone.scans(IN)
    phone.follows()
    phone.hears("您已在", "登记")
    phone.scans_picture(tmp_path / "small.png")
    expect(page.get_by_role("heading", level=1)).to_have_text("已经登记")
    page.get_by_role("link", name="签退").click()
    leaves(page)
    assert stage.demo.rows(HOW) == [("form", "chat", 0)]
    assert len(stage.visits(phone)) == 1


@pytest.mark.parametrize("has_scripts", [True, False], ids=["scripts", "no scripts"])
def test_any_browser_will_do_with_or_without_scripts(
    stage: Stage, open_tab: Callable[..., Tab], has_scripts: bool
) -> None:
    stage.goes_to_a_morning_before_a_working_day()
    page = open_tab(java_script_enabled=has_scripts).page
    page.goto(form_of(stage))
    fills_in(page)
    expect(page.get_by_text("已登记，正在大厅里")).to_be_visible()
    page.goto(form_of(stage, "out"))
    leaves(page)
    page.goto(form_of(stage))
    expect(page.get_by_text("张*")).to_be_visible()
    page.get_by_role("button", name="确认登记").click()
    expect(page.get_by_text("已登记，正在大厅里")).to_be_visible()
    assert stage.demo.rows(HOW) == [("form", "chat", 1), ("form", None, 1)]


def test_a_demo_that_dies_in_mid_form_loses_nothing_and_registers_once(
    stage: Stage, open_tab: Callable[..., Tab]
) -> None:
    stage.goes_to_a_morning_before_a_working_day()
    tab = open_tab()
    page = tab.page
    page.goto(form_of(stage))
    page.get_by_label("姓名").fill("张三")
    stage.is_killed_and_restarted()
    fills_in(page)
    expect(page.get_by_text("已登记，正在大厅里")).to_be_visible()
    assert len(stage.demo.rows(HOW)) == 1
    for one in (tab, stage.tab):
        one.forgives("net::ERR_CONNECTION_")
        one.forgives("the server responded with a status of 502")
