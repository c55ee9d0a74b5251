"""A card, or a refusal, comes through between two processes as it was; anything else is known as such."""

import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.adapters.ocr.answers import Garbled, answer, refusal, understood
from models.rules.documents import Card, CardKind, Field
from models.rules.documents.card import FIELDS
from models.rules.refusal import Refused

CARDS = st.builds(
    Card,
    st.sampled_from(CardKind),
    st.dictionaries(st.sampled_from(FIELDS), st.builds(Field, st.text(max_size=20), st.booleans())),
)
KEYS = st.sampled_from(["kind", "fields", "refused", "details"])
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner),
)


@given(CARDS)
def test_a_card_comes_through_as_it_was(card):
    assert understood(answer(lambda: card)) == card


def test_a_refusal_comes_through_with_its_details():
    def refuse():
        raise Refused("photo_too_large", most=10)

    with pytest.raises(Refused) as no:
        understood(answer(refuse))
    assert (no.value.code, no.value.details) == ("photo_too_large", {"most": 10})


@pytest.mark.parametrize(
    "said",
    [
        b"",
        b"null",
        b"[]",
        b"{}",
        b"\xff",
        b'{"kind":"resident"}',
        b'{"kind":"monkey","fields":{}}',
        b'{"kind":"resident","fields":{"name":"x"}}',
        b'{"kind":"resident","fields":{"openid":["x",true]}}',
        b'{"refused":"reader_away"}',
        b'{"refused":"reader_away","details":[]}',
        b"[" * 100_000,
    ],
    ids=lambda said: repr(said[:30]),
)
def test_what_is_no_answer_is_garbled(said):
    with pytest.raises(Garbled):
        understood(said)


@given(JSON)
def test_no_answer_at_all_does_more_than_fail_to_be_understood(said):
    with suppress(Garbled, Refused):
        assert isinstance(understood(json.dumps(said).encode()), Card)


def test_a_refusal_alone_is_an_answer():
    with pytest.raises(Refused) as no:
        understood(refusal(Refused("reader_busy")))
    assert no.value.code == "reader_busy"
