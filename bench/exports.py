"""`python -m bench.exports`: what an export of 100,000 visits costs: writing the sheet against openpyxl's own way with
the same text cells, the query and the decryption told apart, and the memory of the job at two sizes."""

import argparse
import base64
import io
import json
import secrets
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from openpyxl import LXML, Workbook
from openpyxl.cell import WriteOnlyCell

from models.adapters.sheets import Sheets
from models.migrations import migrate
from models.rules.access import Role
from models.rules.halls import HallFacts
from models.rules.sending import Outcome, Result
from models.rules.wanted import Period, Wanted
from models.rules.workbook import COLUMNS, WIDTHS, masked
from models.services import building, codes, export_rows, exporting, halls, registering
from models.services.audit import Actor
from models.services.desk import Desk
from models.services.posts import Post
from models.tables import exported_visits, openids, vault
from models.tables.database import DB, open_database, run
from models.tables.exports import Export, Status
from models.tables.visits import Visit
from tests.mariadb import MariaDB
from tests.service import FACTS

ROWS = 100_000
FEWER = 20_000
MOST_RATIO = 0.75
MOST_MB = 150
MOST_GROWTH = 1.15
AT_ONCE = 1000
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
WHO = "oBench00000000000000000000000"
KEYS = vault.Keys(data={"d1": bytes(range(32))}, hash={"h1": bytes(range(32, 64))})
DESK = Desk(lambda _channel, _message: Outcome(Result.SENT), new_sheets=Sheets)


def main() -> int:
    """Measure and print; gives the exit code."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--build", help="the database in which one export is built, for its memory")
    options.add_argument("--rows", type=int, default=ROWS)
    given = options.parse_args()
    if given.build:
        return _built(given.build)
    with MariaDB() as server:
        opened(server.url)
        migrate(DB.obj)
        openids.make_ready()
        hall = _hall("甲")
        _visits(hall, given.rows)
        rows = _told(hall, given.rows)
        is_fast = _written(rows)
        fewer = _hall("乙")
        _visits(fewer, given.rows * FEWER // ROWS)
        is_small = _remembered(server.url, fewer, hall)
    return 0 if is_fast and is_small else 1


def opened(url: str) -> None:
    """This process works with that database."""
    open_database(url)
    vault.use(vault.Vault(KEYS))
    codes.use([b"a key for the benchmark alone..."])


def _hall(name: str) -> HallFacts:
    facts = {**FACTS, "region": "371402", "region_name": "山东省德州市德城区"}
    actor = Actor(WHO, Role.ADMIN)
    return registering.register(WHO, "王海燕", f"{name}区政务服务大厅", facts, actor, NOW, approval=False)


def _visits(hall: HallFacts, count: int) -> None:
    begin = NOW - timedelta(days=20)
    for at in range(0, count, AT_ONCE):
        part = [_visit(hall, begin, number) for number in range(at, min(at + AT_ONCE, count))]
        run(lambda part=part: Visit.insert_many(part).execute(), time.monotonic() + 60)  # type: ignore[misc]


def _visit(hall: HallFacts, begin: datetime, number: int) -> dict[str, Any]:
    at = begin + timedelta(seconds=17 * number)
    return {
        "public_id": secrets.token_urlsafe(9), "hall_id": hall.id, "door": 1, "hall_day": hall.calendar.hall_day(at),
        "in_at": at, "due_at": at + timedelta(hours=4), "out_at": at + timedelta(minutes=20), "how_in": "scan",
        "how_out": "scan", "matter": hall.matters[0].code, "temperature_tenths": 365, "temperature_source": "declared",
        "registered_by": "visitor", "name": f"张{number:05}", "id_kind": "resident", "companions": 0,
        "id_number": f"11010519491231{number % 1000:03}X", "phone": f"138{number:08}", "name_hash": b"h1:name",
        "address": f"河南省商丘市梁园区某某路{number}号", "remark": "带了轮椅" if number % 50 == 0 else None,
    }  # fmt: skip


def _told(hall: HallFacts, count: int) -> list[list[str]]:
    """The rows of the workbook; prints what the query costs, the decryption, and both with the words of the rows."""
    stretch = run(lambda: exported_visits.stretch(hall.id, NOW - timedelta(days=30), NOW + timedelta(days=30)))
    begun = time.perf_counter()
    found = _raw(hall)
    queried = time.perf_counter() - begun
    names = [name.encode() for name in ("name", "phone", "id_number", "address", "remark")]
    begun = time.perf_counter()
    for row in found:
        for name, value in zip(names, row[:5], strict=True):
            if value is not None:
                vault.current().open(value, b"visits." + name)
    decrypted = time.perf_counter() - begun
    begun = time.perf_counter()
    rows = [row.cells for batch in export_rows.batches(hall, stretch, NOW) for row in batch]
    whole = time.perf_counter() - begun
    begun = time.perf_counter()
    for cells in rows:
        masked(cells)
    hidden = time.perf_counter() - begun
    if len(rows) != count:
        raise SystemExit(f"{len(rows)} rows in place of {count}")
    print(f"query {queried:.2f} s, decryption {decrypted:.2f} s, read as rows in batches {whole:.2f} s, "
          f"masks {hidden:.2f} s, of {count} visits")  # fmt: skip
    return rows


def _raw(hall: HallFacts) -> list[tuple[Any, ...]]:
    """The encrypted values of all visits, a batch at a time as the job reads them."""
    statement = (
        "SELECT name, phone, id_number, address, remark, id FROM visits"
        " WHERE hall_id = %s AND id > %s ORDER BY id LIMIT %s"
    )
    found: list[tuple[Any, ...]] = []
    while True:
        after = found[-1][-1] if found else 0
        values = (hall.id, after, export_rows.BATCH)
        part = run(lambda values=values: DB.execute_sql(statement, values).fetchall())  # type: ignore[misc]
        found += part
        if len(part) < export_rows.BATCH:
            return found


def _written(rows: list[list[str]]) -> bool:
    """Whether our writing takes at most so much of openpyxl's time, in the same run."""
    plain, plain_bytes = _seconds(lambda: _by_openpyxl(rows))
    ours, our_bytes = _seconds(lambda: _by_us(rows))
    ratio = ours / plain
    print(
        f"writing {len(rows)} x {len(COLUMNS)}: ours {ours:.2f} s ({our_bytes / 1e6:.1f} MB), openpyxl write-only with "
        f"a new cell each {plain:.2f} s ({plain_bytes / 1e6:.1f} MB, lxml: {LXML}); ratio {ratio:.3f} (<= {MOST_RATIO})"
    )
    return ratio <= MOST_RATIO


def _by_openpyxl(rows: list[list[str]]) -> int:
    book = Workbook(write_only=True)
    sheet = book.create_sheet("数据")

    def cells(row: list[str]) -> Iterator[WriteOnlyCell]:
        for text in row:
            cell = WriteOnlyCell(sheet, value=text)
            cell.number_format = "@"
            yield cell

    for row in (list(COLUMNS), *rows):
        sheet.append(list(cells(row)))
    out = io.BytesIO()
    book.save(out)
    return len(out.getvalue())


def _by_us(rows: list[list[str]]) -> int:
    size = 0

    def take(data: bytes) -> None:
        nonlocal size
        size += len(data)

    sheets = Sheets(take, COLUMNS, WIDTHS, NOW)
    for row in rows:
        sheets.append(row)
    return size + len(sheets.close())


def _seconds(work: Callable[[], int]) -> tuple[float, int]:
    """Of the processor, and the bytes: the machine may have other work."""
    begun = time.process_time()
    size = work()
    return time.process_time() - begun, size


def _remembered(url: str, *of: HallFacts) -> bool:
    """Whether the process that builds an export stays small, and as small for a large one as for a small one."""
    peaks = []
    for hall in of:
        post = Post(WHO, Role.ADMIN, halls.by_id(hall.id, None))
        today = NOW.date()
        asked = exporting.ask(post, Wanted(Period(today - timedelta(days=25), today)), NOW)
        job = base64.b64encode(json.dumps({"url": url}).encode()).decode()
        said = subprocess.run([sys.executable, "-m", "bench.exports", "--build", job], check=True, capture_output=True)
        seconds, megabytes = (float(one) for one in said.stdout.split())
        row = run(lambda asked=asked: Export.get(Export.public_id == asked.public_id))  # type: ignore[misc]
        if row.status != Status.READY or row.rows_done != asked.rows:
            raise SystemExit(f"the export is {row.status}")
        print(f"job: {asked.rows} visits, both workbooks, {seconds:.1f} s, peak {megabytes:.0f} MB")
        peaks.append(megabytes)
    growth = peaks[-1] / peaks[0]
    print(f"memory: {peaks[-1]:.0f} MB (< {MOST_MB}), {growth:.2f} of that of the fifth (<= {MOST_GROWTH})")
    return peaks[-1] < MOST_MB and growth <= MOST_GROWTH


def _built(job: str) -> int:
    """Build what waits, and print seconds and peak MB of this process."""
    opened(json.loads(base64.b64decode(job))["url"])
    begun = time.perf_counter()
    done = building.build_due(NOW, DESK)
    print(time.perf_counter() - begun, peak_mb())
    return 0 if done == 1 else 1


def peak_mb() -> float:
    """Of this program alone: ru_maxrss would begin with what the process was that started it."""
    status = Path("/proc/self/status").read_text("ascii")
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


if __name__ == "__main__":
    sys.exit(main())
