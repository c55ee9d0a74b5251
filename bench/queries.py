"""`python -m bench.queries`: 在厅 and 查询 in one hall on MariaDB, at 10,000,000 visits of 602 halls and at 100,000 of
6, so that a hall is as large in both: milliseconds of each question, and how much longer it takes in the large table.

A question is what a page asks in one unit of work: a page of 30 and the count in full. Each has been asked once of each
hall before the clock runs, and the two tables take turns. 10,000,000 visits need 12 GB in `--folder` and ten minutes
to build, more on a slow disk; `--visits 1000000` is quicker.
"""

import argparse
import random
import statistics
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any, NamedTuple

import pymysql

from models.migrations import migrate
from models.rules.wanted import Exits
from models.services.searching import WAYS
from models.tables import found_visits, openids, vault, watched
from models.tables.database import DB, open_database, run
from models.tables.found_visits import Place, Sought
from tests.conftest import KEYS
from tests.grown import DAYS, NOW, grow, hash_of
from tests.mariadb import QUICK, MariaDB

OF_A_HALL = 16_600
SMALL = 100_000
AT_ONCE = 500_000
PAGE = 30
ASKED, HALLS = 400, 20
"""How often a question is asked, and in how many halls in turn."""
MOST_MS, MOST_RATIO = 50.0, 1.5
OPTIONS = (*QUICK, "--innodb-buffer-pool-size=4G", "--innodb-log-file-size=1G", "--innodb-sort-buffer-size=64M")


class Size(NamedTuple):
    """A table: its database, and over how many halls how many visits are spread."""

    database: str
    halls: int
    visits: int


def main() -> int:
    """Measure and print; gives the exit code."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--visits", type=int, default=10_000_000)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--folder", default="/tmp", help="where the server keeps its files")
    given = options.parse_args()
    vault.use(vault.Vault(KEYS))
    sizes = [Size(f"v{visits}", max(1, visits // OF_A_HALL), visits) for visits in (SMALL, given.visits)]
    with MariaDB(OPTIONS, given.folder) as server:
        for size in sizes:
            begun = time.perf_counter()
            build(server, size)
            print(f"{size.visits:,} visits of {size.halls} halls: built in {time.perf_counter() - begun:.0f} s")
        small, large = measure(server, sizes, given.seed)
    return report(small, large)


def build(server: MariaDB, size: Size) -> None:
    """The tables as the migrations make them; the indexes of visits are made after its rows, which is faster."""
    server.query(f"CREATE DATABASE {size.database} CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci")
    made = open_database(f"mysql://root@127.0.0.1:{server.port}/{size.database}")
    migrate(made)
    openids.make_ready()
    made.close()
    [[_, table]] = server.query("SHOW CREATE TABLE visits", size.database)
    keys = [line.strip().rstrip(",") for line in str(table).splitlines() if "KEY `" in line and "PRIMARY" not in line]
    names = [key.split("`")[1] for key in keys]
    server.query("ALTER TABLE visits " + ", ".join(f"DROP KEY `{name}`" for name in names), size.database)
    with pymysql.connect(
        host="127.0.0.1", port=server.port, user="root", database=size.database, autocommit=True
    ) as connection:
        for first in range(1, size.visits + 1, AT_ONCE):
            last = min(first + AT_ONCE - 1, size.visits)
            grow(connection.cursor().execute, size.visits, size.halls, first, last)
    server.query("ALTER TABLE visits " + ", ".join(f"ADD {key}" for key in keys), size.database)
    server.query("ANALYZE TABLE visits", size.database)


def questions(size: Size) -> dict[str, Callable[[int], object]]:
    """What is asked of a hall, by its number from 0 on."""

    def look_up(make: Callable[[int], dict[str, Any]], days: int = DAYS, depth: int = 0) -> Callable[[int], object]:
        def ask(hall: int) -> object:
            sought = Sought(hall + 1, NOW - timedelta(days=days), NOW + timedelta(days=1), NOW, **make(hall))
            after = Place(NOW - timedelta(days=days / 2), 0) if depth else None
            return run(lambda: (found_visits.page(sought, PAGE + 1, after), found_visits.count(sought)))

        return ask

    def inside(hall: int) -> object:
        return run(lambda: (watched.inside(hall + 1, NOW, PAGE + 1), watched.count_inside(hall + 1, NOW)))

    def person(column: str, what: str, *, in_hall: bool = False) -> Callable[[int], object]:
        # The eleventh person of each hall; a name and a tail are told by which of the hall's people it is.
        return look_up(
            lambda hall: {"column": column, "hashes": (hash_of(what, 10 if in_hall else 10 * size.halls + hall),)}
        )

    return {
        "在厅": inside,
        "查询 one day": look_up(lambda _: {}, days=1),
        "查询 30 days": look_up(lambda _: {}),
        "查询 30 days, from their middle on": look_up(lambda _: {}, depth=1),
        "查询 a whole name": person("name_hash", "name", in_hall=True),
        "查询 a phone": person("phone_hash", "phone"),
        "查询 last four digits": person("phone_tail_hash", "tail", in_hall=True),
        "查询 an ID number": person("id_hash", "id"),
        "a matter": look_up(lambda _: {"matter": "matter3"}),
        "a door": look_up(lambda _: {"door": 2}),
        **{f"exits {kind}": look_up(lambda _, kind=kind: {"exits": WAYS[kind]}) for kind in Exits},
    }


def measure(server: MariaDB, sizes: list[Size], seed: int) -> list[dict[str, list[float]]]:
    """Of each table, the milliseconds of each question, of halls drawn by chance; sorted."""
    opened = [open_database(f"mysql://root@127.0.0.1:{server.port}/{size.database}") for size in sizes]
    asked = [questions(size) for size in sizes]
    chance = random.Random(seed)
    halls = [[chance.randrange(size.halls) for _ in range(HALLS)] for size in sizes]
    found: list[dict[str, list[float]]] = [{name: [] for name in asked[0]} for _ in sizes]
    for name in asked[0]:
        for number in range(-HALLS, ASKED):
            for table, database in enumerate(opened):
                DB.initialize(database)
                taken = timed(partial(asked[table][name], halls[table][number % HALLS]))
                if number >= 0:
                    found[table][name].append(taken)
    for database in opened:
        database.close()
    return [{name: sorted(taken) for name, taken in one.items()} for one in found]


def timed(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return (time.perf_counter() - begun) * 1000


def report(small: dict[str, list[float]], large: dict[str, list[float]]) -> int:
    """Print a line a question; 1 where one is too slow."""
    is_late = False
    for name, taken in large.items():
        p99 = taken[int(len(taken) * 0.99)]
        ratio = statistics.median(taken) / statistics.median(small[name])
        is_late |= p99 >= MOST_MS or ratio > MOST_RATIO
        print(
            f"{name:<36} p50 {statistics.median(taken):6.2f} ms  p99 {p99:6.2f} ms"
            f"  small: p50 {statistics.median(small[name]):6.2f} ms  × {ratio:.2f}"
        )
    return int(is_late)


if __name__ == "__main__":
    sys.exit(main())
