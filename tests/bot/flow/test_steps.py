import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.flow import Choice, Option
from models.rules.refusal import Refused

MATTERS = Choice(
    "matter",
    (
        Option("social", "社保", ("社会保险", "Social security")),
        Option("fund", "公积金（住房）"),
        Option("3", "2号窗口业务", ("窗口",)),
        Option("other", "其他", ("窗口",)),
    ),
)


@pytest.mark.parametrize(
    ("said", "value"),
    [
        ("社保", "social"),
        ("社会保险", "social"),
        ("social SECURITY", "social"),
        ("ｓｏｃｉａｌ security", "social"),
        ("“社保”。", "social"),
        ("公积金(住房)", "fund"),
        ("2号窗口业务", "3"),
        ("1", "social"),
        ("②", "fund"),
        ("3", "3"),
        ("3.", "3"),
        ("4", "other"),
    ],
)
def test_an_option_of_the_list_just_shown(said: str, value: str) -> None:
    assert MATTERS.picked(said) == value


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("0", "choice_number"),
        ("5", "choice_number"),
        ("户口", "choice_unknown"),
        ("", "choice_unknown"),
        ("窗口", "choice_unclear"),  # two options share it
        ("1 2", "choice_unknown"),
        ("social", "choice_unknown"),  # what is stored is nothing that people type
        ("other", "choice_unknown"),
    ],
)
def test_what_is_no_option_is_refused(said: str, code: str) -> None:
    with pytest.raises(Refused) as refused:
        MATTERS.picked(said)
    assert refused.value.code == code


def test_a_number_is_no_option_where_no_list_was_shown() -> None:
    with pytest.raises(Refused):
        MATTERS.parse("1")


def test_a_number_past_the_list_says_how_long_it_is() -> None:
    with pytest.raises(Refused) as refused:
        MATTERS.picked("9")
    assert refused.value.details == {"most": 4}


def test_what_is_stored_is_never_read_as_a_place_in_the_list() -> None:
    numbered = Choice("window", (Option("2", "一号"), Option("1", "二号")))
    assert numbered.picked("1") == "2"
    assert numbered.parse("2") == "2"


def test_something_else_may_be_said_in_place_of_an_option() -> None:
    def place(text: str) -> str:
        if not text.endswith("楼"):
            raise Refused("place_unreadable")
        return text

    where = Choice("where", (Option("here", "这里"), Option("there", "那里")), otherwise=place)
    assert [where.picked(said) for said in ("2", "这里", "三楼")] == ["there", "here", "三楼"]
    assert where.parse("三楼") == "三楼"
    for said, code in (("别处", "choice_unknown"), ("3", "choice_number")):
        with pytest.raises(Refused) as refused:
            where.picked(said)
        assert refused.value.code == code


WORDS = st.text(st.sampled_from("社保公积金12 aAＡ.。()"), max_size=4)


@given(st.lists(st.tuples(WORDS, WORDS), min_size=1, max_size=4, unique_by=lambda pair: pair[0]), WORDS)
def test_what_a_choice_stores_is_read_back_as_itself(pairs: list[tuple[str, str]], said: str) -> None:
    """The first law, for choices: whatever words the options have."""
    choice = Choice("matter", [Option(value, label) for value, label in pairs])
    try:
        value = choice.picked(said)
    except Refused:
        return
    assert choice.parse(value) == value
