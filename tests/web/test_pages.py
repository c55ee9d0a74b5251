"""The pages there are: the notice, health, and what is not there."""

import contextlib
import logging
import re
from collections.abc import Iterator

import peewee
import pytest
from flask.testing import FlaskClient

from models.tables.database import OutcomeUnknown, Unavailable
from tests.service import Service
from tests.web.trial import application, open_application

CANARY = "金丝雀13911112222"


@contextlib.contextmanager
def away(database: peewee.Database) -> Iterator[None]:
    """Nothing listens where the database should be."""
    database.close()
    before = database.connect_params["port"]
    database.connect_params["port"] = 1
    try:
        yield
    finally:
        database.connect_params["port"] = before


@pytest.fixture
def client(database: peewee.Database) -> FlaskClient:
    return application().test_client()


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
    with away(database):
        answer = client.get("/healthz")
    assert (answer.status_code, answer.json) == (503, {"status": "down"})


# --- failures of ours ---


def failing(error: Exception, **how: object) -> FlaskClient:
    """An application with one page that fails."""
    app = open_application(**how)

    @app.get("/broken")
    def broken() -> str:
        raise error

    return app.test_client()


@pytest.mark.parametrize(
    ("query", "title"), [("", "现在打不开"), ("?lang=en", "Not available now"), ("?lang=xx", "现在打不开")]
)
@pytest.mark.parametrize(
    "error", [Unavailable("out of time"), OutcomeUnknown("lost"), peewee.OperationalError(CANARY)], ids=repr
)
def test_a_page_whose_database_is_away_says_so_in_the_asked_language(error: Exception, query: str, title: str) -> None:
    page = failing(error).get(f"/broken{query}")
    assert page.status_code == 503
    assert title in page.text
    assert CANARY not in page.text
    assert page.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("database", ["mariadb"], indirect=True)
def test_the_notice_of_a_hall_is_a_plain_page_when_the_database_is_away(
    client: FlaskClient, database: peewee.Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = Service().hall().code
    monkeypatch.setattr("models.tables.database.UNIT_SECONDS", 0.2)
    with away(database):
        page = client.get(f"/notice/{code}?lang=en")
    assert page.status_code == 503
    assert "Not available now" in page.text


def test_a_fault_of_ours_is_a_page_with_a_number_and_the_log_has_its_place_only(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    page = failing(LookupError(CANARY)).get("/broken?lang=en&name=" + CANARY)
    assert page.status_code == 500
    found = re.search("Error number: ([0-9a-f]{8})", page.text)
    assert found
    assert f"LookupError id={found[1]}" in caplog.text
    assert "test_pages.py" in caplog.text
    assert CANARY not in caplog.text + page.text.replace("name=" + CANARY, "")


@pytest.mark.parametrize(("method", "path"), [("POST", "/notice/abc234"), ("DELETE", "/healthz")])
def test_a_page_that_is_asked_for_in_a_wrong_way_is_refused_in_plain_words(
    client: FlaskClient, method: str, path: str
) -> None:
    page = client.open(path, method=method)
    assert page.status_code == 405
    assert "这一页不能这样打开" in page.text
    assert "GET" in page.headers["Allow"]


# --- the demo ---


@pytest.mark.parametrize("query", ["", "?lang=en"])
def test_the_demo_says_so_on_every_page(database: peewee.Database, query: str) -> None:
    hall = Service().hall()
    shown = [application(demo=True).test_client().get(path + query) for path in (f"/notice/{hall.code}", "/nothing")]
    shown += [failing(error, demo=True).get("/broken" + query) for error in (Unavailable(), LookupError())]
    assert [page.status_code for page in shown] == [200, 404, 503, 500]
    assert [page.status_code for page in shown if "演示" not in page.text] == []


def test_a_real_service_is_no_demo(client: FlaskClient) -> None:
    shown = [client.get(path).text for path in (f"/notice/{Service().hall().code}", "/nothing")]
    assert [page for page in shown if "演示" in page] == []


def test_pages_may_be_framed_by_whom_the_composer_names(database: peewee.Database) -> None:
    page = application(framed_by="'self'").test_client().get("/healthz")
    assert "frame-ancestors 'self'" in page.headers["Content-Security-Policy"]


def test_every_page_says_whose_service_it_is(client: FlaskClient) -> None:
    paths = (f"/notice/{Service().hall().code}", "/nothing")
    assert ["某市大厅登记" in client.get(path).text for path in paths] == [True, True]
