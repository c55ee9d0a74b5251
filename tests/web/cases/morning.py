"""A morning in a hall: somebody who is ill, and who was there with them; and the case, as an admin opens it."""

import re
from datetime import timedelta

from models.rules.visits import HowIn, HowOut
from models.tables.database import run
from models.tables.visits import Visit
from tests.service import MONDAY_9
from tests.visited import came, id_of
from tests.web.admin.desk import Browser, Office

ILL, ILL_PHONE = "何病例", "13900139000"
WHY = {"why": "cdc", "more": "", "authority": "甲市疾控中心"}
MINUTE = timedelta(minutes=1)


def at(minutes: float) -> timedelta:
    return minutes * MINUTE


class Morning:
    """From 9:30 to 10:30 the ill person was there with a companion; others for certain, as they said, by a guess, and
    only afterwards. `visits`: public ids by name."""

    def __init__(self, office: Office) -> None:
        self.office = office
        self.visits: dict[str, str] = {}
        ill = self.comes(ILL, 30, 90, phone=ILL_PHONE, companions=1)
        self.comes("王同行", 30, 90, phone=None, lead_id=id_of(ill))
        self.comes("张确定", 40, 80, phone="13800138001")
        self.comes("李说明", 45, 75, HowOut.STATED, phone="13800138002", door=2, how_in=HowIn.CHAT)
        self.comes("赵推定", 50, 240, HowOut.CLOSING, phone="13800138003", door=2, matter="fund")
        self.comes("钱在厅", 55, None, phone="13800138004")
        self.comes("孙之后", 100, 130, phone="13800138005")
        self.comes("周无关", 0, 20, phone="13800138006")

    def comes(
        self, name: str, begin: float, end: float | None, how_out: HowOut = HowOut.SCAN, **columns: object
    ) -> str:
        """Somebody is there, so many minutes after nine."""
        left = None if end is None else at(end - begin)
        found = came(self.office.hall, MONDAY_9 + at(begin), name, left, how_out, **{"number": None, **columns})
        self.visits[name] = found
        return found

    def erase(self, name: str) -> None:
        """The record of somebody is gone."""
        run(lambda: Visit.delete().where(Visit.public_id == self.visits[name]).execute())


def opened(browser: Browser, who: str = ILL_PHONE, **typed: str) -> str:
    """The address of a case for this person, below the hall."""
    page = browser.sends("/cases/new", {"who": who, **typed})
    choices = re.findall(r'name="suspect"[^>]*value="([^"]+)"', page.text)
    assert len(choices) == 1, re.findall('class="wrong"[^>]*>(.*?)<', page.text)
    answer = browser.sends("/cases/new", {"suspect": choices[0], "who": who, "choosing": "1", **typed, **WHY})
    assert answer.status_code == 303, re.findall('class="wrong"[^>]*>(.*?)<', answer.text)
    return answer.location.removeprefix(browser.at)


def listed(page: str) -> dict[str, str]:
    """What the list says of each contact, by name."""
    rows = re.findall(r'<p class="contact-who"><a href="[^"]+">\d+　(.*?)</a>(.*?)</li>', page, re.S)
    return {name: re.sub(r"\s+", " ", re.sub("<[^>]*>", " ", rest)).strip() for name, rest in rows}


def wrong(page: str) -> str:
    """What is said at the fields."""
    return " ".join(re.findall(r'class="wrong"[^>]*>(.*?)<', page))
