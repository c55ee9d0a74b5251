"""Puts together what reads a photo of a card: opening it, an engine, and the understanding of its lines.

Importing this brings numpy, OpenCV and Pillow along: only a process that reads does so.
"""

import time
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any, Final

import cv2
import numpy as np

from models.adapters.ocr.engines import make_engine
from models.adapters.ocr.limits import MOST_BYTES
from models.adapters.ocr.photos import open_photo
from models.adapters.ocr.reading import Photo
from models.rules.documents import Card
from models.rules.documents.card import FIELDS
from models.rules.refusal import Refused
from models.services.card_reading import ReadCard, understand_photo

LONGEST: Final = 2600
"""Pixels of a photo's longer side at most: a card that fills a fifth of it still has letters of 20 pixels."""

_A_LINE: Final = "0123456789"


def load(engine: str) -> ReadCard:
    """A reader with its engine loaded and warm; for one thread at a time. ImportError where the engine is not
    installed."""
    loaded = make_engine(engine)
    # The first picture and the first strip take twice as long as any later ones.
    loaded.detect(np.full((640, 960, 3), 255, np.uint8))
    loaded.recognise([np.full((48, 320, 3), 255, np.uint8)])

    def read(photo: bytes) -> Card:
        return understand_photo(Photo(open_photo(photo, LONGEST), loaded))

    return read


@cache
def reads_a_line(engine: str) -> bool:
    """Whether this engine reads a plain line of digits, once tried. ImportError where it is not installed."""
    picture = np.full((64, 480, 3), 255, np.uint8)
    cv2.putText(picture, _A_LINE, (16, 44), cv2.FONT_HERSHEY_SIMPLEX, 1.1, (0, 0, 0), 2, cv2.LINE_AA)
    (said,) = make_engine(engine).recognise([picture])
    return said.text.replace(" ", "") == _A_LINE


def told(paths: Iterable[Path], engine: str) -> Iterator[dict[str, Any]]:
    """What `read-card` says of each file: file, the fields (None where one cannot be read), kind, unsure (names of the
    fields to be looked at again), seconds, which do not count the engine's start; and error, a refusal's code or
    not_readable, where it was not read. Nothing of a photo is kept. ImportError where the engine is not installed."""
    read = load(engine)
    for path in paths:
        line: dict[str, Any] = {"file": str(path).encode("utf-8", "replace").decode(), **dict.fromkeys(FIELDS)}
        began = time.perf_counter()
        try:
            with path.open("rb") as file:
                # One byte more than a photo may have says as much as all the rest of it.
                card = read(file.read(MOST_BYTES + 1))
        except OSError:
            line |= {"error": "not_readable"}
        except Refused as no:
            line |= {"error": no.code}
        else:
            line |= {name: card.text(name) for name in FIELDS}
            line |= {"kind": card.kind, "unsure": [name for name, each in card.fields.items() if not each.is_sure]}
        yield line | {"seconds": round(time.perf_counter() - began, 3)}
