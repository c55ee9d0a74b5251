"""`python -m bench.purge`: 1,000,000 visits of 60 halls whose time is over are erased by the job while check-ins are
served from the same tables, on a private MariaDB with durable commits; the wait of whoever checks in, beside three runs
in which nothing else happens. Then the chain of what was erased is verified, and its count held against the table's.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bench.installation import HALL, ROOT, Installation
from bench.queries import Size, build
from bench.run import SLOWEST_P99_SECONDS, WARM_UP, Bench
from models.rules.retention import What
from models.services import deletions, halls
from models.tables import vault
from models.tables.database import run, thread_is_done
from models.tables.deletions import Deletion
from models.tables.visits import Visit
from tests.conftest import KEYS
from tests.grown import INSIDE_EACH, NOW
from tests.mariadb import DURABLE, MariaDB

VISITS, OF_A_HALL = 1_000_000, 16_600
TURNS_A_SECOND = 60.0
IDLE_RUNS = 3
LATER = timedelta(days=62)
"""After the last of the visits: the time of all of them is over."""
OPTIONS = (*DURABLE, "--innodb-buffer-pool-size=1G", "--innodb-log-file-size=512M")


@dataclass(frozen=True)
class Waits:
    """How long turns waited, in milliseconds."""

    turns: int
    p50: float
    p99: float
    worst: float

    def __str__(self) -> str:
        return f"{self.turns} turns, p50 {self.p50:.1f} ms, p99 {self.p99:.1f} ms, worst {self.worst:.0f} ms"


def main() -> int:
    """Measure and print; exit 1 where somebody waits too long, or where a row is not accounted for."""
    parser = argparse.ArgumentParser("bench.purge", description=__doc__)
    parser.add_argument("--visits", type=int, default=VISITS)
    parser.add_argument("--rate", type=float, default=TURNS_A_SECOND, help="turns a second that are served meanwhile")
    parser.add_argument("--seed", type=int, default=int.from_bytes(os.urandom(3)))
    options = parser.parse_args()
    place = ROOT / "var"
    place.mkdir(exist_ok=True)
    size = Size("grown", max(1, options.visits // OF_A_HALL), options.visits)
    print(f"seed {options.seed} · {os.cpu_count()} cores · {size.visits:,} visits of {size.halls} halls")
    with tempfile.TemporaryDirectory(dir=place) as folder, MariaDB(OPTIONS, folder=folder) as server:
        vault.use(vault.Vault(KEYS))
        build(server, size)
        installation = Installation(server.url.replace("/hallpass", f"/{size.database}"), Path(folder))
        for number in range(2, size.halls + 1):
            halls.register(f"第{number}大厅", HALL, "open", datetime.now(UTC))
        # The people of the table are made up: nobody who checks in is to be taken for one of them.
        server.query("ALTER TABLE people AUTO_INCREMENT = 100000000", size.database)
        thread_is_done()
        with installation.served() as served:
            bench = Bench(installation, served, served)
            return report(bench, installation, size, options)


def report(bench: Bench, installation: Installation, size: Size, options: argparse.Namespace) -> int:
    """Idle runs, then the same while the job erases; gives the exit code."""
    warm_up(bench)
    for number in range(1, IDLE_RUNS + 1):
        print(f"idle {number}: {waits(bench.waits(options.rate, options.seed + number).waits)}")
    begun, taken, number = time.perf_counter(), [], 0
    job = erase(installation)
    try:
        while job.poll() is None or erased() < size.visits - size.halls * INSIDE_EACH:
            if job.poll() is not None:
                job = erase(installation)
            number += 1
            taken += bench.waits(options.rate, options.seed + IDLE_RUNS + number).waits
    finally:
        job.kill()
        job.wait()
    gone, seconds = erased(), time.perf_counter() - begun
    while_erasing = waits(taken)
    print(f"while {gone:,} visits were erased in {seconds:.0f} s ({gone / seconds:.0f}/s): {while_erasing}")
    fine = while_erasing.p99 < SLOWEST_P99_SECONDS * 1000 and is_accounted_for(size)
    print("all figures hold" if fine else "FAILED")
    return 0 if fine else 1


def warm_up(bench: Bench) -> None:
    """What is asked for the first time is not measured."""
    bench.waits(WARM_UP / 2, 0)


def erase(installation: Installation) -> "subprocess.Popen[bytes]":
    """One run of the job, in a process of its own."""
    line = ["hallpass.py", "job", "retention", "--config", str(installation.config), "--now", (NOW + LATER).isoformat()]
    return subprocess.Popen([sys.executable, *line], cwd=ROOT, stdout=subprocess.DEVNULL)


def erased() -> int:
    """How many visits the records say have gone."""
    try:
        rows = run(lambda: list(Deletion.select(Deletion.erased).where(Deletion.what == What.VISITS).tuples()))
        return sum(row[0] for row in rows)
    finally:
        thread_is_done()


def is_accounted_for(size: Size) -> bool:
    """Whether what has gone and what is left is what there was, and each hall's chain holds."""
    left = run(Visit.select().where(Visit.person_id < 100_000_000).count)
    broken = [hall_id for hall_id, state in deletions.verified().items() if state.fault]
    print(f"{left:,} visits are left, which nobody has closed; chains that do not hold: {len(broken)}")
    return erased() + left == size.visits and not broken


def waits(taken: list[float]) -> Waits:
    """Seconds, in any order."""
    ordered = sorted(taken)
    p50, p99 = (ordered[int(len(ordered) * part)] * 1000 for part in (0.5, 0.99))
    return Waits(len(ordered), p50, p99, ordered[-1] * 1000)


if __name__ == "__main__":
    sys.exit(main())
