"""`kill -9` of a worker at random moments under load: every check-in whose reply was sent is there, once.

Part of `make trial`; prints seed and counts. Each visitor is a new person who scans, answers and confirms through the
simulated platform, which resends what is not answered, as the real one does.
"""

import argparse
import contextlib
import os
import random
import signal
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from bench.account import AES_KEY, APP_ID, ORIGINAL_ID, TOKEN
from bench.installation import HALL_NAME, Installation, Served
from bot.simulator import HttpTransport, Platform
from models.phrases import say
from models.tables.database import run, thread_is_done
from models.tables.people import Person
from models.tables.visits import Visit
from tests.mariadb import QUICK, MariaDB

KILLS, VISITORS = 200, 12
LEAST_INSIDE = 1 / 3
LINE = "同意 张三 11010519491231002X 13800138000 社保 36.5"
DONE = say("zh", "check_in.done", time="\0", hall=HALL_NAME).split("\0")
WORKERS_BACK_SECONDS = 20
_OPEN_TRANSACTIONS = (
    "SELECT p.HOST FROM information_schema.INNODB_TRX t"
    " JOIN information_schema.PROCESSLIST p ON p.ID = t.trx_mysql_thread_id"
)
_CONNECTIONS = "SELECT HOST FROM information_schema.PROCESSLIST WHERE HOST LIKE '%:%'"


@dataclass
class Crowd:
    """Visitors who keep coming until told to stop, and who of them was told that they are checked in: by openid, the
    moments (time.monotonic) at which they came and were told."""

    platform: Platform
    transport: HttpTransport
    scan_in: str
    told: dict[str, float] = field(default_factory=dict)
    came: dict[str, float] = field(default_factory=dict)
    errors: list[Exception] = field(default_factory=list)
    stop: threading.Event = field(default_factory=threading.Event)

    def come(self) -> None:
        """One after another; a reply that is the platform's failure line is no promise."""
        try:
            while not self.stop.is_set():
                self._one()
        except Exception as error:  # told by the main thread
            self.errors.append(error)

    def _one(self) -> None:
        openid = self.platform.fresh_openid()
        self.came[openid] = time.monotonic()
        phone = self.platform.phone(openid, following=True)
        phone.scan(self.scan_in)
        phone.says(LINE)
        reply = phone.says("确认").reply or ""
        if all(part in reply for part in DONE):
            self.told[openid] = time.monotonic()
        else:
            # Where nothing answers they would come by the thousand.
            self.stop.wait(0.02)
        # Kept connections would stay with the worker that was not killed, and the other would have nothing to do.
        self.transport.close()


@contextlib.contextmanager
def crowd_before(installation: Installation) -> Iterator[Crowd]:
    """Visitors before the service, from now until the block is left; raises what went wrong with one of them."""
    transport = HttpTransport(f"http://127.0.0.1:{installation.port}/wechat")
    # A platform that rests after failures would spare the service just when it is watched.
    platform = Platform(
        transport, app_id=APP_ID, token=TOKEN, account=ORIGINAL_ID, encoding_aes_key=AES_KEY, pauses=False
    )
    crowd = Crowd(platform, transport, installation.scan_in)
    threads = [threading.Thread(target=crowd.come) for _ in range(VISITORS)]
    for thread in threads:
        thread.start()
    try:
        yield crowd
    finally:
        crowd.stop.set()
        for thread in threads:
            thread.join()
        transport.close()
    if crowd.errors:
        raise crowd.errors[0]


@dataclass(frozen=True)
class Toll:
    """What the kills came to."""

    kills: int
    inside: int
    came: int
    told: int
    lost: int
    doubled: int


def drill(installation: Installation, server: MariaDB, served: Served, kills: int, seed: int) -> Toll:
    """Kill workers under load, then compare what visitors were told with what is stored."""
    luck = random.Random(seed)
    with crowd_before(installation) as crowd:
        inside = sum(_kill_one(server, served, luck) for _ in range(kills))
    lost, doubled = lost_and_doubled(crowd)
    return Toll(kills, inside, len(crowd.came), len(crowd.told), lost, doubled)


def lost_and_doubled(crowd: Crowd) -> tuple[int, int]:
    """How many were told that they are checked in and have no visit, and how many people have two."""
    visits = visits_by_openid()
    return sum(visits[openid] == 0 for openid in crowd.told), sum(count > 1 for count in visits.values())


def visits_by_openid() -> Counter[str]:
    """How many visits each person has."""
    query = Visit.select(Person.openid).join(Person, on=(Person.id == Visit.person_id)).tuples()
    try:
        return Counter(row[0] for row in run(lambda: list(query)))
    finally:
        thread_is_done()


def _kill_one(server: MariaDB, served: Served, luck: random.Random) -> bool:
    """Kill a worker at a random moment; True if it was inside a transaction then."""
    time.sleep(luck.uniform(0.05, 0.3))
    victim = luck.choice(_workers_at_work(server, served))
    time.sleep(luck.uniform(0.0, 0.05))
    # Stopped first, so that what the server says of it is true at the moment of the kill.
    os.kill(victim, signal.SIGSTOP)
    inside = bool(_client_ports(server, _OPEN_TRANSACTIONS) & _ports_of(victim))
    os.kill(victim, signal.SIGKILL)
    # On a busy machine it would be taken for one of the living a while yet, and be killed again.
    while _ports_of(victim):
        time.sleep(0.001)
    return inside


def _workers_at_work(server: MariaDB, served: Served) -> list[int]:
    """The workers, once there are two again that talk to the database: one that is still loading is no victim."""
    deadline = time.monotonic() + WORKERS_BACK_SECONDS
    while True:
        clients = _client_ports(server, _CONNECTIONS)
        found = [pid for pid in served.workers() if clients & _ports_of(pid)]
        if len(found) >= 2:
            return found
        if time.monotonic() > deadline:
            raise RuntimeError("the killed worker did not come back")
        time.sleep(0.02)


def _client_ports(server: MariaDB, query: str) -> set[int]:
    return {int(str(row[0]).rpartition(":")[2]) for row in server.query(query)}


def _ports_of(pid: int) -> set[int]:
    """The local TCP ports of a process; none of one that has ended since it was listed."""
    inodes = set()
    try:
        for file in Path(f"/proc/{pid}/fd").iterdir():
            with contextlib.suppress(FileNotFoundError):  # closed since it was listed
                target = str(file.readlink())
                if target.startswith("socket:["):
                    inodes.add(target[8:-1])
        lines = [line.split() for line in Path(f"/proc/{pid}/net/tcp").read_text().splitlines()[1:]]
    except (FileNotFoundError, ProcessLookupError):
        return set()
    return {int(line[1].rpartition(":")[2], 16) for line in lines if line[9] in inodes}


def main() -> int:
    """The whole drill; exit 1 where anything was lost or doubled, or too few kills met a transaction."""
    parser = argparse.ArgumentParser("bench.kills", description=__doc__)
    parser.add_argument("--kills", type=int, default=KILLS)
    parser.add_argument("--seed", type=int, default=int.from_bytes(os.urandom(3)))
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, MariaDB(QUICK) as server:
        installation = Installation(server.url, Path(folder))
        with installation.served() as served:
            toll = drill(installation, server, served, options.kills, options.seed)
    print(f"seed {options.seed}: {toll}")
    fine = not toll.lost and not toll.doubled and toll.told and toll.inside >= LEAST_INSIDE * toll.kills
    print("every check-in that was told is there once" if fine else "FAILED")
    return 0 if fine else 1


if __name__ == "__main__":
    sys.exit(main())
