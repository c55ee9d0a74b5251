"""Photos of cards sent by eight people at once against the whole service: how many are answered in the same reply, when
the last one is, and how long others wait for their check-ins meanwhile, beside runs without photos.

On a private MariaDB with durable commits, real gunicorn, the jobs and the reader as processes of their own; the
platform that keeps the photos is simulated in another.

    .venv/bin/python -m bench.photos
"""

import argparse
import itertools
import multiprocessing
import os
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from werkzeug.serving import WSGIRequestHandler, make_server

from bench.account import AES_KEY, APP_ID, ORIGINAL_ID, TOKEN
from bench.driver import Outcome, at_rate, parsed
from bench.installation import Installation, Served, running
from bench.visitors import FAILURES, Post, Visitor, first_visit, says
from bot.simulator import HttpTransport, Phone, Platform
from bot.simulator.api import create_api
from tests.mariadb import DURABLE, MariaDB
from tests.ports import free_port

PEOPLE, ROUNDS = 8, 5
WORKERS, THREADS = 2, 8
RUNS = 3
TURNS_A_SECOND = 20.0
IDLE_SECONDS = 20.0
LATEST_SECONDS = 30.0
GIVES_UP_SECONDS = 120.0
SLOWEST_P99_SECONDS = 0.5
MOST_DRIVER_SHARE = 0.25
CARDS = Path(__file__).parent.parent / "bot" / "simulator" / "page" / "static" / "cards"


@dataclass
class Sent:
    """Photos that were sent: seconds until each was told of, and how many of them in the reply; `odd` holds what was
    told of those that came to something else than a card read."""

    seconds: list[float] = field(default_factory=list)
    in_the_reply: int = 0
    odd: list[str] = field(default_factory=list)


class _Quiet(WSGIRequestHandler):
    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """No line a request."""


class Crowd:
    """The platform, and people who send it photos all at once."""

    def __init__(self, port: int, api_port: int, secret: str, scan_in: str) -> None:
        self._scan_in = scan_in
        self._transport = HttpTransport(f"http://127.0.0.1:{port}/wechat", GIVES_UP_SECONDS)
        self._platform = Platform(
            self._transport, app_id=APP_ID, token=TOKEN, account=ORIGINAL_ID, encoding_aes_key=AES_KEY,
            app_secret=secret, domain="127.0.0.1",
        )  # fmt: skip
        self._photos = itertools.cycle(path.read_bytes() for path in sorted(CARDS.glob("*.jpg")))
        api = create_api(self._platform)
        self._server = make_server("127.0.0.1", api_port, api, threaded=True, request_handler=_Quiet)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def sends(self, people: int) -> Sent:
        """A photo each, by people who have just scanned in, at the same moment."""
        phones = [self._platform.phone(self._platform.fresh_openid(), following=True) for _ in range(people)]
        for phone in phones:
            phone.scan(self._scan_in)
            phone.says("同意")
        sent, together, lock = Sent(), threading.Barrier(people), threading.Lock()

        def send(phone: Phone, media_id: str) -> None:
            together.wait()
            begun = time.monotonic()
            reply = phone.sends_photo(media_id).reply or ""
            is_late = says("photo.reading", reply)
            told = _told_later(phone, begun) if is_late else reply
            with lock:
                sent.seconds.append(time.monotonic() - begun)
                sent.in_the_reply += not is_late
                if not says("photo.read", told):
                    sent.odd.append(told.split("\n")[0])

        media = [self._platform.media.keep("image", next(self._photos), "card.jpg") for _ in phones]
        threads = [threading.Thread(target=send, args=pair) for pair in zip(phones, media, strict=True)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return sent


def _told_later(phone: Phone, begun: float) -> str:
    while time.monotonic() - begun < GIVES_UP_SECONDS:
        last = [bubble for bubble in phone.bubbles if bubble.side == "account"][-1]
        text = "".join(part if isinstance(part, str) else part.label for part in last.parts)
        if not says("photo.reading", text):
            return text
        time.sleep(0.05)
    return "nothing was told"


def _crowd(pipe: Connection, *where: Any) -> None:
    """A process with the platform and the crowd: each number that comes is a round of so many people."""
    crowd = Crowd(*where)
    pipe.send("ready")
    while people := pipe.recv():
        pipe.send(crowd.sends(people))


@contextmanager
def crowd(*where: Any) -> Iterator[Connection]:
    """The crowd in a process of its own, which takes nothing of the driver's share of a core."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_crowd, args=(theirs, *where), daemon=True)
    process.start()
    try:
        ours.recv()
        yield ours
    finally:
        ours.send(0)
        process.join(10)
        process.kill()


class Others:
    """Those who check in without photos, at a steady rate."""

    def __init__(self, installation: Installation, port: int, seed: int) -> None:
        self._hall, self._port, self._seed = installation, port, seed
        self._post = Post()

    def check_in(self, seconds: float) -> Outcome:
        """For so long; ValueError unless each was answered as they should be."""
        people = [Visitor() for _ in range(max(1, int(TURNS_A_SECOND * seconds / 5)))]
        turns = [first_visit(one, self._hall.scan_in, self._hall.scan_out) for one in people]
        outcome = at_rate(self._port, [self._post.requests(one) for one in turns], TURNS_A_SECOND, self._seed)
        for sent, got in zip(turns, outcome.answers, strict=True):
            for turn, answer in zip(sent, got, strict=True):
                text = self._post.text(turn, parsed(answer))
                if any(says(key, text) for key in FAILURES) or not says(turn.expects, text):
                    raise ValueError(f"{turn.kind}: {text}")
        return outcome


def part(waits: Sequence[float], share: float) -> float:
    """The wait that this share of all is not longer than."""
    return sorted(waits)[min(int(len(waits) * share), len(waits) - 1)]


def measure(others: Others, pipe: Connection, options: argparse.Namespace) -> int:
    """Measure and print; gives the exit code."""
    pipe.send(1)
    pipe.recv()  # the reader is warm now
    idle = [others.check_in(options.seconds) for _ in range(RUNS)]
    for outcome in idle:
        print(_line("without photos", outcome))
    sent, loaded = Sent(), []
    for _ in range(RUNS):
        rounds = threading.Thread(target=_rounds, args=(pipe, options.rounds, sent))
        rounds.start()
        while rounds.is_alive():
            loaded.append(others.check_in(options.seconds / 4))
        rounds.join()
    waits = [wait for outcome in loaded for wait in outcome.waits]
    print(_line("while photos are read", Outcome(1, max(one.driver_share for one in loaded), [], waits)))
    count, latest = len(sent.seconds), max(sent.seconds)
    print(
        f"photos: {count} by {PEOPLE} people at once; in the same reply {sent.in_the_reply / count:.0%}; p50"
        f" {part(sent.seconds, 0.5):.1f} s, latest {latest:.1f} s; {len(sent.odd)} not read {sorted(set(sent.odd))}"
    )
    missed = [
        name
        for name, is_missed in (
            ("latest", latest > LATEST_SECONDS),
            ("p99 of others", part(waits, 0.99) > SLOWEST_P99_SECONDS),
            ("void", max(one.driver_share for one in loaded) > MOST_DRIVER_SHARE),
        )
        if is_missed
    ]
    print(f"missed: {', '.join(missed)}" if missed else "all figures hold")
    return 1 if missed else 0


def _rounds(pipe: Connection, rounds: int, into: Sent) -> None:
    for _ in range(rounds):
        pipe.send(PEOPLE)
        one: Sent = pipe.recv()
        into.seconds += one.seconds
        into.in_the_reply += one.in_the_reply
        into.odd += one.odd


def _line(what: str, outcome: Outcome) -> str:
    return (
        f"check-ins {what}: p50 {part(outcome.waits, 0.5) * 1000:.0f} ms, p99 {part(outcome.waits, 0.99) * 1000:.0f} ms"
        f" (driver {outcome.driver_share:.0%})"
    )


def main() -> int:
    """Run everything; exit 1 where a figure misses what is promised."""
    parser = argparse.ArgumentParser("bench.photos", description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("--rounds", type=int, default=ROUNDS, help="of photos, in each of the runs")
    parser.add_argument("--seconds", type=float, default=IDLE_SECONDS, help="of a run without photos")
    parser.add_argument("--seed", type=int, default=int.from_bytes(os.urandom(3)))
    options = parser.parse_args()
    print(f"seed {options.seed} · {os.cpu_count()} cores · {WORKERS} workers × {THREADS} threads")
    place = Path(__file__).parent.parent / "var"
    place.mkdir(exist_ok=True)
    api_port, reader_port, secret = free_port(), free_port(), os.urandom(16).hex()
    more = f'api_url = "http://127.0.0.1:{api_port}"\napp_secret = "{secret}"\n'
    reader = f'[ocr]\nurl = "http://127.0.0.1:{reader_port}"\nbind = "127.0.0.1:{reader_port}"\n'
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(dir=place)))
        server = stack.enter_context(MariaDB(DURABLE, folder=str(folder)))
        installation = Installation(server.url, folder, wechat=more, tables=reader)
        config = ("--config", str(installation.config))
        stack.enter_context(running(["hallpass.py", "ocr", *config], reader_port, "/"))
        served: Served = stack.enter_context(installation.served(WORKERS, THREADS))
        pipe = stack.enter_context(crowd(served.port, api_port, secret, installation.scan_in))
        stack.enter_context(running(["hallpass.py", "jobs", *config], api_port, "/"))
        return measure(Others(installation, served.port, options.seed), pipe, options)


if __name__ == "__main__":
    sys.exit(main())
