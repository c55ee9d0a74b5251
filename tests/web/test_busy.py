"""When many people come in, pages that search, count and download give way; forms of visitors never do."""

from collections.abc import Iterator

import pytest
from flask import Flask, Response
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from models.phrases import say
from models.waited import WAITED
from tests.web.trial import open_application
from web.busy import AT_ONCE, PATIENCE_SECONDS, QUERIES, RETRY_SECONDS

TOO_LONG = {WAITED: PATIENCE_SECONDS + 1}


@pytest.fixture
def app() -> Flask:
    """The application, with pages that tell whether they were reached, beside those of staff and of visitors."""
    made = open_application()
    for endpoint in (*QUERIES, "boards.charts.within", "visitors.form_in", "desks.home", "boards.now.counts"):
        made.add_url_rule(f"/trial/{endpoint}", f"{endpoint}.trial", lambda: "da")
    made.add_url_rule("/trial/pieces", "exported.pieces", lambda: Response(_pieces()))
    made.add_url_rule("/trial/broken", "exported.broken", _broken)
    return made


def _pieces() -> Iterator[bytes]:
    yield b"one"
    yield b"two"


def _broken() -> str:
    raise LookupError("no")


def is_put_off(answer: TestResponse) -> bool:
    return answer.status_code == 503 and say("zh", "busy.page") in answer.text


def open_downloads(client: FlaskClient, count: int = AT_ONCE) -> list[TestResponse]:
    """Files of which nobody has read anything yet."""
    return [client.get("/trial/pieces") for _ in range(count)]


@pytest.mark.parametrize("part", [*sorted(QUERIES), "boards.charts.within"])
def test_a_page_that_can_wait_is_put_off_when_requests_queue(app: Flask, part: str) -> None:
    answer = app.test_client().get(f"/trial/{part}", environ_overrides=TOO_LONG)
    assert is_put_off(answer)
    assert answer.headers["Retry-After"] == str(RETRY_SECONDS)


@pytest.mark.parametrize("part", ["visitors.form_in", "desks.home", "boards.now.counts"])
def test_forms_the_desk_and_the_board_are_not(app: Flask, part: str) -> None:
    assert app.test_client().get(f"/trial/{part}", environ_overrides=TOO_LONG).text == "da"


def test_downloads_hold_their_places_until_they_are_read(app: Flask) -> None:
    client = app.test_client()
    files = open_downloads(client)
    assert is_put_off(client.get("/trial/hall_records"))
    assert client.get("/trial/visitors.form_in").text == "da"
    assert files[0].data == b"onetwo"
    assert client.get("/trial/hall_records").text == "da"


def test_a_download_that_is_broken_off_gives_its_place_back(app: Flask) -> None:
    client = app.test_client()
    files = open_downloads(client)
    files[0].close()
    assert client.get("/trial/hall_records").text == "da"


@pytest.mark.parametrize(
    ("path", "method"), [("/trial/hall_records", "GET"), ("/trial/broken", "GET"), ("/trial/pieces", "HEAD")]
)
def test_a_page_gives_its_place_back_however_it_ends(app: Flask, path: str, method: str) -> None:
    client = app.test_client()
    for _ in range(AT_ONCE + 1):
        client.open(path, method=method).close()
    assert client.get("/trial/hall_records").text == "da"


def test_a_script_is_told_so_in_json(app: Flask) -> None:
    answer = app.test_client().get("/trial/cases", environ_overrides=TOO_LONG, headers={"Accept": "application/json"})
    assert answer.status_code == 503
    assert answer.json == {"sentence": say("zh", "busy.page")}


def test_it_is_said_in_english_too(app: Flask) -> None:
    assert say("en", "busy.page") in app.test_client().get("/trial/cases?lang=en", environ_overrides=TOO_LONG).text


def test_every_part_that_gives_way_is_there(app: Flask) -> None:
    parts = {".".join(endpoint.split(".")[:count]) for endpoint in app.view_functions for count in (1, 2)}
    assert parts >= QUERIES


def test_no_header_of_a_request_passes_for_the_wait_of_a_thread(app: Flask) -> None:
    sent = {"hallpass.waited": "600", "Hallpass-Waited": "600"}
    assert app.test_client().get("/trial/cases", headers=sent).text == "da"
