"""A fever that is told on the form: noted, mended once within two minutes, else a matter for staff."""

import pytest

from tests.reading import visits
from tests.web.visitor.filling import (
    FOLLOWER,
    ZHANG,
    Town,
    is_registered,
    says,
)


def test_a_fever_is_noted_without_a_visit_and_nothing_is_said_of_it(town: Town) -> None:
    visitor = town.browser()
    page = visitor.sends({**ZHANG, "temperature": "38.5"})
    assert says(page, "fever.wait") and says(page, "visit_form.fever_again")
    assert 'value="张三"' in page.text and "38.5" not in page.text.replace("例如 38.5", "")
    assert visits() == []
    assert [one.name for one in town.fevers()] == ["张三"]


def test_a_slip_is_mended_within_two_minutes_by_the_same_page(town: Town) -> None:
    visitor = town.browser()
    visitor.sends({**ZHANG, "temperature": "38.5"})
    town.clock.goes_on(seconds=119)
    visitor.sends({**ZHANG, "temperature": "36.5"})
    assert is_registered(visitor)
    assert town.fevers() == []


def test_feeling_well_mends_nothing(town: Town) -> None:
    visitor = town.browser()
    visitor.sends({**ZHANG, "temperature": "38.5"})
    page = visitor.sends({**ZHANG, "temperature": "", "well": "y"})
    assert says(page, "visit_form.refused.temperature_reading_needed")
    visitor.sends(ZHANG)
    assert is_registered(visitor)


def test_the_same_fever_sent_twice_is_noted_once_and_can_still_be_mended(town: Town) -> None:
    visitor = town.browser()
    keys = visitor.keys()
    for _ in range(2):
        assert says(visitor.sends({**ZHANG, "temperature": "38.5"}, **keys), "visit_form.fever_again")
    assert len(town.fevers()) == 1
    visitor.sends(ZHANG)
    assert is_registered(visitor)


@pytest.mark.parametrize("seconds", [121, 3600])
def test_a_slip_mended_too_late_stays_with_the_staff(town: Town, seconds: int) -> None:
    visitor = town.browser()
    visitor.sends({**ZHANG, "temperature": "38.5"})
    keys = visitor.keys()
    town.clock.goes_on(seconds=seconds)
    assert says(visitor.sends(ZHANG, **keys), "fever.wait")
    assert says(visitor.opens(), "fever.wait")
    assert visits() == []


def test_it_can_be_mended_once_only(town: Town) -> None:
    visitor = town.browser()
    visitor.sends({**ZHANG, "temperature": "38.5"})
    keys = visitor.keys()
    assert says(visitor.sends({**ZHANG, "temperature": "38.6"}), "visit_form.wait_title")
    assert says(visitor.sends(ZHANG, **keys), "visit_form.wait_title")
    assert visits() == []


def test_a_fever_without_consent_is_not_noted(town: Town) -> None:
    assert says(town.browser().sends({**ZHANG, "temperature": "38.5", "agree": ""}), "refused.consent_missing")
    assert town.fevers() == []


def test_a_fever_told_in_the_chat_holds_on_the_form(town: Town) -> None:
    phone = town.service.visitor(FOLLOWER)
    phone.scan(town.service.code(town.hall))
    phone.says("同意")
    phone.says("张三 11010519491231002X 13800138000 社保 38.5")
    town.clock.goes_on(minutes=3)
    assert says(town.wechat().opens(), "visit_form.wait_title")
