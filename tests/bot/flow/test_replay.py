from collections.abc import Generator
from typing import Any

import pytest

from bot.flow import ASK, EDIT, Choice, Option, Review, Step, locate
from models.rules.refusal import Refused
from tests.bot.flow.conftest import Conversation
from tests.bot.flow.visit import Facts, Registered, note, phone, visit

Asks = Generator[Step, Any, Any]


def text(said: str) -> str:
    return said


def upper(said: str) -> str:
    if not said.isupper():
        raise Refused("not_upper")
    return said


# --- the laws ---------------------------------------------------------------------------------------------------------


def test_what_is_stored_parses_to_what_the_script_was_told(talk: Conversation) -> None:
    talk.at_review()
    said = [known for known in talk.position.path if known.source == "said"]
    assert len(said) == 8
    assert all(known.step.parse(known.text) == known.value for known in said)
    assert all(known.step.parse(str(known.value)) == known.value for known in said)


def test_the_answers_are_all_there_is_to_a_conversation(talk: Conversation) -> None:
    """Scripts are pure: a process that never saw the talk finds the same place from the answers alone."""
    talk.at_review()
    first, second = locate(visit, Facts(), dict(talk.answers)), locate(visit, Facts(), dict(talk.answers))
    assert [known.text for known in first.path] == [known.text for known in second.path]
    assert first.asking is not None
    assert first.asking.name == "review"


def test_a_name_asked_twice_on_one_path_is_a_fault_of_the_script() -> None:
    def twice(facts: None) -> Asks:
        yield Step("name", text)
        yield Step("name", text)

    with pytest.raises(RuntimeError, match="'name' twice"):
        locate(twice, None, {"name": "张三"})


def test_one_name_on_two_branches_is_fine() -> None:
    def branches(facts: None) -> Asks:
        kind = yield Step("kind", text)
        yield Step("number", text if kind == "a" else upper)

    for kind in ("a", "b"):
        assert locate(branches, None, {"kind": kind, "number": "N"}).asking is None


def test_answers_off_the_path_wait_until_they_are_needed_again(talk: Conversation) -> None:
    """Nothing is pruned before the end."""
    talk.at_review().says("类型", "推荐信")
    assert talk.asking == "number"
    assert talk.answers["phone"] == "13800138000"
    talk.says("L123")
    assert talk.asking == "review"


def test_a_question_behind_the_review_is_a_fault_of_the_script() -> None:
    def goes_on(facts: None) -> Asks:
        yield Review()
        yield Step("name", text)

    with pytest.raises(RuntimeError, match="after its review"):
        Conversation().in_(goes_on).says("确认")


def test_an_error_inside_a_script_is_never_a_missing_answer() -> None:
    def broken(facts: None) -> Asks:
        yield Step("name", text)
        raise KeyError("hall")

    with pytest.raises(KeyError):
        locate(broken, None, {"name": "张三"})


def test_a_refusal_inside_a_script_is_passed_on() -> None:
    def refuses(facts: None) -> Asks:
        yield Step("name", text)
        raise Refused("hall_suspended")

    with pytest.raises(Refused):
        locate(refuses, None, {"name": "张三"})


def test_an_error_inside_a_parse_is_passed_on() -> None:
    def script(facts: None) -> Asks:
        yield Step("number", int)

    with pytest.raises(ValueError, match="invalid literal"):
        locate(script, None, {"number": "x"})


# --- what counts as answered ------------------------------------------------------------------------------------------


def test_the_first_unanswered_step_is_asked() -> None:
    assert locate(visit, Facts(), {"consent": "yes", "phone": "13800138000"}).asking.name == "name"  # type: ignore[union-attr]


def test_a_skipped_step_is_answered_with_nothing(talk: Conversation) -> None:
    talk.at_review()
    assert talk.values["note"] is None
    assert talk.sources["note"] == "skipped"


def test_nothing_is_no_answer_once_the_step_is_required() -> None:
    def script(facts: bool) -> Asks:
        yield Step("note", note if facts else phone, optional=facts)

    assert locate(script, True, {"note": ""}).asking is None
    assert locate(script, False, {"note": ""}).asking is not None


def test_a_quiet_step_is_never_asked_and_gives_its_default() -> None:
    def script(facts: None) -> Asks:
        return (yield Step("a", text, quiet=True)), (yield Step("b", upper, quiet=True, default="B"))

    here = locate(script, None, {})
    assert here.outcome == (None, "B")
    assert [known.source for known in here.path] == ["default", "default"]


def test_a_quiet_step_whose_default_is_no_longer_accepted_is_asked() -> None:
    def script(facts: None) -> Asks:
        yield Step("b", upper, quiet=True, default="b")

    assert locate(script, None, {}).asking is not None


def test_the_profile_answers_what_nobody_said(talk: Conversation) -> None:
    talk.known(name="张三", kind="ticket", number="12340", phone="13800138000").says("同意")
    assert talk.asking == "address"
    assert talk.sources["name"] == "remembered"
    assert "name" not in talk.answers


def test_what_is_said_goes_before_the_profile(talk: Conversation) -> None:
    talk.known(name="张三").says("同意")
    talk.answers["name"] = "李四"
    assert talk.values["name"] == "李四"


def test_a_profile_that_no_longer_parses_is_asked(talk: Conversation) -> None:
    talk.known(name="张三", kind="ticket", number="12345").says("同意")  # wrong last digit
    assert talk.asking == "number"


def test_an_empty_field_of_the_profile_is_no_answer(talk: Conversation) -> None:
    assert talk.known(name="").says("同意").asking == "name"


@pytest.mark.parametrize("mark", [ASK, EDIT, EDIT + "张三", EDIT + ASK])
def test_a_marked_answer_is_asked_whatever_the_profile_knows(talk: Conversation, mark: str) -> None:
    talk.known(name="张三").says("同意")
    talk.answers["name"] = mark
    assert talk.asking == "name"


def test_items_are_what_the_review_lists(talk: Conversation) -> None:
    talk.at_review()
    names = [known.step.name for known in talk.position.items]
    assert names == ["name", "kind", "number", "phone", "address", "matter", "reading", "note", "companions"]


# --- a deploy in mid-talk ---------------------------------------------------------------------------------------------


def test_a_question_added_in_mid_talk_is_asked_and_the_rest_is_kept(talk: Conversation) -> None:
    talk.at_review().deployed(Facts(version="added"))
    assert talk.asking == "town"
    talk.says("北京")
    assert talk.asking == "review"


def test_a_question_removed_in_mid_talk_is_forgotten(talk: Conversation) -> None:
    talk.at_review().deployed(Facts(version="removed")).says("确认")
    assert isinstance(talk.outcome, Registered)
    assert talk.outcome.address is None


def test_a_question_removed_while_it_is_asked_gives_way_to_the_next(talk: Conversation) -> None:
    talk.says(*("同意", "张三", "1", "12340", "13800138000"))
    assert talk.asking == "address"
    assert talk.deployed(Facts(version="removed")).says("社保").asking == "reading"


def test_a_renamed_question_keeps_its_answer(talk: Conversation) -> None:
    talk.at_review().deployed(Facts(version="renamed"))
    assert talk.asking == "review"
    assert talk.values["mobile"] == "13800138000"


def test_a_renamed_question_can_be_answered_anew(talk: Conversation) -> None:
    talk.at_review().deployed(Facts(version="renamed")).says("13900139000")
    assert talk.values["mobile"] == "13900139000"


def test_a_question_renamed_while_it_is_edited_is_edited_still(talk: Conversation) -> None:
    talk.at_review().says("电话").deployed(Facts(version="renamed"))
    assert talk.asking == "mobile"
    talk.says("返回")
    assert talk.asking == "review"
    assert talk.values["mobile"] == "13800138000"


def test_an_option_taken_away_is_asked_again(talk: Conversation) -> None:
    talk.at_review().deployed(Facts(matters=(Option("fund", "公积金"),)))
    assert talk.asking == "matter"
    talk.says("1")
    assert talk.asking == "review"


def test_a_list_put_in_another_order_changes_no_answer(talk: Conversation) -> None:
    talk.says("同意", "张三", "1", "12340", "13800138000", "跳过", "1")
    talk.deployed(Facts(matters=tuple(reversed(Facts().matters))))
    assert talk.values["matter"] == "social"


def test_a_tightened_rule_asks_again() -> None:
    def script(facts: bool) -> Asks:
        yield Step("code", upper if facts else text)
        yield Choice("sure", (Option("yes", "是"),))

    talk = Conversation().in_(script, False).says("abc")
    assert talk.asking == "sure"
    assert talk.in_(script, True).asking == "code"
