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
