"""Visitors with the form of a hall before them."""

import html
import re
from collections.abc import Callable
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from models.phrases import say
from models.rules.halls import HallFacts
from models.services import fever
from models.services.authorizations import Identity
from models.services.fever import Waiting
from models.tables.database import run
from models.tables.people import Person
from models.tables.submissions import Submission
from models.tables.visits import Visit
from tests.service import AGREED, Clock, Service
from tests.web.trial import application, outside

ZHANG = {
    "name": "张三", "id_number": "11010519491231002X", "phone": "13800138000",
    "matter": "social", "temperature": "36.5", "agree": AGREED,
}  # fmt: skip
LI = {**ZHANG, "name": "李四", "id_number": "320102199003070025", "phone": "13900139000"}
WECHAT = {"HTTP_USER_AGENT": "Mozilla/5.0 (Linux; Android 14) Mobile Safari/537.36 MicroMessenger/8.0.50"}
FOLLOWER = "oVisitor0000000000000000001"


class Visitor:
    """Somebody with a browser of their own; of theirs within WeChat, if they have an openid."""

    def __init__(self, app: Flask, hall: HallFacts, openid: str = "") -> None:
        self.hall, self.openid = hall, openid
        self.client: FlaskClient = app.test_client()
        if openid:
            self.client.environ_base.update(WECHAT)

    def opens(self, way: str = "in", query: str = "") -> TestResponse:
        """Open a page of the hall's door; in WeChat by way of the platform, the first time."""
        page = self.client.get(f"/h/{self.hall.code}/{way}{query}")
        if page.status_code == 302 and page.location.startswith("https://wx.example/"):
            state = page.location.partition("=")[2]
            page = self.client.get(f"/login/oauth?code={self.openid}&state={state}", follow_redirects=True)
        return page

    def keys(self, way: str = "in", query: str = "") -> dict[str, str]:
        """What the form carries unseen."""
        page = self.opens(way, query).text
        return {
            name: html.unescape(found[1])
            for name in ("key", "csrf_token")
            if (found := re.search(rf'name="{name}"[^>]*value="([^"]+)"', page))
        }

    def sends(self, fields: dict[str, Any], way: str = "in", query: str = "", **more: Any) -> TestResponse:
        """Send a form with these fields, of a page just opened unless `more` holds its keys."""
        given = more if "csrf_token" in more else {**self.keys(way, query), **more}
        return self.client.post(f"/h/{self.hall.code}/{way}{query}", data={**fields, **given})

    def leaves(self, **fields: str) -> TestResponse:
        """Press the button of the exit's page, and see what comes."""
        self.sends(fields, "out")
        return self.opens("out")


class Town:
    """Halls, and people who come to them."""

    def __init__(self, oauth: bool = True) -> None:
        self.clock = Clock()
        self.service = Service(clock=self.clock)
        self.hall = self.service.hall()
        authorize: Callable[[str], str] | None = (lambda state: f"https://wx.example/?s={state}") if oauth else None
        self.app = application(
            world=outside(clock=self.clock, exchange=lambda code: Identity(code, False), authorize_url=authorize)
        )

    def browser(self, hall: HallFacts | None = None) -> Visitor:
        """Somebody without WeChat."""
        return Visitor(self.app, hall or self.hall)

    def wechat(self, openid: str = FOLLOWER, hall: HallFacts | None = None) -> Visitor:
        """Somebody within WeChat."""
        return Visitor(self.app, hall or self.hall, openid)

    def another_hall(self, **facts: Any) -> HallFacts:
        """One more hall."""
        return self.service.hall("税务大厅", **facts)

    def fevers(self) -> list[Waiting]:
        """Who waits for staff at the hall."""
        return fever.queue(self.hall, self.hall.calendar.hall_day(self.clock()))


def says(page: TestResponse, key: str, **values: object) -> bool:
    """Whether the page holds this phrase, filled in so."""
    return say("zh", key, **values) in page.text


def is_registered(visitor: Visitor) -> bool:
    """Whether the form's page says so."""
    return says(visitor.opens(), "visit_form.inside_title")


def everybody() -> list[Person]:
    """Whoever is kept."""
    return run(lambda: list(Person.select().order_by(Person.id)))


def nothing_is_kept() -> bool:
    """Whether no form has left anything behind."""
    return run(lambda: not any(table.select().exists() for table in (Visit, Person, Submission)))
