import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.rules.check_in_fields import DEFAULTS
from models.rules.hall_facts import check_address, check_contact, check_phone, default_facts
from models.rules.halls import facts_from
from models.rules.opening_hours import say_hours
from models.rules.refusal import Refused
from models.rules.regions import Region

WUHOU = Region("510107", "武侯区", ("四川省", "成都市"))


def test_a_hall_of_which_only_name_and_region_are_known_can_work() -> None:
    facts = json.loads(json.dumps(default_facts(WUHOU)))
    hall = facts_from((7, "h7k2m9", "武侯区政务服务中心", "open", 1), facts)
    assert (hall.region, hall.region_name) == ("510107", "四川省成都市武侯区")
    assert say_hours(hall.calendar, "zh") == "周一至周五 9:00-12:00 13:30-17:00"
    assert not hall.calendar.empties_at_lunch
    assert {number: door.name for number, door in hall.doors.items()} == {1: "大门"}
    assert (len(hall.matters), hall.matters[-1].code) == (12, "other")
    assert (hall.fields, hall.declared_temperature, hall.four_eyes) == (DEFAULTS, True, False)


def test_two_halls_do_not_share_what_they_began_with() -> None:
    default_facts(WUHOU)["matters"].clear()
    default_facts(WUHOU)["calendar"]["weekly"][0].clear()
    assert default_facts(WUHOU)["matters"]
    assert default_facts(WUHOU)["calendar"]["weekly"][0]


@pytest.mark.parametrize(
    ("said", "phone"),
    [
        ("0500-1234567", "0500-1234567"),
        ("05001234567", "0500-1234567"),
        ("（028）8123 4567", "028-81234567"),
        ("０２８－８１２３４５６７", "028-81234567"),
        ("+86 28 8123 4567", "028-81234567"),
        ("028-81234567转801", "028-81234567 转 801"),
        ("028-81234567 转 801", "028-81234567 转 801"),
        ("12345", "12345"),
        ("电话：12345。", "12345"),
        ("服务热线 12366", "12366"),
        ("96110", "96110"),
        ("400-123-4567", "400-123-4567"),
        ("4001234567", "400-123-4567"),
        ("13800000001", "13800000001"),
        ("+85261234567", "+85261234567"),
    ],
)
def test_a_hall_may_be_called_on_any_line(said: str, phone: str) -> None:
    assert check_phone(said) == phone
    assert check_phone(phone) == phone


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("", "hall_phone_unreadable"),
        ("81234567", "hall_phone_area_code"),
        ("123", "hall_phone_unreadable"),
        ("23456", "hall_phone_unreadable"),
        ("没有", "hall_phone_unreadable"),
        ("12345678901", "hall_phone_unreadable"),
        ("028-81234567 13800000001", "hall_phone_unreadable"),
        ("=12345", "hall_phone_unreadable"),
        ("<b>12345</b>", "hall_phone_unreadable"),
        ("1" * 100_000, "hall_phone_unreadable"),
    ],
)
def test_what_nobody_can_call_is_refused(said: str, code: str) -> None:
    with pytest.raises(Refused) as refused:
        check_phone(said)
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("said", "address"),
    [
        ("武侯区幸福路1号", "武侯区幸福路1号"),
        ("  幸福路１号\n政务大厦三楼 ", "幸福路1号政务大厦三楼"),
        ("地址：幸福路1号", "幸福路1号"),
        ("幸福路1号<b>", "幸福路1号＜b＞"),
    ],
)
def test_a_halls_address_is_read(said: str, address: str) -> None:
    assert check_address(said) == address


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("", "hall_address_unreadable"),
        ("不知道", "hall_address_unreadable"),
        ("哈哈哈哈", "hall_address_unreadable"),
        ("1号楼", "hall_address_length"),
        ("幸福路1号" * 30, "hall_address_length"),
    ],
)
def test_what_leads_to_no_hall_is_refused(said: str, code: str) -> None:
    with pytest.raises(Refused) as refused:
        check_address(said)
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("said", "contact"), [("王主任", "王主任"), (" 咨询台 ", "咨询台"), ("Front desk", "Front desk")]
)
def test_whom_to_ask_for_is_read(said: str, contact: str) -> None:
    assert check_contact(said) == contact


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("", "hall_contact_length"),
        ("王", "hall_contact_length"),
        ("12345", "hall_contact_length"),
        ("王" * 21, "hall_contact_length"),
        ("王\u202e主任", "words_hidden"),
        ("=王主任", "words_formula"),
    ],
)
def test_whom_nobody_can_ask_for_is_refused(said: str, code: str) -> None:
    with pytest.raises(Refused) as refused:
        check_contact(said)
    assert refused.value.code == code


@given(text=st.text(max_size=40) | st.text(st.sampled_from("0123456789+-()转 路号楼"), max_size=30))
def test_any_text_is_refused_or_reads_as_itself(text: str) -> None:
    for check in (check_phone, check_address, check_contact):
        try:
            read = check(text)
        except Refused as refused:
            assert refused.code.startswith(("hall_", "words_"))
        else:
            assert check(read) == read
