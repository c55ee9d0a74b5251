"""A file of sealed frames: what was written is read in the same order and to its end, or not at all.

    magic | length of the header (4) | header, JSON | frames
    frame: length of what follows the part (4) | part (2) | AES-256-GCM of deflated bytes

The key is the file's own. A frame's nonce is its number; the digest of the header, the number and the part are bound
into it, so that no frame may be left out, moved, or put into another file. The last frame is of the part END and holds
a digest of all others.
"""

import hashlib
import json
import struct
import zlib
from collections.abc import Iterator
from typing import Any, BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

MAGIC = b"hallpass backup 1\n"
END = 0xFFFF
MOST_HEADER = 1024 * 1024
MOST_FRAME = 64 * 1024 * 1024
"""Bytes; whatever says it is longer is no frame."""
_LEVEL = 1
_SIZE = struct.Struct(">I")
_HEAD = struct.Struct(">IH")


class Damaged(Exception):
    """The file is not what was written. `code`: foreign (no such file), cut (it ends too early), changed."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Writer:
    """Writes frames to a file, each as large as it is given."""

    def __init__(self, file: BinaryIO, header: dict[str, Any], key: bytes) -> None:
        text = json.dumps(header, ensure_ascii=False, sort_keys=True).encode()
        self._file = file
        self._cipher = AESGCM(key)
        self._bound = hashlib.sha256(text).digest()
        self._digest = hashlib.sha256()
        self._number = 0
        file.write(MAGIC + _SIZE.pack(len(text)) + text)

    def add(self, part: int, data: bytes) -> None:
        """Seal `data` as the next frame, of the part with this number."""
        deflated = zlib.compress(data, _LEVEL)
        nonce, bound = _nonce(self._number), _bound(self._bound, self._number, part)
        sealed = self._cipher.encrypt(nonce, deflated, bound)
        self._file.write(_HEAD.pack(len(sealed), part) + sealed)
        self._digest.update(sealed)
        self._number += 1

    def end(self, said: dict[str, Any]) -> None:
        """Close the file with what is to be said of the whole."""
        self.add(END, json.dumps({**said, "sha256": self._digest.hexdigest()}).encode())


def header(file: BinaryIO) -> dict[str, Any]:
    """What the file says of itself, which nothing vouches for before its frames are read; raises Damaged."""
    return _header(file)[0]


def frames(file: BinaryIO, key: bytes) -> Iterator[tuple[int, bytes]]:
    """The frames, the header skipped, as (part, data); the last one of the part END. Raises Damaged at the first that
    is not as it was written, and where anything follows the last."""
    file.seek(0)
    _, bound_to_all = _header(file)
    cipher, digest, number, part = AESGCM(key), hashlib.sha256(), 0, 0
    while part != END:
        size, part = _HEAD.unpack(_read(file, _HEAD.size))
        if size > MOST_FRAME:
            raise Damaged("changed")
        sealed = _read(file, size)
        try:
            data = zlib.decompress(cipher.decrypt(_nonce(number), sealed, _bound(bound_to_all, number, part)))
        except (InvalidTag, ValueError):
            raise Damaged("changed") from None
        if part == END and json.loads(data)["sha256"] != digest.hexdigest():
            raise Damaged("changed")
        digest.update(sealed)
        number += 1
        yield part, data
    if file.read(1):
        raise Damaged("changed")


def _header(file: BinaryIO) -> tuple[dict[str, Any], bytes]:
    if file.read(len(MAGIC)) != MAGIC:
        raise Damaged("foreign")
    (size,) = _SIZE.unpack(_read(file, _SIZE.size))
    if size > MOST_HEADER:
        raise Damaged("changed")
    text = _read(file, size)
    try:
        said = json.loads(text)
    except ValueError:
        raise Damaged("changed") from None
    if not isinstance(said, dict):
        raise Damaged("changed")
    return said, hashlib.sha256(text).digest()


def _read(file: BinaryIO, size: int) -> bytes:
    data = file.read(size)
    if len(data) < size:
        raise Damaged("cut")
    return data


def _nonce(number: int) -> bytes:
    return number.to_bytes(12, "big")


def _bound(header_digest: bytes, number: int, part: int) -> bytes:
    return header_digest + number.to_bytes(8, "big") + part.to_bytes(2, "big")
