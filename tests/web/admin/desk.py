"""An admin at a desk, as tests of these pages have them: a hall with made codes, and browsers that are signed in."""

import html
import re
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from models.rules.access import Role
from models.rules.devices import device_of
from models.rules.halls import HallFacts
from models.services import audit, codes, halls, sessions
from models.services.desk import Desk, Made
from models.services.sessions import Place
from models.tables.audit import AuditRow
from models.tables.database import run
from models.tables.fields import insert
from models.tables.staff import NO_HALL, Member
from tests.service import NOBODY, Clock
from tests.staffed import openid, registered
from tests.web.trial import application, outside

LINUX = "Mozilla/5.0 (X11; Linux x86_64)"


def made(scene: str) -> Made:
    """What the platform gives for a scene: an address of its own."""
    return Made(f"ticket-{scene}", f"http://weixin.qq.com/q/{scene}")


class Office:
    """A hall that `Admin` has registered, and the pages."""

    def __init__(self, clock: Clock | None = None, *, approval: bool = False, **facts: Any) -> None:
        self.clock = clock or Clock()
        self.app: Flask = application(world=outside(clock=self.clock))
        self._hall = registered(approval=approval, now=self.clock(), **facts)

    @property
    def hall(self) -> HallFacts:
        """As of now."""
        found = halls.by_id(self._hall.id, None)
        assert found is not None
        return found

    @property
    def at(self) -> str:
        """Where its pages are."""
        return f"/hall/{self._hall.code}"

    def facts(self) -> dict[str, Any]:
        """As they are stored."""
        return halls.stored(self._hall.id)[1]

    def makes_codes(self) -> None:
        """The platform gives what is wanted."""
        codes.make_due(self.clock(), Desk(NOBODY.send, create_code=made))

    def joins(self, who: str, role: Role, *, name: str = "李四", hall_id: int | None = None) -> None:
        """Somebody is bound."""
        at = self._hall.id if hall_id is None else hall_id
        run(
            lambda: insert(
                Member, openid=openid(who), hall_id=at, role=role, name=name, bound_at=self.clock(),
                chosen_at=self.clock(),
            )
        )  # fmt: skip

    def operator(self) -> None:
        """An operator is bound."""
        self.joins("Operator", Role.OPERATOR, name="赵运营", hall_id=NO_HALL)

    def browser(self, who: str = "Admin") -> "Browser":
        """Signed in as this person."""
        client = self.app.test_client()
        client.set_cookie("hallpass-session", sessions.begin(openid(who), Place.DESK, device_of(LINUX), self.clock()))
        return Browser(client, self.at)

    def audited(self) -> list[AuditRow]:
        """What was noted of the hall, the latest first."""
        return audit.latest(self._hall.id, self.clock(), 2**31 - 1)


class Browser:
    """Forms as a person fills them in: what they do not touch goes back as it came."""

    def __init__(self, client: FlaskClient, at: str) -> None:
        self.client = client
        self.at = at

    def get(self, path: str, **how: Any) -> TestResponse:
        return self.client.get(f"{self.at}{path}", **how)

    def fields(self, path: str, form: int = -1) -> dict[str, str]:
        """What the last (or another) form that is posted holds on this page."""
        page = self.get(path).text
        return filled_in(re.findall(r"<form[^>]*method=\"post\".*?</form>", page, re.S)[form])

    def sends(
        self, path: str, typed: dict[str, Any] | None = None, *, seen: dict[str, str] | None = None
    ) -> TestResponse:
        """Fill in and send; `seen`: what the page held when it was opened."""
        fields = self.fields(path) if seen is None else seen
        return self.client.post(f"{self.at}{path}", data={**fields, **(typed or {})})

    def told(self) -> str:
        """What the next page says of it."""
        return told(self.get("/settings").text)


def filled_in(form: str) -> dict[str, str]:
    """The values of a form as a browser would send them."""
    values = {}
    for tag in re.findall(r"<input[^>]*>", form):
        given = dict(re.findall(r'([\w-]+)="([^"]*)"', tag))
        is_on = given.get("type") not in ("radio", "checkbox") or re.search(r"\schecked", tag)
        if is_on and "name" in given:
            values[given["name"]] = html.unescape(given.get("value", "y"))
    for name, inner in re.findall(r'<textarea[^>]*name="([^"]+)"[^>]*>\r?\n?(.*?)</textarea>', form, re.S):
        values[name] = html.unescape(inner)
    for name, inner in re.findall(r'<select[^>]*name="([^"]+)"[^>]*>(.*?)</select>', form, re.S):
        chosen = re.search(r'<option selected value="([^"]*)"', inner)
        values[name] = chosen[1] if chosen else ""
    return values


def told(page: str) -> str:
    """What stands in a page's messages."""
    return " ".join(re.findall(r'<p class="told[^>]*>(.*?)</p>', page, re.S))
