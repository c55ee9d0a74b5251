"""A counter, the clerk's browser, and what is filled in of whoever stands before it."""

from typing import Any

from werkzeug.test import TestResponse

from models.rules.access import Role
from models.services import halls
from tests.visited import NUMBER, PHONE
from tests.web.admin.desk import Browser, Office

SAID = {"asker": "self", "document": "id_card", "name": "张三", "id_number": NUMBER, "phone": "", "seen": "y"}
WHOLE = ("110105 19491231 002X", "138 0013 8000", "张三", NUMBER, PHONE)


class Counter(Office):
    """Its clock shows 11:00 of the Monday."""

    def __init__(self) -> None:
        super().__init__()
        self.clock.goes_on(hours=2)
        self.joins("Guard", Role.GUARD, name="孙门岗")
        self.operator()
        other = halls.by_code(halls.register("别处大厅", self.facts(), "open", self.clock()))
        assert other is not None
        self.joins("Elsewhere", Role.ADMIN, hall_id=other.id)

    def asks(self, browser: Browser | None = None, **said: Any) -> TestResponse:
        """The clerk fills in the form."""
        return (browser or self.browser()).sends("/own-requests", {**SAID, **said})

    def finds(self, browser: Browser, **said: Any) -> str:
        """The same; gives the address, below the hall, of what was found."""
        location = self.asks(browser, **said).location
        assert location and "/own-requests/" in location
        return location.removeprefix(self.at)
