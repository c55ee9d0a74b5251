"""What a notice became is told as it is known, and a failure only where it is one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.rules.notices import BY_CHANNEL, MESSAGES, Told, Way, fate
from models.rules.sending import Channel, State

REASONS = st.none() | st.sampled_from(["busy", "daily_quota", "not_following", "expired", "no_window", "bug"])
VERDICTS = st.none() | st.sampled_from(["delivered", "user_block", "system_failed", "failed"])


@pytest.mark.parametrize(
    ("state", "reason", "verdict", "told", "why"),
    [
        (State.WAITING, None, None, Told.QUEUED, ""),
        (State.WAITING, "daily_quota", None, Told.QUEUED, "daily_quota"),
        (State.WAITING, "not_following", None, Told.QUEUED, ""),  # about to be tried by another channel
        (State.SENDING, None, None, Told.QUEUED, ""),
        (State.SENT, None, None, Told.ACCEPTED, ""),
        (State.SENT, None, "delivered", Told.DELIVERED, ""),
        (State.SENT, None, "user_block", Told.FAILED, "user_block"),
        (State.GIVEN_UP, "template", None, Told.FAILED, "template"),
        (State.UNKNOWN, "outcome_unknown", None, Told.UNKNOWN, "outcome_unknown"),
        (State.DROPPED, None, None, Told.FAILED, ""),
    ],
)
def test_each_state_of_a_message_is_told(
    state: State, reason: str | None, verdict: str | None, told: Told, why: str
) -> None:
    assert fate(state, reason, verdict) == (told, why)


@given(st.sampled_from(State), REASONS, VERDICTS)
def test_nothing_that_may_have_arrived_is_told_as_failed_and_nothing_that_did_not_as_delivered(
    state: State, reason: str | None, verdict: str | None
) -> None:
    told = fate(state, reason, verdict).told
    assert told is not Told.FAILED or state in (State.GIVEN_UP, State.DROPPED) or verdict not in (None, "delivered")
    assert told is not Told.DELIVERED or (state is State.SENT and verdict == "delivered")


def test_every_channel_is_a_way_and_the_telephone_is_none() -> None:
    assert set(BY_CHANNEL) == set(Channel)
    assert set(Way) - MESSAGES == {Way.PHONE, Way.LEADS_PHONE, Way.NONE}
