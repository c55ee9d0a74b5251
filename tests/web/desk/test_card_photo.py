"""A photo of a card at the desk: read for whoever works there, into the form, and never kept."""

import io

import peewee
import pytest
from werkzeug.test import TestResponse

from models.rules.refusal import Refused
from models.services import limits
from models.services.limits import PHOTOS_AT_DESK
from tests.reading import visits
from tests.staffed import openid
from tests.web.admin.desk import Browser
from tests.web.desk.door import ELDER, Door
from tests.web.scripted_reader import ADDRESS, NAME, NUMBER, card
from tests.web.visitor.sent_photos import field_part, file_part, parts

PHOTO = b"\xff\xd8\xff" + bytes(range(256)) * 4000
GROUPED = "110105 19491231 002X"


@pytest.fixture
def door(database: peewee.Database) -> Door:
    return Door()


def sends(
    browser: Browser, *more: bytes, photo: bytes = PHOTO, accept: str = "application/json", **typed: str
) -> TestResponse:
    fields = {**browser.fields("/desk/register"), **typed}
    body = parts(*(field_part(*one) for one in fields.items()), file_part(content=photo), *more)
    return browser.client.post(
        f"{browser.at}/desk/card", input_stream=io.BytesIO(body), content_length=len(body),
        content_type="multipart/form-data; boundary=x", headers={"Accept": accept},
    )  # fmt: skip


def test_a_script_is_told_what_the_card_says(door: Door) -> None:
    answer = sends(door.guard())
    assert answer.json is not None
    assert {name: one["text"] for name, one in answer.json["fields"].items()} == {
        "name": NAME, "id_number": GROUPED, "address": ADDRESS
    }  # fmt: skip
    assert door.reader.seen == [PHOTO]


def test_without_a_script_the_form_comes_back_filled_in_and_registers(door: Door) -> None:
    browser = door.guard()
    page = sends(browser, accept="text/html", door="2", remark="轮椅").text
    assert f'value="{NAME}"' in page and GROUPED in page and 'value="轮椅"' in page
    browser.sends("/desk/register", {**ELDER, "name": NAME, "id_number": GROUPED})
    assert [(one.name, one.id_number) for one in visits()] == [(NAME, NUMBER)]


def test_what_was_typed_stays_beside_what_the_photo_says(door: Door) -> None:
    page = sends(door.guard(), accept="text/html", name="张三丰").text
    assert 'value="张三丰"' in page and "照片" in page


@pytest.mark.parametrize("code", ["photo_broken", "photo_not_a_picture", "reader_busy", "reader_away"])
def test_what_cannot_be_read_is_said_in_both_ways(door: Door, code: str) -> None:
    door.reader.says = Refused(code)
    answer, page = sends(door.guard()), sends(door.guard(), accept="text/html", name="赵六")
    assert answer.status_code == 409 and answer.json is not None and answer.json["sentence"]
    assert page.status_code == 200 and answer.json["sentence"] in page.text and 'value="赵六"' in page.text


def test_a_card_that_says_nothing_is_told(door: Door) -> None:
    door.reader.says = card()
    assert "told-problem" in sends(door.guard(), accept="text/html").text


def test_who_does_not_work_there_has_nothing_read(door: Door) -> None:
    guard = door.guard()
    seen = guard.fields("/desk/register")
    body = parts(field_part("csrf_token", seen["csrf_token"]), file_part())
    for client in (door.app.test_client(), door.browser("Visitor").client):
        answer = client.post(
            f"{door.at}/desk/card", data=body, content_type="multipart/form-data; boundary=x"
        )  # fmt: skip
        assert answer.status_code in (400, 403, 404)
    assert door.reader.seen == []


def test_a_clerk_may_send_a_card_each_five_seconds_and_no_more(door: Door) -> None:
    for _ in range(PHOTOS_AT_DESK.most - 1):
        limits.count(PHOTOS_AT_DESK, openid("Guard"), door.clock())
    assert [sends(door.guard()).status_code for _ in range(2)] == [200, 429]


def test_the_address_of_a_photo_leads_back_to_the_form(door: Door) -> None:
    assert door.guard().get("/desk/card").location == f"{door.at}/desk/register"


def test_two_photos_and_none_are_said(door: Door) -> None:
    assert sends(door.guard(), file_part()).status_code == 409
    assert sends(door.guard(), photo=b"").status_code == 409
