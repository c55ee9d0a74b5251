"""A busy day against a real installation: made-up people come by chat, by form, by the desk, with photos of cards;
staff look them up, export them and trace them; and strangers send their names where no name belongs.

`CanaryDay(installation, served, platform).passes(look)` does it all over the wire and calls `look` now and then, while
everything is still running.
"""

import random
import re
import subprocess
import sys
from collections.abc import Callable
from contextlib import ExitStack, suppress
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import requests

from bench.installation import ROOT, Installation, Served
from bot.simulator import Phone, Platform
from models.rules.access import Role
from models.services import halls, sessions
from models.services.sessions import Place
from models.tables.database import run, thread_is_done
from models.tables.fields import insert
from models.tables.halls import Hall
from models.tables.staff import Member
from tests.drawn.cards import USUAL, portrait_side
from tests.drawn.people import Person
from tests.drawn.photographs import Shot, photograph
from tests.web.admin.desk import filled_in

BY_CHAT = ("欧阳金雀", "371421198005121018", "13911110001")
COMPANION = ("夏侯银铃", "371421197902142025", "13911110002")
BY_FORM = ("东方铜铎", "371421198506093035", "13911110003")
AT_DESK = ("令狐铁山", "371421199011124041", "13911110004")
ADMIN = "上官银屏"
ON_CARD = Person("司徒锡兰", "女", "汉", date(1995, 7, 18), "山东省德州市陵城区金丝雀路9号", "371421199507185059")
ADDRESS = "德州市陵城区金丝雀路9号"
STRANGE = "澹台玉珂"
"""Of somebody whose name stands where nobody should write it: in addresses, headers, broken deliveries."""

TEXTS = (
    *BY_CHAT, *COMPANION, *BY_FORM, *AT_DESK, ADMIN, ON_CARD.name, ON_CARD.id_number, "金丝雀路9号", STRANGE,
    "371421194803157033",
)  # fmt: skip
HALL_ZONE = ZoneInfo("Asia/Shanghai")
OPENIDS = tuple(f"oCanary{who}{'0' * 16}" for who in ("Chat1", "Chat2", "Admin"))


class HttpBrowser:
    """A browser of its own against the real service; within WeChat or not makes no difference here."""

    def __init__(self, base_url: str, session: str = "") -> None:
        self._base_url = base_url
        self.session = requests.Session()
        if session:
            self.session.cookies.set("hallpass-session", session, domain="127.0.0.1", path="/")

    def asks(self, path: str, method: str = "GET", **how: Any) -> requests.Response:
        return self.session.request(method, self._base_url + path, timeout=60, allow_redirects=False, **how)

    def sends(self, path: str, typed: dict[str, Any], *, to: str = "", form: int = -1, **how: Any) -> requests.Response:
        """Fill in the last (or another) form of a page and send it, there or elsewhere."""
        page = self.asks(path).text
        seen = filled_in(re.findall(r"<form[^>]*method=\"post\".*?</form>", page, re.S)[form])
        agreed = re.search(r'name="agree"[^>]*value="(\d+)"', page)
        if "agree" in typed and agreed:
            seen["agree"] = typed["agree"] = agreed[1]
        return self.asks(to or path, "POST", data={**seen, **typed}, **how)


class CanaryDay:
    """`tokens`: the secrets of sessions and links that came to be meanwhile, to be looked for as well; `knocked`: how
    strangers were answered."""

    def __init__(self, installation: Installation, served: Served, platform: Platform, photo: bytes) -> None:
        self.installation = installation
        self.platform = platform
        self.photo = photo
        self.url = f"http://127.0.0.1:{served.port}"
        self.code = run(lambda: Hall.select(Hall.code).scalar())
        self.tokens: list[str] = []
        self.told: list[str] = []
        self.knocked: list[int] = []
        self._open = ExitStack()
        thread_is_done()

    def passes(self, look: Callable[[], None]) -> None:
        """All of it; `look` is called between the parts."""
        parts = (
            self.people_come_by_chat,
            self.people_come_by_form,
            self.staff_are_at_work,
            self.strangers_knock,
            self.jobs,
        )
        with self._open:
            for part in parts:
                part()
                look()

    def people_come_by_chat(self) -> None:
        first, second = (self._phone(openid) for openid in OPENIDS[:2])
        first.scan(self.installation.scan_in)
        self._says(first, "同意", f"{' '.join(BY_CHAT)} 社保 36.5", "同行人员", f"{' '.join(COMPANION)}", "确认")
        self._says(first, "我的资料", "我的记录", "谁看过我", "登录 123456", f"我叫{STRANGE}", "签退")
        second.scan(self.installation.scan_in)
        self._says(second, "同意", STRANGE)
        second.sends_photo(self.platform.media.keep("image", self.photo, "card.jpg"))

    def people_come_by_form(self) -> None:
        browser = self._browser()
        door = f"/h/{self.code}/in"
        files = {"photo": ("card.jpg", self.photo, "image/jpeg")}
        read = browser.sends(door, {}, to=f"/h/{self.code}/card", files=files, headers={"Accept": "application/json"})
        assert read.status_code == 200, read.text
        wrong = {"name": STRANGE, "id_number": "37142119480315703", "phone": "139"}
        assert browser.sends(door, wrong).status_code == 200
        come = browser.sends(door, _form(BY_FORM))
        assert come.status_code == 303, re.findall('class="wrong"[^>]*>(.*?)<', come.text)
        assert BY_FORM[0][:1] in browser.asks("/me/data").text
        self._keeps(browser)

    def staff_are_at_work(self) -> None:
        browser = self._admin()
        at = f"/hall/{self.code}"
        registered = browser.sends(f"{at}/desk/register", {**_form(AT_DESK), "remark": f"陪同的是{STRANGE}"})
        assert registered.status_code == 303, re.findall('class="wrong"[^>]*>(.*?)<', registered.text)
        found = browser.sends(f"{at}/records", {"who": BY_CHAT[1]})
        assert found.status_code == 303, found.text
        page = browser.asks(found.headers["Location"]).text
        record = re.findall(rf'href="({at}/records/[^"?#]+)', page)[0]
        browser.sends(record, {"why": "lost"})
        assert BY_CHAT[0] in browser.asks(record).text
        today = datetime.now(HALL_ZONE).date().isoformat()
        asked = browser.sends(f"{at}/exports", {"first": today, "last": today})
        self._job("exports")
        copy = browser.sends(asked.headers["Location"], {"why": "tracing", "kind": "full"})
        taken = browser.asks(f"{copy.headers['Location']}/file")
        assert taken.content.startswith(b"PK")
        chosen = browser.sends(f"{at}/cases/new", {"who": BY_CHAT[2]})
        suspect = re.findall(r'name="suspect"[^>]*value="([^"]+)"', chosen.text)[0]
        case = {"suspect": suspect, "who": BY_CHAT[2], "choosing": "1", "why": "cdc", "authority": "甲市疾控中心"}
        opened = browser.sends(f"{at}/cases/new", case)
        assert opened.status_code == 303, re.findall('class="wrong"[^>]*>(.*?)<', opened.text)
        for path in (opened.headers["Location"], f"{at}/board", f"{at}/todo", f"{at}/desk"):
            browser.asks(path)

    def strangers_knock(self) -> None:
        """With names where none belong, broken requests, and what breaks off."""
        name, number = STRANGE, TEXTS[-1]
        for path in (
            f"/h/{self.code}/in?name={name}", f"/{name}", f"/notice/{name}", f"/login?next=/{number}",
            f"/login/link?t={number}", f"/pass/check/{number}", f"/wechat?openid={name}&echostr={number}",
        ):  # fmt: skip
            marked = {"User-Agent": number, "Referer": f"http://x/{number}", "Cookie": f"hallpass={number}"}
            self._knocks(path, headers=marked)
        for body in (f"<xml><Content>{name}{number}</Content></xml>", name * 30_000, f"<!DOCTYPE {number}>"):
            self._knocks("/wechat?signature=x&timestamp=1&nonce=2", "POST", data=body.encode())
        self._knocks(f"/h/{self.code}/in", "POST", data={"name": name, "csrf_token": number})
        self._knocks(f"/h/{self.code}/in", "POST", data=f"name={name}".encode() * 20_000)
        for name, value in (("Cookie", number * 500), ("X-Long", number * 500)):
            self._knocks("/healthz", headers={name: value})
        self._knocks("/healthz", headers={f"X-{one}": number for one in range(150)})
        self._knocks(f"/{number * 300}")
        self._knocks(f"/{number}", "PROPFIND", data=name.encode())

    def _knocks(self, path: str, method: str = "GET", **how: Any) -> None:
        # What is refused unread ends the connection.
        with suppress(requests.ConnectionError), requests.Session() as session:
            answer = session.request(method, self.url + path, timeout=60, allow_redirects=False, **how)
            self.knocked.append(answer.status_code)

    def jobs(self) -> None:
        for name in ("outbox", "cases"):
            self._job(name)

    def _job(self, name: str) -> None:
        line = [sys.executable, "hallpass.py", "job", name, "--config", str(self.installation.config)]
        done = subprocess.run(line, cwd=ROOT, capture_output=True, text=True, timeout=90)
        self.told.append(done.stdout + done.stderr)

    def _phone(self, openid: str) -> Phone:
        return self.platform.phone(openid, following=True)

    def _says(self, phone: Phone, *texts: str) -> None:
        for text in texts:
            reply = phone.says(text).reply or ""
            self.tokens += re.findall(r"/login/link\?t=([\w-]{43})", reply)

    def _admin(self) -> HttpBrowser:
        now = datetime.now(UTC)
        hall = halls.by_code(self.code)
        assert hall is not None
        run(
            lambda: insert(
                Member, openid=OPENIDS[2], hall_id=hall.id, role=Role.ADMIN, name=ADMIN, bound_at=now, chosen_at=now
            )
        )  # fmt: skip
        secret = sessions.begin(OPENIDS[2], Place.DESK, "linux", now)
        thread_is_done()
        self.tokens.append(secret)
        return self._browser(secret)

    def _browser(self, session: str = "") -> HttpBrowser:
        made = HttpBrowser(self.url, session)
        self._open.callback(made.session.close)
        return made

    def _keeps(self, browser: HttpBrowser) -> None:
        self.tokens += [one.value for one in browser.session.cookies if one.value and len(one.value) == 43]


def photo() -> bytes:
    """Of ON_CARD's card."""
    return photograph([portrait_side(ON_CARD, USUAL, random.Random(1))], Shot())


def _form(who: tuple[str, str, str]) -> dict[str, str]:
    name, number, phone = who
    return {
        "name": name, "id_number": number, "phone": phone, "matter": "social", "temperature": "36.5", "agree": "1",
        "address": ADDRESS,
    }  # fmt: skip
