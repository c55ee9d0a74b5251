"""Which records are asked for."""

from datetime import date

import pytest

from models.rules.wanted import Period

TODAY = date(2026, 3, 2)


def test_a_period_ends_no_earlier_than_it_begins() -> None:
    assert Period(TODAY, TODAY).days == 1
    with pytest.raises(ValueError, match="ends before"):
        Period(TODAY, date(2026, 3, 1))
