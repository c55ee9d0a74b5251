"""Every statement there is can be read by MySQL 8, as a parser that is not ours reads it."""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta

import peewee
import pytest
import sqlglot
from sqlglot import exp

from models.migrations import check_schema, migrate
from models.rules.access import Role
from models.services import (
    authorizations,
    building,
    export_notes,
    exporting,
    own_data,
    passes,
    second_eyes,
    sessions,
    sign_in_links,
    sign_ins,
    staff,
)
from models.services.authorizations import Identity
from models.services.posts import Post
from models.tables import signing_in
from models.tables.database import DB, Raced, open_database, run
from models.tables.exports import Export, Kind, Status
from tests.busy_day import BusyDay
from tests.exported import DESK, a_visit, asked_for
from tests.mariadb import MariaDB
from tests.service import MONDAY_9, ONE_LINE, Service
from tests.staffed import joins, operator, post, registered
from tests.wire import Wire

# What the parser lets pass in MySQL's dialect, though only SQLite, PostgreSQL or MariaDB have it.
FOREIGN = re.compile(
    r"\bRETURNING\b|\b(?:INSERT|UPDATE|CREATE) OR \w+|\bON CONFLICT\b|\bSEQUENCE\b|\bNEXT VALUE\b|\bAUTOINCREMENT\b"
    r"|\bPRAGMA\b|\bEXCEPT ALL\b|\bOFFSET \d+ ROWS\b|\bCREATE (?:UNIQUE )?INDEX IF NOT EXISTS\b|\bCOLUMN IF\b",
    re.IGNORECASE,
)
FUNCTIONS = frozenset({"GET_LOCK", "RELEASE_LOCK", "CONNECTION_ID"})
"""Functions of MySQL 8 that the parser does not know by name; any other unknown one is refused."""


def fault(statement: str) -> str | None:
    """Why MySQL 8 would not take this statement; None if it would."""
    if foreign := FOREIGN.search(statement):
        return f"MySQL 8 has no {foreign[0]}"
    try:
        tree = sqlglot.parse_one(statement.replace("%s", "?"), dialect="mysql")
    except sqlglot.errors.SqlglotError as error:
        return str(error)
    if any(tree.find_all(exp.Command)):
        return "not understood"
    unknown = {str(call.this).upper() for call in tree.find_all(exp.Anonymous)} - FUNCTIONS
    return f"unknown functions: {unknown}" if unknown else None


def faults(statements: set[str]) -> dict[str, str]:
    return {statement: why for statement in statements if (why := fault(statement))}


@pytest.fixture
def first_day(mariadb: MariaDB, database: peewee.Database) -> Iterator[Wire]:
    """A wire to a new database, over which tables were made, looked at, and a unit of work done, done again, undone."""
    mariadb.query("DROP DATABASE IF EXISTS first_day")
    mariadb.query("CREATE DATABASE first_day")
    with Wire(mariadb.port, "first_day") as wire:
        made = open_database(wire.url)
        migrate(made)
        check_schema(made)
        attempts: list[int] = []

        def raced_once() -> None:
            DB.execute_sql("SELECT 1").fetchall()
            attempts.append(1)
            if len(attempts) == 1:
                raise Raced

        run(raced_once)
        yield wire
        made.close()
        DB.initialize(database)


def everybody_signs_in(now: datetime) -> None:
    """In each way, to the end, and out again."""
    staff.first_admin("oClerk", Service().hall().id, "王五", now)
    shown = sign_ins.begin("/me", sessions.new_secret(), "windows.edge", now)
    pending = sign_ins.by_number(shown.number, "oClerk", now)
    sign_ins.confirm(pending.id, "oClerk", now)
    sign_ins.claim(shown.token, "another", now)
    sign_in_links.spend(sign_in_links.make("oClerk", "/me", now), now)
    state = authorizations.begin("/me", "browser", "phone.wechat", now)
    authorizations.finish(state, "code", "browser", lambda code: Identity("oClerk", is_snapshot=False), now)
    secret = sessions.begin("oClerk", sessions.Place.DESK, "windows.edge", now)
    sessions.of(secret, now + timedelta(minutes=5))
    sessions.end(sessions.listed("oClerk", now)[0].public_id, "oClerk")
    sessions.end_this(secret)
    sessions.end_others("oClerk")
    run(lambda: signing_in.forget(now))


@pytest.mark.parametrize("database", ["mariadb"], indirect=True)
def test_every_statement_of_signing_in_is_mysql_8(database: peewee.Database) -> None:
    seen: set[str] = set()
    database.query_hooks.append(lambda event: seen.add(event.sql))
    try:
        everybody_signs_in(MONDAY_9)
    finally:
        database.query_hooks.pop()
    assert len([text for text in seen if "sign_ins" in text or "sessions" in text]) > 14
    assert faults(seen) == {}


def somebody_shows_a_pass(service: Service) -> None:
    """To a guard who signs them out; then they put right what is kept of them."""
    hall = service.hall()
    phone = service.visitor()
    phone.scan(service.code(hall))
    phone.says(f"同意 {ONE_LINE}")
    phone.says("确认")
    guard = Post("oGuard", Role.GUARD, hall)
    found = passes.own(phone.openid, service.clock())
    assert found is not None
    passes.shown(found.public_id, [guard], service.clock())
    passes.sign_out(guard, found.public_id, service.clock())
    passes.own(phone.openid, service.clock())
    passes.last_hall(phone.openid)
    kept = own_data.of(phone.openid)
    assert kept is not None
    own_data.change(phone.openid, "name", "李小明", kept.seen["name"], service.clock())
    own_data.remove(phone.openid, "phone", service.clock())
    own_data.speak(phone.openid, "en")


@pytest.mark.parametrize("database", ["mariadb"], indirect=True)
def test_every_statement_of_a_pass_and_of_ones_own_data_is_mysql_8(database: peewee.Database) -> None:
    seen: set[str] = set()
    database.query_hooks.append(lambda event: seen.add(event.sql))
    try:
        somebody_shows_a_pass(Service())
    finally:
        database.query_hooks.pop()
    assert [text for text in seen if "v.public_id = %s" in text]
    assert len([text for text in seen if text.startswith("UPDATE people")]) == 2
    assert faults(seen) == {}


def somebody_exports() -> None:
    """With a second pair of eyes, a companion, an earlier try, and to the end of its time."""
    hall = registered(four_eyes=True)
    second = joins(hall, "Second", "李复核", Role.ADMIN)
    a_visit(hall, lead_id=a_visit(hall, companions=1))
    asked = asked_for(hall)
    run(lambda: Export.update(status=Status.WORKING).execute())
    building.build_due(MONDAY_9, DESK)
    exporting.take_copy(post(hall), asked.public_id, Kind.FULL, "检查", "s", MONDAY_9)
    (waiting,) = second_eyes.open_of(second, MONDAY_9)
    second_eyes.open_of(operator(), MONDAY_9)
    second_eyes.approve(second, waiting.code, MONDAY_9)
    number = exporting.take_copy(post(hall), asked.public_id, Kind.FULL, "检查", "s", MONDAY_9)
    assert number is not None
    row, taken = exporting.opened(post(hall), asked.public_id, number, "s", MONDAY_9)
    export_notes.notes(hall, row, taken)
    exporting.piece(row, Kind.FULL, exporting.parts(row, Kind.FULL))
    exporting.listed(post(hall), MONDAY_9)
    exporting.copies(row)
    building.drop_over(MONDAY_9 + exporting.LASTS)


@pytest.mark.parametrize("database", ["mariadb"], indirect=True)
def test_every_statement_of_an_export_is_mysql_8(database: peewee.Database) -> None:
    seen: set[str] = set()
    database.query_hooks.append(lambda event: seen.add(event.sql))
    try:
        somebody_exports()
    finally:
        database.query_hooks.pop()
    assert len([text for text in seen if "export" in text or "approvals" in text]) > 20
    assert faults(seen) == {}


@pytest.mark.parametrize("database", ["mariadb"], indirect=True)
def test_every_statement_of_a_busy_day_is_mysql_8(database: peewee.Database) -> None:
    seen: set[str] = set()
    database.query_hooks.append(lambda event: seen.add(event.sql))
    try:
        BusyDay(Service()).pass_by()
    finally:
        database.query_hooks.pop()
    assert len(seen) > 20
    assert faults(seen) == {}


@pytest.mark.parametrize("database", ["mariadb"], indirect=True)
def test_every_statement_of_a_migration_and_of_a_new_connection_is_mysql_8(first_day: Wire) -> None:
    seen = set(first_day.statements)
    for start in (
        "CREATE TABLE", "CREATE UNIQUE INDEX", "INSERT INTO", "SELECT GET_LOCK", "SELECT RELEASE_LOCK", "COMMIT",
        "ROLLBACK", "SET NAMES", "SET AUTOCOMMIT", "SET SESSION innodb_lock_wait_timeout", "SET SESSION TRANSACTION",
    ):  # fmt: skip
        assert [statement for statement in seen if statement.startswith(start)], start
    assert faults(seen) == {}


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT OR IGNORE INTO visits (id) VALUES (1)",
        "INSERT INTO visits (id) VALUES (1) ON CONFLICT (id) DO NOTHING",
        "INSERT INTO visits (id) VALUES (1) RETURNING id",
        "DELETE FROM visits RETURNING id",
        "CREATE SEQUENCE visits",
        "CREATE OR REPLACE TABLE visits (id INT)",
        "SELECT NEXTVAL(visits)",
        "SELECT NEXT VALUE FOR visits",
        "SELECT julianday(in_at) FROM visits",
        "CREATE TABLE visits (id INTEGER PRIMARY KEY AUTOINCREMENT)",
        "CREATE INDEX IF NOT EXISTS a ON visits (id)",
        "PRAGMA journal_mode",
        "VACUUM visits",
        "SELECT 1 FORM visits WHERE",
    ],
)
def test_what_only_other_databases_take_is_found(statement: str) -> None:
    assert fault(statement) is not None
