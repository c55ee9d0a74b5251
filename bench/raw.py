"""Broken requests over raw sockets against real workers: none may be a failure of ours, none may leave a personal field
or a stack trace in a log, all workers live on, and whoever comes in between is checked in. Part of `make trial`; prints
seed and counts.

    .venv/bin/python -m bench.raw --blows 2000
"""

import argparse
import os
import re
import socket
import sys
import tempfile
import time
from collections import Counter
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from bench.account import AES_KEY, APP_ID, ORIGINAL_ID, TOKEN
from bench.broken import NAMES, Blow, Broken
from bench.installation import Installation, Served
from bench.kills import DONE, LINE
from bot.simulator import HttpTransport, Platform
from tests.canaries import Found, Search

BETWEEN = 100
"""So many blows between two visitors."""
HANGS_SECONDS = 20
SILENT = 4
OPENIDS = "oBench00000000000"
NOT_OURS = frozenset((501, 505))
"""What whoever serves has to say of a coding or a version that it has not."""
TRACES = ("Traceback", 'File "', ".py:", " ERROR ", "[ERROR]", "CRITICAL")
_STATUS = re.compile(rb"HTTP/1\.[01] (\d{3}) ")


@dataclass
class Toll:
    """What came of it: how often each status, how many blows had no answer, how they were broken that had a 5xx, what
    the log tells that it must not, how many visitors came and were checked in, and which workers died."""

    answers: Counter[int] = field(default_factory=Counter)
    silent: int = 0
    failures: Counter[str] = field(default_factory=Counter)
    logged: set[Found] = field(default_factory=set)
    traces: list[str] = field(default_factory=list)
    visitors: int = 0
    turned_away: int = 0
    died: set[int] = field(default_factory=set)

    @property
    def is_none(self) -> bool:
        """Whether nothing was broken."""
        return not (self.failures or self.logged or self.traces or self.turned_away or self.died)

    def told(self) -> str:
        """In one line."""
        statuses = ", ".join(f"{status}: {count}" for status, count in sorted(self.answers.items()))
        return (
            f"{sum(self.answers.values())} answers ({statuses}), {self.silent} connections without one: failures of"
            f" ours {sum(self.failures.values())}, personal fields logged {len(self.logged)}, traces logged"
            f" {len(self.traces)}, workers dead {len(self.died)}, visitors between {self.visitors}, turned away"
            f" {self.turned_away}"
        )


def knocks(installation: Installation, served: Served, count: int, seed: int) -> Toll:
    """So many blows, in the order that the seed says."""
    toll, broken = Toll(), Broken(seed, installation.scan_in)
    workers = set(served.workers())
    for number in range(count):
        blow = broken.blow()
        statuses = struck(served.port, blow)
        toll.answers.update(statuses)
        toll.silent += not statuses
        if any(status >= 500 and status not in NOT_OURS for status in statuses):
            toll.failures[blow.what] += 1
        if number % BETWEEN == BETWEEN - 1 or number == count - 1:
            toll.visitors += 1
            toll.turned_away += not _checks_in(installation)
    toll.died = workers - set(served.workers())
    log = told_by(served)
    toll.logged = Search((*NAMES, OPENIDS, TOKEN, AES_KEY)).found(log, "the log")
    lines = log.decode("utf-8", "replace").splitlines()
    toll.traces = [line for line in lines if any(trace in line for trace in TRACES)]
    return toll


def struck(port: int, blow: Blow) -> list[int]:
    """The statuses that a blow is answered with; none where nothing comes back."""
    got = b""
    try:
        with socket.create_connection(("127.0.0.1", port), HANGS_SECONDS) as line:
            for part in blow.parts:
                line.sendall(part)
                if blow.pause:
                    time.sleep(blow.pause)
            if blow.hangs_up:
                return []
            line.shutdown(socket.SHUT_WR)
            while data := line.recv(65536):
                got += data
    except ConnectionError:
        # What is refused unread ends the connection.
        pass
    return [int(status) for status in _STATUS.findall(got)]


def _checks_in(installation: Installation) -> bool:
    """Whether somebody who comes now is checked in, while others have begun to send and say no more."""
    with ExitStack() as stack:
        for _ in range(SILENT):
            line = stack.enter_context(socket.create_connection(("127.0.0.1", installation.port), HANGS_SECONDS))
            line.sendall(b"POST /wechat?signature=")
        return _is_registered(installation)


def _is_registered(installation: Installation) -> bool:
    transport = HttpTransport(f"http://127.0.0.1:{installation.port}/wechat", HANGS_SECONDS)
    try:
        platform = Platform(transport, app_id=APP_ID, token=TOKEN, account=ORIGINAL_ID, encoding_aes_key=AES_KEY)
        phone = platform.phone(platform.fresh_openid(), following=True)
        phone.scan(installation.scan_in)
        phone.says(LINE)
        reply = phone.says("确认").reply or ""
        return all(part in reply for part in DONE)
    finally:
        transport.close()


def told_by(served: Served) -> bytes:
    """What the server and its workers have logged so far."""
    return Path(f"/proc/{served.pid}/fd/1").read_bytes()


def main() -> int:
    """Strike; exit 1 where something of ours failed."""
    parser = argparse.ArgumentParser("bench.raw", description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("--blows", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=int.from_bytes(os.urandom(3)))
    asked = parser.parse_args()
    print(f"seed {asked.seed}")
    with tempfile.TemporaryDirectory(dir="/dev/shm" if os.access("/dev/shm", os.W_OK) else None) as folder:
        installation = Installation(f"sqlite:///{Path(folder) / 'hallpass.db'}", Path(folder))
        with installation.served() as served:
            toll = knocks(installation, served, asked.blows, asked.seed)
    print(f"broken requests {asked.blows}: {toll.told()}")
    for line in (*toll.failures, *sorted(map(str, toll.logged)), *toll.traces[:20]):
        print(f"  {line}")
    return int(not toll.is_none)


if __name__ == "__main__":
    sys.exit(main())
