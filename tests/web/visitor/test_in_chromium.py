"""The form of a hall as visitors have it before them: on a phone and a desk, by day and by night, without scripts."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.plugins.chromium import Tab
from tests.reading import inside, visits
from tests.web.browser import LOOKS, looked_at, served
from tests.web.visitor.filling import Town

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)

SEND, LEAVE = "确认登记", "现在签退"


@pytest.fixture
def site(town: Town) -> Iterator[str]:
    with served(town.app) as url:
        yield url


def fills_in(page: Page, temperature: str = "36.5") -> None:
    page.get_by_label("姓名").fill("张三")
    page.get_by_label("证件号码").fill("11010519491231002X")
    page.get_by_label("电话").fill("13800138000")
    page.get_by_label("事项").select_option(label="社会保险")
    page.get_by_label("体温", exact=True).fill(temperature)
    page.get_by_label("同意", exact=True).check()


def sends(page: Page) -> None:
    page.get_by_role("button", name=SEND).click()


def tabs_to(page: Page, wanted: Locator) -> None:
    """Reach it by the Tab key alone."""
    for _ in range(12):
        page.keyboard.press("Tab")
        if wanted.evaluate("one => one === document.activeElement"):
            return
    pytest.fail("the Tab key does not lead there")


def is_led_to_the_pass(page: Page) -> None:
    expect(page.get_by_text("已登记，正在大厅里")).to_be_visible()


@pytest.mark.parametrize("look", LOOKS)
def test_nothing_is_wrong_with_any_of_the_pages(
    town: Town, site: str, open_tab: Callable[..., Tab], tmp_path: Path, look: str
) -> None:
    tab, wrong = open_tab(**LOOKS[look]), {}
    page, way_in = tab.page, f"{site}/h/{town.hall.code}/in"

    def looks_at(name: str, address: str = "") -> None:
        if address:
            page.goto(address)
        wrong[name] = looked_at(tab, tmp_path / f"{name}-{look}.png")

    looks_at("form", way_in)
    looks_at("form-en", f"{way_in}?lang=en")
    page.goto(way_in)
    sends(page)
    looks_at("form-wrong")
    fills_in(page, "38.5")
    sends(page)
    looks_at("form-fever")
    fills_in(page)
    sends(page)
    looks_at("inside", way_in)
    looks_at("out", way_in.replace("/in", "/out"))
    town.clock.shows("12:05")
    looks_at("out-late", page.url)
    town.clock.shows("12:30")
    looks_at("out-estimate", page.url)
    page.get_by_role("button", name="其实现在才离开").click()
    looks_at("out-done")
    looks_at("form-returning", way_in)
    page.get_by_text("要改", exact=True).click()
    looks_at("form-changing")
    looks_at("form-other", f"{way_in}?who=other")
    assert {name: found for name, found in wrong.items() if found} == {}


@pytest.mark.parametrize("has_scripts", [True, False], ids=["scripts", "no scripts"])
def test_a_visitor_comes_goes_and_comes_back(
    town: Town, site: str, open_tab: Callable[..., Tab], has_scripts: bool
) -> None:
    page = open_tab(java_script_enabled=has_scripts).page
    page.goto(f"{site}/h/{town.hall.code}/in")
    page.get_by_label("姓名").fill("张三")
    sends(page)
    page.get_by_role("link", name="证件号码：请填这一项。").click()
    expect(page.get_by_label("姓名")).to_have_value("张三")
    fills_in(page)
    sends(page)
    is_led_to_the_pass(page)
    page.goto(f"{site}/h/{town.hall.code}/in")
    expect(page.get_by_role("heading", level=1)).to_have_text("已经登记")
    page.get_by_role("link", name="签退").click()
    expect(page.get_by_text("09:00")).to_be_visible()
    page.get_by_role("button", name=LEAVE).click()
    expect(page.get_by_text("签退好了")).to_be_visible()
    assert [len(visits()), len(inside())] == [1, 0]
    page.goto(f"{site}/h/{town.hall.code}/in")
    expect(page.get_by_text("110***********002X")).to_be_visible()
    expect(page.get_by_label("姓名")).to_be_hidden()
    sends(page)
    is_led_to_the_pass(page)
    assert [len(visits()), len(inside())] == [2, 1]


def test_two_taps_and_the_way_back_register_once(town: Town, site: str, open_tab: Callable[..., Tab]) -> None:
    page = open_tab().page
    page.goto(f"{site}/h/{town.hall.code}/in")
    fills_in(page)
    page.get_by_role("button", name=SEND).evaluate("button => { button.click(); button.click() }")
    is_led_to_the_pass(page)
    page.go_back()
    expect(page.get_by_role("heading", level=1)).to_have_text("已经登记")
    assert len(visits()) == 1


def test_with_the_keyboard_alone_the_form_can_be_filled_in(town: Town, site: str, open_tab: Callable[..., Tab]) -> None:
    page = open_tab().page
    page.goto(f"{site}/h/{town.hall.code}/in")
    for label, typed in (
        ("姓名", "张三"), ("证件号码", "11010519491231002X"), ("电话", "13800138000"), ("体温", "36.5"),
    ):  # fmt: skip
        tabs_to(page, page.get_by_label(label, exact=True))
        page.keyboard.type(typed)
        if label == "电话":
            tabs_to(page, page.get_by_label("事项"))
            page.keyboard.press("ArrowDown")
    tabs_to(page, page.get_by_role("link", name="个人信息告知"))
    tabs_to(page, page.get_by_label("同意", exact=True))
    page.keyboard.press("Space")
    tabs_to(page, page.get_by_role("button", name=SEND))
    page.keyboard.press("Enter")
    is_led_to_the_pass(page)
