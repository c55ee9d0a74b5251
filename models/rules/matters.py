"""What people come to a hall for: the list to begin with, and changing a hall's list by words.

A list is that of `facts["matters"]`: dicts with code, zh, en and aliases, in the order in which it is shown.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256
from itertools import count
from typing import Any

from models.rules.hall_names import name_key
from models.rules.plain_words import letters, plain_words
from models.rules.refusal import Refused
from models.rules.spelling import half_width

MOST_MATTERS = 40
LONGEST_LABEL = 20

# Public lists of halls' counters and of the national platform, cut to what fits a line of chat.
_STARTER = """
social 社会保险 社保,养老 Social insurance
medical 医疗保障 医保 Medical insurance
fund 住房公积金 公积金 Housing fund
estate 不动产登记 不动产,房产 Real estate
household 户政与身份证 户籍,户口,身份证办理 Household and ID
business 营业执照 执照,工商,市场主体登记 Business licence
tax 税务 发票,办税 Tax
vehicle 车驾管 交管,驾照,车管 Vehicles and driving
entry_exit 出入境证件 出入境,护照办理 Passports and permits
civil 婚姻与民政 婚姻登记,民政 Marriage and civil affairs
pickup 取件 取证 Collecting documents
advice 咨询 问事 Advice
building 工程建设审批 工程建设,建设项目 Construction permits
health 卫生健康许可 卫健 Health permits
education 教育 入学 Education
jobs 人才与就业 就业,人才 Jobs and talents
veterans 残联与优抚 残联,优抚 Disability and veterans
legal 法律援助与公证 公证,法律援助 Legal aid and notary
utilities 水电气暖网 水电气,水电 Utilities
trading 招投标 公共资源交易 Public tenders
food_drug 食品药品与特种设备 食药,特种设备 Food, drugs and equipment
transport 交通运输 运管 Transport
farming 农业与林业 农业,林业 Farming and forestry
counter 综合窗口 综窗 General counter
self_service 自助服务 自助机 Self-service
complaint 投诉建议 投诉,建议 Complaints and ideas
company 陪同 陪人 Keeping somebody company
service 维修与送货 维修,送货 Repairs and deliveries
other 其他 其它 Other
"""


def _line(line: str) -> dict[str, Any]:
    code, zh, aliases, en = line.split(" ", 3)
    return {"code": code, "zh": zh, "en": en, "aliases": aliases.split(",")}


STARTER: tuple[Mapping[str, Any], ...] = tuple(map(_line, _STARTER.strip().splitlines()))
"""The list to begin with; its codes are never used for anything else."""
USUAL = (
    "social",
    "medical",
    "fund",
    "estate",
    "household",
    "business",
    "tax",
    "vehicle",
    "entry_exit",
    "civil",
    "pickup",
)
"""What a hall has that chose nothing, before `other`."""

Matters = Sequence[Mapping[str, Any]]

_WORDS = {
    "remove": r"删掉|删除|删|去掉|去除|移除|不要|减|remove|delete|drop",
    "add": r"添加|增加|新增|加上|加|add",
    "keep": r"只要|只留|保留|只保留|only|keep",
    "all": r"全部都要|全部|全要|所有|都要|all",
    "rename": r"改名|改|重命名|rename",
}
_COMMAND = re.compile("|".join(f"(?P<{kind}>(?:{words}))" for kind, words in _WORDS.items()), re.IGNORECASE)
_BETWEEN = re.compile(r"[\s,，、;；]+")
_NUMBER = re.compile(r"第?(\d{1,3})(?:-(\d{1,3}))?[.号项]?", re.ASCII)
_INTO = re.compile(r"\s+[为成叫]\s+|\s*(?:改为|改成|改叫|换成|->|→|=|\bto\b)\s*|\s+", re.IGNORECASE)


def usual() -> list[dict[str, Any]]:
    """The dozen matters of a hall that chose nothing."""
    return [dict(one) for one in STARTER if one["code"] in (*USUAL, "other")]


def edit_matters(current: Matters, text: str) -> list[dict[str, Any]]:
    """The list after what somebody said of it: 删 3 5 7, 去掉 取件, 加 水电气 宠物登记, 只要 1 2 3, 改 3 社保, 全部.

    Numbers are those of the list as it is shown, from 1; names and aliases do as well. One command a line. A name of
    the starter list brings its code, English and aliases along; any other gets a code of its own. 全部 adds what is
    missing of the starter list.

    Refuses with matters_command_unclear, matters_none_named, matter_unknown (matter), matter_twice (matter),
    matters_empty, matters_too_many (most), and all that `matter_label` refuses.
    """
    matters = [dict(one) for one in current]
    for line in text.splitlines():
        if line.strip():
            matters = _edited(matters, line)
    if not matters:
        raise Refused("matters_empty")
    if len(matters) > MOST_MATTERS:
        raise Refused("matters_too_many", most=MOST_MATTERS)
    return matters


def rename(current: Matters, code: str, label: str, english: str = "") -> list[dict[str, Any]]:
    """The list with another label on this code; its old label stays understood as an alias, its English unless given.

    Refused with matter_unknown (matter), matter_twice (matter), and as `matter_label`.
    """
    said = matter_label(label)
    if all(one["code"] != code for one in current):
        raise Refused("matter_unknown", matter=code)
    others = [one for one in current if one["code"] != code]
    if _find(others, said) is not None:
        raise Refused("matter_twice", matter=said)
    return [dict(one) if one["code"] != code else _renamed(one, said, english) for one in current]


def moved(current: Matters, code: str, places: int) -> list[dict[str, Any]]:
    """The list with this matter so many places further down (negative: up), at most to an end of it.

    Refused with matter_unknown (matter).
    """
    matters = [dict(one) for one in current]
    at = next((number for number, one in enumerate(matters) if one["code"] == code), None)
    if at is None:
        raise Refused("matter_unknown", matter=code)
    one = matters.pop(at)
    matters.insert(max(0, at + places), one)
    return matters


def matter_label(text: str) -> str:
    """Read a label: 1 to 20 characters with a letter among them; Refused with matter_label_length (most) and as
    `plain_words`."""
    label = plain_words(text)
    if len(label) > LONGEST_LABEL or not sum(letters(label)):
        raise Refused("matter_label_length", most=LONGEST_LABEL)
    return label


def _edited(matters: list[dict[str, Any]], line: str) -> list[dict[str, Any]]:
    said = half_width(line)
    found = _COMMAND.match(said)
    if found is None:
        raise Refused("matters_command_unclear")
    rest = said[found.end() :].strip(" :,，、：")
    if (found["all"] and not rest) or (found["add"] and re.fullmatch(_WORDS["all"], rest, re.IGNORECASE)):
        codes = {one["code"] for one in matters}
        missing = [one for one in STARTER if one["code"] not in codes and _find(matters, one["zh"]) is None]
        return _before_other(matters, map(dict, missing))
    if not rest:
        raise Refused("matters_none_named")
    if found["rename"]:
        return _renamed_by_words(matters, rest)
    if found["add"]:
        return _with_added(matters, rest)
    named = set(_named(matters, rest))
    return [one for number, one in enumerate(matters) if (number in named) != bool(found["remove"])]


def _named(matters: Matters, rest: str) -> list[int]:
    """The places in the list that numbers and names mean."""
    whole = _find(matters, rest)
    if whole is not None:
        return [whole]
    places: list[int] = []
    for word in filter(None, _BETWEEN.split(rest)):
        number = _NUMBER.fullmatch(word)
        at = _find(matters, word)
        if at is None and number:
            first, last = int(number[1]), int(number[2] or number[1])
            if not 1 <= first <= last <= len(matters):
                raise Refused("matter_unknown", matter=word)
            places += range(first - 1, last)
        elif at is None:
            raise Refused("matter_unknown", matter=word[:LONGEST_LABEL])
        else:
            places.append(at)
    return places


def _with_added(matters: list[dict[str, Any]], rest: str) -> list[dict[str, Any]]:
    added = list(matters)
    for word in filter(None, _BETWEEN.split(rest)):
        label = matter_label(word)
        if _find(added, label) is not None:
            raise Refused("matter_twice", matter=label)
        known = _find(STARTER, label)
        starter = STARTER[known] if known is not None else None
        if starter and all(one["code"] != starter["code"] for one in added):
            made = dict(starter)
            # A label of the hall's own would otherwise be one that it did not ask for.
            made |= {"aliases": [alias for alias in made["aliases"] if _find(added, alias) is None]}
        else:
            made = {"code": _new_code(added, label), "zh": label, "en": label, "aliases": []}
        added = _before_other(added, [made])
    return added


def _renamed_by_words(matters: list[dict[str, Any]], rest: str) -> list[dict[str, Any]]:
    which, *label = _INTO.split(rest, maxsplit=1)
    if not label or not label[0]:
        raise Refused("matters_command_unclear")
    places = _named(matters, which)
    if len(places) != 1:
        raise Refused("matters_command_unclear")
    return rename(matters, matters[places[0]]["code"], label[0])


def _renamed(matter: Mapping[str, Any], label: str, english: str) -> dict[str, Any]:
    key = name_key(label)
    aliases = [alias for alias in (*matter.get("aliases", ()), matter["zh"]) if name_key(alias) != key]
    # A translation of the old label would be a lie beside the new one.
    return {**matter, "zh": label, "en": english or label, "aliases": list(dict.fromkeys(aliases))}


def _find(matters: Matters, said: str) -> int | None:
    """The place of the matter with this label, in either language, or with this alias."""
    key = name_key(said)
    labels = [{name_key(text) for text in (one["zh"], one["en"], *one.get("aliases", ()))} for one in matters]
    return next((number for number, keys in enumerate(labels) if key and key in keys), None)


def _new_code(matters: Matters, label: str) -> str:
    """Of the hall's own, made of the label: one that was removed and comes again is the same matter, and another one
    never takes the code that stands on past visits."""
    taken = {one["code"] for one in (*matters, *STARTER)}
    key = name_key(label)
    made = (f"own{sha256(f'{key}{number or str()}'.encode()).hexdigest()[:8]}" for number in count())
    return next(code for code in made if code not in taken)


def _before_other(matters: list[dict[str, Any]], more: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """其他 stays the last, whatever is added."""
    end = len(matters) - 1 if matters and matters[-1]["code"] == "other" else len(matters)
    return [*matters[:end], *more, *matters[end:]]
