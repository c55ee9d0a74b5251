"""Files that are small and open into minutes of work, told before anything of them is decoded.

Pillow walks in Python through what stands before a picture's pixels: ten megabytes of empty pieces keep it busy for
five to fifteen seconds. A progressive JPEG may have its pixels gone over again for every few bytes."""

import re

JPEG = b"\xff\xd8\xff"
PNG = b"\x89PNG\r\n\x1a\n"

MOST_PIECES = 5000
"""Ten megabytes of PNG in the usual pieces of eight kilobytes are 1,250; a JPEG has some 20, and 255 more where a
profile of colours is cut up."""
MOST_JUNK = 64 * 1024
"""Bytes between the pieces of a JPEG: some cameras leave a few."""
MOST_SCANS_TIMES_MEGAPIXELS = 1000
"""A progressive photo has ten scans, with its thumbnail and what else a phone puts into the file thirty."""

_MARK = re.compile(rb"\xff+[^\xff]")
_START_OF_SCAN = 0xDA
_ALONE = frozenset((0x00, 0xC8, *range(0xD0, 0xDA), *range(0xF0, 0xFE)))
"""Marks behind which Pillow looks for no length."""


def is_flood_of_pieces(data: bytes) -> bool:
    """Of a JPEG or PNG: that so much stands around the pixels as no camera writes. Takes milliseconds."""
    if data.startswith(PNG):
        return _png_floods(data)
    return data.startswith(JPEG) and _jpeg_floods(data)


def is_flood_of_scans(data: bytes, megapixels: float) -> bool:
    """Of a JPEG: that its pixels are gone over more often than any photo needs. Within the data of a scan the mark
    cannot occur: the standard writes a zero behind 0xFF there."""
    return (
        data.startswith(JPEG) and data.count(bytes((0xFF, _START_OF_SCAN))) * megapixels > MOST_SCANS_TIMES_MEGAPIXELS
    )


def _png_floods(data: bytes) -> bool:
    at = len(PNG)
    for _ in range(MOST_PIECES):
        if at + 8 > len(data):
            return False
        # Length, name, what it holds, checksum.
        at += 12 + int.from_bytes(data[at : at + 4], "big")
    return True


def _jpeg_floods(data: bytes) -> bool:
    at, junk = 2, 0
    for _ in range(MOST_PIECES):
        mark = _MARK.search(data, at)
        if not mark:
            return junk + len(data) - at > MOST_JUNK
        junk += mark.end() - 2 - at
        if junk > MOST_JUNK:
            return True
        kind, at = data[mark.end() - 1], mark.end()
        if kind == _START_OF_SCAN:
            return False
        if kind not in _ALONE:
            # The length counts its own two bytes.
            at += max(2, int.from_bytes(data[at : at + 2], "big"))
    return True
