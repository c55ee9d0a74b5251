"""A photo opens upright and in its colours whatever phone took it; what is none is refused at once and by its kind."""

import io
import struct
import subprocess
import sys
import zlib

import numpy as np
import pillow_heif
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from models.adapters.ocr.limits import MOST_BYTES, MOST_MEGABYTES, MOST_MEGAPIXELS
from models.adapters.ocr.photos import open_photo
from models.rules.refusal import Refused
from tests.architecture.sources import ROOT

RED, GREEN, BLUE, WHITE = (255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 255)


def flag(width: int = 160, height: int = 96) -> Image.Image:
    """Red on the left above, green on the right above, blue below: no turn or mirroring looks like another."""
    image = Image.new("RGB", (width, height), BLUE)
    image.paste(RED, (0, 0, width // 2, height // 2))
    image.paste(GREEN, (width // 2, 0, width, height // 2))
    return image


def saved(image: Image.Image, kind: str = "JPEG", **options) -> bytes:
    written = io.BytesIO()
    image.save(written, kind, **options)
    return written.getvalue()


def heic(image: Image.Image, **options) -> bytes:
    written = io.BytesIO()
    pillow_heif.from_pillow(image).save(written, **options)
    return written.getvalue()


def turned_by_note(note: int) -> bytes:
    exif = Image.Exif()
    exif[0x0112] = note
    return saved(flag(), quality=95, exif=exif)


def colours(picture: np.ndarray) -> list[str]:
    """What the four quarters look like, row by row: one letter of R, G, B, W or ? each."""
    height, width = picture.shape[:2]
    spots = [picture[y, x, ::-1] for y in (height // 4, height * 3 // 4) for x in (width // 4, width * 3 // 4)]
    names = {"R": RED, "G": GREEN, "B": BLUE, "W": WHITE}
    near = [[name for name, colour in names.items() if np.abs(spot.astype(int) - colour).max() < 60] for spot in spots]
    return ["".join(found) or "?" for found in near]


def refusal(data: bytes) -> str:
    with pytest.raises(Refused) as no:
        open_photo(data)
    return no.value.code


def chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def png(width: int, height: int, *chunks: bytes) -> bytes:
    """A PNG of grey pixels with these pieces before them; it is cut short where its size is only claimed."""
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
    pixels = zlib.compress(bytes((width + 1) * height)) if width * height < 10_000 else b""
    return b"\x89PNG\r\n\x1a\n" + header + b"".join(chunks) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    "data",
    [
        saved(flag(), quality=95),
        saved(flag(), quality=95, progressive=True),
        saved(flag().convert("CMYK"), quality=95),
        saved(flag(), "PNG"),
        saved(flag().quantize(8), "PNG"),
        saved(flag(), "WEBP", quality=95),
        saved(flag(), "MPO", save_all=True, append_images=[flag(40, 24)], quality=95),
        heic(flag(), quality=90),
        heic(flag().convert("RGBA"), quality=90),
    ],
    ids=["jpeg", "progressive", "cmyk", "png", "palette", "webp", "two lenses", "heic", "heic with alpha"],
)
@pytest.mark.parametrize("longest", [None, 160, 50])
def test_a_photo_opens_in_its_colours_and_upright(data, longest):
    picture = open_photo(data, longest)
    assert colours(picture) == ["R", "G", "B", "B"]
    assert picture.dtype == np.uint8
    assert picture.shape == ((96, 160, 3) if longest in (None, 160) else (30, 50, 3))


@pytest.mark.parametrize(
    ("note", "seen"),
    [
        (1, "RGBB"),
        (2, "GRBB"),
        (3, "BBGR"),
        (4, "BBRG"),
        (5, "RBGB"),
        (6, "BRBG"),
        (7, "BGBR"),
        (8, "GBRB"),
        (9, "RGBB"),
    ],
)
@pytest.mark.parametrize("longest", [None, 70])
def test_a_photo_is_turned_as_its_note_says(note, seen, longest):
    picture = open_photo(turned_by_note(note), longest)
    assert "".join(colours(picture)) == seen
    assert (picture.shape[0] > picture.shape[1]) == (note in (5, 6, 7, 8))


@pytest.mark.parametrize(("note", "seen"), [(3, "BBGR"), (6, "BRBG"), (8, "GBRB")])
def test_a_photo_of_an_iphone_is_turned_once(note, seen):
    exif = Image.Exif()
    exif[0x0112] = note
    assert "".join(colours(open_photo(heic(flag(), quality=90, exif=exif.tobytes())))) == seen


@pytest.mark.filterwarnings("ignore:Corrupt EXIF")
def test_a_note_that_cannot_be_read_costs_no_photo():
    data = saved(flag(), quality=95, exif=b"Exif\0\0MM\0*\xff\xff\xff\xff")
    assert colours(open_photo(data)) == ["R", "G", "B", "B"]


@pytest.mark.parametrize("mode", ["RGBA", "LA"])
def test_what_is_seen_through_is_white(mode):
    image = Image.new("RGBA", (40, 40), (255, 0, 0, 0)).convert(mode)
    assert colours(open_photo(saved(image, "PNG"))) == ["W"] * 4


def test_sixteen_bits_of_grey_keep_their_shades():
    image = Image.fromarray(np.array([[0, 0x8000], [0x4000, 0xFFFF]], np.uint16))
    assert open_photo(saved(image, "PNG"))[..., 0].tolist() == [[0, 0x80], [0x40, 0xFF]]


@pytest.mark.parametrize("mode", ["1", "L", "P", "I;16"])
def test_pictures_without_colour_open_and_shrink(mode):
    image = Image.new(mode, (300, 200), 1)
    assert open_photo(saved(image, "PNG"), 100).shape == (67, 100, 3)


@pytest.mark.parametrize("shade", [0, 255])
def test_a_black_and_a_white_photo_are_photos(shade):
    assert (open_photo(saved(Image.new("RGB", (64, 48), (shade,) * 3)), 32) == shade).all()


def test_a_single_pixel_is_a_picture():
    assert open_photo(saved(Image.new("RGB", (1, 1))), 1280).shape == (1, 1, 3)


def test_a_strip_a_thousand_times_as_long_as_high_keeps_a_row_of_pixels():
    assert open_photo(saved(Image.new("RGB", (20_000, 3)), "PNG"), 500).shape == (1, 500, 3)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\0",
        b"photo",
        b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj<<>>endobj",
        b"<!DOCTYPE html><html><body><img src=x></body></html>",
        b'{"errcode":40007,"errmsg":"invalid media_id"}',
        b"PK\x03\x04" + bytes(200),
        b"BM" + bytes(200),
        b"II*\0" + bytes(200),
        saved(flag(), "GIF"),
        saved(flag(), "GIF", save_all=True, append_images=[Image.new("RGB", (160, 96))]),
        saved(flag(), "BMP"),
        saved(flag(), "TIFF"),
        saved(flag(), "PPM"),
        b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
    ],
    ids=lambda data: repr(data[:12]),
)
def test_what_is_no_photo_is_told_apart_from_one_that_broke(data):
    assert refusal(data) == "photo_not_a_picture"


@pytest.mark.parametrize(
    "data",
    [
        saved(flag())[:-400],
        saved(flag())[:200],
        saved(flag())[:3],
        saved(flag(), "PNG")[:-60],
        saved(flag(), "WEBP")[:60],
        saved(flag(), "WEBP")[:14],
        heic(flag())[:-200],
        heic(flag())[:40],
        png(0, 10),
        png(10, 0),
        png(100, 200),
        png(10, 10, chunk(b"iCCP", b"a\0\0" + zlib.compress(bytes(20_000_000)))),
        png(10, 10, *[chunk(b"zTXt", b"a\0\0" + zlib.compress(bytes(1_000_000)))] * 100),
    ],
    ids=lambda data: repr(data[:12]),
)
def test_a_photo_that_ends_early_or_holds_what_no_photo_holds_is_broken(data):
    assert refusal(data) == "photo_broken"


@pytest.mark.parametrize(("width", "height"), [(20_000, 20_000), (8_000, 6_251), (60_000, 900), (2**31 - 1, 2**31 - 1)])
def test_a_size_that_no_phone_takes_is_refused_before_anything_is_decoded(width, height):
    with pytest.raises(Refused) as no:
        open_photo(png(width, height), 1280)
    assert (no.value.code, no.value.details) == ("photo_too_many_pixels", {"most": MOST_MEGAPIXELS})


def test_a_file_larger_than_the_chat_takes_is_refused_unseen():
    with pytest.raises(Refused) as no:
        open_photo(bytes(MOST_BYTES + 1))
    assert (no.value.code, no.value.details) == ("photo_too_large", {"most": MOST_MEGABYTES})


SOUND = [saved(flag()), saved(flag(), progressive=True), saved(flag(), "PNG"), saved(flag(), "WEBP"), heic(flag())]
REFUSALS = {"photo_not_a_picture", "photo_broken", "photo_too_many_pixels"}


def opens_or_is_refused(data: bytes) -> None:
    try:
        picture = open_photo(data, 100)
    except Refused as no:
        assert no.code in REFUSALS
    else:
        assert max(picture.shape[:2]) <= 100
        assert picture.shape[2] == 3


@given(st.binary(max_size=300), st.sampled_from([b"", *(data[:12] for data in SOUND)]))
def test_any_bytes_at_all_open_or_are_refused(data, beginning):
    opens_or_is_refused(beginning + data)


@given(st.data())
@settings(deadline=None)
def test_a_photo_with_bytes_changed_or_lost_opens_or_is_refused(draw):
    data = bytearray(draw.draw(st.sampled_from(SOUND)))
    for _ in range(draw.draw(st.integers(1, 8))):
        at = draw.draw(st.integers(0, len(data) - 1) | st.integers(0, min(200, len(data) - 1)))
        match draw.draw(st.sampled_from(["change", "lose", "add"])):
            case "change":
                data[at] = draw.draw(st.integers(0, 255))
            case "lose":
                del data[at : at + draw.draw(st.integers(1, 30))]
            case "add":
                data[at:at] = draw.draw(st.binary(max_size=30))
        if not data:
            break
    opens_or_is_refused(bytes(data))


def test_the_largest_photo_of_each_kind_opens_within_bounds():
    """In a process that may not have more than 900 MB of addresses beyond what it starts with."""
    script = """
import io, resource
from PIL import Image
from models.adapters.ocr.photos import open_photo
kinds = {"JPEG": {"progressive": True}, "PNG": {"compress_level": 1}, "WEBP": {"method": 0, "quality": 1}}
photos = []
for kind, options in kinds.items():
    written = io.BytesIO()
    Image.new("RGB", (8000, 6000)).save(written, kind, **options)
    photos.append(written.getvalue())
pages = int(open("/proc/self/statm").read().split()[0])
most = pages * resource.getpagesize() + 900_000_000
resource.setrlimit(resource.RLIMIT_AS, (most, most))
for photo in photos:
    print(open_photo(photo, 1280).shape)
"""
    ran = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, timeout=110)
    assert (ran.stdout.splitlines(), ran.stderr) == (["(960, 1280, 3)"] * 3, "")
