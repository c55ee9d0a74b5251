"""Somebody with a pass and those who look at it, as tests of these pages have them."""

import re

import zxingcpp
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image, ImageDraw
from werkzeug.test import TestResponse

from models.rules.access import Role
from models.rules.halls import HallFacts
from models.rules.persons import of_browser
from models.rules.visits import HowIn, SignIn
from models.services import check_in, sessions
from models.services.check_in import Entry
from models.services.sessions import Place
from tests.plugins.chromium import Tab
from tests.service import ONE_LINE, Service
from tests.web.trial import application, outside, token

VISITOR = "oVisitor0000000000000000001"
GUARD = "oGuard0000000000000000000001"
WECHAT = "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 MicroMessenger/8.0.50 NetType/WIFI Language/zh_CN"
SECRET = "s" * 43
"""Of a browser that has filled in a form."""


class Door:
    """A hall with one guard, a visitor inside, and the pages."""

    def __init__(self, **world: object) -> None:
        self.service = Service()
        self.clock = self.service.clock
        self.hall: HallFacts = self.service.hall()
        self.service.staff(self.hall, Role.GUARD, GUARD, "孙门岗")
        self.app: Flask = application(world=outside(clock=self.clock, **world))

    def comes(self, *companions: str, openid: str = VISITOR, hall: HallFacts | None = None) -> None:
        """Somebody checks in by chat, with these people."""
        phone = self.service.visitor(openid)
        phone.scan(self.service.code(hall or self.hall))
        phone.says(f"同意 {ONE_LINE}")
        if companions:
            phone.says("同行人员")
            phone.says("\n".join(companions))
        phone.says("确认")

    def comes_by_browser(self, secret: str = SECRET) -> None:
        """Whoever has this browser has filled in the form of the hall."""
        entry = Entry(of_browser(secret), self.hall, 1, HowIn.FORM, self.clock(), None, "zh")
        check_in.sign_in(entry, SignIn("李四", "320106197505230021", "13900139000", None, "social", "36.5"), None)

    def client(self, openid: str | None = VISITOR) -> FlaskClient:
        """A browser, signed in as this person (None: as nobody)."""
        client = self.app.test_client()
        if openid is not None:
            client.set_cookie("hallpass-session", sessions.begin(openid, Place.WECHAT, "phone.wechat", self.clock()))
        return client

    def browser(self, secret: str = SECRET) -> FlaskClient:
        """The browser with this secret."""
        client = self.app.test_client()
        client.set_cookie("hallpass-visitor", secret)
        return client

    @property
    def exit(self) -> str:
        """The path of the page on which visitors sign themselves out."""
        return f"/h/{self.hall.code}/out"

    def code(self) -> str:
        """The path that the visitor's pass shows in its code now."""
        return seen(self.client().get("/pass").text)

    def signs_out(self, client: FlaskClient, path: str, at: str | None = None) -> TestResponse:
        """A guard taps 签退 on the page behind a code; `at`: where the token of the form is from."""
        return client.post(path, data={"csrf_token": token(client, at or path)})


def seen(page: str) -> str:
    """The path that a camera reads from the code drawn on this page."""
    found = re.search(r'class="code pass-code" viewBox="0 0 (\d+) \d+".*?<path d="([^"]+)"', page)
    assert found is not None
    return decoded(int(found[1]), found[2])


def decoded(side: int, path: str) -> str:
    """The path of ours that a code says, drawn as a browser draws it."""
    scale = 4
    picture = Image.new("L", (side * scale, side * scale), 255)
    pen = ImageDraw.Draw(picture)
    for x, y, width, height in re.findall(r"M(\d+) (\d+)h(\d+)v(\d+)h-\d+z", path):
        left, top = int(x) * scale, int(y) * scale
        pen.rectangle((left, top, left + int(width) * scale - 1, top + int(height) * scale - 1), 0)
    [code] = zxingcpp.read_barcodes(picture)
    assert code.text.startswith("https://hall.example.gov.cn/pass/check/")
    return code.text.removeprefix("https://hall.example.gov.cn")


def is_signed_in(tab: Tab, site: str, door: Door) -> None:
    """The browser of the tab is VISITOR's, within WeChat."""
    secret = sessions.begin(VISITOR, Place.WECHAT, "phone.wechat", door.clock())
    tab.page.context.add_cookies([{"name": "hallpass-session", "value": secret, "url": site}])
