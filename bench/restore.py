"""`python -m bench.restore`: 1,000,000 visits on MariaDB are backed up while somebody writes, restored into an empty
database, and compared row by row: differences, which have to be 0; seconds, megabytes, and the most memory that either
process held. Then all of them are written anew with a newer data key.

The writer adds a person and a grant in each unit of work, so a backup that is not of one moment has more of the ones
than of the others. 1,000,000 visits need 2 GB in `--folder`; `--visits 100000` is quicker.
"""

import argparse
import base64
import json
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pymysql
from pymysql.cursors import SSCursor

import assembly
import backups
import restoring
from bench.exports import peak_mb
from bench.queries import OPTIONS
from models.migrations import migrate
from models.services import rekeying
from models.services.keys import check_keys
from models.tables import TABLES, openids, vault
from models.tables.books_of_keys import Restoring
from models.tables.database import open_database, run, thread_is_done
from models.tables.fields import insert
from models.tables.outbox import Grant
from models.tables.people import Person
from models.tables.vault import Keys, Vault
from tests.conftest import KEYS
from tests.grown import NOW, grow
from tests.mariadb import MariaDB
from tests.staffed import registered

HALLS = 50
MOST_MB = 150
NEWER = Keys(data={"d2": b"\x07" * 32, **KEYS.data}, hash=KEYS.hash)


def main() -> int:
    """Measure and print; gives the exit code."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--visits", type=int, default=1_000_000)
    options.add_argument("--folder", default="/tmp", help="where the server keeps its files, and the backup is put")
    options.add_argument("--job", help="what a process of its own is told to do")
    given = options.parse_args()
    vault.use(Vault(KEYS))
    if given.job:
        return _do(**json.loads(base64.b64decode(given.job)))
    with MariaDB(OPTIONS, given.folder) as server, tempfile.TemporaryDirectory(dir=given.folder) as folder:
        _build(server, given.visits)
        with _writing(server.url) as written:
            megabytes = [_process("back_up", server.url, folder)]
        (path,) = Path(folder).iterdir()
        print(f"file: {path.stat().st_size / 1e6:.0f} MB; {written[0]} units of work were done meanwhile")
        server.query("CREATE DATABASE restored CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci")
        megabytes.append(_process("restore", server.url.replace("/hallpass", "/restored"), folder))
        rows, differences = _compared(server)
        print(f"compared: {rows:,} rows, differences: {differences} (0)")
        _process("rekey", server.url.replace("/hallpass", "/restored"), folder)
    print(f"memory: {max(megabytes):.0f} MB (< {MOST_MB})")
    return int(differences > 0 or max(megabytes) >= MOST_MB)


def _build(server: MariaDB, visits: int) -> None:
    open_database(server.url)
    migrate(assembly.DB.obj)
    check_keys(vault.current())
    openids.make_ready()
    for number in range(HALLS):
        registered(f"第{number + 1}政务大厅", f"Admin{number}")
    begun = time.perf_counter()
    grow(lambda statement: server.query(statement, "hallpass"), visits, HALLS)
    print(f"{visits:,} visits of {HALLS} halls: built in {time.perf_counter() - begun:.0f} s")


@contextmanager
def _writing(url: str) -> Iterator[list[int]]:
    """Somebody adds a person and their grant, again and again; gives how often."""
    done, is_over = [0], threading.Event()

    def unit(number: int) -> None:
        openid = f"oWriter{number}"
        insert(Person, openid=openid, profile="{}", facts="{}", created_at=NOW, seen_at=NOW)
        insert(Grant, openid=openid, template_id="t", left=1, at=NOW)

    def write() -> None:
        while not is_over.is_set():
            run(lambda: unit(done[0]))
            done[0] += 1
        thread_is_done()

    thread = threading.Thread(target=write)
    thread.start()
    try:
        yield done
    finally:
        is_over.set()
        thread.join()


def _process(what: str, url: str, folder: str) -> float:
    """Have a process of its own do it; prints its seconds and gives the most memory that it held, in MB."""
    job = base64.b64encode(json.dumps({"what": what, "url": url, "folder": folder}).encode()).decode()
    said = subprocess.run([sys.executable, "-m", "bench.restore", "--job", job], check=True, stdout=subprocess.PIPE)
    seconds, megabytes = (float(one) for one in said.stdout.split()[-2:])
    print(f"{what}: {seconds:.0f} s, at most {megabytes:.0f} MB")
    return megabytes


def _do(what: str, url: str, folder: str) -> int:
    open_database(url)
    works: dict[str, Callable[[], object]] = {
        "back_up": lambda: backups.back_up(Path(folder), NOW, _silent),
        # What is too old is erased by the job that bench.purge measures; here it would be a difference.
        "restore": lambda: restoring.restore(backups.newest_in(Path(folder)), NOW, lambda _now: 0, _silent),
        "rekey": _rekeyed,
    }
    begun = time.perf_counter()
    works[what]()
    print(time.perf_counter() - begun, peak_mb())
    return 0


def _rekeyed() -> None:
    vault.use(Vault(NEWER))
    check_keys(vault.current())
    done = rekeying.rekey(NOW, _silent)
    if not done.is_whole or "data:d1" not in done.retired:
        raise SystemExit(f"not everything was written anew: {done}")


def _silent(_line: str) -> None:
    """Progress is not what is measured."""


def _compared(server: MariaDB) -> tuple[int, int]:
    """How many rows were compared, and how many are not the same in both databases."""
    rows = differences = 0
    counts = [server.query(f"SELECT COUNT(*) FROM {table}", "restored")[0][0] for table in ("people", "grants")]
    differences += counts[0] != counts[1]
    for table in TABLES:
        name, key = table._meta.table_name, table._meta.primary_key.column_name
        if table is Restoring:
            continue
        # What the writer added after the moment of the backup is only in the first.
        most = counts[0] if name in ("people", "grants") else 2**62
        with _rows(server, "hallpass", name, key, most) as first, _rows(server, "restored", name, key, most) as second:
            while True:
                pair = first.fetchmany(1000), second.fetchmany(1000)
                rows += len(pair[0])
                differences += sum(one != other for one, other in zip(*pair, strict=False))
                differences += abs(len(pair[0]) - len(pair[1]))
                if not any(pair):
                    break
    return rows, differences


@contextmanager
def _rows(server: MariaDB, database: str, table: str, key: str, most: int) -> Iterator[Any]:
    connection = pymysql.connect(host="127.0.0.1", port=server.port, user="root", database=database, ssl_disabled=True)
    with closing(connection), closing(connection.cursor(SSCursor)) as cursor:
        cursor.execute(f"SELECT * FROM `{table}` ORDER BY `{key}` LIMIT {most}")
        yield cursor


if __name__ == "__main__":
    sys.exit(main())
