import io
import struct
import zlib

import pytest
from PIL import Image

from bot.simulator.page.answers import SENTENCES
from bot.simulator.page.guard import MOST_BODY_BYTES, MOST_PICTURE_BYTES
from bot.simulator.page.pictures import SHELF
from tests.bot.simulator.page.visiting import Browser, follower, picture, upload

MB = 1024 * 1024
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


def send(browser: Browser, data: bytes, name: str = "photo.jpg") -> str:
    """Sends a photo and gives what the page says then."""
    path = "/phone/phones/1/photo"
    browser.page = browser._read(browser.post(path, {"picture": upload(data, name)}, follow_redirects=True))
    return browser.said


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "GIF"])
def test_a_photo_is_sent_kept_by_the_platform_and_shown(kind: str) -> None:
    browser = follower()
    data = picture(kind)
    assert send(browser, data) == ""
    media_id = browser.service.heard[0]["MediaId"]
    kept = browser.platform.media.find(media_id)
    assert kept is not None
    assert kept.data == data
    shown = browser.phone.xpath(".//*[contains(@class, 'photo')]/img")[0]
    response = browser.get(shown.get("src"))
    assert (response.status_code, response.data) == (200, data)
    assert response.headers["Content-Type"] == f"image/{kind.lower()}"
    assert "sandbox" in response.headers["Content-Security-Policy"]
    assert shown.get("alt")


def test_a_photo_of_almost_ten_megabytes_passes() -> None:
    browser = follower()
    # What follows the end of a JPEG belongs to nobody, and is carried along.
    assert send(browser, picture() + bytes(10 * MB - 2000)) == ""
    assert browser.service.heard[0]["MsgType"] == "image"


def header(width: int, height: int) -> bytes:
    """A PNG that says how large it is, and then breaks off."""
    about = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    end = b"IDAT" + zlib.compress(b"")
    chunks = [struct.pack(">I", len(part) - 4) + part + struct.pack(">I", zlib.crc32(part)) for part in (about, end)]
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "picture_empty"),
        (SVG, "picture_not_one"),
        (b"just text", "picture_not_one"),
        (b"\xff\xd8\xff", "picture_not_one"),  # the first bytes of a JPEG and nothing behind them
        (b"\x89PNG\r\n\x1a\n" + bytes(20), "picture_not_one"),
        (b"GIF89a", "picture_not_one"),
        (picture("WEBP"), "picture_not_one"),
        (picture("BMP"), "picture_not_one"),
        (picture() + bytes(MOST_PICTURE_BYTES), "picture_too_large"),
        (bytes(30 * MB), "picture_too_large"),
        (header(20_000, 20_000), "picture_too_many_dots"),  # a small file, 400 million dots
        (header(10_000, 10_000), "picture_too_many_dots"),
        (header(7_800, 7_800), "picture_too_many_dots"),
    ],
    ids=[
        "empty",
        "svg",
        "text",
        "jpeg head",
        "png head",
        "gif head",
        "webp",
        "bmp",
        "10 MB",
        "30 MB",
        "bomb",
        "large",
        "just too large",
    ],
)
@pytest.mark.parametrize("route", ["photo", "scan-picture"])
def test_what_is_no_photo_is_answered_with_one_sentence(route: str, data: bytes, said: str) -> None:
    browser = follower()
    path = f"/phone/phones/1/{route}"
    browser.page = browser._read(browser.post(path, {"picture": upload(data)}, follow_redirects=True))
    assert browser.said == SENTENCES[said]
    assert browser.service.heard == []


@pytest.mark.parametrize("route", ["photo", "scan-picture"])
def test_a_form_without_a_file_is_answered_as_an_empty_one(route: str) -> None:
    browser = follower()
    browser.page = browser._read(browser.post(f"/phone/phones/1/{route}", {}, follow_redirects=True))
    assert browser.said == SENTENCES["picture_empty"]


@pytest.mark.parametrize("path", ["phones/1/say", "phones/1/tap", "phones/1/scan", "clock"])
def test_only_pictures_may_be_large(path: str) -> None:
    browser = follower()
    assert browser.post(f"/phone/{path}", {"text": "x" * (MOST_BODY_BYTES + 1)}).status_code == 413
    assert browser.service.heard == []


def test_a_photo_needs_a_follower() -> None:
    browser = Browser()
    assert send(browser, picture()) == SENTENCES["not_following"]
    assert browser.service.heard == []


def test_the_shelf_holds_three_made_up_cards_of_a_size_for_a_page() -> None:
    browser = follower()
    images = browser.page.xpath("//*[@id='photos-1']//img")
    assert len(images) == len(SHELF) == 3
    for image in images:
        assert "编造" in image.get("alt")
        data = browser.get(image.get("src")).data
        assert len(data) <= 80 * 1024
        assert Image.open(io.BytesIO(data)).format == "JPEG"


def test_a_card_from_the_shelf_is_sent_as_a_photo() -> None:
    browser = follower()
    for card in SHELF:
        browser.post("/phone/phones/1/photo", {"card": card.file})
    assert [heard["MsgType"] for heard in browser.service.heard] == ["image"] * 3
    kept = browser.platform.media.find(browser.service.heard[0]["MediaId"])
    assert kept is not None
    assert kept.content_type == "image/jpeg"


@pytest.mark.parametrize("card", ["../page.css", "other.jpg", "/etc/passwd", "teal.jpg\x00"])
def test_only_a_card_on_the_shelf_can_be_taken(card: str) -> None:
    assert follower().post("/phone/phones/1/photo", {"card": card}).status_code == 400


def test_a_photo_that_the_platform_kept_too_long_is_said_to_be_gone() -> None:
    browser = follower()
    send(browser, picture())
    browser.platform.clock.goes_on(3 * 86400)
    browser.look()
    assert browser.phone.xpath(".//*[contains(@class, 'photo')]/img") == []
    assert "过期" in browser.rows("visitor")[0]
    assert browser.get(f"/phone/media/{browser.service.heard[0]['MediaId']}").status_code == 404


@pytest.mark.parametrize("media_id", ["x", "..", "%00", "a" * 5000])
def test_a_media_id_that_is_none_is_not_found(media_id: str) -> None:
    assert Browser().get(f"/phone/media/{media_id}").status_code == 404
