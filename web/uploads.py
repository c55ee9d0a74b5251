"""Whatever is sent is taken apart in memory, never on disk; and a photo may be larger than a form.

Werkzeug puts parts of more than 500 kB into a temporary file. The limits are set before anything reads the body, which
the check of the form's token is the first to do.
"""

import threading
from io import BytesIO
from typing import IO

from flask import Flask, Request, current_app, request
from werkzeug.exceptions import RequestEntityTooLarge

from models.adapters.ocr.limits import MOST_BYTES, MOST_MEGABYTES
from models.rules.refusal import Refused

MOST_FIELDS = 100
_READ_AHEAD = 128 * 1024
"""Werkzeug counts to a field's size whatever its parser holds: 64 kB of the file that it has just read, and what it
kept back of those before, which may be the beginning of a boundary."""
AT_ONCE = 4
"""Photos that one process holds at the same time: half of its threads, as `serve` makes them, stay for check-ins, and
at most 40 MB are taken up."""

_TAKE_A_PHOTO = ("visitor.card", "desks.card")
PLACES = "hallpass.photos_at_once"
"""Among the extensions of an application."""


class _Nowhere(BytesIO):
    """Where a photo goes that there is no place for; what was typed beside it is still wanted."""

    def write(self, data: object) -> int:
        return len(data)  # type: ignore[arg-type]


class InMemory(Request):
    """A request whose files stay in memory. `has_place`: whether the photo was kept; without a place it is not."""

    has_place = False

    def _get_file_stream(self, *_args: object, **_kwargs: object) -> IO[bytes]:
        if self.endpoint not in _TAKE_A_PHOTO:
            return BytesIO()
        self.has_place = self.has_place or _places().acquire(blocking=False)
        return BytesIO() if self.has_place else _Nowhere()


def register(app: Flask, largest_form: int) -> None:
    """Set this up for every request of the application; to be called before the check of tokens is."""
    app.request_class = InMemory
    app.extensions[PLACES] = places()

    @app.before_request
    def allow_a_photo() -> None:
        if request.endpoint not in _TAKE_A_PHOTO or request.method != "POST":
            return
        request.max_content_length = MOST_BYTES + largest_form
        request.max_form_memory_size = largest_form + _READ_AHEAD
        request.max_form_parts = MOST_FIELDS
        try:
            request.files  # noqa: B018 - takes the body apart
        except RequestEntityTooLarge:
            if (request.content_length or 0) <= request.max_content_length:
                raise  # too many fields, or too long ones: no page of ours sends those
            raise Refused("photo_too_large", most=MOST_MEGABYTES) from None

    @app.teardown_request
    def free_the_place(_error: BaseException | None) -> None:
        if isinstance(request, InMemory) and request.has_place:
            _places().release()


def photo() -> bytes:
    """The one photo that was sent. Refused with photo_missing, photo_one_only, reader_busy (there was no place for it)
    and photo_too_large."""
    sent = [file for file in request.files.getlist("photo") if file.filename]
    if len(sent) > 1:
        raise Refused("photo_one_only")
    if not sent:
        raise Refused("photo_missing")
    if not request.has_place:  # type: ignore[attr-defined]
        raise Refused("reader_busy")
    found = sent[0].read()
    if not found:
        raise Refused("photo_missing")
    if len(found) > MOST_BYTES:
        raise Refused("photo_too_large", most=MOST_MEGABYTES)
    return found


def places() -> threading.BoundedSemaphore:
    """Those of one application, all of them free."""
    return threading.BoundedSemaphore(AT_ONCE)


def _places() -> threading.BoundedSemaphore:
    found: threading.BoundedSemaphore = current_app.extensions[PLACES]
    return found
