"""The demo with its page open: its clock, its faults, what stands in its database, and its sudden end."""

from collections.abc import Callable
from pathlib import Path

from PIL import Image
from playwright.sync_api import Locator, Page, expect

from tests.demo import Demo
from tests.journeys.chat import Phone
from tests.plugins.chromium import DESK, Tab

IN, OUT = "东门进厅码", "东门离厅码"
ZHANG = "张三 11010519491231002X 13800138000 社保 36.5"
LI = "李四 320102199003070025 13900139765 公积金 36.5"

_VISITS = (
    "SELECT CAST(v.how_in AS TEXT), CAST(v.how_out AS TEXT) FROM visits v JOIN people p ON p.id = v.person_id"
    " WHERE OPENID(p.openid) = '{}' ORDER BY v.id"
)


def at_once(button: Callable[[Phone], Locator], *phones: Phone) -> None:
    """The same button of these phones, in the same moment: a tap waits for what it does, so these are clicks."""
    for phone in phones:
        phone.is_idle()
    for handle in [button(phone).element_handle() for phone in phones]:
        handle.evaluate("button => button.click()")


class Stage:
    """The page in one tab, with the visitors of its browser."""

    def __init__(self, demo: Demo, open_tab: Callable[..., Tab]) -> None:
        self.demo = demo
        self._open_tab = open_tab
        self.tab = open_tab()
        self.page = self.tab.page
        self.address = f"{demo.base_url}/phone/"
        self.page.goto(self.address)

    def phone(self, number: int = 1) -> Phone:
        """The visitor with this number, whose phone the small screen shows."""
        return Phone(self.page, number)

    def adds_phone(self) -> Phone:
        """One more visitor, whose phone is shown from now on."""
        number = self.page.locator(".phone").count() + 1
        self.page.tap("#visitor-new")
        expect(self.page.locator(f"#phone-{number}")).to_be_visible()
        return Phone(self.page, number)

    def adds_clerk(self, role: str) -> Phone:
        """One more phone, of somebody who has this role at the sample hall (管理员, 门岗)."""
        number = self.page.locator(".phone").count() + 1
        self.page.tap("#adds > summary")
        self.page.get_by_role("button", name=f"{role}手机", exact=True).tap()
        expect(self.page.locator(f"#phone-{number}")).to_be_visible()
        return Phone(self.page, number)

    def computer_of(self, clerk: Phone) -> Page:
        """A computer at the counter on which this person has signed in by its number."""
        desk = self._open_tab(DESK).page
        desk.goto(f"{self.demo.base_url}/me")
        clerk.says(desk.locator(".number").inner_text())
        clerk.hears("要登录吗")
        clerk.taps("确认")
        clerk.hears("电脑上的页面会自己打开")
        expect(desk.get_by_role("heading", level=1)).to_have_text("我的大厅")
        return desk

    def shows(self, phone: Phone) -> Phone:
        """Turns to one of the phones that there are."""
        self.page.tap(f"[data-shows='{phone.number}']")
        expect(phone.section).to_be_visible()
        return phone

    def phone_of_another_browser(self) -> Phone:
        """Somebody else with a browser of their own."""
        page = self._open_tab().page
        page.goto(self.address)
        return Phone(page)

    def clock(self, words: str) -> None:
        """Presses the clock's button with these words."""
        before = self.time.inner_text()
        self._controls(self.page.locator("#tools-panel").get_by_role("button", name=words, exact=True))
        expect(self.time).not_to_have_text(before)

    def switch(self, fault: str) -> None:
        """Switches a fault on."""
        button = self.page.locator(f"#fault-{fault}")
        self._controls(button)
        expect(button).to_have_attribute("aria-checked", "true")

    def picture_of_a_wall(self) -> Path:
        """A photo in which there is nothing."""
        path = self.demo.folder / "wall.jpg"
        Image.new("RGB", (800, 600), (190, 186, 178)).save(path)
        return path

    def goes_to_a_morning_before_a_working_day(self) -> None:
        self.clock("次日早上")
        if "周五" in (self.time.text_content() or ""):
            self.clock("次日早上")

    def visits(self, phone: Phone) -> list[tuple[object, ...]]:
        """How each visit of that person began and ended, the earliest first."""
        return self.demo.rows(_VISITS.format(phone.openid))

    def is_killed_and_restarted(self) -> None:
        """As a power cut would, and again on the same port in the same folder."""
        self.demo.dies()
        self.demo.begins()
        self.demo.started()

    def is_left(self) -> None:
        """Every tab goes elsewhere: one that asks a demo which has just ended would complain of that."""
        browser = self.page.context.browser
        for page in [page for context in (browser.contexts if browser else ()) for page in context.pages]:
            page.goto("about:blank")

    @property
    def time(self) -> Locator:
        return self.page.locator("#tools-panel .now")

    def _controls(self, button: Locator) -> None:
        """Opens the strip over the phone, presses, and closes it."""
        self.page.tap("#tools > summary")
        button.tap()
        self.page.tap("#tools > summary")
