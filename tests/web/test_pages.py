"""The pages there are: the notice, health, and what is not there."""

import peewee
import pytest
from flask.testing import FlaskClient

from tests.service import Service
from web.app import create_app


@pytest.fixture
def client(database: peewee.Database) -> FlaskClient:
    return create_app().test_client()


@pytest.mark.parametrize(("language", "word"), [("zh", "谁能看到"), ("en", "Who sees it"), ("xx", "谁能看到")])
def test_the_notice_of_a_hall_stands_in_both_languages(client: FlaskClient, language: str, word: str) -> None:
    hall = Service().hall()
    page = client.get(f"/notice/{hall.code}?lang={language}")
    assert page.status_code == 200
    assert hall.name in page.text
    assert word in page.text


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("zh", "同行人员的姓名，以及您愿意写的证件号码和电话"),
        ("en", "Of companions the name, and the ID number and phone"),
    ],
)
def test_the_notice_tells_all_that_is_asked_of_companions(client: FlaskClient, language: str, told: str) -> None:
    assert told in client.get(f"/notice/{Service().hall().code}?lang={language}").text


@pytest.mark.parametrize("path", ["/notice/nohall", "/notice/市", "/notice/" + "a" * 5000, "/", "/phone/", "/wechat/x"])
def test_what_is_not_there_is_said_in_plain_words(client: FlaskClient, path: str) -> None:
    page = client.get(path)
    assert page.status_code == 404
    assert "没有这个页面" in page.text


def test_a_hall_whose_name_holds_markup_is_shown_as_text(client: FlaskClient) -> None:
    hall = Service().hall(name="<script>alert(1)</script>")
    assert "<script>" not in client.get(f"/notice/{hall.code}").text


def test_pages_bring_nothing_from_elsewhere_and_cannot_be_framed(client: FlaskClient) -> None:
    policy = client.get("/healthz").headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy


def test_health_is_told_while_the_database_answers(client: FlaskClient) -> None:
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json) == (200, {"status": "ok"})


@pytest.mark.parametrize("database", ["mariadb"], indirect=True)
def test_health_is_told_without_detail_when_the_database_is_away(
    client: FlaskClient, database: peewee.Database
) -> None:
    database.close()
    before = database.connect_params["port"]
    database.connect_params["port"] = 1
    try:
        answer = client.get("/healthz")
    finally:
        database.connect_params["port"] = before
    assert (answer.status_code, answer.json) == (503, {"status": "down"})
