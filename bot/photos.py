"""The course of a photo: queued in one short transaction, fetched and read outside of any, filled in by another.

The reply waits a while for what is read. Where that takes longer, or too many wait already, the reply says so and what
is read is sent afterwards. Reply or message: the row of the photo decides, and of its two ends, being done and being
late, the database lets only one come first.
"""

import logging
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import timedelta

from bot.fetching import is_media_id
from bot.filling import fill, mark_of, met, of_no_use
from bot.fitting import fit
from bot.keeping import keep
from bot.situation import Answer, Setting, Situation
from bot.wechat.inbound import Delivery
from bot.words import still_open
from models.failures import log_failure
from models.rules.documents import Card
from models.rules.refusal import Refused
from models.rules.sending import opening_of
from models.services import photos as queue
from models.tables import photos, receipts
from models.tables.database import OutcomeUnknown, Raced, Unavailable, run, thread_is_done
from models.tables.photos import WORKING, PhotoRow
from models.tables.receipts import AlreadyClaimed

BUDGET_SECONDS = 4.0
"""From arrival to the last attempt to store anything; the platform hangs up after 5."""
PATIENCE_SECONDS = 3.5
"""From arrival: so long the reply waits for what is read."""
LOOK_AGAIN_SECONDS = 0.1
MOST_AT_ONCE = 4
"""Photos that a process has in hand. The reader takes one after the other; others are fetched meanwhile."""
MOST_PATIENT = 4
"""Replies of a process that may wait at once: its other threads answer those who send no photo."""
KIND = "image"

log = logging.getLogger("hallpass.photos")


class Photos:
    """Answers photos. Its threads are made with the first one, so never before a fork."""

    def __init__(self, setting: Setting) -> None:
        self._setting = setting
        self._threads: ThreadPoolExecutor | None = None
        self._lock = threading.Lock()
        self._patient = threading.BoundedSemaphore(MOST_PATIENT)

    def receive(self, delivery: Delivery, arrived: float) -> str:
        """Answer a photo once, whatever comes twice; `arrived` is time.monotonic at the gateway.

        Raises Unavailable or OutcomeUnknown when the database cannot be had in time, and what failed in filling in."""
        deadline, until = arrived + BUDGET_SECONDS, arrived + PATIENCE_SECONDS
        is_patient = self._patient.acquire(blocking=False)
        try:
            if not is_patient:
                until = arrived
            try:
                taken = run(lambda: self._take(delivery), deadline)
            except AlreadyClaimed:
                return self._reply_of_the_first(delivery, until, deadline)
            if isinstance(taken, str):
                return taken
            reading = self._begin(taken)
            self._setting.patience(reading, until - time.monotonic())
            said = reading.result() if reading.done() else None
            return said or run(lambda: self._late(delivery), deadline)
        finally:
            if is_patient:
                self._patient.release()

    def read(self, photo: PhotoRow) -> str | None:
        """Fetch and read a photo of the queue, and fill in what it says; gives the reply that its delivery still waits
        for, None where it was sent, or was of no use any more. Raises what failed in filling in: then the photo is
        still in the queue."""
        if not run(lambda: queue.begin(photo, self._setting.now())):
            return None
        seen = self._seen(photo)
        return run(lambda: self._done(photo, seen))

    def _begin(self, photo: PhotoRow) -> "Future[str | None]":
        with self._lock:
            if self._threads is None:
                self._threads = ThreadPoolExecutor(MOST_AT_ONCE, "photo")
        return self._threads.submit(_alone, lambda: self.read(photo))

    # --- units of work --------------------------------------------------------------------------------------------

    def _take(self, delivery: Delivery) -> PhotoRow | str:
        """Claim the delivery; what is said at once, or the photo as it stands in the queue now."""
        now = self._setting.now()
        receipts.claim(delivery.key, now, delivery.openid, opening_of(delivery.kind, delivery.event))
        here = Situation.of(delivery, self._setting)
        answer = of_no_use(here) or self._unfit(here)
        if answer is None:
            revision = here.talk_row.revision + 1 if here.talk_row else 1
            photo = PhotoRow(delivery.key, delivery.openid, delivery.media_id, met(here), revision, here.at)
            try:
                queue.admit(photo, now)
            except Refused as no:
                answer = still_open(here, here.say(f"refused.{no.code}", **no.details))
            else:
                keep(here, mark_of(here, photo))
                return photo
        text = fit(keep(here, answer))
        receipts.keep(delivery.key, text)
        return text

    def _unfit(self, here: Situation) -> Answer | None:
        return None if is_media_id(here.delivery.media_id) else still_open(here, here.say("refused.photo_gone"))

    def _done(self, photo: PhotoRow, seen: Card | Refused) -> str | None:
        """Fill in what was seen; the reply where it is still open, else a message."""
        state = photos.state(photo.delivery)
        if state is None:
            return None
        if not photos.take(photo.delivery, state):
            raise Raced
        here = Situation.of(_delivery(photo), self._setting)
        answer = fill(here, photo, seen)
        is_reply = state == WORKING
        if answer is None:
            answer = still_open(here, here.say("photo.over")) if is_reply else None
        if answer is None:
            return None
        text = fit(keep(here, answer))
        if is_reply:
            receipts.keep(photo.delivery, text)
            return text
        queue.tell(photo, text, here.now)
        return None

    def _late(self, delivery: Delivery) -> str:
        """The reply without what is read; or with it, if it is there after all."""
        here = Situation.of(delivery, self._setting)
        is_late = photos.turn_late(delivery.key)
        _, kept = receipts.kept(delivery.key)
        if kept:
            return kept
        is_in_hand = is_late or photos.state(delivery.key) is not None
        # Not in the queue, and nothing said of it: a later photo took its place.
        text = here.say("photo.reading" if is_in_hand else "photo.newer")
        receipts.keep(delivery.key, text)
        return text

    def _is_forgotten(self, delivery: Delivery) -> bool:
        """Whether a photo without a reply was answered once: nobody reads it, and nobody can be answering it still."""
        claimed = receipts.claimed_at(delivery.key)
        is_over = claimed is not None and self._setting.now() - claimed > timedelta(seconds=BUDGET_SECONDS)
        return is_over and photos.state(delivery.key) is None

    # --- outside of them ------------------------------------------------------------------------------------------

    def _reply_of_the_first(self, delivery: Delivery, until: float, deadline: float) -> str:
        """What a delivery that comes again was answered with, waiting for it without holding anything; "" where that
        was forgotten."""
        while True:
            try:
                found, reply = run(lambda: receipts.kept(delivery.key), deadline)
                is_forgotten = found and not reply and run(lambda: self._is_forgotten(delivery), deadline)
            except Unavailable as error:
                raise OutcomeUnknown("the reply that was kept cannot be read") from error
            if found and (reply or is_forgotten):
                return reply or ""
            if time.monotonic() >= until:
                return run(lambda: self._late(delivery), deadline)
            time.sleep(LOOK_AGAIN_SECONDS)

    def _seen(self, photo: PhotoRow) -> Card | Refused:
        try:
            return self._setting.read_card(self._setting.fetch_photo(photo.media_id))
        except Refused as no:
            return no
        except Exception as error:
            # Its message may tell of the picture.
            log_failure(log, "reading a photo", error)
            return Refused("photo_failed")


def _alone(work: Callable[[], str | None]) -> str | None:
    """Work of a thread of the pool, whose connection is not kept for the next."""
    try:
        return work()
    except Exception as error:
        log_failure(log, "photo", error)
        raise
    finally:
        thread_is_done()


def _delivery(photo: PhotoRow) -> Delivery:
    """The delivery as far as answering it needs it, also after the process is gone that it came to."""
    return Delivery(photo.openid, KIND, "", "", "", "", photo.media_id, photo.created_at, photo.delivery, {})
