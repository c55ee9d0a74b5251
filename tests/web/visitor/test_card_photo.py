"""A photo of a card, sent from the form of a hall: what is told, and what never is kept."""

import contextlib
import io
import logging
import random
import re
import tempfile
import threading
from pathlib import Path

import peewee
import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from models.adapters.ocr.limits import MOST_BYTES
from models.phrases import PHRASES
from models.rules.documents import CardKind
from models.rules.refusal import Refused
from models.services.limits import PHOTOS_BY_FORM
from models.tables.database import thread_is_done
from tests.service import Service
from tests.web.scripted_reader import ADDRESS, NAME, NUMBER, Reader, card
from tests.web.trial import application_on_trial, outside, token
from tests.web.visitor.filling import ZHANG
from tests.web.visitor.sent_photos import field_part, file_part, parts, posts
from web.uploads import AT_ONCE

PHOTO = b"\xff\xd8\xff" + bytes(range(256)) * 4000
"""Larger than what werkzeug keeps in memory by itself."""
GROUPED = "110105 19491231 002X"


@pytest.fixture
def reader() -> Reader:
    return Reader()


@pytest.fixture
def code(database: peewee.Database) -> str:
    return Service().hall().code


@pytest.fixture
def client(database: peewee.Database, reader: Reader) -> FlaskClient:
    return application_on_trial(world=outside(read_card=reader)).test_client()


def send(client: FlaskClient, code: str, photo: bytes = PHOTO, *, query: str = "", **fields: str) -> TestResponse:
    """As the script of the page sends it."""
    return posts(client, code, *(field_part(*one) for one in fields.items()), file_part(content=photo), query=query)


def phrase(key: str, **values: object) -> str:
    return PHRASES["zh"][key].format(**values)


# --- what is told ---


def test_what_was_read_comes_back_by_field_with_the_number_in_groups(
    client: FlaskClient, code: str, reader: Reader
) -> None:
    answer = send(client, code)
    assert answer.status_code == 200
    assert {name: one["text"] for name, one in answer.json["fields"].items()} == {
        "name": NAME,
        "id_number": GROUPED,
        "address": ADDRESS,
    }
    assert {one["note"] for one in answer.json["fields"].values()} == {""}
    assert answer.json["sentence"] == phrase("card_photo.read")
    assert reader.seen == [PHOTO]


@pytest.mark.parametrize(
    "photo",
    [random.Random(1).randbytes(2_000_000), b"\r\n" * 500_000, b"\n" * 500_000, b"\r\n--x" * 200_000 + b"\r"],
    ids=["noise", "ends of lines", "line feeds", "beginnings of a boundary"],
)
@pytest.mark.parametrize("boundary", ["y", "----WebKitFormBoundary7MA4YWxkTrZu0gW"])
def test_a_photo_arrives_byte_by_byte_whatever_it_holds(
    client: FlaskClient, code: str, reader: Reader, photo: bytes, boundary: str
) -> None:
    body = parts(
        field_part("csrf_token", token(client, "/trial/form")), file_part(content=photo), boundary=boundary.encode()
    )
    sent = {"input_stream": io.BytesIO(body), "content_length": len(body)}
    client.post(f"/h/{code}/card", content_type=f"multipart/form-data; boundary={boundary}", **sent)
    assert reader.seen == [photo]


def test_what_is_doubtful_is_marked(client: FlaskClient, code: str, reader: Reader) -> None:
    reader.says = card(name=NAME, id_number=NUMBER, address=ADDRESS, unsure=("name",))
    answer = send(client, code)
    assert [name for name, one in answer.json["fields"].items() if one["note"]] == ["name"]
    assert answer.json["sentence"] == phrase("card_photo.read_unsure")


def test_what_could_not_be_read_is_asked_for_by_name(client: FlaskClient, code: str, reader: Reader) -> None:
    reader.says = card(id_number=NUMBER)
    answer = send(client, code)
    assert [name for name, one in answer.json["fields"].items() if one["text"]] == ["id_number"]
    assert answer.json["fields"]["name"]["note"] == phrase("card_photo.unread_here")
    assert phrase("card_photo.unread", fields="姓名、住址") in answer.json["sentence"]


def test_what_would_not_be_taken_if_it_were_typed_is_not_filled_in(
    client: FlaskClient, code: str, reader: Reader
) -> None:
    reader.says = card(name="张3", id_number="110105202001010015")
    fields = send(client, code).json["fields"]
    assert fields["name"] == {"text": "", "note": phrase("refused.name_digits")}
    assert fields["id_number"] == {"text": "", "note": phrase("refused.under_14")}


def test_a_field_that_the_hall_does_not_ask_is_not_told(client: FlaskClient, database: peewee.Database) -> None:
    hall = Service().hall(fields={"address": "off"})
    answer = send(client, hall.code)
    assert "address" not in answer.json["fields"]
    assert answer.json["sentence"] == phrase("card_photo.read")


@pytest.mark.parametrize("kind", CardKind)
def test_a_photo_that_says_nothing_of_a_person_ends_in_one_sentence(
    client: FlaskClient, code: str, reader: Reader, kind: CardKind
) -> None:
    reader.says = card(kind)
    answer = send(client, code)
    assert answer.json == {"sentence": phrase(f"card_photo.kind.{kind}"), "fields": {}}


@pytest.mark.parametrize("kind", [CardKind.EMBLEM, CardKind.OTHER, CardKind.SEVERAL, CardKind.NOTHING])
def test_of_anything_but_a_card_no_field_is_filled_in(
    client: FlaskClient, code: str, reader: Reader, kind: CardKind
) -> None:
    reader.says = card(kind, name=NAME, id_number=NUMBER)
    assert send(client, code).json["fields"] == {}


@pytest.mark.parametrize(
    "no",
    [
        Refused("photo_not_a_picture"),
        Refused("photo_broken"),
        Refused("photo_too_large", most=10),
        Refused("photo_too_many_pixels", most=60),
        Refused("reader_busy"),
        Refused("reader_away"),
    ],
    ids=lambda no: no.code,
)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_refusal_is_said_in_the_language_of_the_page(
    client: FlaskClient, code: str, reader: Reader, no: Refused, language: str
) -> None:
    reader.says = no
    answer = send(client, code, query=f"?lang={language}")
    assert answer.status_code == 409
    assert answer.json == {"sentence": PHRASES[language][f"refused.{no.code}"].format(**no.details)}


def test_a_service_without_a_reader_says_so(database: peewee.Database, code: str) -> None:
    answer = send(application_on_trial().test_client(), code)
    assert answer.json == {"sentence": phrase("refused.reader_away")}


@pytest.mark.parametrize("status", ["waiting", "suspended", "rejected"])
def test_a_hall_that_is_not_open_for_visitors_reads_nothing(client: FlaskClient, reader: Reader, status: str) -> None:
    answer = send(client, Service().hall(status=status).code)
    assert answer.json == {"sentence": phrase("refused.hall_not_open")}
    assert reader.seen == []


def test_an_unknown_hall_is_no_page(client: FlaskClient, reader: Reader) -> None:
    assert send(client, "nohall").status_code == 404
    assert reader.seen == []


@pytest.mark.parametrize("language", ["zh", "en"])
def test_whoever_opens_the_address_again_is_led_to_the_form(client: FlaskClient, code: str, language: str) -> None:
    answer = client.get(f"/h/{code}/card?lang={language}")
    assert answer.status_code == 302
    assert answer.location == f"/h/{code}/in" + ("?lang=en" if language == "en" else "")


# --- without a script ---


def sends_form(client: FlaskClient, code: str, photo: bytes = PHOTO, *, query: str = "", **fields: str) -> str:
    """The page that comes where no script sends the photo."""
    bodies = [*(field_part(*one) for one in fields.items()), file_part(content=photo)]
    return posts(client, code, *bodies, query=query, accept="text/html").text


def value(page: str, name: str) -> str:
    found = re.search(rf'<(input|textarea)[^>]*name="{name}"[^>]*>\s*([^<]*)', page)
    assert found is not None, name
    return found[2] if found[1] == "textarea" else (re.search(r'value="([^"]*)"', found[0]) or ["", ""])[1]


def test_without_a_script_the_form_comes_back_with_what_was_typed_and_what_was_read(
    client: FlaskClient, code: str
) -> None:
    page = sends_form(client, code, phone="13800138000", name="李四")
    assert [value(page, name) for name in ("name", "id_number", "address", "phone")] == [
        "李四", GROUPED, ADDRESS, "13800138000",
    ]  # fmt: skip
    assert phrase("card_photo.in_photo", text=NAME) in page
    assert phrase("card_photo.read") in page
    assert f'action="/h/{code}/in"' in page


def test_without_a_script_a_refusal_is_told_over_what_was_typed(client: FlaskClient, code: str, reader: Reader) -> None:
    reader.says = Refused("reader_busy")
    page = sends_form(client, code, name="李四")
    assert phrase("refused.reader_busy") in page
    assert value(page, "name") == "李四"


def test_a_photo_there_is_no_place_for_loses_nothing_that_was_typed(client: FlaskClient, code: str) -> None:
    places = [client.application.extensions["hallpass.photos_at_once"].acquire(blocking=False) for _ in range(AT_ONCE)]
    assert places == [True] * AT_ONCE
    page = sends_form(client, code, name="李四")
    assert phrase("refused.reader_busy") in page
    assert value(page, "name") == "李四"


def was_here(client: FlaskClient, code: str) -> None:
    """Fill in the form, and leave."""
    keys = {name: value(client.get(f"/h/{code}/in").text, name) for name in ("key", "csrf_token")}
    assert client.post(f"/h/{code}/in", data={**ZHANG, **keys}).status_code == 303
    client.post(f"/h/{code}/out", data={"csrf_token": token(client, f"/h/{code}/out")})


def test_the_form_for_somebody_else_stays_that(client: FlaskClient, code: str) -> None:
    was_here(client, code)
    page = sends_form(client, code, query="?who=other")
    assert f'action="/h/{code}/in?who=other"' in page
    assert client.get(f"/h/{code}/card?who=other").location == f"/h/{code}/in?who=other"


def test_whoever_was_here_before_sees_what_was_read_in_place_of_what_is_kept(client: FlaskClient, code: str) -> None:
    was_here(client, code)
    assert "<details>" in client.get(f"/h/{code}/in").text
    page = sends_form(client, code)
    assert "<details open>" in page
    assert value(page, "id_number") == GROUPED


@pytest.mark.parametrize("status", ["waiting", "suspended"])
def test_without_a_script_a_hall_that_is_not_open_says_no_more_than_at_its_door(
    client: FlaskClient, reader: Reader, status: str
) -> None:
    page = sends_form(client, Service().hall("假冒银行", status).code)
    assert phrase("door.closed") in page
    assert "假冒银行" not in page
    assert reader.seen == []


# --- how many ---


def test_more_photos_than_a_family_needs_are_refused_before_they_are_read(
    client: FlaskClient, code: str, reader: Reader
) -> None:
    for _ in range(PHOTOS_BY_FORM.most):
        assert send(client, code, b"a photo").status_code == 200
    answer = send(client, code, b"a photo")
    assert answer.json == {"sentence": phrase("refused.too_many", minutes=11)}
    assert len(reader.seen) == PHOTOS_BY_FORM.most


def test_another_browser_has_photos_of_its_own(client: FlaskClient, code: str) -> None:
    for _ in range(PHOTOS_BY_FORM.most):
        send(client, code, b"a photo")
    assert send(client.application.test_client(), code, b"a photo").status_code == 200


def test_of_too_many_at_once_the_last_is_told_so_at_once_and_the_others_are_read(
    client: FlaskClient, code: str, reader: Reader
) -> None:
    arrived, may_go = threading.Barrier(AT_ONCE + 1), threading.Event()
    statuses: list[int] = []

    def hold() -> None:
        arrived.wait(60)
        may_go.wait(60)

    def one() -> None:
        try:
            statuses.append(send(client.application.test_client(), code).status_code)
        finally:
            thread_is_done()

    reader.meanwhile = hold
    people = [threading.Thread(target=one) for _ in range(AT_ONCE)]
    for person in people:
        person.start()
    arrived.wait(60)
    answer = send(client, code)
    may_go.set()
    for person in people:
        person.join()
    reader.meanwhile = lambda: None
    assert answer.json == {"sentence": phrase("refused.reader_busy")}
    assert statuses == [200] * AT_ONCE
    assert send(client, code).status_code == 200


def test_a_place_is_free_again_after_each_end(client: FlaskClient, code: str, reader: Reader) -> None:
    reader.says = Refused("photo_broken")
    for _ in range(AT_ONCE + 1):
        assert send(client, code).json == {"sentence": phrase("refused.photo_broken")}
    for _ in range(AT_ONCE + 1):
        client.post(f"/h/{code}/card", data=parts(file_part()), content_type="multipart/form-data; boundary=x")
    reader.says = card(name=NAME)
    assert send(client, code).status_code == 200


# --- nothing is kept ---


def open_files() -> set[str]:
    found = set()
    for one in Path("/proc/self/fd").iterdir():
        with contextlib.suppress(OSError):
            found.add(str(one.readlink()))
    return {path for path in found if path.startswith("/")}


def test_nothing_is_on_disk_while_a_photo_is_read(
    client: FlaskClient, code: str, reader: Reader, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def no_file(*_: object, **__: object) -> None:
        raise AssertionError("a temporary file")

    for name in ("TemporaryFile", "NamedTemporaryFile", "SpooledTemporaryFile", "mkstemp"):
        monkeypatch.setattr(tempfile, name, no_file)
    monkeypatch.setattr("werkzeug.formparser.SpooledTemporaryFile", no_file)
    monkeypatch.setattr("werkzeug.formparser.TemporaryFile", no_file, raising=False)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    send(client, code)
    before, during = open_files(), set[str]()
    reader.meanwhile = lambda: during.update(open_files())
    assert send(client, code, bytes(MOST_BYTES)).status_code == 200
    assert {path for path in during - before if "hallpass.db" not in path} == set()
    assert list(tmp_path.iterdir()) == []


def test_a_log_holds_nothing_of_a_photo_or_of_what_it_says(
    client: FlaskClient, code: str, reader: Reader, caplog: pytest.LogCaptureFixture
) -> None:
    def break_down() -> None:
        raise RuntimeError(f"{NAME} {NUMBER}")

    caplog.set_level(logging.DEBUG)
    send(client, code, name="李四")
    reader.meanwhile = break_down
    assert send(client, code, name="李四").status_code == 500
    assert caplog.text
    assert not any(word in caplog.text for word in (NAME, NUMBER, ADDRESS, "李四", "card.jpg", "\\xff\\xd8"))


def test_a_reader_that_breaks_ends_in_a_sentence(client: FlaskClient, code: str, reader: Reader) -> None:
    reader.meanwhile = lambda: 1 // 0
    answer = send(client, code)
    assert answer.status_code == 500
    assert "ZeroDivisionError" not in answer.text
    assert answer.json["sentence"].startswith("错误编号")
