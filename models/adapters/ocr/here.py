"""A reader within the process that has the photo."""

import logging
from collections.abc import Callable
from typing import TypeAlias

from models.adapters.ocr.turns import MOST_WAITING, Turns
from models.rules.documents import Card
from models.rules.refusal import Refused

Reads: TypeAlias = Callable[[bytes], Card]

log = logging.getLogger("hallpass.ocr")


class ReaderHere:
    """Reads as models.services.card_reading.ReadCard says. `make` loads an engine, at the first photo: a process that
    reads none pays nothing for it."""

    def __init__(self, make: Callable[[], Reads], most_waiting: int = MOST_WAITING) -> None:
        self._make = make
        self._turns = Turns(most_waiting)
        self._reads: Reads | None = None

    def __call__(self, photo: bytes) -> Card:
        with self._turns.taken():
            try:
                return self._ready()(photo)
            except Refused:
                raise
            except Exception as error:
                # Its kind alone: what it says may quote the photo.
                log.error("the reader failed: %s", type(error).__name__)
                raise Refused("reader_away") from None

    def warm(self) -> None:
        """Load the engine now, for a process that is there to read. Whatever the engine raises."""
        with self._turns.taken():
            self._ready()

    def _ready(self) -> Reads:
        if self._reads is None:
            self._reads = self._make()
        return self._reads
