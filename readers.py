"""Where photos of cards are read: in the process that has them, or in one for that alone.

Run by itself it is the worker of `hallpass.py ocr`: python readers.py ENGINE SOCKET
"""

import logging
import resource
import socket
import sys
import threading
from collections.abc import Callable
from datetime import datetime
from functools import cache, partial
from pathlib import Path
from typing import Final

from derived_keys import derived_key
from models.adapters.ocr.answers import answer
from models.adapters.ocr.here import ReaderHere
from models.adapters.ocr.remote import RemoteReader
from models.adapters.ocr.serving import Server
from models.adapters.ocr.workers import Keeper, Worker, work
from models.services.card_reading import ReadCard
from settings import Settings

ROOT: Final = Path(__file__).parent

log = logging.getLogger("hallpass.ocr")


def reader_key(settings: Settings) -> bytes:
    """The key between a service and its reader's process, derived so that it tells nothing of the key of links."""
    return derived_key(settings, "reader")


def card_reader(settings: Settings, clock: Callable[[], datetime]) -> ReadCard:
    """What reads in this installation; nothing is loaded or reached yet."""
    return remote_reader(settings, clock) if settings.ocr.url else _here(settings.ocr.engine)


def remote_reader(settings: Settings, clock: Callable[[], datetime]) -> RemoteReader:
    """The process at ocr.url."""
    return RemoteReader(settings.ocr.url, reader_key(settings), clock)


@cache
def _here(engine: str) -> ReaderHere:
    """One for all of a process, chat, pages and jobs: an engine weighs more than the rest of it together."""
    return ReaderHere(partial(load, engine))


def load(engine: str) -> ReadCard:
    """See card_engine.load; nothing of an engine is even imported before this is called. From here on this process
    leaves no core."""
    leave_no_core()
    from card_engine import load

    return load(engine)


def reads_a_line(engine: str) -> bool:
    """See card_engine.reads_a_line; ImportError also where a library under the engine is missing."""
    from card_engine import reads_a_line

    return reads_a_line(engine)


def serve(settings: Settings, clock: Callable[[], datetime], wait: Callable[[], None]) -> None:
    """The reader's process: answers at ocr.bind until `wait` returns. Refused(reader_away) where no engine can be
    loaded, OSError where the address is taken."""
    leave_no_core()
    host, _, port = settings.ocr.bind.rpartition(":")
    command = [sys.executable, str(ROOT / "readers.py"), settings.ocr.engine]
    keeper = Keeper(
        lambda: Worker(command, ROOT),
        after_photos=settings.ocr.restart_after_photos,
        above_megabytes=settings.ocr.restart_above_mb,
    )
    address = (host.strip("[]"), int(port))
    with Server(address, reader_key(settings), keeper.read, keeper.is_well, clock) as server:
        answering = threading.Thread(target=server.serve_forever, name="reader")
        try:
            keeper.start()
            answering.start()
            log.info("reading at %s", settings.ocr.bind)
            wait()
            server.shutdown()
        finally:
            # The photo in hand is read; those that wait are told.
            keeper.end()


def leave_no_core() -> None:
    """A process that dies of its engine must not leave the photo in a file."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _work(engine: str, number: int) -> None:
    reader = ReaderHere(partial(load, engine))
    with socket.socket(fileno=number) as keeper:
        try:
            reader.warm()
        except ImportError as fault:
            log.error("the engine %s is not installed: %s", engine, fault)
            sys.exit(1)
        work(keeper, lambda photo: answer(partial(reader, photo)))


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    _work(sys.argv[1], int(sys.argv[2]))
