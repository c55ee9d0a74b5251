"""The queue of photos that people send in the chat: how many may wait, and what becomes of those left behind.

A photo itself is never kept: the queue has the platform's media id of it, and loses that once the photo is done.
"""

import logging
from datetime import datetime, timedelta

from models.failures import log_failure
from models.phrases import say
from models.rules.refusal import Refused
from models.services import limits, outbox, people
from models.services.desk import Desk
from models.tables import photos
from models.tables.database import run, transaction
from models.tables.photos import PhotoRow

KIND = "photo"
MOST_WAITING = 20
"""In all processes together: at a second a photo, nobody waits longer than half a minute."""
CLAIM_LASTS = timedelta(seconds=60)
"""Longer than the queue and one reading: a claim this old belongs to a process that is gone."""
MOST_TRIES = 3
USEFUL = timedelta(minutes=10)
"""What was read is of use while its talk lasts."""
KEEP = timedelta(minutes=20)
"""A moment is the platform's, which may be ten minutes behind ours."""
BATCH = 20

log = logging.getLogger("hallpass.photos")


@transaction
def admit(photo: PhotoRow, now: datetime) -> None:
    """Put a photo into the queue in place of what the person sent before; part of a unit of work.

    Refused with photos_too_many (minutes) where they have sent too many, and with reader_busy where enough photos
    wait; then this one is not queued, and the one before stays."""
    try:
        limits.count(limits.PHOTOS, photo.openid, now)
    except Refused as no:
        raise Refused("photos_too_many", minutes=no.details["minutes"]) from None
    if photos.count_of_others(photo.openid) >= MOST_WAITING:
        raise Refused("reader_busy")
    photos.forget_earlier(photo.openid)
    photos.add(photo, now + CLAIM_LASTS)


@transaction
def begin(photo: PhotoRow, now: datetime) -> bool:
    """Keep the claim as its reading begins; False where the photo is another's by now, or of no use any more."""
    return photos.begin(photo, now + CLAIM_LASTS)


@transaction
def tell(photo: PhotoRow, text: str, now: datetime) -> None:
    """Send what became of a photo whose delivery was answered before; part of a unit of work."""
    outbox.write(f"{KIND}:{photo.delivery.hex()[:40]}", KIND, photo.openid, text, {}, now, now + USEFUL)


def read_left(now: datetime, desk: Desk) -> int:
    """Read what processes that are gone have left; gives how many were tried. After MOST_TRIES people are told to type.

    One whose reading fails stays, and stops no other."""
    handled = 0
    for photo in run(lambda: photos.left(now, BATCH)):
        if desk.is_stopping():
            break
        ours = run(lambda one=photo: photos.claim(one, now + CLAIM_LASTS))  # type: ignore[misc]
        if ours is None:
            continue
        handled += 1
        if ours.tries > MOST_TRIES:
            run(lambda one=ours: _give_up(one, now))  # type: ignore[misc]
            continue
        try:
            desk.read_photo(ours)
        except Exception as error:
            log_failure(log, "photo", error)
    return handled


def _give_up(photo: PhotoRow, now: datetime) -> None:
    if photos.take(photo.delivery, photos.LATE):
        tell(photo, say(people.language_at(photo.openid), "refused.photo_failed"), now)


@transaction
def forget(now: datetime) -> int:
    """Forget photos, and what was sent of them, once they are of no use; gives how many rows."""
    return photos.forget(now - KEEP) + outbox.forget_texts(KIND, now - USEFUL)
