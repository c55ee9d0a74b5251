from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.rules.companions import Companion, Companions, companions
from models.rules.identity import IdKind, IdNumber
from models.rules.refusal import Refused

LI_SI = IdNumber(IdKind.RESIDENT, "11010519491231002X")
FOREIGN = IdNumber(IdKind.FOREIGN_CARD_2017, "USA123456789012")
TODAY = date(2026, 2, 18)


def read(text: str) -> Companions:
    return companions(text, today=TODAY)


def names_in(text: str) -> list[str]:
    return [person.name for person in read(text).people]


NOBODY = """
0 ０ 0人 无 無 没 没有 沒有 没有。 没有了 没人 没有人 无人 无同行 无同行人员 没有同行 没有同行的人
没有同行人员 没有同行者 没有其他人 没有别人 没有别的人 没带人 没有带人 不带人 不带 没有一起的 没有一起来的人
暂无 同行人员无 就我 就我一个 就我一个人 就我自己 只有我 只有我一个人 只有自己 仅本人 我一个人 我一个人来的
本人一人 自己 我自己 自己一个人 独自一人 单独 none None no No. nobody N/A myself alone -
"""


@pytest.mark.parametrize("said", [*NOBODY.split(), "没有 同行", "no one", "just me", "only me", "by myself"])
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
    ("said", "names"),
    [
        ("李四和王五", ["李四", "王五"]),
        ("李四 和 王五", ["李四", "王五"]),
        ("李四、王五和赵六", ["李四", "王五", "赵六"]),
        ("李四与王五以及赵六", ["李四", "王五", "赵六"]),
        ("李四还有王五", ["李四", "王五"]),
        ("李四跟王五及赵六", ["李四", "王五", "赵六"]),
        ("李和平和王五", ["李和平", "王五"]),
        ("John Smith and Mary", ["John Smith", "Mary"]),
        ("John Smith & Mary", ["John Smith", "Mary"]),
        ("John Smith, Mary and O'Brien", ["John Smith", "Mary", "O'Brien"]),
        ("李四 John Smith", ["李四", "John Smith"]),
        ("李四/王五", ["李四", "王五"]),
        ("李四+王五", ["李四", "王五"]),
    ],
)
def test_names_that_a_word_joins_are_told_apart(said: str, names: list[str]) -> None:
    assert names_in(said) == names


@pytest.mark.parametrize(
    "name", ["张和平", "和珅", "欧阳和平", "王及", "李与之", "长谷川和彦", "孙子涵", "孙女贞", "Anderson", "Andy Sand"]
)
def test_a_name_that_holds_such_a_word_stays_whole(name: str) -> None:
    assert names_in(name) == [name]


@pytest.mark.parametrize(
    ("said", "names"),
    [
        ("儿子 李小明", ["李小明"]),
        ("儿子李小明和女儿李小红", ["李小明", "李小红"]),
        ("儿子：李小明", ["李小明"]),
        ("我妈王芳", ["王芳"]),
        ("我妈妈叫王芳", ["王芳"]),
        ("孙子 李小明", ["李小明"]),
        ("李小明（儿子）", ["李小明"]),
        ("李小明 儿子、李小红 女儿", ["李小明", "李小红"]),
        ("同事李四", ["李四"]),
        ("我和李四", ["李四"]),
        ("李四和我", ["李四"]),
        ("我、李四", ["李四"]),
        ("带李四", ["李四"]),
        ("我带着李四一起来的", ["李四"]),
        ("同行人员：李四", ["李四"]),
        ("姓名：李四", ["李四"]),
        ("my wife Mary Smith", ["Mary Smith"]),
        ("with John Smith", ["John Smith"]),
        ("me and Mary", ["Mary"]),
    ],
)
def test_words_for_who_somebody_is_are_no_people(said: str, names: list[str]) -> None:
    assert names_in(said) == names


@pytest.mark.parametrize(
    "said",
    [
        "两个人", "2个人", "3位", "三人", "俩人", "一家三口", "共3人", "还有两个朋友", "几个同事", "2", "有",
        "有的", "有人", "一个人", "我妈", "我妈和我", "我和我妈", "我妈我爸", "我们一家", "全家", "他", "我", "我老婆",
        "儿子", "妈妈", "家人", "儿子 女儿", "儿子、女儿", "李四、妈妈", "儿子 13900139000", "李四\n两个孩子",
        "two people", "2 friends", "my wife", "wife", "儿子没人",
    ],
)  # fmt: skip
def test_people_who_are_counted_or_meant_are_asked_for_by_name(said: str) -> None:
    with pytest.raises(Refused) as refused:
        read(said)
    assert refused.value.code == "companion_names_wanted"


@pytest.mark.parametrize(
    ("said", "person"),
    [
        ("李四 11010519491231002x 138-0013-8000", Companion("李四", LI_SI, "13800138000")),
        ("李四，13800138000，11010519491231002X", Companion("李四", LI_SI, "13800138000")),
        ("李四 +85261234567", Companion("李四", None, "+85261234567")),
        ("李四 护照 H12345678", Companion("李四", IdNumber(IdKind.PASSPORT, "H12345678"))),
        ("李四 台胞证12345678", Companion("李四", IdNumber(IdKind.TAIWAN_PERMIT, "12345678"))),
        ("John Smith E12345678", Companion("John Smith", IdNumber(IdKind.PASSPORT, "E12345678"))),
        ("李四 电话 13900139000", Companion("李四", None, "13900139000")),
        ("李四电话13900139000", Companion("李四", None, "13900139000")),
        ("李四，电话：13900139000", Companion("李四", None, "13900139000")),
        ("李四，手机号是13900139000", Companion("李四", None, "13900139000")),
        ("李四 联系方式 13900139000", Companion("李四", None, "13900139000")),
        ("李四 手机号 13800138000 身份证 11010519491231002X", Companion("李四", LI_SI, "13800138000")),
        ("李四 身份证号码：11010519491231002X，手机：13800138000", Companion("李四", LI_SI, "13800138000")),
        ("姓名：李四 证件号码：11010519491231002X 电话：13800138000", Companion("李四", LI_SI, "13800138000")),
        ("李四身份证11010519491231002X电话13800138000", Companion("李四", LI_SI, "13800138000")),
        ("李四 证件 11010519491231002X 电话 无", Companion("李四", LI_SI)),
        ("儿子 李四 13900139000", Companion("李四", None, "13900139000")),
        ("李四（儿子）13900139000", Companion("李四", None, "13900139000")),
        ("李四13900139000", Companion("李四", None, "13900139000")),
        ("李四（13900139000）", Companion("李四", None, "13900139000")),
        ("李四【11010519491231002X】", Companion("李四", LI_SI)),
        ("李四+8613900139000", Companion("李四", None, "13900139000")),
        ("李四(010)62345678", Companion("李四", None, "010-62345678")),
        ("李四E12345678", Companion("李四", IdNumber(IdKind.PASSPORT, "E12345678"))),
        ("李四护照E12345678", Companion("李四", IdNumber(IdKind.PASSPORT, "E12345678"))),
        ("李四台胞证12345678", Companion("李四", IdNumber(IdKind.TAIWAN_PERMIT, "12345678"))),
        ("李四 外国人永久居留身份证 USA123456789012", Companion("李四", FOREIGN)),
        ("John13900139000", Companion("John", None, "13900139000")),
        ("John Smith, phone 13900139000", Companion("John Smith", None, "13900139000")),
        ("Name: John Smith, passport: E12345678", Companion("John Smith", IdNumber(IdKind.PASSPORT, "E12345678"))),
        ("John Smith passportE12345678", Companion("John Smith", IdNumber(IdKind.PASSPORT, "E12345678"))),
        ("李四 110105 19491231 002X 138 0013 8000", Companion("李四", LI_SI, "13800138000")),  # as the review shows it
    ],
)
def test_numbers_belong_to_the_name_before_them(said: str, person: Companion) -> None:
    assert read(said).people == (person,)


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("", "companion_names_wanted"),
        ("；\n；", "companion_names_wanted"),
        ("3", "companion_names_wanted"),  # how many, but not who
        ("2人", "companion_names_wanted"),
        ("13800138000 李四", "companion_name_missing"),
        ("李四 护照", "id_unreadable"),  # the number is missing
        ("李四 护照 王五", "id_unreadable"),
        ("李四 电话", "phone_unreadable"),
        ("李四 电话 王五", "phone_unreadable"),
        ("李四 电话 62345678", "phone_area_code"),
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


def test_nobody_is_a_companion_of_themselves() -> None:
    read("李四 110105491231002").check_beside(None)
    read("李四").check_beside(LI_SI)
    with pytest.raises(Refused) as refused:
        read("李四 110105491231002").check_beside(LI_SI)
    assert refused.value.code == "companion_is_lead"


words = st.one_of(
    st.sampled_from(["张三", "李", "John", "O'Brien", "买买提·艾力", "无", "1.", "李四和王五", "(", "）", "&", "："]),
    st.sampled_from(
        ["儿子", "我妈", "我", "带", "一起", "电话", "身份证号", "姓名", "my wife", "孙子", "两个人", "and", "和"]
    ),
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
    for one in found.people:
        assert read(str(one)) == Companions((one,))
