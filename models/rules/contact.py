"""Who somebody is and how to reach them: names, telephone numbers, addresses.

Names follow 民委发〔2016〕33号: the separator · is U+00B7, 25 Chinese characters fit, and every character of
GB 18030 is welcome.
"""

import re
import unicodedata

from models.rules.health import looks_like_temperature
from models.rules.identity import looks_like_id_number
from models.rules.places import is_unwilling, names_a_place
from models.rules.refusal import Refused
from models.rules.spelling import (
    DASHES,
    HAN,
    half_width,
    half_width_alphanumeric,
    has_chinese,
    is_chinese,
    readable,
)

NAME_HALF_WIDTHS = 50
"""The length a name field must hold: a Chinese character, · and what takes four bytes take two, anything else one."""
ADDRESS_SHORTEST = 4
ADDRESS_LONGEST = 100

# What people send for other reasons when a name is asked for; nobody is called so.
_OTHER_WORDS = """
签到 签退 返回 上一步 取消 跳过 帮助 确认 确定 同意 不同意 好的 是的 人工帮忙 人工 English 中文 我的记录 我的资料 更正
删除我的资料 谁看过我 注册大厅 二维码 今日 昨日 在厅 待处理 数据查询 查询 导出 密接 通知 设置 登录 更多 不是本人
本人 没有 正常 你好 您好 谢谢 不知道 back cancel skip help ok yes no none confirm agree hello hi name null
"""
_NOT_NAMES = frozenset(_OTHER_WORDS.casefold().split())
# What people say instead of their name. A first character alone is no sign: 别, 要 and 刚 are family names.
_SAYS_SOMETHING = re.compile(
    r"我?(?:不(?:想|愿|要|用|填|写|说|补|会|懂|行|能|给|可以|知道|告诉|清楚|明白|同意|方便|需要|登记).*|不)了?"
    r"|我?没(?:有?(?:带|来|进)|有|法|空|办法).*|我(?:要|想|先|能|可以|刚|来|在|拒绝).+|.*(?:什么|怎么|为啥|为何).*|.+吗"
    r"|(?:拒绝|算了|投诉|随便|稍等|稍后|等等|等(?:一?下|一?会)|忘(?:了|记)|下次|看不|听不|大概|大约|刚(?:刚|才|进)).*"
    r"|(?:no (?:way|thanks|thank you)|not (?:now|today|yet|sure|me)|later|wait|never mind)\b.*"
    r"|i (?:do|don't|am|can|can't|cannot|want|have|would|need|came|refuse|forgot|just) .*|i'm .*"
    r"|(?:do (?:not|i|you|we)|don't) .*"
    r"|(?:what|how|why|where|when|can|could) (?:is|are|am|do|does|did|can|should|must|to|i|you|we)\b.*",
    re.IGNORECASE,
)
_NAME_EDGE = ' 。.,，、;；:!?"“”「」()[]【】{}《》<>~_*-·'
_NAME_START = re.compile(
    rf"(?:[{re.escape(_NAME_EDGE)}]|(?:姓名|(?:我的)?名字)[是叫为]?|我叫|我是|(?:my )?name(?: is)?(?=[: ]))+",
    re.IGNORECASE,
)
_DOT = "·•‧∙⋅・･●.。"
_DOT_BETWEEN_CHINESE = re.compile(rf"(?<=[{HAN}])(?: ?[{_DOT}])+ ?(?=[{HAN}])")
_APOSTROPHE = re.compile("[\u2018\u2019\u02bc\u2032`\u00b4]")
_HYPHEN = re.compile(rf" ?[{DASHES}] ?")
_TWO_PEOPLE = re.compile(
    rf"[{HAN}]{{2,4}}(?:以及|还有|[和及与跟])[{HAN}]{{2,4}}|.*\S and \S.*", re.IGNORECASE
)  # two characters at least on both sides: 张和平 is one person
_LIST_MARK = re.compile(r"[、,;；/|&+]")


def person_name(text: str) -> str:
    """Read one name: Chinese, with or without ·, or of any script, with spaces, apostrophes and hyphens.

    A rare character may be replaced by its pinyin (马cheng). Refuses with: name_unreadable; name_digits;
    one_name_only; name_not_a_name, for a word that answers something else; name_too_short; name_too_long
    (most: Chinese characters).
    """
    name = words_of_names(text)
    if _TWO_PEOPLE.fullmatch(name):
        raise Refused("one_name_only")
    return name


def words_of_names(text: str) -> str:
    """As `person_name`, but two names with a word between them (张三和李四) are left to the caller."""
    name = _plain_name(text)
    if any(character.isdigit() for character in name):
        raise Refused("name_digits")
    if len([part for part in _LIST_MARK.split(name) if _letters(part)]) > 1 or (" " in name and has_chinese(name)):
        raise Refused("one_name_only")
    if name.casefold() in _NOT_NAMES or _SAYS_SOMETHING.fullmatch(name):
        raise Refused("name_not_a_name")
    if not _is_spelled_like_a_name(name):
        raise Refused("name_unreadable")
    if _letters(name) < 2:
        raise Refused("name_too_short")
    if sum(map(_half_widths, name)) > NAME_HALF_WIDTHS:
        raise Refused("name_too_long", most=NAME_HALF_WIDTHS // 2)
    return name


def name_for_matching(name: str) -> str:
    """Equal for two spellings of one name: the text to hash. Takes any text, also what is no name."""
    folded = unicodedata.normalize("NFKC", _plain_name(name)).casefold()
    return readable(unicodedata.normalize("NFKC", folded))


def _plain_name(text: str) -> str:
    # To its fixed point: what stands behind a stripped word or a closed gap may be strippable in its turn.
    name = half_width(text)
    while (plainer := _plainer_name(name)) != name:
        name = plainer
    return name


def _plainer_name(name: str) -> str:
    name = name.rstrip(_NAME_EDGE)
    if start := _NAME_START.match(name):
        name = name[start.end() :]
    name = _DOT_BETWEEN_CHINESE.sub("·", name)
    name = _HYPHEN.sub("-", _APOSTROPHE.sub("'", name))
    parts = name.split(" ")
    # 张 三 is a form's habit, 张三 李四 is two people.
    if has_chinese(name) and sum(_letters(part) > 1 for part in parts) < 2:
        name = "".join(parts)
    return readable(name)


def _half_widths(character: str) -> int:
    return 2 if is_chinese(character) or character == "·" or character > "\uffff" else 1


def _letters(text: str) -> int:
    return sum(is_chinese(character) or character.isalpha() for character in text)


def _is_spelled_like_a_name(name: str) -> bool:
    """Whether it is letters of some script with single separators between them."""
    shape = "".join(
        "L"
        if _letters(character)
        else "M"
        if unicodedata.category(character).startswith("M")
        else character
        if character in " '.-·"
        else "?"
        for character in name
    )
    # Up to two separators together: the full stop and space of an initial.
    return re.fullmatch(r"LM{0,3}(?:[ '.·-]{0,2}LM{0,3})*", shape) is not None


_PHONE_LEAD = re.compile(
    r"(?:(?:我的)?(?:联系电话|电话号码|手机号码|手机号|手机|电话|号码|telephone|mobile|phone|tel)(?:是|为)?[.: ]*)+",
    re.IGNORECASE,
)
_PHONE_DROPPED = re.compile(rf"[ ().·{DASHES}]")
_MAINLAND = re.compile(r"(?:\+|00)86|86(?=0?1\d{10}$)", re.ASCII)
_MOBILE = re.compile(r"0?(1[3-9]\d{9})", re.ASCII)
_LANDLINE = re.compile(r"0?(10|2\d|[3-9]\d{2})([2-9]\d{6,7})", re.ASCII)
_HONG_KONG_MACAU = re.compile(r"(?:\+|00)?(85[23])(\d{8})", re.ASCII)
_TAIWAN = re.compile(r"(?:\+|00)?8860?(\d{9})", re.ASCII)
_SURELY_A_PHONE = re.compile(
    r"(?:(?:\+|00)?86)?0?1\d{10}"  # also 110...: a claimed word is refused by name, an unclaimed one only overlooked
    r"|\+\d{8,15}|00[1-9]\d{8,14}"
    r"|(?:85[23]\d{8}|886\d{9,10})"
    r"|0(?:10|2\d|[3-9]\d{2})[2-9]\d{6,7}(?<=\d{11})",  # ten digits may be an old Taiwan permit
    re.ASCII,
)


def mobile(text: str) -> str:
    """Read a telephone number: 13800138000, +85261234567, +886912345678, or 010-62345678 for those without a mobile.

    Every mainland number of the shape 1[3-9] and nine digits is taken: ranges open each year.
    Refuses with: phone_unreadable; phone_length (digits); phone_prefix, for 11 digits that no mobile has;
    phone_area_code, for a landline without one; phone_country, for countries other than +86, +852, +853, +886.
    """
    said = _plain_phone(text)
    if re.fullmatch(r"\+?\d+", said, re.ASCII) is None:
        raise Refused("phone_unreadable")
    if abroad := _HONG_KONG_MACAU.fullmatch(said):
        return f"+{abroad[1]}{abroad[2]}"
    if abroad := _TAIWAN.fullmatch(said):
        return f"+886{abroad[1]}"
    prefix = _MAINLAND.match(said)
    national = said[prefix.end() :] if prefix else said
    if found := _MOBILE.fullmatch(national):
        return found[1]
    found = _LANDLINE.fullmatch(national)
    if found and (prefix or national.startswith("0")):
        return f"0{found[1]}-{found[2]}"
    raise _why_no_phone(national)


def looks_like_mobile(word: str) -> bool:
    """Whether this word can hardly be meant as anything else, right or wrong."""
    said = _plain_phone(word)
    if _PHONE_LEAD.match(half_width(word)):
        return re.fullmatch(r"\+?\d{5,}", said, re.ASCII) is not None
    if re.fullmatch(r"0\d{2,3}-[2-9]\d{6,7}", half_width(word), re.ASCII):
        return True
    return _SURELY_A_PHONE.fullmatch(said) is not None


def _plain_phone(text: str) -> str:
    said = _PHONE_LEAD.sub("", half_width(text), count=1)
    return _PHONE_DROPPED.sub("", said.rstrip("。,;! "))


def _why_no_phone(national: str) -> Refused:
    if national.startswith(("+", "00")):
        return Refused("phone_country")
    if re.fullmatch(r"1\d{10}", national, re.ASCII):
        return Refused("phone_prefix")
    if re.fullmatch(r"[2-9]\d{6,7}", national, re.ASCII):
        return Refused("phone_area_code")
    return Refused("phone_length", digits=len(national))


_ADDRESS_EDGE = " 。.,，、;；:：!！?？"
_ADDRESS_WORD = r"(?:(?:我的)?(?:家庭住址|家庭地址|现住址|住址|地址)[是为]?|我家?住在|address(?: is)?(?=[:： ]))"
_ADDRESS_START = re.compile(rf"(?:[{re.escape(_ADDRESS_EDGE)}]|{_ADDRESS_WORD})+", re.IGNORECASE)
_SAYS_ADDRESS = re.compile(_ADDRESS_WORD, re.IGNORECASE)
_GAP_BESIDE_CHINESE = re.compile(rf"(?<=[{HAN}]) | (?=[{HAN}])")
_HARMLESS = str.maketrans("<>", "＜＞")
_PLACE = rf"[{HAN}]{{2,}}"
_SURELY_AN_ADDRESS = re.compile(
    # Two levels of region, or one and a numbered place: 城市道路施工 is a matter.
    rf"(?:{_PLACE}(?:省|自治区){_PLACE}(?:市|州|盟|地区|县|区)"
    rf"|{_PLACE}(?:市|州|盟){_PLACE}(?:区|县|旗|镇|市)"
    rf"|{_PLACE}(?:区|县|旗){_PLACE}(?:镇|乡|街道|村)"
    rf"|[{HAN}]+(?:市|区|县|旗|镇|乡|村|路|街|道|巷|弄|苑|园|里)[{HAN}]*[A-Za-z]?\d+[\d\-A-Za-z]*"
    rf"(?:号|栋|幢|座|楼|单元|室|组|弄|巷))",
    re.ASCII,
)


def address(text: str) -> str:
    """Read an address on one line: 4 to 100 characters; < and > come out full-width, so that no page can obey them.

    Lines are joined without a space beside Chinese characters: a card breaks them inside words.
    Refuses with: address_unwilling, for words that only say no; address_unreadable, for what names no place or holds
    another answer; address_too_short (fewest); address_too_long (most).
    """
    said = _plain_address(text)
    if is_unwilling(said):
        raise Refused("address_unwilling")
    if len(said) > ADDRESS_LONGEST:
        raise Refused("address_too_long", most=ADDRESS_LONGEST)
    if not names_a_place(said) or any(map(_is_another_answer, [*text.split(), *said.split()])):
        raise Refused("address_unreadable")
    if len(said) < ADDRESS_SHORTEST:
        raise Refused("address_too_short", fewest=ADDRESS_SHORTEST)
    return said


def _is_another_answer(word: str) -> bool:
    return looks_like_temperature(word) or looks_like_id_number(word) or looks_like_mobile(word)


def looks_like_address(word: str) -> bool:
    """Whether this word can hardly be meant as anything else."""
    said = _plain_address(word)
    if _SAYS_ADDRESS.match(half_width_alphanumeric(word)):
        return _letters(said) > 1
    # Past that length it is no address, and the pattern would take its time to say so.
    return len(said) <= ADDRESS_LONGEST and _SURELY_AN_ADDRESS.match(said) is not None


def _plain_address(text: str) -> str:
    said = half_width_alphanumeric(text).translate(_HARMLESS)
    while (plainer := _plainer_address(said)) != said:
        said = plainer
    return said


def _plainer_address(said: str) -> str:
    said = said.rstrip(_ADDRESS_EDGE)
    if start := _ADDRESS_START.match(said):
        said = said[start.end() :]
    return readable(_GAP_BESIDE_CHINESE.sub("", said))
