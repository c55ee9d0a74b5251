"""What somebody finds who is signed in, and the guards before every page of staff."""

import peewee
import pytest
from flask import Blueprint, Flask
from flask.testing import FlaskClient

from models.rules.access import Action, Role
from models.rules.halls import HallFacts
from models.services import sessions, sign_in_links, staff
from models.services.posts import Post
from models.tables.database import run
from models.tables.fields import insert
from models.tables.staff import NO_HALL, Member
from tests.service import Clock, Service
from tests.web.trial import open_application, outside, token
from web.access import needs, operator_needs

DOOR = {"today", "inside", "todo", "desk", "passes"}
OF_ADMIN = {*DOOR, "history", "records", "export", "cases", "codes", "staff", "settings", "sweep", "second"}
OF_OPERATOR = {"operators", "halls", "approve", "suspend", "limits", "health", "audit", "elsewhere", "second"}
IN_OWN_HALL = {
    ("guard", "open"): DOOR,
    ("admin", "open"): OF_ADMIN,
    ("admin", "waiting"): {"staff", "settings"},
}
"""The contract's table, once more: (role, state of the hall) and what may be done there; nothing in any other case."""


def openid(role: str) -> str:
    return f"o{role}"


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def halls(database: peewee.Database, clock: Clock) -> dict[str, HallFacts]:
    """A hall of each state with its guard and its admin, and one where both are nobody; an operator."""
    service = Service(clock=clock)
    made = {state: service.hall(f"{state}大厅", state) for state in ("open", "waiting", "suspended", "rejected")}
    for hall in made.values():
        for role in (Role.GUARD, Role.ADMIN):
            _binds(role, hall.id, clock)
    _binds(Role.OPERATOR, NO_HALL, clock)
    return {**made, "other": service.hall("别的大厅")}


def _binds(role: Role, hall_id: int, clock: Clock) -> None:
    now = clock()
    values = {"openid": openid(role), "hall_id": hall_id, "role": role, "name": "王五", "bound_at": now}
    run(lambda: insert(Member, **values, chosen_at=now))


@pytest.fixture
def app(halls: dict[str, HallFacts], clock: Clock) -> Flask:
    """With a page behind each action, in halls and for operators."""
    made = open_application(outside(clock=clock))
    pages = Blueprint("guarded", __name__)
    for action in Action:

        @needs(action)
        def in_hall(post: Post) -> str:
            return f"{post.role} {post.hall_id}"

        @operator_needs(action)
        def of_account(post: Post) -> str:
            return str(post.role)

        pages.add_url_rule(f"/hall/<code>/try/{action}", f"hall_{action}", in_hall, methods=["GET", "POST"])
        pages.add_url_rule(f"/operator/try/{action}", f"operator_{action}", of_account)
    made.register_blueprint(pages)
    return made


def signed_in(app: Flask, who: str, clock: Clock) -> FlaskClient:
    client = app.test_client()
    where = f"/login/link?t={sign_in_links.make(who, '/me', clock())}"
    client.post(where, data={"csrf_token": token(client, where)})
    return client


@pytest.mark.parametrize("role", [*Role, "nobody"])
def test_a_page_of_a_hall_is_there_for_those_alone_who_may(
    app: Flask, halls: dict[str, HallFacts], clock: Clock, role: str
) -> None:
    client = signed_in(app, openid(role), clock)
    found = {
        (state, str(action)): client.get(f"/hall/{hall.code}/try/{action}").status_code
        for state, hall in halls.items()
        for action in Action
    }
    should = {key: 200 if key[1] in IN_OWN_HALL.get((role, key[0]), ()) else 404 for key in found}
    assert found == should


@pytest.mark.parametrize("role", [*Role, "nobody"])
def test_a_page_of_operators_is_there_for_operators_alone(app: Flask, clock: Clock, role: str) -> None:
    client = signed_in(app, openid(role), clock)
    found = {str(action): client.get(f"/operator/try/{action}").status_code for action in Action}
    assert found == {name: 200 if role == "operator" and name in OF_OPERATOR else 404 for name in found}


def test_a_hall_that_is_not_ones_own_looks_like_one_that_is_not_there(
    app: Flask, halls: dict[str, HallFacts], clock: Clock
) -> None:
    client = signed_in(app, openid("admin"), clock)
    pages = [client.get(f"/hall/{code}/try/records") for code in (halls["other"].code, "abcdef")]
    assert pages[0].status_code == pages[1].status_code == 404
    assert pages[0].text == pages[1].text


def test_who_is_not_signed_in_is_led_to_it_whether_there_is_a_hall_or_not(
    app: Flask, halls: dict[str, HallFacts]
) -> None:
    client = app.test_client()
    for code in (halls["open"].code, "nohall"):
        answer = client.get(f"/hall/{code}/try/records?day=2026-03-02")
        assert answer.status_code == 302
        assert answer.location == f"/login?next=/hall/{code}/try/records?day%3D2026-03-02"


def test_a_code_may_be_typed_in_capitals(app: Flask, halls: dict[str, HallFacts], clock: Clock) -> None:
    client = signed_in(app, openid("admin"), clock)
    assert client.get(f"/hall/{halls['open'].code.upper()}/try/records").status_code == 200


@pytest.mark.parametrize("code", ["%00", "%ff", "张", "a" * 50_000, "..", "%2e%2e", "' OR 1=1", "<script>"])
def test_a_hostile_code_is_no_hall(app: Flask, halls: dict[str, HallFacts], clock: Clock, code: str) -> None:
    answer = signed_in(app, openid("admin"), clock).get(f"/hall/{code}/try/records")
    assert answer.status_code == 404
    assert "<script>" not in answer.text


def test_what_is_sent_after_the_session_ended_is_not_lost_without_a_word(
    app: Flask, halls: dict[str, HallFacts], clock: Clock
) -> None:
    client = signed_in(app, openid("admin"), clock)
    held = token(client, "/me")
    clock.goes_on(hours=3)
    answer = client.post(f"/hall/{halls['open'].code}/try/records", data={"csrf_token": held})
    assert answer.status_code == 403
    assert "刚才填的没有提交" in answer.text
    assert f"/login?next=/hall/{halls['open'].code}/try/records" in answer.text


def test_who_is_removed_may_nothing_from_the_next_page_on(
    app: Flask, halls: dict[str, HallFacts], clock: Clock
) -> None:
    client = signed_in(app, openid("admin"), clock)
    run(lambda: Member.delete().execute())
    assert client.get(f"/hall/{halls['open'].code}/try/records").status_code == 404
    assert "这里给大厅工作人员用" in client.get("/me").text


def test_a_hall_that_is_suspended_closes_at_once(app: Flask, halls: dict[str, HallFacts], clock: Clock) -> None:
    client = signed_in(app, openid("guard"), clock)
    assert client.get(f"/hall/{halls['suspended'].code}/try/today").status_code == 404


# --- what is one's own ---


def test_somebodys_halls_stand_with_their_state(app: Flask, clock: Clock) -> None:
    page = signed_in(app, openid("admin"), clock).get("/me").text
    assert [word in page for word in ("open大厅 管理员", "waiting大厅", "等待审批", "已停用", "没有通过审批")] == [
        True
    ] * 5
    assert "别的大厅" not in page
    assert "运营人员" in signed_in(app, openid("operator"), clock).get("/me").text


def test_sessions_are_listed_and_ended_one_by_one(app: Flask, clock: Clock) -> None:
    mine, other = signed_in(app, openid("admin"), clock), signed_in(app, openid("admin"), clock)
    page = mine.get("/me/sessions").text
    assert page.count("2026-03-02 09:00") == 4
    assert page.count("（现在用的）") == 1
    [first, second] = sessions.listed(openid("admin"), clock())
    here = first.public_id if "（现在用的）" in page.partition(first.public_id)[0] else second.public_id
    there = ({first.public_id, second.public_id} - {here}).pop()
    assert mine.post("/me/sessions", data={"csrf_token": token(mine, "/me"), "session": there}).status_code == 303
    ended = [client.get("/me").status_code for client in (mine, other)]
    assert sorted(ended) == [200, 302]


def test_all_others_end_at_once(app: Flask, clock: Clock) -> None:
    mine, *others = (signed_in(app, openid("admin"), clock) for _ in range(3))
    mine.post("/me/sessions", data={"csrf_token": token(mine, "/me"), "session": "others"})
    assert "已结束 2 个" in mine.get("/me/sessions").text
    assert [client.get("/me").status_code for client in others] == [302, 302]


def test_ending_this_one_is_signing_out(app: Flask, clock: Clock) -> None:
    client = signed_in(app, openid("admin"), clock)
    [row] = sessions.listed(openid("admin"), clock())
    answer = client.post("/me/sessions", data={"csrf_token": token(client, "/me"), "session": row.public_id})
    assert answer.location == "/left"
    assert client.get_cookie("hallpass-session") is None
    assert client.get("/me").status_code == 302


@pytest.mark.parametrize("asked", ["", "x", "张三", "\0", "a" * 50_000, "'; DROP TABLE sessions; --"])
def test_what_is_no_session_ends_nothing(app: Flask, clock: Clock, asked: str) -> None:
    client = signed_in(app, openid("admin"), clock)
    answer = client.post("/me/sessions", data={"csrf_token": token(client, "/me"), "session": asked})
    assert answer.status_code == 303
    assert client.get("/me").status_code == 200


def test_nobody_is_signed_out_by_another_site(app: Flask, clock: Clock) -> None:
    client = signed_in(app, openid("admin"), clock)
    assert client.post("/logout").status_code == 400
    assert client.get("/logout").status_code == 405
    assert client.get("/me").status_code == 200


@pytest.mark.parametrize("secret", ["", "x", "a" * 43, "a" * 4000, "%00", "\x7f" * 43, "é" * 43])
def test_a_made_up_cookie_is_nobodys(app: Flask, secret: str) -> None:
    client = app.test_client()
    client.set_cookie("hallpass-session", secret)
    assert client.get("/me").status_code == 302


def test_a_page_reads_the_session_and_the_posts_once(
    app: Flask, clock: Clock, database: peewee.Database, halls: dict[str, HallFacts]
) -> None:
    client = signed_in(app, openid("admin"), clock)
    client.get("/me")
    seen: list[str] = []
    database.query_hooks.append(lambda event: seen.append(event.sql))
    client.get(f"/hall/{halls['open'].code}/try/records")
    database.query_hooks.pop()
    assert len([text for text in seen if text.startswith(("SELECT", "UPDATE"))]) == 2


def test_a_guard_signs_out_and_leaves_nothing_behind(app: Flask, clock: Clock) -> None:
    client = signed_in(app, openid("guard"), clock)
    client.post("/logout", data={"csrf_token": token(client, "/me")})
    assert staff.posts(openid("guard"))
    assert sessions.listed(openid("guard"), clock()) == []
