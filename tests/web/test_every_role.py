"""Every address, asked for in every way by everybody there is: no failure of ours, nothing of anybody for whom it is
not, and no change but by a form with its token."""

from collections.abc import Iterator

import peewee
import pytest
from flask.testing import FlaskClient

from models.rules.access import Role
from models.rules.devices import device_of
from models.services import codes, fever, halls, second_eyes, sessions, staff, waiting
from models.services.audit import VISITOR
from models.services.sessions import Place
from models.tables.attempts import Attempt
from models.tables.audit import Audit
from models.tables.database import run
from models.tables.halls import Hall
from models.tables.signing_in import Session, SignIn
from tests.service import FACTS
from tests.staffed import everything, openid, post
from tests.web.admin.desk import LINUX
from tests.web.staff_pages import Busy
from tests.web.trial import token

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)

METHODS = ("GET", "POST", "PUT")
"""tests/web/test_every_page.py asks in the other ways."""
PEOPLE = (
    "张三", "李四", "王五", "11010519491231002X", "320106197505230021", "13800138000", "13900139000",
    "李复核", "孙门岗",
)  # fmt: skip
"""Who was there; and, the last two, who works there, whom an operator sees in the audit."""
NOT_THEIRS = {
    "nobody": "", "a visitor": "Visitor", "an operator": "Operator", "another hall's admin": "Elsewhere",
    "another hall's guard": "Outdoors", "whoever has left": "Gone",
}  # fmt: skip
THEIRS = {"an admin": "Admin", "a guard": "Guard"}
COUNTING = (Attempt, SignIn, Session)
"""What grows by looking: how often, sign-ins begun, and when a session was used last."""
TYPED = {
    "who": "张三", "why": "lost", "more": "检查", "kind": "full", "decision": "yes", "name": "张三", "value": "x",
    "first": "2026-03-01", "last": "2026-03-02", "reason": "检查一下", "days": "2026-03-03", "number": "1",
    "visit": "", "act": "", "key": "", "agree": "2", "matter": "fund", "door": "1", "session": "others", "pages": "1",
}  # fmt: skip
"""Something in every field that a form of ours might have."""


class World(Busy):
    """A busy hall, another one, and everybody who might ask for its pages."""

    def __init__(self) -> None:
        super().__init__()
        self.operator()
        other = halls.by_code(halls.register("税务大厅", {**FACTS}, "open", self.clock()))
        assert other is not None
        self.joins("Elsewhere", Role.ADMIN, name="周别处", hall_id=other.id)
        self.joins("Outdoors", Role.GUARD, name="吴别处", hall_id=other.id)
        self.joins("Gone", Role.ADMIN, name="郑已走")
        staff.remove(post(self.hall), "郑已走", self.clock())
        self.values = self._values()
        # What is only noted by looking at it for the first time.
        codes.of_hall(self.hall)

    def _values(self) -> dict[str, object]:
        waits = waiting.all_of(self.hall, self.clock())
        return {
            "code": self.hall.code, "visit": self.visit, "number": 1, "export": self.export.public_id,
            "approval": second_eyes.ask(post(self.hall), "export", self.export.id, "检查", self.clock()),
            "case": self.case, "key": next(one.key for one in waits.fevers), "direction": "in", "version": 1,
            "door": 1, "token": "a" * 43, "matter": "fund", "mark": "0" * 16, "which": "all", "field": "name",
            "filename": "hallpass.css", "asked": "0" * 16,
        }  # fmt: skip

    def addresses(self, method: str = "GET") -> Iterator[tuple[str, str]]:
        """The endpoint and an address of every rule of this method, of what is really there."""
        what = {"operators.review": "approve", "operators.stop": "suspend"}
        adapter = self.app.url_map.bind("localhost")
        for rule in self.app.url_map.iter_rules():
            if method not in (rule.methods or ()):
                continue
            known = {**self.values, "what": what.get(rule.endpoint, "")}
            yield rule.endpoint, adapter.build(rule.endpoint, {name: known[name] for name in rule.arguments})

    def client(self, who: str) -> FlaskClient:
        client = self.app.test_client()
        if who:
            secret = sessions.begin(openid(who), Place.DESK, device_of(LINUX), self.clock())
            client.set_cookie("hallpass-session", secret)
        return client

    def token_of(self, client: FlaskClient, who: str) -> str:
        return token(client, "/me" if who else f"/h/{self.hall.code}/in")


@pytest.fixture
def world(database: peewee.Database) -> World:
    return World()


def seen(text: str, who: str = "") -> list[str]:
    return [one for one in (PEOPLE[:-2] if who == "Operator" else PEOPLE) if one in text]


def looks(world: World, who: str) -> list[str]:
    """What is wrong with what this person is answered, whichever way they look."""
    faults, client = [], world.client(who)
    for endpoint, path in world.addresses():
        for method in METHODS:
            answer = client.open(path, method=method, buffered=True)
            if answer.status_code >= 500:
                faults.append(f"{method} {endpoint}: {answer.status_code}")
            if who not in THEIRS.values() and (found := seen(answer.text, who)):
                faults.append(f"{method} {endpoint}: {found}")
            where = answer.headers.get("Location", "/")
            if not where.startswith("/") or where.startswith("//"):
                faults.append(f"{method} {endpoint}: leads to {where[:40]}")
    return faults


def sends(world: World, who: str) -> list[str]:
    """The same for forms with their token; each from a browser of its own."""
    faults = []
    for endpoint, path in world.addresses():
        for typed in ({}, TYPED):
            client = world.client(who)
            sent = {**typed, "csrf_token": world.token_of(client, who)}
            answer = client.post(path, data=sent, buffered=True)
            if answer.status_code >= 500 or (
                who not in THEIRS.values() and seen(answer.text.replace(TYPED["who"], ""), who)
            ):
                faults.append(f"{endpoint}: {answer.status_code}")
    return faults


@pytest.mark.parametrize("who", [*NOT_THEIRS.values()], ids=[*NOT_THEIRS])
def test_nobody_sees_or_changes_what_is_not_theirs(world: World, who: str) -> None:
    # An operator's look at the stays of a case is noted before it is shown.
    counting = (*COUNTING, Audit) if who == "Operator" else COUNTING
    before = everything(but=counting)
    assert looks(world, who) == []
    assert everything(but=counting) == before
    if who != "Operator":
        assert sends(world, who) == []
        # Whoever takes their own data along is noted, as nobody.
        run(lambda: Audit.delete().where(Audit.role == VISITOR).execute())
        assert everything(but=COUNTING) == before


@pytest.mark.parametrize("who", [*THEIRS.values()], ids=[*THEIRS])
def test_looking_and_forms_without_a_token_change_nothing_for_staff_either(world: World, who: str) -> None:
    before = everything(but=COUNTING)
    assert looks(world, who) == []
    assert everything(but=COUNTING) == before


@pytest.mark.parametrize("who", [*THEIRS.values(), "Operator"], ids=[*THEIRS, "an operator"])
def test_whatever_staff_send_is_no_failure_of_ours(world: World, who: str) -> None:
    assert sends(world, who) == []


@pytest.mark.parametrize("who", [*THEIRS.values()], ids=[*THEIRS])
@pytest.mark.parametrize("status", ["suspended", "rejected"])
def test_staff_of_a_hall_that_is_closed_see_and_change_nothing_of_it(world: World, who: str, status: str) -> None:
    run(lambda: Hall.update(status=status, revision=halls.new_revision()).where(Hall.id == world.hall.id).execute())
    before = everything(but=COUNTING)
    client, at = world.client(who), f"/hall/{world.hall.code}"
    sent = {"csrf_token": world.token_of(client, who), **TYPED}
    for method in ("GET", "POST"):
        for endpoint, path in world.addresses(method):
            if path.startswith(at):
                answer = client.open(path, method=method, data=sent if method == "POST" else None, buffered=True)
                assert (answer.status_code, seen(answer.text)) == (404, []), endpoint
    assert everything(but=COUNTING) == before


def test_no_host_but_our_own_is_ever_written_into_an_answer(world: World) -> None:
    client = world.client("Admin")
    for _, path in world.addresses():
        answer = client.get(path, headers={"Host": "evil.example", "X-Forwarded-Host": "evil.example"}, buffered=True)
        assert "evil.example" not in answer.text + str(answer.headers), path


def test_a_fever_is_there_to_be_released(world: World) -> None:
    """Without what is looked for, the tests above would prove little."""
    assert fever.queue(world.hall, world.hall.calendar.hall_day(world.clock()))
    assert seen(world.client("Admin").get(f"/hall/{world.hall.code}/staff").text)
