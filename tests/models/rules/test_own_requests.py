"""Who may ask at a counter for what is kept of somebody."""

from datetime import date

import pytest

from models.rules.identity import id_number
from models.rules.own_requests import Asker, check_asker
from models.rules.refusal import Refused

CHILD = "110105201203030044"
"""Born on 3 March 2012."""
LAST_DAY_OF_13, FOURTEENTH_BIRTHDAY = date(2026, 3, 2), date(2026, 3, 3)


def is_refused(asker: Asker, text: str | None, today: date) -> bool:
    try:
        check_asker(asker, id_number(text, today=today) if text else None, today)
    except Refused as no:
        assert no.code == "own_child"
        return True
    return False


@pytest.mark.parametrize("asker", Asker)
def test_for_a_child_only_a_guardian_asks_until_the_fourteenth_birthday(asker: Asker) -> None:
    assert is_refused(asker, CHILD, LAST_DAY_OF_13) == (asker is not Asker.GUARDIAN)
    assert not is_refused(asker, CHILD, FOURTEENTH_BIRTHDAY)


@pytest.mark.parametrize("asker", Asker)
@pytest.mark.parametrize("number", ["11010519491231002X", "E12345678", None])
def test_for_anybody_whose_number_tells_no_child_each_may_ask(asker: Asker, number: str | None) -> None:
    assert not is_refused(asker, number, LAST_DAY_OF_13)
