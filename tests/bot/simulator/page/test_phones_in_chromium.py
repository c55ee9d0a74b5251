"""Several phones on the demo's page in a real browser: side by side, one at a time, each with a visitor of its own."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.bot.simulator.page.test_in_chromium import OpenTab, Stage, check_in, newest, staged
from tests.plugins.chromium import DESK, PHONE


@pytest.fixture
def stage() -> Iterator[Stage]:
    with staged() as built:
        yield built


def test_a_chat_that_began_anew_takes_the_place_of_the_one_before_however_long_it_is(
    stage: Stage, open_tab: OpenTab
) -> None:
    page = open_tab().page
    page.goto(stage.url)
    check_in(page)
    openid = page.get_attribute("#phone-1", "data-openid") or ""
    stage.platform.forget_phones()
    again = stage.platform.phone(openid, following=True)
    for number in range(20):
        again.receives("text", parts=(f"第 {number} 句",))
    expect(newest(page)).to_contain_text("第 19 句")
    expect(page.locator("#log-1 .row").first).to_contain_text("第 0 句")


def test_three_phones_are_live_side_by_side_on_a_desk(stage: Stage, open_tab: OpenTab) -> None:
    page = open_tab(DESK).page
    page.goto(stage.url)
    page.click("#visitor-new")
    page.click("#visitor-new")
    for number in (1, 2, 3):
        expect(page.locator(f"#phone-{number}")).to_be_in_viewport(ratio=0.99)
    assert page.evaluate("window.scrollY") == 0
    check_in(page, 2)
    check_in(page, 3)
    stage.platform.phone(page.get_attribute("#phone-2", "data-openid") or "").receives("text", parts=("给二号",))
    expect(newest(page, 2)).to_contain_text("给二号")
    expect(page.locator("#log-1 .row")).to_have_count(0)


def test_on_a_small_screen_one_phone_fills_it_and_tabs_lead_to_the_others(stage: Stage, open_tab: OpenTab) -> None:
    page = open_tab().page
    page.goto(stage.url)
    page.click("#visitor-new")
    expect(page.locator("#phone-1")).to_be_hidden()
    page.click("[data-shows='1']")
    expect(page.locator("#phone-1")).to_be_visible()
    expect(page.locator("#phone-2")).to_be_hidden()
    check_in(page)
    page.reload()
    expect(page.locator("#phone-1")).to_be_visible()


def test_the_browser_over_each_phone_is_signed_in_as_its_own_visitor(stage: Stage, open_tab: OpenTab) -> None:
    page = open_tab(DESK).page
    page.goto(stage.url)
    page.click("#visitor-new")
    for number in (1, 2):
        page.click(f"#follow-{number}")
        expect(newest(page, number)).to_be_visible()
    for number in (1, 2, 1):
        openid = page.get_attribute(f"#phone-{number}", "data-openid")
        page.click(f"#controls-{number} >> text=记录")
        expect(page.frame_locator(f"#phone-{number} iframe").locator("body")).to_have_text(
            f"{openid} signed in 1 times"
        )
        expect(page.locator(".browser")).to_have_count(1)
    page.keyboard.press("Escape")
    expect(page.locator(".browser")).to_have_count(0)
    expect(page.locator("#controls-1 >> text=记录")).to_be_focused()


@pytest.mark.parametrize("viewport", [PHONE, DESK], ids=["375", "1280"])
@pytest.mark.parametrize("has_scripts", [True, False], ids=["scripts", "plain"])
def test_a_phone_of_staff_is_added_in_two_touches(
    stage: Stage, open_tab: OpenTab, viewport: dict[str, int], has_scripts: bool
) -> None:
    tab = open_tab(viewport, java_script_enabled=has_scripts)
    page = tab.page
    page.goto(stage.url)
    page.click("#adds > summary")
    for number in (1, 2, 3):
        box = page.locator(f"#role-new-{number}").bounding_box()
        assert box is not None
        assert box["height"] >= 44
        assert 0 <= box["x"] <= viewport["width"] - box["width"]
    if has_scripts:
        assert tab.violations() == []
        assert not tab.is_wider_than_the_screen()
        page.keyboard.press("Escape")
        expect(page.locator("#role-new-1")).to_be_hidden()
        page.click("#adds > summary")
    page.click("#role-new-1")
    expect(page.locator("#phone-2")).to_be_visible()
    expect(page.locator("#say-2, #to-text-2").first).to_be_visible()
    expect(page.locator("[data-shows='2']")).to_have_text("管理员 2")


def test_the_tab_of_the_phone_that_is_shown_stays_in_sight_whatever_changes_in_the_bar(
    stage: Stage, open_tab: OpenTab
) -> None:
    page = open_tab().page
    page.goto(stage.url)
    for _ in range(4):
        page.click("#adds > summary")
        page.click("#role-new-1")
    page.click("#visitor-new")
    last = page.locator("[data-shows='6']")
    expect(last).to_have_text("来访者 6")
    expect(last).to_be_in_viewport(ratio=0.99)
    stage.staff.add(page.get_attribute("#phone-6", "data-openid") or "")
    expect(last).to_have_text("管理员 6")
    expect(last).to_be_in_viewport(ratio=0.99)
    expect(page.locator("#phone-6")).to_have_attribute("aria-label", "管理员 6 的手机")
