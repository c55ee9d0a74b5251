"""本人申请 in a browser: on a phone and a desk, light and dark, with keys alone, and on paper."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from models.services import sessions
from models.services.sessions import Place
from tests.looks import a_person, looks_at_visit
from tests.plugins.chromium import PHONE, Tab
from tests.staffed import openid
from tests.visited import NUMBER, came
from tests.web.browser import LOOKS, looked_at, served
from tests.web.own_requests.counter import Counter

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@pytest.fixture
def site(counter: Counter) -> Iterator[str]:
    with served(counter.app) as url:
        yield url


def goes_in(tab: Tab, site: str, counter: Counter, who: str = "Admin") -> None:
    secret = sessions.begin(openid(who), Place.DESK, "linux", counter.clock())
    tab.page.context.add_cookies([{"name": "hallpass-session", "value": secret, "url": site}])


def fills_in(tab: Tab, name: str) -> None:
    """With keys alone."""
    tab.page.get_by_label("本人", exact=True).focus()
    tab.page.keyboard.press("Space")
    tab.page.get_by_label("看了哪种证件").select_option("居民身份证")
    tab.page.get_by_label("姓名").fill(name)
    tab.page.get_by_label("证件号码").fill(NUMBER)
    tab.page.get_by_label("已当面核对").focus()
    tab.page.keyboard.press("Space")


def looks_up(tab: Tab, at: str) -> None:
    tab.page.goto(at)
    fills_in(tab, "张三")
    tab.page.get_by_role("button", name="查看").press("Enter")
    expect(tab.page.get_by_role("heading", name="保存的登记")).to_be_visible()


@pytest.mark.parametrize("look", LOOKS)
def test_the_pages_are_readable_reachable_and_free_of_faults(
    counter: Counter, site: str, open_tab: Callable[..., Tab], tmp_path: Path, look: str
) -> None:
    visit = came(
        counter.hall, address="山东省德州市德城区东风路1号3单元502室", remark="腿脚不便，请帮忙引导",
        person_id=a_person("Z"), temperature_tenths=365, temperature_source="declared",
    )  # fmt: skip
    came(counter.hall, name="王五")
    looks_at_visit(counter.hall, visit, now=counter.clock())
    tab = open_tab(**LOOKS[look])
    goes_in(tab, site, counter)
    at = f"{site}{counter.at}/own-requests"

    def is_fine(name: str) -> None:
        assert looked_at(tab, tmp_path / f"own-requests-{name}-{look}.png") == [], name

    for name, path in (("ask", ""), ("ask-en", "?lang=en"), ("over", "?over=1")):
        tab.page.goto(f"{at}{path}")
        is_fine(name)
    tab.page.get_by_role("button", name="查看").click()
    is_fine("wrong")
    fills_in(tab, "赵六")
    tab.page.get_by_role("button", name="查看").click()
    expect(tab.page.get_by_text("没有保存这个人的登记")).to_be_visible()
    expect(tab.page.get_by_label("姓名")).to_have_value("赵六")
    is_fine("none")
    looks_up(tab, at)
    assert "110105" not in tab.page.url
    is_fine("one")
    here = tab.page.url
    tab.page.get_by_role("button", name="打印给申请人").click()
    is_fine("paper")
    tab.page.goto(f"{here}/erase")
    is_fine("erase")
    tab.page.get_by_role("button", name="删除").click()
    expect(tab.page.get_by_role("heading", name="本人申请回执")).to_be_visible()
    is_fine("receipt")
    tab.page.goto(here)
    expect(tab.page.get_by_text("已删除，只留到访时间")).to_be_visible()
    is_fine("erased")


def test_a_guard_is_told_whom_to_call(
    counter: Counter, site: str, open_tab: Callable[..., Tab], tmp_path: Path
) -> None:
    tab = open_tab(viewport=PHONE)
    goes_in(tab, site, counter, "Guard")
    tab.page.goto(f"{site}{counter.at}/desk")
    tab.page.get_by_role("link", name="本人申请").click()
    expect(tab.page.get_by_text("请叫管理员来")).to_be_visible()
    assert looked_at(tab, tmp_path / "own-requests-guard.png") == []


@pytest.mark.parametrize("path", ["paper", "receipt"])
def test_a_paper_prints_black_on_white_without_what_is_for_the_screen(
    counter: Counter, site: str, open_tab: Callable[..., Tab], path: str
) -> None:
    came(counter.hall)
    tab = open_tab(**LOOKS[list(LOOKS)[-1]])
    goes_in(tab, site, counter)
    looks_up(tab, f"{site}{counter.at}/own-requests")
    here = tab.page.url
    tab.page.get_by_role("button", name="打印给申请人").click()
    expect(tab.page.get_by_role("heading", name="个人信息查阅单")).to_be_visible()
    tab.page.goto(f"{here}/{path}")
    tab.page.emulate_media(media="print")
    expect(tab.page.get_by_text("请用浏览器的打印")).to_be_hidden()
    for one in tab.page.locator("article.own-paper *").all():
        assert one.evaluate("e => getComputedStyle(e).color") == "rgb(0, 0, 0)"
    assert tab.complaints == []
