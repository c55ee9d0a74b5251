"""What the code of a pass tells: everything a guard of that hall needs, and nothing to anybody else."""

import itertools
from functools import partial

import peewee
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models.rules.access import Role
from models.services import halls
from models.tables.audit import Audit
from models.tables.database import run
from models.tables.halls import Hall
from models.tables.staff import Member
from models.tables.visits import Visit
from tests.reading import inside, visits
from tests.staffed import at_once, everything
from tests.web.passes.holder import GUARD, VISITOR, WECHAT, Door
from tests.web.trial import token


@pytest.fixture
def door(database: peewee.Database) -> Door:
    return Door()


def test_a_guard_sees_whose_pass_it_is_and_signs_out(door: Door) -> None:
    door.comes("王小明")
    guard, path = door.client(GUARD), door.code()
    looked = guard.get(path)
    for said in ("市民中心", "有效，在厅里", "张*", "09:00 东门", "1 人", "签退"):
        assert said in looked.text, said
    for kept in ("张三", "王小明", "11010519491231002X", "13800138000"):
        assert kept not in looked.text, kept
    assert len(inside()) == 2
    door.clock.goes_on(seconds=40)
    done = door.signs_out(guard, path)
    assert "09:00 离开，已记下" in done.text
    assert {(one.out_at, one.how_out) for one in visits()} == {(door.clock(), "pass")}
    assert "09:00 已离开" in door.client().get("/pass").text


def test_a_guard_who_takes_their_time_signs_out_all_the_same(door: Door) -> None:
    door.comes()
    guard, path = door.client(GUARD), door.code()
    held = token(guard, path)
    door.clock.goes_on(minutes=9)
    assert "09:09 离开，已记下" in guard.post(path, data={"csrf_token": held}).text


def test_a_tap_too_late_is_told_to_scan_again(door: Door) -> None:
    door.comes()
    guard, path = door.client(GUARD), door.code()
    held = token(guard, path)
    door.clock.goes_on(minutes=11)
    answer = guard.post(path, data={"csrf_token": held})
    assert (answer.status_code, "过期了，请对方刷新" in answer.text, len(inside())) == (409, True, 1)


def test_a_second_tap_is_told_when_it_was(door: Door) -> None:
    door.comes()
    guard, path = door.client(GUARD), door.code()
    held = token(guard, path)
    guard.post(path, data={"csrf_token": held})
    door.clock.goes_on(minutes=1)
    again = guard.post(path, data={"csrf_token": held}).text
    assert "09:00 已经离开，没有再记" in again
    assert run(Audit.select().where(Audit.action == "sign_out").count) == 1


def test_an_exit_that_is_a_guess_is_told_as_one(door: Door) -> None:
    door.comes()
    guard, path = door.client(GUARD), door.code()
    held = token(guard, path)
    moved = {"out_at": visits()[0].in_at, "how_out": "moved", "open_key": None}
    run(lambda: Visit.update(**moved).execute())
    told = guard.post(path, data={"csrf_token": held}).text
    assert "09:00 结束（推定，不一定准），没有再记" in told
    assert "已经离开" not in told


def test_a_picture_of_a_pass_is_over_in_a_minute_and_a_half(door: Door) -> None:
    door.comes()
    guard, path = door.client(GUARD), door.code()
    door.clock.goes_on(seconds=90)
    looked = guard.get(path)
    assert (looked.status_code, "过期了，请对方刷新" in looked.text) == (409, True)
    assert "张" not in looked.text


def test_the_pass_of_who_has_left_says_so(door: Door) -> None:
    door.comes()
    path = door.code()
    door.service.visitor().says("签退")
    looked = door.client(GUARD).get(path).text
    assert "09:00 已离开" in looked
    assert "有效" not in looked
    assert 'method="post"' not in looked


def test_the_audit_tells_of_it_in_words(door: Door) -> None:
    door.comes()
    door.service.staff(None, Role.OPERATOR, "oOperator000000000000000001", "赵运营")
    door.signs_out(door.client(GUARD), door.code())
    told = door.client("oOperator000000000000000001").get("/operator/audit").text
    assert "凭通行证签退" in told
    assert visits()[0].public_id in told
    assert "张" not in told


# --- who may ---

PEOPLE = {
    "nobody": None,
    "the holder": VISITOR,
    "a stranger": "oStranger",
    "a guard": GUARD,
    "an admin": "oAdmin",
    "a guard elsewhere": "oElsewhere",
    "an operator": "oOperator",
}
STATES = ("open", "waiting", "suspended", "rejected")
MAY = {("a guard", "open"), ("an admin", "open")}
"""The contract's row on passes, once more, by the state of the hall."""


def staffed(door: Door) -> None:
    door.service.staff(door.hall, Role.ADMIN, "oAdmin", "王管理")
    door.service.staff(door.service.hall("政务分中心"), Role.GUARD, "oElsewhere", "李门岗")
    door.service.staff(None, Role.OPERATOR, "oOperator", "赵运营")


@pytest.mark.parametrize(("who", "state"), list(itertools.product(PEOPLE, STATES)))
def test_a_pass_is_told_to_staff_of_its_hall_alone(door: Door, who: str, state: str) -> None:
    staffed(door)
    door.comes()
    path = door.code()
    run(lambda: Hall.update(status=state, revision=halls.new_revision()).where(Hall.id == door.hall.id).execute())
    client = door.client(PEOPLE[who])
    # Who is not signed in has no page with a form on it.
    held = "" if who == "nobody" else token(client, "/me")
    before = everything()
    looked = client.get(path)
    sent = client.post(path, data={"csrf_token": held})
    assert ("张*" in looked.text) == ("张*" in sent.text) == ((who, state) in MAY)
    if (who, state) not in MAY:
        assert (looked.status_code, "请给工作人员扫" in looked.text) == (200, True)
        assert everything() == before
        assert not any(one in looked.text + sent.text for one in ("市民中心", "张", "09:00", "day-"))


@pytest.mark.parametrize("who", [one for one in PEOPLE if (one, "open") not in MAY and one != "a guard elsewhere"])
def test_to_whoever_is_no_guard_every_code_looks_the_same(door: Door, who: str) -> None:
    staffed(door)
    door.comes()
    path = door.code()
    client = door.client(PEOPLE[who])
    real = client.get(path).text
    assert client.get("/pass/check/x").text == client.get(f"{path}x").text == real
    door.clock.goes_on(minutes=5)
    assert client.get(path).text == real


def test_a_guard_elsewhere_learns_no_more_of_a_pass_than_that_it_is_one(door: Door) -> None:
    staffed(door)
    door.comes()
    guard = door.client("oElsewhere")
    assert "请给工作人员扫" in guard.get(door.code()).text
    assert guard.get("/pass/check/x").status_code == 409


def test_who_scans_within_wechat_is_signed_in_first(database: peewee.Database) -> None:
    door = Door(authorize_url=lambda state: f"https://open.weixin.qq.com/?state={state}")
    door.comes()
    asked = door.client(None).get(door.code(), headers={"User-Agent": WECHAT})
    assert asked.location.startswith("https://open.weixin.qq.com/")


def test_a_form_that_stood_open_does_nothing_once_the_right_is_lost(door: Door) -> None:
    door.comes()
    guard, path = door.client(GUARD), door.code()
    held = token(guard, path)
    run(lambda: Member.delete().execute())
    assert "请给工作人员扫" in guard.post(path, data={"csrf_token": held}).text
    assert len(inside()) == 1


def test_looking_changes_nothing_for_a_guard_either(door: Door) -> None:
    door.comes()
    guard, path = door.client(GUARD), door.code()
    guard.get(path)
    before = everything()
    for method in ("GET", "HEAD", "OPTIONS"):
        guard.open(path, method=method)
        guard.open(f"/hall/{door.hall.code}/passes", method=method)
    assert everything() == before


def test_the_sign_of_the_day_is_there_for_those_at_the_door_alone(door: Door) -> None:
    staffed(door)
    address = f"/hall/{door.hall.code}/passes"
    found = {who: door.client(openid).get(address).status_code for who, openid in PEOPLE.items()}
    assert found == {who: 200 if (who, "open") in MAY else 302 if who == "nobody" else 404 for who in PEOPLE}
    assert f'href="{address}"' in door.client(GUARD).get("/me").text


# --- at once ---


def test_of_two_guards_and_the_visitor_at_once_one_makes_the_exit(door: Door) -> None:
    door.comes()
    other = "oSecond00000000000000000001"
    door.service.staff(door.hall, Role.GUARD, other, "钱门岗")
    path = door.code()
    works = []
    for openid, to in ((GUARD, path), (other, path), (VISITOR, door.exit)):
        client = door.client(openid)
        works.append(partial(client.post, to, data={"csrf_token": token(client, to)}))
    answers = at_once(*works)
    assert [one.status_code for one in answers] == [200, 200, 303]
    assert inside() == []
    [visit] = visits()
    assert ["已记下" in one.text for one in answers].count(True) == (1 if visit.how_out == "pass" else 0)
    assert run(Audit.select().where(Audit.action == "sign_out").count) == (1 if visit.how_out == "pass" else 0)


# --- hostile ---

TOKENS = [
    "x", "a" * 5000, "%00", "%ff%fe", "a.b.c", "%2e%2e", "' OR 1=1 --", "<script>alert(1)</script>", "{{7*7}}",
    "張" * 12 + ".1." + "a" * 16, "A" * 12 + ".1." + "a" * 16, "A" * 12 + ".99999999999." + "a" * 16,
    "A" * 12 + ".-1." + "a" * 16, "A" * 12 + "." + "9" * 5000 + "." + "a" * 16, "%e2%80%aeabc",
    "a%0d%0aSet-Cookie:%20a=b",
]  # fmt: skip


@pytest.mark.parametrize("text", TOKENS)
def test_a_made_up_code_is_no_pass(door: Door, text: str) -> None:
    door.comes()
    guard = door.client(GUARD)
    held = token(guard, "/me")
    for answer in (guard.get(f"/pass/check/{text}"), guard.post(f"/pass/check/{text}", data={"csrf_token": held})):
        assert answer.status_code in (404, 409)
        assert "<script>alert" not in answer.text
    assert len(inside()) == 1


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30)
@given(data=st.data())
def test_a_code_that_was_changed_anywhere_is_no_pass(door: Door, data: st.DataObject) -> None:
    if not inside():
        door.comes()
    path = door.code()
    start = len("/pass/check/")
    at = data.draw(st.integers(start, len(path) - 1))
    put = data.draw(st.sampled_from("abcXYZ0123456789_-.").filter(lambda one: one != path[at]))
    assert door.client(GUARD).get(path[:at] + put + path[at + 1 :]).status_code == 409
