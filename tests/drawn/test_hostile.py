"""The table of what is sent in place of a card is what it says."""

import io
import warnings

import pillow_heif
import pytest
from PIL import Image, UnidentifiedImageError

from tests.drawn.hostile import HOSTILE, READABLE

pillow_heif.register_heif_opener()
BROKEN = [name for name, sent in HOSTILE.items() if sent.outcome == "photo_broken"]
SOUND = [name for name, sent in HOSTILE.items() if sent.outcome == READABLE]
TOO_MANY = [name for name, sent in HOSTILE.items() if sent.outcome == "photo_too_many_pixels"]


def _decoded(photo: bytes) -> tuple[int, int]:
    with Image.open(io.BytesIO(photo)) as picture:
        picture.load()
        return picture.size


@pytest.mark.parametrize("name", SOUND)
def test_what_can_be_read_can_be_decoded(name):
    with warnings.catch_warnings(action="ignore"):
        assert _decoded(HOSTILE[name].photo)


@pytest.mark.parametrize("name", BROKEN)
def test_what_is_broken_cannot(name):
    with pytest.raises((OSError, ValueError, EOFError, UnidentifiedImageError)):
        _decoded(HOSTILE[name].photo)


@pytest.mark.parametrize("name", TOO_MANY)
def test_what_has_too_many_pixels_is_small_itself(name):
    assert len(HOSTILE[name].photo) < 200_000
    with pytest.raises(Image.DecompressionBombError):
        Image.open(io.BytesIO(HOSTILE[name].photo))
