"""What is asked on turns and pages is found through an index, whatever else the tables hold."""

import json
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import peewee
import pytest

from models.rules.access import Role
from models.services import (
    audit,
    codes,
    health,
    looked,
    own_data,
    passes,
    posts,
    pruning,
    registering,
    sealing,
    seals,
    staff,
    verifying,
)
from models.tables import (
    TABLES,
    amendments,
    attempts,
    desk_acts,
    desk_visits,
    erasures,
    exits,
    own_rows,
    signing_in,
    vault,
    visits,
    watched,
)
from models.tables import audit as audit_rows
from models.tables import codes as code_rows
from models.tables import passes as pass_rows
from models.tables.amendments import Amendment
from models.tables.attempts import Attempt
from models.tables.audit import Audit
from models.tables.cases import CaseVisit
from models.tables.codes import MADE, HallCode
from models.tables.contacts import Contact, Notice
from models.tables.database import run
from models.tables.desk_acts import DeskAct
from models.tables.door import Flag
from models.tables.halls import Hall
from models.tables.looks import Look
from models.tables.outbox import Outgoing
from models.tables.people import Person
from models.tables.receipts import Receipt
from models.tables.seals import AuditSeal
from models.tables.signing_in import Session
from models.tables.staff import Invite, Member
from models.tables.visits import Correction, Visit
from tests.conftest import KEYS
from tests.service import FACTS, MONDAY_9
from tests.staffed import openid

HALLS, EACH = 300, 4
LATER = MONDAY_9 + timedelta(days=1)

QUESTIONS: dict[str, Callable[[], object]] = {
    "somebody's posts": lambda: posts.posts(openid("M3.1x")),
    "stays that are to be emptied": lambda: run(lambda: erasures.stays([5, 6])),
    "those who came along with them": lambda: run(lambda: erasures.stays_led([5, 6])),
    "which of them a case holds": lambda: run(lambda: erasures.held([5, 6], MONDAY_9.date())),
    "taking stays away from their account": lambda: run(lambda: erasures.unlink([5, 6])),
    "leaving stays to no account": lambda: run(lambda: erasures.leave_account([5, 6])),
    "whether somebody is being forgotten": lambda: run(lambda: erasures.is_going(5)),
    "the latest stays of an account": lambda: run(lambda: own_rows.stays(5, 50)),
    "emptying stays": lambda: run(lambda: erasures.empty([5, 6])),
    "what is to be emptied": lambda: run(lambda: erasures.due(erasures.VISIT, LATER, 50)),
    "what was put off": lambda: run(lambda: erasures.look_later(erasures.VISIT, [5, 6], LATER)),
    "what is done": lambda: run(lambda: erasures.off(erasures.VISIT, [5, 6])),
    "fevers of a person": lambda: run(lambda: erasures.fevers_of(openid("M3.1x"))),
    "emptying fevers": lambda: run(lambda: erasures.empty_fevers([5, 6])),
    "messages to a person": lambda: run(lambda: own_rows.remove_messages(openid("M3.1x"), is_staff=False)),
    "what else stands under an openid": lambda: run(lambda: own_rows.remove_rest(openid("M3.1x"), MONDAY_9)),
    "in which halls an account has been": lambda: run(lambda: own_rows.stays_in_halls(5)),
    "the members of a hall": lambda: staff.members(3),
    "the open invites of a hall": lambda: staff.open_invites(3, MONDAY_9),
    "the codes of a hall": lambda: run(lambda: code_rows.of_hall(3)),
    "the codes that are due": lambda: run(lambda: code_rows.due(MONDAY_9, 50)),
    "the audit of a hall": lambda: audit.latest(3, LATER),
    "the audit of everything": lambda: audit.latest(None, LATER),
    "the audit of a role": lambda: audit.latest(None, LATER, role="guard"),
    "how much the audit of a hall is": lambda: run(lambda: audit_rows.count(3, "test", "admin", MONDAY_9, LATER, 100)),
    "the audit of a hall is sealed": lambda: sealing.seal_next(3, LATER + timedelta(days=9)),
    "the audit of a hall is verified": lambda: verifying.of_hall(4, seals.key_ring(), LATER),
    "the latest days of a hall's audit are verified": lambda: verifying.latest_days(5, LATER.date(), LATER),
    "the order of seals": lambda: list(verifying.faults_of_numbers()),
    "the latest seal": verifying.head,
    "the halls that have audit": verifying.halls_with_audit,
    "old audit is erased": lambda: pruning.prune(LATER + timedelta(days=999)),
    "the halls that wait": registering.waiting,
    "a name that is taken": lambda: registering.check_double("第1政务大厅", {"region": "1"}),
    "a count of tries": lambda: run(lambda: attempts.counted(b"key", 1)),
    "the sessions of somebody who leaves": lambda: run(lambda: signing_in.end_sessions(openid("M3.1x"))),
    "what is used of the account": codes.usage,
    "the health of the service": lambda: health.at(LATER + timedelta(days=3)),
    "the pass of somebody inside": lambda: passes.own(openid("M3.1x"), MONDAY_9),
    "the pass of somebody who left": lambda: run(lambda: pass_rows.last_of(openid("M3.1x"))),
    "a pass that was scanned": lambda: run(lambda: pass_rows.with_public_id("3.1x")),
    "who is inside": lambda: run(lambda: watched.inside(3, MONDAY_9, 30)),
    "who is inside, by door and matter": lambda: run(lambda: watched.places(3, MONDAY_9, MONDAY_9, LATER)),
    "a day's counts": lambda: run(lambda: watched.day(3, MONDAY_9.date(), LATER)),
    "a day's hours": lambda: run(lambda: watched.came(3, MONDAY_9, LATER) + watched.went(3, MONDAY_9, LATER, LATER)),
    "the last days": lambda: run(lambda: watched.entered_by_day(3, MONDAY_9.date(), LATER.date())),
    "the stays of a day": lambda: run(lambda: watched.stays(3, MONDAY_9.date())),
    "who has not finished": lambda: run(lambda: watched.unfinished(3, MONDAY_9)),
    "what is kept of somebody": lambda: own_data.of(openid("M3.1x")),
    "who looked at somebody": lambda: looked.of(openid("M3.1x"), LATER),
    "who looked at somebody who is inside": lambda: looked.of(openid("M3.1x"), LATER, is_past_told=False),
    "who looked at some visits": lambda: looked.of_visits([13, 14], LATER),
    "looks that are too old": lambda: run(lambda: looked.forget(MONDAY_9)),
    "what a desk did": lambda: run(lambda: desk_acts.since(3, MONDAY_9, 20)),
    "an act of a desk": lambda: run(lambda: desk_acts.with_public_id(3, "3.1x")),
    "who is inside with a number": lambda: run(lambda: desk_visits.inside_with_number(3, [b"3.1"], MONDAY_9)),
    "who is inside with a name": lambda: run(lambda: desk_visits.inside_with_name(3, [b"3"], [b"3.1"], MONDAY_9)),
    "who is inside a hall": lambda: run(lambda: exits.open_in(3, MONDAY_9, 500)),
    "who has come in again": lambda: run(lambda: exits.back_inside([13, 14])),
    "when somebody came in again": lambda: run(lambda: visits.next_entry(13, MONDAY_9)),
    "an amendment": lambda: run(lambda: amendments.with_id(13)),
    "a visit that is removed": lambda: run(lambda: desk_visits.remove(3, [13], MONDAY_9)),
    "a visit that is held to be removed": lambda: run(lambda: desk_visits.held_untouched(13)),
}
PATIENCE = 120.0
"""Seconds for thousands of rows in one statement, which no visitor waits for."""
SMALL = ("job_runs", "seal_keys", "key_checks", "erasure_lines")
"""Two rows a job, whatever happens; one row for each key that there ever was; seconds' worth of erasures."""


def rows_of(hall: int, number: int) -> dict[Any, dict[str, Any]]:
    """One row of each table that grows with halls and their people."""
    name, key = f"{hall}.{number}x", f"{hall}.{number}".encode()
    moment = MONDAY_9 + timedelta(seconds=hall * EACH + number)
    person = {"hall_id": hall, "role": Role.GUARD, "name": name}
    due = {"state": "sent", "created_at": moment, "due_at": moment, "expires_at": moment, "tries": 0}
    return {
        Member: {**person, "openid": openid(f"M{name}"), "bound_at": moment, "chosen_at": moment},
        Invite: {**person, "code_hash": key, "made_at": moment, "expires_at": moment},
        HallCode: {
            "hall_id": hall, "door": number + 1, "direction": "in", "version": 1, "scene": name, "state": MADE,
            "wanted_at": moment, "due_at": moment, "tries": 1, "old_scans": 0,
        },
        Audit: {"at": moment, "hall_id": hall, "role": Role.ADMIN, "action": "test", "detail": "{}"},
        AuditSeal: {
            "number": hall * EACH + number, "hall_id": hall, "day": moment.date() - timedelta(days=number + 1),
            "begins_at": moment, "ends_at": moment, "above_id": 0, "top_id": 0, "row_count": 0, "late": 0,
            "first_id": 0, "last_id": 0, "rows_digest": key, "sealed_at": moment, "prior": key, "previous": key,
            "digest": key, "key_id": "h1", "signature": key,
            **({"pruned_at": moment, "pruned_key_id": "h1", "pruned_signature": key} if number else {}),
        },
        Attempt: {"key": key, "slot": 1, "count": 1, "expires_at": moment},
        Receipt: {"delivery": key, "at": moment},
        Outgoing: {"key": name, "kind": "staff", "openid": name, "content": "{}", "closed": "", **due},
        Person: {
            "id": hall * EACH + number, "openid": openid(f"M{name}"), "profile": "{}", "created_at": moment,
            "seen_at": moment,
            "facts": json.dumps({"language": "zh", "consents": {}, "matters": {}, "last_hall_id": hall}),
        },
        Visit: {
            "public_id": name, "hall_id": hall, "door": 1, "person_id": hall * EACH + number,
            "open_key": hall * EACH + number, "hall_day": moment.date(), "in_at": moment, "due_at": LATER,
            "how_in": "scan", "registered_by": "visitor", "name": name, "name_hash": key, "companions": 1,
        },
        Look: {
            "at": moment, "hall_id": hall, "role": Role.ADMIN, "what": ("record", "notice", "copy", "copy")[number],
            "why": "lost", "visit_id": hall * EACH + number if number == 0 else None,
            "case_id": hall if number == 1 else None, "first": moment.date() if number > 1 else None,
            "last": moment.date() if number > 1 else None,
        },
        CaseVisit: {
            "case_id": hall, "visit_id": hall * EACH + number, "contact_id": hall * EACH + number, "with_visit": 1,
            "least": 1, "most": 1, "tail": 0, "is_tail_only": False, "met": "certain",
        },
        Contact: {
            "id": hall * EACH + number, "case_id": hall, "number": number, "visit_id": hall * EACH + number,
            "person_id": hall * EACH + number, "is_companion": False, "is_gone": False, "stays": 1, "same_door": False,
            "same_matter": False, "certainty": "certain", "least": 1, "most": 1, "tail": 0, "is_tail_only": False,
            "score": 1, "state": "todo",
        },
        Notice: {
            "case_id": hall, "contact_id": hall * EACH + number, "key": name, "by": "oAdmin", "at": moment,
            "state": "sent",
        },
        Flag: {"hall_id": hall, "visit_id": hall * EACH + number, "kind": "test", "at": moment},
        Correction: {
            "visit_id": hall * EACH + number, "at": moment, "by": "staff", "out_at": moment, "how_out": "corrected",
        },
        Amendment: {"visit_id": hall * EACH + number, "at": moment, "actor": key, "field": "name"},
        DeskAct: {
            "public_id": name, "hall_id": hall, "actor": key, "at": moment, "kind": "swept", "count": 1, "detail": "{}",
        },
        Session: {
            "id_hash": key, "public_id": name, "openid": openid(f"M{name}"), "place": "desk", "device": "",
            "begun_at": moment, "seen_at": moment, "expires_at": moment,
        },
    }  # fmt: skip


def fill(database: peewee.Database) -> None:
    vault.use(vault.Vault(KEYS))
    halls = [
        {"id": hall, "code": f"hall{hall}", "name": "大厅", "status": "open", "facts": json.dumps(FACTS),
         "created_at": MONDAY_9, "double_key": str(hall).encode()}
        for hall in range(1, HALLS + 1)
    ]  # fmt: skip
    grown = [rows_of(hall, number) for hall in range(1, HALLS + 1) for number in range(EACH)]
    run(lambda: Hall.insert_many(halls).execute())
    for table in grown[0]:
        several = [rows[table] for rows in grown]
        run(lambda table=table, several=several: table.insert_many(several).execute(), time.monotonic() + PATIENCE)
    names = ", ".join(table._meta.table_name for table in TABLES)
    run(lambda: database.execute_sql(f"ANALYZE TABLE {names}").fetchall())


@pytest.mark.parametrize("database", ["mariadb"], indirect=True)
def test_each_question_uses_an_index(database: peewee.Database) -> None:
    fill(database)
    asked: dict[str, list[peewee.QueryEvent]] = {name: [] for name in QUESTIONS}
    for name, question in QUESTIONS.items():
        database.query_hooks.append(asked[name].append)
        try:
            question()
        finally:
            database.query_hooks.remove(asked[name].append)
    reading = {
        (name, event.sql): event
        for name, events in asked.items()
        for event in events
        if event.sql.startswith(("SELECT", "DELETE", "UPDATE"))
    }
    assert {name for name, _ in reading} == set(QUESTIONS)
    plans = {
        asked: run(lambda event=event: database.execute_sql(f"EXPLAIN {event.sql}", event.params).fetchall())
        for asked, event in reading.items()
    }
    assert {asked: plan for asked, plan in plans.items() if any(reads_all(*row) for row in plan)} == {}


def reads_all(_id: int, _kind: str, table: str | None, _type: str, _possible: str, key: str | None, *rest: Any) -> bool:
    """Whether a step of a plan reads a whole table. A step without a table is one that needs none."""
    return table is not None and key is None and table not in SMALL
