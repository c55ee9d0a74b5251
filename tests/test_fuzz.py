"""A slice of the hostile deliveries, forms and links of `make trial`: none is a failure of ours, and no log tells of
anybody."""

import logging

import peewee
import pytest

from bench import fuzz
from bench.fuzz import Callback, Pages, Toll, listening
from bench.hostile import Hostile
from models.services import limits
from tests.canary_day import BY_CHAT

SEED = 20260302


@pytest.mark.parametrize("mode", ["safe", "plain"])
@pytest.mark.parametrize("database", ["mariadb"], indirect=True)
def test_no_hostile_delivery_is_a_failure_of_ours_or_tells_a_log_of_anybody(
    database: peewee.Database, mode: str
) -> None:
    toll = fuzz.deliveries(Callback(mode, fuzz.a_hall()), 400, SEED)
    assert (toll.broken, toll.logged) == (0, set()), toll.failures
    assert toll.replies > 50 and len(toll.answers) >= 3


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_no_hostile_form_or_link_is_either(database: peewee.Database) -> None:
    pages = Pages()
    for toll in (fuzz.forms(pages, 120, SEED), fuzz.links(pages, 200, SEED)):
        assert (toll.broken, toll.logged) == (0, set()), toll.failures
        assert len(toll.answers) >= 3


def test_the_same_seed_sends_the_same_and_another_one_something_else() -> None:
    first, second, other = (Hostile(seed).delivery(1_700_000_000, "safe")[0] for seed in (1, 1, 2))
    assert first == second != other


def test_what_fails_and_what_is_logged_is_counted() -> None:
    """Without this, counts of none would prove nothing."""
    toll, log = Toll(), logging.getLogger("hallpass.test")
    with listening(toll):
        log.debug("what was said: %s", BY_CHAT[0])
        log.error("page failed")
    log.error("nobody listens any more")
    toll.answers[500] += 2
    assert (toll.broken, {one.text for one in toll.logged}) == (3, {BY_CHAT[0]})
    assert "failures of ours 3, personal fields logged 1" in toll.told("forms")


def test_hostile_people_are_spread_so_that_few_are_told_to_wait() -> None:
    assert fuzz.PEOPLE >= limits.MOST_TURNS
