"""Every statement of the code finds its rows by an index, among 100,000 visits of 50 halls; and reads about as many as
it gives."""

import gc
import json
import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial
from types import FunctionType
from typing import Any

import peewee
import pytest

from models.migrations import migrate
from models.rules.retention import What
from models.rules.wanted import Exits
from models.services import searching
from models.tables import (
    TABLES,
    cases,
    door,
    elsewhere,
    ended_cases,
    exported_visits,
    found_visits,
    listed_contacts,
    mysql,
    openids,
    own_requests,
    retention,
    traced,
    unused,
    visits,
)
from models.tables import database as units
from models.tables.cases import CaseStatus
from models.tables.database import DB, open_database, run
from models.tables.fields import AsciiField, BytesField, DayField, MomentField, SecretField, Table
from models.tables.found_visits import Place, Sought
from models.tables.listed_contacts import Chosen
from models.tables.outbox import Outgoing
from models.tables.vault import Vault, use
from models.tables.visits import Visit
from tests.architecture.test_sql import everybody_signs_in, faults, somebody_shows_a_pass
from tests.busy_day import BusyDay
from tests.conftest import KEYS
from tests.grown import DAYS, NOW, grow, hash_of
from tests.mariadb import MariaDB
from tests.models.tables import test_plans
from tests.service import Service

VISITS, HALLS = 100_000, 50
BEGIN, END = NOW - timedelta(days=DAYS), NOW + timedelta(days=1)
SMALL = (
    "job_runs", "key_checks", "seal_keys", "access_tokens", "halls", "hall_codes", "caller_networks", "certifications",
)  # fmt: skip
"""Grow with jobs, keys, accounts or halls, not with visits: the largest operator has some hundreds of halls."""


def _sought(**asked: Any) -> Sought:
    return Sought(3, BEGIN, END, NOW, **asked)


def _exits(exits: Exits) -> tuple[str, ...]:
    return searching.WAYS[exits]


PEOPLE = {
    column: (hash_of(what, number), hash_of(what, 10**9))
    for column, what, number in (
        ("name_hash", "name", 1), ("id_hash", "id", 52), ("phone_hash", "phone", 52), ("phone_tail_hash", "tail", 1)
    )
}  # fmt: skip
"""What somebody in hall 3 is found by, under two keys."""
LOOK_UPS: dict[str, Sought] = {
    "everything": _sought(),
    **{f"by {column}": _sought(column=column, hashes=hashes) for column, hashes in PEOPLE.items()},
    "of one account": _sought(column="person_id", hashes=(52,)),
    "by matter": _sought(matter="matter3"),
    "by door": _sought(door=2),
    **{f"exits {kind}": _sought(exits=_exits(kind)) for kind in Exits},
    "of one day": Sought(3, NOW - timedelta(days=3), NOW - timedelta(days=2), NOW),
}
"""What somebody may look for by one thing; by several one is an index, and the others are looked at in its rows."""


@pytest.fixture(scope="module")
def _patience() -> Iterator[None]:
    """What is asked here is asked in large, on machines that may be busy: no unit of work runs out of time."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(units, "UNIT_SECONDS", 600.0)
        patch.setattr(mysql, "STATEMENT_SECONDS", 600.0)
        yield


@pytest.fixture(scope="module")
def grown(mariadb: MariaDB, _patience: None) -> Iterator[peewee.Database]:
    """A database of its own, since emptying it row by row would take longer than filling it."""
    mariadb.query("DROP DATABASE IF EXISTS grown")
    mariadb.query("CREATE DATABASE grown CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci")
    made = open_database(f"mysql://root@127.0.0.1:{mariadb.port}/grown")
    migrate(made)
    use(Vault(KEYS))
    openids.make_ready()
    test_plans.fill(made)
    mariadb.query("TRUNCATE visits", "grown")
    mariadb.query("UPDATE outbox SET msgid = id", "grown")
    grow(lambda statement: mariadb.query(statement, "grown"), VISITS, HALLS)
    for table in (Visit, Outgoing):
        run(partial(analyze, made, table))
    yield made
    made.close()
    mariadb.query("DROP DATABASE grown")


ROWS, FIRST = 1000, 10**6
"""How many rows a table has at least, and a number that nothing else has."""


def fill(table: type[Table]) -> None:
    """Rows spread over the halls and the days to come, so that next to none of them is over or due; all else of them
    different."""
    fields = [field for field in table._meta.sorted_fields if field.name != "id"]
    rows = [{field.name: _made_up(field, number) for field in fields} for number in range(FIRST, FIRST + ROWS)]
    table.insert_many(rows).execute()


def analyze(database: peewee.Database, table: type[Table]) -> None:
    database.execute_sql(f"ANALYZE TABLE {table._meta.table_name}").fetchall()


def _made_up(field: peewee.Field, number: int) -> Any:
    if field.name == "hall_id" and not field.primary_key:
        return number % HALLS + 1
    if isinstance(field, MomentField):
        return NOW + timedelta(days=1, minutes=40 * (number - FIRST))
    if isinstance(field, DayField):
        return (NOW + timedelta(days=1, minutes=40 * (number - FIRST))).date()
    if isinstance(field, peewee.IntegerField | peewee.BooleanField):
        return number % 2 if isinstance(field, peewee.BooleanField) else number
    text = f"{number}"
    return text.encode() if isinstance(field, BytesField) and not isinstance(field, AsciiField | SecretField) else text


@pytest.fixture
def on_grown(database: peewee.Database, grown: peewee.Database) -> Iterator[peewee.Database]:
    DB.initialize(grown)
    yield grown
    DB.initialize(database)


pytestmark = pytest.mark.parametrize("database", ["mariadb"], indirect=True)


# --- what a plan says ---


def steps(plan: Any) -> Iterator[dict[str, Any]]:
    """Every table that a plan reads, wherever it stands in it."""
    if isinstance(plan, dict):
        if "table_name" in plan:
            yield plan
        for part in plan.values():
            yield from steps(part)
    elif isinstance(plan, list):
        for part in plan:
            yield from steps(part)


def ran(database: peewee.Database, statement: str, values: Any) -> list[dict[str, Any]]:
    """The steps of a statement that is run, with how many rows each of them read."""
    [[text]] = run(lambda: database.execute_sql(f"ANALYZE FORMAT=JSON {statement}", values).fetchall())
    return list(steps(json.loads(text)))


_NAMED = re.compile(r"\b(?:FROM|JOIN|UPDATE) `?(\w+)`?(?: AS)? `?(\w+)`?", re.IGNORECASE)


def scanned(database: peewee.Database, statement: str, values: Any) -> set[str]:
    """The tables of which this reads every row, or every entry of an index."""
    # Not as JSON: the server leaves quotes within values as they are.
    plan = run(lambda: database.execute_sql(f"EXPLAIN {statement}", values).fetchall())
    names = {alias: name for name, alias in _NAMED.findall(statement)}
    return {
        names.get(table, table)
        for _, _, table, how, *_ in plan
        if how in ("ALL", "index") and not table.startswith("<")
    }


def read(plan: list[dict[str, Any]]) -> float:
    """How many rows a plan that was run has read of visits."""
    return sum(
        (step["r_rows"] or 0) * step["r_loops"] for step in plan if step.get("r_loops") and step["table_name"] == "v"
    )


def asked(database: peewee.Database, work: Callable[[], object]) -> list[tuple[str, Any]]:
    """The statements that this runs, with their values, each once."""
    events: list[peewee.QueryEvent] = []
    database.query_hooks.append(events.append)
    try:
        work()
    finally:
        database.query_hooks.remove(events.append)
    return list({event.sql: (event.sql, event.params) for event in events}.values())


# --- look-ups read what they give ---


@pytest.mark.parametrize("name", LOOK_UPS)
def test_a_page_reads_no_more_than_it_shows_wherever_it_is(on_grown: peewee.Database, name: str) -> None:
    sought = LOOK_UPS[name]
    every = run(lambda: found_visits.page(sought, 10**6))
    assert len(every) == run(lambda: found_visits.count(sought)) > 0
    ranges = max(1, len(sought.exits)) * max(1, len(sought.hashes))
    for skipped in (0, len(every) // 2, len(every) - 1):
        after = Place(every[skipped - 1].in_at, every[skipped - 1].id) if skipped else None
        [(statement, values)] = asked(on_grown, lambda after=after: run(lambda: found_visits.page(sought, 30, after)))
        assert scanned(on_grown, statement, values) == set(), (name, skipped)
        plan = ran(on_grown, statement, values)
        # Of those inside and overdue it is looked at one by one which they are.
        assert read(plan) <= 31 * ranges + 45, (name, skipped, plan)


@pytest.mark.parametrize("name", LOOK_UPS)
def test_a_count_reads_what_it_counts(on_grown: peewee.Database, name: str) -> None:
    [(statement, values)] = asked(on_grown, lambda: run(lambda: found_visits.count(LOOK_UPS[name])))
    assert scanned(on_grown, statement, values) == set()
    plan = ran(on_grown, statement, values)
    assert read(plan) <= 1.1 * run(lambda: found_visits.count(LOOK_UPS[name])) + 45, plan


# --- every statement ---

OLD = (NOW - timedelta(days=20)).date()


def _purge_of_nothing() -> None:
    """Every statement of a batch, on rows that are not there."""
    gone = [10**9, 10**9 + 1]
    run(lambda: (retention.erase_visits(gone), retention.erase_temperatures(gone), retention.erase_fevers(gone)))
    run(lambda: [forget(NOW - timedelta(days=900), 10) for forget in (unused.people, unused.grants, unused.approvals)])
    run(lambda: ended_cases.erase(10**9, CaseStatus.CLOSED, OLD, "case"))


QUESTIONS: dict[str, Callable[[], object]] = {
    **test_plans.QUESTIONS,
    **{f"page {name}": lambda one=one: run(lambda: found_visits.page(one, 30)) for name, one in LOOK_UPS.items()},
    **{f"count {name}": lambda one=one: run(lambda: found_visits.count(one)) for name, one in LOOK_UPS.items()},
    "a number in other halls": lambda: run(lambda: elsewhere.by_number(2, hash_of("id", 52), BEGIN, END)),
    "a phone in other halls": lambda: run(
        lambda: elsewhere.by_phone(2, hash_of("phone", 52), hash_of("name", 1), BEGIN, END)
    ),
    "an account in other halls": lambda: run(lambda: elsewhere.by_account(2, 52, hash_of("name", 1), BEGIN, END)),
    "a case of any hall": lambda: run(lambda: cases.with_public_id("p000000000000052")),
    "whoever asks at a counter": lambda: run(
        lambda: (
            own_requests.by_number(3, hash_of("id", 52), BEGIN, END, 1000)
            + own_requests.by_phone(3, hash_of("phone", 52), BEGIN, END, 1000)
        )
    ),
    "the fevers of a hall": lambda: run(
        lambda: own_requests.fevers_of_days(3, BEGIN.date(), END.date(), 1000) + own_requests.fevers_with([52, 53])
    ),
    "what waits to be erased": lambda: run(lambda: own_requests.wait_to_be_erased("visit", [52, 53])),
    "a request at a counter": lambda: run(lambda: own_requests.with_public_id(3, "p000000000000052")),
    "visits that are erased": lambda: run(lambda: own_requests.hold([52, 53])),
    "one record": lambda: run(lambda: found_visits.with_public_id(3, "p000000000000052")),
    "one by its row": lambda: run(lambda: found_visits.with_id(3, 52)),
    "its companions": lambda: run(lambda: found_visits.companions_of(52)),
    "its flags": lambda: run(lambda: door.flags_of(3, 52, NOW)),
    "its corrections": lambda: run(lambda: visits.earlier_exits(52)),
    "contacts of a case": lambda: run(lambda: listed_contacts.page(Chosen(3), 30)),
    "those without a phone": lambda: run(lambda: listed_contacts.page(Chosen(3, no_phone=True), 30)),
    "those of one clerk": lambda: run(lambda: listed_contacts.page(Chosen(3, assigned_to="o"), 30)),
    "who was beside a case": lambda: run(lambda: listed_contacts.beside(3, [52], 30)),
    "how many were beside a case": lambda: run(lambda: listed_contacts.count_beside(3, [52])),
    "some contacts": lambda: run(lambda: listed_contacts.with_ids([52, 53])),
    "the stays of some contacts": lambda: run(lambda: listed_contacts.met_by(3, [52, 53])),
    "some visits of a case": lambda: run(lambda: found_visits.with_ids(3, [52, 53])),
    "the same to export": lambda: run(lambda: exported_visits.of_case(3, [52, 53])),
    "what is done in cases": lambda: run(lambda: listed_contacts.done([3, 4])),
    "visits that go": lambda: run(lambda: retention.going(3, What.VISITS, OLD, OLD, 0, 200)),
    "temperatures that go": lambda: run(lambda: retention.going(3, What.TEMPERATURES, OLD, OLD, 0, 200)),
    "what is left of a day": lambda: run(lambda: [retention.left(3, what, OLD) for what in What]),
    "the next day that goes": lambda: run(lambda: retention.next_day(3, OLD, NOW.date())),
    "how many would go": lambda: run(lambda: retention.count_before(3, OLD)),
    "how many temperatures would go": lambda: run(lambda: retention.count_temperatures(3, OLD, NOW.date())),
    "what is erased": _purge_of_nothing,
    "whoever was there with a case": lambda: run(lambda: traced.stays(3, NOW - timedelta(hours=30), NOW)),
    "how many to look at for a case": lambda: run(lambda: traced.count(3, NOW - timedelta(hours=30), NOW)),
}
"""On top of what happens on a busy day."""
MAY_SCAN = {
    "SELECT v.msgid, v.outcome, o.id FROM verdicts": "all verdicts that wait are asked for, and a heard one is removed",
    "SELECT COUNT(1) FROM (SELECT 1 FROM `photos`": "the queue of photos is bounded",
    "DELETE FROM photos WHERE created_at": "the same, in the job `sweep`",
    "SELECT COALESCE(reason, verdict), COUNT(*) FROM outbox": "a day's messages; here all are of one day",
}
"""Statements that read a whole table, by how they begin, and why that is no harm."""
SETTING = ("SET ", "SHOW ", "BEGIN", "COMMIT", "ROLLBACK", "SELECT GET_LOCK", "SELECT RELEASE_LOCK", "INSERT")


def prepared() -> set[str]:
    """Every text that the code has prepared by now, at its import or when it was first asked for."""
    return {
        one.__closure__[0].cell_contents["%s"]
        for one in gc.get_objects()
        if isinstance(one, FunctionType) and one.__qualname__ == "sql.<locals>.<lambda>" and one.__closure__
    }


_BEFORE = re.compile(r"`?(\w+)`?\s*(?:=|<>|<=|>=|<|>|LIKE|IN \((?:%s, )*|LIMIT|OFFSET)\s*$")


def values_of(statement: str) -> list[Any]:
    """Values such as the columns of a statement have that nobody has asked here."""
    parts = statement.split("%s")[:-1]
    names = [_BEFORE.search("%s".join(parts[: number + 1])) for number in range(len(parts))]
    return [_value(part, found[1] if found else "") for part, found in zip(parts, names, strict=True)]


def _value(before: str, name: str) -> Any:
    if re.search(r"(?:LIMIT|OFFSET) $", before):
        return 10
    if name == "id" or name.endswith("_id") or name in ("door", "revision", "tries", "left"):
        return 3
    if name == "at" or name.endswith(("_at", "_until", "_since")):
        return f"{NOW:%Y-%m-%d %H:%M:%S}"
    return b"3"


def test_every_statement_of_the_code_is_mysql_8_and_finds_its_rows_by_an_index(on_grown: peewee.Database) -> None:
    service = Service()

    def everything() -> None:
        for question in QUESTIONS.values():
            question()
        BusyDay(service).pass_by()
        everybody_signs_in(service.clock())
        somebody_shows_a_pass(Service())

    seen = asked(on_grown, everything)
    seen += [(statement, values_of(statement)) for statement in prepared() - {statement for statement, _ in seen}]
    assert len(seen) > 200
    assert faults({statement for statement, _ in seen}) == {}
    for table in TABLES:
        if run(table.select().count) < ROWS and table._meta.table_name not in SMALL:
            run(partial(fill, table))
            run(partial(analyze, on_grown, table))
    found = {
        statement: whole
        for statement, values in seen
        if not statement.startswith((*SETTING, *MAY_SCAN))
        and (whole := scanned(on_grown, statement, values).difference(SMALL))
    }
    assert found == {}
