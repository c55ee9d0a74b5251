import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.rules.hall_names import LONGEST, hall_name, name_key
from models.rules.refusal import Refused

NAMES = [
    "武侯区政务服务中心",
    "成都市政务服务和数据局办事大厅",
    "锦江区市民中心",
    "市民之家",
    "第二税务所办税服务厅",
    "不动产登记中心",
    "公安局出入境接待大厅",
    "高新区政务服务中心（南区）",
    "阿坝藏族羌族自治州政务服务中心",
    "大邑县政务服务中心",
    "太和县政务服务中心",
    "大厅",
    "东城区政务服务中心",
    "西城区政务服务中心",
    "第一办事处",
    "第二办事处",
    "第三办事处",
    "一号楼服务厅",
    "二号楼服务厅",
    "社会保险服务大厅",
    "医疗保险服务大厅",
    "住房公积金管理中心",
]


@pytest.mark.parametrize("name", [*NAMES, "City Hall", "3号楼 Service Centre", "·大厅·"])
def test_names_of_halls_are_taken_as_they_are(name: str) -> None:
    assert hall_name(name) == name


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("", "hall_name_too_short"),
        (" ", "hall_name_too_short"),
        ("厅", "hall_name_too_short"),
        ("厅123", "hall_name_too_short"),  # one Chinese character, and digits are no letters
        ("ABC", "hall_name_too_short"),
        ("1234567", "hall_name_too_short"),
        ("（）", "hall_name_too_short"),
        ("政" * 41, "hall_name_too_long"),
        ("政" * 200, "hall_name_too_long"),
        ("政" * 100_000, "words_too_many"),
        ("=HYPERLINK(1)", "words_formula"),
        ("<script>alert(1)</script>", "words_markup"),
        ("武侯区\u202e政务服务中心", "words_hidden"),
        ("武侯区政务服务中心🏛", "words_emoji"),
        ("Сity Hall", "words_other_script"),
    ],
)
def test_names_that_no_hall_has_are_refused(said: str, code: str) -> None:
    with pytest.raises(Refused) as refused:
        hall_name(said)
    assert refused.value.code == code


def test_a_name_of_the_greatest_length_is_taken() -> None:
    assert hall_name("政" * LONGEST) == "政" * LONGEST


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("武侯区政务服务中心", "武侯區政務服務中心"),
        ("武侯区政务服务中心", "武候区政务服务中心"),
        ("武侯区政务服务中心", "武侯区 政务服务中心"),
        ("武侯区政务服务中心", "武侯区（政务）服务中心"),
        ("武侯区政务服务中心", "武侯区\u200b政务服务中心"),
        ("出入境大厅", "出人境大厅"),
        ("日照市民中心", "曰照市民中心"),
        ("土地大厅", "士地大厅"),
        ("市民之家", "市民之冢"),
        ("大厅", "太厅"),
        ("大厅", "⼤厅"),
        ("市民中心", "巿民中心"),
        ("第10大厅", "第1O大厅"),
        ("第10大厅", "第１〇大厅"),
        ("A1大厅", "al大厅"),
        ("City Hall", "CITY-HALL"),
        ("Cafe Hall", "Café Hall"),
        ("醫療保險服務廳", "医疗保险服务厅"),
        ("國稅辦稅廳", "国税办税厅"),
        ("黨群動產衛團鄉鎮樓號東廣門會業", "党群动产卫团乡镇楼号东广门会业"),
    ],
)
def test_names_that_are_taken_for_one_another_have_one_key(one: str, other: str) -> None:
    assert name_key(one) == name_key(other)


def test_names_of_different_halls_have_different_keys() -> None:
    assert len({name_key(name) for name in NAMES}) == len(NAMES)


def test_numbers_in_characters_stay_apart() -> None:
    assert len({name_key(f"第{number}大厅") for number in "一二三四五六七八九十"}) == 10


@given(text=st.text(max_size=50) | st.text(st.sampled_from("政务服務廳大太O0〇１l （）(-Aä"), max_size=45))
def test_a_name_reads_as_itself_and_keeps_its_key(text: str) -> None:
    assert name_key(name_key(text)) == name_key(text)
    try:
        name = hall_name(text)
    except Refused:
        return
    assert hall_name(name) == name
    assert name_key(name) == name_key(text)


@given(name=st.sampled_from(NAMES), at=st.integers(0, 30), extra=st.sampled_from(" -·（）\u200b\u3000"))
def test_spaces_and_marks_never_make_another_name(name: str, at: int, extra: str) -> None:
    at %= len(name)
    assert name_key(name[:at] + extra + name[at:]) == name_key(name)
