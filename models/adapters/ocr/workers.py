"""The process that reads, and the one that keeps it: at any moment a worker is warm, whatever becomes of one."""

import logging
import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

from models.adapters.ocr.turns import MOST_WAITING, Turns
from models.rules.refusal import Refused

START_SECONDS = 60.0
"""cnocr alone takes five to twenty to load."""
READ_SECONDS = 15.0
"""Within which a photo is read or never: a hard one takes two."""
LONGEST_WAIT_SECONDS = 18.0
"""For its turn. Whoever sent the photo hangs up after 20 (remote.READ_SECONDS): to read on for them would make those
behind wait in vain too, one after the other."""

LEAST_PHOTOS = 50
"""That a worker reads before its memory is looked at: a bound below what an engine needs at all, as cnocr's is above
that of rapidocr, must not have one begun for each photo."""

_LENGTH_BYTES = 4
_READY = b"ready"

log = logging.getLogger("hallpass.ocr")


class WorkerGone(Exception):
    """A worker has ended, or does not answer."""


class Worker:
    """One process that reads, started by `command` with the number of a socket behind it, over which it says that it is
    ready and then gets photos and gives answers. It never sees more than one photo."""

    def __init__(self, command: Sequence[str], folder: Path) -> None:
        ours, theirs = socket.socketpair()
        self._socket = ours
        with theirs:
            # A session of its own: the terminal's Ctrl-C is for the keeper, which lets it finish first.
            self._process = subprocess.Popen(  # noqa: S603 - a command of ours
                [*command, str(theirs.fileno())], cwd=folder, pass_fds=[theirs.fileno()], start_new_session=True
            )

    def wait_until_ready(self) -> None:
        """WorkerGone where it cannot begin."""
        self._socket.settimeout(START_SECONDS)
        if self._received() != _READY:
            raise WorkerGone

    def read(self, photo: bytes) -> bytes:
        """Its answer to a photo. WorkerGone where it ends over it, or is not done in READ_SECONDS."""
        self._socket.settimeout(READ_SECONDS)
        try:
            send(self._socket, photo)
        except OSError:
            raise WorkerGone from None
        return self._received()

    def is_there(self) -> bool:
        """Whether its process runs."""
        return self._process.poll() is None

    def megabytes(self) -> int:
        """The memory it holds now; 0 once it is gone."""
        try:
            pages = int(Path(f"/proc/{self._process.pid}/statm").read_text("ascii").split()[1])
        except (OSError, IndexError):
            return 0
        return pages * os.sysconf("SC_PAGE_SIZE") // 1_000_000

    def end(self) -> None:
        """Let it go, and be sure that it has."""
        self._socket.close()
        try:
            self._process.wait(1)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def kill(self) -> None:
        """End it whatever it does."""
        self._process.kill()
        self.end()

    def _received(self) -> bytes:
        try:
            return receive(self._socket)
        except (OSError, EOFError):
            raise WorkerGone from None


class Keeper:
    """Keeps a worker at work. After so many photos, or above so much memory, the next one is begun and takes over once
    it is warm; meanwhile, the old one goes on. One that dies over a photo costs that photo."""

    def __init__(
        self, begin: Callable[[], Worker], *, after_photos: int, above_megabytes: int, most_waiting: int = MOST_WAITING
    ) -> None:
        self._begin = begin
        self._after_photos = after_photos
        self._above_megabytes = above_megabytes
        self._turns = Turns(most_waiting)
        self._beginning = ThreadPoolExecutor(1, thread_name_prefix="next reader")
        self._worker: Worker | None = None
        self._next: Future[Worker] | None = None
        self._photos = 0
        self._has_ended = False

    def start(self) -> None:
        """Return once a worker is warm. Refused(reader_away) where none can be had."""
        with self._turns.taken():
            self._at_work()

    def is_well(self) -> bool:
        """Whether a worker runs, or one is on its way."""
        worker = self._worker
        return (worker is not None and worker.is_there()) or self._next is not None

    def read(self, photo: bytes) -> bytes:
        """The worker's answer. Refused with reader_busy, at once or after LONGEST_WAIT_SECONDS, or with reader_away
        where the worker ended over the photo."""
        came = time.monotonic()
        with self._turns.taken():
            if time.monotonic() - came > LONGEST_WAIT_SECONDS:
                raise Refused("reader_busy")
            worker = self._at_work()
            try:
                said = worker.read(photo)
            except WorkerGone:
                log.error("the reader ended over a photo, or took longer than %s s; the next one begins", READ_SECONDS)
                worker.kill()
                self._worker = None
                self._begin_next()
                raise Refused("reader_away") from None
            self._photos += 1
            if self._is_due(worker):
                self._begin_next()
            return said

    def end(self) -> None:
        """Let the photo in hand be read, and end the worker, and the next one. Those that wait are Refused
        (reader_away)."""
        # Before the turn is ours: whoever waits ahead would be read first, for minutes where many do.
        self._has_ended = True
        with self._turns.taken_at_last():
            self._beginning.shutdown(wait=True)
            if self._worker is not None:
                self._worker.end()
            if self._next is not None and not self._next.exception():
                self._next.result().end()

    def _is_due(self, worker: Worker) -> bool:
        if self._photos >= self._after_photos:
            return True
        return self._photos >= LEAST_PHOTOS and worker.megabytes() > self._above_megabytes

    def _at_work(self) -> Worker:
        if self._has_ended:
            raise Refused("reader_away")
        if self._worker is not None and not self._worker.is_there():
            self._worker.end()
            self._worker = None
        if self._worker is None or (self._next is not None and self._next.done()):
            self._hand_over()
        if self._worker is None:
            raise Refused("reader_away")
        return self._worker

    def _hand_over(self) -> None:
        self._begin_next()
        coming, self._next, self._photos = self._next, None, 0
        try:
            worker = coming.result() if coming else None
        except (WorkerGone, OSError):
            # What failed has said why itself.
            log.error("no further reader can be begun")
            return
        if self._worker is not None:
            log.info("the reader is relieved: %s MB", self._worker.megabytes())
            self._worker.end()
        self._worker = worker

    def _begin_next(self) -> None:
        if self._next is None:
            self._next = self._beginning.submit(self._warm)

    def _warm(self) -> Worker:
        worker = self._begin()
        try:
            worker.wait_until_ready()
        except WorkerGone:
            worker.kill()
            raise
        return worker


def work(keeper: socket.socket, answer: Callable[[bytes], bytes]) -> None:
    """The worker's side, once it is warm: say so, and answer photos until the keeper is gone. It is the keeper that is
    asked to stop: what asks all processes at once must not end a photo that is being read."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    try:
        send(keeper, _READY)
        while True:
            send(keeper, answer(receive(keeper)))
    except (EOFError, OSError):
        return


def send(to: socket.socket, data: bytes) -> None:
    """One message. OSError where nobody takes it, within the time of the socket."""
    to.sendall(len(data).to_bytes(_LENGTH_BYTES, "big"))
    to.sendall(data)


def receive(of: socket.socket) -> bytes:
    """One message. EOFError where the other side is gone, OSError where it takes longer than the socket may."""
    return _exactly(of, int.from_bytes(_exactly(of, _LENGTH_BYTES), "big"))


def _exactly(of: socket.socket, count: int) -> bytes:
    got = bytearray()
    while len(got) < count:
        piece = of.recv(min(count - len(got), 1 << 20))
        if not piece:
            raise EOFError
        got += piece
    return bytes(got)
