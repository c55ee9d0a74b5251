import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.rules.check_in_fields import DEFAULTS, Requirement, requirements
from models.rules.refusal import Refused


def test_a_hall_that_says_nothing_asks_what_halls_asked() -> None:
    assert {name: str(requirement) for name, requirement in requirements({}).items()} == {
        "name": "required",
        "id_number": "required",
        "phone": "required",
        "address": "optional",
        "matter": "required",
        "temperature": "required",
        "companions": "optional",
    }


def test_fields_keep_their_order_in_whatever_order_a_hall_names_them() -> None:
    wanted = requirements({"companions": "off", "temperature": "off", "id_number": "optional"})
    assert list(wanted) == [
        "name", "id_number", "phone", "address", "matter", "temperature", "companions",
    ]  # fmt: skip


def test_a_hall_changes_only_what_it_names() -> None:
    wanted = requirements({"address": "required", "id_number": "off"})
    assert wanted["address"] is Requirement.REQUIRED
    assert wanted["id_number"] is Requirement.OFF
    assert wanted["phone"] is Requirement.REQUIRED


@pytest.mark.parametrize(
    ("chosen", "code"),
    [
        ({"shoe_size": "required"}, "field_unknown"),
        ({"Name": "required"}, "field_unknown"),
        ({"phone": "maybe"}, "field_requirement_unknown"),
        ({"phone": ""}, "field_requirement_unknown"),
        ({"phone": "OFF"}, "field_requirement_unknown"),
        ({"phone": None}, "field_requirement_unknown"),
        ({"phone": True}, "field_requirement_unknown"),
        ({"phone": ["off"]}, "field_requirement_unknown"),
        ({"name": "off"}, "field_name_required"),
        ({"name": "optional"}, "field_name_required"),
        ({"companions": "required"}, "field_never_required"),  # most people come alone
    ],
)
def test_a_choice_that_cannot_be_is_refused(chosen: dict[str, Any], code: str) -> None:
    with pytest.raises(Refused) as refused:
        requirements(chosen)
    assert refused.value.code == code


def test_nobody_can_change_the_fields_of_a_hall_from_outside() -> None:
    with pytest.raises(TypeError):
        requirements({})["name"] = Requirement.OFF  # type: ignore[index]


@given(
    chosen=st.dictionaries(
        st.sampled_from([name for name in DEFAULTS if name not in ("name", "companions")]),
        st.sampled_from(["required", "optional", "off"]),
    )
)
def test_what_a_hall_chose_comes_back_from_json_as_it_was(chosen: dict[str, str]) -> None:
    wanted = requirements(chosen)
    assert requirements(json.loads(json.dumps(dict(wanted)))) == wanted


@given(text=st.text())
def test_no_text_breaks_the_reading_of_a_choice(text: str) -> None:
    for chosen in ({text: "off"}, {"phone": text}):
        try:
            requirements(chosen)
        except Refused as refused:
            assert refused.code.startswith("field_")
