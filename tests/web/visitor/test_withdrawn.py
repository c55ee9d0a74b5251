"""Consent taken back while the form of a hall is open: what was agreed to before counts no more."""

import peewee
import pytest

from models.services import own_data, people
from tests.reading import inside
from tests.staffed import at_once
from tests.web.visitor.filling import FOLLOWER, ZHANG, Town, Visitor, says

pytestmark = pytest.mark.usefixtures("database")


def back(town: Town) -> Visitor:
    """Somebody who was there once."""
    visitor = town.wechat()
    visitor.sends(ZHANG)
    visitor.leaves()
    town.clock.goes_on(minutes=10)
    return visitor


def take_back(town: Town) -> None:
    assert own_data.withdraw(FOLLOWER, town.hall.id, town.clock())


def test_a_form_that_asked_for_no_consent_is_sent_back_to_ask_for_it(town: Town) -> None:
    visitor = back(town)
    keys = visitor.keys()
    take_back(town)
    page = visitor.sends({**ZHANG, "agree": ""}, **keys)
    assert says(page, "refused.consent_missing")
    assert 'name="agree"' in page.text
    assert inside() == []


@pytest.mark.parametrize("query", ["", "?who=other"], ids=["for themselves", "for somebody else"])
def test_a_yes_of_a_page_from_before_is_none(town: Town, query: str) -> None:
    visitor = back(town)
    take_back(town)
    visitor.sends({**ZHANG, "agree": "3-1"})
    visitor.leaves()
    keys = visitor.keys(query=query)
    take_back(town)
    page = visitor.sends({**ZHANG, "agree": "3-1"}, query=query, **keys)
    assert says(page, "refused.consent_missing")
    assert not page.text.count("checked")
    assert 'value="3-2"' in page.text
    assert inside() == []
    visitor.sends({**ZHANG, "agree": "3-2"}, query=query)
    assert len(inside()) == 1


@pytest.mark.parametrize("said", ["3", "3-0", "3-2", "3-", "-1", "3-1 ", "y", "3-１"])
def test_no_other_yes_is_one(town: Town, said: str) -> None:
    visitor = back(town)
    take_back(town)
    assert says(visitor.sends({**ZHANG, "agree": said}), "refused.consent_missing")
    assert inside() == []


def test_a_form_at_the_same_moment_is_before_or_after_and_no_consent_is_left_behind(town: Town) -> None:
    for number in range(6):
        visitor = back(town)
        mark = f"3-{number}" if number else "3"
        visitor.sends({**ZHANG, "agree": mark})
        visitor.leaves()
        keys = visitor.keys()

        def send(visitor: Visitor = visitor, keys: dict[str, str] = keys) -> object:
            return visitor.sends({**ZHANG, "agree": ""}, **keys)

        _, taken = at_once(send, lambda: own_data.withdraw(FOLLOWER, town.hall.id, town.clock()))
        assert taken is True
        found = people.found(FOLLOWER)
        assert found and found.consents == {}, number
        visitor.leaves()
        assert inside() == []


def test_the_page_says_nothing_of_it_to_who_never_agreed(town: Town, database: peewee.Database) -> None:
    assert 'value="3"' in town.wechat().opens().text
