"""The phone page in a real browser: with scripts and without, by touch, by keyboard and to whoever cannot see it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Thread
from urllib.parse import quote

import pytest
from playwright.sync_api import Page, expect
from werkzeug.middleware.dispatcher import DispatcherMiddleware
from werkzeug.serving import WSGIRequestHandler, make_server
from werkzeug.test import Client

from bot.simulator import Clock, Platform, browsing_of, create_api, create_page
from tests.bot.simulator.page.signing_in import SigningIn
from tests.bot.simulator.page.visiting import CODES, TITLE, picture
from tests.bot.simulator.tiny_service import NOW, Heard, TinyService, platform_of, text_xml
from tests.plugins.chromium import DESK, PHONE, Tab

SECRET = "secret"
OpenTab = Callable[..., Tab]


def tap(label: str) -> str:
    return f'<a href="weixin://bizmsgmenu?msgmenucontent={quote(label)}&msgmenuid=1">{label}</a>'


def hall(heard: Heard) -> str:
    """A hall in five sentences."""
    if (heard.get("EventKey") or "").endswith(".out"):
        return text_xml(heard, "您已离开。")
    if heard.get("Event") in {"subscribe", "SCAN"}:
        return text_xml(heard, f"欢迎。请办理什么？\n{tap('社保')}\n{tap('公积金')}")
    if heard.get("Content") in {"社保", "公积金"}:
        return text_xml(heard, f"都对吗？{tap('确认')}")
    if heard.get("Content") == "确认":
        return text_xml(heard, "登记好了。")
    return text_xml(heard, f"收到 {heard.get('Content') or heard.get('EventKey') or heard['MsgType']}")


class _Quiet(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: object) -> None:
        """Requests are not logged."""


@dataclass
class Stage:
    """The page with everything around it, under a real server."""

    platform: Platform
    service: TinyService
    url: str
    staff: set[str]


@contextmanager
def staged() -> Iterator[Stage]:
    service = TinyService(answers=hall)
    platform = platform_of(service, clock=Clock(at=NOW), app_secret=SECRET)
    api = create_api(platform, browsing_of(platform))
    staff: set[str] = set()
    page = create_page(
        platform, lambda: CODES, TITLE, moments=[("次日早上", lambda now: now + 80_000)],
        roles=[("管理员手机", staff.add), ("门岗手机", staff.add), ("运营手机", staff.add)],
        role_of=lambda openid: "管理员" if openid in staff else "",
    )  # fmt: skip
    mounted: dict[str, object] = {"/phone": page, "/platform": api}
    pages = SigningIn(platform.app_id, SECRET, "", Client(api).get)
    server = make_server("127.0.0.1", 0, DispatcherMiddleware(pages, mounted), threaded=True, request_handler=_Quiet)
    server.daemon_threads = True
    root = f"http://127.0.0.1:{server.server_port}"
    pages.platform_url = f"{root}/platform"
    platform.menus.publish(
        {
            "button": [
                {"name": "登记", "sub_button": [{"type": "click", "name": "签到", "key": "in"}]},
                {"name": "记录", "type": "view", "url": f"{root}/mine"},
            ]
        }
    )
    platform.templates.add("离厅提醒", "大厅：{{thing1.DATA}}", "long_term")
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield Stage(platform, service, f"{root}/phone/", staff)
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def stage() -> Iterator[Stage]:
    with staged() as built:
        yield built


def newest(page: Page, number: int = 1, side: str = "account"):
    return page.locator(f"#log-{number} .row.{side} .bubble").last


def check_in(page: Page, number: int = 1) -> None:
    """Scans in on a phone, follows and answers by the links."""
    page.click(f"#scan-{number} > summary")
    page.click(f"#scan-{number}-1")
    page.click(f"#follow-{number}")
    page.click(f"#log-{number} >> text=社保")
    page.click(f"#log-{number} >> text=确认")
    expect(newest(page, number)).to_contain_text("登记好了")


@pytest.mark.parametrize("viewport", [PHONE, DESK], ids=["375", "1280"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_state_is_for_everybody_and_fits_the_screen(
    stage: Stage, open_tab: OpenTab, viewport: dict[str, int], scheme: str
) -> None:
    tab = open_tab(viewport, color_scheme=scheme)
    page = tab.page
    found: dict[str, object] = {}

    def look(state: str) -> None:
        faults = [*tab.violations(), *(["too wide"] if tab.is_wider_than_the_screen() else [])]
        if faults:
            found[state] = faults

    page.goto(stage.url)
    look("first")
    page.click("#scan-1 > summary")
    look("scanning")
    page.keyboard.press("Escape")
    check_in(page)
    phone = stage.platform.phones()[0]
    template = next(iter(stage.platform.templates))
    phone.receives("notice", card=template.card({"thing1": "市民中心"}, "http://elsewhere.example/"))
    stage.platform.faults.callback = "down"
    page.click("#menu-1-0 > summary")
    look("menu")
    page.click("text=签到")
    expect(page.locator(".failure")).to_be_visible()
    page.click("#to-text-1")
    page.fill("#say-1", "张三")
    look("typing")
    page.fill("#say-1", "")
    page.click("#photos-1 > summary")
    look("photos")
    page.keyboard.press("Escape")
    page.click("#more-1 > summary")
    look("more")
    page.keyboard.press("Escape")
    if viewport is PHONE:
        page.click("#tools > summary")
    page.click("#asks-reset > summary")
    look("controls")
    page.goto(f"{stage.url}log")
    page.click(".exchange >> nth=0")
    look("log")
    page.goto(f"{stage.url}phones/1/web?url=https://elsewhere.example/")
    look("outside")
    assert found == {}


@pytest.mark.parametrize("viewport", [PHONE, DESK], ids=["375", "1280"])
def test_a_first_visit_is_walked_through_and_ticked_off(
    stage: Stage, open_tab: OpenTab, viewport: dict[str, int]
) -> None:
    page = open_tab(viewport).page
    page.goto(stage.url)
    check_in(page)
    page.click("#scan-1 > summary")
    page.click("#scan-1-2")
    expect(newest(page)).to_have_text(f"{TITLE}：您已离开。")
    expect(page.locator("#guide li.done")).to_have_count(4)
    page.click(".guide-close button")
    expect(page.locator("#guide")).to_have_count(0)
    page.reload()
    expect(page.locator("#guide")).to_have_count(0)


@pytest.mark.parametrize("viewport", [PHONE, DESK], ids=["375", "1280"])
def test_without_scripts_a_visitor_is_checked_in_all_the_same(
    stage: Stage, open_tab: OpenTab, viewport: dict[str, int]
) -> None:
    page = open_tab(viewport, java_script_enabled=False).page
    page.goto(stage.url)
    check_in(page)
    page.click("#to-text-1")
    page.fill("#say-1", "张三")
    page.click("#send-1")
    expect(newest(page)).to_contain_text("收到 张三")
    page.click("#controls-1 >> text=记录")
    expect(page.frame_locator("iframe").locator("body")).to_contain_text("signed in 1 times")
    page.click("[data-leaves]")
    expect(page.locator("#phone-1")).to_be_visible()


def test_everything_is_within_reach_of_the_keyboard(stage: Stage, open_tab: OpenTab) -> None:
    page = open_tab(DESK).page
    page.goto(stage.url)

    def tab_to(selector: str) -> None:
        for _ in range(40):
            page.keyboard.press("Tab")
            if page.evaluate("selector => document.activeElement.matches(selector)", selector):
                return
        pytest.fail(f"{selector} cannot be reached")

    tab_to("#scan-1 > summary")
    page.keyboard.press("Enter")
    tab_to("#scan-1-1")
    page.keyboard.press("Enter")
    expect(page.locator("#log-1 .note")).to_be_visible()
    tab_to("#follow-1")
    page.keyboard.press("Enter")
    expect(newest(page)).to_contain_text("欢迎")
    page.focus("#scan-1 > summary")
    tab_to("#log-1 button.link")
    page.keyboard.press("Enter")
    expect(newest(page)).to_contain_text("都对吗")
    tab_to("#to-text-1")
    page.keyboard.press("Enter")
    expect(page.locator("#say-1")).to_be_focused()
    page.keyboard.type("确认")
    page.keyboard.press("Enter")
    expect(newest(page)).to_contain_text("登记好了")
    expect(page.locator("#say-1")).to_be_focused()
    expect(page.locator("#say-1")).to_have_value("")


@pytest.mark.parametrize("sheet", ["scan-1", "more-1", "photos-1", "menu-1-0"])
def test_escape_closes_what_is_open_and_focus_goes_back(stage: Stage, open_tab: OpenTab, sheet: str) -> None:
    page = open_tab().page
    page.goto(stage.url)
    check_in(page)
    if sheet == "photos-1":
        page.click("#to-text-1")
    page.click(f"#{sheet} > summary")
    page.keyboard.press("Tab")
    page.keyboard.press("Escape")
    assert page.get_attribute(f"#{sheet}", "open") is None
    expect(page.locator(f"#{sheet} > summary")).to_be_focused()


def test_what_the_account_says_later_appears_by_itself_and_only_that(stage: Stage, open_tab: OpenTab) -> None:
    page = open_tab().page
    page.goto(stage.url)
    check_in(page)
    page.click("#to-text-1")
    page.fill("#say-1", "打了一半")
    page.evaluate(
        "() => { window.added = []; new MutationObserver(changes => changes.forEach(change => change.addedNodes"
        ".forEach(node => node.dataset?.row && window.added.push(node.textContent.trim()))))"
        ".observe(document.getElementById('log-1'), {childList: true}); }"
    )
    stage.platform.phones()[0].receives("text", parts=("您离开了吗？",))
    expect(newest(page)).to_contain_text("您离开了吗？")
    assert [words.endswith("您离开了吗？") for words in page.evaluate("window.added")] == [True]
    expect(page.locator("#say-1")).to_have_value("打了一半")


def test_photos_come_from_a_file_or_from_the_shelf(stage: Stage, open_tab: OpenTab, tmp_path: Path) -> None:
    page = open_tab().page
    page.goto(stage.url)
    check_in(page)
    page.click("#to-text-1")
    page.click("#photos-1 > summary")
    page.click(".shelf-card >> nth=1")
    expect(page.locator("#log-1 .photo img")).to_have_count(1)
    own, vast = tmp_path / "own.jpg", tmp_path / "vast.jpg"
    own.write_bytes(picture(size=(300, 200)))
    vast.write_bytes(picture() + bytes(30 * 1024 * 1024))
    page.set_input_files("#photo-file-1", own)
    expect(page.locator("#log-1 .photo img")).to_have_count(2)
    page.wait_for_function("[...document.querySelectorAll('.photo img')].every(image => image.naturalWidth > 0)")
    page.set_input_files("#photo-file-1", vast)
    expect(page.locator("#said-1")).to_contain_text("太大")


def test_without_scripts_a_file_of_thirty_megabytes_is_answered_with_a_sentence(
    stage: Stage, open_tab: OpenTab, tmp_path: Path
) -> None:
    page = open_tab(java_script_enabled=False).page
    page.goto(stage.url)
    vast = tmp_path / "vast.jpg"
    vast.write_bytes(picture() + bytes(30 * 1024 * 1024))
    page.click("#scan-1 > summary")
    page.set_input_files("#scan-file-1", vast)
    page.click("text=扫这张图")
    expect(page.locator("#said-1")).to_contain_text("太大")


def test_a_picture_with_a_code_is_scanned_when_it_is_chosen(stage: Stage, open_tab: OpenTab, tmp_path: Path) -> None:
    page = open_tab().page
    page.goto(stage.url)
    page.click("#follow-1")
    expect(newest(page)).to_be_visible()
    page.click("#scan-1 > summary")
    poster = tmp_path / "poster.png"
    page.locator("#scan-1-2 img").screenshot(path=poster)
    page.set_input_files("#scan-file-1", poster)
    expect(newest(page)).to_contain_text("您已离开")


def test_the_clock_and_the_faults_show_at_once(stage: Stage, open_tab: OpenTab) -> None:
    page = open_tab(DESK).page
    page.goto(stage.url)
    page.click("#clock-hour")
    expect(page.locator("#tools-panel")).to_contain_text("快 1 小时")
    page.click("#fault-duplicate")
    expect(page.locator("#fault-duplicate")).to_have_attribute("aria-checked", "true")
    expect(page.locator("#fault-duplicate")).to_be_focused()
    page.click("#follow-1")
    expect(newest(page)).to_be_visible()
    assert len(stage.service.heard) == 3


def test_a_reset_is_asked_for_and_leaves_a_new_visitor(stage: Stage, open_tab: OpenTab) -> None:
    page = open_tab(DESK).page
    page.goto(stage.url)
    check_in(page)
    before = page.get_attribute("#phone-1", "data-openid")
    expect(page.locator("#reset")).to_be_hidden()
    page.click("#asks-reset > summary")
    page.click("#reset")
    expect(page.locator("#log-1 .row")).to_have_count(0)
    assert page.get_attribute("#phone-1", "data-openid") != before
