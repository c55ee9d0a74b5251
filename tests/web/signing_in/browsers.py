"""Browsers that sign in, on a phone and on a counter, and the platform that tells who somebody is."""

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from models.services.authorizations import ExchangeFailed, Identity
from models.tables.database import run
from models.tables.signing_in import Session
from tests.web.trial import token

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
