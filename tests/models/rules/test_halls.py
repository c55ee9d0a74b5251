import json
from typing import Any

import pytest

from models.rules.check_in_fields import DEFAULTS, Requirement
from models.rules.halls import FEVER_TENTHS, NOTICE_VERSION, Defaults, HallFacts, facts_from
from models.rules.refusal import Refused

LEAST: dict[str, Any] = {
    "calendar": {"weekly": [["09:00-12:00", "13:30-17:00"]] * 5 + [[], []]},
    "matters": [
        {"code": "social", "zh": "社会保险", "en": "Social insurance", "aliases": ["社保"]},
        {"code": "other", "zh": "其他", "en": "Other"},
    ],
    "doors": {"1": {"name": "东门"}, "12": {"name": "地下车库", "in": 3, "out": 2}},
}


def hall(status: str = "open", **facts: Any) -> HallFacts:
    """A hall as its row would give it, its facts having been through JSON."""
    return facts_from((7, "h7k2m9", "市民中心", status, 4), json.loads(json.dumps({**LEAST, **facts})))


def test_a_hall_knows_what_its_row_says() -> None:
    found = hall()
    assert (found.id, found.code, found.name, found.status, found.revision) == (7, "h7k2m9", "市民中心", "open", 4)


def test_a_hall_that_says_nothing_more_has_the_usual() -> None:
    found = hall()
    assert found.fields == DEFAULTS
    assert (found.fever_tenths, FEVER_TENTHS) == (373, 373)
    assert found.declared_temperature
    assert (found.phone, found.notice_version, found.retention_days) == ("", NOTICE_VERSION, 30)


def test_what_a_hall_says_holds() -> None:
    found = hall(
        fields={"address": "required"},
        phone="0534-8210000",
        fever_tenths=375,
        declared_temperature=False,
        notice_version=3,
        retention_days=14,
    )
    assert found.fields["address"] is Requirement.REQUIRED
    assert (found.phone, found.fever_tenths, found.declared_temperature) == ("0534-8210000", 375, False)
    assert (found.notice_version, found.retention_days) == (3, 14)


@pytest.mark.parametrize(
    ("status", "open_for_visitors"), [("open", True), ("waiting", False), ("suspended", False), ("", False)]
)
def test_only_an_approved_hall_takes_visitors(status: str, open_for_visitors: bool) -> None:
    assert hall(status).is_open_for_visitors is open_for_visitors


@pytest.mark.parametrize(("door", "direction", "version"), [(1, "in", 1), (1, "out", 1), (12, "in", 3), (12, "out", 2)])
def test_each_code_of_a_door_has_its_own_version(door: int, direction: str, version: int) -> None:
    assert hall().doors[door].version(direction) == version


def test_a_matter_has_a_label_in_either_language() -> None:
    matter = hall().matter("social")
    assert matter is not None
    assert (matter.label("zh"), matter.label("en"), matter.aliases) == ("社会保险", "Social insurance", ("社保",))


@pytest.mark.parametrize("code", ["gone", "", None])
def test_a_matter_that_the_hall_does_not_have_is_none(code: str | None) -> None:
    assert hall().matter(code) is None


def test_matters_keep_the_order_the_hall_gave_them() -> None:
    assert [matter.code for matter in hall().matters] == ["social", "other"]


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"calendar": {"weekly": [["12:00-09:00"]] * 7}}, "hours_backwards"),
        ({"fields": {"name": "off"}}, "field_name_required"),
    ],
)
def test_a_hall_with_hours_or_fields_that_cannot_be_is_refused(facts: dict[str, Any], code: str) -> None:
    with pytest.raises(Refused) as refused:
        hall(**facts)
    assert refused.value.code == code


def test_nobody_can_change_a_hall_from_outside() -> None:
    found = hall()
    with pytest.raises(TypeError):
        found.doors[3] = found.doors[1]  # type: ignore[index]
    with pytest.raises(TypeError):
        found.fields["phone"] = Requirement.OFF  # type: ignore[index]


def test_a_hall_that_names_no_zone_and_no_days_has_those_of_the_service() -> None:
    found = facts_from((7, "h7k2m9", "市民中心", "open", 4), LEAST, Defaults("Asia/Urumqi", 20))
    assert (found.calendar.zone, found.retention_days) == ("Asia/Urumqi", 20)


@pytest.mark.parametrize(("chosen", "kept"), [(14, 14), (20, 20), (45, 20)])
def test_a_hall_may_keep_data_for_fewer_days_than_the_service_allows_and_never_for_more(chosen: int, kept: int) -> None:
    facts = {**LEAST, "retention_days": chosen}
    found = facts_from((7, "h7k2m9", "市民中心", "open", 4), facts, Defaults(retention_days=20))
    assert found.retention_days == kept


def test_a_hall_that_says_nothing_of_its_place_has_none() -> None:
    found = hall()
    assert (found.region, found.region_name, found.address, found.contact, found.notice_text) == ("",) * 5


def test_what_a_hall_says_of_its_place_holds() -> None:
    found = hall(
        region="510107",
        region_name="四川省成都市武侯区",
        address="幸福路1号",
        contact="咨询台",
        notice_text="进厅请戴口罩。",
    )
    assert (found.region, found.region_name) == ("510107", "四川省成都市武侯区")
    assert (found.address, found.contact, found.notice_text) == ("幸福路1号", "咨询台", "进厅请戴口罩。")


@pytest.mark.parametrize(
    ("service", "chosen", "held"), [(False, None, False), (False, True, True), (True, False, True), (True, None, True)]
)
def test_a_hall_may_ask_for_four_eyes_and_never_for_fewer_than_the_service(
    service: bool, chosen: bool | None, held: bool
) -> None:
    facts = LEAST if chosen is None else {**LEAST, "four_eyes": chosen}
    found = facts_from((7, "h7k2m9", "市民中心", "open", 4), facts, Defaults(four_eyes=service))
    assert found.four_eyes is held
