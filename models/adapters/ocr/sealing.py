"""Photos and answers between a service and its reader's process, sealed: neither what they say nor who sent them hangs
on the net between the two."""

import os
from datetime import datetime

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

NONCE_BYTES = 12
STAMP_BYTES = 8
OVERHEAD_BYTES = STAMP_BYTES + NONCE_BYTES + 16
"""By how much a sealed photo is longer than the photo."""
MOST_APART_SECONDS = 600
"""Between the two clocks; a sealed photo that somebody kept is good for no longer."""

_PHOTO, _ANSWER = b"hallpass photo", b"hallpass answer"


class NotOurs(Exception):
    """What was not sealed with this key, for this purpose, about now."""


def seal_photo(key: bytes, photo: bytes, now: datetime) -> bytes:
    """Stamp, nonce, sealed photo. `key`: 32 bytes; `now`: in UTC."""
    stamp = int(now.timestamp()).to_bytes(STAMP_BYTES, "big")
    nonce = os.urandom(NONCE_BYTES)
    return stamp + nonce + AESGCM(key).encrypt(nonce, photo, _PHOTO + stamp)


def unseal_photo(key: bytes, sealed: bytes, now: datetime) -> bytes:
    """The photo. NotOurs for anything else."""
    stamp, nonce, rest = sealed[:STAMP_BYTES], _nonce(sealed), sealed[STAMP_BYTES + NONCE_BYTES :]
    photo = _opened(key, nonce, rest, _PHOTO + stamp)
    if abs(now.timestamp() - int.from_bytes(stamp, "big")) > MOST_APART_SECONDS:
        raise NotOurs
    return photo


def seal_answer(key: bytes, answer: bytes, sealed_photo: bytes) -> bytes:
    """Nonce, sealed answer, to this photo and no other."""
    nonce = os.urandom(NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, answer, _ANSWER + _nonce(sealed_photo))


def unseal_answer(key: bytes, sealed: bytes, sealed_photo: bytes) -> bytes:
    """The answer to this photo. NotOurs for anything else, an answer to an earlier photo too."""
    return _opened(key, sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], _ANSWER + _nonce(sealed_photo))


def _nonce(sealed_photo: bytes) -> bytes:
    return sealed_photo[STAMP_BYTES : STAMP_BYTES + NONCE_BYTES]


def _opened(key: bytes, nonce: bytes, sealed: bytes, about: bytes) -> bytes:
    if len(nonce) != NONCE_BYTES:
        raise NotOurs
    try:
        return AESGCM(key).decrypt(nonce, sealed, about)
    except InvalidTag:
        raise NotOurs from None
