"""What boards that stand open cost: 200 halls, a screen each, which look every five seconds while people come and go.
On a private MariaDB, real gunicorn; printed as shares of one core, by the processes' own clocks."""

import http.client
import itertools
import os
import random
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bench.installation import HALL, Installation, Served
from models.rules.access import Role
from models.services import halls, sessions
from models.services.sessions import Place
from models.tables.database import run, thread_is_done, transaction
from models.tables.fields import insert
from models.tables.staff import Member
from models.tables.visits import Visit
from tests.mariadb import DURABLE, MariaDB

BOARDS, LOOK_SECONDS = 200, 5.0
INSIDE, LEFT = 60, 240
"""People of each hall who are there, and who have left today."""
ENTRIES_A_SECOND = 3
SECONDS = 30
MOST_SHARE = 1.0
CHINA = timedelta(hours=8)
_TICKS = os.sysconf("SC_CLK_TCK")


def main() -> int:
    """Measure and print; exit 1 where 200 boards cost more than a core."""
    seed = int.from_bytes(os.urandom(3))
    luck = random.Random(seed)
    place = Path(__file__).parent.parent / "var"
    place.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=place) as folder, MariaDB(DURABLE, folder=folder) as server:
        installation = Installation(server.url, Path(folder))
        screens = [_screen(number, HALL) for number in range(BOARDS)]
        thread_is_done()
        with installation.served() as served:
            _looks(served, screens, LOOK_SECONDS, luck)
            return report(served, server, screens, luck, seed)


def report(served: Served, server: MariaDB, screens: list["Screen"], luck: random.Random, seed: int) -> int:
    """One measured run."""
    pids = {"serve": served.workers(), "mariadbd": [server.process.pid] if server.process else []}
    before = {name: sum(map(_cpu_seconds, found)) for name, found in pids.items()}
    waits, changed = _looks(served, screens, SECONDS, luck)
    shares = {name: (sum(map(_cpu_seconds, found)) - before[name]) / SECONDS for name, found in pids.items()}
    waits.sort()
    print(
        f"seed {seed} · {BOARDS} boards, {len(waits) / SECONDS:.0f} looks a second, {changed / len(waits):.0%} changed"
    )
    print(f"a look: p50 {waits[len(waits) // 2] * 1000:.1f} ms, p99 {waits[int(len(waits) * 0.99)] * 1000:.1f} ms")
    print("share of a core: " + ", ".join(f"{name} {share:.2f}" for name, share in shares.items()))
    return 0 if sum(shares.values()) <= MOST_SHARE else 1


class Screen:
    """A board that stands open in a hall, as its browser asks for it."""

    def __init__(self, hall_id: int, code: str, secret: str) -> None:
        self.hall_id = hall_id
        self.path = f"/hall/{code}/board/live"
        self.headers = {"Cookie": f"hallpass-session={secret}"}

    def looks(self, connection: http.client.HTTPConnection) -> bool:
        """One look; whether anything had changed."""
        connection.request("GET", self.path, headers=self.headers)
        answer = connection.getresponse()
        answer.read()
        if answer.status not in (200, 304):
            raise ValueError(f"a board answered {answer.status}")
        self.headers["If-None-Match"] = answer.headers["ETag"]
        return answer.status == 200


def _looks(served: Served, screens: list[Screen], seconds: float, luck: random.Random) -> tuple[list[float], int]:
    """Each screen looks when it is due, for so long; how long the looks took, and how many found something new."""
    connection = http.client.HTTPConnection("127.0.0.1", served.port, timeout=30)
    begun = time.monotonic()
    waits, changed = [], 0
    for number in range(round(seconds * len(screens) / LOOK_SECONDS)):
        due = begun + number * LOOK_SECONDS / len(screens)
        time.sleep(max(due - time.monotonic(), 0))
        if luck.random() < ENTRIES_A_SECOND * LOOK_SECONDS / len(screens):
            _comes(luck.choice(screens).hall_id, datetime.now(UTC), None)
        asked = time.monotonic()
        changed += screens[number % len(screens)].looks(connection)
        waits.append(time.monotonic() - asked)
    connection.close()
    return waits, changed


def _screen(number: int, facts: dict[str, Any]) -> Screen:
    """A hall with a day's people, and a guard who is signed in there."""
    now = datetime.now(UTC)
    code = halls.register(f"第{number}政务大厅", facts, "open", now)
    hall = halls.by_code(code)
    if hall is None:
        raise ValueError("the hall is not there")
    openid = f"oBoard{number:022d}"

    def people() -> None:
        insert(Member, openid=openid, hall_id=hall.id, role=Role.GUARD, name="李四", bound_at=now, chosen_at=now)
        for one in range(INSIDE + LEFT):
            in_at = now - timedelta(minutes=one % 170)
            _comes(hall.id, in_at, None if one < INSIDE else in_at + timedelta(minutes=one % 50))

    run(people)
    return Screen(hall.id, code, sessions.begin(openid, Place.DESK, "linux", now))


_numbers = itertools.count(1)


def _comes(hall_id: int, in_at: datetime, left: datetime | None) -> None:
    number = next(_numbers)
    transaction(
        lambda: insert(
            Visit, public_id=f"b{number}", hall_id=hall_id, door=1 + number % 2, companions=0,
            hall_day=(in_at + CHINA).date(), in_at=in_at, out_at=left, due_at=in_at + timedelta(hours=4),
            how_in="scan", how_out="scan" if left else None, matter="social", registered_by="visitor", name="张三",
            name_hash=b"-",
        )
    )()  # fmt: skip


def _cpu_seconds(pid: int) -> float:
    user, system = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) / _TICKS


if __name__ == "__main__":
    sys.exit(main())
