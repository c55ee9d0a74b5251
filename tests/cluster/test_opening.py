"""The opening of halls before two workers, then more than they can serve: everybody is answered, nobody lied to. `make
trial` does it with 600 halls."""

import random
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from bench.installation import Installation
from bench.opening import HALLS, SHARE_OF_THE_HOUR, VISITS_A_DAY, Morning, arrivals, doors, first_comers
from tests.mariadb import MariaDB

SEED = 20260302
MESSAGES_A_SECOND, SECONDS = 600, 2


def test_everybody_who_comes_is_answered_and_whoever_is_told_so_is_in_once(tmp_path: Path) -> None:
    luck = random.Random(SEED)
    with MariaDB() as server:
        installation = Installation(server.url, tmp_path)
        openings = doors(installation, 5)
        with installation.served() as served:
            morning = Morning(served, openings)
            opened = morning.opens(minutes=10, compressed=60, luck=luck)
            overflown = morning.overflows(MESSAGES_A_SECOND, SECONDS, luck)
    assert opened.people == first_comers(5, 10)
    assert opened.checked_in > 0
    assert overflown.messages >= overflown.people
    # How long it took depends on what else the machine does; that each was answered, and truly, does not.
    assert [(one.failed, one.lost, one.doubled) for one in (opened, overflown)] == [(0, 0, 0)] * 2


@given(minutes=st.floats(0.5, 60), people=st.integers(0, 200), seed=st.integers(0, 2**32))
def test_all_come_within_the_time_that_is_replayed(minutes: float, people: int, seed: int) -> None:
    found = arrivals(people, minutes, random.Random(seed))
    assert len(found) == people
    assert all(0 <= at <= minutes for at in found)


def test_half_of_an_hours_visitors_come_within_its_first_quarter() -> None:
    hour = first_comers(HALLS, 60)
    assert hour == HALLS * VISITS_A_DAY * SHARE_OF_THE_HOUR
    assert 0.5 <= first_comers(HALLS, 15) / hour <= 0.6
