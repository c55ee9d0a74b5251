"""The in-app browser: what may be opened in it, and whose cookies it carries."""

import pytest
from werkzeug.test import Client, EnvironBuilder
from werkzeug.wrappers import Request

from bot.simulator import Clock, browsing_of, create_api
from bot.simulator.page.browsing import COOKIE
from bot.simulator.page.jars import MOST_JARS, Jars
from tests.bot.simulator.page.signing_in import SigningIn
from tests.bot.simulator.page.visiting import Browser
from tests.bot.simulator.tiny_service import NOW, TinyService, platform_of

MINE = "/phone/phones/{}/go?url=http://localhost/mine"


def browser_of(secret: str = "secret") -> Browser:
    """Two followers in one browser, before a service that signs people in through the simulated platform."""
    service = TinyService()
    platform = platform_of(service, clock=Clock(at=NOW), app_secret=secret)
    api = create_api(platform, browsing_of(platform))
    pages = SigningIn(platform.app_id, secret, "http://localhost/platform", Client(api).get)
    browser = Browser(service, platform=platform, beside={"/platform": api}, root=pages)
    browser.press("follow-1")
    browser.press("visitor-new")
    browser.press("follow-2")
    return browser


def openids(browser: Browser) -> list[str]:
    return [phone.get("data-openid") for phone in browser.page.find_class("phone")]


def who(browser: Browser, path: str) -> str:
    """Whom the service takes the browser for, after every redirect."""
    return browser._client.get(path, follow_redirects=True, buffered=True).get_data(as_text=True)


def test_a_page_of_the_service_knows_whose_phone_it_is_open_on() -> None:
    browser = browser_of()
    first, second = openids(browser)
    assert who(browser, MINE.format(1)) == f"{first} signed in 1 times"
    assert who(browser, MINE.format(2)) == f"{second} signed in 1 times"


def test_each_phone_stays_signed_in_while_others_browse() -> None:
    browser = browser_of()
    first, second = openids(browser)
    for number in (1, 2, 1, 2):
        who(browser, MINE.format(number))
    assert who(browser, "/mine") == f"{second} signed in 1 times"
    assert who(browser, MINE.format(1)) == f"{first} signed in 1 times"


def test_what_one_phone_signed_out_of_the_other_stays_in() -> None:
    browser = browser_of()
    who(browser, MINE.format(1))
    who(browser, MINE.format(2))
    who(browser, "/out")
    first, second = openids(browser)
    assert who(browser, MINE.format(1)) == f"{first} signed in 1 times"
    assert who(browser, MINE.format(2)) == f"{second} signed in 2 times"


def test_a_reset_leaves_nobody_signed_in() -> None:
    browser = browser_of()
    who(browser, MINE.format(1))
    browser.press("reset")
    assert browser.cookie("who", "/") is None
    assert browser.cookie(COOKIE, "/") is None
    assert "微信客户端" in who(browser, "/mine")


def test_cookies_that_change_hands_stay_out_of_reach_of_scripts() -> None:
    browser = browser_of()
    for number in (1, 2):
        who(browser, MINE.format(number))
    response = browser.get(MINE.format(1))
    cookies = response.headers.getlist("Set-Cookie")
    assert any(cookie.startswith("who=") for cookie in cookies)
    assert all("HttpOnly" in cookie and "SameSite=Lax" in cookie and "Path=/;" in f"{cookie};" for cookie in cookies)


@pytest.mark.parametrize(
    "url",
    [
        "", "x", "/mine", "//localhost/mine", "javascript:alert(1)", "data:text/html,x", "file:///etc/passwd",
        "ftp://localhost/", "http://", "http:///mine", "http://user@localhost/", "http://localhost:x/",
        "http://localhost\\@elsewhere.example/", "http://local host/", "http://localhost/\r\nX: 1", "http://[",
        " http://localhost/", "weixin://x", "http://localhost/" + "a" * 5000,
    ],
)  # fmt: skip
@pytest.mark.parametrize("route", ["web", "go"])
def test_nothing_but_a_web_address_is_opened(route: str, url: str) -> None:
    response = Browser()._client.get(f"/phone/phones/1/{route}", query_string={"url": url})
    assert response.status_code in {400, 404}


@pytest.mark.parametrize(
    "url", ["https://localhost/", "http://localhost:81/", "http://elsewhere.example/", "http://127.0.0.1/"]
)
def test_only_pages_of_the_service_are_opened_inside(url: str) -> None:
    browser = browser_of()
    assert browser.get(f"/phone/phones/1/go?url={url}").status_code == 400
    page = browser.look(f"/phone/phones/1/web?url={url}")
    assert page.xpath("//iframe") == []
    assert page.xpath("//a[@target='_blank']/@href") == [url]


@pytest.mark.parametrize("number", [0, 3, 9])
def test_a_phone_that_is_not_there_opens_nothing(number: int) -> None:
    assert browser_of().get(MINE.format(number)).status_code == 404


def asking(cookie: str) -> Request:
    return Request(EnvironBuilder("/", headers={"Cookie": cookie}).get_environ())


def test_only_a_phone_that_there_is_can_be_signed_in() -> None:
    platform = platform_of(TinyService())
    phone = platform.phone(platform.fresh_openid())
    browsing = browsing_of(platform)
    assert browsing(asking(f"{COOKIE}={phone.openid}")) is phone
    for value in ("", "x", "o" + "a" * 27, phone.openid + "x", f'"{phone.openid}'):
        assert browsing(asking(f"{COOKIE}={value}")) is None


def test_a_jar_takes_what_a_browser_could_hold_and_no_more() -> None:
    jars = Jars()
    jars.keep("a", {"fine": "1", "b=d": "1", "": "1", "long": "x" * 5000, "x\r\n": "1"})
    assert jars.of("a") == {"fine": "1"}
    jars.keep("a", {})
    assert jars.of("a") == {}


def test_of_very_many_jars_the_oldest_goes() -> None:
    jars = Jars()
    for number in range(MOST_JARS + 1):
        jars.keep(str(number), {"n": "1"})
    assert jars.of("0") == {}
    assert jars.of("1") == {"n": "1"}


def test_strange_cookies_of_the_browser_break_nothing() -> None:
    browser = browser_of()
    first = openids(browser)[0]
    many = "; ".join([f"{COOKIE}={first}", "=x", "a b=1", 'q="', "n=\xff", *(f"c{number}=1" for number in range(90))])
    visitors = f"phone_visitors={browser.cookie()}"
    response = browser.get(MINE.format(2), headers={"Cookie": f"{visitors}; {many}"})
    assert response.status_code == 302
