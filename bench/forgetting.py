"""`python -m bench.forgetting`: somebody with 10,000 stays, one in ten of them with a companion, says 删除我的资料 in a
table of 1,000,000 visits: seconds of what is asked in the chat, of what is done there, and of the job that does the
rest; and the longest unit of work, which is what anybody else could have to wait for. Afterwards no name is left in any
of those stays, and all others are as they were. On a private MariaDB with durable commits.
"""

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any, NamedTuple

from bench.costs import cpu_seconds
from bench.purge import OPTIONS
from bench.queries import OF_A_HALL, Size, build
from models.services import erasing, forgetting
from models.services.keys import check_keys
from models.tables import erasures, vault
from models.tables.database import DB, open_database, run, thread_is_done
from models.tables.erasures import Erasure
from models.tables.fields import insert
from models.tables.people import Person
from models.tables.visits import Visit
from tests.conftest import KEYS
from tests.grown import NOW
from tests.mariadb import MariaDB
from tests.staffed import registered

VISITS, STAYS, COMPANION_EACH = 1_000_000, 10_000, 10
WHO = "oMany000000000000000000Stays"
MOST_UNIT_SECONDS = 1.0
"""Half of what anybody waits for a lock."""
LATER = timedelta(days=1)
"""After the last of them has left."""


def main() -> int:
    """Measure and print; exit 1 where a unit of work takes too long, or where a name is left or a stay is missing."""
    parser = argparse.ArgumentParser("bench.forgetting", description=__doc__)
    parser.add_argument("--visits", type=int, default=VISITS)
    parser.add_argument("--stays", type=int, default=STAYS)
    given = parser.parse_args()
    size = Size("grown", max(1, given.visits // OF_A_HALL), given.visits)
    vault.use(vault.Vault(KEYS))
    with tempfile.TemporaryDirectory() as folder, MariaDB(OPTIONS, folder=folder) as server:
        build(server, size)
        open_database(server.url.replace("/hallpass", f"/{size.database}"))
        check_keys(vault.current())
        for number in range(size.halls):
            registered(f"第{number + 1}政务大厅", f"Admin{number}")
        companions = _are_of_one(server, size, given.stays)
        print(
            f"{size.visits:,} visits of {size.halls} halls, {given.stays:,} of one person, {companions:,} beside",
            flush=True,
        )
        try:
            assert server.process is not None
            return _report(size.visits, given.stays + companions, server.process.pid)
        finally:
            thread_is_done()


def _are_of_one(server: MariaDB, size: Size, stays: int) -> int:
    """Let so many stays, in all halls, be of one person; gives how many companions they had."""
    server.query("ALTER TABLE people AUTO_INCREMENT = 100000000", size.database)
    facts = json.dumps({"language": "zh", "consents": {}, "matters": {}, "last_hall_id": None})
    run(lambda: insert(Person, openid=WHO, profile="{}", facts=facts, created_at=NOW, seen_at=NOW))
    person = run(lambda: Person.select(Person.id).where(Person.openid == WHO).scalar())
    for statement in (
        f"UPDATE visits SET person_id = {person} WHERE id <= {stays}",
        f"UPDATE visits SET companions = 1 WHERE id <= {stays} AND id % {COMPANION_EACH} = 0",
        f"UPDATE visits SET person_id = NULL, lead_id = (id - {stays}) * {COMPANION_EACH}"
        f" WHERE id > {stays} AND id <= {stays + stays // COMPANION_EACH}",
    ):
        server.query(statement, size.database)
    return stays // COMPANION_EACH


class Taken(NamedTuple):
    """Seconds by the wall, and of the processor in this process and in the database."""

    wall: float
    ours: float
    database: float

    def __str__(self) -> str:
        return f"{self.wall:.2f} s (of the processor {self.ours:.2f} here, {self.database:.2f} in the database)"


def taken(work: Callable[[], object], database_pid: int) -> Taken:
    begun = time.perf_counter(), time.process_time(), cpu_seconds(database_pid)
    work()
    ended = time.perf_counter(), time.process_time(), cpu_seconds(database_pid)
    return Taken(*(after - before for before, after in zip(begun, ended, strict=True)))


def _report(visits: int, stays: int, database_pid: int) -> int:
    now = NOW + LATER
    with timed_units() as units:
        asked = taken(lambda: forgetting.kept(WHO, now), database_pid)
        told = taken(lambda: forgetting.forget(WHO, now, "chat"), database_pid)
        print(f"asked in the chat: {asked}\ndone in the chat: {told}")
        units.clear()
        job = taken(lambda: forgetting.forget_due(now) + erasing.empty_due(now), database_pid)
        longest = max(units)
        print(f"the job: {job}; {len(units)} units, the longest {longest:.2f} s")
    left = run(lambda: len(set(range(1, stays + 1)) - erasures.emptied(range(1, stays + 1))))
    others = run(lambda: visits - stays - Visit.select().where((Visit.id > stays) & Visit.phone.is_null(False)).count())
    waiting = run(Erasure.select().count)
    print(f"names left: {left}, others' stays that were touched: {others}, still on the list: {waiting}")
    fine = not left and not others and not waiting and max(longest, asked.wall, told.wall) < MOST_UNIT_SECONDS
    print("all figures hold" if fine else "FAILED")
    return 0 if fine else 1


@contextmanager
def timed_units() -> Iterator[list[float]]:
    """The seconds of each unit of work from now on, COMMIT included."""
    seconds: list[float] = []
    database: Any = DB.obj
    usual = database.bounded

    @contextmanager
    def bounded(deadline: float) -> Iterator[None]:
        begun = time.perf_counter()
        with usual(deadline):
            yield
        seconds.append(time.perf_counter() - begun)

    database.bounded = bounded
    try:
        yield seconds
    finally:
        del database.bounded


if __name__ == "__main__":
    sys.exit(main())
