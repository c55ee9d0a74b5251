"""`python -m bench.cards FOLDER…`: how many photos of cards are read right, and in what time against the library alone.

A folder holds photos and `truth.json`: by file name the fields, empty where nothing can be read, and the `kind` if that
is another than a resident's card. The library (rapidocr, or with `--engine cnocr` that one, on the same weights) reads
each photo in turns with ours, as it is and at full size, as its own call does by itself.
"""

import argparse
import json
import statistics
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from io import BytesIO
from pathlib import Path
from typing import Any

from PIL import Image

import card_engine
from models.adapters.ocr.engines import THREADS
from models.rules.documents.card import FIELDS, Card, CardKind

NEEDED = ("name", "id_number", "address")
MOST_RATIO = 0.5


@dataclass
class Score:
    """Counts by field. `wrong`: a value that is not there; `wrong_sure`: without a mark; `marked`: right, with one."""

    photos: int = 0
    whole: int = 0
    kinds: int = 0
    right: Counter[str] = field(default_factory=Counter)
    wrong: Counter[str] = field(default_factory=Counter)
    wrong_sure: Counter[str] = field(default_factory=Counter)
    marked: Counter[str] = field(default_factory=Counter)

    def add(self, card: Card, truth: Mapping[str, str]) -> bool:
        """Whether name, number and address are all as they should be."""
        said = {name: card.text(name) or "" for name in FIELDS}
        right = {name for name in FIELDS if said[name] == truth.get(name, "")}
        wrong = {name for name in FIELDS if said[name] and name not in right}
        self.photos += 1
        self.kinds += card.kind == truth.get("kind", CardKind.RESIDENT)
        self.right.update(right)
        self.wrong.update(wrong)
        self.wrong_sure.update(name for name in wrong if card.fields[name].is_sure)
        self.marked.update(name for name in right if said[name] and not card.fields[name].is_sure)
        is_whole = right.issuperset(NEEDED)
        self.whole += is_whole
        return is_whole

    def lines(self) -> Iterator[str]:
        """Of the printed report."""
        yield f"  name, number and address right: {self.whole / self.photos:.3f} of {self.photos}; kind {self.kinds}"
        for name in FIELDS:
            yield (
                f"  {name:10} right {self.right[name] / self.photos:.3f}, of these marked {self.marked[name]}; "
                f"wrong {self.wrong[name]}, of these unmarked {self.wrong_sure[name]}"
            )


def main() -> int:
    """Measure and print; 1 if a number is wrong, or if it takes more than half of the library's time."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("folders", nargs="+", type=Path)
    options.add_argument("--engine", choices=_ALONE, default="rapidocr")
    options.add_argument("-v", action="store_true", dest="tells", help="name the photos that are not read whole")
    asked = options.parse_args()
    read = card_engine.load(asked.engine)
    # Not before our engine, which keeps the library from telling its maker of its use.
    alone = _ALONE[asked.engine]()
    failed = False
    for folder in asked.folders:
        failed |= not _measured(folder, read, alone, asked.tells)
    return int(failed)


def _measured(folder: Path, read: Callable[[bytes], Card], alone: Callable[[bytes], Any], tells: bool) -> bool:
    truth = json.loads((folder / "truth.json").read_text("utf-8"))
    score, ours, theirs = Score(), [], []
    for name in sorted(truth):
        photo = (folder / name).read_bytes()
        if not ours:
            read(photo), alone(photo)  # the first is slower for both
        seconds, card = _timed(lambda: read(photo))  # noqa: B023
        ours.append(seconds)
        theirs.append(_timed(lambda: alone(photo))[0])  # noqa: B023
        if not score.add(card, truth[name]) and tells:
            print(f"  {name}: {truth[name].get('photo')}")
    print(f"{folder}:", *score.lines(), sep="\n")
    ratios = [at(ours) / at(theirs) for at in (statistics.median, _p95)]
    print(
        f"  p50 {statistics.median(ours):.2f} s, p95 {_p95(ours):.2f} s; "
        f"of the library alone p50 × {ratios[0]:.2f}, p95 × {ratios[1]:.2f}"
    )
    return not score.wrong["id_number"] and max(ratios) <= MOST_RATIO


def _rapidocr() -> Callable[[bytes], Any]:
    reads: Callable[[bytes], Any] = import_module("rapidocr").RapidOCR()
    return reads


def _cnocr() -> Callable[[bytes], Any]:
    reader = import_module("models.adapters.ocr.cn").bare(THREADS)
    return lambda photo: reader.ocr(Image.open(BytesIO(photo)))


_ALONE = {"rapidocr": _rapidocr, "cnocr": _cnocr}


def _timed(do: Callable[[], Any]) -> tuple[float, Any]:
    begun = time.perf_counter()
    done = do()
    return time.perf_counter() - begun, done


def _p95(seconds: Sequence[float]) -> float:
    return sorted(seconds)[int(len(seconds) * 0.95)]


if __name__ == "__main__":
    sys.exit(main())
