"""The pass as it is held out and looked at: on a phone and a desk, with and without scripts."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import peewee
import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import expect

from models.rules.day_signs import COLOURS, SHAPES, WORDS, DaySign
from models.services import sessions
from models.services.sessions import Place
from tests.plugins.chromium import DESK, Tab
from tests.reading import inside, visits
from tests.web.browser import LOOKS, looked_at, served
from tests.web.passes.holder import GUARD, SECRET, VISITOR, Door
from web.passes import blueprint

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@pytest.fixture
def door(database: peewee.Database) -> Door:
    return Door()


@pytest.fixture
def site(door: Door) -> Iterator[str]:
    door.comes("王小明")
    with served(door.app) as url:
        yield url


def is_signed_in(tab: Tab, site: str, door: Door, openid: str = VISITOR) -> None:
    secret = sessions.begin(openid, Place.WECHAT, "phone.wechat", door.clock())
    tab.page.context.add_cookies([{"name": "hallpass-session", "value": secret, "url": site}])


def scanned(tab: Tab, picture: Path) -> str:
    """The path that a guard's phone reads from the pixels of the pass."""
    tab.page.locator(".pass-code").screenshot(path=picture)
    [code] = zxingcpp.read_barcodes(Image.open(picture))
    return code.text.removeprefix("https://hall.example.gov.cn")


@pytest.mark.parametrize("look", LOOKS)
def test_nothing_is_wrong_with_any_page(
    site: str, door: Door, open_tab: Callable[..., Tab], tmp_path: Path, look: str
) -> None:
    wrong = {}
    holder, guard = open_tab(**LOOKS[look]), open_tab(**LOOKS[look])
    is_signed_in(holder, site, door)
    is_signed_in(guard, site, door, GUARD)
    for name, address in {"own": "/pass", "own-en": "/pass?lang=en"}.items():
        holder.page.goto(site + address)
        wrong[name] = looked_at(holder, tmp_path / f"{name}-{look}.png")
    holder.page.goto(f"{site}/pass")
    code = scanned(holder, tmp_path / "code.png")
    for name, address in {"check": code, "none": "/pass", "hall": f"/hall/{door.hall.code}/passes"}.items():
        guard.page.goto(site + address)
        wrong[name] = looked_at(guard, tmp_path / f"{name}-{look}.png")
    guard.page.goto(site + code)
    guard.page.get_by_role("button", name="签退").click()
    wrong["signed-out"] = looked_at(guard, tmp_path / f"signed-out-{look}.png")
    for tab, name, address in (
        (guard, "check-over", code), (holder, "over", "/pass"), (holder, "show-staff", code)
    ):  # fmt: skip
        tab.page.goto(site + address)
        wrong[name] = looked_at(tab, tmp_path / f"{name}-{look}.png")
    assert {name: found for name, found in wrong.items() if found} == {}


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("turn", [0, 1])
def test_every_sign_can_be_read(
    site: str, door: Door, open_tab: Callable[..., Tab], tmp_path: Path, look: str, turn: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    tab = open_tab(**LOOKS[look])
    is_signed_in(tab, site, door, GUARD)
    wrong = {}
    for number, colour in enumerate(COLOURS[turn]):
        drawn = DaySign(colour, SHAPES[turn][number % 3], WORDS[turn][number])
        monkeypatch.setattr(blueprint, "day_sign", lambda *_, drawn=drawn: drawn)
        tab.page.goto(f"{site}/hall/{door.hall.code}/passes")
        wrong[colour] = looked_at(tab, tmp_path / f"{colour}-{look}.png")
    assert {name: found for name, found in wrong.items() if found} == {}


def test_a_guard_scans_a_pass_and_the_holder_sees_that_they_are_out(
    site: str, door: Door, open_tab: Callable[..., Tab], tmp_path: Path
) -> None:
    holder, guard = open_tab(), open_tab()
    is_signed_in(holder, site, door)
    is_signed_in(guard, site, door, GUARD)
    holder.page.goto(f"{site}/pass")
    guard.page.goto(site + scanned(holder, tmp_path / "code.png"))
    expect(guard.page.locator(".pass-mark")).to_have_text("有效，在厅里")
    guard.page.get_by_role("button", name="签退").tap()
    expect(guard.page.get_by_role("heading", level=1)).to_have_text("已签退")
    assert {one.how_out for one in visits()} == {"pass"}
    looks_again(holder)
    expect(holder.page.locator(".pass-mark")).to_have_text("09:00 已离开")


def looks_again(tab: Tab) -> None:
    """What the page does by itself some seconds later, or when it comes to the front."""
    tab.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")


def test_the_clock_moves_by_the_halls_time_and_the_code_is_renewed(
    site: str, door: Door, open_tab: Callable[..., Tab], tmp_path: Path
) -> None:
    tab = open_tab(timezone_id="America/New_York")
    is_signed_in(tab, site, door)
    tab.page.goto(f"{site}/pass")
    expect(tab.page.locator("[data-clock]")).to_have_text(re.compile("09:00:0[1-9]"))
    first = scanned(tab, tmp_path / "code.png")
    door.clock.goes_on(seconds=60)
    looks_again(tab)
    expect(tab.page.locator("[data-clock]")).to_have_text(re.compile("09:01:0"))
    second = scanned(tab, tmp_path / "code.png")
    assert first != second
    guard = open_tab()
    is_signed_in(guard, site, door, GUARD)
    guard.page.goto(site + second)
    expect(guard.page.locator(".pass-mark")).to_have_text("有效，在厅里")


def test_without_a_network_a_pass_says_that_it_is_old(
    site: str, door: Door, open_tab: Callable[..., Tab], tmp_path: Path
) -> None:
    tab = open_tab()
    tab.page.clock.install()
    is_signed_in(tab, site, door)
    tab.page.goto(f"{site}/pass")
    expect(tab.page.locator("[data-stale]")).to_be_hidden()
    tab.is_offline(True)
    tab.page.clock.fast_forward(70_000)
    expect(tab.page.locator("[data-stale]")).to_be_visible()
    assert looked_at(tab, tmp_path / "stale.png") == []
    tab.is_offline(False)
    door.clock.goes_on(seconds=70)
    looks_again(tab)
    expect(tab.page.locator("[data-stale]")).to_be_hidden()


def test_without_scripts_everything_works_by_the_services_time(
    site: str, door: Door, open_tab: Callable[..., Tab], tmp_path: Path
) -> None:
    tab, guard = open_tab(java_script_enabled=False), open_tab(java_script_enabled=False)
    is_signed_in(tab, site, door)
    is_signed_in(guard, site, door, GUARD)
    tab.page.goto(f"{site}/pass")
    assert tab.page.locator("[data-clock]").inner_text() == "09:00:00"
    assert tab.page.locator("noscript meta[http-equiv=refresh]").get_attribute("content") == "30"
    door.clock.goes_on(seconds=75)
    tab.page.get_by_role("link", name="换一个新码").tap()
    expect(tab.page.locator("[data-clock]")).to_have_text("09:01:15")
    tab.page.screenshot(path=tmp_path / "no-scripts.png", full_page=True)
    guard.page.goto(site + scanned(tab, tmp_path / "code.png"))
    expect(guard.page.locator(".pass-mark")).to_have_text("有效，在厅里")
    tab.page.get_by_role("link", name="签退").tap()
    tab.page.get_by_role("button", name="签退").tap()
    expect(tab.page.get_by_text("09:01 离开")).to_be_visible()
    assert inside() == []


def test_a_browser_that_filled_in_the_form_shows_its_pass_on_a_desk(
    site: str, door: Door, open_tab: Callable[..., Tab], tmp_path: Path
) -> None:
    door.comes_by_browser()
    tab = open_tab(DESK)
    tab.page.context.add_cookies([{"name": "hallpass-visitor", "value": SECRET, "url": site}])
    tab.page.goto(f"{site}/pass")
    expect(tab.page.get_by_text("李*")).to_be_visible()
    assert looked_at(tab, tmp_path / "browser.png") == []
