"""A photo's bytes as pixels, in memory alone, however the phone that took it keeps photos."""

import io
from collections.abc import Callable

import cv2
import numpy as np
import pillow_heif
from numpy.typing import NDArray
from PIL import Image, UnidentifiedImageError

from models.adapters.ocr.engines import Picture
from models.adapters.ocr.floods import JPEG, PNG, is_flood_of_pieces, is_flood_of_scans
from models.adapters.ocr.limits import MOST_BYTES, MOST_MEGABYTES, MOST_MEGAPIXELS
from models.rules.refusal import Refused

FORMATS = ("JPEG", "PNG", "WEBP")
"""What Pillow may take it for, besides HEIC: each further decoder is one more that hostile bytes reach. With JPEG comes
MPO, a JPEG with further pictures behind it, as phones of several lenses write it. No GIF: no camera makes one."""

_ORIENTATION = 0x0112
_UPRIGHT: dict[int, Callable[[Picture], Picture]] = {
    2: lambda pixels: pixels[:, ::-1],
    3: lambda pixels: pixels[::-1, ::-1],
    4: lambda pixels: pixels[::-1],
    5: lambda pixels: pixels.transpose(1, 0, 2),
    6: lambda pixels: np.rot90(pixels, -1),
    7: lambda pixels: pixels[::-1, ::-1].transpose(1, 0, 2),
    8: lambda pixels: np.rot90(pixels),
}
"""What undoes each turn and mirroring of EXIF's tag 274; 1 is upright."""

_MEANT_FOR_REDUCING = ("L", "LA", "RGB", "RGBA", "CMYK")
"""In the others a value is a number in a palette or has 16 bits."""


def open_photo(data: bytes, longest: int | None = None) -> Picture:
    """The photo upright, as its own note on how the phone was held says; what is seen through is white. Its longer side
    has at most `longest` pixels, which makes it quicker to open; without, it stays as large as it is.

    Refused: photo_too_large (most: megabytes) and photo_too_many_pixels (most: millions), before anything is decoded;
    photo_not_a_picture for what is none of JPEG, PNG, WebP and HEIC; photo_broken for one that ends early, cannot be
    decoded, or holds what no photo holds."""
    if len(data) > MOST_BYTES:
        raise Refused("photo_too_large", most=MOST_MEGABYTES)
    if is_flood_of_pieces(data):
        raise Refused("photo_broken")
    try:
        return _decoded(data, longest)
    except Refused:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise Refused("photo_too_many_pixels", most=MOST_MEGAPIXELS) from None
    except UnidentifiedImageError:
        raise Refused("photo_broken" if _begins_as_a_photo(data) else "photo_not_a_picture") from None
    # Bytes out of line make the decoders raise nearly every kind there is: OSError, SyntaxError, ValueError,
    # struct.error, KeyError, RuntimeError, MemoryError ... and what they say may quote the photo.
    except Exception:
        raise Refused("photo_broken") from None


def _begins_as_a_photo(data: bytes) -> bool:
    return data.startswith((JPEG, PNG)) or (data.startswith(b"RIFF") and data[8:12] == b"WEBP")


def _decoded(data: bytes, longest: int | None) -> Picture:
    is_heic = pillow_heif.is_supported(data)
    # The class of the library itself: its registration would let every other Image.open here take HEIC as well.
    image = pillow_heif.HeifImageFile(io.BytesIO(data)) if is_heic else Image.open(io.BytesIO(data), formats=FORMATS)
    millions = image.width * image.height / 1_000_000
    if millions > MOST_MEGAPIXELS:
        raise Refused("photo_too_many_pixels", most=MOST_MEGAPIXELS)
    if is_flood_of_scans(data, millions):
        raise Refused("photo_broken")
    if image.format == "PNG":
        # Its EXIF may stand behind the pixels. One that is broken has to fail here: the second try gives half of it.
        image.load()
    # libheif has turned a HEIC already.
    upright = None if is_heic else _UPRIGHT.get(_orientation(image))
    pixels = _pixels(_reduced(image, longest))
    if longest:
        pixels = _scaled(pixels, longest)
    return np.ascontiguousarray(upright(pixels) if upright else pixels)


def _orientation(image: Image.Image) -> int:
    try:
        return int(image.getexif().get(_ORIENTATION, 1))
    # A note that nobody can read is no reason against the photo.
    except Exception:
        return 1


def _reduced(image: Image.Image, longest: int | None) -> Image.Image:
    """Not far above the size that is wanted, in whole steps; a JPEG is not even decoded at its full size."""
    times = max(image.size) / longest if longest else 1.0
    if times < 2:
        return image
    image.draft(None, (int(image.width / times), int(image.height / times)))
    times = max(image.size) // (longest or 1)
    return image.reduce(times) if times >= 2 and image.mode in _MEANT_FOR_REDUCING else image


def _pixels(image: Image.Image) -> Picture:
    if image.mode.startswith("I"):
        return _grey((np.asarray(image) >> 8).astype(np.uint8))
    if "A" in image.getbands() or "transparency" in image.info:
        seen = image.convert("RGBA")
        image = Image.new("RGB", seen.size, "white")
        image.paste(seen, mask=seen.getchannel("A"))
    return np.asarray(image.convert("RGB"))[..., ::-1]


def _grey(values: NDArray[np.uint8]) -> Picture:
    return np.repeat(values[..., np.newaxis], 3, axis=2)


def _scaled(pixels: Picture, longest: int) -> Picture:
    times = max(pixels.shape[:2]) / longest
    if times <= 1:
        return pixels
    height, width = (max(1, round(side / times)) for side in pixels.shape[:2])
    return np.asarray(cv2.resize(pixels, (width, height), interpolation=cv2.INTER_AREA), dtype=np.uint8)
