"""A reader in a process of its own, as the service sees it."""

import logging
from collections.abc import Callable
from datetime import datetime
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from urllib.parse import urlsplit

from models.adapters.ocr import sealing
from models.adapters.ocr.answers import Garbled, understood
from models.adapters.ocr.sealing import NotOurs
from models.rules.documents import Card
from models.rules.refusal import Refused

CONNECT_SECONDS = 1.0
READ_SECONDS = 20.0
LARGEST_ANSWER_BYTES = 64 * 1024

log = logging.getLogger("hallpass.ocr")


class RemoteReader:
    """Reads as models.services.card_reading.ReadCard says, at the `ocr` process of this address, which has the same
    key. Where it cannot be reached, is too slow, or says what nobody with the key says: Refused(reader_away)."""

    def __init__(self, url: str, key: bytes, clock: Callable[[], datetime]) -> None:
        parts = urlsplit(url)
        self._connection = HTTPSConnection if parts.scheme == "https" else HTTPConnection
        self._host, self._port = parts.hostname or "", parts.port
        self._path = parts.path.rstrip("/")
        self._key = key
        self._clock = clock

    def __call__(self, photo: bytes) -> Card:
        sealed = sealing.seal_photo(self._key, photo, self._clock())
        try:
            status, body = self._asked("POST", "/card", sealed)
            if status != 200:
                log.error("the reader answered %s", status)
                raise Refused("reader_away")
            return understood(sealing.unseal_answer(self._key, body, sealed))
        except (OSError, HTTPException, NotOurs, Garbled) as error:
            log.error("the reader cannot be reached: %s", type(error).__name__)
            raise Refused("reader_away") from None

    def is_well(self) -> bool:
        """Whether the process is there and has an engine."""
        try:
            return self._asked("GET", "/healthz", None)[0] == 200
        except (OSError, HTTPException):
            return False

    def _asked(self, method: str, path: str, body: bytes | None) -> tuple[int, bytes]:
        connection = self._connection(self._host, self._port, timeout=CONNECT_SECONDS)
        try:
            connection.connect()
            connection.sock.settimeout(READ_SECONDS)
            connection.request(method, f"{self._path}{path}", body, {"Content-Type": "application/octet-stream"})
            with connection.getresponse() as response:
                return response.status, response.read(LARGEST_ANSWER_BYTES)
        finally:
            connection.close()
