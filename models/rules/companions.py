"""The people who came along, as people name them: 李四 电话 13900139000, 儿子李小明和女儿李小红, John Smith and Mary.

Words that say what a number is, or who somebody is to the visitor, are no names and are dropped. Whoever is counted or
only meant (两个人, 我妈) is asked for by name.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from models.rules.contact import looks_like_mobile, mobile, words_of_names
from models.rules.identity import KIND_WORDS, IdNumber, id_number, is_kind_word, looks_like_id_number
from models.rules.refusal import Refused
from models.rules.spelling import HAN, half_width, has_chinese

MOST_COMPANIONS = 9


@dataclass(frozen=True)
class Companion:
    """Somebody who came along; `str()` is one line that reads back."""

    name: str
    id_number: IdNumber | None = None
    phone: str | None = None

    def __str__(self) -> str:
        return " ".join(str(part) for part in (self.name, self.id_number, self.phone) if part is not None)


@dataclass(frozen=True)
class Companions:
    """Those who came along, in the order in which they were named."""

    people: tuple[Companion, ...] = ()

    def __str__(self) -> str:
        return "；".join(map(str, self.people)) or "none"

    def check_beside(self, lead: IdNumber | None) -> None:
        """Refused with companion_is_lead if one of them has the number of the person who registers them."""
        if lead and any(one.id_number and one.id_number.for_matching == lead.for_matching for one in self.people):
            raise Refused("companion_is_lead")


_ENTRY_END = re.compile(r"[\n\r;；]+")
_LIST_NUMBER = re.compile(r"^\s*(?:[(（]?\d{1,2}[)）]|\d{1,2}[.．、])\s*(?=\D)", re.ASCII)

_LEAD = r"(?:同行|随行|陪同)(?:的?人员?|者)?(?:有|是|为)?"
_LEAD_ALONE = re.compile(_LEAD)
_NOBODY = re.compile(
    rf"(?:{_LEAD})?(?:"
    r"0(?:个|位|名)?人?|[-/]+"
    r"|(?:我|都|目前|暂时)?(?:没有?|沒有?|無|无|暂无|不)"
    r"(?:带|有|跟|和)?(?:任何|其他|其它|别的?)?(?:同行|随行|陪同|同伴|一起来?|同来)?的?(?:人员?|者)?了?"
    r"|(?:就|只有?|仅|单)(?:我|本人|自己)(?:自己)?(?:1个?|一个?)?人?(?:来的?)?"
    r"|(?:我|本人)?(?:自己(?:1个?|一个?)?人?|独自(?:一人)?|单独)(?:来的?)?"
    r"|(?:我|本人)(?:1个?|一个?)人(?:来的?)?"
    r"|none|no|nil|na|n/a|nobody|noone|nocompanions?|justme|onlyme|myself|bymyself|alone"
    r")"
)

_RELATIVES = (
    "儿子|女儿|孩子|小孩|宝宝|妈妈|爸爸|母亲|父亲|妻子|丈夫|老婆|老公|爱人|奶奶|爷爷|外婆|外公|姥姥|姥爷|哥哥|弟弟|姐姐|妹妹"
    "|岳父|岳母|公公|婆婆|叔叔|婶婶|阿姨|舅舅|舅妈|姑姑|姑妈|伯父|伯母|侄子|侄女|外甥女|外甥|家人|家属|亲戚|朋友|同事|同学|邻居|老乡"
)
# 孙子涵, 爸 and 妈 stand at the head of real names, so they count only by themselves or behind 我.
_ALONE_ONLY = "孙子|孙女|妈|爸|娘|爹|哥|弟|姐|妹|老伴|媳妇|女婿|儿媳|儿媳妇|对象|父母|爸妈|爹妈|两口子|全家|一家人|大家"
_ENGLISH = "wife|husband|daughter|mother|father|mum|mom|dad|friend|colleague|brother|sister"
_RELATION = re.compile(
    rf"(?:我们?的?)?(?:{_RELATIVES}|{_ALONE_ONLY})|(?:my )?(?:{_ENGLISH})|my (?:son|child|children|kids?|baby)",
    re.IGNORECASE,
)
_RELATION_BEFORE = re.compile(
    rf"(?:(?:我们?的?)?(?:{_RELATIVES})|我们?的?(?:{_ALONE_ONLY}))[是叫]?(?=[{HAN}·]{{2}})"
    rf"|(?:(?:my )?(?:{_ENGLISH})|my (?:son|child|baby)) (?=\S)",
    re.IGNORECASE,
)
_WITH = re.compile(
    rf"(?:(?:我(?:还|们)?)?(?:带着?了?|带上)|我(?:和|跟|与|及)|还有|以及|跟着|{_LEAD})(?=[{HAN}A-Za-z])|with (?=\S)",
    re.IGNORECASE,
)
_WITH_ME = re.compile(
    rf"(?:和|跟|与|及)(?:我|本人|自己)$|(?<=.)(?:一起|一同)来?的?$| and me$| my (?:{_ENGLISH}|son|child)$",
    re.IGNORECASE,
)
_IN_COMPANY = re.compile(
    rf"我?(?:还|们)?(?:[和跟与]|带[着了上]?)[{HAN}]{{2,}}|[{HAN}]+(?:一起|一同|同来)|(?:me )?(?:and|with) \w",
    re.IGNORECASE,
)
# Two characters at least on both sides: 张和平 is one person.
_BOTH = re.compile(r"(.{2,}?)(?:以及|还有|[和及与跟])(.{2,})", re.DOTALL)
_AND = re.compile(
    r" (?:[和及与跟]|以及|还有) |(?<![^ ])and(?![^ ])|(?<=[^\d ])[&+/|](?=[^\d ])| ?[&/|] | \+ ", re.IGNORECASE
)
_SELF = frozenset(("我", "本人", "自己", "me", "myself", "i"))
_THE_OTHER = frozenset("他她它你您")

_NUMERAL = r"[一二两三四五六七八九十几多俩仨\d]"
_COUNTED = re.compile(
    rf"(?:一?共|总共|还有|有|带了?)?(?:{_NUMERAL}{{1,3}}(?:个|位|名|口|人)+[{HAN}]{{0,4}}|一家{_NUMERAL}口人?)"
    r"|有|有的|有人|\d{1,2}|\d{1,2} ?(?:people|persons?|friends?|kids|children|of us)"
    r"|(?:one|two|three|four|five) (?:people|persons?|others?)",
    re.ASCII | re.IGNORECASE,
)
_MEANT = re.compile(rf"[我他她它你您咱俺这那][{HAN}]*")

_NAME_LABEL = r"姓名|名字"
_PHONE_LABEL = r"联系电话|电话号码|手机号码|手机号|手机|电话|联系方式"
_NUMBER_LABEL = r"证件号码|证件号|证件"
_GLUED_LABEL = re.compile(
    rf"((?:{_NUMBER_LABEL}|{_PHONE_LABEL}|{_NAME_LABEL}|{'|'.join(KIND_WORDS)})(?:号码|号)?)[是为]?", re.ASCII
)
_LABELS = {
    **dict.fromkeys((*_NAME_LABEL.split("|"), "name"), ""),
    **dict.fromkeys((*_PHONE_LABEL.split("|"), "tel", "phone", "mobile", "telephone"), "电话"),
    **dict.fromkeys((*_NUMBER_LABEL.split("|"), "id"), "证件"),
}
_AFTER_A_LABEL = frozenset(("number", "no", "no.", "is", "号码", "号", "是", "为"))
_NO_NUMBER = frozenset(("无", "没有", "暂无", "不详", "none"))

_BRACKETS = re.compile(r"(?P<part>(?<=\d)\([0-9A-Za-z]\)|\(\+?\d{2,4}\)(?=[ -]?\d{6}))|[()\[\]{}「」【】<>]", re.ASCII)
_TOUCHING = re.compile(
    rf"(?<=[{HAN}])(?=\(?\+?\d|[A-Za-z]{{1,3}}\d{{6}})|(?<=\d)(?=[{HAN}])|(?<=\d[Xx])(?=[{HAN}])", re.ASCII
)
# John13900139000; three letters and 12 digits are a card, and a passport may have its word before it.
_LATIN_TOUCHING = re.compile(r"\b(?!passport|id)([a-z]{3,})(?=\+?\d{7,11}(?!\d))", re.ASCII | re.IGNORECASE)
# As the review shows them.
_IN_GROUPS = re.compile(r"(?<!\d)(?:(\d{6}) (\d{8}) (\d{3}[\dXx])|(1\d\d) (\d{4}) (\d{4}))(?![\dXx])", re.ASCII)
_COMMA = re.compile(r"[、,，]")


def companions(text: str, *, today: date) -> Companions:
    """Read up to nine people, each a name with or without an identity number and a telephone number.

    One a line or parted by ；; names alone also by 、 or spaces, 和 or and. What follows a name up to the next is that
    person's. 无, 没有, 0 and none mean nobody.
    Refuses with: companion_name_missing, for a number that is nobody's; companion_names_wanted, for people who are
    counted or meant but not named; companion_twice, for one identity number given to two; companions_too_many (most);
    and what `person_name`, `id_number` and `mobile` refuse with, each with entry, counted from 1.
    """
    if _is_nobody(text):
        return Companions()
    people: list[Companion] = []
    entries = [entry for entry in _ENTRY_END.split(text) if half_width(entry)]
    for number, entry in enumerate(entries, start=1):
        try:
            people += _people_in(_LIST_NUMBER.sub("", entry), today)
        except Refused as no:
            raise Refused(no.code, **{**no.details, "entry": number}) from None
    if not people:
        raise Refused("companion_names_wanted")
    if len(people) > MOST_COMPANIONS:
        raise Refused("companions_too_many", most=MOST_COMPANIONS)
    numbers = [person.id_number.for_matching for person in people if person.id_number]
    if len(set(numbers)) < len(numbers):
        raise Refused("companion_twice")
    return Companions(tuple(people))


def speaks_of_company(text: str) -> bool:
    """Whether this tells of people who came along, in the words of a sentence: 和李四一起, with Mary and Tom."""
    return _IN_COMPANY.match(half_width(text)) is not None


def _is_nobody(text: str) -> bool:
    return _NOBODY.fullmatch(half_width(text).strip("。.! ").casefold().replace(" ", "")) is not None


def _people_in(entry: str, today: date) -> list[Companion]:
    said = half_width(entry)
    if _COUNTED.fullmatch(said.strip("。.! ")):
        raise Refused("companion_names_wanted")
    people: list[Companion] = []
    names: list[str] = []
    label = ""
    for word in [*_words(said), ""]:
        is_number = any(character.isdigit() for character in word)
        if (is_number or not word) and names:
            people += [Companion(name) for name in _names_in(" ".join(names))]
            names = []
        if is_number:
            if not people:
                raise Refused("companion_name_missing")
            people[-1] = _with_number(people[-1], label + word, today)
            label = ""
        elif label and word.casefold() in (*_AFTER_A_LABEL, ","):
            continue
        elif label and word in _NO_NUMBER:
            label = ""
        elif label:
            raise Refused("phone_unreadable" if label == "电话" else "id_unreadable")
        elif (meaning := _label(word)) is not None:
            label = meaning
        else:
            names.append(word)
    return people


def _words(said: str) -> list[str]:
    """The words of an entry: brackets, colons and whatever touches a number taken apart, commas words of their own."""
    said = _BRACKETS.sub(lambda found: found["part"] or " ", said).replace(":", " ")
    said = _TOUCHING.sub(" ", _LATIN_TOUCHING.sub(r"\1 ", _GLUED_LABEL.sub(r" \1 ", said)))
    said = _IN_GROUPS.sub(lambda found: "".join(filter(None, found.groups())), " ".join(said.split()))
    return _AND.sub(" , ", _COMMA.sub(" , ", said)).split()


def _label(word: str) -> str | None:
    """What a word says of the number behind it, "" if that a name follows; None for a word that is no label."""
    known = "" if _LEAD_ALONE.fullmatch(word) else _LABELS.get(word.casefold())
    return word if known is None and is_kind_word(word) else known


def _names_in(words: str) -> list[str]:
    return [name for said in words.split(",") if said.strip() for name in _names_between_commas(said.split())]


def _names_between_commas(words: list[str]) -> Iterator[str]:
    named = [word for word in words if word.casefold() not in _SELF]
    others = [
        word for word in named if word not in _THE_OTHER and not (has_chinese(word) and _RELATION.fullmatch(word))
    ]
    if named and not others:
        raise Refused("companion_names_wanted")
    said = " ".join(others)
    if not has_chinese(said) or any(len(word) == 1 for word in others):
        # 张 三 is a form's habit; Latin words side by side are one name.
        yield from _named(said) if said else ()
        return
    latin: list[str] = []
    for word in [*others, ""]:
        if word and not has_chinese(word):
            latin.append(word)
            continue
        if latin:
            yield from _named(" ".join(latin))
            latin = []
        if word:
            yield from _named(word)


def _named(said: str) -> Iterator[str]:
    """The names in one word, down to where nothing more can be taken off or apart."""
    name = words_of_names(said)
    bare = _WITH_ME.sub("", name)
    if start := _WITH.match(bare) or _RELATION_BEFORE.match(bare):
        bare = bare[start.end() :]
    if bare != name:
        yield from _named(bare)
    elif _is_nobody(name) or any(shape.fullmatch(name) for shape in (_RELATION, _COUNTED, _MEANT)):
        raise Refused("companion_names_wanted")
    elif both := _BOTH.fullmatch(name):
        yield from _named(both[1])
        yield from _named(both[2])
    elif _words(name) != name.split() or any(
        _label(word) is not None or word.casefold() in _SELF for word in name.split()
    ):
        # What was left of a word of another kind: and一起.
        raise Refused("companion_names_wanted")
    else:
        yield name


def _with_number(person: Companion, word: str, today: date) -> Companion:
    if person.phone is None and looks_like_mobile(word):
        return Companion(person.name, person.id_number, mobile(word))
    if person.id_number is None and (looks_like_id_number(word) or person.phone is not None):
        return Companion(person.name, id_number(word, today=today), person.phone)
    if person.phone is None:
        return Companion(person.name, person.id_number, mobile(word))
    raise Refused("companion_name_missing")
