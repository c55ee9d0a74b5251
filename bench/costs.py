"""What a visit, a query and a page cost, in milliseconds of the processor; and how many halls a core carries by that.

Processor time by the processes' own clocks, of the workers and of MariaDB with durable commits. For a quiet machine:
where others are at work on the same cores, each of them counts for two or three times as much. Part of `make trial`.
"""

import argparse
import os
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from bench.driver import Outcome, all_at_once
from bench.installation import Installation, Served
from bench.run import THREADS, WORKERS
from bench.visitors import Post, Turn, Visitor, first_visit, return_visit
from models.rules.access import Role
from models.services import halls, sessions
from models.services.sessions import Place
from models.tables.database import run, thread_is_done
from models.tables.fields import insert
from models.tables.staff import Member
from tests.mariadb import DURABLE, MariaDB

PEOPLE, LOOKS, CONNECTIONS = 300, 300, 8
CLERK = "oBenchClerk00000000000000001"
VISITS_A_DAY, BUSIEST_HOUR, FIRST_VISITS = 300, 0.2, 0.3
LOOKS_AN_HOUR, PAGES_AN_HOUR = 720, 60
"""Of one hall: an open board looks every 5 s; and what its staff open besides."""
SHARE_OF_A_CORE = 0.5
"""More of it than that is not planned for: what comes, comes in bursts."""
_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Cost:
    """Milliseconds of the processor for one of a kind: in our workers, in the database."""

    kind: str
    ours: float
    database: float

    @property
    def both(self) -> float:
        return self.ours + self.database


def cpu_seconds(pid: int) -> float:
    """What a process has used so far."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS


def halls_a_core(costs: dict[str, Cost], visits_a_day: float = VISITS_A_DAY) -> float:
    """Halls whose busiest hour fills the planned share of one core that workers and database share."""
    visits = visits_a_day * BUSIEST_HOUR
    visit = FIRST_VISITS * costs["first visit"].both + (1 - FIRST_VISITS) * costs["returning visit"].both
    staff = LOOKS_AN_HOUR * costs["look of a board"].both + PAGES_AN_HOUR * costs["page of records"].both
    return SHARE_OF_A_CORE * 3_600_000 / (visits * visit + staff)


class Costs:
    """The service, its database, and somebody of staff."""

    def __init__(self, installation: Installation, served: Served, server: MariaDB) -> None:
        self._hall = installation
        self._served = served
        self._server = server
        self._post = Post()

    def measure(self, people: int, looks: int) -> dict[str, Cost]:
        visitors = [Visitor() for _ in range(people)]
        cookie, code = self._joins()
        pages = {
            "look of a board": f"/hall/{code}/board/live",
            "page of who is inside": f"/hall/{code}/board/inside",
            "page of records": f"/hall/{code}/records",
            "form of a visitor": f"/h/{code}/in",
        }
        found = [
            self._turns("first visit", visitors, first_visit),
            self._turns("returning visit", visitors, return_visit),
            self._asks("今日", looks),
            self._asks("查询 今日", looks),
            *(self._opens(kind, path, cookie, looks) for kind, path in pages.items()),
        ]
        return {cost.kind: cost for cost in found}

    def _turns(self, kind: str, visitors: list[Visitor], talk: Callable[[Visitor, str, str], list[Turn]]) -> Cost:
        turns = [talk(visitor, self._hall.scan_in, self._hall.scan_out) for visitor in visitors]
        return self._cost(kind, [self._post.requests(one) for one in turns], len(visitors))

    def _asks(self, word: str, times: int) -> Cost:
        clerk = Visitor(CLERK)
        requests = self._post.requests([Turn(word, clerk.writes.text(word), "") for _ in range(times)])
        return self._cost(f"{word} in chat", [requests], times)

    def _opens(self, kind: str, path: str, cookie: str, times: int) -> Cost:
        head = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: hallpass-session={cookie}\r\n\r\n".encode()
        return self._cost(kind, [[head] * (times // CONNECTIONS)] * CONNECTIONS, times // CONNECTIONS * CONNECTIONS)

    def _cost(self, kind: str, requests: list[list[bytes]], count: int) -> Cost:
        workers = self._served.workers()
        before = sum(map(cpu_seconds, workers)), self._database()
        outcome = all_at_once(self._served.port, workers, requests, CONNECTIONS)
        _all_ok(kind, outcome)
        ours, database = sum(map(cpu_seconds, workers)) - before[0], self._database() - before[1]
        return Cost(kind, ours * 1000 / count, database * 1000 / count)

    def _database(self) -> float:
        return cpu_seconds(self._server.process.pid) if self._server.process else 0.0

    def _joins(self) -> tuple[str, str]:
        now = datetime.now(UTC)
        hall = halls.by_id(1, None)
        if hall is None:
            raise RuntimeError("there is no hall")
        member = {"openid": CLERK, "hall_id": hall.id, "role": Role.ADMIN, "name": "王工"}
        run(lambda: insert(Member, **member, bound_at=now, chosen_at=now))
        cookie = sessions.begin(CLERK, Place.DESK, "bench", now)
        thread_is_done()
        return cookie, hall.code


def _all_ok(kind: str, outcome: Outcome) -> None:
    for answers in outcome.answers:
        if any(not answer.startswith(b"HTTP/1.1 200 ") for answer in answers):
            raise ValueError(f"{kind}: {answers[0][:80]!r}")


def main() -> int:
    """Measure, and print the table and what follows from it."""
    parser = argparse.ArgumentParser("bench.costs", description=__doc__)
    parser.add_argument("--people", type=int, default=PEOPLE)
    parser.add_argument("--looks", type=int, default=LOOKS)
    options = parser.parse_args()
    place = Path(__file__).parent.parent / "var"
    place.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=place) as folder, MariaDB(DURABLE, folder=folder) as server:
        installation = Installation(server.url, Path(folder))
        with installation.served(WORKERS, THREADS) as served:
            costs = Costs(installation, served, server).measure(options.people, options.looks)
    for cost in costs.values():
        print(
            f"{cost.kind}: {cost.both:.1f} ms of the processor: workers {cost.ours:.1f}, database {cost.database:.1f}"
        )
    count = halls_a_core(costs)
    print(f"halls of {VISITS_A_DAY} visits a day on one core: {count:.0f}, {count * VISITS_A_DAY:.0f} visits a day")
    return 0


if __name__ == "__main__":
    sys.exit(main())
