"""What staff and operators are asked: whom to invite, why a hall is turned down, which hall, which person, whether it
is they who sign in."""

from collections.abc import Generator, Sequence
from dataclasses import dataclass
from typing import Any

from bot.flow import Choice, Option, Step
from models.rules.access import Role
from models.rules.contact import person_name
from models.rules.refusal import Refused

ROLES = (
    Option(Role.GUARD, "门岗", ("门卫", "保安", "guard", "door staff")),
    Option(Role.ADMIN, "管理员", ("admin",)),
)
SIGN_IN = (
    Option("yes", "确认", ("是", "是我", "确认登录", "确定", "好", "好的", "ok", "yes", "confirm")),
    Option("no", "不是我", ("不是", "不", "否", "no", "not me")),
)
SWEEP = (
    Option("yes", "确认", ("是", "是的", "确定", "好", "好的", "ok", "yes", "confirm")),
    Option("no", "不签退", ("不", "不用", "否", "不是", "no")),
)
NOTIFY = (
    Option("yes", "确认", ("是", "是的", "确定", "发送", "好", "好的", "ok", "yes", "confirm")),
    Option("no", "不发", ("不", "不用", "否", "不是", "no")),
)
LONGEST_REASON = 200


@dataclass(frozen=True)
class Invitation:
    """Whom to invite, and as what."""

    name: str
    role: Role


@dataclass(frozen=True)
class Because:
    """The reason for what an operator does to a hall."""

    reason: str


@dataclass(frozen=True)
class InHall:
    """The hall (its id) that the next words are about."""

    hall_id: int


@dataclass(frozen=True)
class SignsIn:
    """Whether it is they who sign in."""

    is_me: bool


@dataclass(frozen=True)
class IsTheCase:
    """Who of those that were shown is the case: the public id of a visit of theirs."""

    suspect: str


@dataclass(frozen=True)
class Sweeps:
    """Whether everybody who is inside is signed out."""

    is_sure: bool


@dataclass(frozen=True)
class Notifies:
    """Whether the notices that were shown are sent."""

    is_sure: bool


def invite(facts: None) -> Generator[Step, Any, Invitation]:
    """添加工作人员: who, and in which role; a one-time code for them comes of it."""
    name = yield Step("staff_name", person_name, labels=("姓名", "name"), examples=("李四",))
    role = yield Choice("staff_role", ROLES, labels=("角色", "role"))
    return Invitation(name, Role(role))


def give_reason(facts: None) -> Generator[Step, Any, Because]:
    """驳回 and 停用: why, in words that the hall will read."""
    return Because((yield Step("reason", _reason, free=True, examples=("请补充地址和联系电话",))))


def switch(facts: Sequence[tuple[int, str]]) -> Generator[Step, Any, InHall]:
    """切换大厅: which of one's halls the next words are about."""
    options = [Option(str(hall_id), name) for hall_id, name in facts]
    if not options:
        return InHall(0)  # of somebody who lost every post meanwhile: refused at the end
    return InHall(int((yield Choice("which_hall", options))))


def which_person(facts: Sequence[tuple[str, str]]) -> Generator[Step, Any, IsTheCase]:
    """密接 of a name that several people have: which of them."""
    return IsTheCase((yield Choice("which_person", [Option(suspect, shown) for suspect, shown in facts])))


def confirm_sign_in(facts: None) -> Generator[Step, Any, SignsIn]:
    """登录 with the number of a page: where and when was shown before; 确认 signs that browser in."""
    return SignsIn((yield Choice("sign_in", SIGN_IN, listed=False)) == "yes")


def confirm_sweep(facts: None) -> Generator[Step, Any, Sweeps]:
    """全部签退: how many are inside was said before; 确认 signs them all out, as an estimate."""
    return Sweeps((yield Choice("sweep", SWEEP, listed=False)) == "yes")


def confirm_notices(facts: None) -> Generator[Step, Any, Notifies]:
    """通知 CASE: whom each way reaches, and the words, were shown before; 确认 sends them."""
    return Notifies((yield Choice("notify", NOTIFY, listed=False)) == "yes")


def _reason(text: str) -> str:
    reason = " ".join(text.split())
    if not 2 <= len(reason) <= LONGEST_REASON:
        raise Refused("reason_length", most=LONGEST_REASON)
    return reason
