"""The phone page as a browser without scripts uses it: links, forms, redirects and what the page then shows."""

import io
from collections.abc import Sequence
from typing import Any

from lxml import html
from PIL import Image
from werkzeug.middleware.dispatcher import DispatcherMiddleware
from werkzeug.test import Client, TestResponse
from werkzeug.wrappers import Response

from bot.simulator import Clock, Platform, create_page
from bot.simulator.page.visitors import COOKIE
from tests.bot.simulator.tiny_service import NOW, TinyService, platform_of

ORIGIN = "http://localhost"
TITLE = "大厅登记"
CODES = (("扫进厅码", "h12.in"), ("扫离厅码", "h12.out"))
MENU = {
    "button": [
        {
            "name": "登记",
            "sub_button": [
                {"type": "click", "name": "签到", "key": "in"},
                {"type": "pic_photo_or_album", "name": "拍身份证", "key": "id"},
                {"type": "scancode_waitmsg", "name": "扫码", "key": "code"},
            ],
        },
        {"type": "view", "name": "记录", "url": f"{ORIGIN}/mine"},
        {"type": "view", "name": "外面", "url": "https://elsewhere.example/x"},
    ]
}


class Browser:
    """Opens the page mounted under /phone, presses its buttons and follows redirects; runs no scripts."""

    def __init__(
        self,
        service: TinyService | None = None,
        codes: Sequence[tuple[str, str]] = CODES,
        *,
        platform: Platform | None = None,
        beside: dict[str, Any] | None = None,
        root: Any = None,
        **more: Any,
    ) -> None:
        self.service = service or TinyService()
        self.platform = platform or platform_of(self.service, clock=Clock(at=NOW))
        page = create_page(self.platform, lambda: codes, TITLE, **more)
        everything = DispatcherMiddleware(root or Response(status=404), {"/phone": page, **(beside or {})})
        self._client = Client(everything)
        self.page = self.look()

    def look(self, path: str = "/phone/") -> html.HtmlElement:
        """Opens an address of the page."""
        self.page = self._read(self._client.get(path, follow_redirects=True))
        return self.page

    def _read(self, response: TestResponse) -> html.HtmlElement:
        assert response.status_code == 200
        return html.document_fromstring(response.get_data(as_text=True))

    def press(self, button: str, **typed: Any) -> None:
        """Submits the form around, or named by, the first button with this id or words."""
        pressed = self.page.xpath("//button[@id=$it or normalize-space()=$it]", it=button)[0]
        owner = pressed.get("form")
        form = self.page.get_element_by_id(owner) if owner else pressed.xpath("ancestor::form")[0]
        fields = {name: value or "" for name, value in form.form_values()} | typed
        if form.method == "GET":
            action = form.action.partition("#")[0]
            self.page = self._read(self._client.get(action, query_string=fields, follow_redirects=True))
        else:
            self.page = self._read(self.post(form.action, fields, follow_redirects=True))

    def post(
        self, path: str, fields: dict[str, Any], *, follow_redirects: bool = False, **headers: str
    ) -> TestResponse:
        headers = {name.replace("_", "-"): value for name, value in headers.items()} or {"Origin": ORIGIN}
        return self._client.post(path, data=fields, headers=headers, follow_redirects=follow_redirects, buffered=True)

    def get(self, path: str, **more: Any) -> TestResponse:
        return self._client.get(path, buffered=True, **more)

    def cookie(self, name: str = COOKIE, path: str = "/phone") -> str | None:
        cookie = self._client.get_cookie(name, path=path)
        return None if cookie is None else cookie.value

    def set_cookie(self, value: str, name: str = COOKIE, path: str = "/phone") -> None:
        self._client.set_cookie(name, value, path=path)

    @property
    def phone(self) -> Any:
        """The phone that is looked at, as lxml sees it."""
        return self.page.find_class("current")[0]

    @property
    def openid(self) -> str:
        return self.phone.get("data-openid")

    @property
    def said(self) -> str:
        """The sentence of what went wrong."""
        return self.phone.find_class("said")[0].text_content().strip()

    def rows(self, side: str) -> list[str]:
        return [row.text_content() for row in self.phone.find_class("row") if side in row.classes]

    def has(self, element_id: str) -> bool:
        return bool(self.page.xpath("//*[@id=$it]", it=element_id))


def follower(service: TinyService | None = None, **more: Any) -> Browser:
    """A browser whose visitor follows the account, and a service that has heard nothing yet."""
    browser = Browser(service, **more)
    browser.press("follow-1")
    browser.service.heard.clear()
    return browser


def picture(kind: str = "JPEG", size: tuple[int, int] = (40, 30)) -> bytes:
    """The bytes of a picture of one colour."""
    written = io.BytesIO()
    Image.new("RGB", size, "teal").save(written, kind)
    return written.getvalue()


def upload(data: bytes, name: str = "photo.jpg") -> tuple[io.BytesIO, str]:
    """A file as a form carries it."""
    return io.BytesIO(data), name
