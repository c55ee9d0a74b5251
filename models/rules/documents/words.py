"""What is printed on cards beside the data, and the texts of lines made ready for comparison."""

import re

from models.rules.spelling import HAN, half_width_alphanumeric
from models.rules.traditional import simplified

NUMBER_LABEL = "公民身份号码"
LABELS = ("姓名", "性别", "民族", "出生日期", "出生", "住址", NUMBER_LABEL)
"""On the side with the portrait; 出生日期 on residence permits."""

ETHNICITIES = tuple(
    (
        "汉 蒙古 回 藏 维吾尔 苗 彝 壮 布依 朝鲜 满 侗 瑶 白 土家 哈尼 哈萨克 傣 黎 傈僳 佤 畲 高山 拉祜 水 东乡 纳西 景颇 "
        "柯尔克孜 土 达斡尔 仫佬 羌 布朗 撒拉 毛南 仡佬 锡伯 阿昌 普米 塔吉克 怒 乌孜别克 俄罗斯 鄂温克 德昂 保安 裕固 京 塔塔尔 "
        "独龙 鄂伦春 赫哲 门巴 珞巴 基诺 其他 穿青人"
    ).split()
)
"""GB/T 3304, and what some cards print instead of one of the 56."""

_EMBLEM = ("签发机关", "有效期限", "中华人民共和国", "居民身份证", "居民居住证", "通行证号码", "签发次数")
_OTHERS = (
    *("护照", "PASSPORT", "驾驶证", "行驶证", "户口簿", "户口本", "常住人口", "社会保障卡", "社会保障号码", "通行证", "结婚证", "出生医学证明"),
    *("营业执照", "学生证", "军官证", "残疾人证", "老年人优待证", "医保", "银行", "准驾车型", "DRIVINGLICENSE", "P<CHN", "毕业证"),
)
_NOT_A_NAME = re.compile("样本|中华|居民|公民|身份|签发|机关|有效|期限|号码|住址|出生|性别|民族|姓名|复印|仅供")


def plain(text: str) -> str:
    """A line's text without spaces, with digits and letters at half width."""
    return re.sub(r"\s", "", half_width_alphanumeric(text))


def is_print(text: str) -> bool:
    """Whether a text is, or holds, what is printed on documents and stands in no name."""
    return _NOT_A_NAME.search(simplified(text)) is not None


def label_at_start(text: str) -> tuple[str, str] | None:
    """The label with which a plain text begins and what follows it."""
    said = simplified(text)
    if match := _NUMBER_LABEL.match(said):
        return NUMBER_LABEL, text[match.end() :]
    return next(((label, _after_label(text[len(label) :])) for label in LABELS if said.startswith(label)), None)


def without_labels(text: str) -> str:
    """A plain text without the label at its start; nothing of one that is part of a label."""
    found = label_at_start(text)
    return found[1] if found else "" if _HALF_LABEL.fullmatch(simplified(text)) else text


_NUMBER_LABEL = re.compile("[公民身份证号码]{4,8}[:：]?")
"""Also with a character lost, and as other cards print it: 身份证号码."""
_HALF_LABEL = re.compile("[姓名性别民族出生住址公民身份号码证:：]*")


def _after_label(text: str) -> str:
    return text.lstrip(":：.·")


def emblem_signs(text: str) -> int:
    return sum(sign in simplified(text) for sign in _EMBLEM)


def other_signs(text: str) -> int:
    said = simplified(text).upper()
    return sum(sign in said for sign in _OTHERS)
