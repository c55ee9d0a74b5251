"""Photos through the form's own route and a real reader: what each comes to, and that a card fills the form."""

import logging
from collections.abc import Callable
from functools import cache, partial
from pathlib import Path

import peewee
import pytest
from flask.testing import FlaskClient
from playwright.sync_api import expect

import readers
from models.adapters.ocr.here import ReaderHere
from models.phrases import PHRASES
from models.rules.documents import CardKind
from models.rules.masks import in_groups
from models.services.card_reading import ReadCard
from tests.drawn.hostile import HOSTILE, READABLE
from tests.drawn.journeys import card_of
from tests.drawn.people import CHEN
from tests.plugins.chromium import Tab
from tests.service import Service
from tests.web.browser import served
from tests.web.trial import application_on_trial, outside
from tests.web.visitor.sent_photos import file_part, posts

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)

CARDS = {CardKind.RESIDENT, CardKind.RESIDENCE_PERMIT}
NUMBER = in_groups(CHEN.id_number)


@cache
def reader() -> ReadCard:
    """One engine for all of these tests."""
    return ReaderHere(partial(readers.load, "auto"))


def sentences(code: str) -> set[str]:
    """What a refusal is said as, whatever its limits are."""
    return {PHRASES["zh"][f"refused.{code}"].format(most=most) for most in (10, 50)}


@pytest.fixture
def client(database: peewee.Database) -> FlaskClient:
    return application_on_trial(world=outside(read_card=reader())).test_client()


@pytest.mark.parametrize("name", HOSTILE)
def test_whatever_is_sent_in_place_of_a_photo_ends_in_one_sentence_and_nothing_of_it_in_a_log(
    client: FlaskClient, name: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, "hallpass")
    sent = HOSTILE[name]
    answer = posts(client, Service().hall().code, file_part(content=sent.photo))
    assert [text for text in (CHEN.name, CHEN.id_number, CHEN.address) if text in caplog.text] == []
    if sent.outcome != READABLE:
        assert answer.status_code == 409
        # An empty file is what a browser sends where no photo was chosen.
        assert answer.json["sentence"] in sentences(sent.outcome if sent.photo else "photo_missing")
        return
    assert answer.status_code == 200
    read = {name: one["text"] for name, one in answer.json["fields"].items()}
    assert read.get("id_number") in ({NUMBER} if set(sent.shows) <= CARDS else {None, "", NUMBER})
    assert read or answer.json["sentence"] in {PHRASES["zh"][f"card_photo.kind.{kind}"] for kind in sent.shows}


@pytest.mark.parametrize("has_scripts", [True, False], ids=["scripts", "no scripts"])
def test_a_card_before_a_phone_fills_its_form_and_its_person_is_inside(
    database: peewee.Database, open_tab: Callable[..., Tab], tmp_path: Path, has_scripts: bool
) -> None:
    photo = tmp_path / "card.jpg"
    photo.write_bytes(card_of(CHEN))
    with served(application_on_trial(world=outside(read_card=reader()))) as site:
        page = open_tab(java_script_enabled=has_scripts).page
        page.goto(f"{site}/h/{Service().hall().code}/in")
        if has_scripts:
            page.get_by_label("拍证件").set_input_files(photo)
        else:
            page.get_by_label("证件照片").set_input_files(photo)
            page.get_by_role("button", name="识别照片").tap()
        expect(page.get_by_label("证件号码")).to_have_value(NUMBER, timeout=60_000)
        expect(page.get_by_label("姓名")).to_have_value(CHEN.name)
        expect(page.get_by_label("住址")).to_have_value(CHEN.address)
        page.get_by_label("电话").fill("13800138000")
        page.get_by_label("事项").select_option(label="社会保险")
        page.get_by_label("体温", exact=True).fill("36.5")
        page.get_by_label("同意", exact=True).check()
        page.get_by_role("button", name="确认登记").tap()
        expect(page.get_by_text("已登记，正在大厅里")).to_be_visible()
        # What the page still loads must not meet a server that is gone.
        page.wait_for_load_state()
