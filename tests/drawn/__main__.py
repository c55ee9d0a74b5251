"""`python -m tests.drawn FOLDER --seed N --count N --kind KIND`: writes a set of photos and its truth.json."""

import argparse
from pathlib import Path

from tests.drawn.sets import APART, KINDS, write

parser = argparse.ArgumentParser(prog="python -m tests.drawn", description=__doc__)
parser.add_argument("folder", type=Path)
parser.add_argument("--seed", type=int, default=1, help=f"below {APART} to tune by; from there on held apart")
parser.add_argument("--count", type=int, default=60)
parser.add_argument("--kind", choices=tuple(KINDS), default="plain")

if __name__ == "__main__":
    asked = parser.parse_args()
    write(asked.folder, asked.kind, asked.seed, asked.count)
