"""Ten megabytes that would keep a reader busy for ever are refused in no time; what cameras write is not."""

import pytest
from PIL import Image

from models.adapters.ocr.floods import is_flood_of_pieces, is_flood_of_scans
from models.adapters.ocr.photos import open_photo
from models.rules.refusal import Refused
from tests.models.adapters.ocr.test_photos import chunk, flag, png, saved

MEGABYTES = 9_900_000


def flooded_jpeg(piece: bytes) -> bytes:
    sound = saved(flag())
    return sound[:20] + piece * ((MEGABYTES - len(sound)) // len(piece)) + sound[20:]


def flooded_png(piece: bytes) -> bytes:
    return png(10, 10, piece * (MEGABYTES // len(piece)))


@pytest.mark.parametrize(
    ("flooded", "piece"),
    [
        (flooded_png, chunk(b"tEXt", b"a\0b")),
        (flooded_png, chunk(b"zzZz", b"")),
        (flooded_png, chunk(b"gAMA", b"\0\0\0\1")),
        (flooded_jpeg, b"\xff\xfe\0\2"),
        (flooded_jpeg, b"\xff\xfe\0\0"),
        (flooded_jpeg, b"\xff\xe1\0\x08Exif\0\0"),
        (flooded_jpeg, b"\xff\xdb\0\2"),
        (flooded_jpeg, b"\xff\xd0"),
        (flooded_jpeg, b"\xff\0"),
        (flooded_jpeg, b"\xff\xf0"),
        (flooded_jpeg, b"\xff"),
        (flooded_jpeg, b"\0"),
        (flooded_jpeg, b"\0\xff\xfe\0\2"),
    ],
)
@pytest.mark.timeout(30)
def test_a_flood_of_empty_pieces_is_refused_unread(flooded, piece):
    """Pillow would take five to fifteen seconds over each."""
    data = flooded(piece)
    assert is_flood_of_pieces(data)
    with pytest.raises(Refused) as no:
        open_photo(data)
    assert no.value.code == "photo_broken"


def test_a_photo_gone_over_again_and_again_is_refused():
    photo = saved(Image.new("L", (2000, 1500)), progressive=True)
    scan = photo[photo.rfind(b"\xff\xda") : -2]
    assert is_flood_of_scans(photo + scan * 400, 3.0)
    with pytest.raises(Refused) as no:
        open_photo(photo[:-2] + scan * 400 + photo[-2:])
    assert no.value.code == "photo_broken"


def test_what_cameras_write_is_no_flood():
    whole = Image.effect_noise((1200, 900), 90).convert("RGB")
    profile = bytes(range(256)) * 4000
    for photo in (
        saved(whole, progressive=True, quality=95, icc_profile=profile, comment=b"a" * 60_000),
        saved(whole, "PNG", compress_level=0),
        saved(whole, "MPO", save_all=True, append_images=[whole]),
    ):
        assert not is_flood_of_pieces(photo)
        assert not is_flood_of_scans(photo, 12.0)


@pytest.mark.parametrize(
    "data", [b"", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", saved(flag())[:30], saved(flag(), "WEBP")]
)
def test_a_beginning_alone_is_no_flood(data):
    assert not is_flood_of_pieces(data)
    assert not is_flood_of_scans(data, 50.0)
