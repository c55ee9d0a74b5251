"""The text in the code of a pass: which stay it is of and when it was shown, signed, so that it is worth nothing a
minute and a half later.

`Yk3_-x9QabcD.59137482.<mac>`: the public id of the visit, the stretch of time, and an HMAC-SHA256 cut to 80 bits. All
of it may stand in a path.
"""

import base64
import hmac
import re
from datetime import datetime

from models.rules.refusal import Refused

SLOT_SECONDS = 30
SLOTS = 3
"""A code lives through its own stretch and the next two: 60 to 90 seconds."""
SLOTS_HELD = 20
"""What a guard has looked at in time may be acted upon for ten minutes more."""
SLOTS_AHEAD = 1
"""The clocks of two machines may differ by as much."""
MAC_BYTES = 10

_SHAPE = re.compile(r"([A-Za-z0-9_-]{12})\.(0|[1-9]\d{0,10})\.([a-z2-7]{16})", re.ASCII)


def slot_of(at: datetime) -> int:
    """The stretch of time that a moment lies in, counted from 1970."""
    return int(at.timestamp()) // SLOT_SECONDS


def encode(public_id: str, at: datetime, key: bytes) -> str:
    """The text for the code of the visit with this public id, shown at this moment."""
    said = f"{public_id}.{slot_of(at)}"
    text = f"{said}.{_mac(said, key)}"
    if not _SHAPE.fullmatch(text):
        raise ValueError(f"no pass can be of {public_id} at {at}")
    return text


def decode(text: str, now: datetime, key: bytes, *, slots: int = SLOTS) -> str:
    """The public id of the visit that a code was shown for. Refused with pass_unknown if the key has not signed it,
    pass_old if it was shown more than so many stretches ago (or is of a time that has not come)."""
    found = _SHAPE.fullmatch(text)
    if found is None or not hmac.compare_digest(_mac(f"{found[1]}.{found[2]}", key), found[3]):
        raise Refused("pass_unknown")
    if not -SLOTS_AHEAD <= slot_of(now) - int(found[2]) < slots:
        raise Refused("pass_old")
    return found[1]


def _mac(said: str, key: bytes) -> str:
    digest = hmac.digest(key, b"hallpass pass\0" + said.encode(), "sha256")
    return base64.b32encode(digest[:MAC_BYTES]).decode().lower()
