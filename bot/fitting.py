"""Making a text one that the platform shows: short enough, and with nothing that breaks its envelope."""

import re

LONGEST_BYTES = 2047
"""A longer reply is shown as a failure of the account (public reports; the old documentation said 2048)."""

# What XML 1.0 forbids, and lone surrogates, which cannot be written as UTF-8.
_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_WHOLE = re.compile(r"<a [^>]*>.*?</a>|.", re.DOTALL)


def fit(text: str, limit: int = LONGEST_BYTES) -> str:
    """The text, cut to `limit` bytes of UTF-8 at the end of a line, or of a character where one line is too long;
    never within a link. `]]>` cannot end the envelope's CDATA: its `>` becomes a full-width one."""
    clean = _FORBIDDEN.sub("", text).replace("]]>", "]]＞")
    if len(clean.encode()) <= limit:
        return clean
    lines: list[str] = []
    left = limit
    for line in clean.split("\n"):
        size = len(line.encode()) + bool(lines)
        if size > left:
            break
        lines.append(line)
        left -= size
    return "\n".join(lines) if any(lines) else _cut(clean, limit)


def _cut(text: str, limit: int) -> str:
    kept, left = [], limit
    for part in _WHOLE.findall(text):
        left -= len(part.encode())
        if left < 0:
            break
        kept.append(part)
    return "".join(kept)
