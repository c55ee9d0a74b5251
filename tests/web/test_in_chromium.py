"""Every page as people have it before them: on a phone and a desk, light and dark, without scripts."""

from collections.abc import Callable, Iterator
from pathlib import Path

import peewee
import pytest
from playwright.sync_api import Page, expect

from tests.plugins.chromium import Tab
from tests.service import Service
from tests.web.browser import LOOKS, looked_at, served
from tests.web.trial import application_on_trial

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)

OWN_TEXT = "本大厅每天十七点闭厅。\n母婴室在二楼。"


@pytest.fixture
def site(database: peewee.Database) -> Iterator[str]:
    with served(application_on_trial(demo=True)) as url:
        yield url


def addresses() -> dict[str, str]:
    """Every page there is, by the name of its picture."""
    hall = Service().hall(notice_text=OWN_TEXT).code
    waiting = Service().hall(status="waiting").code
    return {
        "notice": f"/notice/{hall}",
        "notice-en": f"/notice/{hall}?lang=en",
        "notice-other": f"/notice/{hall}/1",
        "door-in": f"/h/{hall}/in",
        "door-out-en": f"/h/{hall}/out?lang=en",
        "door-closed": f"/h/{waiting}/in",
        **{f"error-{code}": f"/trial/code/{code}" for code in (400, 403, 404, 405, 413, 429, 500, 503)},
        "refused": "/trial/refused",
        "form": "/trial/form",
        "form-en": "/trial/form?lang=en",
        "parts": "/trial/parts",
        "confirm": "/trial/ending",
    }


def forgive_its_status(tab: Tab) -> None:
    """The browser calls every page with an error status a failed resource."""
    tab.forgives("the server responded with a status of")


def sends_nothing(page: Page) -> None:
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_role("alert")).to_be_visible()


@pytest.mark.parametrize("look", LOOKS)
def test_nothing_is_wrong_with_any_page(site: str, open_tab: Callable[..., Tab], tmp_path: Path, look: str) -> None:
    wrong = {}
    tab = open_tab(**LOOKS[look])
    for name, address in addresses().items():
        tab.page.goto(site + address)
        forgive_its_status(tab)
        wrong[name] = looked_at(tab, tmp_path / f"{name}-{look}.png")
    tab.page.goto(f"{site}/trial/form")
    sends_nothing(tab.page)
    wrong["form-wrong"] = looked_at(tab, tmp_path / f"form-wrong-{look}.png")
    assert {name: found for name, found in wrong.items() if found} == {}


def test_a_form_works_without_scripts_and_keeps_what_was_typed(site: str, open_tab: Callable[..., Tab]) -> None:
    page = open_tab(java_script_enabled=False).page
    page.goto(f"{site}/trial/form")
    page.get_by_label("姓名").fill("张三")
    page.get_by_label("闭厅后几分钟").fill("999")
    page.get_by_role("button", name="保存").tap()
    page.get_by_role("link", name="闭厅后几分钟：请填 0 到 120 之间的数。").tap()
    expect(page.get_by_label("姓名")).to_have_value("张三")
    page.get_by_label("闭厅后几分钟").fill("15")
    page.get_by_label("自己说").check()
    page.get_by_label("每天午间不打烊").check()
    page.get_by_role("button", name="保存").tap()
    expect(page.get_by_role("status")).to_have_text("已保存")


def test_a_link_to_what_is_wrong_puts_the_cursor_there(site: str, open_tab: Callable[..., Tab]) -> None:
    page = open_tab().page
    page.goto(f"{site}/trial/form")
    sends_nothing(page)
    page.get_by_role("link", name="闭厅后几分钟").click()
    expect(page.get_by_label("闭厅后几分钟")).to_be_focused()


def test_what_was_typed_is_there_after_a_page_that_was_open_for_too_long(
    site: str, open_tab: Callable[..., Tab]
) -> None:
    tab = open_tab()
    tab.page.goto(f"{site}/trial/form")
    tab.page.get_by_label("姓名").fill("张三")
    tab.page.context.clear_cookies()
    tab.page.get_by_role("button", name="保存").click()
    expect(tab.page.get_by_role("heading", level=1)).to_have_text("没有提交上，请再来一次")
    forgive_its_status(tab)
    tab.page.go_back()
    expect(tab.page.get_by_label("姓名")).to_have_value("张三")
    tab.page.reload()
    tab.page.get_by_label("姓名").fill("张三")
    sends_nothing(tab.page)
    expect(tab.page.get_by_label("姓名")).to_have_value("张三")


def test_with_the_keyboard_the_first_stop_leads_past_everything_to_the_content(
    site: str, open_tab: Callable[..., Tab]
) -> None:
    page = open_tab().page
    page.goto(f"{site}/trial/form")
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="跳到正文")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.get_by_role("main")).to_be_focused()


@pytest.mark.parametrize("look", LOOKS)
def test_where_the_keyboard_is_can_be_seen(site: str, open_tab: Callable[..., Tab], look: str) -> None:
    page = open_tab(**LOOKS[look]).page
    page.goto(f"{site}/trial/form")
    unseen = []
    for _ in range(page.locator("a[href], button, input:not([type=hidden]), select, textarea").count()):
        page.keyboard.press("Tab")
        width = page.evaluate("parseFloat(getComputedStyle(document.activeElement).outlineWidth)")
        if width < 2:
            unseen.append(page.evaluate("document.activeElement.outerHTML"))
    assert unseen == []


def test_what_is_looked_at_is_found_wanting_where_it_is(
    site: str, open_tab: Callable[..., Tab], tmp_path: Path
) -> None:
    tab = open_tab()
    tab.page.goto(f"{site}/trial/form")
    bad = "<img src='/static/mark.svg' width=2000><button>x</button><p style='color: red'>x</p>"
    tab.page.evaluate("bad => document.querySelector('main').insertAdjacentHTML('beforeend', bad)", bad)
    found = " ".join(looked_at(tab, tmp_path / "bad.png"))
    tab.complaints.clear()
    assert (tmp_path / "bad.png").stat().st_size > 0
    assert all(word in found for word in ("axe image-alt", "console", "wider than the screen", "too small <button>"))
