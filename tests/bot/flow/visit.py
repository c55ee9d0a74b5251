"""A small conversation of the tests' own: a visitor registers. Its formats are simple on purpose."""

import re
from collections.abc import Callable, Generator
from dataclasses import dataclass, replace
from typing import Any

from bot.flow import Choice, Option, Review, Step
from models.rules.refusal import Refused


@dataclass(frozen=True)
class Facts:
    """What the conversation depends on: the matters of the hall, and which version of the script is deployed."""

    matters: tuple[Option, ...] = (
        Option("social", "社保", ("社会保险", "Social security")),
        Option("fund", "公积金", ("Housing fund",)),
        Option("card", "身份证", ("ID card",)),
    )
    version: str = "first"


@dataclass(frozen=True)
class Registered:
    """The outcome of a whole conversation."""

    name: str
    kind: str
    number: str
    phone: str
    address: str | None
    matter: str
    reading: float
    note: str | None
    companions: str | None


def person_name(text: str) -> str:
    """Chinese characters with no space between them, or Latin words."""
    plain = " ".join(text.split())
    if re.fullmatch(r"[\u4e00-\u9fff](?: ?[\u4e00-\u9fff]){1,5}", plain):
        return plain.replace(" ", "")
    if re.fullmatch(r"[A-Za-z'.\-]+(?: [A-Za-z'.\-]+)*", plain) and len(plain) > 1:
        return plain
    raise Refused("name_unreadable")


def ticket(text: str) -> str:
    """Five digits, the last the sum of the others."""
    digits = "".join(text.removeprefix("票号").split())
    if not re.fullmatch(r"[0-9]{5}", digits):
        raise Refused("ticket_unreadable")
    if sum(map(int, digits[:4])) % 10 != int(digits[4]):
        raise Refused("ticket_checksum")
    return digits


def letter(text: str) -> str:
    """L and three digits."""
    said = text.upper().removeprefix("介绍信").strip()
    if not re.fullmatch(r"L[0-9]{3}", said):
        raise Refused("letter_unreadable")
    return said


def phone(text: str) -> str:
    """Eleven digits, with spaces or hyphens between them, or +86 before them."""
    digits = re.sub(r"[\s\-]|^\+86", "", text.strip())
    if not re.fullmatch(r"1[0-9]{10}", digits):
        raise Refused("phone_unreadable")
    return digits


def address(text: str) -> str:
    """Almost anything of four characters or more."""
    plain = "".join(text.split())
    if len(plain) < 4:
        raise Refused("address_short")
    return plain


def reading(text: str) -> float:
    """Degrees with one decimal or none."""
    match = re.fullmatch(r"([0-9]{2}(?:\.[0-9])?) ?[℃度]?", text.strip())
    if not match:
        raise Refused("reading_unreadable")
    return float(match[1])


def note(text: str) -> str:
    """Anything up to 200 characters."""
    if len(text) > 200:
        raise Refused("note_long")
    return text.strip()


def people(text: str) -> str:
    """Names, each with a phone if there is one, separated by ；."""
    each = [" ".join(one.split()) for one in re.split(r"[;；]", text)]
    if not all(re.fullmatch(r"[\u4e00-\u9fff]{2,4}(?: 1[0-9]{10})?", one) for one in each):
        raise Refused("people_unreadable")
    return "；".join(each)


def claims(pattern: str) -> Callable[[str], bool]:
    """The strict format of a step, spaces apart."""
    compiled = re.compile(pattern)
    return lambda word: bool(compiled.fullmatch("".join(word.split())))


CONSENT = Choice("consent", (Option("yes", "同意", ("agree", "好的")), Option("no", "不同意")), listed=False)
NAME = Step("name", person_name, is_name=True, labels=("姓名", "Name", "Full name"), examples=("王小明",))
KIND = Choice("kind", (Option("ticket", "预约号"), Option("letter", "推荐信")), labels=("类型",))
TICKET = Step("number", ticket, claims=claims(r"(票号)?[0-9]{5}"), labels=("号码", "Number"), examples=("12340",))
LETTER = Step("number", letter, claims=claims(r"(介绍信)?[Ll][0-9]{3}"), labels=("号码", "Number"), examples=("L123",))
PHONE = Step(
    "phone", phone, claims=claims(r"(\+86)?1[0-9-]{10,12}"), labels=("电话", "Phone"), examples=("13800138000",)
)
ADDRESS = Step(
    "address", address, claims=claims(r".*路.*号.*"), optional=True, labels=("地址",), examples=("幸福路1号",)
)
READING = Step("reading", reading, claims=claims(r"[0-9]{2}\.[0-9][℃度]?"), labels=("体温",), examples=("36.5", "38.5"))
NOTE = Step("note", note, optional=True, free=True, labels=("备注",), examples=("请快一点",))
COMPANIONS = Step("companions", people, quiet=True, labels=("同行",), examples=("李四",))


def visit(facts: Facts) -> Generator[Step, Any, Any]:
    """A visitor registers."""
    if (yield CONSENT) == "no":
        return "declined"
    name = yield NAME
    kind = yield KIND
    number = yield TICKET if kind == "ticket" else LETTER
    called = yield replace(PHONE, name="mobile", was=("phone",)) if facts.version == "renamed" else PHONE
    if facts.version == "added":
        yield Step("town", person_name, labels=("城市",), examples=("北京",))
    where = None if facts.version == "removed" else (yield ADDRESS)
    matter = yield Choice("matter", facts.matters, labels=("事项",))
    degrees = yield READING
    if degrees >= 37.3:
        return "turned away"
    said = yield NOTE
    others = yield COMPANIONS
    yield Review()
    return Registered(name, kind, number, called, where, matter, degrees, said, others)


A_VISIT = ("同意", "张三", "1", "12340", "13800138000", "幸福路1号", "社保", "36.5", "跳过")
"""One answer after the other, up to the review."""
ONE_LINE = "同意 张三 预约号 12340 13800138000 幸福路1号 社保 36.5"
"""The same in one message, but for the note."""
