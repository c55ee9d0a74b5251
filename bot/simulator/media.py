"""Temporary media: pictures, voices and videos that the platform keeps for three days."""

import secrets
import threading
from collections.abc import Callable
from dataclasses import dataclass

LIFE_SECONDS = 3 * 86400
MOST_BYTES_IN_ALL = 512 * 1024 * 1024

_PNG, _JPEG, _GIF = b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", (b"GIF87a", b"GIF89a")
# Each kind: its limit in bytes, the errcode beyond it, and the types that its first bytes may be.
_KINDS = {
    "image": (10 * 1024 * 1024, 40009, {"image/png", "image/jpeg", "image/gif"}),
    "voice": (2 * 1024 * 1024, 45001, {"audio/amr", "audio/mpeg"}),
    "video": (10 * 1024 * 1024, 45001, {"video/mp4"}),
    "thumb": (64 * 1024, 45001, {"image/jpeg"}),
}


class MediaRefused(Exception):
    """The platform does not take this file; `errcode`: 40004 (wrong type), 44001 (empty), 40009 or 45001 (too big)."""

    def __init__(self, errcode: int) -> None:
        super().__init__(errcode)
        self.errcode = errcode


@dataclass(frozen=True)
class Media:
    """One kept file. `kind`: image, voice, video or thumb; `created_at`: seconds since 1970."""

    media_id: str
    kind: str
    data: bytes
    filename: str
    content_type: str
    created_at: float


class MediaShelf:
    """What was uploaded and what people sent, by media id. Beyond `most_bytes` in all the oldest goes."""

    def __init__(self, clock: Callable[[], float], most_bytes: int = MOST_BYTES_IN_ALL) -> None:
        self._most_bytes = most_bytes
        self._clock = clock
        self._kept: dict[str, Media] = {}
        self._lock = threading.Lock()

    def keep(self, kind: str, data: bytes, filename: str) -> str:
        """The new media id. MediaRefused if the bytes are not of this kind, whatever the name says, or too many."""
        if kind not in _KINDS:
            raise MediaRefused(40004)
        most_bytes, too_big, types = _KINDS[kind]
        if not data:
            raise MediaRefused(44001)
        content_type = type_of(data)
        if content_type not in types:
            raise MediaRefused(40004)
        if len(data) > most_bytes:
            raise MediaRefused(too_big)
        media = Media(secrets.token_urlsafe(48), kind, data, filename, content_type, self._clock())
        with self._lock:
            self._kept[media.media_id] = media
            self._make_room()
        return media.media_id

    def find(self, media_id: str) -> Media | None:
        """The file, for three days after it was kept."""
        media = self._kept.get(media_id)
        return media if media is not None and self._is_fresh(media) else None

    def _is_fresh(self, media: Media) -> bool:
        return self._clock() - media.created_at < LIFE_SECONDS

    def _make_room(self) -> None:
        self._kept = {media_id: media for media_id, media in self._kept.items() if self._is_fresh(media)}
        total = sum(len(media.data) for media in self._kept.values())
        while total > self._most_bytes:
            oldest = self._kept.pop(next(iter(self._kept)))
            total -= len(oldest.data)


def type_of(data: bytes) -> str:
    """The media type that the first bytes say; empty for any other than WeChat takes."""
    if data.startswith(_PNG):
        return "image/png"
    if data.startswith(_JPEG):
        return "image/jpeg"
    if data.startswith(_GIF):
        return "image/gif"
    if data.startswith((b"#!AMR\n", b"#!AMR-WB\n")):
        return "audio/amr"
    if data.startswith(b"ID3") or (data[:1] == b"\xff" and data[1:2] >= b"\xe0"):
        return "audio/mpeg"
    return "video/mp4" if data[4:8] == b"ftyp" else ""
