"""The text in a hall's code: which hall, direction, door and version it is for, signed so that nobody can make one.

`k7m2p9.in.1.3.<mac>`: at most 64 characters of [A-Za-z0-9._-], as the platform allows (scene_str); the MAC is
HMAC-SHA256 cut to 80 bits.
"""

import base64
import hmac
import re
from collections.abc import Sequence
from dataclasses import dataclass

from models.rules.refusal import Refused

HALL_CODE_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
"""Without i, l, o, 0 and 1, which are read wrong from paper and over the telephone."""
MAC_BYTES = 10

_SHAPE = re.compile(
    rf"([{HALL_CODE_ALPHABET}]{{6,8}})\.(in|out)\.([1-9]\d?)\.([1-9]\d{{0,5}})\.([a-z2-7]{{16}})", re.ASCII
)


@dataclass(frozen=True)
class Scene:
    """What a code stands for; `direction` is in or out, door and version count from 1."""

    hall: str
    direction: str
    door: int
    version: int

    def __str__(self) -> str:
        return f"{self.hall}.{self.direction}.{self.door}.{self.version}"


def encode(scene: Scene, key: bytes) -> str:
    """The text for a code."""
    text = f"{scene}.{_mac(str(scene), key)}"
    if not _SHAPE.fullmatch(text):
        raise ValueError(f"no scene can say {scene}")
    return text


def decode(text: str, keys: Sequence[bytes]) -> Scene:
    """What a scanned text stands for. Refused with scene_unknown if it is none of ours by shape, scene_forged if
    none of the keys has signed it."""
    found = _SHAPE.fullmatch(text)
    if found is None:
        raise Refused("scene_unknown")
    scene = Scene(found[1], found[2], int(found[3]), int(found[4]))
    given = found[5].encode()
    if not any([hmac.compare_digest(_mac(str(scene), key).encode(), given) for key in keys]):  # noqa: C419 - all keys
        raise Refused("scene_forged")
    return scene


def _mac(text: str, key: bytes) -> str:
    digest = hmac.digest(key, b"hallpass scene\0" + text.encode(), "sha256")
    return base64.b32encode(digest[:MAC_BYTES]).decode().lower()
