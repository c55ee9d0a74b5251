"""What staff and operators did is noted: shown page by page, with names where there still are any."""

import json
from datetime import timedelta

import pytest

from models.phrases import say
from models.rules.access import Role
from models.services import audit, staff
from models.services.audit import COMMAND_LINE, Actor
from models.tables import vault
from models.tables.audit import Audit
from models.tables.database import run
from models.tables.staff import NO_HALL
from tests.conftest import KEYS
from tests.service import MONDAY_9
from tests.staffed import joins, openid, operator, post, registered

pytestmark = pytest.mark.usefixtures("database")

NOW, LATER = MONDAY_9, MONDAY_9 + timedelta(days=1)


def test_a_row_names_nobody_but_by_a_keyed_hash() -> None:
    hall = registered()
    joins(hall, "Guard", "李建国")
    staff.remove(post(hall), "李建国", NOW)
    rows = audit.latest(hall.id, LATER)
    assert [row.action for row in rows] == ["remove", "bind", "invite", "register"]
    assert not any(name in f"{row.actor!r} {row.detail}" for row in rows for name in (openid("Guard"), "李建国"))
    other = vault.Vault(vault.Keys(KEYS.data, {"h1": bytes(32)}))
    assert rows[0].actor not in (None, other.hash(b"actor", openid("Admin")))


def test_pages_show_every_row_once_also_those_of_one_moment() -> None:
    for number in range(25):
        audit.note(COMMAND_LINE, "test", 7, NOW + timedelta(seconds=number // 10), number=number)
    shown: list[int] = []
    at, row_id = LATER, 0
    while rows := audit.latest(7, at, row_id, 4):
        shown += [json.loads(row.detail)["number"] for row in rows]
        at, row_id = rows[-1].at, rows[-1].id
    assert shown == list(range(24, -1, -1))


def test_a_hall_sees_its_own_rows_and_an_operator_all() -> None:
    for hall_id in (NO_HALL, 1, 2):
        audit.note(COMMAND_LINE, "test", hall_id, NOW)
    assert [row.hall_id for row in audit.latest(1, LATER)] == [1]
    assert [row.hall_id for row in audit.latest(NO_HALL, LATER)] == [NO_HALL]
    assert [row.hall_id for row in audit.latest(None, LATER)] == [2, 1, NO_HALL]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_who_did_it_is_named_where_they_are_still_staff(language: str) -> None:
    hall = registered()
    joins(hall, "Guard", "李建国")
    for actor in (
        Actor(openid("Admin"), Role.ADMIN),
        operator().actor,
        Actor(openid("Gone"), Role.GUARD),
        COMMAND_LINE,
    ):
        audit.note(actor, "test", 9, NOW)
    there = staff.members(hall.id) + staff.members(NO_HALL)
    assert [who for _, who in audit.named(audit.latest(9, LATER), there, language)] == [
        say(language, "audit.command_line"), say(language, "audit.has_left"), "赵运营", "王海燕",
    ]  # fmt: skip


def test_who_did_it_is_still_named_after_a_new_hash_key() -> None:
    hall = registered()
    vault.use(vault.Vault(vault.Keys(KEYS.data, {"h2": bytes(32), **KEYS.hash})))
    assert [who for _, who in audit.named(audit.latest(hall.id, LATER), staff.members(hall.id), "zh")] == ["王海燕"]


def test_a_change_of_very_much_is_noted_whole() -> None:
    long = "长" * 60_000
    audit.note(COMMAND_LINE, "test", 1, NOW, before=long, after=long)
    assert json.loads(audit.latest(1, LATER)[0].detail) == {"before": long, "after": long}


def test_what_differs_is_told_with_before_and_after() -> None:
    assert audit.changes({"a": 1, "b": 2, "c": 3}, {"a": 1, "b": 4, "d": 5}) == {
        "b": [2, 4], "c": [3, None], "d": [None, 5],
    }  # fmt: skip


def test_rows_are_added_and_never_changed() -> None:
    audit.note(COMMAND_LINE, "test", 1, NOW)
    before = run(lambda: list(Audit.select().tuples()))
    registered()
    assert run(lambda: list(Audit.select().order_by(Audit.id).limit(1).tuples())) == before
