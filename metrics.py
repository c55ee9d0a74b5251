"""Figures for Prometheus: counted by each worker, summed over all of them, and told at an address of their own.

prometheus-client keeps what a worker has counted in a file that it maps into memory; a sum over the files of all
workers, also of those that have ended, is what anybody is told. Files and labels hold numbers and names of ours alone.
It picks this way of counting when it is first imported, if the environment names the folder: so serving.py does that
before, and only workers import this.
"""

import logging
import shutil
import socket
import threading
import time
from collections.abc import Callable, Iterator
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import peewee
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.multiprocess import MultiProcessCollector

from jobs.schedule import JOBS
from models.services import health
from models.tables.database import OutcomeUnknown, Unavailable, thread_is_done

KINDS = frozenset(
    ("text", "image", "voice", "video", "shortvideo", "location", "link", "scan", "subscribe", "unsubscribe", "click",
     "view", "templatesendjobfinish")
)  # fmt: skip
"""Kinds of deliveries with a line of their own. Whoever has the token can make up others, and each would be a line."""
SECONDS = (0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 3.0, 4.0, 5.0)
"""The platform hangs up after five; at four hallpass says that it could not be done."""
AGAIN_SECONDS = 1.0
ARRIVE_SECONDS = 5.0

log = logging.getLogger("hallpass.metrics")


class Counted:
    """The recorder (models.figures) of one worker."""

    def __init__(self) -> None:
        # Not in a registry: what is told is read from the files.
        def count(name: str, about: str, *labels: str) -> Counter:
            return Counter(f"hallpass_{name}", about, labels, registry=None)

        self._deliveries = count("deliveries", "Messages and events, and what came of them.", "kind", "outcome")
        self._refused = count("deliveries_refused", "Deliveries that were not the platform's.", "code")
        self._pages = count("pages", "Answers of the pages.", "status")
        self._refusals = count("refusals", "What people were told that cannot be done.", "code")
        self._seconds = Histogram(
            "hallpass_delivery_seconds", "From a delivery's arrival to its reply.", buckets=SECONDS, registry=None
        )

    def delivery(self, kind: str, outcome: str, seconds: float) -> None:
        """See models.figures."""
        self._deliveries.labels(kind if kind in KINDS else "other", outcome).inc()
        self._seconds.observe(seconds)

    def refused_delivery(self, code: str) -> None:
        """See models.figures."""
        self._refused.labels(code).inc()

    def page(self, status: int) -> None:
        """See models.figures."""
        self._pages.labels(str(status)).inc()

    def refusal(self, code: str) -> None:
        """See models.figures."""
        self._refusals.labels(code).inc()


class Stored:
    """What stands in the database and on the disk at the moment of being asked; the same whichever worker is."""

    def __init__(self, clock: Callable[[], datetime], folder: Path) -> None:
        self._clock = clock
        self._folder = folder

    def collect(self) -> Iterator[Metric]:
        """The figures, as prometheus-client wants them."""
        disk = shutil.disk_usage(self._folder)
        yield _gauge("disk_free_bytes", "Where hallpass runs.", disk.free)
        yield _gauge("disk_size_bytes", "Where hallpass runs.", disk.total)
        now = self._clock()
        try:
            found = health.at(now)
        except (peewee.PeeweeException, Unavailable, OutcomeUnknown):
            yield _gauge("database_up", "Whether the database answers.", 0)
            return
        yield _gauge("database_up", "Whether the database answers.", 1)
        yield _gauge("database_answer_seconds", "A question that needs no table.", found.answer_seconds)
        yield from _of_messages(found, now)
        yield _jobs(found, now)
        if found.certified_until is not None:
            at = found.certified_until.timestamp()
            yield _gauge("verification_ends_timestamp_seconds", "Until when the account is certified.", at)
        yield _gauge("codes_used", "Permanent codes of the account.", found.codes.used)
        yield _gauge("codes_limit", "Permanent codes that an account can have.", found.codes.of)
        halls = GaugeMetricFamily("hallpass_halls", "Halls by their state.", labels=["state"])
        for state, count in found.halls.items():
            halls.add_metric([state], count)
        yield halls


def _of_messages(found: health.Health, now: datetime) -> Iterator[Metric]:
    if found.last_delivery is not None:
        at = found.last_delivery.timestamp()
        yield _gauge("last_delivery_timestamp_seconds", "When the platform last sent something.", at)
    oldest = (now - found.outbox_oldest).total_seconds() if found.outbox_oldest else 0.0
    yield _gauge("outbox_waiting", "Messages that wait to be sent.", found.outbox_waiting)
    yield _gauge("outbox_oldest_seconds", "How long the oldest of them has waited.", max(0.0, oldest))


def _jobs(found: health.Health, now: datetime) -> Metric:
    late = GaugeMetricFamily("hallpass_job_late_seconds", "Since a job should have begun again.", labels=["job_name"])
    for name, job in JOBS.items():
        began = found.jobs.get(name)
        if began is not None:
            late.add_metric([name], max(0.0, (now - began).total_seconds() - job.PERIOD_SECONDS))
    return late


def _gauge(name: str, about: str, value: float) -> Metric:
    return GaugeMetricFamily(f"hallpass_{name}", about, value=value)


class Server(ThreadingHTTPServer):
    """GET /metrics at `address` until the process ends. OSError where the address is taken."""

    daemon_threads = True

    def __init__(self, address: tuple[str, int], stored: Stored) -> None:
        if ":" in address[0]:
            self.address_family = socket.AF_INET6
        self.stored = stored
        super().__init__(address, _Handler)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Without the stack that the standard library prints."""
        log.info("a request was broken off")


class _Handler(BaseHTTPRequestHandler):
    server: Server
    server_version = "hallpass"
    sys_version = ""
    timeout = ARRIVE_SECONDS

    def do_GET(self) -> None:
        """The figures of this moment."""
        if self.path.partition("?")[0] != "/metrics":
            self._say(404, b"")
            return
        registry = CollectorRegistry()
        MultiProcessCollector(registry)
        registry.register(self.server.stored)  # type: ignore[arg-type]
        try:
            told = generate_latest(registry)
        finally:
            thread_is_done()
        self._say(200, told)

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """Without the page that the standard library sends, which repeats the request."""
        self._say(code, b"")

    def _say(self, status: int, body: bytes) -> None:
        self.close_connection = True
        self.send_response(status)
        self.send_header("Content-Type", CONTENT_TYPE_LATEST)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing of a request."""


def keep_telling(bind: str, stored: Stored) -> None:
    """Tell the figures at `bind` (host:port) from a thread of this process as soon as no other process does: any worker
    may, and when it is replaced the next one takes over within a second."""
    host, _, port = bind.rpartition(":")

    def tell() -> None:
        while True:
            try:
                server = Server((host.strip("[]"), int(port)), stored)
            except OSError:
                time.sleep(AGAIN_SECONDS)
            else:
                server.serve_forever()

    threading.Thread(target=tell, name="metrics", daemon=True).start()
