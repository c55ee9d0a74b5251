"""The opening of 600 halls in the morning, replayed against two workers; then several times more than they can serve.

Part of `make trial`; prints seed and counts. In the hour after opening a fifth of a day's visitors come, most of them
at once: half of those within a quarter of an hour. Everybody is new to the account and sends four messages.
"""

import argparse
import math
import os
import random
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import assembly
import queueing
import settings
from bench.driver import Outcome, at_moments, at_rate, parsed
from bench.installation import HALL, HALL_NAME, Installation, Served
from bench.kills import visits_by_openid
from bench.run import THREADS, WORKERS
from bench.visitors import Post, Turn, Visitor, first_visit, says
from models.rules.scenes import Scene, encode
from models.services import halls
from models.tables.database import thread_is_done
from tests.mariadb import DURABLE, MariaDB

HALLS, VISITS_A_DAY, SHARE_OF_THE_HOUR, FALLS_IN_MINUTES = 600, 300, 0.2, 20.0
MINUTES, COMPRESSED = 15.0, 2.0
OVERLOAD_TURNS, OVERLOAD_SECONDS = 2500.0, 20.0
QUERY_SHARE = 0.2
"""Of those who come while there is too much: they ask for their visits as well."""
PLATFORM_HANGS_UP = 5.0


@dataclass(frozen=True)
class Told:
    """What came of the messages of a run. `put_off`: by what was sent, how many were asked to come again, and of how
    many; `late`: answers that the platform would not have waited for; waits in seconds."""

    people: int
    messages: int
    checked_in: int
    put_off: dict[str, tuple[int, int]]
    failed: int
    late: int
    p50: float
    p99: float
    slowest: float
    driver_share: float
    lost: int
    doubled: int

    def __str__(self) -> str:
        put_off = ", ".join(f"{off} of {of} {kind}" for kind, (off, of) in self.put_off.items())
        return (
            f"{self.people} people, {self.messages} messages, all answered; {self.checked_in} told that they are in;"
            f" put off: {put_off or 'nobody'}; failures {self.failed}, late {self.late};"
            f" p50 {self.p50 * 1000:.0f} ms, p99 {self.p99 * 1000:.0f} ms, slowest {self.slowest:.2f} s (driver"
            f" {self.driver_share:.0%}); lost {self.lost}, doubled {self.doubled}"
        )

    @property
    def is_fine(self) -> bool:
        return not (self.late or self.failed or self.lost or self.doubled) and self.checked_in > 0


def arrivals(people: int, minutes: float, luck: random.Random) -> list[float]:
    """The minutes after opening at which so many come who come within `minutes`: fewer and fewer."""
    share = 1 - math.exp(-minutes / FALLS_IN_MINUTES)
    return sorted(-FALLS_IN_MINUTES * math.log(1 - luck.random() * share) for _ in range(people))


def first_comers(count: int, minutes: float) -> int:
    """Of `count` halls, how many people come within so many minutes of the first hour."""
    share = (1 - math.exp(-minutes / FALLS_IN_MINUTES)) / (1 - math.exp(-60 / FALLS_IN_MINUTES))
    return round(count * VISITS_A_DAY * SHARE_OF_THE_HOUR * share)


def doors(installation: Installation, count: int) -> list[tuple[str, str]]:
    """The codes of in and out of so many halls, most of them new."""
    key = assembly.scene_keys(settings.load(installation.config))[0]
    now = datetime.now(UTC)
    made = [halls.register(f"{HALL_NAME}{number}", HALL, "open", now) for number in range(1, count)]
    thread_is_done()
    found = [(encode(Scene(code, "in", 1, 1), key), encode(Scene(code, "out", 1, 1), key)) for code in made]
    return [(installation.scan_in, installation.scan_out), *found]


class Morning:
    """Visitors before a service; `openings` are the codes of the halls that they go to."""

    def __init__(self, served: Served, openings: Sequence[tuple[str, str]]) -> None:
        self._served = served
        self._openings = openings
        self._post = Post()

    def opens(self, minutes: float, compressed: float, luck: random.Random) -> Told:
        """The first minutes of the day, so many times faster than they are."""
        people = first_comers(len(self._openings), minutes)
        turns = [self._comes(luck) for _ in range(people)]
        moments = [at * 60 / compressed for at in arrivals(people, minutes, luck)]
        return self._told(turns, at_moments(self._served.port, self._requests(turns), moments))

    def overflows(self, turns_a_second: float, seconds: float, luck: random.Random) -> Told:
        """So many messages a second, a part of them queries."""
        people = max(1, int(turns_a_second * seconds / 4))
        turns = [self._comes(luck, asks=luck.random() < QUERY_SHARE) for _ in range(people)]
        requests = self._requests(turns)
        # Whoever is asked to come again does not go on with a check-in that was not begun.
        outcome = at_rate(self._served.port, requests, turns_a_second, luck.randrange(2**31), self._is_let_in)
        return self._told(turns, outcome)

    def _is_let_in(self, answer: bytes) -> bool:
        # One who is told of a query only goes on with what they came for.
        return not says("busy.scan", self._post.read(parsed(answer)))

    def _comes(self, luck: random.Random, *, asks: bool = False) -> list[Turn]:
        visitor = Visitor()
        turns = first_visit(visitor, *luck.choice(self._openings))[:4]
        query = [Turn("我的记录", visitor.writes.text("我的记录"), "")] if asks else []
        return [*query, *turns]

    def _requests(self, turns: list[list[Turn]]) -> list[list[bytes]]:
        return [self._post.requests(one) for one in turns]

    def _told(self, turns: list[list[Turn]], outcome: Outcome) -> Told:
        sent: Counter[str] = Counter()
        put_off: Counter[str] = Counter()
        failed, told = 0, set()
        for person, answers in zip(turns, outcome.answers, strict=True):
            for turn, answer in zip(person, answers, strict=False):
                text = self._post.text(turn, parsed(answer))
                kind = "queries" if not turn.expects else "check-ins"
                sent[kind] += 1
                put_off[kind] += any(says(f"busy.{what}", text) for what in ("scan", "message", "query"))
                failed += any(says(f"failure.{what}", text) for what in ("scan", "message", "unknown"))
                if says("check_in.done", text):
                    told.add(turn.delivery.openid)
        waits = sorted(outcome.waits)
        visits = visits_by_openid()
        return Told(
            len(turns), len(waits), len(told), {kind: (put_off[kind], sent[kind]) for kind in put_off if put_off[kind]},
            failed, sum(wait >= PLATFORM_HANGS_UP for wait in waits), waits[len(waits) // 2],
            waits[int(len(waits) * 0.99)], waits[-1], outcome.driver_share,
            sum(visits[openid] == 0 for openid in told), sum(count > 1 for count in visits.values()),
        )  # fmt: skip


def main() -> int:
    """Both; exit 1 where an answer was late, a failure, or not true."""
    parser = argparse.ArgumentParser("bench.opening", description=__doc__)
    parser.add_argument("--halls", type=int, default=HALLS)
    parser.add_argument("--minutes", type=float, default=MINUTES)
    parser.add_argument("--compressed", type=float, default=COMPRESSED, help="how many times faster than it is")
    parser.add_argument("--overload", type=float, default=OVERLOAD_TURNS, help="messages a second")
    parser.add_argument("--seconds", type=float, default=OVERLOAD_SECONDS, help="of overload")
    parser.add_argument("--seed", type=int, default=int.from_bytes(os.urandom(3)))
    options = parser.parse_args()
    print(f"seed {options.seed} · {os.cpu_count()} cores · {WORKERS} workers × {THREADS} threads", flush=True)
    luck = random.Random(options.seed)
    queueing.allow_files()
    place = Path(__file__).parent.parent / "var"
    place.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=place) as folder, MariaDB(DURABLE, folder=folder) as server:
        installation = Installation(server.url, Path(folder))
        openings = doors(installation, options.halls)
        with installation.served(WORKERS, THREADS) as served:
            morning = Morning(served, openings)
            opened = morning.opens(options.minutes, options.compressed, luck)
            print(f"opening of {options.halls} halls, × {options.compressed:g}: {opened}", flush=True)
            overflown = morning.overflows(options.overload, options.seconds, luck)
            print(f"{options.overload:g} messages a second: {overflown}")
    return 0 if opened.is_fine and overflown.is_fine else 1


if __name__ == "__main__":
    sys.exit(main())
