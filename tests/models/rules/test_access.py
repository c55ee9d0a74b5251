"""Who may what, held against the contract's table, of which this is a copy of its own."""

import itertools

import pytest

from models.rules.access import Action, Role, may

STATES = ("open", "waiting", "suspended", "rejected")

# 门岗 (door staff): 今日, 在厅, 待处理, the desk (register, sign one out, undo, release, measured temperature), passes
DOOR_STAFF = {"today", "inside", "todo", "desk", "passes"}
# 管理员 (hall admin): all of that and the hall's records, exports, cases, codes, staff, settings, 全部签退;
# with four eyes on, the second yes to another admin's export or case. "Names masked, today only" is of door staff,
# so earlier days are an admin's.
HALL_ADMIN = DOOR_STAFF | {
    "history", "records", "export", "cases", "codes", "staff", "settings", "sweep", "second",
}  # fmt: skip
# 运营 (operator): approval, suspension, limits, service health, audit, who the operators are, the stays of a case's
# person in other halls; not the records of a hall, except as second pair of eyes.
OPERATOR = {"halls", "approve", "suspend", "limits", "health", "audit", "operators", "elsewhere", "second"}
# A hall that waits has its staff and settings; nothing personal can be collected, printed or exported before approval.
ADMIN_BEFORE_APPROVAL = {"staff", "settings"}

TABLE = {
    ("guard", "open"): DOOR_STAFF,
    ("admin", "open"): HALL_ADMIN,
    ("admin", "waiting"): ADMIN_BEFORE_APPROVAL,
    **{("operator", state): OPERATOR for state in STATES},
}
"""What is not here is not allowed: a suspended hall does nothing but read what it is told."""

CASES = list(itertools.product(Role, Action, STATES))


@pytest.mark.parametrize(("role", "action", "state"), CASES)
def test_each_role_may_exactly_what_the_contract_says(role: Role, action: Action, state: str) -> None:
    assert may(role, action, state) == (action.value in TABLE.get((role.value, state), set()))


def test_the_copy_names_every_action_and_no_other() -> None:
    assert {action.value for action in Action} == HALL_ADMIN | OPERATOR


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("state", ["", "OPEN", "closed", "open "])
def test_a_state_that_nobody_knows_allows_a_hall_nothing(role: Role, state: str) -> None:
    allowed = {action.value for action in Action if may(role, action, state)}
    assert allowed == (OPERATOR if role is Role.OPERATOR else set())


def test_no_door_staff_and_no_operator_reads_a_halls_records() -> None:
    reading = (Action.RECORDS, Action.EXPORT, Action.HISTORY, Action.CASES)
    assert not any(may(role, action, state) for role in (Role.GUARD, Role.OPERATOR) for action in reading
                   for state in STATES)  # fmt: skip
