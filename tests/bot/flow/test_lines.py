"""Several answers in one message."""

from collections.abc import Generator
from dataclasses import replace
from itertools import permutations
from typing import Any

import pytest

from bot.flow import Choice, Option, Review, Step
from tests.bot.flow.conftest import Conversation
from tests.bot.flow.visit import CONSENT, NAME, NOTE, ONE_LINE, PHONE, READING

FILLED = ("consent", "name", "kind", "number", "phone", "address", "matter", "reading")


def test_one_line_answers_everything(talk: Conversation) -> None:
    talk.says(ONE_LINE)
    assert (talk.event, talk.understood, talk.left_over) == ("answered", FILLED, ())
    assert talk.asking == "review"


def test_one_line_and_one_by_one_come_to_the_same(talk: Conversation) -> None:
    one_by_one = Conversation().at_review().values
    assert talk.says(ONE_LINE).values == one_by_one


@pytest.mark.parametrize("said", [" ".join(order) for order in permutations(("张三", "12340", "13800138000", "社保"))])
def test_the_order_of_the_words_does_not_matter(talk: Conversation, said: str) -> None:
    talk.says("同意", said)
    assert talk.understood == ("name", "number", "phone", "matter")


@pytest.mark.parametrize("gap", [" ", "，", ",", "、", "；", "\n", " ， ", "\u3000"])
def test_words_are_separated_as_people_do(talk: Conversation, gap: str) -> None:
    assert talk.says(ONE_LINE.replace(" ", gap)).understood == FILLED


def test_what_is_optional_counts_as_skipped_once_the_rest_is_there(talk: Conversation) -> None:
    talk.says("同意 张三 预约号 12340 13800138000 社保 36.5")
    assert talk.asking == "review"
    assert talk.sources["address"] == talk.sources["note"] == "skipped"


def test_what_is_optional_is_asked_while_something_else_is_missing(talk: Conversation) -> None:
    talk.says("同意 张三 预约号 12340 13800138000 36.5")
    assert talk.asking == "address"


def test_one_answer_alone_skips_nothing(talk: Conversation) -> None:
    talk.says("同意", "张三", "1", "12340", "13800138000", "跳过", "社保", "36.5")
    assert talk.asking == "note"


def test_what_is_optional_does_not_hold_up_an_end_without_review() -> None:
    def short(facts: None) -> Generator[Step, Any, Any]:
        return (yield NAME), (yield PHONE), (yield NOTE)

    assert Conversation().in_(short).says("张三 13800138000").outcome == ("张三", "13800138000", None)


# --- refusals and what is left over -----------------------------------------------------------------------------------


def test_a_wrong_number_in_a_line_costs_only_itself(talk: Conversation) -> None:
    talk.says(ONE_LINE.replace("12340", "12345"))
    assert talk.event == "refused"
    assert talk.refused == ("number", "ticket_checksum")
    assert talk.understood == tuple(name for name in FILLED if name != "number")
    assert talk.left_over == ()
    assert talk.asking == "number"


def test_a_refused_word_is_no_reason_to_skip_anything(talk: Conversation) -> None:
    talk.says("同意 张三 预约号 12345 13800138000 社保 36.5", "12340")
    assert talk.asking == "address"


def test_a_wrong_number_beside_the_right_one_is_left_over(talk: Conversation) -> None:
    talk.says("同意", "张三 12345 12340")
    assert talk.values["name"] == "张三"
    assert talk.answers["number"] == "12340"
    assert (talk.refused, talk.left_over) == (None, ("12345",))


def test_a_claimed_word_may_be_refused_before_its_step_is_asked(talk: Conversation) -> None:
    talk.says("同意", "12345")
    assert talk.refused == ("number", "ticket_checksum")
    assert talk.asking == "name"


@pytest.mark.parametrize(
    ("said", "left_over"),
    [
        ("12340 张三 李四", ("张三", "李四")),  # which of the two is the name?
        ("12340 社保 公积金", ("社保", "公积金")),
        ("12340 13800138000 13900139000", ("13800138000", "13900139000")),
        ("12340 张三 #!x1", ("张三", "#!x1")),
        ("12340 取消", ("取消",)),
        ("12340 设置", ("设置",)),
        ("12340 电话", ("电话",)),
        ("12340 2", ("2",)),  # no list was shown
        ("12340 12340 张三丰是一个人的名字", ("张三丰是一个人的名字",)),
    ],
)
def test_what_is_not_sure_is_left_over(talk: Conversation, said: str, left_over: tuple[str, ...]) -> None:
    talk.says("同意", said)
    assert (talk.event, talk.understood, talk.left_over) == ("answered", ("number",), left_over)
    assert talk.asking == "name"


def test_a_command_among_other_words_is_not_obeyed(talk: Conversation) -> None:
    talk.says("同意", "张三 取消 12340")
    assert (talk.event, talk.left_over) == ("answered", ("取消",))
    assert talk.understood == ("name", "number")


@pytest.mark.parametrize("said", ["好的，张三", "张三 谢谢", "你好 张三", "张三 🙏"])
def test_a_polite_word_is_neither_an_answer_nor_left_over(talk: Conversation, said: str) -> None:
    talk.says("同意", said)
    assert (talk.understood, talk.left_over) == (("name",), ())


def test_the_same_answer_twice_is_one_answer(talk: Conversation) -> None:
    talk.says("同意", "13800138000 138-0013-8000 张三")
    assert talk.understood == ("name", "phone")
    assert talk.left_over == ()


def test_a_number_and_a_label_that_disagree_choose_nothing(talk: Conversation) -> None:
    talk.says("同意", "张三", "1", "12340", "13800138000", "跳过", "1 公积金")
    assert talk.asking == "matter"
    assert talk.understood == ()


def test_a_line_copied_from_the_list_is_understood(talk: Conversation) -> None:
    talk.says("同意", "张三", "1", "12340", "13800138000", "跳过", "2. 公积金")
    assert talk.values["matter"] == "fund"


def test_a_number_is_for_the_list_just_shown(talk: Conversation) -> None:
    talk.says("同意", "张三", "2 L123 36.5")
    assert talk.understood == ("kind", "number", "reading")


# --- whose word it is -------------------------------------------------------------------------------------------------


def test_a_word_meant_for_a_later_step_fills_it(talk: Conversation) -> None:
    talk.says("同意", "13800138000")
    assert (talk.event, talk.understood, talk.asking) == ("answered", ("phone",), "name")


def test_an_option_of_a_later_choice_is_not_a_name(talk: Conversation) -> None:
    assert talk.says("同意", "公积金").understood == ("matter",)


def test_what_is_answered_is_not_replaced_before_the_review(talk: Conversation) -> None:
    talk.says("同意", "张三 13800138000", "13900139000")
    assert talk.answers["phone"] == "13800138000"
    assert talk.asking == "kind"


@pytest.mark.parametrize("again", ["36.5", "36.5 ℃", "13800138000", "138 0013 8000", "社保", "社会保险"])
def test_what_was_answered_and_is_said_again_is_no_contradiction(talk: Conversation, again: str) -> None:
    talk.says("同意", "36.5", "13800138000", "社保")
    assert talk.asking == "name"
    talk.says(f"张三 预约号 12340 {again}")
    assert (talk.understood, talk.left_over) == (("name", "kind", "number"), ())


def test_what_was_answered_and_is_said_otherwise_is_left_over(talk: Conversation) -> None:
    talk.says("同意", "36.5", "预约号 12340 36.6")
    assert (talk.understood, talk.left_over) == (("kind", "number"), ("36.6",))


def test_what_is_known_said_again_alone_answers_nothing(talk: Conversation) -> None:
    talk.says("同意", "36.5", "36.5")
    assert (talk.event, talk.asking) == ("refused", "name")


def test_what_the_profile_knows_before_the_question_may_be_said_again(talk: Conversation) -> None:
    talk.known(name="张三", phone="13800138000", kind="ticket", number="12340", matter="social")
    talk.says("同意", "跳过", "张三 13800138000 社保 36.5")
    assert (talk.left_over, talk.values["reading"]) == ((), 36.5)


def test_a_choice_opens_the_step_its_words_are_for(talk: Conversation) -> None:
    talk.says("同意", "张三 推荐信 L123")
    assert talk.understood == ("name", "kind", "number")


def test_a_lenient_step_does_not_swallow_what_is_surely_meant_for_others(talk: Conversation) -> None:
    talk.says(*("同意", "张三", "1", "12340", "13800138000"), "社保 36.5")
    assert talk.understood == ("matter", "reading")
    assert "address" not in talk.answers or talk.answers["address"] == ""


def test_a_lenient_step_takes_the_whole_message_that_answers_it(talk: Conversation) -> None:
    talk.says(*("同意", "张三", "1", "12340", "13800138000"), "幸福小区 3 单元")
    assert talk.values["address"] == "幸福小区3单元"


def test_what_is_left_may_answer_the_question_asked() -> None:
    def script(facts: None) -> Generator[Step, Any, Any]:
        yield Step("reading", READING.parse, examples=("36.5",))  # claims nothing
        yield PHONE
        yield Review()

    assert Conversation().in_(script).says("13800138000 36.5 度").understood == ("reading", "phone")


def test_two_phones_go_to_two_phone_steps_in_order() -> None:
    def script(facts: None) -> Generator[Step, Any, Any]:
        yield PHONE
        yield replace(PHONE, name="other")
        yield Review()

    talk = Conversation().in_(script).says("13800138000 13900139000")
    assert talk.values == {"phone": "13800138000", "other": "13900139000"}
    talk.says("13700137000")
    assert (talk.event, talk.left_over) == ("not_understood", ("13700137000",))  # which of the two?


def test_a_yes_for_two_questions_is_for_the_one_asked() -> None:
    yes_or_no = (Option("yes", "要"), Option("no", "不要"))

    def script(facts: None) -> Generator[Step, Any, Any]:
        yield NAME
        yield Choice("copy", yes_or_no)
        yield Choice("stamp", yes_or_no)
        yield PHONE
        yield Review()

    talk = Conversation().in_(script)
    assert talk.says("张三 要 13800138000").understood == ("name", "phone")
    assert talk.left_over == ("要",)
    assert talk.asking == "copy"
    assert talk.says("要").understood == ("copy",)


def test_what_the_profile_knows_behind_the_question_can_be_replaced_at_once(talk: Conversation) -> None:
    talk.known(name="张三", kind="ticket", number="12340", phone="13800138000", matter="social", reading="36.5")
    talk.says("同意 公积金 36.4")
    assert talk.understood == ("consent", "matter", "reading")
    assert talk.asking == "review"


def test_a_name_the_profile_knows_is_not_replaced_by_a_word_left_over(talk: Conversation) -> None:
    talk.known(name="张三").says("同意 李四")
    assert (talk.understood, talk.left_over) == (("consent",), ("李四",))
    assert talk.values["name"] == "张三"


def test_a_quiet_step_is_filled_by_a_claimed_word() -> None:
    def script(facts: None) -> Generator[Step, Any, Any]:
        yield replace(READING, quiet=True, default="36.5")
        yield NAME
        yield Review()

    talk = Conversation().in_(script).says("张三 36.9")
    assert talk.values == {"reading": 36.9, "name": "张三"}


# --- at the review ----------------------------------------------------------------------------------------------------


def test_a_word_that_nobody_takes_keeps_the_review_as_it_was(talk: Conversation) -> None:
    before = talk.at_review().answers
    talk.says("带李四 13900139000")
    assert (talk.event, talk.understood, talk.left_over) == ("unclear", (), ("带李四",))
    assert talk.answers == before


def test_a_refused_value_for_an_item_of_the_review_asks_that_item_again(talk: Conversation) -> None:
    talk.at_review().says("公积金 12345")
    assert talk.refused == ("number", "ticket_checksum")
    assert talk.asking == "number"
    assert talk.says("12340").asking == "review"
    assert talk.values["matter"] == "fund"


@pytest.mark.parametrize("said", ["no", "不同意", "同意", "yes"])
def test_what_the_review_does_not_list_is_not_changed_there(talk: Conversation, said: str) -> None:
    before = talk.at_review().answers
    talk.says(said)
    assert talk.answers == before


def test_a_whole_number_that_is_no_items_is_an_answer_where_one_step_alone_takes_it(talk: Conversation) -> None:
    talk.at_review().says("39")
    assert (talk.understood, talk.outcome) == (("reading",), "turned away")


def test_a_number_that_nothing_takes_is_left_over(talk: Conversation) -> None:
    talk.at_review().says("139")
    assert (talk.event, talk.left_over, talk.asking) == ("not_understood", ("139",), "review")


def test_a_review_of_what_the_profile_knows_has_no_numbers(talk: Conversation) -> None:
    talk.known(name="张三", kind="ticket", number="12340", phone="13800138000", matter="social", reading="36.5")
    talk.says("同意", "跳过", "跳过", "3")
    assert (talk.event, talk.asking) == ("not_understood", "review")


@pytest.mark.parametrize("said", ["不对", "不对啊", "错了。", "no", "No!"])
def test_an_objection_changes_nothing(talk: Conversation, said: str) -> None:
    before = talk.at_review().answers
    talk.says(said)
    assert (talk.event, talk.answers, talk.asking) == ("objection", before, "review")


# --- words of several parts -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "understood", "left_over"),
    [
        ("John Smith 12340 13800138000", ("name", "number", "phone"), ()),
        ("12340 Mary-Ann O'Neill 13800138000", ("name", "number", "phone"), ()),
        ("John 12340 Smith", ("number",), ("John", "Smith")),  # not side by side
        ("Smith, John 12340", ("number",), ("Smith", "John")),  # a comma separates
        ("John Smith 张三 12340", ("number",), ("John", "Smith", "张三")),
        ("张三 138 0013 8000 12340", ("name", "number", "phone"), ()),
        ("张三 +86 13800138000 12340", ("name", "number", "phone"), ()),
        ("张三 票号 12340", ("name", "number"), ()),
        ("张三 36.5 ℃", ("name", "reading"), ()),
        ("张三 12 340 13800138000", ("name", "number", "phone"), ()),
        ("Social security 张三 12340", ("name", "number", "matter"), ()),
        ("12340 Housing  fund 13800138000", ("number", "phone", "matter"), ()),
    ],
)
def test_words_that_belong_together(
    talk: Conversation, said: str, understood: tuple[str, ...], left_over: tuple[str, ...]
) -> None:
    talk.says("同意", said)
    assert (talk.understood, talk.left_over) == (understood, left_over)


def test_a_name_beside_a_number_does_not_become_part_of_it() -> None:
    def script(facts: None) -> Generator[Step, Any, Any]:
        yield CONSENT
        yield NAME
        yield Step("passport", str.strip, claims=lambda word: word.replace(" ", "").isalnum() and word[-1:].isdigit())
        yield Review()

    assert Conversation().in_(script).says("同意 John 1234567").values == {
        "consent": "yes",
        "name": "John",
        "passport": "1234567",
    }


# --- very long messages -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "said",
    ["张" * 10_000, "张三 " * 3_300, "12345 " * 1_600, "姓名：" * 3_000, "电话 " * 3_000, "a:" * 5_000],
)
def test_ten_thousand_characters_leave_the_question_as_it_was(talk: Conversation, said: str) -> None:
    talk.says("同意")
    talk.says(said)
    assert talk.asking == "name"


def test_words_past_the_bound_are_left_over(talk: Conversation) -> None:
    talk.says("同意", " ".join(["12340", *["？！x1"] * 60, "13800138000"]))
    assert talk.understood == ("number",)
    assert talk.left_over[-1] == "13800138000"
