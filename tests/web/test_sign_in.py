"""Signing in on pages: by web authorization, by a link from the chat, on a desktop by a phone's yes."""

import html
import re
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import parse_qs, urlsplit

import peewee
import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from werkzeug.test import TestResponse

from models.rules.halls import HallFacts
from models.services import limits, sessions, sign_in_links, sign_ins, staff
from models.services.authorizations import ExchangeFailed, Identity
from models.tables.database import run, thread_is_done
from models.tables.signing_in import Session, SignIn
from tests.service import Clock, Service
from tests.web.trial import application, outside, token

ADMIN, OTHER = "oAdmin0000000000000000000001", "oOther0000000000000000000001"
WECHAT = {"User-Agent": "Mozilla/5.0 (Linux; Android 14) Mobile Safari/537.36 MicroMessenger/8.0.50"}
EDGE = {"User-Agent": "Mozilla/5.0 (Windows NT 10.0) Chrome/126.0 Safari/537.36 Edg/126.0"}


class Platform:
    """Stands for WeChat: changes codes that begin with an openid, each of them once."""

    def __init__(self) -> None:
        self.spent: list[str] = []
        self.in_snapshots = False
        self.is_down = False

    def __call__(self, code: str) -> Identity:
        if self.is_down or code in self.spent:
            raise ExchangeFailed(is_final=not self.is_down)
        self.spent.append(code)
        return Identity(code.partition("-")[0], self.in_snapshots)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def platform() -> Platform:
    return Platform()


@pytest.fixture
def hall(database: peewee.Database, clock: Clock) -> HallFacts:
    """A hall of which ADMIN is admin."""
    found = Service(clock=clock).hall()
    staff.first_admin(ADMIN, found.id, "王五", clock())
    return found


@pytest.fixture
def app(hall: HallFacts, clock: Clock, platform: Platform) -> Flask:
    world = outside(
        clock=clock, exchange=platform, authorize_url=lambda state: f"https://wx.example/auth?state={state}"
    )
    return application(world=world)


@pytest.fixture
def phone(app: Flask) -> FlaskClient:
    """The browser within somebody's WeChat."""
    return browser(app, WECHAT)


@pytest.fixture
def desk(app: Flask) -> FlaskClient:
    """A browser on a counter."""
    return browser(app, EDGE)


def browser(app: Flask, agent: dict[str, str]) -> FlaskClient:
    made = app.test_client()
    made.environ_base.update({"HTTP_USER_AGENT": agent["User-Agent"]})
    return made


def sent_out(phone: FlaskClient, path: str = "/me") -> str:
    """The state with which a page sends WeChat's browser to the platform."""
    answer = phone.get(path)
    assert answer.status_code == 302
    assert answer.location.startswith("https://wx.example/auth?state=")
    return str(answer.location.partition("=")[2])


def signs_in(phone: FlaskClient, openid: str = ADMIN, path: str = "/me") -> TestResponse:
    return phone.get(f"/login/oauth?code={openid}-1&state={sent_out(phone, path)}")


def posts(client: FlaskClient, path: str, shown_at: str = "", **form: str) -> TestResponse:
    return client.post(path, data={"csrf_token": token(client, shown_at or path), **form})


def code_on(desk: FlaskClient, path: str = "/login") -> tuple[str, str]:
    """Token and number that a desktop shows."""
    page = desk.get(path).text
    with desk.session_transaction() as kept:
        shown = kept["scan"]
    assert f"登录 {shown[1][:3]} {shown[1][3:]}" in page
    return shown[0], shown[1]


def is_in(client: FlaskClient) -> bool:
    return client.get("/me").status_code == 200


def live() -> int:
    return run(lambda: Session.select().count())


# --- web authorization ---


def test_who_opens_a_page_in_wechat_comes_back_to_it_signed_in(phone: FlaskClient) -> None:
    answer = signs_in(phone, path="/me/sessions?a=1")
    assert (answer.status_code, answer.location) == (303, "/me/sessions?a=1")
    assert "市民中心 管理员" in phone.get("/me").text
    assert "安卓手机 · 微信" in phone.get("/me/sessions").text


def test_the_cookie_is_for_this_host_no_script_and_no_longer_than_the_session(phone: FlaskClient) -> None:
    [cookie] = [one for one in signs_in(phone).headers.getlist("Set-Cookie") if one.startswith("hallpass-session=")]
    assert {"HttpOnly", "Path=/", "SameSite=Lax", "Max-Age=604800"} <= set(cookie.split("; "))


def test_over_https_the_cookie_is_of_this_host_alone(hall: HallFacts, clock: Clock) -> None:
    client = application(world=outside(clock=clock), secure=True).test_client()
    where = f"/login/link?t={sign_in_links.make(ADMIN, '/me', clock())}"
    how: dict[str, Any] = {"base_url": "https://hall.example.gov.cn"}
    answer = client.post(where, data={"csrf_token": token(client, where, **how)}, **how)
    [cookie] = [one for one in answer.headers.getlist("Set-Cookie") if one.startswith("__Host-hallpass-session=")]
    assert {"Secure", "HttpOnly", "Path=/"} <= set(cookie.split("; "))
    assert "Domain" not in cookie


def test_a_phone_that_asks_twice_for_the_callback_has_one_session(phone: FlaskClient, platform: Platform) -> None:
    state = sent_out(phone)
    for _ in range(3):
        assert phone.get(f"/login/oauth?code={ADMIN}-1&state={state}").status_code == 303
    assert (len(platform.spent), live()) == (1, 1)
    assert is_in(phone)


def test_also_when_both_come_without_the_cookie_of_the_other(app: Flask, phone: FlaskClient) -> None:
    state = sent_out(phone)
    with phone.session_transaction() as kept:
        before = dict(kept)
    twin = browser(app, WECHAT)
    with twin.session_transaction() as other:
        other.update(before)
    for one in (phone, twin):
        assert one.get(f"/login/oauth?code={ADMIN}-1&state={state}").status_code == 303
    assert live() == 1
    assert is_in(phone)
    assert is_in(twin)


@pytest.mark.parametrize(
    "query",
    ["", "code=x", "state=" + "0" * 64 + "&code=x", "state=x&code=x", "state=%00&code=%00", "state=" + "a" * 50_000,
     "state[]=a&code[]=b", "state=%ff%fe&code=%ff", "state='%20OR%201=1&code=1"],
)  # fmt: skip
def test_a_forged_callback_signs_nobody_in(phone: FlaskClient, platform: Platform, query: str) -> None:
    sent_out(phone)
    answer = phone.get(f"/login/oauth?{query}")
    assert answer.status_code == 409
    assert "请重新登录" in answer.text
    assert (platform.spent, live()) == ([], 0)


def test_a_callback_in_another_browser_signs_nobody_in(app: Flask, phone: FlaskClient, platform: Platform) -> None:
    """Whoever sends their own callback to somebody else would have them work under a foreign name."""
    victim = browser(app, WECHAT)
    sent_out(victim)
    assert victim.get(f"/login/oauth?code={OTHER}-1&state={sent_out(phone)}").status_code == 409
    assert (platform.spent, live()) == ([], 0)


def test_another_code_with_a_state_that_was_used_signs_nobody_in(phone: FlaskClient, platform: Platform) -> None:
    state = sent_out(phone)
    phone.get(f"/login/oauth?code={ADMIN}-1&state={state}")
    assert phone.get(f"/login/oauth?code={OTHER}-1&state={state}").location == "/me"
    assert platform.spent == [f"{ADMIN}-1"]
    assert "市民中心 管理员" in phone.get("/me").text


def test_after_signing_out_the_old_callback_is_worth_nothing(phone: FlaskClient) -> None:
    state = sent_out(phone)
    phone.get(f"/login/oauth?code={ADMIN}-1&state={state}")
    assert posts(phone, "/logout", "/me").location == "/left"
    assert phone.get(f"/login/oauth?code={ADMIN}-1&state={state}").status_code == 409
    assert live() == 0


def test_in_a_snapshot_nobody_is_signed_in_and_the_page_says_what_to_tap(
    phone: FlaskClient, platform: Platform
) -> None:
    platform.in_snapshots = True
    answer = signs_in(phone)
    assert answer.status_code == 409
    assert "使用完整服务" in answer.text
    assert live() == 0


def test_who_says_no_is_told_how_to_say_yes(phone: FlaskClient) -> None:
    answer = phone.get(f"/login/oauth?state={sent_out(phone, '/me/sessions')}")
    assert answer.status_code == 409
    assert "您没有同意登录" in answer.text
    assert 'href="/login?next=/me/sessions"' in answer.text


def test_when_the_platform_is_down_one_may_begin_again(phone: FlaskClient, platform: Platform) -> None:
    platform.is_down = True
    answer = signs_in(phone)
    assert answer.status_code == 503
    assert 'href="/login?next=/me"' in answer.text
    platform.is_down = False
    assert signs_in(phone, OTHER).status_code == 303


def test_each_sign_in_is_a_new_session(phone: FlaskClient) -> None:
    phone.set_cookie("hallpass-session", "a" * 43)
    signs_in(phone)
    cookie = phone.get_cookie("hallpass-session")
    assert cookie is not None
    assert cookie.value != "a" * 43


def test_a_browser_that_begins_without_end_is_stopped_in_plain_words(phone: FlaskClient) -> None:
    for _ in range(limits.SIGNING_IN.most):
        sent_out(phone)
    answer = phone.get("/me")
    assert answer.status_code == 429
    assert "试得太多了" in answer.text


# --- links from the chat ---


def test_a_link_shows_whom_it_signs_in_and_only_the_button_does(desk: FlaskClient, clock: Clock) -> None:
    where = f"/login/link?t={sign_in_links.make(ADMIN, '/me/sessions', clock())}"
    for method in ("GET", "HEAD", "OPTIONS", "GET"):
        page = desk.open(where, method=method, headers={"Purpose": "prefetch", "Sec-Purpose": "prefetch"})
        assert page.status_code == 200
    assert "市民中心 管理员" in page.text
    assert "Windows 电脑 · Edge" in page.text
    assert live() == 0
    answer = posts(desk, where)
    assert (answer.status_code, answer.location, live()) == (303, "/me/sessions", 1)


def test_a_link_works_once(app: Flask, desk: FlaskClient, clock: Clock) -> None:
    where = f"/login/link?t={sign_in_links.make(ADMIN, '/me', clock())}"
    other = browser(app, EDGE)
    held = token(other, where)
    posts(desk, where)
    assert other.post(where, data={"csrf_token": held}).status_code == 409
    assert "在公众号里回 设置" in other.get(where).text
    assert not is_in(other)


def test_a_link_that_comes_from_another_site_needs_the_pages_own_button(desk: FlaskClient, clock: Clock) -> None:
    where = f"/login/link?t={sign_in_links.make(OTHER, '/me', clock())}"
    assert desk.post(where).status_code == 400
    assert live() == 0


def test_a_link_that_would_replace_somebody_says_so(phone: FlaskClient, clock: Clock) -> None:
    signs_in(phone)
    assert "另一个人" in phone.get(f"/login/link?t={sign_in_links.make(OTHER, '/me', clock())}").text
    assert "另一个人" not in phone.get(f"/login/link?t={sign_in_links.make(ADMIN, '/me', clock())}").text


@pytest.mark.parametrize(
    "query", ["", "t=", "t=x", "t=" + "a" * 42, "t=" + "a" * 44, "t=%00", "t=" + "a" * 50_000, "t=%ff", "t=<script>",
              "x=1", "t=a&t=b"],
)  # fmt: skip
def test_a_link_that_is_none_says_where_to_get_one(desk: FlaskClient, query: str) -> None:
    answer = desk.get(f"/login/link?{query}")
    assert answer.status_code == 409
    assert "在公众号里回 设置" in answer.text
    assert "<script>" not in answer.text


# --- a desktop ---


def test_a_phone_that_scans_signs_the_desktop_in(desk: FlaskClient, phone: FlaskClient) -> None:
    signs_in(phone)
    shown, _ = code_on(desk, "/login?next=/me/sessions")
    page = phone.get(f"/login/s/{shown}").text
    assert "Windows 电脑 · Edge" in page
    assert "0 秒前" in page
    assert desk.get("/login/poll").status_code == 204
    assert "已确认" in posts(phone, f"/login/s/{shown}", decision="yes").text
    assert desk.get("/login/poll").status_code == 200
    answer = posts(desk, "/login?next=/me/sessions")
    assert (answer.status_code, answer.location) == (303, "/me/sessions")
    assert "市民中心 管理员" in desk.get("/me").text


def test_a_typed_number_does_it_too(desk: FlaskClient, clock: Clock) -> None:
    _, number = code_on(desk)
    sign_ins.confirm(sign_ins.by_number(number, ADMIN, clock()).id, ADMIN, clock())
    assert posts(desk, "/login").location == "/me"
    assert is_in(desk)


def test_a_phone_that_is_not_signed_in_is_led_over_the_platform_and_back(desk: FlaskClient, phone: FlaskClient) -> None:
    shown, _ = code_on(desk)
    assert signs_in(phone, path=f"/login/s/{shown}").location == f"/login/s/{shown}"
    assert "确认登录" in phone.get(f"/login/s/{shown}").text


def test_scanned_with_something_else_it_says_what_else_there_is(desk: FlaskClient, app: Flask) -> None:
    shown, _ = code_on(desk)
    answer = app.test_client().get(f"/login/s/{shown}")
    assert answer.status_code == 403
    assert "请用微信扫" in answer.text


def test_a_no_is_told_on_the_desktop_with_a_new_code(desk: FlaskClient, phone: FlaskClient) -> None:
    signs_in(phone)
    shown, _ = code_on(desk)
    assert "电脑上没有登录" in posts(phone, f"/login/s/{shown}", decision="no").text
    page = desk.get("/login").text
    assert "手机上点了 不是我" in page
    assert code_on(desk)[0] != shown
    assert not is_in(desk)


def test_who_is_no_staff_cannot_say_yes(desk: FlaskClient, phone: FlaskClient) -> None:
    signs_in(phone, OTHER)
    shown, _ = code_on(desk)
    for tried in (shown, "a" * 43):
        answer = phone.get(f"/login/s/{tried}")
        assert answer.status_code == 409
        assert "这是大厅工作人员用的功能" in answer.text


def test_a_picture_of_the_code_is_of_no_use_to_another_browser(
    app: Flask, desk: FlaskClient, phone: FlaskClient, clock: Clock
) -> None:
    signs_in(phone)
    shown, number = code_on(desk)
    posts(phone, f"/login/s/{shown}", decision="yes")
    thief = browser(app, EDGE)
    held = token(thief, f"/login/link?t={sign_in_links.make(OTHER, '/me', clock())}")
    with thief.session_transaction() as kept:
        kept["scan"] = [shown, number, "/me"]
    assert thief.get("/login/poll").status_code == 200
    thief.post("/login", data={"csrf_token": held})
    assert not is_in(thief)


def test_the_code_stays_while_it_is_good_and_changes_by_itself(desk: FlaskClient, clock: Clock) -> None:
    first = code_on(desk)
    clock.goes_on(seconds=119)
    assert code_on(desk) == first
    clock.goes_on(seconds=1)
    assert desk.get("/login/poll").status_code == 200
    assert code_on(desk) != first


def test_without_scripts_the_page_looks_by_itself_and_has_a_button(desk: FlaskClient, phone: FlaskClient) -> None:
    signs_in(phone)
    shown, _ = code_on(desk)
    assert '<noscript><meta http-equiv="refresh"' in desk.get("/login").text
    posts(phone, f"/login/s/{shown}", decision="yes")
    page = desk.get("/login").text
    assert "继续" in page
    assert 'http-equiv="refresh"' not in page


def test_looking_at_a_yes_spends_nothing(desk: FlaskClient, phone: FlaskClient) -> None:
    signs_in(phone)
    shown, _ = code_on(desk)
    posts(phone, f"/login/s/{shown}", decision="yes")
    for method in ("GET", "HEAD", "OPTIONS"):
        desk.open("/login", method=method)
        desk.open("/login/poll", method=method)
    assert live() == 1
    assert posts(desk, "/login").location == "/me"


def test_eight_at_once_from_one_page_are_one_session(app: Flask, desk: FlaskClient, phone: FlaskClient) -> None:
    signs_in(phone)
    shown, _ = code_on(desk)
    posts(phone, f"/login/s/{shown}", decision="yes")
    held = token(desk, "/login")
    cookie = desk.get_cookie("hallpass")
    assert cookie is not None
    together = threading.Barrier(8)

    def one(_: int) -> str:
        client = browser(app, EDGE)
        client.set_cookie("hallpass", cookie.value)
        together.wait()
        try:
            return client.post("/login", data={"csrf_token": held}).location
        finally:
            thread_is_done()

    with ThreadPoolExecutor(8) as threads:
        led = list(threads.map(one, range(8)))
    assert sorted(led) == ["/login?next=/me"] * 7 + ["/me"]
    assert live() == 2


@pytest.mark.parametrize("kept", [["x"], ["x", "y"], "x", 1, [1, 2, 3], ["a" * 43, "123456", "/me"], None, {}])
def test_a_strange_cookie_is_as_good_as_none(desk: FlaskClient, clock: Clock, kept: Any) -> None:
    held = token(desk, f"/login/link?t={sign_in_links.make(OTHER, '/me', clock())}")
    with desk.session_transaction() as own:
        own["scan"] = kept
        own["browser"] = kept
    assert desk.get("/login/poll").status_code == 200
    assert desk.post("/login", data={"csrf_token": held}).status_code == 303
    assert desk.get("/login").status_code == 200
    assert live() == 0


# --- where it leads ---

ELSEWHERE = ["//evil.example", "/\\evil.example", "https://evil.example", "/%2f%2fevil.example", "%2f%2fevil.example",
             "/%5cevil.example", "javascript:alert(1)", "/me%0d%0aSet-Cookie:a=b", "/me%00", "/%09/evil.example",
             "/" + "a" * 5000, "", "me", "https:evil.example", "%E2%80%AE/me", "/@evil.example"]  # fmt: skip


@pytest.mark.parametrize("target", ELSEWHERE)
def test_signing_in_leads_to_our_own_pages_only(desk: FlaskClient, phone: FlaskClient, target: str) -> None:
    signs_in(phone)
    assert phone.get(f"/login?next={target}").location == "/me"
    shown, _ = code_on(desk, f"/login?next={target}")
    posts(phone, f"/login/s/{shown}", decision="yes")
    assert posts(desk, "/login").location == "/me"


# One database for all examples: each leaves a ticket or none.
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50)
@given(target=st.text(alphabet=st.sampled_from("/\\.%2f5c:@?#&=m e\t\r\n\0"), max_size=12))
def test_whatever_is_asked_for_it_stays_on_this_host(phone: FlaskClient, target: str) -> None:
    if not is_in(phone):
        signs_in(phone)
    answer = phone.get("/login", query_string={"next": target})
    assert answer.status_code == 302
    parts = urlsplit(answer.location)
    assert (parts.scheme, parts.netloc) == ("", "")
    assert answer.location.startswith("/")
    assert not answer.location.startswith(("//", "/\\"))


def test_in_wechat_without_web_authorization_the_page_says_where_to_get_a_link(hall: HallFacts, clock: Clock) -> None:
    client = browser(application(world=outside(clock=clock)), WECHAT)
    assert client.get("/me").location == "/login?next=/me"
    assert "在公众号里回 设置" in client.get("/login?next=/me").text
    assert run(lambda: SignIn.select().count()) == 0


def test_a_head_request_begins_nothing(desk: FlaskClient, phone: FlaskClient) -> None:
    for client in (desk, phone):
        for path in ("/login", "/me", "/me/sessions"):
            client.head(path)
    assert run(lambda: SignIn.select().count()) == 0


def test_the_language_goes_along(desk: FlaskClient) -> None:
    answer = desk.get("/me?lang=en")
    assert parse_qs(urlsplit(answer.location).query) == {"next": ["/me?lang=en"], "lang": ["en"]}
    assert "Sign in with WeChat" in html.unescape(desk.get(answer.location).text)


def test_no_page_holds_a_secret_of_a_browser(desk: FlaskClient, phone: FlaskClient) -> None:
    signs_in(phone)
    code_on(desk)
    with desk.session_transaction() as kept:
        assert kept["browser"] not in desk.get("/login").text
    cookie = phone.get_cookie("hallpass-session")
    assert cookie is not None
    for path in ("/me", "/me/sessions"):
        assert cookie.value not in phone.get(path).text
    assert re.search("o(Admin|Other)0", phone.get("/me").text + phone.get("/me/sessions").text) is None


def test_a_phone_of_another_person_ends_nothing_of_mine(app: Flask, phone: FlaskClient, clock: Clock) -> None:
    signs_in(phone)
    other = browser(app, WECHAT)
    signs_in(other, OTHER)
    [mine] = sessions.listed(ADMIN, clock())
    posts(other, "/me/sessions", session=mine.public_id)
    assert is_in(phone)
