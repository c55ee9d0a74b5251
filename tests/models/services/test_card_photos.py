"""How many photos of cards one person may send."""

import peewee
import pytest

from models.rules.check_in_answers import Asked
from models.rules.documents import CardKind
from models.rules.refusal import Refused
from models.services import card_photos
from models.services.limits import PHOTOS_BY_FORM
from tests.service import Clock, Service
from tests.web.scripted_reader import NAME, Reader

SOMEBODY, ANOTHER = "browser:1", "browser:2"


@pytest.fixture
def asked(database: peewee.Database) -> Asked:
    hall = Service().hall()
    return Asked(hall, hall.calendar.hall_day(Clock()()))


def test_a_photo_is_read_once_and_answers_what_is_wanted(asked: Asked):
    reader = Reader()
    kind, found = card_photos.read(b"a photo", SOMEBODY, asked, ("name",), reader, Clock()())
    assert (kind, dict(found.answers)) == (CardKind.RESIDENT, {"name": NAME})
    assert reader.seen == [b"a photo"]


def test_one_too_many_is_refused_unread_and_ten_minutes_later_read(asked: Asked):
    clock, reader = Clock(), Reader()
    for _ in range(PHOTOS_BY_FORM.most):
        card_photos.read(b"a photo", SOMEBODY, asked, (), reader, clock())
    with pytest.raises(Refused) as no:
        card_photos.read(b"a photo", SOMEBODY, asked, (), reader, clock())
    assert no.value.code == "too_many"
    assert len(reader.seen) == PHOTOS_BY_FORM.most
    card_photos.read(b"a photo", ANOTHER, asked, (), reader, clock())
    clock.goes_on(minutes=10)
    card_photos.read(b"a photo", SOMEBODY, asked, (), reader, clock())


def test_a_photo_that_cannot_be_read_counts_too(asked: Asked):
    reader = Reader(says=Refused("photo_broken"))
    for _ in range(PHOTOS_BY_FORM.most):
        with pytest.raises(Refused, match="photo_broken"):
            card_photos.read(b"a photo", SOMEBODY, asked, (), reader, Clock()())
    with pytest.raises(Refused, match="too_many"):
        card_photos.read(b"a photo", SOMEBODY, asked, (), reader, Clock()())
