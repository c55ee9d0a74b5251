"""Answers from elsewhere go into a conversation as if they had been typed, and never further."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.flow import Turn, hear, locate, supply
from tests.bot.flow.test_random_conversations import ODD, PROFILE, STEPS, WRONG, typed
from tests.bot.flow.visit import A_VISIT, Facts, visit

NAMES = [step.name for step in STEPS]


def supplied(answers: dict[str, str], over_said: bool = True, **given: str) -> Turn:
    return supply(visit, Facts(), answers, given, over_said=over_said)


def said(*messages: str) -> dict[str, str]:
    answers: dict[str, str] = {}
    for message in messages:
        answers = hear(visit, Facts(), answers, message).answers
    return answers


def test_what_is_given_is_as_if_it_had_been_typed() -> None:
    turn = supplied(said("同意"), name="张 三", phone="138 0013 8000")
    assert (turn.answers["name"], turn.answers["phone"]) == ("张三", "13800138000")
    assert (turn.event, turn.understood) == ("answered", ("name", "phone"))
    assert turn.position.asking is not None
    assert turn.position.asking.name == "kind"


def test_it_may_be_given_before_the_steps_that_come_first_are_answered() -> None:
    turn = supplied({}, name="张三")
    assert turn.position.asking is not None
    assert (turn.position.asking.name, turn.understood) == ("consent", ("name",))


def test_what_is_refused_is_left_out_and_told() -> None:
    turn = supplied(said("同意"), name="张三", phone="12345")
    assert "phone" not in turn.answers
    assert turn.refused is not None
    assert (turn.event, turn.refused.step_name, turn.understood) == ("refused", "phone", ("name",))


def test_what_is_not_asked_on_this_path_is_left_out() -> None:
    turn = supplied(said("同意"), shoe_size="44")
    assert (turn.answers, turn.event) == (said("同意"), "not_understood")


@pytest.mark.parametrize(("over_said", "name"), [(True, "李四"), (False, "张三")])
def test_what_was_said_is_replaced_or_stays(over_said: bool, name: str) -> None:
    turn = supplied(said("同意", "张三"), over_said, name="李四", phone="13800138000")
    assert (turn.answers["name"], turn.answers["phone"]) == (name, "13800138000")
    assert ("name" in turn.understood) is over_said


def test_what_is_remembered_is_not_said() -> None:
    turn = supply(visit, Facts(), {}, {"name": "李四"}, PROFILE, over_said=False)
    assert turn.understood == ("name",)


def test_an_item_that_is_being_changed_is_filled_and_the_review_comes_again() -> None:
    answers = said(*A_VISIT, "1")
    assert locate(visit, Facts(), answers).asking != "review"
    turn = supplied(answers, over_said=False, name="李四")
    assert turn.position.asking is not None
    assert (turn.position.asking.name, turn.answers["name"]) == ("review", "李四")


TEXTS = st.one_of(st.sampled_from([text for step in STEPS for text in typed(step)]), st.sampled_from((*WRONG, *ODD)))
MESSAGES = st.lists(st.one_of(st.sampled_from(A_VISIT), st.sampled_from(("返回", "1", "3", "跳过")), TEXTS), max_size=9)


@given(MESSAGES, st.dictionaries(st.sampled_from(NAMES), st.one_of(TEXTS, st.text(max_size=20))), st.booleans())
def test_whatever_is_given_is_kept_only_where_it_could_have_been_typed(
    messages: list[str], given: dict[str, str], over_said: bool
) -> None:
    before = said(*messages)
    turn = supplied(before, over_said, **given)
    for name in given.keys() - set(turn.understood):
        assert turn.answers.get(name) == before.get(name)
    for known in turn.position.path:
        if known.step.name in turn.understood:
            assert str(known.step.parse(known.text)) == known.text
    assert (
        supplied(turn.answers, True, **{name: turn.answers[name] for name in turn.understood}).answers == turn.answers
    )
