"""`make bench`: whole check-in turns a second against an echo that stores nothing, statements a turn, waits at half
of the capacity, memory a worker. On a private MariaDB with durable commits, real gunicorn, safe mode."""

import argparse
import os
import statistics
import sys
import tempfile
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pymysql

from bench.driver import Outcome, all_at_once, at_rate, parsed
from bench.installation import Installation, Served, running
from bench.visitors import FAILURES, Post, Turn, Visitor, first_visit, question_by_question, return_visit, says
from tests.mariadb import DURABLE, MariaDB
from tests.ports import free_port

WORKERS, THREADS, CONNECTIONS = 2, 8, 32
WARM_UP, PEOPLE, ROUNDS = 100, 300, 5
ECHO_TIMES = 3
"""The echo is so much quicker that its rounds would be too short to measure with the same number of people."""
WALKS = 20
HALF_SECONDS = 20
MOST_DRIVER_SHARE = 0.25
TARGET, AIM = 0.2, 0.3
MOST_STATEMENTS = 6
SLOWEST_P99_SECONDS = 0.5

Talk = Callable[[Visitor, str, str], list[Turn]]


@dataclass(frozen=True)
class Round:
    """Rates of one round, in turns a second; `shares` of the driver, echo's and ours."""

    echo: float
    first: float
    back: float
    both: float
    echo_share: float
    share: float

    @property
    def ratio(self) -> float:
        return self.both / self.echo


class Bench:
    """The two services, the driver, and the visitors between them."""

    def __init__(self, installation: Installation, served: Served, echo: Served) -> None:
        self._hall = installation
        self._served = served
        self._echo = echo
        self._post = Post()

    def turns(self, talk: Talk, visitors: Sequence[Visitor]) -> list[list[Turn]]:
        """What these visitors send."""
        return [talk(visitor, self._hall.scan_in, self._hall.scan_out) for visitor in visitors]

    def round(self, people: int) -> Round:
        """Echo, then first visits, then the same people again."""
        strangers = [Visitor() for _ in range(people * ECHO_TIMES)]
        # Ours: the same two kinds of visit in the same proportion, and nobody twice.
        to_echo = self._requests(
            [
                a + b
                for a, b in zip(self.turns(first_visit, strangers), self.turns(return_visit, strangers), strict=True)
            ]
        )
        visitors = [Visitor() for _ in range(people)]
        first, back = self.turns(first_visit, visitors), self.turns(return_visit, visitors)
        to_first, to_back = self._requests(first), self._requests(back)
        echo = all_at_once(self._echo.port, self._echo.workers(), to_echo, CONNECTIONS)
        a = all_at_once(self._served.port, self._served.workers(), to_first, CONNECTIONS)
        b = all_at_once(self._served.port, self._served.workers(), to_back, CONNECTIONS)
        _all_ok(echo)
        self.judge(first, a)
        self.judge(back, b)
        seconds = a.seconds + b.seconds
        both = (a.turns + b.turns) / seconds
        return Round(echo.rate, a.rate, b.rate, both, echo.driver_share, (a.cpu_seconds + b.cpu_seconds) / seconds)

    def waits(self, turns_a_second: float, seed: int) -> Outcome:
        """Visits that come at random at this rate, each visitor twice."""
        people = int(turns_a_second * HALF_SECONDS / 8)
        visitors = [Visitor() for _ in range(people)]
        turns = [
            a + b for a, b in zip(self.turns(first_visit, visitors), self.turns(return_visit, visitors), strict=True)
        ]
        outcome = at_rate(self._served.port, self._requests(turns), turns_a_second, seed)
        self.judge(turns, outcome)
        return outcome

    def statements(self, server: MariaDB) -> dict[str, float]:
        """Statements a turn by kind of turn, as the server counts them: the median over some visitors, one by one.

        COMMIT is one of them; what a new connection sends is not, as most turns meet an open one."""
        counted = defaultdict(list)
        connection = pymysql.connect(host="127.0.0.1", port=server.port, user="root", autocommit=True)
        with connection, connection.cursor() as cursor:
            for _ in range(WALKS):
                known, stranger = Visitor(), Visitor()
                for talk, visitor in ((question_by_question, known), (return_visit, known), (first_visit, stranger)):
                    [turns] = self.turns(talk, [visitor])
                    for turn, request in zip(turns, self._post.requests(turns), strict=True):
                        before = _questions(cursor)
                        outcome = all_at_once(self._served.port, self._served.workers(), [[request]], 1)
                        # The question itself is counted too.
                        counted[turn.kind].append(_questions(cursor) - before - 1)
                        self.judge([[turn]], outcome)
        return {kind: statistics.median(counts) for kind, counts in counted.items()}

    def judge(self, turns: list[list[Turn]], outcome: Outcome) -> None:
        """ValueError unless every turn was answered as it should be; read after the run, not during it."""
        for sent, got in zip(turns, outcome.answers, strict=True):
            for turn, answer in zip(sent, got, strict=True):
                text = self._post.text(turn, parsed(answer))
                if any(says(key, text) for key in FAILURES) or not says(turn.expects, text):
                    raise ValueError(f"{turn.kind}: {text}")

    def _requests(self, turns: list[list[Turn]]) -> list[list[bytes]]:
        return [self._post.requests(one) for one in turns]


def _all_ok(outcome: Outcome) -> None:
    for answers in outcome.answers:
        if any(not answer.startswith(b"HTTP/1.1 200 ") or b"<Encrypt>" not in answer for answer in answers):
            raise ValueError("the echo did not answer as it should")


def _questions(cursor: pymysql.cursors.Cursor) -> int:
    cursor.execute("SHOW GLOBAL STATUS LIKE 'Questions'")
    row = cursor.fetchone()
    return int(row[1]) if row else 0


def memory(pid: int) -> tuple[float, float]:
    """PSS and USS of a process in MB."""
    values = defaultdict(int)
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()[1:]:
        name, value, *_ = line.split()
        values[name] = int(value)
    return values["Pss:"] / 1024, (values["Private_Clean:"] + values["Private_Dirty:"]) / 1024


def main() -> int:
    """Run everything; exit 1 where a figure misses what is promised."""
    parser = argparse.ArgumentParser("bench.run", description=__doc__)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--people", type=int, default=PEOPLE, help="per round")
    parser.add_argument("--seed", type=int, default=int.from_bytes(os.urandom(3)))
    options = parser.parse_args()
    print(f"seed {options.seed} · {os.cpu_count()} cores · {WORKERS} workers × {THREADS} threads")
    # /tmp may be memory, where a durable commit costs nothing: the server's folder is beside the checkout's files.
    place = Path(__file__).parent.parent / "var"
    place.mkdir(exist_ok=True)
    port = free_port()
    echo_line = [
        "-m", "gunicorn", "--bind", f"127.0.0.1:{port}", "--workers", str(WORKERS), "--threads", str(THREADS),
        "--worker-class", "gthread", "--keep-alive", "75", "--no-control-socket", "bench.echo:app",
    ]  # fmt: skip
    with (
        tempfile.TemporaryDirectory(dir=place) as folder,
        MariaDB(DURABLE, folder=folder) as server,
        running(echo_line, port, "/wechat") as echo,
    ):
        installation = Installation(server.url, Path(folder))
        with installation.served(WORKERS, THREADS) as served:
            return report(Bench(installation, served, echo), server, served, options)


def report(bench: Bench, server: MariaDB, served: Served, options: argparse.Namespace) -> int:
    """Measure and print; gives the exit code."""
    missed = []
    bench.round(WARM_UP)
    rounds = []
    for number in range(1, options.rounds + 1):
        one = bench.round(options.people)
        rounds.append(one)
        print(
            f"round {number}: echo {one.echo:.0f}/s (driver {one.echo_share:.0%}), hallpass {one.both:.0f}/s: first"
            f" {one.first:.0f}/s, returning {one.back:.0f}/s (driver {one.share:.0%}), ratio {one.ratio:.3f}"
        )
    ratio = statistics.median(one.ratio for one in rounds)
    void = any(max(one.echo_share, one.share) > MOST_DRIVER_SHARE for one in rounds)
    print(
        f"turns a second, hallpass to echo: median {ratio:.3f}, at least {TARGET}, aim {AIM}{' VOID' if void else ''}"
    )
    if ratio < TARGET:
        missed.append("ratio")
    capacity = statistics.median(one.both for one in rounds)
    outcome = bench.waits(capacity / 2, options.seed)
    waits = sorted(outcome.waits)
    p50, p99 = (waits[int(len(waits) * part)] for part in (0.5, 0.99))
    print(
        f"at {outcome.rate:.0f}/s, half of {capacity:.0f}/s: p50 {p50 * 1000:.1f} ms, p99 {p99 * 1000:.1f} ms, worst"
        f" {waits[-1] * 1000:.0f} ms (driver {outcome.driver_share:.0%})"
    )
    if p99 > SLOWEST_P99_SECONDS:
        missed.append("p99")
    for kind, count in bench.statements(server).items():
        print(f"statements: {kind}: {count:g}")
        if "plain answer" in kind and count > MOST_STATEMENTS:
            missed.append(kind)
    for pid in served.workers():
        pss, uss = memory(pid)
        print(f"memory of a worker: PSS {pss:.0f} MB, USS {uss:.0f} MB")
    print(f"missed: {', '.join(missed)}" if missed else "all figures hold")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
