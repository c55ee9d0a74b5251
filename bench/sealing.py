"""What sealing and verifying a very full day costs: one hall with 100,000 rows of audit, and 600 halls with a few.
On a private MariaDB, in this process; memory as Python counts it, beside the same with a tenth of the rows."""

import os
import sys
import time
import tracemalloc
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from models.migrations import migrate
from models.services import sealing, verifying
from models.tables import openids, vault
from models.tables.audit import Audit
from models.tables.database import open_database, run
from models.tables.fields import insert_rows
from tests.mariadb import MariaDB

ROWS, HALLS, FEW = 100_000, 600, 20
MOST_MB = 20
"""That a day may take in memory, however full it is."""
NOW = datetime(2026, 3, 2, 4, tzinfo=UTC)
DAY = timedelta(days=1)
_NAMES = ("at", "hall_id", "actor", "role", "action", "detail")


def main() -> int:
    """Measure and print; exit 1 where anything does not verify, or a full day takes more memory than it may."""
    with MariaDB() as server:
        migrate(open_database(server.url))
        vault.use(vault.Vault(vault.Keys({"d1": os.urandom(32)}, {"h1": os.urandom(32)})))
        openids.make_ready()
        for number, rows in enumerate((ROWS // 10, ROWS), 1):
            _fill(number, rows)
        for hall_id in range(3, 3 + HALLS):
            _fill(hall_id, FEW)
        later, most = NOW + 2 * DAY, 0.0
        for hall_id, rows in ((1, ROWS // 10), (2, ROWS)):
            most = max(most, sealing_mb := _megabytes(lambda hall_id=hall_id: sealing.seal_next(hall_id, later)))
            print(f"{rows} rows: sealed with {sealing_mb:.1f} MB, verified in {_seconds(hall_id, later)}")
        begun = time.monotonic()
        count = sealing.seal_due(later)
        print(f"{count} halls with {FEW} rows each: sealed in {time.monotonic() - begun:.1f} s")
        print(f"all verified in {_seconds(None, later)}")
        faults = sum(_verify(hall_id, later) for hall_id in range(1, 3 + HALLS))
        print(f"{faults} faults")
        return 0 if count == HALLS and not faults and most <= MOST_MB else 1


def _fill(hall_id: int, rows: int) -> None:
    values: list[tuple[Any, ...]] = [
        (NOW + timedelta(milliseconds=number), hall_id, b"h1:0123456789abcdef", "guard", "sign_out_visitor",
         f'{{"visit": "v{number:015d}"}}')
        for number in range(rows)
    ]  # fmt: skip
    for at in range(0, rows, 5000):
        run(lambda at=at: insert_rows(Audit, _NAMES, values[at : at + 5000]))


def _verify(hall_id: int, now: datetime) -> int:
    return len(verifying.of_hall(hall_id, verifying.key_ring(), now).faults)


def _seconds(hall_id: int | None, now: datetime) -> str:
    """How long a hall, or each of them, takes to be verified: by the wall, and of this process alone."""
    begun, worked = time.monotonic(), time.process_time()
    for one in range(1, 3 + HALLS) if hall_id is None else (hall_id,):
        _verify(one, now)
    return f"{time.monotonic() - begun:.1f} s, {time.process_time() - worked:.1f} s of it in Python"


def _megabytes(work: Callable[[], object]) -> float:
    """The most memory beyond what was taken before; counting it takes several times the work itself."""
    tracemalloc.start()
    work()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak / 2**20


if __name__ == "__main__":
    sys.exit(main())
