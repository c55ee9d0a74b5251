from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.rules.identity import (
    IdKind,
    IdNumber,
    check_digit,
    id_number,
    is_kind_word,
    is_under_14,
    looks_like_id_number,
)
from models.rules.masks import in_groups
from models.rules.refusal import Refused

TODAY = date(2026, 2, 18)


def read(text: str) -> IdNumber:
    return id_number(text, today=TODAY)


def refusal_of(text: str) -> str:
    with pytest.raises(Refused) as refused:
        read(text)
    return refused.value.code


def numbered(first_17: str) -> str:
    return first_17 + check_digit(first_17)


@pytest.mark.parametrize(
    "said",
    [
        "11010519491231002X",
        "11010519491231002x",
        "  110105 19491231 002X ",  # as it is read aloud
        "110105-19491231-002x",
        "110105—19491231－002X",  # dashes of two Chinese keyboards
        "１１０１０５１９４９１２３１００２Ｘ",  # full-width
        "11010519491231002×",  # the multiplication sign looks the same
        "11010519491231002Ⅹ",  # so does the Roman ten
        "身份证号码：11010519491231002X",
        "身份证 11010519491231002X",
        "公民身份号码是11010519491231002X",
        "證件號碼11010519491231002X",
        "ID: 11010519491231002X",
        "110105\u200b19491231\u202e002X",  # copied out of another app
        "11010519491231002X\n",
    ],
)
def test_a_citizens_number_is_read_however_it_is_typed(said: str) -> None:
    assert read(said) == IdNumber(IdKind.RESIDENT, "11010519491231002X")


@pytest.mark.parametrize(
    ("said", "kind", "number"),
    [
        ("810000199408230021", IdKind.RESIDENCE_PERMIT, "810000199408230021"),  # Hong Kong
        ("820000199409010014", IdKind.RESIDENCE_PERMIT, "820000199409010014"),  # Macau
        ("830000199201300022", IdKind.RESIDENCE_PERMIT, "830000199201300022"),  # Taiwan
        ("居住证810000199408230021", IdKind.RESIDENCE_PERMIT, "810000199408230021"),
        ("居住证11010519491231002X", IdKind.RESIDENT, "11010519491231002X"),  # mainlanders have a 居住证 too
        ("932682198501010017", IdKind.FOREIGN_CARD, "932682198501010017"),
        ("永居证932682198501010017", IdKind.FOREIGN_CARD, "932682198501010017"),
        ("KAZ110090123105", IdKind.FOREIGN_CARD_2017, "KAZ110090123105"),
        ("usa110074110419", IdKind.FOREIGN_CARD_2017, "USA110074110419"),
        ("外国人永久居留身份证USA110074110419", IdKind.FOREIGN_CARD_2017, "USA110074110419"),
        ("身份证 USA110074110419", IdKind.FOREIGN_CARD_2017, "USA110074110419"),
        ("H12345678", IdKind.HK_MACAU_PERMIT, "H12345678"),
        ("m 1234 5678 01", IdKind.HK_MACAU_PERMIT, "M1234567801"),  # with its count of reissues
        ("回鄉證H12345678", IdKind.HK_MACAU_PERMIT, "H12345678"),  # traditional characters
        ("港澳通行证H12345678", IdKind.HK_MACAU_PERMIT, "H12345678"),  # what many call it
        ("台胞证12345678", IdKind.TAIWAN_PERMIT, "12345678"),
        ("臺胞證 1234567801(B)", IdKind.TAIWAN_PERMIT, "1234567801"),  # the booklet's letter of issue
        ("12345678 台胞证", IdKind.TAIWAN_PERMIT, "12345678"),
        ("E12345678", IdKind.PASSPORT, "E12345678"),
        ("ea1234567", IdKind.PASSPORT, "EA1234567"),
        ("C01X00T47", IdKind.PASSPORT, "C01X00T47"),  # German
        ("12AB34567", IdKind.PASSPORT, "12AB34567"),  # French
        ("证件号E12345678", IdKind.PASSPORT, "E12345678"),
        ("passport no. E12345678", IdKind.PASSPORT, "E12345678"),
        ("护照NO123456", IdKind.PASSPORT, "NO123456"),  # NO belongs to the number
        ("护照123456789", IdKind.PASSPORT, "123456789"),  # British and American: digits only
        ("护照H12345678", IdKind.PASSPORT, "H12345678"),  # Hong Kong
        ("M12345678（护照）", IdKind.PASSPORT, "M12345678"),  # Korean
        ("护照C12345678", IdKind.PASSPORT, "C12345678"),
        ("护照A123456789", IdKind.PASSPORT, "A123456789"),
    ],
)
def test_each_kind_of_document_is_told_from_its_number(said: str, kind: IdKind, number: str) -> None:
    assert read(said) == IdNumber(kind, number)


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("110105194912310021", "id_checksum"),
        ("11010519491231002A", "id_checksum"),  # no check digit is an A
        ("11010519491321002X", "id_birth_impossible"),  # month 13 before the check digit: it says where to look
        (numbered("11010519900231001"), "id_birth_impossible"),  # 31 February
        (numbered("11010519000229001"), "id_birth_impossible"),  # 1900 was no leap year
        (numbered("11010500000101001"), "id_birth_impossible"),
        ("110105990230123", "id_birth_impossible"),  # 15 digits have a calendar too
        (numbered("11010520260219001"), "id_birth_future"),  # tomorrow
        (numbered("81000020300101001"), "id_birth_future"),
        ("440524188001010014", "id_too_old"),  # a right number of somebody who would be 146
        ("110105000101998", "id_too_old"),  # 998: born in 1800
        ("1101051949123100", "id_length"),
        ("1101051949123100211", "id_length"),
        ("1101051949123102X", "id_length"),
        ("13800138000", "id_length"),  # a telephone number
        ("身份证110105", "id_length"),
        ("1101051949X", "id_length"),  # the X of a citizen's number, not of a passport
        ("810000940823002", "id_unreadable"),  # residence permits never had 15 digits
        ("011010519491231002", "id_unreadable"),  # no address code begins with 0
        ("11O1051949I231OO2X", "id_unreadable"),  # letters for digits are not guessed at
        ("11O105491231002", "id_unreadable"),
        ("١١٠١٠٥١٩٤٩١٢٣١٠٠٢X", "id_unreadable"),  # digits, but not those of any document
        ("", "id_unreadable"),
        ("张三", "id_unreadable"),
        ("护照", "id_unreadable"),
        ("HELLO", "id_unreadable"),
        ("12345678", "id_kind_unclear"),  # 台胞证 or a telephone
        ("1234567801", "id_kind_unclear"),
        ("123456789", "id_kind_unclear"),
        ("A123456789", "id_kind_unclear"),  # a Taiwan identity card has this shape
        ("C12345678", "id_kind_unclear"),  # a mainlander's permit for Hong Kong has this one
        ("护照ABCDE", "id_not_that_kind"),
        ("护照E123", "id_not_that_kind"),
        ("回乡证12345678", "id_not_that_kind"),
        ("台胞证H12345678", "id_not_that_kind"),
        ("身份证E12345678", "id_not_that_kind"),
        ("A123456(7)", "id_kind_not_accepted"),  # Hong Kong identity card
        ("往来港澳通行证C12345678", "id_kind_not_accepted"),
        ("港澳通行证CA1234567", "id_kind_not_accepted"),
    ],
)
def test_what_is_no_number_of_a_document_is_refused_with_its_reason(said: str, code: str) -> None:
    assert refusal_of(said) == code


def test_a_wrong_length_says_how_many_digits_there_were() -> None:
    with pytest.raises(Refused) as refused:
        read("1101051949123100")
    assert refused.value.details == {"digits": 16}


def test_15_digits_become_18_and_stay_known_as_15() -> None:
    found = read("110105491231002")
    assert found == IdNumber(IdKind.RESIDENT, "11010519491231002X", entered_as_15=True)
    assert found.for_matching == read("11010519491231002X").for_matching


@pytest.mark.parametrize("sequence", ["996", "997", "998", "999"])
def test_the_sequences_of_centenarians_are_of_the_century_before(sequence: str) -> None:
    assert read("110105990101" + sequence).birth == date(1899, 1, 1)


def test_15_digits_with_a_small_year_are_of_the_twentieth_century() -> None:
    assert read("110105010101001").birth == date(1901, 1, 1)


@pytest.mark.parametrize("address_code", ["510202", "999999", "100000", "888888", "719999"])  # retired, never given
def test_no_address_code_is_refused(address_code: str) -> None:
    assert read(numbered(address_code + "19491231002")).birth == date(1949, 12, 31)


@pytest.mark.parametrize(
    ("born", "accepted"),
    [("20260218", True), ("18960218", True), ("18950219", True), ("18950218", False)],
)
def test_a_holder_is_born_today_at_the_latest_and_130_at_most(born: str, accepted: bool) -> None:
    number = numbered("110105" + born + "001")
    if accepted:
        assert read(number).number == number
    else:
        assert refusal_of(number) == "id_too_old"


@pytest.mark.parametrize(
    ("said", "birth", "sex"),
    [
        ("11010519491231002X", date(1949, 12, 31), "female"),
        ("820000199409010014", date(1994, 9, 1), "male"),
        ("932682198501010017", date(1985, 1, 1), "male"),
        ("KAZ110090123105", None, None),  # the rule of its inner digits is not public
        ("H12345678", None, None),
        ("护照123456789", None, None),
    ],
)
def test_birth_and_sex_come_from_the_numbers_that_tell_them(said: str, birth: date | None, sex: str | None) -> None:
    found = read(said)
    assert (found.birth, found.sex) == (birth, sex)


def test_a_reissued_permit_matches_the_first_one() -> None:
    assert read("H1234567802").for_matching == read("H12345678").for_matching


def test_a_permit_and_a_passport_of_one_number_do_not_match() -> None:
    assert read("护照H12345678").for_matching != read("H12345678").for_matching


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("11010519491231002X", True),
        ("110105194912310021", True),  # wrong, but meant as one
        ("1101051949123100211", True),  # one digit over
        ("110105491231002", True),
        ("H12345678", True),
        ("E12345678", True),
        ("KAZ110090123105", True),
        ("护照123456789", True),
        ("台胞证12345678", True),
        ("A123456(7)", True),
        ("13800138000", False),
        ("+8613800138000", False),
        ("36.5", False),
        ("张三", False),
        ("3", False),
        ("2号楼", False),
        ("护照", False),
        ("身份证办理", False),  # a matter
        ("", False),
    ],
)
def test_a_word_is_claimed_only_if_it_can_hardly_be_anything_else(word: str, expected: bool) -> None:
    assert looks_like_id_number(word) is expected


@pytest.mark.parametrize(("word", "expected"), [("护照", True), ("身份证：", True), ("护照E1", False), ("张三", False)])
def test_a_kind_of_document_alone_is_a_kind_word(word: str, expected: bool) -> None:
    assert is_kind_word(word) is expected


@pytest.mark.parametrize(
    ("birth", "under"),
    [
        (date(2012, 2, 18), False),  # the fourteenth birthday
        (date(2012, 2, 19), True),
        (date(2026, 2, 18), True),
        (date(1949, 12, 31), False),
    ],
)
def test_a_guardian_registers_whoever_has_not_turned_14(birth: date, under: bool) -> None:
    assert is_under_14(birth, TODAY) is under


def test_a_child_of_29_february_turns_14_on_1_march_of_a_common_year() -> None:
    assert is_under_14(date(2012, 2, 29), date(2026, 2, 28))
    assert not is_under_14(date(2012, 2, 29), date(2026, 3, 1))


births = st.dates(TODAY - timedelta(days=130 * 365), TODAY)
body = st.builds(
    lambda place, born, sequence: f"{place}{born:%Y%m%d}{sequence:03}",
    st.integers(100000, 999999),
    births,
    st.integers(0, 999),
)
short = st.builds(
    lambda place, born, sequence: f"{place}{born:%y%m%d}{sequence:03}",
    st.integers(100000, 799999),
    st.dates(date(1900, 1, 1), date(1999, 12, 31)).filter(lambda day: (day.month, day.day) != (2, 29)),
    st.integers(0, 995),
)
alphanumeric = st.text("ABCHMX0123456789", min_size=3, max_size=18)
numbers = st.one_of(
    body.map(numbered),
    short,
    st.from_regex(r"\A[HM][0-9]{8}([0-9]{2})?\Z"),
    st.from_regex(r"\A台胞证[0-9]{8}([0-9]{2})?\Z"),
    st.from_regex(r"\A[A-Z]{3}[0-9]{12}\Z"),
    alphanumeric,
    st.builds(str.__add__, st.sampled_from(["护照", "台胞证", "身份证号", "passport:", "回乡证"]), alphanumeric),
)


@given(numbers)
def test_what_is_stored_reads_back_as_the_same_value(said: str) -> None:
    try:
        found = read(said)
    except Refused:
        return
    assert read(str(found)) == found
    assert read(in_groups(str(found))) == found


@given(st.one_of(body.map(numbered), short))
def test_every_well_formed_number_is_accepted(said: str) -> None:
    assert read(said).birth is not None


@given(body, st.integers(0, 16), st.integers(1, 9))
def test_every_single_wrong_digit_is_caught(first_17: str, position: int, shift: int) -> None:
    wrong = str((int(first_17[position]) + shift) % 10)
    with pytest.raises(Refused):
        read(first_17[:position] + wrong + first_17[position + 1 :] + check_digit(first_17))


@given(st.text(st.characters(codec=None, exclude_categories=[])))
def test_any_text_is_read_or_refused(text: str) -> None:
    looks_like_id_number(text)
    is_kind_word(text)
    try:
        read(text)
    except Refused as no:
        assert no.code.startswith("id_")
