"""The phone page as a browser without scripts uses it: forms, redirects and what the page then shows."""

from urllib.parse import quote

import pytest
from lxml import html
from werkzeug.middleware.dispatcher import DispatcherMiddleware
from werkzeug.test import Client, TestResponse
from werkzeug.wrappers import Response

from bot.simulator import create_page
from bot.simulator.page import COOKIE, MOST_VISITORS, Visitors, visitors_of
from tests.bot.simulator.tiny_service import Heard, TinyService, echo, platform_of, text_xml

ORIGIN = "http://localhost"
CODES = (("扫进厅码", "h12.in"), ("扫离厅码", "h12.out"))


class Browser:
    """Opens the page mounted under /phone, presses its buttons and follows redirects; runs no scripts."""

    def __init__(self, service: TinyService, codes: tuple[tuple[str, str], ...] = CODES) -> None:
        page = create_page(platform_of(service), codes, "大厅登记")
        self._client = Client(DispatcherMiddleware(Response(status=404), {"/phone": page}))
        self.page = self._read(self._client.get("/phone/"))

    def _read(self, response: TestResponse) -> html.HtmlElement:
        assert response.status_code == 200
        return html.document_fromstring(response.get_data(as_text=True))

    def press(self, button: str, **typed: str) -> None:
        """Submits the form around the first button with this id or words."""
        pressed = self.page.xpath("//button[@id=$it or normalize-space()=$it]", it=button)[0]
        form = pressed.xpath("ancestor::form")[0]
        assert form.method == "POST"
        fields = {name: value or "" for name, value in form.form_values()} | typed
        self.page = self._read(self.post(form.action, fields, follow_redirects=True))

    def post(
        self, path: str, fields: dict[str, str], *, follow_redirects: bool = False, **headers: str
    ) -> TestResponse:
        headers = {name.replace("_", "-"): value for name, value in headers.items()} or {"Origin": ORIGIN}
        return self._client.post(path, data=fields, headers=headers, follow_redirects=follow_redirects)

    def get(self, path: str) -> TestResponse:
        return self._client.get(path, buffered=True)

    @property
    def cookie(self) -> str:
        cookie = self._client.get_cookie(COOKIE, path="/phone")
        assert cookie is not None
        return cookie.value

    def set_cookie(self, value: str) -> None:
        self._client.set_cookie(COOKIE, value, path="/phone")

    def rows(self, side: str) -> list[str]:
        return [row.text_content() for row in self.page.find_class("row") if side in row.classes]

    def has(self, element_id: str) -> bool:
        return bool(self.page.xpath("//*[@id=$it]", it=element_id))


def follower(service: TinyService) -> Browser:
    browser = Browser(service)
    browser.press("follow")
    service.heard.clear()
    return browser


def test_a_stranger_scans_follows_answers_and_scans_out() -> None:
    service = TinyService()
    browser = Browser(service)
    browser.press("扫进厅码")
    assert service.heard == []
    browser.press("follow")
    browser.press("发送", text="张三")
    browser.press("扫离厅码")
    assert [(heard.get("EventKey"), heard.get("Content")) for heard in service.heard] == [
        ("qrscene_h12.in", None),
        (None, "张三"),
        ("h12.out", None),
    ]
    assert len(browser.rows("account")) == 3


def test_only_a_follower_gets_a_text_box() -> None:
    browser = Browser(TinyService())
    assert (browser.has("say"), browser.has("follow")) == (False, True)
    browser.press("follow")
    assert (browser.has("say"), browser.has("follow")) == (True, False)
    browser.press("unfollow")
    assert (browser.has("say"), browser.has("follow")) == (False, True)


def test_a_post_leads_back_to_the_newest_bubble() -> None:
    browser = follower(TinyService())
    response = browser.post("/phone/say", {"text": "1"})
    assert (response.status_code, response.headers["Location"]) == (303, "/phone/#newest")
    browser.press("发送", text="2")
    assert "heard 2" in browser.page.get_element_by_id("newest").text_content()


def test_a_tap_link_in_a_bubble_is_a_button_that_sends() -> None:
    link = f'<a href="weixin://bizmsgmenu?msgmenucontent={quote("社保")}&msgmenuid=5">1 社保办理</a>'
    service = TinyService(answers=lambda heard: text_xml(heard, f"请选：\n{link}"))
    browser = follower(service)
    browser.press("1 社保办理")
    assert (service.heard[0]["Content"], service.heard[0]["bizmsgmenuid"]) == ("社保", "5")


def test_a_web_link_opens_in_a_new_tab() -> None:
    service = TinyService(
        answers=lambda heard: text_xml(heard, '见 <a href="http://localhost/notice?a=1&b=2">说明</a>')
    )
    link = follower(service).page.xpath("//a[@target='_blank']")[0]
    assert link.get("href") == "http://localhost/notice?a=1&b=2"
    assert "noopener" in link.get("rel")


def test_markup_in_a_message_is_shown_and_not_run() -> None:
    browser = follower(TinyService())
    browser.press("发送", text="<script>alert(1)</script>")
    assert "<script>alert(1)</script>" in browser.rows("visitor")[0]
    assert len(browser.page.xpath("//script")) == 1  # the page's own


def test_several_lines_are_sent_as_a_phone_sends_them() -> None:
    service = TinyService()
    follower(service).press("发送", text="张三\r\n李四\r\n")
    assert service.heard[0]["Content"] == "张三\n李四"


@pytest.mark.parametrize("text", ["", "  ", "\r\n"])
def test_nothing_typed_sends_nothing(text: str) -> None:
    service = TinyService()
    follower(service).press("发送", text=text)
    assert service.heard == []


def test_a_failing_service_shows_the_line_of_the_platform() -> None:
    service = TinyService()

    def breaks(heard: Heard) -> str | Response:
        return echo(heard) if heard.get("Event") else Response(status=500)

    service.answers = breaks
    browser = follower(service)
    browser.press("发送", text="1")
    assert len(browser.page.find_class("failure")) == 1
    assert len(service.heard) == 4


def test_a_new_visitor_is_somebody_else_and_the_first_can_come_back() -> None:
    service = TinyService()
    browser = follower(service)
    browser.press("发送", text="1")
    browser.press("visitor-new")
    assert browser.rows("account") == []
    browser.press("follow")
    browser.press("visitor-1")
    browser.press("发送", text="2")
    first, second, again = (heard["FromUserName"] for heard in service.heard)
    assert first == again != second


def test_a_browser_keeps_a_few_visitors_only() -> None:
    browser = Browser(TinyService())
    for _ in range(MOST_VISITORS + 2):
        browser.press("visitor-new")
    assert browser.has(f"visitor-{MOST_VISITORS}")
    assert not browser.has(f"visitor-{MOST_VISITORS + 1}")


def test_a_visitor_is_the_same_person_after_a_restart() -> None:
    service = TinyService()
    before = follower(service)
    before.press("发送", text="1")
    after = Browser(service)
    after.set_cookie(before.cookie)
    after.press("follow")
    assert service.heard[0]["FromUserName"] == service.heard[1]["FromUserName"]


OPENIDS = ("o" + "a" * 27, "o" + "-" * 27)


@pytest.mark.parametrize(
    "cookie",
    [
        "",
        "0",
        f"0.{OPENIDS[0]}x",
        f"1.{OPENIDS[0]}",  # the second of one
        f"0.x{OPENIDS[0][1:]}",  # no openid
        f"0.{'.'.join([OPENIDS[0]] * (MOST_VISITORS + 1))}",
        "0.<script>",
        f"٠.{OPENIDS[0]}",  # an Arabic zero
    ],
)
def test_a_cookie_of_another_shape_is_nobody(cookie: str) -> None:
    assert visitors_of(cookie) is None


def test_a_cookie_reads_back() -> None:
    visitors = Visitors(OPENIDS, 1)
    assert visitors_of(visitors.to_cookie()) == visitors


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://localhost:8080"},  # another port is another origin
        {"Sec_Fetch_Site": "cross-site", "Origin": ORIGIN},
        {"Sec_Fetch_Site": "same-site"},
        {"Sec_Fetch_Site": "none"},
        {"Accept": "text/html"},  # neither header, as no browser posts
    ],
)
def test_another_site_cannot_post(headers: dict[str, str]) -> None:
    service = TinyService()
    browser = follower(service)
    assert browser.post("/phone/say", {"text": "1"}, **headers).status_code == 403
    assert service.heard == []


@pytest.mark.parametrize("headers", [{"Origin": ORIGIN}, {"Sec_Fetch_Site": "same-origin", "Origin": "null"}])
def test_the_pages_own_forms_can_post(headers: dict[str, str]) -> None:
    service = TinyService()
    assert follower(service).post("/phone/say", {"text": "1"}, **headers).status_code == 303
    assert len(service.heard) == 1


@pytest.mark.parametrize(("code", "status"), [("1", 303), ("0", 400), ("3", 400), ("x", 400), ("", 400), ("-1", 400)])
def test_only_a_posted_code_can_be_scanned(code: str, status: int) -> None:
    assert follower(TinyService()).post("/phone/scan", {"code": code}).status_code == status


def test_a_page_left_open_in_another_tab_does_no_harm() -> None:
    service = TinyService()
    browser = Browser(service)
    assert browser.post("/phone/say", {"text": "1"}).status_code == 303
    browser.press("follow")
    assert browser.post("/phone/follow", {}).status_code == 303
    assert len(service.heard) == 1


def test_a_reload_sends_nothing() -> None:
    service = TinyService()
    browser = follower(service)
    for path in ("/phone/", "/phone/say", "/phone/follow"):
        browser.get(path)
    assert service.heard == []


@pytest.mark.parametrize(
    "forbidden", ["//style", "//*[@style]", "//script[not(@src)]", "//*[@onclick or @onsubmit or @onload]"]
)
def test_the_page_has_nothing_that_a_strict_policy_forbids(forbidden: str) -> None:
    assert follower(TinyService()).page.xpath(forbidden) == []


def test_the_policy_allows_only_the_pages_own_files() -> None:
    policy = Browser(TinyService()).get("/phone/").headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy


@pytest.mark.parametrize("path", ["static/phone.css", "static/phone.js"])
def test_the_page_brings_its_own_files(path: str) -> None:
    browser = Browser(TinyService())
    assert browser.page.xpath("//*[@href=$it or @src=$it]", it=f"/phone/{path}")
    assert browser.get(f"/phone/{path}").status_code == 200


def test_the_page_says_that_it_is_a_demo() -> None:
    page = Browser(TinyService()).page
    assert "演示" in page.findtext(".//title")
    assert "演示" in page.find(".//h1").text_content()


def test_the_chat_is_read_aloud_and_every_field_has_a_label() -> None:
    page = follower(TinyService()).page
    log = page.xpath("//*[@role='log']")[0]
    assert log.get("aria-live") == "polite"
    assert log.get("aria-label")
    labelled = {label.get("for") for label in page.iter("label")}
    assert {box.get("id") for box in page.iter("textarea")} <= labelled
    assert all(button.text_content().strip() for button in page.iter("button"))


def test_bubbles_carry_the_time_of_the_hall() -> None:
    browser = follower(TinyService())  # its clock stands at 2023-11-14 22:13:20 UTC
    assert {time.text for time in browser.page.iter("time")} == {"06:13"}


def test_newly_posted_codes_appear_without_a_restart() -> None:
    codes = list(CODES)
    page = create_page(platform_of(TinyService()), codes, "大厅登记")
    codes.append(("扫西门码", "h12.west"))
    assert "扫西门码" in Client(page).get("/").get_data(as_text=True)


def test_a_visitor_who_is_not_there_is_not_found() -> None:
    assert Browser(TinyService()).post("/phone/visitors/9", {}).status_code == 404
