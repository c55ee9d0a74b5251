import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.rules.documents.numbers import Number, holds, number_in
from models.rules.identity import check_digit

WHOLE = "11010519491231002X"


def numbered(first_17: str) -> str:
    return first_17 + check_digit(first_17)


@pytest.mark.parametrize(
    "text",
    [
        WHOLE,
        "11010519491231002x",
        "１１０１０５１９４９１２３１００２Ｘ",  # the recogniser now and then answers so
        "110105 19491231 002X",
        "11010519491231002×",
    ],
)
def test_a_number_is_found_however_its_characters_are_read(text: str) -> None:
    assert number_in(text) == Number(WHOLE)


@pytest.mark.parametrize("text", ["l1010519491231002X", "I1O1OSI949I23IOO2X", "11010519491231OO2X"])
def test_letters_that_look_like_digits_are_put_right_where_the_check_digit_then_holds(text: str) -> None:
    assert number_in(text) == Number(WHOLE, repaired=True)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "X" * 18,
        "0" * 18,
        WHOLE[:-1],
        WHOLE + "1",
        "1" + WHOLE,
        WHOLE * 2,
        numbered("99010519491231002"),  # no such province
        numbered("11010519491331002"),  # no such month
        numbered("11010519490230002"),  # no such day
        numbered("11010517491231002"),  # nobody is that old
        "١١٠١٠٥١٩٤٩١٢٣١٠٠٢X",  # digits, but none that a card prints
    ],
)
def test_what_cannot_be_a_number_is_none(text: str) -> None:
    assert number_in(text) is None


def test_of_two_numbers_in_one_line_none_is_chosen() -> None:
    assert number_in(f"{WHOLE}和440524188001010014") is None


@given(st.text(alphabet="0123456789XxOoIlBSZ ×１", max_size=40) | st.text(max_size=40))
def test_whatever_is_found_holds(text: str) -> None:
    found = number_in(text)
    assert found is None or holds(found.text)


@given(st.integers(0, 16), st.integers(1, 9))
def test_one_digit_misread_gives_no_number(place: int, more: int) -> None:
    wrong = str((int(WHOLE[place]) + more) % 10)
    assert number_in(WHOLE[:place] + wrong + WHOLE[place + 1 :]) is None


def test_a_number_tells_birth_sex_and_kind() -> None:
    number = Number("810000199408230021")
    assert (number.birth, number.sex, number.is_permit) == ("1994-08-23", "女", True)
    assert not Number(WHOLE).is_permit
