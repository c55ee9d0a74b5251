"""Ports for the servers that tests start."""

import contextlib
import random
import socket
from pathlib import Path


def free_port() -> int:
    """A port that nobody listens on, of those that no connection is given: one of the others may be somebody's own
    before whoever asked for it is there."""
    begin = _first_given()
    while True:
        port = random.SystemRandom().randrange(10_000, begin)
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


def _first_given() -> int:
    """The first port that the system gives to connections (ip(7), ip_local_port_range)."""
    try:
        return max(int(Path("/proc/sys/net/ipv4/ip_local_port_range").read_text().split()[0]), 12_000)
    except OSError:
        return 32_768
