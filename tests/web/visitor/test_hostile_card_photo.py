"""Hostile requests to the address that reads photos of cards: one sentence, and nothing read."""

import io

import peewee
import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models.adapters.ocr.limits import MOST_BYTES, MOST_MEGABYTES
from tests.service import Service
from tests.web.scripted_reader import Reader
from tests.web.trial import application_on_trial, outside, token
from tests.web.visitor.sent_photos import field_part, file_part, parts, posts
from tests.web.visitor.test_card_photo import PHOTO, phrase
from web.uploads import MOST_FIELDS


@pytest.fixture
def reader() -> Reader:
    return Reader()


@pytest.fixture
def code(database: peewee.Database) -> str:
    return Service().hall().code


@pytest.fixture
def client(database: peewee.Database, reader: Reader) -> FlaskClient:
    return application_on_trial(world=outside(read_card=reader)).test_client()


# --- hostile requests ---


MISSING, ONE_ONLY = phrase("refused.photo_missing"), phrase("refused.photo_one_only")
TOO_LARGE = phrase("refused.photo_too_large", most=MOST_MEGABYTES)
TOO_MUCH = phrase("page.too_large")
HOSTILE: dict[str, tuple[list[bytes], str]] = {
    "no file": ([], MISSING),
    "two files": ([file_part(), file_part()], ONE_ONLY),
    "an empty file": ([file_part(content=b"")], MISSING),
    "a file without a name": ([file_part(filename="")], MISSING),
    "a file under another name": ([file_part(name="other")], MISSING),
    "a field in place of the file": ([field_part("photo", "a photo")], MISSING),
    "11 MB": ([file_part(content=bytes(11 * 1024 * 1024))], TOO_LARGE),
    "a byte too many": ([file_part(content=bytes(MOST_BYTES + 1))], TOO_LARGE),
    "a field too large": ([field_part("name", "a" * 300_000), file_part()], TOO_MUCH),
    "ten thousand parts": ([field_part("name", "a")] * 10_000, TOO_MUCH),
    "ten thousand files": ([file_part()] * 10_000, TOO_MUCH),
    "more fields than there are": ([*[field_part("name", "a")] * MOST_FIELDS, file_part()], TOO_MUCH),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_form_is_refused_in_one_sentence_and_nothing_is_read(
    client: FlaskClient, code: str, reader: Reader, name: str
) -> None:
    bodies, sentence = HOSTILE[name]
    answer = posts(client, code, *bodies)
    assert answer.status_code == (413 if sentence == TOO_MUCH else 409)
    assert answer.json == {"sentence": sentence}
    assert reader.seen == []


STRANGE_NAMES = [
    "../../etc/passwd",
    "张三身份证.jpg",
    "a\x00b",
    "x" * 5000,
    "<script>.jpg",
    'a\\"; name="csrf',
    "\ud800",
]


@pytest.mark.parametrize("filename", STRANGE_NAMES, ids=range(len(STRANGE_NAMES)))
def test_the_name_of_a_file_is_nobodys_business(client: FlaskClient, code: str, filename: str) -> None:
    answer = posts(client, code, file_part(filename=filename))
    assert answer.status_code in {200, 400, 409}
    assert filename not in answer.text


BROKEN = {
    "no boundary": ("multipart/form-data", parts(file_part())),
    "another boundary": ("multipart/form-data; boundary=y", parts(file_part())),
    "a boundary that is no ASCII": ("multipart/form-data; boundary=\xe9", parts(file_part())),
    "an endless boundary": ("multipart/form-data; boundary=" + "y" * 5000, parts(file_part())),
    "a part that never ends": ("multipart/form-data; boundary=x", b"--x\r\n" + file_part(content=b"a" * 100_000)),
    "many headers": ("multipart/form-data; boundary=x", parts(b"X: y\r\n" * 10_000 + b"\r\n")),
    "nothing": ("multipart/form-data; boundary=x", b""),
    "a form of another kind": ("application/x-www-form-urlencoded", b"photo=a"),
    "a large form of another kind": ("application/x-www-form-urlencoded", b"photo=" + b"a" * 5_000_000),
    "a bare photo": ("image/jpeg", PHOTO),
    "JSON": ("application/json", b'{"photo": "a"}'),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_form_has_no_token_and_is_refused(client: FlaskClient, code: str, reader: Reader, name: str) -> None:
    kind, body = BROKEN[name]
    token(client, "/trial/form")
    assert client.post(f"/h/{code}/card", data=body, content_type=kind).status_code in {400, 409}
    assert reader.seen == []


def test_headers_without_an_end_are_too_much(client: FlaskClient, code: str, reader: Reader) -> None:
    body = b"--x\r\nX: " + b"a" * 200_000
    answer = client.post(f"/h/{code}/card", data=body, content_type="multipart/form-data; boundary=x")
    assert answer.status_code == 413
    assert reader.seen == []


@pytest.mark.parametrize("length", ["0", "5", "99999", "-1", "abc", "9" * 30, ""])
def test_a_length_that_lies_is_no_failure_of_ours(client: FlaskClient, code: str, length: str) -> None:
    body = parts(field_part("csrf_token", token(client, "/trial/form")), file_part())
    answer = client.post(
        f"/h/{code}/card", input_stream=io.BytesIO(body), content_type="multipart/form-data; boundary=x",
        environ_overrides={"CONTENT_LENGTH": length},
    )  # fmt: skip
    assert answer.status_code in {400, 409}


def test_only_the_address_of_photos_takes_more_than_a_form(client: FlaskClient) -> None:
    body = parts(field_part("csrf_token", token(client, "/trial/form")), file_part(content=PHOTO))
    sent = {"input_stream": io.BytesIO(body), "content_length": len(body)}
    assert client.post("/trial/form", content_type="multipart/form-data; boundary=x", **sent).status_code == 413


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    body=st.lists(
        st.one_of(
            st.binary(max_size=80),
            st.builds(file_part, st.sampled_from(["photo", "name", ""]), st.text(max_size=9), st.binary(max_size=60)),
            st.builds(field_part, st.sampled_from(["photo", "name", "csrf_token"]), st.text(max_size=9)),
        ),
        max_size=5,
    ),
    cut=st.integers(0, 40),
    has_token=st.booleans(),
)
def test_whatever_is_sent_as_a_form_with_a_photo_is_never_a_failure_of_ours(
    client: FlaskClient, code: str, body: list[bytes], cut: int, has_token: bool
) -> None:
    first = [field_part("csrf_token", token(client, "/trial/form"))] if has_token else []
    whole = parts(*first, *body)
    answer = client.post(
        f"/h/{code}/card", data=whole[: len(whole) - cut], content_type="multipart/form-data; boundary=x"
    )
    assert answer.status_code in {200, 400, 409}
