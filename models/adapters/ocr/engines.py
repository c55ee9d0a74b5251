"""The two engines, cnocr and rapidocr, in one shape. Both run the PP-OCRv6 weights that rapidocr's wheel carries."""

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from models.rules.documents.card import Box

Picture: TypeAlias = NDArray[np.uint8]
"""Height × width × 3, in the order blue, green, red."""

THREADS = 2
"""Of one engine: the cores of a small hall's machine. With one alone a photo takes 1.75 times as long."""


@dataclass(frozen=True, slots=True)
class Found:
    """Where a line of text stands, in pixels of the picture, and how certain it is that it is one, 0 to 1. The first
    corner is the top left one of the box as it lies in the picture, whichever way its text runs."""

    box: Box
    score: float


@dataclass(frozen=True, slots=True)
class Text:
    """What a strip says, and how certain each character is, 0 to 1. A strip in which nothing can be made out: empty."""

    text: str
    scores: tuple[float, ...]


class Engine(Protocol):
    """Not for two threads at once: a lock stands before it."""

    @property
    def name(self) -> str:
        """cnocr or rapidocr."""

    def detect(self, picture: Picture) -> list[Found]:
        """The lines of a picture of any size, in no order. The picture is taken as large as it is (in whole multiples
        of 32 pixels): the time it takes grows with the area."""

    def recognise(self, strips: Sequence[Picture]) -> list[Text]:
        """What each strip says, one upright line from left to right each, of any size; in the order of the strips."""


def make_engine(name: str = "auto", threads: int = THREADS) -> Engine:
    """The engine of that name; auto: cnocr where it is installed, else rapidocr. It takes a second (cnocr five) and
    80 MB (cnocr 870 MB), which is why neither is imported before. ImportError where its library is not installed."""
    # Both run on onnxruntime, which since 1.29 tells its maker of machine and model, unless this is set before it is
    # imported.
    os.environ["ORT_DISABLE_TELEMETRY"] = "1"
    if name == "auto":
        name = "cnocr" if find_spec("cnocr") else "rapidocr"
    return _ENGINES[name](threads)


def _rapidocr(threads: int) -> Engine:
    from models.adapters.ocr.rapid import make

    return make(threads)


def _cnocr(threads: int) -> Engine:
    from models.adapters.ocr.cn import make

    return make(threads)


_ENGINES: dict[str, Callable[[int], Engine]] = {"cnocr": _cnocr, "rapidocr": _rapidocr}
