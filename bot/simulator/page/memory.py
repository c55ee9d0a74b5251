"""Uploads that are taken in without touching a disk: whoever tries the page may send a photo of a real card."""

import io
from typing import IO, Any


class InMemory:
    """A mix-in for a request. werkzeug writes uploads beyond 500 kB to temporary files otherwise; how much may come at
    all is bounded before."""

    def _get_file_stream(self, *_about: Any, **_more: Any) -> IO[bytes]:
        return io.BytesIO()
