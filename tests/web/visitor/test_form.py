"""The form of a hall: what it asks, what it registers, to what somebody has to agree."""

import pytest

from models.phrases import say
from models.rules.check_in_fields import DEFAULTS
from models.rules.visits import HowIn
from tests.reading import visits
from tests.service import AGREED
from tests.web.visitor.filling import (
    LI,
    ZHANG,
    Town,
    Visitor,
    everybody,
    is_registered,
    nothing_is_kept,
    says,
)


def test_the_form_asks_what_the_chat_asks_in_its_order(town: Town) -> None:
    page = town.browser().opens().text
    places = [page.index(f'name="{name}"') for name in DEFAULTS]
    assert places == sorted(places)


def test_what_a_hall_does_not_ask_is_not_there(town: Town) -> None:
    hall = town.another_hall(fields={"address": "off", "companions": "off", "phone": "optional"})
    visitor = town.browser(hall)
    page = visitor.opens().text
    assert 'name="address"' not in page and 'name="companions"' not in page
    visitor.sends({**ZHANG, "phone": "", "address": "北京市朝阳区幸福路1号"})
    [visit] = visits()
    assert (visit.phone, visit.address) == (None, None)


def test_a_hall_that_lists_no_matters_asks_for_none(town: Town) -> None:
    visitor = town.browser(town.another_hall(matters=[]))
    assert 'name="matter"' not in visitor.opens().text
    visitor.sends({**ZHANG, "matter": ""})
    assert visits()[0].matter is None


def test_feeling_well_is_an_answer_where_the_hall_takes_it(town: Town) -> None:
    town.browser().sends({**ZHANG, "temperature": "", "well": "y"})
    [visit] = visits()
    assert (visit.temperature_tenths, visit.temperature_source) == (None, "declared_normal")


def test_a_reading_counts_more_than_feeling_well(town: Town) -> None:
    town.browser().sends({**ZHANG, "temperature": "36.8", "well": "y"})
    assert visits()[0].temperature_tenths == 368


def test_a_hall_that_wants_a_reading_is_not_content_with_feeling_well(town: Town) -> None:
    visitor = town.browser(town.another_hall(declared_temperature=False))
    assert 'name="well"' not in visitor.opens().text
    assert says(visitor.sends({**ZHANG, "temperature": "", "well": "y"}), "form.required")
    assert says(visitor.sends({**ZHANG, "temperature": "正常"}), "visit_form.refused.temperature_reading_needed")
    assert visits() == []


@pytest.mark.parametrize(
    ("field", "typed", "key"),
    [
        ("name", "", "form.required"),
        ("name", "张3", "refused.name_digits"),
        ("id_number", "1101051949123100", "refused.id_length"),
        ("id_number", "110105194912310021", "visit_form.refused.id_checksum"),
        ("id_number", "110105202003070011", "refused.under_14"),
        ("phone", "123", "refused.phone_length"),
        ("matter", "", "form.required"),
        ("matter", "nothing", "form.choice"),
        ("temperature", "36.55", "refused.temperature_one_decimal"),
        ("companions", "我妈", "visit_form.refused.companion_names_wanted"),
        ("companions", "李四 11010519491231002X", "refused.companion_is_lead"),
    ],
)
def test_what_cannot_be_taken_is_said_at_its_field_and_everything_typed_is_still_there(
    town: Town, field: str, typed: str, key: str
) -> None:
    page = town.browser().sends({**ZHANG, field: typed})
    shown = say("zh", key, digits=len(typed))
    assert shown in page.text
    assert f'id="{field}-error"' in page.text
    for name in ("name", "id_number", "phone", "temperature"):
        if name != field:
            assert f'value="{ZHANG[name]}"' in page.text
    assert nothing_is_kept()


def test_which_companion_is_wrong_is_said_by_the_line(town: Town) -> None:
    page = town.browser().sends({**ZHANG, "companions": "李四\n王小明 123"})
    assert "第 2 行：" in page.text


def test_a_form_makes_the_same_visit_as_the_chat(town: Town) -> None:
    phone = town.service.visitor()
    phone.scan(town.service.code(town.hall))
    phone.says("同意")
    phone.says("李四 320102199003070025 13900139000 公积金 36.5")
    phone.says("确认")
    form = {**LI, "matter": "fund", "name": " 李四 ", "id_number": "320102 19900307 0025", "phone": "+86 139-0013-9000"}
    answer = town.browser().sends(form)
    assert (answer.status_code, answer.location) == (303, "/pass")
    by_chat, by_form = visits()
    told = ("name", "id_kind", "id_number", "phone", "address", "matter", "temperature_tenths", "consent_version")
    assert [getattr(by_form, name) for name in told] == [getattr(by_chat, name) for name in told]
    assert (by_form.how_in, by_form.door, by_form.scanned_at) == (HowIn.FORM, 1, None)
    assert by_form.in_at == town.clock()


def test_companions_are_visits_of_their_own(town: Town) -> None:
    visitor = town.browser()
    visitor.sends({**ZHANG, "companions": "李四 320102199003070025 13900139000\n王小明"})
    lead, *others = visits()
    assert [(one.name, one.phone, one.lead_id) for one in others] == [
        ("李四", "13900139000", lead.id), ("王小明", None, lead.id),
    ]  # fmt: skip
    assert says(visitor.opens(), "visit_form.people", count=2)


def test_nobody_along_is_an_answer_too(town: Town) -> None:
    town.browser().sends({**ZHANG, "companions": "无"})
    assert len(visits()) == 1


def test_the_page_in_english_registers_in_english(town: Town) -> None:
    visitor = town.browser()
    answer = visitor.sends(ZHANG, query="?lang=en")
    assert answer.location == "/pass?lang=en"
    assert '"language": "en"' in everybody()[0].facts


def test_entering_elsewhere_moves_the_visit_and_says_so_before_and_after(town: Town) -> None:
    other = town.another_hall()
    visitor = town.browser()
    visitor.sends(ZHANG)
    town.clock.goes_on(minutes=30)
    there = Visitor(town.app, other)
    there.client = visitor.client
    assert says(there.opens(), "visit_form.elsewhere", hall=town.hall.name, entered="09:00")
    answer = there.sends({"matter": "social", "temperature": "36.5", "agree": AGREED})
    assert says(there.client.get(answer.location), "check_in.moved")
    assert [(one.hall_id, one.how_out) for one in visits()] == [(town.hall.id, "moved"), (other.id, None)]


def test_out_of_hours_one_may_register_and_is_told(town: Town) -> None:
    town.clock.shows("20:00")
    visitor = town.browser()
    assert says(visitor.opens(), "check_in.off_hours")
    visitor.sends(ZHANG)
    assert is_registered(visitor)


def test_without_consent_nothing_is_kept_and_everything_typed_is_still_there(town: Town) -> None:
    page = town.browser().sends({**ZHANG, "agree": ""})
    assert says(page, "refused.consent_missing")
    assert all(f'value="{ZHANG[name]}"' in page.text for name in ("name", "id_number", "phone", "temperature"))
    assert nothing_is_kept()


def test_a_yes_to_an_earlier_notice_is_none_to_this_one(town: Town) -> None:
    visitor = town.browser(town.another_hall(notice_version=7))
    page = visitor.sends(ZHANG)
    assert says(page, "refused.consent_missing")
    assert not page.text.count("checked")
    visitor.sends({**ZHANG, "agree": "7"})
    assert visits()[0].consent_version == 7


def test_who_agreed_is_not_asked_again_until_the_notice_changes(town: Town) -> None:
    visitor = town.browser()
    assert 'name="agree"' in visitor.opens().text
    visitor.sends(ZHANG)
    visitor.leaves()
    page = visitor.opens().text
    assert 'name="agree"' not in page
    assert f'href="/notice/{town.hall.code}"' in page
