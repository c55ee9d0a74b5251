"""Who may what: the one table of roles and actions, for chat and pages alike.

A post is somebody's role in one hall; a person of one hall is nobody in another. An operator's post is of the account,
not of a hall.
"""

from collections.abc import Mapping
from enum import StrEnum

OPEN, WAITING, SUSPENDED, REJECTED = "open", "waiting", "suspended", "rejected"
"""The states of a hall."""


class Role(StrEnum):
    """What somebody is in a hall, or for the account."""

    GUARD = "guard"
    """门岗"""
    ADMIN = "admin"
    """管理员"""
    OPERATOR = "operator"
    """运营"""


class Action(StrEnum):
    """What staff may be allowed."""

    TODAY = "today"
    """今日: counts of today."""
    INSIDE = "inside"
    """在厅: who is inside, names masked."""
    TODO = "todo"
    """待处理: what waits for staff."""
    DESK = "desk"
    """Register, sign one out, undo, release, a measured temperature."""
    PASSES = "passes"
    """Look at a pass."""
    HISTORY = "history"
    """昨日: counts of earlier days."""
    RECORDS = "records"
    """查询, 更多: the hall's records."""
    EXPORT = "export"
    CASES = "cases"
    """密接, 通知."""
    CODES = "codes"
    """二维码, posters, making codes anew."""
    STAFF = "staff"
    """添加工作人员, 移除."""
    SETTINGS = "settings"
    SWEEP = "sweep"
    """全部签退."""
    SECOND = "second"
    """A second pair of eyes for a full export or a case."""
    HALLS = "halls"
    """待审大厅, 大厅列表."""
    APPROVE = "approve"
    SUSPEND = "suspend"
    """停用, 恢复."""
    LIMITS = "limits"
    HEALTH = "health"
    AUDIT = "audit"
    OPERATORS = "operators"
    """Who the operators are, removing one, withdrawing an invite."""
    ELSEWHERE = "elsewhere"
    """The stays of a case's person in other halls."""


_AT_THE_DOOR = frozenset((Action.TODAY, Action.INSIDE, Action.TODO, Action.DESK, Action.PASSES))
_OF_AN_ADMIN = _AT_THE_DOOR | {
    Action.HISTORY, Action.RECORDS, Action.EXPORT, Action.CASES, Action.CODES, Action.STAFF, Action.SETTINGS,
    Action.SWEEP, Action.SECOND,
}  # fmt: skip
_BEFORE_APPROVAL = frozenset((Action.STAFF, Action.SETTINGS))
"""Nothing personal of visitors is collected, printed or exported before a hall is approved."""

_ALLOWED: Mapping[tuple[Role, str], frozenset[Action]] = {
    (Role.GUARD, OPEN): _AT_THE_DOOR,
    (Role.ADMIN, OPEN): _OF_AN_ADMIN,
    (Role.ADMIN, WAITING): _BEFORE_APPROVAL,
}
_OF_AN_OPERATOR = frozenset(
    (
        Action.HALLS, Action.APPROVE, Action.SUSPEND, Action.LIMITS, Action.HEALTH, Action.AUDIT, Action.OPERATORS,
        Action.ELSEWHERE, Action.SECOND,
    )
)  # fmt: skip


def may(role: Role, action: Action, status: str) -> bool:
    """Whether somebody of this role may do this in their hall, which is in this state. To an operator the state of a
    hall is no hindrance; what a hall keeps of people is none of theirs."""
    if role is Role.OPERATOR:
        return action in _OF_AN_OPERATOR
    return action in _ALLOWED.get((role, status), frozenset())
