"""Which fields a hall asks, told and read in words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.rules.check_in_fields import DEFAULTS, NEVER_REQUIRED, Requirement
from models.rules.field_words import read_fields, say_fields
from models.rules.refusal import Refused

CHOSEN = st.fixed_dictionaries(
    {
        name: st.sampled_from([str(one) for one in Requirement if name not in NEVER_REQUIRED or one != "required"])
        for name in DEFAULTS
        if name != "name"
    }
)


@pytest.mark.parametrize(
    ("text", "name", "wanted"),
    [
        ("住址不问", "address", "off"),
        ("住址 不问", "address", "off"),
        ("不填地址", "address", "off"),
        ("电话选填", "phone", "optional"),
        ("身份证必填，住址不要", "id_number", "required"),
        ("同行人员不问。", "companions", "off"),
        ("address optional", "address", "optional"),
        ("ｐｈｏｎｅ　ｏｆｆ", "phone", "off"),
    ],
)
def test_a_field_is_told_in_the_words_of_people(text: str, name: str, wanted: str) -> None:
    assert read_fields(text)[name] == wanted


def test_several_fields_may_share_a_word() -> None:
    told = read_fields("住址、体温、同行不问")
    assert [told[name] for name in ("address", "temperature", "companions")] == ["off"] * 3


def test_what_is_not_named_stays_as_usual() -> None:
    told = read_fields("住址不问")
    assert {name: wanted for name, wanted in told.items() if name != "address"} == {
        name: str(wanted) for name, wanted in DEFAULTS.items() if name != "address"
    }


@pytest.mark.parametrize(
    "text",
    ["", " ", "住址", "必填", "住址也许", "血型必填", "=1+1", "住址必填 血型", "x" * 300, "\u202e住址"],
)
def test_what_is_no_field_or_says_nothing_of_it_is_refused(text: str) -> None:
    with pytest.raises(Refused, match="fields_unreadable"):
        read_fields(text)


def test_a_register_without_names_is_refused() -> None:
    with pytest.raises(Refused, match="field_name_required"):
        read_fields("姓名不问")


def test_companions_cannot_be_demanded() -> None:
    with pytest.raises(Refused, match="field_never_required"):
        read_fields("同行人员必填")


@pytest.mark.parametrize("language", ["zh", "en"])
@given(chosen=CHOSEN)
def test_what_is_said_is_read_back(language: str, chosen: dict[str, str]) -> None:
    assert read_fields(say_fields(chosen, language)) == {"name": "required", **chosen}


@given(st.text(max_size=80))
def test_whatever_is_said_is_read_or_refused(text: str) -> None:
    try:
        told = read_fields(text)
    except Refused:
        return
    assert set(told) == set(DEFAULTS)
