"""Making a text one that the platform shows: short enough, and with nothing that breaks its envelope."""

import re

LONGEST_BYTES = 2047
"""A longer reply is shown as a failure of the account (public reports; the old documentation said 2048)."""

# What XML 1.0 forbids, and lone surrogates, which cannot be written as UTF-8.
_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
# A link as far as it goes: one that is never closed goes on to the end.
_LINK = re.compile(r"<a\s.*?(?:</a>|\Z)", re.DOTALL | re.IGNORECASE)


def fit(text: str, limit: int = LONGEST_BYTES) -> str:
    """The text, cut to `limit` bytes of UTF-8 at the end of a line, or of a character where one line is too long;
    within a link only if nothing stands before it. `]]>` cannot end the envelope's CDATA: its `>` turns full-width."""
    clean = _FORBIDDEN.sub("", text).replace("]]>", "]]＞")
    data = clean.encode()
    if len(data) <= limit:
        return clean
    longest = len(data[:limit].decode(errors="ignore"))
    links = [link.span() for link in _LINK.finditer(clean)]
    end = clean.rfind("\n", 0, longest + 1)
    while end > 0:
        start = _link_around(end, links)
        if start == end:
            break
        end = clean.rfind("\n", 0, start)
    if clean[: max(end, 0)].strip():
        return clean[:end]
    return clean[: _link_around(longest, links)] or clean[:longest]


def _link_around(place: int, links: list[tuple[int, int]]) -> int:
    """Where the link begins that a cut at `place` would go through; `place` itself where there is none."""
    return next((start for start, end in links if start < place < end), place)
