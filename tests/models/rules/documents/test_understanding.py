import random
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.rules.documents import Card, CardKind
from models.rules.documents.card import Read
from models.rules.documents.numbers import holds
from models.rules.documents.understanding import card_of, understand
from models.rules.identity import check_digit
from tests.models.rules.documents.laid_out import CARD, Line, View, card_lines, instead, line, seen

PERMIT = CARD | {"ethnicity": "", "id_number": "810000199408230021", "birth": "1994-08-23"}


def card(reads: list[Read]) -> Card:
    return card_of(understand(reads))


def texts(found: Card) -> dict[str, str]:
    return {name: field.text for name, field in found.fields.items()}


def unsure(found: Card) -> set[str]:
    return {name for name, field in found.fields.items() if not field.is_sure}


def without(text: str) -> list[Line]:
    return [line for line in card_lines() if line.text != text]


views = st.builds(
    View,
    turn=st.floats(-180, 180),
    size=st.floats(150, 3000),
    x=st.floats(-500, 3000),
    y=st.floats(-500, 3000),
    lean_u=st.floats(-0.15, 0.15),
    lean_v=st.floats(-0.15, 0.15),
)


@given(views)
def test_a_card_says_the_same_wherever_and_however_it_lies(view: View) -> None:
    found = card(seen(card_lines(), view))
    assert (found.kind, texts(found), unsure(found)) == (CardKind.RESIDENT, CARD, set())


@pytest.mark.parametrize("share", [0.7, 0.75, 1.3])
def test_a_card_seen_from_the_side_looks_lower_or_narrower_and_says_the_same(share: float) -> None:
    reads = [replace(read, box=tuple((x, y * share) for x, y in read.box)) for read in seen(card_lines())]
    assert texts(card(reads)) == CARD


@given(views, st.randoms(use_true_random=False))
def test_the_order_of_the_lines_says_nothing(view: View, rng: random.Random) -> None:
    reads = seen(card_lines(), view)
    rng.shuffle(reads)
    assert texts(card(reads)) == CARD


@given(views, st.sets(st.integers(0, 13)))
def test_with_lines_missing_nothing_is_made_up(view: View, missing: set[int]) -> None:
    found = card(seen([line for n, line in enumerate(card_lines()) if n not in missing], view))
    assert all(text in CARD[name] for name, text in texts(found).items())
    assert found.text("id_number") in (None, CARD["id_number"])


junk = st.builds(
    Line,
    text=st.text(max_size=30)
    | st.from_regex(r"\d{1,20}[Xx]?", fullmatch=True)
    | st.sampled_from(("姓名", "出生", "住址")),
    u=st.floats(-1, 2),
    v=st.floats(-1, 2),
    wide=st.floats(0, 2),
    tall=st.floats(0, 1),
)


@given(st.lists(junk, max_size=20), views)
def test_whatever_is_read_a_number_given_passes_its_check(lines: list[Line], view: View) -> None:
    number = card(seen(lines, view)).text("id_number")
    assert number is None or holds(number)


@given(st.lists(st.tuples(st.text(max_size=20), st.lists(st.tuples(st.floats(), st.floats()), min_size=4, max_size=4))))
def test_no_box_however_mad_stops_the_reading(boxes: list[tuple[str, list[tuple[float, float]]]]) -> None:
    reads = [Read(text, (a, b, c, d), 1, 1) for text, (a, b, c, d) in boxes]
    assert card([*seen(card_lines()), *reads]).kind in CardKind


def test_a_residence_permit_has_no_ethnicity() -> None:
    found = card(seen(card_lines(PERMIT)))
    assert found.kind is CardKind.RESIDENCE_PERMIT
    assert texts(found) == {name: text for name, text in PERMIT.items() if text}


@pytest.mark.parametrize("name", ["王芳", "欧阳娜娜", "阿卜杜热依木·买买提", "㼆生", "𫘧马", "〇玖"])
def test_a_name_is_what_stands_in_its_place_whatever_its_length(name: str) -> None:
    assert card(seen(card_lines(CARD | {"name": name}))).text("name") == name


@pytest.mark.parametrize("dot", "•‧・･.●")
def test_the_dot_in_a_name_is_the_one_that_registers_know(dot: str) -> None:
    assert card(seen(card_lines(CARD | {"name": f"古丽{dot}买买提"}))).text("name") == "古丽·买买提"


def test_two_characters_set_apart_are_one_name() -> None:
    lines = [*without("陈小明"), line("陈", 0.165, 0.14), line("明", 0.25, 0.14)]
    assert card(seen(lines)).text("name") == "陈明"


@pytest.mark.parametrize("label", ["姓名", "名", "姓", "8名"])
def test_a_label_in_the_name_s_line_is_no_part_of_the_name(label: str) -> None:
    lines = [line for line in without("陈小明") if line.text != "姓名"]
    sight = understand(seen([*lines, Line(label + "陈小明", 0.06, 0.14, 0.21)]))
    again = [read for read in seen([Line("陈小明", 0.148, 0.14, 0.122)]) if sight.again]
    assert card_of(understand([*sight.lines, *again])).text("name") == "陈小明"


def test_a_second_script_beside_the_chinese_is_passed_over() -> None:
    lines = [*card_lines(), line("ئالىم", 0.3, 0.14), line("ئالىم", 0.165, 0.43)]
    found = card(seen(lines))
    assert (found.text("name"), found.text("address")) == (CARD["name"], CARD["address"])


def test_the_last_line_of_an_address_may_be_one_character() -> None:
    address = "吉林省白城市洮北区胡集街道办事处西孟庄村一九八号"[:22] + "号"
    assert card(seen(card_lines(CARD | {"address": address}))).text("address") == address


def test_print_around_the_card_gets_into_no_field() -> None:
    around = [Line("经济新闻联系电话本报记者", u, v, 0.5) for v in (-0.3, -0.1, 1.1, 1.3) for u in (-0.2, 0.4)]
    beside = [Line("责任编辑今日天气晴", u, n / 9, 0.4) for n in range(9) for u in (-0.5, 1.1)]
    assert texts(card(seen([*card_lines(), *around, *beside]))) == CARD


def test_a_form_s_own_labels_do_not_move_the_card() -> None:
    form = [line(text, -0.4, 1.1 + n / 10) for n, text in enumerate(("姓名", "性别", "出生", "住址", "公民身份号码"))]
    assert texts(card(seen([*card_lines(), *form[:3]]))) == CARD


def test_a_thumb_over_the_number_costs_neither_name_nor_address() -> None:
    lines = [*without(CARD["id_number"]), Line("1101051949", 0.325, 0.865, 0.33), Line("02X", 0.825, 0.865, 0.1)]
    found = card(seen(lines))
    assert texts(found) == {name: text for name, text in CARD.items() if name != "id_number"}


@pytest.mark.parametrize(
    "misread",
    [
        "110105194912310021",  # its check digit does not hold
        "1101051949123100",  # two digits short
        "11010519491231002X1",
        "990105194912310028",  # no such province
        "1101051949123l0O2Y",
    ],
)
def test_a_number_that_cannot_be_one_is_not_offered(misread: str) -> None:
    assert card(seen(instead(card_lines(), CARD["id_number"], misread))).text("id_number") is None


@pytest.mark.parametrize("misread", ["11O105194912310O2X", "l10105I949123100ZX"])
def test_a_number_repaired_until_it_holds_is_marked(misread: str) -> None:
    found = card(seen(instead(card_lines(), CARD["id_number"], misread)))
    assert found.text("id_number") == CARD["id_number"]
    assert "id_number" in unsure(found)


def test_full_width_digits_are_digits() -> None:
    wide = "".join(chr(ord(digit) + 0xFEE0) for digit in CARD["id_number"])
    assert card(seen(instead(card_lines(), CARD["id_number"], wide))).text("id_number") == CARD["id_number"]


def test_a_number_beside_another_surely_read_day_of_birth_is_not_offered() -> None:
    found = card(seen(instead(card_lines(), "1949年12月31日", "1949年12月21日")))
    assert found.text("id_number") is None


def test_a_sex_that_the_number_denies_is_marked() -> None:
    found = card(seen(instead(card_lines(), "女", "男")))
    assert (found.text("sex"), unsure(found)) == ("男", {"sex", "birth", "id_number"})


def test_a_number_stands_where_the_sex_was_read_in_doubt() -> None:
    lines = instead(card_lines(), "女", "男")
    found = card([View().read(line, 0.6 if line.text == "男" else 0.99) for line in lines])
    assert unsure(found) == {"sex"}


def test_birth_and_sex_are_told_by_the_number_where_they_cannot_be_read() -> None:
    lines = [line for line in card_lines() if line.text not in ("女", "1949年12月31日")]
    found = card(seen(lines))
    assert (found.text("birth"), found.text("sex")) == (CARD["birth"], CARD["sex"])


def test_what_is_no_ethnicity_is_left_out() -> None:
    assert card(seen(instead(card_lines(), "汉", "汶"))).text("ethnicity") is None


def test_a_doubtful_name_is_marked_and_a_guess_left_out() -> None:
    others = seen(without("陈小明"))
    name = line("陈小明", 0.165, 0.14)
    doubtful = card([*others, View().read(name, least=0.7)])
    assert (doubtful.text("name"), unsure(doubtful)) == ("陈小明", {"name"})
    assert card([*others, View().read(name, least=0.2)]).text("name") is None


def test_two_looks_that_agree_are_sure_and_two_that_differ_are_not() -> None:
    first = understand(seen(card_lines(), least=0.9))
    assert unsure(card_of(first, understand(seen(card_lines(), View(turn=3), least=0.85)))) == set()
    other = understand(seen(instead(card_lines(), "陈小明", "陈小朋")))
    assert unsure(card_of(first, other)) == {"name"}


def test_two_looks_at_different_numbers_give_none() -> None:
    another = "11010519491231003" + check_digit("11010519491231003")
    found = card_of(understand(seen(card_lines())), understand(seen(card_lines(CARD | {"id_number": another}))))
    assert found.text("id_number") is None


def test_of_a_name_with_a_thumb_on_its_beginning_the_rest_is_not_offered() -> None:
    lines = [*without("陈小明"), line("小明", 0.2, 0.14)]
    assert card(seen(lines)).text("name") is None


@pytest.mark.parametrize("over_it", ["样本", "复印无效", "仅供办理社保使用"])
def test_what_is_written_over_a_card_is_no_part_of_its_fields(over_it: str) -> None:
    lines = [*card_lines(), *(line(over_it, 0.4, v) for v in (0.14, 0.63))]
    assert texts(card(seen(lines))) == CARD


def test_an_address_misread_in_traditional_characters_is_put_right() -> None:
    lines = instead(card_lines(), "河南省商丘市梁园区文化", "河南省商丘市梁園區文化")
    assert card(seen(lines)).text("address") == CARD["address"]


def test_a_name_misread_in_traditional_characters_is_put_right_and_marked() -> None:
    found = card(seen(card_lines(CARD | {"name": "陳小明"})))
    assert (found.text("name"), unsure(found)) == ("陈小明", {"name"})


@pytest.mark.parametrize("name", ["李昇", "甯静"])
def test_a_character_that_only_looks_traditional_stays(name: str) -> None:
    assert card(seen(card_lines(CARD | {"name": name}))).text("name") == name


def test_on_a_residence_permit_traditional_characters_stay() -> None:
    assert card(seen(card_lines(PERMIT | {"name": "陳小明"}))).text("name") == "陳小明"


def test_an_empty_form_with_the_same_words_is_no_card() -> None:
    words = ("姓名：", "性别：", "民族：", "出生日期：", "身份证号码：", "家庭住址：", "联系电话：")
    form = [line(text, 0.06, 0.1 + n / 8) for n, text in enumerate(words)]
    assert card(seen(form)) == Card(CardKind.NOTHING)


def test_a_filled_form_around_the_card_does_not_get_into_it() -> None:
    form = {"姓名：李四": -0.6, "性别：男": -0.45, "出生日期：": -0.3, "身份证号码：440524188001010014": -0.15}
    lines = [*card_lines(), *(line(text, -0.3, v) for text, v in form.items())]
    assert card(seen(lines)).kind is CardKind.SEVERAL
