"""Whatever is sent where a photo of a card is asked for: one sentence, and the question again; with the real reader."""

import logging

import peewee
import pytest

import readers
from models.rules.documents import CardKind
from models.services.card_reading import ReadCard
from tests.bot.photographing import queued
from tests.drawn.hostile import AT_BOTH_DOORS, HOSTILE, READABLE
from tests.drawn.people import CHEN
from tests.reading import asks, tells
from tests.service import Service

TOLD = {kind: f"photo.{kind}" for kind in CardKind} | dict.fromkeys(
    (CardKind.RESIDENT, CardKind.RESIDENCE_PERMIT), "photo.read"
)
MOST = {"photo_too_large": "MB", "photo_too_many_pixels": "百万像素"}


@pytest.fixture(scope="session")
def reader() -> ReadCard:
    """The reader of this machine, warm."""
    return readers.load("auto")


@pytest.mark.timeout(600)
@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@pytest.mark.parametrize("name", AT_BOTH_DOORS)
def test_whatever_is_sent_ends_in_one_sentence_and_nothing_of_it_in_a_log(
    name: str, database: peewee.Database, reader: ReadCard, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, "hallpass")
    photo = HOSTILE[name]
    service = Service(read_card=reader, fetch_photo=lambda _: photo.photo)
    hall, phone = service.hall(), service.visitor()
    phone.scan(service.code(hall))
    phone.says("同意")
    sent = phone.sends_photo()
    if photo.outcome == READABLE:
        assert any(tells(sent, TOLD[kind]) for kind in photo.shows) or tells(sent, "photo.unclear")
    elif photo.outcome in MOST:
        assert MOST[photo.outcome] in (sent.reply or "")
    else:
        assert tells(sent, f"refused.{photo.outcome}")
    assert any(asks(sent, step) for step in ("name", "id_number", "phone"))
    assert queued() == []
    assert [text for text in (CHEN.name, CHEN.id_number, CHEN.address) if text in caplog.text] == []
