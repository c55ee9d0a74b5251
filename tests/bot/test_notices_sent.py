"""Notices of a case on the simulated platform when something there is gone: what the contacts see, and what is told."""

import pytest

from bench.notices import PATHS, Drill
from models.rules.notices import Told
from models.rules.sending import Channel
from models.services.casework import notices
from tests.platform_api import PlatformApi
from tests.service import Service

PEOPLE = 12
"""Four of them have written in the chat, four have agreed to notices, four only follow."""


@pytest.fixture
def drill(service: Service, api: PlatformApi) -> Drill:
    """Nothing goes wrong by itself, and nobody has left or blocks."""
    made = Drill(service, api, PEOPLE, seed=1, is_calm=True)
    made.people_come()
    return made


def test_where_all_is_well_everybody_is_told_by_their_own_way(drill: Drill) -> None:
    assert drill.press() == PEOPLE
    drill.runs_dry()
    assert drill.wrong() == []
    assert drill.counts() == {"accepted": 4, "delivered": 8}


def test_a_template_that_is_gone_fails_those_who_have_no_other_way(drill: Drill, service: Service) -> None:
    drill.press()
    service.platform.faults.next(PATHS[Channel.TEMPLATE], 40037, times=4)
    drill.runs_dry()
    assert drill.wrong() == []
    assert drill.counts() == {"accepted": 4, "delivered": 4, "failed template": 4}


def test_a_used_up_quota_holds_the_rest_back_until_midnight_and_then_they_are_told(
    drill: Drill, service: Service
) -> None:
    service.platform.quotas.daily_limits[PATHS[Channel.TEMPLATE]] = 1
    drill.press()
    for _ in range(3):
        drill.works()
    assert drill.counts()["queued daily_quota"] == 3
    service.platform.quotas.daily_limits[PATHS[Channel.TEMPLATE]] = PEOPLE
    service.clock.shows("23:59")
    drill.works()
    assert drill.counts()["queued daily_quota"] == 3
    service.clock.shows("00:01", days=1)
    drill.runs_dry()
    assert drill.wrong() == []
    assert drill.counts() == {"accepted": 4, "delivered": 8}


def test_who_stopped_following_unseen_is_left_for_the_telephone(drill: Drill) -> None:
    drill.press()
    for phone in drill.phones.values():
        phone.is_following = False
    drill.runs_dry()
    assert drill.wrong() == []
    counts = drill.counts()
    assert counts["failed not_following"] > 0
    plan = notices.plan(drill.post, drill.case.public_id, drill.templates, drill.service.clock())
    assert plan.by_phone == sum(one.sent is not None and one.sent.told is Told.FAILED for one in plan.contacts) > 0


def test_a_platform_that_is_down_in_the_middle_delays_the_rest_and_doubles_nobody(
    drill: Drill, service: Service
) -> None:
    drill.press()
    service.platform.faults.next("*", "reset", times=9)
    for _ in range(3):
        drill.works()
    service.platform.faults.clear()
    drill.runs_dry()
    assert drill.wrong() == []
    assert not any(name.startswith("failed") for name in drill.counts())
