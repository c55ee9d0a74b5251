"""Signing in on a desktop by a phone's yes: a code that is scanned, or a number that is typed."""

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from models.services import sign_in_links, sign_ins
from models.tables.database import thread_is_done
from tests.service import Clock
from tests.web.signing_in.browsers import ADMIN, EDGE, OTHER, browser, code_on, is_in, live, posts, signs_in
from tests.web.trial import token


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
