"""What a card says, as answers of a check-in."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.rules.card_answers import FROM_CARDS, card_answers
from models.rules.check_in_answers import READERS, Asked
from models.rules.documents import Card, CardKind, Field
from models.rules.documents.card import FIELDS
from models.rules.halls import facts_from
from models.rules.refusal import Refused
from tests.service import FACTS

HALL = facts_from((1, "abc234", "市民中心", "open", 1), FACTS)
ASKED = Asked(HALL, date(2026, 3, 2))
NAME, NUMBER, ADDRESS = "张三", "11010519491231002X", "河南省商丘市梁园区平原路1号"


def card(kind: CardKind = CardKind.RESIDENT, **fields: Field) -> Card:
    return Card(kind, fields)


def test_what_is_sure_and_what_is_not_are_told_apart():
    found = card_answers(card(name=Field(NAME, is_sure=False), id_number=Field(NUMBER)), ASKED, FROM_CARDS)
    assert dict(found.answers) == {"name": NAME, "id_number": NUMBER}
    assert found.unsure == {"name"}
    assert found.unread == ("address",)


def test_only_what_the_hall_asks_is_answered():
    found = card_answers(card(name=Field(NAME), address=Field(ADDRESS)), ASKED, ("name", "phone"))
    assert dict(found.answers) == {"name": NAME}
    assert found.unread == ()


@pytest.mark.parametrize("kind", [kind for kind in CardKind if kind not in ("resident", "residence_permit")])
def test_what_is_no_card_answers_nothing(kind: CardKind):
    found = card_answers(card(kind, name=Field(NAME), id_number=Field(NUMBER)), ASKED, FROM_CARDS)
    assert dict(found.answers) == {}
    assert found.unread == FROM_CARDS


@pytest.mark.parametrize(
    ("field", "text", "code"),
    [
        ("id_number", "110105202001010015", "under_14"),
        ("id_number", "110105194912310021", "id_checksum"),
        ("name", "张3", "name_digits"),
        ("address", "路", "address_unreadable"),
    ],
)
def test_what_would_not_be_taken_if_it_were_typed_is_no_answer(field: str, text: str, code: str):
    found = card_answers(card(**{field: Field(text)}), ASKED, (field,))
    assert dict(found.answers) == {}
    assert {name: no.code for name, no in found.refused.items()} == {field: code}
    assert found.unread == ()


def test_an_empty_field_counts_as_unread():
    assert card_answers(card(name=Field("")), ASKED, ("name",)).unread == ("name",)


@given(
    st.sampled_from(CardKind),
    st.dictionaries(st.sampled_from(FIELDS), st.builds(Field, st.text(max_size=30), st.booleans())),
    st.sets(st.sampled_from([*READERS])),
)
def test_whatever_a_card_says_each_answer_reads_as_itself_and_each_field_is_told_once(
    kind: CardKind, fields: dict[str, Field], wanted: set[str]
):
    found = card_answers(Card(kind, fields), ASKED, wanted)
    for name, text in found.answers.items():
        assert str(READERS[name](text, ASKED)) == text
    assert all(isinstance(no, Refused) for no in found.refused.values())
    told = [*found.answers, *found.refused, *found.unread]
    assert sorted(told) == sorted(wanted & set(FROM_CARDS))
    assert found.unsure <= set(found.answers)
