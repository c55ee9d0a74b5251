"""Staff: invited by a code that works once, bound, removed; of many at once one is quicker and no hall is orphaned."""

from datetime import timedelta
from functools import partial

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models.phrases import say
from models.rules.access import Role
from models.rules.refusal import Refused
from models.rules.scenes import HALL_CODE_ALPHABET
from models.services import limits, posts, staff
from models.tables.attempts import Attempt
from models.tables.audit import Audit
from models.tables.database import run
from models.tables.fields import insert
from models.tables.signing_in import Session
from models.tables.staff import Invite, Member
from tests.service import MONDAY_9
from tests.staffed import (
    at_once,
    joins,
    members_of,
    messages,
    openid,
    operator,
    post,
    refused,
    registered,
    roles_of,
    told,
)

pytestmark = pytest.mark.usefixtures("database")

NOW = MONDAY_9
ALREADY_COUNTED = (Attempt,)


# --- invites ---


def test_who_sends_the_code_gets_the_post_and_the_other_admins_hear_of_it() -> None:
    hall = registered()
    code = staff.invite(post(hall), Role.GUARD, " 李 建国 ", NOW)
    assert staff.bind(openid("Guard"), code, NOW) == posts.Post(openid("Guard"), Role.GUARD, hall)
    assert members_of(hall.id) == [("王海燕", "admin"), ("李建国", "guard")]
    role = say("zh", "staff.role.guard")
    assert told("Admin") == [say("zh", "staff.told_bound", name="李建国", hall=hall.name, role=role)]


def test_a_code_is_read_however_it_is_written() -> None:
    code = staff.invite(post(registered()), Role.GUARD, "李建国", NOW)
    full_width = "".join(chr(ord(letter) + 0xFEE0) for letter in code.upper())
    assert staff.bind(openid("Guard"), f" {full_width[:4]} {full_width[4:]} ", NOW)


def test_a_code_works_once_however_many_send_it_at_once() -> None:
    hall = registered()
    code = staff.invite(post(hall), Role.GUARD, "李建国", NOW)
    got = at_once(*[partial(staff.bind, openid(f"Guard{number}"), code, NOW) for number in range(20)])
    assert got.count("invite_used") == 19
    assert len([one for one in got if isinstance(one, posts.Post)]) == 1
    assert len(members_of(hall.id)) == 2
    assert run(Audit.select().where(Audit.action == "bind").count) == 1


def test_a_code_is_over_after_two_hours_and_says_so_for_a_day() -> None:
    code = staff.invite(post(registered()), Role.GUARD, "李建国", NOW)
    assert refused(lambda: staff.bind(openid("Guard"), code, NOW + staff.INVITE_LASTS)) == "invite_over"
    run(lambda: staff.forget(NOW + timedelta(hours=25)))
    assert refused(lambda: staff.bind(openid("Guard"), code, NOW + staff.INVITE_LASTS)) == "invite_over"
    assert run(lambda: staff.forget(NOW + timedelta(hours=27))) == 1


def test_a_newer_code_of_the_same_name_takes_the_place_of_the_one_before() -> None:
    hall = registered()
    first = staff.invite(post(hall), Role.GUARD, "李建国", NOW)
    second = staff.invite(post(hall), Role.GUARD, "李 建国", NOW)
    assert refused(lambda: staff.bind(openid("Guard"), first, NOW)) == "invite_used"
    assert staff.bind(openid("Guard"), second, NOW)


def test_two_admins_who_invite_the_same_name_at_once_leave_one_code_that_works() -> None:
    hall = registered()
    joins(hall, "Second", "钱管理", Role.ADMIN)
    at_once(*[partial(staff.invite, post(hall, who), Role.GUARD, "李建国", NOW) for who in ("Admin", "Second") * 3])
    assert [one.name for one in staff.open_invites(hall.id, NOW)] == ["李建国"]


def test_who_made_a_code_does_not_spend_it() -> None:
    code = staff.invite(post(registered()), Role.GUARD, "李建国", NOW)
    assert refused(lambda: staff.bind(openid("Admin"), code, NOW)) == "invite_own"
    assert staff.bind(openid("Guard"), code, NOW)


def test_an_admin_stays_one_whatever_they_bind() -> None:
    hall = registered()
    joins(hall, "Second", "钱管理", Role.ADMIN)
    code = staff.invite(post(hall), Role.GUARD, "孙门岗", NOW)
    assert refused(lambda: staff.bind(openid("Second"), code, NOW)) == "already_bound"
    assert members_of(hall.id)[1] == ("钱管理", "admin")
    assert staff.bind(openid("Guard"), code, NOW)


def test_a_guard_becomes_an_admin_by_an_admins_code_under_the_same_name_or_another() -> None:
    hall = registered()
    for who, name, later in (("Guard", "李建国", "李建国"), ("Other", "孙门岗", "孙主任")):
        joins(hall, who, name)
        joins(hall, who, later, Role.ADMIN)
        assert roles_of(who) == ["admin"]
    assert members_of(hall.id) == [("王海燕", "admin"), ("李建国", "admin"), ("孙主任", "admin")]


def test_a_guards_name_is_not_taken_by_somebody_else_through_an_admins_code() -> None:
    hall = registered()
    joins(hall, "Guard", "李建国")
    code = staff.invite(post(hall), Role.ADMIN, "李建国", NOW)
    assert refused(lambda: staff.bind(openid("Stranger"), code, NOW)) == "member_there"
    assert staff.bind(openid("Guard"), code, NOW).role is Role.ADMIN


@pytest.mark.parametrize(("role", "name"), [(Role.GUARD, "李建国"), (Role.GUARD, "王海燕"), (Role.ADMIN, "王海燕")])
def test_a_name_is_given_once_in_a_hall(role: Role, name: str) -> None:
    hall = registered()
    joins(hall, "Guard", "李建国")
    assert refused(lambda: staff.invite(post(hall), role, name, NOW)) == "member_there"


def test_names_in_another_hall_do_not_matter() -> None:
    joins(registered(), "Guard", "李建国")
    other = registered("另一个政务大厅", "Other")
    code = staff.invite(post(other, "Other"), Role.GUARD, "李建国", NOW)
    assert staff.bind(openid("Guard"), code, NOW).hall_id == other.id


def test_a_hall_has_so_many_open_codes_and_a_new_one_of_an_old_name_is_not_one_more() -> None:
    hall = registered()
    people = ["赵一", "赵二", "赵三", "赵四", "赵五", "赵六", "赵七", "赵八", "赵九", "赵十"]
    for name in people:
        staff.invite(post(hall), Role.GUARD, name, NOW)
    assert refused(lambda: staff.invite(post(hall), Role.GUARD, "钱一", NOW)) == "invites_too_many"
    assert staff.invite(post(hall), Role.GUARD, "赵十", NOW)
    assert len(staff.open_invites(hall.id, NOW)) == staff.MOST_INVITES


def test_a_hall_has_so_many_staff() -> None:
    hall = registered()
    code = staff.invite(post(hall), Role.GUARD, "最后一位", NOW)
    for number in range(staff.MOST_MEMBERS - 1):
        run(lambda number=number: insert(
            Member, openid=openid(f"M{number}x"), hall_id=hall.id, role=Role.GUARD, name=f"门岗{number}",
            bound_at=NOW, chosen_at=NOW,
        ))  # fmt: skip
    assert refused(lambda: staff.invite(post(hall), Role.GUARD, "钱一", NOW)) == "members_too_many"
    assert refused(lambda: staff.bind(openid("Guard"), code, NOW)) == "members_too_many"


@pytest.mark.parametrize(
    "name",
    ["", "1", "=cmd|' /C calc'!A0", "<script>alert(1)</script>", "张三和李四", "张" * 30, "\u202e\u200b", "取消"],
)
def test_a_name_that_is_none_invites_nobody(name: str) -> None:
    hall = registered()
    assert refused(lambda: staff.invite(post(hall), Role.GUARD, name, NOW)) not in (None, "hall_not_yours")


# --- wrong codes ---


def test_wrong_codes_are_counted_per_person_and_then_a_right_one_is_refused_too() -> None:
    code = staff.invite(post(registered()), Role.GUARD, "李建国", NOW)
    for _ in range(limits.BINDING.most):
        assert refused(lambda: staff.bind(openid("Guesser"), "aaaaaaaa", NOW), but=ALREADY_COUNTED) == "invite_unknown"
    for tried in ("aaaaaaaa", code):
        assert refused(lambda tried=tried: staff.bind(openid("Guesser"), tried, NOW), but=ALREADY_COUNTED) == "too_many"
    assert staff.bind(openid("Guard"), code, NOW)


def test_after_a_while_one_may_try_again() -> None:
    code = staff.invite(post(registered()), Role.GUARD, "李建国", NOW)
    for _ in range(limits.BINDING.most + 1):
        refused(lambda: staff.bind(openid("Guesser"), "aaaaaaaa", NOW), but=ALREADY_COUNTED)
    assert staff.bind(openid("Guesser"), code, NOW + limits.BINDING.within)


def test_wrong_codes_of_many_workers_at_once_are_counted_together() -> None:
    def tries() -> str | None:
        return run(lambda: _code_of_refusal("aaaaaaaa"))

    got = at_once(*[tries] * 20)
    assert got.count("invite_unknown") == limits.BINDING.most
    assert got.count("too_many") == 20 - limits.BINDING.most


def _code_of_refusal(code: str) -> str | None:
    try:
        staff.bind(openid("Guesser"), code, NOW)
    except Refused as refusal:
        return refusal.code
    return None


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(code=st.text(max_size=300) | st.text(HALL_CODE_ALPHABET, min_size=8, max_size=8))
def test_no_text_that_was_not_given_out_binds(code: str) -> None:
    run(lambda: Attempt.delete().execute())
    assert refused(lambda: staff.bind(openid("Guesser"), code, NOW), but=ALREADY_COUNTED) == "invite_unknown"


def test_no_code_passes_for_a_number_and_none_is_stored_in_clear() -> None:
    hall = registered()
    code = staff.invite(post(hall), Role.GUARD, "李建国", NOW)
    assert len(code) == staff.CODE_LENGTH and not code.isdigit() and set(code) <= set(HALL_CODE_ALPHABET)
    [row] = run(lambda: list(Invite.select().where(Invite.hall_id == hall.id)))
    assert code.encode() not in row.code_hash


# --- several halls ---


def test_somebody_of_several_halls_speaks_for_the_one_chosen_last() -> None:
    first, second = registered(), registered("另一个政务大厅", "Other")
    joins(first, "Guard", "李建国")
    staff.bind(
        openid("Guard"), staff.invite(post(second, "Other"), Role.GUARD, "李建国", NOW), NOW + timedelta(minutes=1)
    )
    assert [one.hall_id for one in posts.in_halls(posts.posts(openid("Guard")))] == [second.id, first.id]
    staff.choose(openid("Guard"), first.id, NOW + timedelta(minutes=2))
    assert posts.posts(openid("Guard"))[0].hall == first


def test_nobody_chooses_a_hall_that_is_not_theirs() -> None:
    hall = registered()
    assert refused(lambda: staff.choose(openid("Stranger"), hall.id, NOW)) == "hall_not_yours"
    assert posts.posts(openid("Stranger")) == []


# --- removal ---


def test_somebody_removed_is_nobody_there_and_is_told() -> None:
    hall = registered()
    joins(hall, "Guard", "李建国")
    staff.remove(post(hall), "李 建国", NOW)
    assert roles_of("Guard") == []
    assert told("Guard") == [say("zh", "staff.told_removed", hall=hall.name)]


def test_removing_a_name_that_only_has_a_code_withdraws_the_code() -> None:
    hall = registered()
    code = staff.invite(post(hall), Role.GUARD, "李建国", NOW)
    assert staff.remove(post(hall), "李建国", NOW) is None
    assert refused(lambda: staff.bind(openid("Guard"), code, NOW)) == "invite_used"


def test_the_codes_that_somebody_gave_out_go_with_them() -> None:
    hall = registered()
    second = joins(hall, "Second", "钱管理", Role.ADMIN)
    code = staff.invite(second, Role.ADMIN, "同伙人", NOW)
    staff.remove(post(hall), "钱管理", NOW)
    assert refused(lambda: staff.bind(openid("Accomplice"), code, NOW)) == "invite_used"


def test_the_last_admin_stays_and_so_does_the_code_of_that_name() -> None:
    hall = registered()
    joins(hall, "Guard", "李建国")
    assert refused(lambda: staff.remove(post(hall), "王海燕", NOW)) == "last_admin"
    assert roles_of("Admin") == ["admin"]


def test_an_admin_may_go_when_there_is_another_and_needs_no_message_of_it() -> None:
    hall = registered()
    joins(hall, "Second", "钱管理", Role.ADMIN)
    before = len(told("Admin"))
    staff.remove(post(hall), "王海燕", NOW)
    assert (roles_of("Admin"), len(told("Admin"))) == ([], before)


@pytest.mark.parametrize("name", ["没有此人", "", "\u200b", "%", "1' OR '1'='1", "\ud800"])
def test_a_name_of_nobody_removes_nobody(name: str) -> None:
    hall = registered()
    assert refused(lambda: staff.remove(post(hall), name, NOW)) == "member_unknown"


@pytest.mark.parametrize("deed", ["each other", "themselves"])
def test_admins_who_remove_each_other_or_themselves_at_once_leave_one(deed: str) -> None:
    hall = registered()
    joins(hall, "Second", "钱管理", Role.ADMIN)
    pairs = [("Admin", "钱管理"), ("Second", "王海燕")] if deed == "each other" else [
        ("Admin", "王海燕"), ("Second", "钱管理")]  # fmt: skip
    got = at_once(*[partial(staff.remove, post(hall, who), name, NOW) for who, name in pairs])
    assert len([one for one in got if isinstance(one, str)]) == 1
    assert [role for _, role in members_of(hall.id)] == ["admin"]


def test_who_was_removed_a_moment_ago_removes_and_invites_nobody() -> None:
    hall = registered()
    second = joins(hall, "Second", "钱管理", Role.ADMIN)
    joins(hall, "Third", "孙管理", Role.ADMIN)
    staff.remove(post(hall), "钱管理", NOW)
    assert refused(lambda: staff.remove(second, "王海燕", NOW)) == "hall_not_yours"
    assert refused(lambda: staff.invite(second, Role.ADMIN, "同伙人", NOW)) == "hall_not_yours"


# --- leaving the account ---


def signed_in(who: str) -> None:
    run(lambda: insert(
        Session, id_hash=who.encode(), public_id=who, openid=openid(who), place="desk", device="", begun_at=NOW,
        seen_at=NOW, expires_at=NOW + timedelta(hours=8),
    ))  # fmt: skip


def test_somebody_bound_who_leaves_the_account_keeps_the_post_is_signed_out_and_the_admins_hear_of_it() -> None:
    hall = registered()
    joins(hall, "Guard", "李建国")
    for who in ("Guard", "Admin"):
        signed_in(who)
    staff.unfollowed(openid("Guard"), NOW)
    assert roles_of("Guard") == ["guard"]
    assert [row.openid for row in run(lambda: list(Session.select()))] == [openid("Admin")]
    assert told("Admin")[-1] == say("zh", "staff.told_left", name="李建国", hall=hall.name)


def test_operators_hear_of_the_only_admin_who_leaves() -> None:
    operator()
    hall = registered()
    staff.unfollowed(openid("Admin"), NOW)
    assert told("Operator") == [say("zh", "staff.told_last_admin_left", hall=hall.name, code=hall.code)]


def test_nobody_is_told_of_a_visitor_who_leaves() -> None:
    registered()
    staff.unfollowed(openid("Visitor"), NOW)
    assert messages() == []


# --- withdrawing ---


def test_an_invite_is_withdrawn_by_its_key_and_its_namesake_stays() -> None:
    hall = registered()
    joins(hall, "Guard", "李四")
    code = staff.invite(post(hall), Role.ADMIN, "李四", NOW)
    [waiting] = staff.open_invites(hall.id, NOW)
    assert staff.withdraw(post(hall), staff.key_of(waiting), NOW) == "李四"
    assert ("李四", Role.GUARD) in members_of(hall.id)
    assert refused(lambda: staff.bind(openid("Guard"), code, NOW), but=ALREADY_COUNTED) == "invite_used"


def test_a_key_that_is_none_or_of_another_hall_withdraws_nothing() -> None:
    hall, other = registered(), registered("另一个大厅", "Other")
    staff.invite(post(hall), Role.GUARD, "李四", NOW)
    [waiting] = staff.open_invites(hall.id, NOW)
    assert refused(lambda: staff.withdraw(post(hall), "0" * 16, NOW)) == "invite_over"
    assert refused(lambda: staff.withdraw(post(other, "Other"), staff.key_of(waiting), NOW)) == "invite_over"
    assert refused(lambda: staff.withdraw(post(hall, "Stranger"), staff.key_of(waiting), NOW)) == "hall_not_yours"
    assert len(staff.open_invites(hall.id, NOW)) == 1


def test_the_key_of_a_member_tells_nothing_of_them() -> None:
    hall = registered()
    joins(hall, "Guard", "李四")
    keys = [staff.key_of(one) for one in staff.members(hall.id)]
    assert len(set(keys)) == 2
    assert all(len(key) == 16 and openid("Guard") not in key for key in keys)
