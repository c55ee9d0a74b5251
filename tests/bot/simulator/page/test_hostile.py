"""What nobody would send by pressing the page's own buttons."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from bot.simulator.page.guide import COOKIE as GUIDE_COOKIE
from bot.simulator.page.visitors import COOKIE as VISITORS_COOKIE
from tests.bot.simulator.page.visiting import MENU, ORIGIN, Browser, follower
from tests.bot.simulator.tiny_service import TinyService, echo

POSTS = (
    "visitors", "phones/1/say", "phones/1/tap", "phones/1/consent", "phones/1/follow", "phones/1/unfollow",
    "phones/1/menu", "phones/1/photo", "phones/1/scan", "phones/1/scan-picture", "clock", "faults", "reset",
    "guide/close",
)  # fmt: skip
GETS = ("", "live", "log", "codes/h12.in.svg", "phones/1/web?url=http://localhost/", "phones/1/scanned?text=x")


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
    browser = follower(on_reset=lambda: pytest.fail("reset by another site"))
    browser.platform.menus.publish(MENU)
    form = {"text": "1", "code": "h12.in", "moment": "hour"}
    for path in POSTS:
        assert browser.post(f"/phone/{path}", form, **headers).status_code == 403
    assert browser.service.heard == []


@pytest.mark.parametrize("headers", [{"Origin": ORIGIN}, {"Sec_Fetch_Site": "same-origin", "Origin": "null"}])
def test_the_pages_own_forms_can_post(headers: dict[str, str]) -> None:
    browser = follower()
    assert browser.post("/phone/phones/1/say", {"text": "1"}, **headers).status_code == 303
    assert len(browser.service.heard) == 1


@pytest.mark.parametrize("path", POSTS)
def test_an_empty_form_never_breaks_anything(path: str) -> None:
    assert follower().post(f"/phone/{path}", {}).status_code in {303, 400}


@pytest.mark.parametrize("path", POSTS)
@pytest.mark.parametrize(
    "kind", ["application/json", "multipart/form-data; boundary=x", "multipart/form-data", "text/xml"]
)
def test_a_body_that_is_no_form_never_breaks_anything(path: str, kind: str) -> None:
    browser = follower()
    response = browser._client.post(
        f"/phone/{path}", data=b"\xff\x00{--x", headers={"Origin": ORIGIN, "Content-Type": kind}, buffered=True
    )
    assert response.status_code in {303, 400}


@pytest.mark.parametrize("path", [path for path in POSTS if path.startswith("phones/1")])
@pytest.mark.parametrize("number", ["0", "2", "99", "-1", "x", "99999999999999999999"])
def test_a_phone_that_is_not_there_is_not_found(path: str, number: str) -> None:
    assert follower().post(f"/phone/{path.replace('phones/1', f'phones/{number}')}", {}).status_code == 404


@pytest.mark.parametrize("value", ["", "0", "9." + "o" * 28, "\x7f", "a" * 4000, '"', "0.o<script>", "=;,"])
@pytest.mark.parametrize("name", [VISITORS_COOKIE, GUIDE_COOKIE, "phone_browsing", "session", "a b"])
def test_a_broken_cookie_is_no_worse_than_none(name: str, value: str) -> None:
    browser = Browser()
    for path in GETS:
        response = browser.get(f"/phone/{path}", headers={"Cookie": f"{name}={value}"})
        assert response.status_code in {200, 404}


@pytest.mark.parametrize(
    "query", ["said=x", "open=x", "bar=x", "button=9.9.9&open=photos", "said=<script>", "open=scan"]
)
def test_an_address_shows_no_words_of_its_own(query: str) -> None:
    page = Browser().look(f"/phone/?{query}")
    assert page.find_class("said")[0].text_content() == ""
    assert len(page.xpath("//script")) == 1


def test_two_phones_act_in_the_same_second() -> None:
    both = threading.Barrier(2)

    def waits(heard: dict[str, str]) -> str:
        if heard.get("Content"):
            both.wait(5)  # both deliveries are under way before either is answered
        return echo(heard)

    service = TinyService(answers=waits)
    first = follower(service)
    second = follower(service, platform=first.platform)
    with ThreadPoolExecutor(2) as threads:
        sent = [threads.submit(one.press, "发送", text=words) for one, words in ((first, "甲"), (second, "乙"))]
        for one in sent:
            one.result()
    assert [one.rows("account")[-1].strip().endswith(words) for one, words in ((first, "甲"), (second, "乙"))] == [
        True,
        True,
    ]
    assert len({heard["FromUserName"] for heard in service.heard if heard.get("Content")}) == 2


def test_the_policy_allows_only_the_pages_own_files() -> None:
    browser = Browser()
    for path in GETS:
        policy = browser.get(f"/phone/{path}").headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert "http" not in policy


def test_no_page_has_styles_or_scripts_of_its_own_in_it() -> None:
    browser = follower()
    for path in ("", "log", "phones/1/web?url=http://localhost/"):
        page = browser.look(f"/phone/{path}")
        assert page.xpath("//@style | //style | //@onclick | //@onload | //script[not(@src)]") == []


def test_the_page_brings_its_own_files() -> None:
    browser = Browser()
    own = browser.page.xpath("//link[@rel='stylesheet']/@href | //script/@src | //img/@src")
    assert own
    for path in own:
        assert path.startswith("/phone/")
        assert browser.get(path).status_code == 200
