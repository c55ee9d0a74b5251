from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.rules.contact import Companion, Companions, companions
from models.rules.identity import IdKind, IdNumber
from models.rules.refusal import Refused

LI_SI = IdNumber(IdKind.RESIDENT, "11010519491231002X")
TODAY = date(2026, 2, 18)


def read(text: str) -> Companions:
    return companions(text, today=TODAY)


def names_in(text: str) -> list[str]:
    return [person.name for person in read(text).people]


@pytest.mark.parametrize("said", ["0", "０", "无", "没有", "没有。", "none", "None", "就我一个人"])
def test_nobody_came_along(said: str) -> None:
    assert read(said) == Companions()


@pytest.mark.parametrize(
    ("said", "names"),
    [
        ("张三", ["张三"]),
        ("张　三", ["张三"]),
        ("张三 李四", ["张三", "李四"]),
        ("张三、李四，王五,赵六", ["张三", "李四", "王五", "赵六"]),
        ("张三；李四;王五", ["张三", "李四", "王五"]),
        ("张三\r\n李四\n\n王五\n", ["张三", "李四", "王五"]),
        ("1. 张三\n2、李四\n（3）王五", ["张三", "李四", "王五"]),
        ("John Smith；买买提.艾力", ["John Smith", "买买提·艾力"]),
        ("John Smith, Mary O'Brien", ["John Smith", "Mary O'Brien"]),
        ("张三，13800138000，李四，13900139000", ["张三", "李四"]),
    ],
)
def test_each_name_is_a_companion(said: str, names: list[str]) -> None:
    assert names_in(said) == names


@pytest.mark.parametrize(
    ("said", "person"),
    [
        ("李四 11010519491231002x 138-0013-8000", Companion("李四", LI_SI, "13800138000")),
        ("李四，13800138000，11010519491231002X", Companion("李四", LI_SI, "13800138000")),
        ("李四 +85261234567", Companion("李四", None, "+85261234567")),
        ("李四 护照 H12345678", Companion("李四", IdNumber(IdKind.PASSPORT, "H12345678"))),
        ("李四 台胞证12345678", Companion("李四", IdNumber(IdKind.TAIWAN_PERMIT, "12345678"))),
        ("John Smith E12345678", Companion("John Smith", IdNumber(IdKind.PASSPORT, "E12345678"))),
    ],
)
def test_numbers_belong_to_the_name_before_them(said: str, person: Companion) -> None:
    assert read(said).people == (person,)


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("", "companion_name_missing"),
        ("；\n；", "companion_name_missing"),
        ("3", "companion_name_missing"),  # how many, but not who
        ("2人", "companion_name_missing"),
        ("13800138000 李四", "companion_name_missing"),
        ("李四 护照", "id_unreadable"),  # the number is missing
        ("李四 护照 王五", "id_unreadable"),
        ("李四 13800138000 12345678", "id_kind_unclear"),
        ("李四；王", "name_too_short"),
        ("李四；!!!", "name_unreadable"),
        ("李四 110105194912310021", "id_checksum"),
        ("李四 12012345678", "phone_prefix"),
        ("李四 62345678", "phone_area_code"),
        ("李四 11010519491231002X 13800138000 13900139000", "companion_name_missing"),  # whose is the second?
        ("李四 11010519491231002X；王五 110105491231002", "companion_twice"),  # one person, 18 digits and 15
        ("；".join(["李四"] * 10), "companions_too_many"),
    ],
)
def test_what_names_nobody_clearly_is_refused(said: str, code: str) -> None:
    with pytest.raises(Refused) as refused:
        read(said)
    assert refused.value.code == code


def test_a_refusal_says_which_entry_it_is_about() -> None:
    with pytest.raises(Refused) as refused:
        read("张三\n李四 110105194912310021")
    assert refused.value.details["entry"] == 2


def test_nine_may_come_along() -> None:
    assert len(read("、".join(["李四"] * 9)).people) == 9


words = st.one_of(
    st.sampled_from(["张三", "李", "John", "O'Brien", "买买提·艾力", "无", "1."]),
    st.sampled_from(["11010519491231002X", "110105491231002", "护照", "H12345678", "台胞证12345678"]),
    st.sampled_from(["13800138000", "010-62345678", "+85261234567"]),
    st.sampled_from([" ", "，", "、", "；", "\n"]),
)


@given(st.one_of(st.lists(words, max_size=12).map("".join), st.text(st.characters(exclude_categories=[]))))
def test_any_text_reads_back_or_is_refused(text: str) -> None:
    try:
        found = read(text)
    except Refused:
        return
    assert read(str(found)) == found
