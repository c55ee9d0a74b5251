"""What is sent where a photo of a card is asked for, and is none: each with what has to become of it.

Every photo of a card in it shows `people.CHEN`.
"""

import io
import struct
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import numpy as np
import pillow_heif
from PIL import Image, ImageDraw, ImageOps

from models.rules.documents import CardKind
from tests.drawn.journeys import card_of
from tests.drawn.people import CHEN

READABLE = "readable"


@dataclass(frozen=True)
class Sent:
    """Bytes and what has to become of them.

    `outcome`: READABLE, or the code of the refusal; `shows`: where readable, the kinds it may be taken for.
    """

    make: Callable[[], bytes]
    outcome: str
    shows: tuple[CardKind, ...] = (CardKind.NOTHING,)

    @property
    def photo(self) -> bytes:
        """The bytes; drawn once a process."""
        return _made(self.make)


@cache
def _made(make: Callable[[], bytes]) -> bytes:
    return make()


def _card() -> Image.Image:
    with Image.open(io.BytesIO(card_of(CHEN))) as picture:
        return ImageOps.exif_transpose(picture).convert("RGB")


def _saved(picture: Image.Image, kind: str, **options: object) -> bytes:
    with io.BytesIO() as buffer:
        picture.save(buffer, kind, **options)
        return buffer.getvalue()


def _plain(colour: tuple[int, int, int]) -> bytes:
    return _saved(Image.new("RGB", (1280, 960), colour), "JPEG")


def _wall() -> bytes:
    grain = np.random.default_rng(1).normal(0, 9, (960, 1280, 1))
    light = np.linspace(150, 215, 1280)[None, :, None] * np.ones((960, 1, 3)) * np.array((1, 0.97, 0.9))
    return _saved(Image.fromarray(np.clip(light + grain, 0, 255).astype(np.uint8)), "JPEG")


def _face() -> bytes:
    picture = Image.new("RGB", (960, 1280), (120, 150, 170))
    pen = ImageDraw.Draw(picture)
    for box, colour in (
        ((130, 980, 830, 1500), (60, 60, 90)),
        ((260, 260, 700, 900), (225, 185, 160)),
        ((250, 200, 710, 480), (40, 30, 30)),
        ((350, 520, 430, 560), (250, 250, 250)),
        ((530, 520, 610, 560), (250, 250, 250)),
        ((380, 525, 410, 555), (30, 30, 30)),
        ((560, 525, 590, 555), (30, 30, 30)),
        ((400, 740, 560, 780), (170, 70, 70)),
    ):
        pen.ellipse(box, fill=colour)
    return _saved(picture, "JPEG")


def _moire() -> bytes:
    across, down = np.meshgrid(np.arange(1280), np.arange(960))
    first, second = np.sin(across * 1.9 + down * 0.21), np.sin(across * 1.87 - down * 0.17)
    grey = 120 + 50 * first * second
    return _saved(Image.fromarray(np.stack([grey, grey * 0.9, grey * 1.2], -1).clip(0, 255).astype(np.uint8)), "JPEG")


def _half_a_card() -> bytes:
    picture = _card()
    # The left of the card stays: labels, name and sex, but hardly half of the number.
    return _saved(picture.crop((0, 0, round(picture.width * 0.45), picture.height)), "JPEG")


def _broken(photo: bytes) -> bytes:
    """Bytes in its middle are another photo's."""
    middle = len(photo) // 2
    return photo[:middle] + bytes(range(1, 201)) * 20 + photo[middle + 4000 :]


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def _png(width: int, height: int, *chunks: tuple[bytes, bytes], depth: int = 1) -> bytes:
    header = struct.pack(">IIBBBBB", width, height, depth, 0, 0, 0, 0)
    parts = ((b"IHDR", header), *chunks, (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(*part) for part in parts)


def _png_bomb() -> bytes:
    """400 million pixels, whole and valid, in 50 kB."""
    return _png(20_000, 20_000, (b"IDAT", zlib.compress(bytes(2501 * 20_000), 9)))


def _png_text_bomb() -> bytes:
    """A small grey picture with a remark of 100 MB, compressed to 100 kB."""
    remark = b"Comment\0\0" + zlib.compress(bytes(100_000_000), 9)
    return _png(64, 64, (b"zTXt", remark), (b"IDAT", zlib.compress(bytes(65 * 64))), depth=8)


def _jpeg_that_claims(width: int, height: int) -> bytes:
    """A real small JPEG whose header says another size."""
    photo = bytearray(_plain((90, 90, 90)))
    start = photo.index(b"\xff\xc0")
    photo[start + 5 : start + 9] = struct.pack(">HH", height, width)
    return bytes(photo)


def _with_segments(marker: int, data: bytes, how_many: int) -> bytes:
    """The card with more segments of the kind before its picture."""
    photo = card_of(CHEN)
    segment = bytes((0xFF, marker)) + struct.pack(">H", len(data) + 2) + data
    return photo[:2] + segment * how_many + photo[2:]


def _gif() -> bytes:
    frames = [Image.new("P", (320, 240), colour) for colour in (10, 60, 110, 160)]
    return _saved(frames[0], "GIF", save_all=True, append_images=frames[1:], duration=100, loop=0)


def _zip_bomb() -> bytes:
    with io.BytesIO() as buffer:
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
            for number in range(4):
                archive.writestr(f"{number}.jpg", bytes(20_000_000))
        return buffer.getvalue()


def _heic() -> bytes:
    with io.BytesIO() as buffer:
        pillow_heif.from_pillow(_card()).save(buffer, quality=70)
        return buffer.getvalue()


def _heic_turned() -> bytes:
    """As an iPhone held upright writes it: the turn is a property of the picture, which its decoder applies."""
    with io.BytesIO() as buffer:
        exif = Image.Exif()
        exif[0x0112] = 6
        file = pillow_heif.from_pillow(_card().rotate(90, expand=True))
        file.info["exif"] = exif.tobytes()
        file.save(buffer, quality=70)
        return buffer.getvalue()


def _exif_turned() -> bytes:
    picture = _card().rotate(90, expand=True)
    exif = Image.Exif()
    exif[0x0112] = 6
    return _saved(picture, "JPEG", exif=exif)


def _many_frames() -> bytes:
    """As cameras write it that keep a small copy behind the picture."""
    picture = _card()
    return _saved(picture, "MPO", save_all=True, append_images=[picture.resize((160, 120))])


def _16_bit() -> bytes:
    return _saved(Image.fromarray(np.asarray(_card().convert("L")).astype(np.uint16) * 257), "PNG")


def _see_through() -> bytes:
    """A picture cut out on a phone: what is around it is not there, and black beneath."""
    picture = _card().convert("RGBA")
    outside = Image.new("RGBA", (picture.width + 200, picture.height + 200), (0, 0, 0, 0))
    outside.paste(picture, (100, 100))
    return _saved(outside, "PNG")


def _big() -> bytes:
    """12 million pixels, as a phone of today takes."""
    return _saved(_card().resize((4000, 3000), Image.Resampling.BICUBIC), "JPEG", quality=80)


_RESIDENT = (CardKind.RESIDENT,)
_PART = (CardKind.RESIDENT, CardKind.OTHER, CardKind.NOTHING)
_NO_PICTURE, _BROKEN, _PIXELS = "photo_not_a_picture", "photo_broken", "photo_too_many_pixels"

HOSTILE: dict[str, Sent] = {
    "a wall": Sent(_wall, READABLE),
    "a face": Sent(_face, READABLE),
    "a screen with moiré": Sent(_moire, READABLE),
    "black": Sent(lambda: _plain((0, 0, 0)), READABLE),
    "white": Sent(lambda: _plain((255, 255, 255)), READABLE),
    "one pixel": Sent(lambda: _saved(Image.new("RGB", (1, 1)), "PNG"), READABLE),
    "a strip of one row": Sent(lambda: _saved(Image.new("RGB", (4000, 1), (90, 90, 90)), "PNG"), READABLE),
    "half a card": Sent(_half_a_card, READABLE, _PART),
    "a card in CMYK": Sent(lambda: _saved(_card().convert("CMYK"), "JPEG", quality=90), READABLE, _RESIDENT),
    "a card in grey": Sent(lambda: _saved(_card().convert("L"), "JPEG", quality=90), READABLE, _RESIDENT),
    "a card in 16 bits": Sent(_16_bit, READABLE, _RESIDENT),
    "a card with a palette": Sent(lambda: _saved(_card().quantize(256), "PNG"), READABLE, _RESIDENT),
    "a card cut out": Sent(_see_through, READABLE, _RESIDENT),
    "a progressive JPEG": Sent(lambda: _saved(_card(), "JPEG", progressive=True), READABLE, _RESIDENT),
    "a WebP": Sent(lambda: _saved(_card(), "WEBP", quality=85), READABLE, _RESIDENT),
    "a HEIC": Sent(_heic, READABLE, _RESIDENT),
    "a HEIC that is turned": Sent(_heic_turned, READABLE, _RESIDENT),
    "a JPEG turned by its EXIF": Sent(_exif_turned, READABLE, _RESIDENT),
    "a JPEG with a second frame": Sent(_many_frames, READABLE, _RESIDENT),
    "a JPEG with 3 MB of EXIF": Sent(
        lambda: _with_segments(0xE1, b"Exif\0\0" + bytes(60_000), 50), READABLE, _RESIDENT
    ),
    "a JPEG with EXIF that is rubbish": Sent(
        lambda: _with_segments(0xE1, b"Exif\0\0" + b"II*\0" + b"\xff" * 2000, 1), READABLE, _RESIDENT
    ),
    "12 million pixels": Sent(_big, READABLE, _RESIDENT),
    "no bytes": Sent(lambda: b"", _NO_PICTURE),
    "one byte": Sent(lambda: b"\xff", _NO_PICTURE),
    "a text": Sent(lambda: "不是照片".encode(), _NO_PICTURE),
    "HTML named .jpg": Sent(lambda: b"<!DOCTYPE html><html><body>404</body></html>", _NO_PICTURE),
    "JSON of the platform": Sent(lambda: b'{"errcode":40007,"errmsg":"invalid media_id"}', _NO_PICTURE),
    "a PDF named .jpg": Sent(lambda: _saved(_card().resize((400, 300)), "PDF"), _NO_PICTURE),
    "an SVG": Sent(lambda: b'<svg xmlns="http://www.w3.org/2000/svg"><text>x</text></svg>', _NO_PICTURE),
    "an animated GIF": Sent(_gif, _NO_PICTURE),
    "a TIFF": Sent(lambda: _saved(_card().resize((400, 300)), "TIFF"), _NO_PICTURE),
    "a zip bomb": Sent(_zip_bomb, _NO_PICTURE),
    "rubbish": Sent(lambda: np.random.default_rng(2).bytes(50_000), _NO_PICTURE),
    "a JPEG that ends early": Sent(lambda: card_of(CHEN)[: len(card_of(CHEN)) // 2], _BROKEN),
    "a JPEG of its header alone": Sent(lambda: card_of(CHEN)[:400], _BROKEN),
    "a JPEG of two bytes": Sent(lambda: b"\xff\xd8", _NO_PICTURE),
    "a PNG that ends early": Sent(lambda: _saved(_card(), "PNG")[:30_000], _BROKEN),
    "a PNG with a wrong sum": Sent(lambda: _broken(_saved(_card(), "PNG")), _BROKEN),
    "a HEIC that ends early": Sent(lambda: _heic()[:20_000], _BROKEN),
    "a WebP that ends early": Sent(lambda: _saved(_card(), "WEBP", quality=85)[:9_000], _BROKEN),
    "a PNG with a remark of 100 MB": Sent(_png_text_bomb, _BROKEN),
    "20,000 × 20,000 in a header": Sent(lambda: _png(20_000, 20_000), _PIXELS),
    "20,000 × 20,000 in 50 kB": Sent(_png_bomb, _PIXELS),
    "a JPEG that claims 65,000 × 65,000": Sent(lambda: _jpeg_that_claims(65_000, 65_000), _PIXELS),
    "a PNG that claims 2,000,000,000 a side": Sent(lambda: _png(2_000_000_000, 2_000_000_000), _PIXELS),
    "60 MB": Sent(lambda: card_of(CHEN) + bytes(60_000_000), "photo_too_large"),
}
"""By what it is. Where a reader's limits on bytes and pixels are other than usual, its own tests add to this."""

_READ_AT_BOTH_DOORS = {"a wall", "half a card", "a card in grey"}
AT_BOTH_DOORS = [name for name, sent in HOSTILE.items() if sent.outcome != READABLE or name in _READ_AT_BOTH_DOORS]
"""What chat is tried with as well as the form. How a photo is written is the reader's matter alone, and one reader
stands behind both: those that it reads in vain, or in full, are sent once through the form."""
