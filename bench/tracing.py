"""`python -m bench.tracing`: a case is traced in one hall on MariaDB, at 20,000,000 visits and at 1,000,000, of halls
with 2,000 visits a day in both: milliseconds from the tables to the candidates, and how much longer it takes in the
large table. Then a hall that 50,000 people visited in one day, all of whom the case met; and the seconds from 密接 to
the list.

Each hall has been asked once before the clock runs, and the two tables take turns. 20,000,000 visits need 24 GB in
`--folder` and half an hour to build; `--visits 2000000` is quicker.
"""

import argparse
import random
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pymysql

from bench.queries import OPTIONS, Size, build, timed
from models.migrations import migrate
from models.rules.halls import HallFacts
from models.rules.wanted import By, Who
from models.services import hashing
from models.services.casework import cases, tracing
from models.services.casework.tracing import Listing
from models.tables import case_lists as lists
from models.tables import database as units
from models.tables import found_visits, openids, vault
from models.tables.cases import Case
from models.tables.database import DB, open_database, run
from models.tables.visits import Visit
from tests.conftest import KEYS
from tests.grown import DAYS, NOW, grow
from tests.mariadb import MariaDB
from tests.service import NOBODY
from tests.staffed import post, registered

A_DAY = 2_000
OF_A_HALL = A_DAY * DAYS
SMALL = 1_000_000
FULL = 50_000
ASKED, HALLS = 300, 10
MOST_MS, MOST_RATIO, MOST_FULL = 50.0, 1.5, 2.0


def main() -> int:
    """Measure and print; gives the exit code."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--visits", type=int, default=20_000_000)
    options.add_argument("--small", type=int, default=SMALL)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--folder", default="/tmp", help="where the server keeps its files")
    given = options.parse_args()
    vault.use(vault.Vault(KEYS))
    units.UNIT_SECONDS = 60.0
    sizes = [Size(f"c{visits}", max(1, visits // OF_A_HALL), visits) for visits in (given.small, given.visits)]
    with MariaDB(OPTIONS, given.folder) as server:
        for size in sizes:
            begun = time.perf_counter()
            build(server, size)
            print(f"{size.visits:,} visits of {size.halls} halls: built in {time.perf_counter() - begun:.0f} s")
        is_late = candidates(server, sizes, given.seed)
        return int(full_hall(server) or is_late)


def candidates(server: MariaDB, sizes: list[Size], seed: int) -> bool:
    """From a case's visit to its candidates, in both tables; whether that is too slow."""
    opened = [open_database(f"mysql://root@127.0.0.1:{server.port}/{size.database}") for size in sizes]
    chance = random.Random(seed)
    taken: list[list[float]] = [[] for _ in sizes]
    asks, halls = [], []
    for database, size in zip(opened, sizes, strict=True):
        DB.initialize(database)
        halls.append(registered())
        asks.append(_questions(halls[-1], size, chance))
    for number in range(-HALLS, ASKED):
        for table, database in enumerate(opened):
            DB.initialize(database)
            milliseconds = timed(asks[table][number % HALLS])
            if number >= 0:
                taken[table].append(milliseconds)
    small, large = (sorted(one) for one in taken)
    ratio = statistics.median(large) / statistics.median(small)
    p99 = large[int(len(large) * 0.99)]
    print(
        f"candidates in a hall of {A_DAY:,} a day  p50 {statistics.median(large):.1f} ms  p99 {p99:.1f} ms"
        f"  small: p50 {statistics.median(small):.1f} ms  × {ratio:.2f}"
    )
    _from_word_to_list(halls[-1])
    for database in opened:
        database.close()
    return p99 >= MOST_MS or ratio > MOST_RATIO


def _questions(hall: HallFacts, size: Size, chance: random.Random) -> list[Callable[[], object]]:
    """Tracing one stay each of people of several halls, some day."""
    halls = [replace(hall, id=chance.randrange(size.halls) + 1) for _ in range(HALLS)]

    def ask(one: HallFacts) -> Callable[[], object]:
        day = NOW - timedelta(days=chance.randrange(1, DAYS - 1), seconds=chance.randrange(86400))
        where = (Visit.hall_id == one.id, Visit.in_at > day)
        visit_id = run(lambda: Visit.select(Visit.id).where(*where).order_by(Visit.in_at).first()).id
        return lambda: _traced(one, visit_id)

    return [ask(one) for one in halls]


def _traced(hall: HallFacts, visit_id: int) -> Listing:
    """The candidates of whoever made this visit, of this stay alone."""

    def read() -> tracing.Read:
        visit = found_visits.with_id(hall.id, visit_id)
        if visit is None:
            raise LookupError("no such visit")
        row = _case(hall, visit_id)
        return tracing.read(hall, *tracing.stays_of(hall, row, visit, NOW), hall.tracing)

    return tracing.listing(run(read), hall.tracing, NOW)


def _case(hall: HallFacts, visit_id: int) -> "cases.CaseRow":
    first = hall.calendar.hall_day(NOW) - timedelta(days=DAYS)
    return cases.CaseRow(
        0, "", hall.id, "", None, None, cases.CaseStatus.OPEN, visit_id, None, None, first,
        hall.calendar.hall_day(NOW), first, hall.tracing, "", NOW, cases.Tracing.WANTED, NOW, 0, None, 0, 0, None, None,
        None,
    )  # fmt: skip


def _from_word_to_list(hall: HallFacts) -> None:
    """What somebody waits for who types 密接 and a name."""
    where = (Visit.hall_id == hall.id, Visit.in_at > NOW - timedelta(hours=9))
    visit = run(lambda: Visit.select().where(*where).first())
    run(lambda: Visit.update(name_hash=hashing.name_hash(visit.name)).where(Visit.id == visit.id).execute())
    seconds = []
    for _ in range(5):
        begun = time.perf_counter()
        found = cases.suspects(post(hall), Who(By.NAME, visit.name), NOW)
        opened = cases.open_case(post(hall), found[0].public_id, None, None, NOW)
        seconds.append(time.perf_counter() - begun)
        run(lambda public_id=opened.public_id: Case.delete().where(Case.public_id == public_id).execute())
    print(f"from 密接 to the list of {opened.contacts}: {statistics.median(seconds):.2f} s")


def full_hall(server: MariaDB) -> bool:
    """A hall that 50,000 people visited in one day, with a case that was there all day; whether that is too slow."""
    server.query("CREATE DATABASE full_hall CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci")
    made = open_database(f"mysql://root@127.0.0.1:{server.port}/full_hall")
    migrate(made)
    openids.make_ready()
    with pymysql.connect(
        host="127.0.0.1", port=server.port, user="root", database="full_hall", autocommit=True
    ) as link:
        grow(link.cursor().execute, FULL, 1, days=1)
    server.query("ANALYZE TABLE visits", "full_hall")
    hall = registered()
    run(lambda: Visit.update(out_at=NOW, how_out="scan", open_key=None).where(Visit.id == 1).execute())
    run(lambda: Visit.update(person_id=None, id_hash=None, phone_hash=None).where(Visit.id == 1).execute())
    finding = []
    for _ in range(5):
        begun = time.perf_counter()
        found = _traced(hall, 1)
        finding.append(time.perf_counter() - begun)
    suspect = run(lambda: found_visits.with_id(hall.id, 1))
    begun = time.perf_counter()
    opened = cases.open_case(post(hall), suspect.public_id if suspect else "", None, None, NOW)
    opening = time.perf_counter() - begun
    tracing.trace_due(NOW, NOBODY)
    whole = time.perf_counter() - begun
    counts = run(lambda: lists.counts(Case.get(Case.public_id == opened.public_id).id))
    print(
        f"{FULL:,} visits in a hall-day, {len(found.candidates):,} candidates: found in"
        f" {statistics.median(finding):.2f} s (slowest of 5: {max(finding):.2f} s)"
    )
    print(f"opened in {opening:.2f} s; {counts.contacts:,} stored by the job {whole - opening:.2f} s after that")
    made.close()
    return statistics.median(finding) >= MOST_FULL


if __name__ == "__main__":
    sys.exit(main())
