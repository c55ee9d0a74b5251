"""The one table of masks: how much of a personal value is shown where its whole is not needed.

| value | shown | |
|---|---|---|
| name | family name, one * a character | 张*, 欧阳**, 买买提·*, J*** |
| identity number | first and last character | 1****************X |
| the same, for somebody who checks a card | first 3 and last 4 | 110***********002X |
| telephone number | first and last 3 | 138*****000 |
| address | province, city, county | 河南省商丘市梁园区*** |

The name and the telephone number are as Beijing's 健康宝 showed them; that keeps one digit fewer of a phone than
the usual 138****8000, whose last four are also what staff may search by. Where a mask cannot tell the part to show
from the part to hide, it hides.
"""

import re
from collections.abc import Callable, Mapping
from types import MappingProxyType

from models.rules.spelling import has_chinese

_FAMILY_NAMES_OF_TWO = """
欧阳 太史 端木 上官 司马 东方 独孤 南宫 万俟 闻人 夏侯 诸葛 尉迟 公羊 赫连 澹台 皇甫 宗政 濮阳 公冶 太叔 申屠 公孙 慕容
仲孙 钟离 长孙 宇文 司徒 鲜于 司空 闾丘 子车 亓官 司寇 巫马 公西 颛孙 壤驷 公良 漆雕 乐正 宰父 谷梁 拓跋 夹谷 轩辕 令狐
段干 百里 呼延 东郭 南门 羊舌 微生 左丘 东门 西门 南荣 第五 梁丘 完颜 耶律 纳兰 叶赫 贺兰
歐陽 司馬 東方 獨孤 南宮 聞人 諸葛 尉遲 赫連 澹臺 濮陽 公孫 鍾離 鐘離 長孫 鮮于 閭丘 東郭 軒轅
"""
_COMPOUND_FAMILY_NAMES = frozenset(_FAMILY_NAMES_OF_TWO.split())

_PREFIX_AND_NUMBER = re.compile(r"(台胞证|护照)?(.+)", re.DOTALL)
_PHONE_PREFIX = re.compile(r"(\+(?:852|853|886)|0\d{2,3}-)?(.*)", re.DOTALL)

_REGION = re.compile(
    r"(?P<province>[^\d\s]{2,6}?(?:省|特别行政区|自治区))?"
    # A shop, a market or a stall is no city.
    r"(?P<city>[^\d\s]{2,10}?(?:自治州|地区|盟|(?<![超菜集夜门])市(?!场)))?"
    r"(?P<county>[^\d\s市区县旗路街道巷弄号村镇乡]{1,15}?(?:县|旗)"
    # An estate's 小区 or 花园东区 says where somebody lives; 梁园区 is a county of its own.
    r"|[^\d\s市区县旗路街道巷弄号村镇乡]{1,5}(?<![小社校厂院街库营])(?<![园苑庭府湾庄][东西南北中])区)?"
)


def mask_name(name: str) -> str:
    """The family name, and a * for each further character: 张*, 欧阳**; before · for a name that has one."""
    first, dot, _ = name.partition("·")
    if dot:
        return f"{first}·*"
    if not has_chinese(name):
        # The number of letters of a foreign name tells more than that of Chinese characters does.
        return f"{name[:1]}***"
    shown = 2 if len(name) > 2 and name[:2] in _COMPOUND_FAMILY_NAMES else 1
    return name[:shown] + "*" * max(1, len(name) - shown)


def mask_id_number(number: str, *, to_check: bool = False) -> str:
    """The first and last character; `to_check`: the first 3 and last 4 of 15 or more, for roles that compare a card."""
    prefix, digits = _prefix_and(number)
    first, last = (3, 4) if to_check and len(digits) >= 15 else (1, 1)
    return prefix + _middle_hidden(digits, first, last)


def mask_phone(phone: str) -> str:
    """The first 3 and last 3 digits of a mobile number; of others the country or area code and the last 3."""
    found = _PHONE_PREFIX.fullmatch(phone)
    prefix, digits = (found[1] or "", found[2]) if found else ("", phone)
    return prefix + _middle_hidden(digits, 0 if prefix else 3, 3)


def mask_address(address: str) -> str:
    """The province, city and county that an address begins with; nothing of one that does not begin so."""
    found = _REGION.match(address)
    if found is None:
        return "***"
    # Without a city before it a 区 may be anything; a 县 cannot.
    region = found["province"] or ""
    region += found["city"] or ""
    county = found["county"] or ""
    if region or not county.endswith("区"):
        region += county
    return region + "***"


def in_groups(number: str) -> str:
    """An identity or telephone number whole, in groups for reading aloud: 110105 19491231 002X, 138 0013 8000."""
    prefix, digits = _prefix_and(number)
    if re.fullmatch(r"\d{17}[\dX]", digits, re.ASCII):
        groups = [digits[:6], digits[6:14], digits[14:]]
    elif re.fullmatch(r"\d{15}", digits, re.ASCII):
        groups = [digits[:6], digits[6:12], digits[12:]]
    elif re.fullmatch(r"1\d{10}", digits, re.ASCII):
        groups = [digits[:3], digits[3:7], digits[7:]]
    else:
        lead, rest = _lead_and(digits)
        size = 3 if len(rest) == 9 else 4
        groups = [lead, *(rest[start : start + size] for start in range(0, len(rest), size))]
    return " ".join(group for group in (prefix, *groups) if group)


def _prefix_and(number: str) -> tuple[str, str]:
    """The kind of document before a number (台胞证), and the number."""
    found = _PREFIX_AND_NUMBER.fullmatch(number)
    return (found[1] or "", found[2]) if found else ("", number)


def _lead_and(digits: str) -> tuple[str, str]:
    """What stands by itself before the groups of four: letters, a country code, an area code."""
    found = re.match(r"\+(?:852|853|886)|0\d{2,3}-|[A-Z]{1,3}(?=\d)", digits, re.ASCII)
    lead = found[0] if found else ""
    return lead.rstrip("-"), digits[len(lead) :]


def _middle_hidden(text: str, first: int, last: int) -> str:
    """The ends, and a * for each character between them; all hidden where the ends would be most of it."""
    if first + last >= len(text):
        return "*" * len(text)
    return text[:first] + "*" * (len(text) - first - last) + text[len(text) - last :]


BY_FIELD: Mapping[str, Callable[[str], str]] = MappingProxyType(
    {"name": mask_name, "id_number": mask_id_number, "phone": mask_phone, "address": mask_address}
)
"""The masks of the fields that a profile keeps (services.people.REMEMBERED)."""
