"""One photo at a time, and only so many that wait for it."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from models.rules.refusal import Refused

MOST_WAITING = 12
"""At a second or two a photo the last of them still comes within half a minute; who comes after types sooner."""


class Turns:
    """A lock before which at most `most_waiting` stand."""

    def __init__(self, most_waiting: int = MOST_WAITING) -> None:
        self._places = threading.BoundedSemaphore(most_waiting + 1)
        self._turn = threading.Lock()

    @contextmanager
    def taken(self) -> Iterator[None]:
        """It is ours within the block. Refused(reader_busy), at once, where too many wait already."""
        if not self._places.acquire(blocking=False):
            raise Refused("reader_busy")
        try:
            with self._turn:
                yield
        finally:
            self._places.release()

    @contextmanager
    def taken_at_last(self) -> Iterator[None]:
        """It is ours within the block, however many wait."""
        with self._turn:
            yield
