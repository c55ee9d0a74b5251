from collections.abc import Generator
from typing import Any

import pytest

from bot.flow import Choice, Option, Review, Step
from tests.bot.flow.conftest import Conversation
from tests.bot.flow.visit import A_VISIT, Registered, note


def test_one_answer_after_the_other_leads_to_the_review(talk: Conversation) -> None:
    asked = []
    for said in A_VISIT:
        asked.append(talk.asking)
        talk.says(said)
    assert asked == ["consent", "name", "kind", "number", "phone", "address", "matter", "reading", "note"]
    assert talk.asking == "review"


@pytest.mark.parametrize(
    "yes", ["确认", "ok", "好的", "是", "对", "对的", "是的", "正确", "没问题", "确认吧", "确认 👍", "OK！"]
)
def test_a_yes_to_the_review_gives_the_outcome_and_keeps_the_answers(talk: Conversation, yes: str) -> None:
    talk.at_review()
    before = dict(talk.answers)
    talk.says(yes)
    assert talk.event == "confirmed"
    assert talk.outcome == Registered("张三", "ticket", "12340", "13800138000", "幸福路1号", "social", 36.5, None, None)
    assert talk.answers == before


def test_a_script_without_a_review_ends_with_its_last_answer(talk: Conversation) -> None:
    talk.says("不同意")
    assert (talk.event, talk.outcome, talk.asking) == ("answered", "declined", None)


def test_a_branch_may_end_the_conversation_early(talk: Conversation) -> None:
    talk.says(*A_VISIT[:7], "37.3")
    assert talk.outcome == "turned away"


def test_a_wrong_check_digit_is_asked_again(talk: Conversation) -> None:
    talk.says("同意", "张三", "1", "12345")
    assert talk.event == "refused"
    assert talk.refused == ("number", "ticket_checksum")
    assert talk.asking == "number"
    assert talk.says("12340").asking == "phone"


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("4", "choice_number"),  # the list has three
        ("户口", "choice_unknown"),
        ("2 3", "choice_unknown"),
        ("确认", "choice_unknown"),
    ],
)
def test_what_is_not_in_the_list_is_refused(talk: Conversation, said: str, code: str) -> None:
    talk.says(*A_VISIT[:6], said)
    assert talk.refused == ("matter", code)
    assert talk.asking == "matter"


@pytest.mark.parametrize("said", ["", "  ", "\x00", "\x01张三\x00"[:1], "\u200b", "\u202e"])
def test_an_empty_message_changes_nothing(talk: Conversation, said: str) -> None:
    talk.says("同意", said)
    assert (talk.event, talk.asking) == ("not_understood", "name")


def test_marks_typed_by_a_visitor_mean_nothing(talk: Conversation) -> None:
    talk.says("同意", "\x01张三")
    assert talk.answers["name"] == "张三"


def test_cancel_is_told_to_the_caller(talk: Conversation) -> None:
    talk.says("同意", "张三", "取消")
    assert talk.event == "cancelled"


def test_help_changes_nothing(talk: Conversation) -> None:
    talk.says("同意", "?")
    assert (talk.event, talk.asking) == ("help", "name")


# --- skipping ---------------------------------------------------------------------------------------------------------


def test_an_optional_question_can_be_skipped(talk: Conversation) -> None:
    talk.says(*A_VISIT[:5], "跳过")
    assert (talk.event, talk.asking) == ("skipped", "matter")


def test_a_required_question_cannot_be_skipped(talk: Conversation) -> None:
    talk.says("同意", "跳过")
    assert talk.refused == ("name", "step_required")
    assert talk.asking == "name"


def test_the_review_cannot_be_skipped(talk: Conversation) -> None:
    talk.at_review().says("跳过")
    assert (talk.event, talk.left_over, talk.asking) == ("not_understood", ("跳过",), "review")


# --- going back -------------------------------------------------------------------------------------------------------


def test_back_asks_the_last_answer_again(talk: Conversation) -> None:
    talk.says("同意", "张三", "1", "返回")
    assert (talk.event, talk.asking) == ("back", "kind")
    assert talk.says("返回").asking == "name"
    assert talk.says("李四", "1").values["name"] == "李四"


def test_back_at_the_first_question_stays_there(talk: Conversation) -> None:
    talk.says("返回")
    assert (talk.event, talk.asking) == ("at_start", "consent")


def test_back_goes_over_what_was_skipped(talk: Conversation) -> None:
    assert talk.says(*A_VISIT[:5], "跳过", "返回").asking == "address"


def test_back_from_the_review_passes_what_was_never_asked(talk: Conversation) -> None:
    assert talk.at_review().says("返回").asking == "note"  # companions is quiet


def test_going_back_over_what_the_profile_knows_asks_it(talk: Conversation) -> None:
    talk.known(name="张三", kind="ticket", number="12340").says("同意", "返回")
    assert talk.asking == "number"
    talk.says("返回")
    assert talk.asking == "kind"
    talk.says("2", "L123")
    assert talk.asking == "phone"
    assert talk.values["name"] == "张三"


def test_going_back_keeps_the_answers_behind(talk: Conversation) -> None:
    talk.known(name="张三").says("同意", "1", "返回", "返回")
    assert talk.asking == "name"
    assert talk.says("李四").asking == "kind"


# --- free text and names ----------------------------------------------------------------------------------------------


def test_free_text_is_the_whole_message_whatever_it_holds(talk: Conversation) -> None:
    talk.says(*A_VISIT[:8], "社保 13900139000，电话 36.5 取消")
    assert talk.values["note"] == "社保 13900139000，电话 36.5 取消"
    assert talk.values["phone"] == "13800138000"


def test_free_text_may_stand_behind_its_own_label(talk: Conversation) -> None:
    assert talk.says(*A_VISIT[:8], "备注：请快一点").values["note"] == "请快一点"


@pytest.mark.parametrize("word", ["设置", "“设 置”", "english", "确认", "好的"])
def test_a_word_of_the_house_alone_is_no_free_text(talk: Conversation, word: str) -> None:
    talk.says(*A_VISIT[:8], word)
    assert talk.refused == ("note", "reserved_word")
    assert talk.asking == "note"


@pytest.mark.parametrize("word", ["设置", "签退", "确认"])
def test_a_word_of_the_house_alone_is_no_name(talk: Conversation, word: str) -> None:
    talk.says("同意", word)
    assert talk.refused == ("name", "reserved_word")


def test_a_word_of_the_house_alone_is_no_address(talk: Conversation) -> None:
    talk.says(*A_VISIT[:5], "English")
    assert talk.refused == ("address", "reserved_word")


def test_a_word_of_the_house_within_free_text_is_text(talk: Conversation) -> None:
    assert talk.says(*A_VISIT[:8], "设置 在哪里").values["note"] == "设置 在哪里"


def test_refused_free_text_says_why(talk: Conversation) -> None:
    talk.says(*A_VISIT[:8], "长" * 201)
    assert talk.refused == ("note", "note_long")


@pytest.mark.parametrize("name", ["John Smith", "张 三", "Mary-Ann O'Neill Jr."])
def test_a_name_may_have_spaces(talk: Conversation, name: str) -> None:
    talk.says("同意", name)
    assert talk.asking == "kind"


def test_an_answer_to_a_choice_may_be_a_word_of_the_engine(talk: Conversation) -> None:
    assert talk.says("好的").values["consent"] == "yes"


def test_a_message_after_the_end_does_nothing() -> None:
    def short(facts: None) -> Generator[Step, Any, Any]:
        return (yield Choice("sure", (Option("yes", "是"),)))

    talk = Conversation().in_(short).says("是", "是")
    assert (talk.event, talk.left_over, talk.outcome) == ("not_understood", ("是",), "yes")
    assert talk.says("返回").asking == "sure"


def test_a_review_alone_can_be_confirmed() -> None:
    def only(facts: str) -> Generator[Step, Any, Any]:
        yield Review()
        return facts

    talk = Conversation().in_(only, "done").says("返回")
    assert talk.event == "at_start"
    assert talk.says("确认").outcome == "done"


def test_a_loop_with_numbered_names() -> None:
    def party(facts: None) -> Generator[Step, Any, Any]:
        names = []
        while (yield Choice(f"more_{len(names)}", (Option("yes", "还有"), Option("no", "没有了")))) == "yes":
            names.append((yield Step(f"person_{len(names)}", note, examples=("李四",))))
        return names

    talk = Conversation().in_(party).says("还有", "李四", "1", "王五", "2")
    assert talk.outcome == ["李四", "王五"]


def test_a_script_that_loops_on_its_own_examples_does_not_hold_the_engine_up() -> None:
    def endless(facts: None) -> Generator[Step, Any, Any]:
        count = 0
        while True:
            yield Choice(f"more_{count}", (Option("yes", "还有"), Option("no", "没有了")))
            count += 1

    talk = Conversation().in_(endless).says("今天 天气")
    assert talk.refused == ("more_0", "choice_unknown")
