"""Connections spread evenly over a server's workers.

A kept-alive connection stays with the worker that accepted it, and a burst of them may all be accepted by one. Such a
run measures one process where two were meant, by chance on either side of a ratio.
"""

import socket
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

ACCEPTED_SECONDS = 5.0
LOOK_AGAIN_SECONDS = 0.001


def balanced(port: int, workers: Sequence[int], count: int, timeout: float) -> list[socket.socket]:
    """`count` connections to `port`, as many to each of the processes `workers`; surplus ones are closed again."""
    most = -(-count // len(workers))
    kept: list[socket.socket] = []
    held: Counter[int] = Counter()
    while len(kept) < count:
        made = socket.create_connection(("127.0.0.1", port), timeout=timeout)
        owner = _owner(made, port, workers)
        if held[owner] < most:
            held[owner] += 1
            kept.append(made)
        else:
            made.close()
    return kept


def _owner(made: socket.socket, port: int, workers: Sequence[int]) -> int:
    """Which process accepted a connection: the one that holds the socket at its other end."""
    ours = made.getsockname()[1]
    deadline = time.monotonic() + ACCEPTED_SECONDS
    while time.monotonic() < deadline:
        inode = _inode(port, ours)
        for pid in workers:
            if inode and f"socket:[{inode}]" in _open_files(pid):
                return pid
        time.sleep(LOOK_AGAIN_SECONDS)
    raise TimeoutError("no worker accepted a connection")


def _inode(local: int, remote: int) -> str:
    """The inode of the server's end; "" until it is accepted."""
    for line in Path("/proc/net/tcp").read_text().splitlines()[1:]:
        fields = line.split()
        if fields[1].endswith(f":{local:04X}") and fields[2].endswith(f":{remote:04X}"):
            return "" if fields[9] == "0" else fields[9]
    return ""


def _open_files(pid: int) -> set[str]:
    found = set()
    for link in Path(f"/proc/{pid}/fd").iterdir():
        try:
            found.add(str(link.readlink()))
        except FileNotFoundError:
            continue
    return found
