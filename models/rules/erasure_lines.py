"""The lines of the journal of erasures: what somebody asked to have erased, told by keyed hashes alone, so that it can
be erased again in a copy of the data that was made before."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

LAYOUT = "erased1"
MOST_HASHES = 40
"""So that a line stays shorter than what is written in one go."""
_LINE = re.compile(
    rf"{LAYOUT} (?P<at>[0-9-]{{10}}T[0-9:]{{8}}\.[0-9]{{6}}Z) (?P<what>[a-z]+) (?P<detail>[a-z0-9_]+|-)"
    r" (?P<key>[a-z0-9]{1,8}) (?P<hashes>[0-9a-f]{32}(?:,[0-9a-f]{32})*) (?P<mark>[0-9a-f]{32})"
)
_MOMENT = "%Y-%m-%dT%H:%M:%S.%fZ"


class What(StrEnum):
    """What was erased."""

    PERSON = "person"
    """Everything of an account or a browser, or (detail) all but its stays."""
    LEFT = "left"
    """The same, of whoever has left the account, once they are not inside any more."""
    CONSENT = "consent"
    """What somebody agreed to in a hall (detail: its id)."""
    FIELD = "field"
    """One thing (detail) that was kept for the next check-in."""
    VISITS = "visits"
    FEVERS = "fevers"


@dataclass(frozen=True)
class Line:
    """`hashes`: 16 bytes each, of an openid or of rows, under the hash key with the id `key`. `mark`: by which a line
    that was changed is known."""

    at: datetime
    what: What
    detail: str
    key: str
    hashes: tuple[bytes, ...]
    mark: bytes = b""

    @property
    def said(self) -> str:
        """All but the mark: what the mark is made of."""
        at = self.at.astimezone(UTC).strftime(_MOMENT)
        return f"{LAYOUT} {at} {self.what} {self.detail or '-'} {self.key} {','.join(one.hex() for one in self.hashes)}"

    @property
    def text(self) -> str:
        """The line without its end."""
        return f"{self.said} {self.mark.hex()}"


def read(text: str) -> Line | None:
    """What a line says; None where it is none, such as one that was cut off."""
    found = _LINE.fullmatch(text)
    if found is None or found["what"] not in list(What):
        return None
    try:
        at = datetime.strptime(found["at"], _MOMENT).replace(tzinfo=UTC)
    except ValueError:
        return None
    detail = "" if found["detail"] == "-" else found["detail"]
    hashes = tuple(bytes.fromhex(one) for one in found["hashes"].split(","))
    return Line(at, What(found["what"]), detail, found["key"], hashes, bytes.fromhex(found["mark"]))
