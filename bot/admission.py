"""Which deliveries are answered when more come than can be: check-ins and exits before queries, nobody in silence."""

import logging
import threading
import time
from collections.abc import Callable

from bot.robot import TOLD
from bot.staff_words import staff_word_of
from bot.wechat.inbound import Delivery
from bot.words import QUERIES, word_of
from models.phrases import LANGUAGES, say

PATIENCE_SECONDS = 2.5
"""Whoever has waited so long for a thread is asked to come again: of the platform's five seconds the rest is needed
by those who are being answered, and by those who are told so."""
SCAN_PATIENCE_SECONDS = 1.5
"""A check-in takes several messages: while there is too much, those who have begun one get to its end, and those who
would begin come a minute later. Else each would be cut off somewhere."""
QUERY_PATIENCE_SECONDS = 0.5
QUERIES_AT_ONCE = 2
QUERIES_IN_HAND = 4
"""At work and waiting for it, in one process: half of its threads, as `serve` makes them, stay for check-ins."""
TELLS_SECONDS = 60.0

Receive = Callable[[Delivery, float], str | None]

log = logging.getLogger("hallpass.admission")


class Admission:
    """Stands before what receives deliveries; `receive` is what the gateway calls.

    What it says to those whom it puts off promises nothing and denies nothing: the same delivery may have been
    answered before, or be at work in another thread.
    """

    def __init__(self, receive: Receive) -> None:
        self._receive = receive
        self._in_hand = threading.BoundedSemaphore(QUERIES_IN_HAND)
        self._at_work = threading.BoundedSemaphore(QUERIES_AT_ONCE)
        self._put_off = _Count()

    def receive(self, delivery: Delivery, arrived: float) -> str | None:
        """The reply to a delivery that came at `arrived` (time.monotonic); raises what the receiver raises."""
        if delivery.event in TOLD:
            # Nobody reads a reply, and nobody would send it again.
            return self._receive(delivery, arrived)
        waited = time.monotonic() - arrived
        if is_query(delivery):
            return self._query(delivery, arrived, QUERY_PATIENCE_SECONDS - waited)
        is_scan = delivery.event in ("scan", "subscribe")
        if waited > (SCAN_PATIENCE_SECONDS if is_scan else PATIENCE_SECONDS):
            return self._later("scan" if is_scan else "message")
        return self._receive(delivery, arrived)

    def _query(self, delivery: Delivery, arrived: float, patience: float) -> str | None:
        if patience <= 0 or not self._in_hand.acquire(blocking=False):
            return self._later("query")
        try:
            if not self._at_work.acquire(timeout=patience):
                return self._later("query")
            try:
                return self._receive(delivery, arrived)
            finally:
                self._at_work.release()
        finally:
            self._in_hand.release()

    def _later(self, what: str) -> str:
        self._put_off.one_more()
        return "\n".join(say(language, f"busy.{what}") for language in LANGUAGES)


def is_query(delivery: Delivery) -> bool:
    """Whether it only asks for what is there, or for a file of it, and can as well be answered a minute later."""
    said = {"text": delivery.text, "click": delivery.event_key}.get(delivery.event or delivery.kind)
    if not said:
        return False
    found = word_of(said)
    if found:
        return found[0] in QUERIES
    of_staff = staff_word_of(said)
    return of_staff is not None and of_staff[0].is_query


class _Count:
    """Tells the log how many were put off, at most once a minute: a line for each would be one more thing to do."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._untold = 0
        self._told_at = -TELLS_SECONDS

    def one_more(self) -> None:
        with self._lock:
            self._untold += 1
            now = time.monotonic()
            if now - self._told_at < TELLS_SECONDS:
                return
            count, self._untold, self._told_at = self._untold, 0, now
        log.warning("more deliveries than can be answered in time: %d put off since this was last told", count)
