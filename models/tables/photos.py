"""Photos that are to be read. A row is the queue's: it holds the media id only, and goes when the photo is done."""

from datetime import datetime
from typing import Any, NamedTuple

import peewee

from models.tables import vault
from models.tables.database import changed, execute, one, sql
from models.tables.fields import AsciiField, BytesField, MomentField, SecretField, Table, insert, moment_in, moment_out
from models.tables.openids import OpenidField, openid_in, openid_out


class Photo(Table):
    """`delivery` is the key of the receipt. `step` is the question that the photo met ("" for none), `revision` that of
    the conversation. `state`: WORKING while the reply to the delivery is open, LATE once it was given, so that what is
    read has to be sent. Whoever reads it does so until `claimed_until`."""

    delivery = BytesField(32, primary_key=True)
    openid = OpenidField(64, index=True)
    media_id = SecretField(300)
    step = AsciiField(32)
    revision = peewee.IntegerField()
    state = AsciiField(8)
    tries = peewee.IntegerField()
    created_at = MomentField()
    claimed_until = MomentField(index=True)

    class Meta:
        table_name = "photos"


WORKING, LATE = "working", "late"


class PhotoRow(NamedTuple):
    """A photo to be read, as its claim number `tries` has it."""

    delivery: bytes
    openid: str
    media_id: str
    step: str
    revision: int
    created_at: datetime
    tries: int = 0


_PLACE = b"photos.media_id"
_WORKING, _LATE = WORKING.encode(), LATE.encode()
_EARLIER = sql("DELETE FROM photos WHERE openid = ?")
_COUNT = sql("SELECT COUNT(*) FROM photos WHERE openid <> ?")
_IN_HAND = sql("SELECT 1 FROM photos WHERE openid = ? LIMIT 1")
_BEGIN = sql("UPDATE photos SET claimed_until = ? WHERE delivery = ? AND tries = ?")
_TURN_LATE = sql("UPDATE photos SET state = ? WHERE delivery = ? AND state = ?")
_STATE = sql("SELECT state FROM photos WHERE delivery = ?")
_TAKE = sql("DELETE FROM photos WHERE delivery = ? AND state = ?")
_LEFT = sql(
    "SELECT delivery, openid, media_id, step, revision, created_at, tries FROM photos WHERE claimed_until <= ?"
    " ORDER BY claimed_until LIMIT ?"
)
_CLAIM = sql("UPDATE photos SET claimed_until = ?, state = ?, tries = tries + 1 WHERE delivery = ? AND tries = ?")
_FORGET = sql("DELETE FROM photos WHERE created_at < ?")


def forget_earlier(openid: str) -> None:
    """Drop what this person sent before: the latest photo counts."""
    changed(_EARLIER, openid_out(openid))


def count_of_others(openid: str) -> int:
    """How many photos of other people are in hand, in all processes."""
    row: Any = one(_COUNT, openid_out(openid))
    return int(row[0])


def is_in_hand(openid: str) -> bool:
    """Whether a photo of this person is still to be read."""
    return one(_IN_HAND, openid_out(openid)) is not None


def add(photo: PhotoRow, claimed_until: datetime) -> None:
    """Put a photo into the queue, claimed by whoever adds it."""
    insert(Photo, **photo._asdict(), state=WORKING, claimed_until=claimed_until)


def begin(photo: PhotoRow, claimed_until: datetime) -> bool:
    """Keep the claim as its reading begins; False where the photo is another's by now, or of no use any more."""
    return changed(_BEGIN, moment_out(claimed_until), photo.delivery, photo.tries) == 1


def turn_late(delivery: bytes) -> bool:
    """Note that the reply was given without what is read; False where it is done, or was noted before."""
    return changed(_TURN_LATE, _LATE, delivery, _WORKING) == 1


def state(delivery: bytes) -> str | None:
    """How the photo stands; None where it is not in the queue."""
    row = one(_STATE, delivery)
    return bytes(row[0]).decode() if row else None


def take(delivery: bytes, in_state: str) -> bool:
    """Take the photo out of the queue; False where it does not stand so any more."""
    return changed(_TAKE, delivery, in_state.encode()) == 1


def left(now: datetime, most: int) -> list[PhotoRow]:
    """Photos whose claim is over, the longest waiting first; without those whose media id nobody can open any more."""
    rows = execute(_LEFT, moment_out(now), most).fetchall()
    return [photo for row in rows if (photo := _opened(row))]


def _opened(row: tuple[Any, ...]) -> PhotoRow | None:
    try:
        media_id = vault.current().open(bytes(row[2]), _PLACE)
    except vault.WrongKey:
        return None
    openid, step = openid_in(row[1]), bytes(row[3]).decode()
    return PhotoRow(bytes(row[0]), openid, media_id, step, row[4], moment_in(row[5]), row[6])


def claim(photo: PhotoRow, until: datetime) -> PhotoRow | None:
    """Make a photo that was left ours until then, its reply being given or lost; None where another was quicker."""
    if changed(_CLAIM, moment_out(until), _LATE, photo.delivery, photo.tries) != 1:
        return None
    return photo._replace(tries=photo.tries + 1)


def forget(before: datetime) -> int:
    """Drop what came before; gives how many."""
    return changed(_FORGET, moment_out(before))
