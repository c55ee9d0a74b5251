"""`python -m bench.posters`: seconds and kB of a poster and of a sheet, and how many of 200 distorted photographs of
the page a decoder that is not ours reads."""

import argparse
import random
import statistics
import sys
import time
from collections.abc import Callable

from models.adapters.posters import Poster, default_notice, poster_pdf, sheet_pdf
from tests.printed import photographed, pictures, seen

PHOTOGRAPHS = 200
ROUNDS = 10
MOST_KB = 200


def main() -> int:
    """Measure and print; gives the exit code."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--seed", type=int, default=1)
    seed = options.parse_args().seed
    hall = "江城市滨河区政务服务中心"
    posters = [_poster(hall, door, direction) for door in range(1, 21) for direction in ("in", "out")]
    kb = [_measured("poster", lambda: poster_pdf(posters[0])), _measured("sheet", lambda: sheet_pdf(hall, posters))]
    chance = random.Random(seed)
    read = 0
    pages = [(poster.code_url, pictures(poster_pdf(poster))[0]) for poster in posters[:2]]
    for number in range(PHOTOGRAPHS):
        address, page = pages[number % len(pages)]
        read += address in seen(photographed(page, chance))
    print(f"seed {seed}: {read} of {PHOTOGRAPHS} photographs read ({read / PHOTOGRAPHS:.1%})")
    return 0 if read == PHOTOGRAPHS and max(kb) < MOST_KB else 1


def _poster(hall: str, door: int, direction: str) -> Poster:
    return Poster(
        hall=hall,
        door=f"{door}号门",
        direction=direction,
        code_url=f"http://weixin.qq.com/q/02aB3dE5fGhIj1{door:04}{direction}",
        form_url=f"https://hall.example.gov.cn/h/k7m3qx/{direction}",
        account="大厅出入自助登记系统",
        notice=default_notice("010-12345678", 30),
        version=1,
    )


def _measured(name: str, make: Callable[[], bytes]) -> float:
    """kB of the file; prints the first time, with the font's table, and the median of further ones."""
    seconds = []
    for _ in range(1 + ROUNDS):
        begun = time.perf_counter()
        pdf = make()
        seconds.append(time.perf_counter() - begun)
    first, *later = seconds
    print(f"{name}: {first:.2f} s first, {statistics.median(later):.2f} s then, {len(pdf) / 1000:.0f} kB")
    return len(pdf) / 1000


if __name__ == "__main__":
    sys.exit(main())
