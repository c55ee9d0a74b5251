import json
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.rules.hall_names import name_key
from models.rules.matters import (
    LONGEST_LABEL,
    MOST_MATTERS,
    STARTER,
    edit_matters,
    matter_label,
    moved,
    rename,
    usual,
)
from models.rules.refusal import Refused

LIST = [
    {"code": "social", "zh": "社会保险", "en": "Social insurance", "aliases": ["社保"]},
    {"code": "tax", "zh": "税务", "en": "Tax", "aliases": ["发票"]},
    {"code": "own1", "zh": "老年证", "en": "老年证", "aliases": []},
    {"code": "other", "zh": "其他", "en": "Other"},
]


def labels(matters: list[dict[str, Any]]) -> list[str]:
    return [one["zh"] for one in matters]


def refusal(text: str, current: list[dict[str, Any]] = LIST) -> str:
    with pytest.raises(Refused) as refused:
        edit_matters(current, text)
    return refused.value.code


def test_the_starter_list_has_codes_labels_and_aliases_of_which_none_is_two_things() -> None:
    assert len({one["code"] for one in STARTER}) == len(STARTER)
    assert all(re.fullmatch(r"[a-z_]{2,32}", one["code"]) for one in STARTER)
    words = [name_key(word) for one in STARTER for word in {one["zh"], one["en"], *one["aliases"]}]
    assert len(set(words)) == len(words)
    assert all(matter_label(one["zh"]) == one["zh"] for one in STARTER)


def test_a_hall_that_chose_nothing_has_a_dozen_and_the_other_last() -> None:
    assert len(usual()) == 12
    assert usual()[-1]["code"] == "other"


@pytest.mark.parametrize(
    ("said", "left"),
    [
        ("删 1 3", ["税务", "其他"]),
        ("删1、3", ["税务", "其他"]),
        ("删掉第1项、第3项", ["税务", "其他"]),
        ("删除 １，３", ["税务", "其他"]),
        ("去掉 社保 老年证", ["税务", "其他"]),
        ("不要社会保险", ["税务", "老年证", "其他"]),
        ("remove 1-3", ["其他"]),
        ("remove tax", ["社会保险", "老年证", "其他"]),
        ("remove social insurance", ["税务", "老年证", "其他"]),  # a name of two words
        ("只要 1 2", ["社会保险", "税务"]),
        ("只留 发票、其他", ["税务", "其他"]),
        ("删 1\n删 1", ["老年证", "其他"]),  # line after line, of the list as it is then
    ],
)
def test_matters_are_removed_and_kept_by_number_and_by_name(said: str, left: list[str]) -> None:
    assert labels(edit_matters(LIST, said)) == left


def test_matters_are_added_before_the_last_one() -> None:
    found = edit_matters(LIST, "加 公积金 宠物登记")
    assert labels(found) == ["社会保险", "税务", "老年证", "住房公积金", "宠物登记", "其他"]
    assert found[3] == next(one for one in STARTER if one["code"] == "fund")
    assert found[4]["en"] == "宠物登记"


def test_a_matter_of_a_halls_own_has_a_code_that_no_other_ever_has() -> None:
    pets = edit_matters(LIST, "加 宠物登记")[-2]
    assert re.fullmatch(r"own[0-9a-f]{8}", pets["code"])
    without = edit_matters(edit_matters(LIST, "加 宠物登记"), "删 宠物登记")
    assert edit_matters(without, "加 老年卡")[-2]["code"] != pets["code"]
    assert edit_matters(without, "加 宠物登记")[-2]["code"] == pets["code"]


def test_all_brings_what_is_missing_of_the_starter_list() -> None:
    found = edit_matters(LIST, "全部")
    assert {one["code"] for one in found} == {"own1", *(one["code"] for one in STARTER)}
    assert found[-1]["code"] == "other"
    assert edit_matters(found, "全部") == found
    assert edit_matters(LIST, "加 全部") == edit_matters(LIST, "全部都要") == found


def test_a_new_label_keeps_the_code_and_the_old_label_is_still_understood() -> None:
    found = rename(LIST, "social", "社保业务", "Insurance desk")[0]
    assert found == {"code": "social", "zh": "社保业务", "en": "Insurance desk", "aliases": ["社保", "社会保险"]}
    assert rename([found], "social", "社会保险")[0]["zh"] == "社会保险"


@pytest.mark.parametrize(
    "said", ["改 1 社保业务", "改 社保 社保业务", "改名 1 为 社保业务", "改1改成社保业务", "rename 1 to 社保业务"]
)
def test_a_label_is_changed_by_words(said: str) -> None:
    found = edit_matters(LIST, said)
    assert (found[0]["code"], found[0]["zh"]) == ("social", "社保业务")


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("你好", "matters_command_unclear"),
        ("3", "matters_command_unclear"),
        ("改 1", "matters_command_unclear"),
        ("改 1-2 社保业务", "matters_command_unclear"),
        ("删", "matters_none_named"),
        ("加 ，", "matters_none_named"),
        ("删 5", "matter_unknown"),
        ("删 0", "matter_unknown"),
        ("删 3-1", "matter_unknown"),
        ("删 婚姻", "matter_unknown"),
        ("删 999999999999", "matter_unknown"),
        ("加 社保", "matter_twice"),
        ("加 社會保險", "matter_twice"),
        ("加 TAX", "matter_twice"),
        ("加 宠物 宠物", "matter_twice"),
        ("改 1 税务", "matter_twice"),
        ("改 1 发票", "matter_twice"),
        ("只要 1\n删 1", "matters_empty"),
        ("加 123", "matter_label_length"),
        ("加 " + "字" * (LONGEST_LABEL + 1), "matter_label_length"),
        ("加 =SUM", "words_formula"),
        ("加 <b>宠物</b>", "words_markup"),
        ("加 宠物🐶", "words_emoji"),
    ],
)
def test_what_cannot_be_done_to_a_list_is_refused(said: str, code: str) -> None:
    assert refusal(said) == code


def test_a_list_has_an_end() -> None:
    more = " ".join(f"事项第{number}号" for number in "一二三四五六七八九十百")
    assert refusal(f"加 {more}", edit_matters(LIST, "全部")) == "matters_too_many"


@pytest.mark.parametrize("code", ["gone", "", "社保"])
def test_a_matter_that_is_not_there_has_no_label_to_change(code: str) -> None:
    with pytest.raises(Refused) as refused:
        rename(LIST, code, "社保业务")
    assert refused.value.code == "matter_unknown"


def test_the_list_that_is_given_stays_as_it_was() -> None:
    before = json.dumps(LIST)
    edit_matters(LIST, "加 公积金\n删 1\n改 1 税费")
    assert json.dumps(LIST) == before


@given(
    text=st.text(max_size=40)
    | st.lists(st.sampled_from(["删", "加", "只要", "改", "全部", " ", "1", "2-3", "社保", "宠物", "\n", "、"])).map(
        "".join
    )
)
def test_any_text_is_refused_or_leaves_a_list_without_doubles(text: str) -> None:
    try:
        found = edit_matters(LIST, text)
    except Refused as refused:
        assert refused.code.startswith(("matter", "words_"))
        return
    assert 0 < len(found) <= MOST_MATTERS
    assert len({one["code"] for one in found}) == len(found)
    words = [name_key(word) for one in found for word in {one["zh"], one["en"], *one.get("aliases", ())}]
    assert len(set(words)) == len(words)


@pytest.mark.parametrize(
    ("code", "places", "order"),
    [
        ("fund", -1, ["fund", "social", "other"]),
        ("fund", 1, ["social", "other", "fund"]),
        ("social", -1, ["social", "fund", "other"]),
        ("other", 9, ["social", "fund", "other"]),
        ("fund", 0, ["social", "fund", "other"]),
    ],
)
def test_a_matter_moves_within_the_list_and_no_further(code: str, places: int, order: list[str]) -> None:
    current = [{"code": one, "zh": one, "en": one, "aliases": []} for one in ("social", "fund", "other")]
    assert [one["code"] for one in moved(current, code, places)] == order


def test_a_matter_that_is_none_does_not_move() -> None:
    with pytest.raises(Refused, match="matter_unknown"):
        moved([], "fund", 1)
