"""Signing in on pages: by web authorization, by a link from the chat; and where it leads."""

import html
import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models.rules.halls import HallFacts
from models.services import limits, sessions, sign_in_links
from models.tables.database import run
from models.tables.signing_in import SignIn
from tests.service import Clock
from tests.web.signing_in.browsers import (
    ADMIN,
    EDGE,
    OTHER,
    WECHAT,
    Platform,
    browser,
    code_on,
    is_in,
    live,
    posts,
    sent_out,
    signs_in,
)
from tests.web.trial import application, outside, token

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
