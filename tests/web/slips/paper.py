"""A hall with printed slips, as tests of these pages have it before them."""

import html
from typing import Any

from werkzeug.test import TestResponse

from models.rules.access import Role
from models.services import slips
from tests.service import Clock
from tests.staffed import post
from tests.visited import NUMBER, PHONE
from tests.web.admin.desk import Browser, Office

AT = "/desk/slips"
ZHANG = {
    "entered": "9:12", "left": "1005", "name": "张三", "id_number": NUMBER, "phone": PHONE, "matter": "social",
    "temperature": "36.5",
}  # fmt: skip


class Lobby:
    """At noon, with eight slips printed."""

    def __init__(self) -> None:
        self.office = Office(Clock())
        self.office.joins("Guard", Role.GUARD, name="李门岗")
        slips.print_sheet(post(self.office.hall), 2, self.office.clock())
        self.office.clock.shows("12:00")

    def slip(self, number: int) -> str:
        """What stands on the paper."""
        return str(slips.slip(self.office.hall, number))

    def browser(self, who: str = "Guard") -> Browser:
        return self.office.browser(who)

    def enters(self, browser: Browser, number: int = 1, **typed: Any) -> TestResponse:
        """Types a slip in and sends it."""
        return browser.sends(AT, {**ZHANG, "slip": self.slip(number), **typed})


def text(page: TestResponse) -> str:
    """What it says."""
    return html.unescape(page.text)
