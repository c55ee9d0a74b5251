"""What the reader holds after 50, 100, 150, 200 photos: python -m bench.reader [FOLDER of photos]

Its memory has to stay below 800 MB, and flat. Without a folder it reads pictures of print of many sizes, drawn here:
each photo of its own size is what makes an engine's memory grow."""

import io
import sys
import time
from itertools import cycle, islice
from pathlib import Path

import pylopdf_fonts_zh_cn
from PIL import Image, ImageDraw, ImageFont

from card_engine import load
from models.rules.refusal import Refused

PHOTOS = 200
EACH = 50
MOST_MEGABYTES = 800


def main(folder: Path | None) -> int:
    """Print a line every EACH photos; 1 where it holds too much, or still grows."""
    photos = [path.read_bytes() for path in sorted(folder.glob("*.jpg"))] if folder else [drawn(n) for n in range(40)]
    began = time.perf_counter()
    read = load("auto")
    print(f"reader: {'start':>11} {megabytes():4} MB, {time.perf_counter() - began:.1f} s")
    held = []
    for number, photo in enumerate(islice(cycle(photos), PHOTOS), 1):
        try:
            read(photo)
        except Refused as no:
            print(f"reader: refused, {no.code}")
        if number % EACH == 0:
            held.append(megabytes())
            seconds = (time.perf_counter() - began) / number
            print(f"reader: {number:4} photos {held[-1]:4} MB, {seconds:.2f} s a photo")
    # A tenth, since the system gives and takes pages when it likes.
    is_flat = held[-1] < 1.1 * max(held[:2])
    print(f"reader: {'flat' if is_flat else 'STILL GROWS'}, at most {max(held)} of {MOST_MEGABYTES} MB")
    return 0 if is_flat and max(held) < MOST_MEGABYTES else 1


def megabytes() -> int:
    """What this process holds, by the kernel's count of its share."""
    lines = Path("/proc/self/smaps_rollup").read_text("ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("Pss:")) // 1000


def drawn(number: int) -> bytes:
    """A photo of a page with eight lines of print, of a size of its own."""
    image = Image.new("RGB", (1200 + 37 * number, 900 + 23 * number), "white")
    font = ImageFont.truetype(str(pylopdf_fonts_zh_cn.sans_path()), 34 + number % 20)
    pen = ImageDraw.Draw(image)
    for line in range(8):
        pen.text((60, 40 + 100 * line), f"第{number}页 政务服务大厅出入登记 {line:04}"[: 8 + line * 3], "black", font)
    saved = io.BytesIO()
    image.save(saved, "JPEG", quality=85)
    return saved.getvalue()


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]) if len(sys.argv) > 1 else None))
