"""What a photo did not show well stays marked as long as nobody has changed it, however often the form comes back."""

import json

import peewee
import pytest
from flask.testing import FlaskClient

from models.phrases import say
from tests.service import Service
from tests.web.scripted_reader import ADDRESS, NAME, NUMBER, Reader, card
from tests.web.trial import application_on_trial, outside, token
from tests.web.visitor.sent_photos import field_part, file_part, posts

MARK = say("zh", "card_photo.check")
DOUBTFUL = json.dumps({"name": NAME})


@pytest.fixture
def client(database: peewee.Database) -> FlaskClient:
    reader = Reader(card(name=NAME, id_number=NUMBER, address=ADDRESS, unsure=("name",)))
    return application_on_trial(world=outside(read_card=reader)).test_client()


@pytest.fixture
def code(database: peewee.Database) -> str:
    return Service().hall().code


def form_again(client: FlaskClient, code: str, **fields: str) -> str:
    """The form as it comes back to somebody who has left out all the rest."""
    return client.post(f"/h/{code}/in", data={**fields, "csrf_token": token(client, f"/h/{code}/in")}).text


def test_the_page_after_a_photo_says_which_field_is_doubtful_for_the_next_one(client: FlaskClient, code: str) -> None:
    page = posts(client, code, file_part(content=b"photo"), accept="text/html").text
    assert MARK in page
    assert "&#34;name&#34;" in page


def test_a_field_that_was_read_with_doubt_is_marked_again(client: FlaskClient, code: str) -> None:
    assert form_again(client, code, name=NAME, doubtful=DOUBTFUL).count(MARK) == 1


def test_one_that_somebody_has_put_right_is_not(client: FlaskClient, code: str) -> None:
    assert MARK not in form_again(client, code, name="章三", doubtful=DOUBTFUL)


def test_one_that_stays_doubtful_over_a_second_photo_is_marked(client: FlaskClient, code: str) -> None:
    bodies = [field_part("name", NAME), field_part("doubtful", DOUBTFUL), file_part(content=b"photo")]
    assert MARK in posts(client, code, *bodies, accept="text/html").text


@pytest.mark.parametrize(
    "hostile",
    ["[]", "{", "null", "[" * 5000, '{"name": 1}', '{"key": "x", "csrf_token": "x"}', '{"name": ""}', "\x00", '"name"'],
)
def test_nothing_else_that_stands_there_does_anything(client: FlaskClient, code: str, hostile: str) -> None:
    page = form_again(client, code, name=NAME, doubtful=hostile)
    assert f'value="{NAME}"' in page
    assert MARK not in page
