import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.rules.contact import (
    address,
    looks_like_address,
    looks_like_mobile,
    mobile,
    name_for_matching,
    person_name,
)
from models.rules.masks import in_groups
from models.rules.refusal import Refused

ANYTHING = st.text(st.characters(exclude_categories=[]))


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("张三", "张三"),
        (" 张三。", "张三"),
        ("张　三", "张三"),  # a form's habit, with a full-width space
        ("张 小 三", "张小三"),
        ("欧阳 修", "欧阳修"),
        ("姓名：张三", "张三"),
        ("我叫张三", "张三"),
        ("我 叫 我叫张三", "张三"),
        ("My name is John Smith", "John Smith"),
        ("\u202e张\u200b三\ufeff", "张三"),  # right-to-left mark and zero widths
        ("张三\x07", "张三"),
        ("买买提·艾力", "买买提·艾力"),
        ("买买提•艾力", "买买提·艾力"),  # U+2022
        ("买买提‧艾力", "买买提·艾力"),  # U+2027
        ("买买提∙艾力", "买买提·艾力"),  # U+2219
        ("买买提・艾力", "买买提·艾力"),  # U+30FB
        ("买买提･艾力", "买买提·艾力"),  # U+FF65
        ("买买提．艾力", "买买提·艾力"),  # U+FF0E
        ("买买提.艾力", "买买提·艾力"),
        ("买买提●艾力", "买买提·艾力"),  # U+25CF
        ("买买提 · 艾力", "买买提·艾力"),
        ("阿卜杜热合曼·艾力·买买提", "阿卜杜热合曼·艾力·买买提"),
        ("王䶮", "王䶮"),
        ("刘㼆", "刘㼆"),  # Extension A; broke a news agency once
        ("𫘧骏", "𫘧骏"),  # Extension C, above U+FFFF
        ("张\U00030edd", "张\U00030edd"),  # Extension G
        ("张\U00031350", "张\U00031350"),  # Extension H, which Python 3.11 calls unassigned
        ("张〇", "张〇"),  # a letter-number to Unicode
        ("葛\U000e0100洪", "葛洪"),  # a variation selector chooses a glyph, not a character
        ("马cheng", "马cheng"),  # pinyin for a character that the phone does not have
        ("张" * 25, "张" * 25),
        ("a" * 50, "a" * 50),
        ("John Smith", "John Smith"),
        ("Ｊｏｈｎ　Ｓｍｉｔｈ", "John Smith"),
        ("O’Brien", "O'Brien"),
        ("Anne – Marie", "Anne-Marie"),
        ("J. R. Smith", "J. R. Smith"),
        ("Jose\u0301 García", "José García"),
        ("Nguyễn Văn Anh", "Nguyễn Văn Anh"),
        ("山田たろう", "山田たろう"),
        ("김민수", "김민수"),
        ("བསྟན་འཛིན"[:3], "བསྟ"),  # Tibetan stacks marks on a letter
    ],
)
def test_a_name_is_read_however_it_is_typed(said: str, name: str) -> None:
    assert person_name(said) == name


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("张", "name_too_short"),
        ("A", "name_too_short"),
        ("张" * 26, "name_too_long"),
        ("张" * 60, "name_too_long"),
        ("a" * 51, "name_too_long"),
        ("张三1", "name_digits"),
        ("13800138000", "name_digits"),
        ("张三①", "name_digits"),
        ("张三 李四", "one_name_only"),
        ("张三 李四 王五", "one_name_only"),
        ("张三、李四", "one_name_only"),
        ("张三，李四", "one_name_only"),
        ("张三\n李四", "one_name_only"),
        ("张三 Zhang San", "one_name_only"),
        ("签退", "name_not_a_name"),
        ("确 认", "name_not_a_name"),
        ("ＯＫ", "name_not_a_name"),
        ("不是本人", "name_not_a_name"),
        ("你好", "name_not_a_name"),
        ("", "name_unreadable"),
        ("姓名", "name_unreadable"),
        ("!!!", "name_unreadable"),
        ("· · ·", "name_unreadable"),
        ("张三😀", "name_unreadable"),
        ("<张三>李", "name_unreadable"),
        ("张=三", "name_unreadable"),
        ("ㅤㅤ", "name_unreadable"),  # Hangul fillers: letters that nobody sees
        ("a" + "\u0301" * 3 + "\u0302" * 3 + "b", "name_unreadable"),  # a tower of accents
        ("John --- Smith", "name_unreadable"),
    ],
)
def test_what_is_no_single_name_is_refused(said: str, code: str) -> None:
    with pytest.raises(Refused) as refused:
        person_name(said)
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("买买提·艾力", "买买提．艾力"),
        ("John Smith", "ＪＯＨＮ  smith"),
        ("张　三", "张三"),
        ("O'Brien", "O’BRIEN"),
    ],
)
def test_spellings_of_one_name_match(one: str, other: str) -> None:
    assert name_for_matching(one) == name_for_matching(other)


def test_different_names_do_not_match() -> None:
    assert name_for_matching("买买提·艾力") != name_for_matching("买买提艾力")


@pytest.mark.parametrize(
    ("said", "number"),
    [
        ("13800138000", "13800138000"),
        ("138 0013 8000", "13800138000"),
        ("138-0013-8000", "13800138000"),
        ("１３８００１３８０００", "13800138000"),
        ("+8613800138000", "13800138000"),
        ("+86 138 0013 8000", "13800138000"),
        ("（+86）13800138000", "13800138000"),
        ("008613800138000", "13800138000"),
        ("8613800138000", "13800138000"),
        ("013800138000", "13800138000"),  # a long-distance habit
        ("电话：13800138000。", "13800138000"),
        ("我的手机号是13800138000", "13800138000"),
        ("16600000000", "16600000000"),  # ranges that strict tables locked out in 2020
        ("19912345678", "19912345678"),
        ("14412345678", "14412345678"),  # not given yet
        ("+852 6123 4567", "+85261234567"),
        ("0085366123456", "+85366123456"),
        ("85261234567", "+85261234567"),
        ("+886 0912 345 678", "+886912345678"),
        ("886912345678", "+886912345678"),
        ("010-62345678", "010-62345678"),
        ("(0370) 234 5678", "0370-2345678"),
        ("+86 10 6234 5678", "010-62345678"),
        ("02162345678", "021-62345678"),
    ],
)
def test_a_telephone_number_is_read_however_it_is_typed(said: str, number: str) -> None:
    assert mobile(said) == number


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("12012345678", "phone_prefix"),
        ("1380013800", "phone_length"),
        ("138001380000", "phone_length"),
        ("1", "phone_length"),
        ("62345678", "phone_area_code"),
        ("1062345678", "phone_length"),  # an area code without its 0
        ("+1 202 555 0100", "phone_country"),
        ("0044 20 7946 0000", "phone_country"),
        ("", "phone_unreadable"),
        ("+", "phone_unreadable"),
        ("13800138OOO", "phone_unreadable"),
        ("13800138000 13900139000x", "phone_unreadable"),
        ("١٣٨٠٠١٣٨٠٠٠", "phone_unreadable"),  # digits, but not those of a keypad
    ],
)
def test_what_is_no_telephone_number_is_refused(said: str, code: str) -> None:
    with pytest.raises(Refused) as refused:
        mobile(said)
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("13800138000", True),
        ("12012345678", True),  # wrong, but meant as one
        ("+8613800138000", True),
        ("+85261234567", True),
        ("010-62345678", True),
        ("电话62345678", True),
        ("0102345678", False),  # may be an old Taiwan permit
        ("12345678", False),
        ("11010519491231002X", False),
        ("110105491231002", False),
        ("36.5", False),
        ("张三", False),
        ("电话", False),
    ],
)
def test_a_word_is_claimed_as_telephone_number(word: str, expected: bool) -> None:
    assert looks_like_mobile(word) is expected


@pytest.mark.parametrize(
    ("said", "place"),
    [
        ("河南省商丘市梁园区民主路12号", "河南省商丘市梁园区民主路12号"),
        ("河南省 商丘市\n梁园区民主路 １２ 号", "河南省商丘市梁园区民主路12号"),  # three lines of a card
        ("住址：河南省商丘市梁园区", "河南省商丘市梁园区"),
        ("文峰路（北段）５号", "文峰路（北段）5号"),  # Chinese brackets stay
        ("12 High Street, London", "12 High Street, London"),
        ("<b>北京市</b>", "＜b＞北京市＜/b＞"),
        ("北京市\u202e海淀区\x00", "北京市海淀区"),
        ("北京" + "路" * 98, "北京" + "路" * 98),
    ],
)
def test_an_address_is_read_however_it_is_typed(said: str, place: str) -> None:
    assert address(said) == place


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("北京市", "address_too_short"),
        ("北京" + "路" * 99, "address_too_long"),
        ("12345678", "address_unreadable"),
        ("！！！！", "address_unreadable"),
        ("", "address_unreadable"),
        ("\u200b\u202e\x00\x1b", "address_unreadable"),
    ],
)
def test_what_is_no_address_is_refused(said: str, code: str) -> None:
    with pytest.raises(Refused) as refused:
        address(said)
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("河南省商丘市梁园区民主路12号", True),
        ("商丘市梁园区", True),
        ("民主路12号院3号楼", True),
        ("地址：文峰里", True),
        ("市场主体登记", False),  # the rest are matters
        ("城市道路施工许可", False),
        ("住房公积金", False),
        ("工程建设项目审批", False),
        ("张三", False),
        ("地址", False),
        ("省市" * 5000, False),
    ],
)
def test_a_word_is_claimed_as_address(word: str, expected: bool) -> None:
    assert looks_like_address(word) is expected


name_texts = st.one_of(
    st.text("张三李四买提aBé 　.·•．-'’，、我叫姓名：1\u200b\u0301\U00031350", max_size=12),
    st.lists(st.sampled_from(["我叫", "姓名", "张", "三", " ", "。", "·", ".", "-", "O'", "Brien", "name: "])).map(
        "".join
    ),
    ANYTHING,
)
phone_texts = st.one_of(
    st.from_regex(r"\A(\+86|0086|86)?[ -]?1[0-9]{10}\Z"),
    st.from_regex(r"\A(\+|00)?(852|853|886)[ -]?[0-9]{8,10}\Z"),
    st.from_regex(r"\A0[0-9]{2,3}-?[0-9]{7,8}\Z"),
    ANYTHING,
)
address_texts = st.one_of(
    st.text("河南省市区路 12号ａ<>。，\n地址：我住在A\u200b（", max_size=20),
    st.lists(st.sampled_from(["地址", "我 住在", "：", " ", "路", "a", "<", "。"])).map("".join),
    st.lists(
        st.sampled_from(["幸福路", "知道", "不想填", "36.5", "1号", " ", "Road", "no", "13900139000", "北京"])
    ).map("".join),
    ANYTHING,
)


@given(name_texts)
def test_any_text_is_a_name_that_reads_back_or_is_refused(text: str) -> None:
    name_for_matching(text)
    try:
        name = person_name(text)
    except Refused:
        return
    assert person_name(name) == name
    assert name_for_matching(name) == name_for_matching(text)


@given(phone_texts)
def test_any_text_is_a_telephone_number_that_reads_back_or_is_refused(text: str) -> None:
    looks_like_mobile(text)
    try:
        number = mobile(text)
    except Refused as no:
        assert no.code.startswith("phone_")
    else:
        assert mobile(number) == number
        assert mobile(in_groups(number)) == number
        assert looks_like_mobile(number)


@given(address_texts)
def test_any_text_is_an_address_that_reads_back_or_is_refused(text: str) -> None:
    looks_like_address(text)
    try:
        place = address(text)
    except Refused as no:
        assert no.code.startswith("address_")
    else:
        assert address(place) == place
        assert not set("<>\n\x00") & set(place)


@pytest.mark.parametrize("said", ["张三和李四", "张三跟李小明", "我叫张三以及李四", "John Smith and Mary Smith"])
def test_two_people_are_no_name(said: str) -> None:
    with pytest.raises(Refused, match="one_name_only"):
        person_name(said)


@pytest.mark.parametrize(
    "said", ["张和平", "欧阳和平", "Sandy Andersen", "I Made Wayan", "阿卜杜热合曼·和加", "别林", "要丽"]
)
def test_a_name_that_only_looks_like_more_than_one_or_like_a_sentence_is_one(said: str) -> None:
    assert person_name(said) == said


@pytest.mark.parametrize(
    "said", ["我不告诉你", "不想填", "稍等一下", "为什么要登记", "没带身份证", "how do I check out", "not now"]
)
def test_what_is_said_instead_of_a_name_is_none(said: str) -> None:
    with pytest.raises(Refused, match="name_not_a_name"):
        person_name(said)
