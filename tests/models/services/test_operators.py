"""Operators: the first by the command line, further ones by an operator; the last one stays."""

from datetime import timedelta
from functools import partial

import pytest

from models.phrases import say
from models.rules.access import Role
from models.services import people, posts, registering, staff
from models.tables.database import run
from models.tables.staff import NO_HALL
from tests.service import MONDAY_9
from tests.staffed import at_once, members_of, openid, operator, post, refused, registered, roles_of, told

pytestmark = pytest.mark.usefixtures("database")

NOW = MONDAY_9


def test_an_operator_is_bound_by_a_code_of_ten_minutes_and_the_others_hear_of_it() -> None:
    operator()
    code = staff.invite_operator("钱运营", NOW)
    assert refused(lambda: staff.bind(openid("Late"), code, NOW + timedelta(minutes=10))) == "invite_over"
    bound = staff.bind(openid("Second"), code, NOW)
    assert (bound.role, bound.hall, bound.hall_id) == (Role.OPERATOR, None, NO_HALL)
    assert posts.as_operator(posts.posts(openid("Second"))) == bound
    assert told("Operator") == [say("zh", "staff.told_operator_bound")]


def test_operators_of_one_name_can_be_told_apart() -> None:
    codes = [staff.invite_operator("运营", NOW) for _ in range(2)]
    for number, code in enumerate(codes):
        staff.bind(openid(f"Operator{number}x"), code, NOW)
    assert [name for name, _ in members_of(NO_HALL)] == ["运营", "运营2"]
    staff.invite_operator("运营", NOW)
    assert [one.name for one in staff.open_invites(NO_HALL, NOW)] == ["运营3"]


def test_an_operator_who_is_also_staff_of_a_hall_is_both() -> None:
    registered()
    staff.bind(openid("Admin"), staff.invite_operator("王运营", NOW), NOW)
    assert sorted(roles_of("Admin")) == ["admin", "operator"]


def test_an_operator_removes_another_who_is_told() -> None:
    by = operator()
    operator("Second", "钱运营")
    staff.remove(by, "钱运营", NOW)
    assert roles_of("Second") == []
    assert told("Second") == [say("zh", "staff.told_operator_removed")]
    assert refused(lambda: staff.remove(by, "钱运营", NOW)) == "operator_unknown"


def test_the_last_operator_stays() -> None:
    by = operator()
    assert refused(lambda: staff.remove(by, "赵运营", NOW)) == "last_operator"
    operator("Second", "钱运营")
    staff.remove(by, "赵运营", NOW)
    assert [name for name, _ in members_of(NO_HALL)] == ["钱运营"]


@pytest.mark.parametrize("deed", ["each other", "themselves"])
def test_operators_who_go_at_once_leave_one(deed: str) -> None:
    first, second = operator(), operator("Second", "钱运营")
    own, others = ("赵运营", "钱运营"), ("钱运营", "赵运营")
    removed = others if deed == "each other" else own
    got = at_once(*[partial(staff.remove, by, name, NOW) for by, name in zip((first, second), removed, strict=True)])
    assert len([one for one in got if isinstance(one, str)]) == 1
    assert len(members_of(NO_HALL)) == 1


def test_staff_of_a_hall_remove_no_operator() -> None:
    operator()
    hall = registered()
    assert refused(lambda: staff.remove(post(hall), "赵运营", NOW)) == "member_unknown"


def test_messages_come_in_the_language_of_whom_they_tell() -> None:
    hall = registered()
    run(lambda: people.remember(openid("Admin"), None, {"name": "王海燕"}, hall.id, 1, None, "en", NOW))
    registering.suspend(operator(), hall.code, "消防检查", NOW)
    assert told("Admin") == [say("en", "operator.told_suspend", hall=hall.name, reason="消防检查")]
