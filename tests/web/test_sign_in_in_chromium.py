"""The pages of signing in as people have them before them."""

from collections.abc import Callable, Iterator
from pathlib import Path

import peewee
import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import expect

from models.services import sessions, sign_in_links, sign_ins, staff
from models.services.sessions import Place
from tests.plugins.chromium import DESK, Tab
from tests.service import Clock, Service
from tests.web.browser import LOOKS, looked_at, served
from tests.web.trial import application, outside

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)

ADMIN = "oAdmin0000000000000000000001"


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def site(database: peewee.Database, clock: Clock) -> Iterator[str]:
    service = Service(clock=clock)
    for name, state in (("市民中心", "open"), ("住房公积金管理中心城东分中心办事大厅", "waiting")):
        staff.first_admin(ADMIN, service.hall(name, state).id, "王五", clock())
    with served(application(world=outside(clock=clock))) as url:
        yield url


def is_signed_in(tab: Tab, site: str, clock: Clock) -> None:
    secret = sessions.begin(ADMIN, Place.DESK, "windows.edge", clock())
    tab.page.context.add_cookies([{"name": "hallpass-session", "value": secret, "url": site}])


def token_on(tab: Tab, picture: Path) -> str:
    """What a phone reads from the pixels of the desktop's code."""
    tab.page.get_by_role("img").screenshot(path=picture)
    [code] = zxingcpp.read_barcodes(Image.open(picture))
    return code.text.partition("/login/s/")[2]


@pytest.mark.parametrize("look", LOOKS)
def test_nothing_is_wrong_with_any_page(
    site: str, clock: Clock, open_tab: Callable[..., Tab], tmp_path: Path, look: str
) -> None:
    wrong = {}
    desk, phone = open_tab(**LOOKS[look]), open_tab(**LOOKS[look])
    is_signed_in(phone, site, clock)
    desk.page.goto(f"{site}/login")
    wrong["login"] = looked_at(desk, tmp_path / f"login-{look}.png")
    token = token_on(desk, tmp_path / "code.png")
    pages = {
        "phone": f"/login/s/{token}",
        "phone-en": f"/login/s/{token}?lang=en",
        "link": f"/login/link?t={sign_in_links.make(ADMIN, '/me', clock())}",
        "link-none": "/login/link?t=x",
        "me": "/me",
        "sessions": "/me/sessions",
        "sessions-en": "/me/sessions?lang=en",
        "left": "/left",
    }
    for name, address in pages.items():
        phone.page.goto(site + address)
        # The browser calls a page with an error status a failed resource.
        phone.forgives("the server responded with a status of")
        wrong[name] = looked_at(phone, tmp_path / f"{name}-{look}.png")
    assert {name: found for name, found in wrong.items() if found} == {}


def test_a_desktop_goes_on_by_itself_once_the_phone_said_yes(
    site: str, clock: Clock, open_tab: Callable[..., Tab], tmp_path: Path
) -> None:
    desk, phone = open_tab(DESK), open_tab()
    is_signed_in(phone, site, clock)
    desk.page.goto(f"{site}/me/sessions")
    phone.page.goto(f"{site}/login/s/{token_on(desk, tmp_path / 'code.png')}")
    phone.page.get_by_role("button", name="确认登录").tap()
    expect(phone.page.get_by_role("heading", level=1)).to_have_text("已确认")
    expect(desk.page.get_by_role("heading", level=1)).to_have_text("登录过的地方")


def test_a_desktop_without_scripts_needs_a_click_more(
    site: str, clock: Clock, open_tab: Callable[..., Tab], tmp_path: Path
) -> None:
    desk = open_tab(DESK, java_script_enabled=False)
    desk.page.goto(f"{site}/login")
    token = token_on(desk, tmp_path / "code.png")
    sign_ins.confirm(sign_ins.by_token(token, ADMIN, clock()).id, ADMIN, clock())
    # The page asks for itself anew after some seconds.
    desk.page.get_by_role("button", name="继续").click()
    expect(desk.page.get_by_role("heading", level=1)).to_have_text("我的大厅")


def test_a_page_that_stands_open_shows_a_new_code_in_time(
    site: str, clock: Clock, open_tab: Callable[..., Tab]
) -> None:
    desk = open_tab(DESK)
    desk.page.goto(f"{site}/login")
    number = desk.page.locator(".number").inner_text()
    clock.goes_on(seconds=121)
    expect(desk.page.locator(".number")).not_to_have_text(number)
