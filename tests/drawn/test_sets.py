"""The drawn photos say what their truth says, again and again the same."""

import io
import json
from datetime import date

import pytest
from PIL import Image

from models.rules.documents import CardKind
from models.rules.identity import id_number
from models.rules.refusal import Refused
from tests.drawn.journeys import card_of
from tests.drawn.people import AYGUL, CHEN, LI, WONG
from tests.drawn.sets import APART, drawn, write

TODAY = date(2026, 11, 27)


@pytest.mark.parametrize("kind", ["plain", "hard"])
def test_the_same_seed_draws_the_same_photo_and_another_seed_another(kind):
    assert drawn(kind, 1, 0).taken() == drawn(kind, 1, 0).taken()
    assert drawn(kind, 1, 0).taken() != drawn(kind, APART, 0).taken()


@pytest.mark.parametrize("kind", ["plain", "hard", "permits"])
def test_every_number_shown_is_one_that_can_be_and_agrees_with_birth_and_sex(kind):
    for number in range(5):
        truth = drawn(kind, 2, number).truth()
        if truth["id_number"]:
            read = id_number(truth["id_number"], today=TODAY)
            assert (f"{read.birth}", read.sex) == (truth["birth"], {"男": "male", "女": "female"}[truth["sex"]])


@pytest.mark.parametrize("kind", ["emblem", "other", "several", "nothing"])
def test_of_what_is_no_single_card_nothing_may_be_read(kind):
    truth = drawn(kind, 3, 0).truth()
    assert CardKind(truth["kind"]) not in (CardKind.RESIDENT, CardKind.RESIDENCE_PERMIT)
    assert {truth[name] for name in CHEN.truth()} == {""}


def test_a_set_is_written_with_a_truth_for_each_photo(tmp_path):
    write(tmp_path / "hard", "hard", 4, 3)
    truth = json.loads((tmp_path / "hard" / "truth.json").read_text("utf-8"))
    assert sorted(truth) == [path.name for path in sorted((tmp_path / "hard").glob("*.jpg"))]
    assert set(truth["000.jpg"]) == {*CHEN.truth(), "kind", "photo"}


@pytest.mark.parametrize("person", [CHEN, AYGUL, LI, WONG], ids=lambda person: person.name)
def test_the_people_of_the_tests_have_numbers_that_can_be(person):
    read = id_number(person.id_number, today=TODAY)
    assert (read.birth, read.sex) == (person.birth, {"男": "male", "女": "female"}[person.sex])


def test_a_number_with_one_digit_changed_cannot_be():
    with pytest.raises(Refused, match="id_checksum"):
        id_number(CHEN.id_number[:-1] + "6", today=TODAY)


def test_a_photo_for_a_journey_is_small_and_takes_what_it_is_told():
    with Image.open(io.BytesIO(card_of(CHEN, by_exif=90, dim=0.3))) as photo:
        assert (photo.size, photo.getexif()[0x0112]) == ((768, 1024), 6)
    assert len(card_of(CHEN)) < 200_000
    assert card_of(CHEN, shadow=0.5) != card_of(CHEN) != card_of(LI)


@pytest.mark.parametrize("name", ["rain", "Dim", "effects"])
def test_an_effect_that_there_is_not_is_a_mistake(name):
    with pytest.raises(TypeError, match=name):
        card_of(CHEN, **{name: 1})
