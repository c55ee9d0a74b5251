"""A hall with a desk, visitors who come in, and browsers of its staff."""

import re
from typing import Any

from werkzeug.test import TestResponse

from models.rules.access import Role
from models.rules.visits import HowIn, SignIn
from models.services import check_in, people
from models.services.check_in import Entry
from models.tables.database import run
from tests.reading import visits
from tests.service import AGREED
from tests.staffed import openid
from tests.web.admin.desk import Browser, Office
from tests.web.scripted_reader import Reader
from tests.web.trial import application, outside

PEOPLE = {
    "Zhang": ("张三", "11010519491231002X", "13800138000"),
    "Li": ("李四", "320106197505230021", "13900139000"),
    "Wang": ("王小明", "110101199003074477", "13700137000"),
}
ELDER = {"name": "赵六", "id_number": "110101199003074477", "matter": "social", "temperature": "36.4", "agree": AGREED}
"""What a guard fills in, of Wang's number."""


class Door(Office):
    """With a guard, and a reader of cards."""

    def __init__(self, **facts: Any) -> None:
        super().__init__(**facts)
        self.reader = Reader()
        self.app = application(world=outside(clock=self.clock, read_card=self.reader))
        self.joins("Guard", Role.GUARD, name="孙门岗")

    def comes(self, who: str = "Zhang", companions: str | None = None) -> str:
        """Somebody comes in by themselves; gives the public id of the visit."""
        name, number, phone = PEOPLE[who]
        said = SignIn(name, number, phone, None, "social", "36.5", companions)
        entry = Entry(openid(who), self.hall, 1, HowIn.SCAN, self.clock(), self.clock(), "zh")
        run(lambda: check_in.sign_in(entry, said, people.found(openid(who))))
        return next(one.public_id for one in visits() if one.name == name)

    def guard(self) -> Browser:
        return self.browser("Guard")


def presses(browser: Browser, action: str, value: str, at: str = "/desk") -> TestResponse:
    """The button of this action and value on a page; what comes of it, followed to the page that it leads to."""
    page = browser.get(at).text
    forms = re.findall(r"<form[^>]*method=\"post\".*?</form>", page, re.S)
    [form] = [one for one in forms if f'action="{browser.at}{action}"' in one and f'value="{value}"' in one][:1]
    name = re.search(rf'name="(\w+)" value="{re.escape(value)}"', form)
    token = re.search(r'name="csrf_token" value="([^"]+)"', form)
    assert name is not None and token is not None
    data = {"csrf_token": token[1], name[1]: value}
    return browser.client.post(f"{browser.at}{action}", data=data, follow_redirects=True)
