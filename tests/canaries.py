"""Made-up people whose names and numbers occur nowhere else, and a search for them in every way in which a text may
have been written down: in files, in what processes hold open, in their command lines, in a database.

`Search(texts, photos).found(data)` gives what stands in some bytes; `in_files` and `in_processes` look further. A part
that has a day of its own hands in the texts of its own people.
"""

import base64
import hashlib
import json
import os
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from urllib.parse import quote_from_bytes

import numpy as np

SHORTEST = 6
"""Fewer bytes than this are found anywhere by chance; of a text whose spelling is shorter, that spelling is not
looked for."""
_KEY = 6
_PIECE = 4 * 1024 * 1024
_ENCODINGS = ("utf-8", "gbk", "utf-16-le", "utf-16-be", "utf-32-le")
_HASHES = ("md5", "sha1", "sha256", "blake2b")
_PHOTO_PART = 24
FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")


@dataclass(frozen=True)
class Found:
    """A text that stands somewhere it must not, and how it is written there."""

    text: str
    spelling: str
    where: str = ""


def spellings(text: str) -> dict[str, bytes]:
    """A text as one might come upon it, by the name of the way."""
    found: dict[str, bytes] = {}
    for encoding in _ENCODINGS:
        with suppress(UnicodeEncodeError):
            found |= _of_bytes(encoding, text.encode(encoding))
    escaped = json.dumps(text)[1:-1]
    found |= {
        "json": escaped.encode(),
        "json upper": "".join(one if one.isascii() else f"\\u{ord(one):04X}" for one in text).encode(),
        "%u": "".join(one if one.isascii() else f"%u{ord(one):04X}" for one in text).encode(),
        "xml": "".join(one if one.isascii() else f"&#{ord(one)};" for one in text).encode(),
        "xml hex": "".join(one if one.isascii() else f"&#x{ord(one):x};" for one in text).encode(),
        "xml hex upper": "".join(one if one.isascii() else f"&#x{ord(one):X};" for one in text).encode(),
        "backwards": text[::-1].encode(),
        "bytes taken for letters": text.encode().decode("latin-1").encode(),
        "full width": text.translate(FULL_WIDTH).encode(),
    }
    for name in _HASHES:
        made = hashlib.new(name, text.encode())
        found |= {name: made.digest(), f"{name} hex": made.hexdigest().encode()}
    if text.isascii() and len(text) >= 11 and text[:-1].isdigit():
        found |= {f"in groups by {mark!r}": mark.join(_groups(text)).encode() for mark in (" ", "-")}
    # Of ways that come to the same the first one counts.
    once = {spelt: way for way, spelt in reversed(found.items()) if len(spelt) >= SHORTEST}
    return {way: spelt for spelt, way in once.items()}


def _groups(number: str) -> tuple[str, ...]:
    cuts = (0, 3, 7, 11) if len(number) == 11 else (0, 6, 14, 18)
    return tuple(number[begin:end] for begin, end in pairwise(cuts))


def _of_bytes(name: str, data: bytes) -> dict[str, bytes]:
    """These bytes, plain and as text."""
    found = {
        name: data,
        f"{name} hex": data.hex().encode(),
        f"{name} HEX": data.hex().upper().encode(),
        f"{name} percent": quote_from_bytes(data, safe="").encode(),
        f"{name} percent lower": "".join(_percent(one) for one in data).encode(),
        f"{name} printable": "".join(chr(one) if 32 < one < 127 else f"={one:02X}" for one in data).encode(),
        f"{name} repr": repr(data)[2:-1].encode(),
    }
    for offset in range(3):
        # Neither the letters that the bytes before have a part in, nor those that the bytes after have.
        begin, whole = (0, 2, 3)[offset], (offset + len(data)) * 8 // 6
        letters = base64.b64encode(b"\0" * offset + data)[begin:whole]
        found[f"{name} base64 at {offset}"] = letters
        found[f"{name} base64 of addresses at {offset}"] = letters.translate(bytes.maketrans(b"+/", b"-_"))
    return found


def _percent(one: int) -> str:
    return chr(one) if quote_from_bytes(bytes([one]), safe="") == chr(one) else f"%{one:02x}"


class Search:
    """Looks for all texts in all spellings, and for parts of photos, in one pass. Of texts that nobody could guess,
    such as tokens, `secrets` leaves out the hashes: they are what is kept of them."""

    def __init__(self, texts: Iterable[str], photos: Iterable[bytes] = (), *, secrets: bool = False) -> None:
        self._by_key: dict[bytes, list[tuple[bytes, str, str]]] = {}
        self._begins = np.zeros(1 << 24, dtype=bool)
        for text in texts:
            for way, spelt in spellings(text).items():
                if not (secrets and way.startswith(_HASHES)):
                    self._add(spelt, text, way)
        for number, photo in enumerate(photos):
            for at in range(64, len(photo) - _PHOTO_PART, max(1, len(photo) // 40)):
                for way, spelt in _of_bytes("photo", photo[at : at + _PHOTO_PART]).items():
                    self._add(spelt, f"photo {number}", f"{way}, from {at}")
        self._longest = max((len(one[0]) for known in self._by_key.values() for one in known), default=1)

    def _add(self, spelt: bytes, text: str, way: str) -> None:
        if len(spelt) < SHORTEST:
            return
        self._by_key.setdefault(spelt[:_KEY], []).append((spelt, text, way))
        self._begins[spelt[0] << 16 | spelt[1] << 8 | spelt[2]] = True

    def found(self, data: bytes, where: str = "") -> set[Found]:
        """What stands in these bytes."""
        if len(data) < SHORTEST:
            return set()
        numbers = np.frombuffer(data, dtype=np.uint8).astype(np.uint32)
        begins = numbers[:-2] << 16 | numbers[1:-1] << 8 | numbers[2:]
        return {
            Found(text, way, where)
            for at in np.nonzero(self._begins[begins])[0].tolist()
            for spelt, text, way in self._by_key.get(data[at : at + _KEY], ())
            if data.startswith(spelt, at)
        }

    def in_pieces(self, pieces: Iterable[bytes], where: str = "") -> set[Found]:
        """What stands in a stream of any length, also across its pieces."""
        found, before = set[Found](), b""
        for piece in pieces:
            found |= self.found(before + piece, where)
            before = (before + piece)[-self._longest :]
        return found

    def in_file(self, path: Path) -> set[Found]:
        """What stands in a file, or in its name; nothing where it is gone meanwhile."""
        found = self.found(os.fsencode(str(path)), f"the name {path.name}")
        with suppress(OSError):
            found |= self.in_pieces(_pieces(path), str(path))
        return found

    def in_files(self, *folders: Path) -> set[Found]:
        """What stands in any file below these folders."""
        found = set[Found]()
        for folder in folders:
            for path in _below(folder):
                found |= self.in_file(path)
        return found

    def in_processes(self, *ids: int) -> set[Found]:
        """What these processes and their children show to everybody, and what stands in files that they hold open:
        their logs, and files without a name."""
        found = set[Found]()
        for pid in family(*ids):
            of_it = Path(f"/proc/{pid}")
            for name in ("cmdline", "environ", "comm"):
                with suppress(OSError):
                    found |= self.found((of_it / name).read_bytes(), f"{name} of a process")
            for link in _links(of_it / "fd"):
                with suppress(OSError):
                    target = link.readlink()
                    if link.is_file() and not str(target).startswith(("/proc", "/sys", "/dev/urandom")):
                        found |= self.in_pieces(_pieces(link), f"open: {target}")
        return found


def family(*ids: int) -> set[int]:
    """These processes and all that they have begun."""
    found = set(ids)
    for pid in ids:
        with suppress(OSError):
            for task in Path(f"/proc/{pid}/task").iterdir():
                found |= family(*map(int, (task / "children").read_text().split()))
    return found


def _pieces(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            yield piece


def _below(folder: Path) -> Iterator[Path]:
    with suppress(OSError):
        for path in sorted(folder.rglob("*")):
            if path.is_file() and not path.is_symlink():
                yield path


def _links(folder: Path) -> list[Path]:
    with suppress(OSError):
        return list(folder.iterdir())
    return []
