import io
from typing import Any

import pytest
import zxingcpp
from PIL import Image

from bot.simulator.page.answers import SENTENCES
from tests.bot.simulator.page.visiting import CODES, Browser, follower, picture, upload


def code_picture(text: str, *, scale: int = 4, kind: str = "PNG", turned: float = 0, mode: str = "L") -> bytes:
    """A picture with a code in it."""
    drawn = zxingcpp.write_barcode_to_image(zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode), scale=scale)
    image = Image.frombuffer("L", (drawn.shape[1], drawn.shape[0]), drawn).rotate(turned, expand=True, fillcolor=255)
    written = io.BytesIO()
    image.convert(mode).save(written, kind)
    return written.getvalue()


def scan(browser: Browser, data: bytes) -> Any:
    path = "/phone/phones/1/scan-picture"
    browser.page = browser._read(browser.post(path, {"picture": upload(data, "x.png")}, follow_redirects=True))
    return browser.page


@pytest.mark.parametrize(
    ("code", "status"), [("h12.in", 303), ("h12", 400), ("h12.in ", 400), ("1", 400), ("", 400), ("\0", 400)]
)
def test_only_a_posted_code_can_be_scanned(code: str, status: int) -> None:
    assert follower().post("/phone/phones/1/scan", {"code": code}).status_code == status


def test_each_poster_is_drawn_as_a_code_that_can_be_read() -> None:
    browser = follower()
    pictures = browser.page.xpath("//*[@id='scan-1']//img/@src")
    assert len(pictures) == 2
    response = browser.get(pictures[0])
    assert response.headers["Content-Type"].startswith("image/svg+xml")
    assert b"<script" not in response.data
    assert len(response.data) < 20_000
    assert browser.get("/phone/codes/h12.west.svg").status_code == 400


def test_a_poster_is_scanned_that_was_pressed_though_another_was_put_up_before_it_meanwhile() -> None:
    codes = list(CODES)
    browser = follower(codes=codes)
    codes.insert(0, ("新厅", "h13.in"))
    browser.press("scan-1-2")
    assert browser.service.heard[0]["EventKey"] == "h12.out"


@pytest.mark.parametrize(
    "how",
    [
        {},
        {"kind": "JPEG"},
        {"kind": "GIF", "mode": "P"},
        {"mode": "RGBA"},
        {"turned": 17},
        {"scale": 1},
        {"scale": 120},  # 4,000 dots wide, so that it is made smaller before
    ],
    ids=str,
)
def test_a_picture_of_a_code_of_the_account_is_as_good_as_the_code(how: dict[str, Any]) -> None:
    browser = follower()
    code = browser.platform.codes.create("QR_LIMIT_STR_SCENE", "h12.in")
    scan(browser, code_picture(code.url, **how))
    heard = browser.service.heard[0]
    assert (heard["Event"], heard["EventKey"], heard["Ticket"]) == ("SCAN", "h12.in", code.ticket)


def test_the_ticket_of_a_code_can_be_scanned_too() -> None:
    browser = follower()
    code = browser.platform.codes.create("QR_LIMIT_STR_SCENE", "h12.out")
    scan(browser, code_picture(code.ticket))
    assert browser.service.heard[0]["EventKey"] == "h12.out"


def test_an_expired_code_is_said_to_be_one() -> None:
    browser = follower()
    code = browser.platform.codes.create("QR_STR_SCENE", "h12.in", 60)
    browser.platform.clock.goes_on(61)
    scan(browser, code_picture(code.url))
    assert browser.service.heard == []
    assert "过期" in browser.rows("platform")[-1]


def test_a_code_with_an_address_opens_it() -> None:
    page = scan(follower(), code_picture("http://localhost/form?h=1"))
    assert page.xpath("//iframe/@src") == ["/phone/phones/1/go?url=http://localhost/form?h%3D1"]


def test_a_code_with_an_address_elsewhere_is_not_opened_inside() -> None:
    page = scan(follower(), code_picture("https://elsewhere.example/form"))
    assert page.xpath("//iframe") == []
    assert "微信外的网页" in page.text_content()


@pytest.mark.parametrize(
    "text", ["一段文字", "<script>alert(1)</script>", "javascript:alert(1)", "http://", "x" * 2000]
)
def test_a_code_with_any_other_text_shows_it(text: str) -> None:
    browser = follower()
    page = scan(browser, code_picture(text))
    assert page.find_class("scanned-text")[0].text == text[:1000]
    assert page.xpath("//iframe | //a[@target]") == []
    assert browser.service.heard == []


def sent(browser: Browser, data: bytes) -> str:
    """A picture that the account sent; gives its media id."""
    media_id = browser.platform.media.keep("image", data, "code.png")
    browser.platform.phone(browser.openid).receives("image", media_id=media_id)
    browser.look()
    return media_id


def test_a_code_that_the_account_sent_is_scanned_from_its_pixels() -> None:
    browser = follower()
    code = browser.platform.codes.create("QR_LIMIT_STR_SCENE", "h12.in")
    sent(browser, code_picture(code.url))
    browser.press("识别图中的码")
    heard = browser.service.heard[0]
    assert (heard["Event"], heard["EventKey"], heard["Ticket"]) == ("SCAN", "h12.in", code.ticket)


def test_a_picture_of_the_account_without_a_code_says_so() -> None:
    browser = follower()
    sent(browser, picture())
    browser.press("识别图中的码")
    assert browser.said == SENTENCES["no_code_in_picture"]


def test_a_picture_that_is_gone_cannot_be_scanned_any_more() -> None:
    browser = follower()
    media_id = sent(browser, picture())
    browser.platform.clock.goes_on(3 * 86400)
    browser.page = browser._read(browser.post("/phone/phones/1/scan-shown", {"media": media_id}, follow_redirects=True))
    assert browser.said == SENTENCES["no_code_in_picture"]


@pytest.mark.parametrize("media", ["", "x", "../../etc/passwd", "\x00", "a" * 5000])
def test_only_a_picture_of_this_chat_can_be_scanned(media: str) -> None:
    assert follower().post("/phone/phones/1/scan-shown", {"media": media}).status_code == 400


def test_a_picture_of_somebody_elses_chat_cannot_be_scanned() -> None:
    browser = follower()
    media_id = browser.platform.media.keep("image", code_picture("http://localhost/"), "code.png")
    assert browser.post("/phone/phones/1/scan-shown", {"media": media_id}).status_code == 400


def test_a_photo_of_ones_own_is_not_offered_to_be_scanned() -> None:
    browser = follower()
    browser.post("/phone/phones/1/photo", {"picture": upload(picture())})
    browser.look()
    assert "识别图中的码" not in browser.phone.text_content()


@pytest.mark.parametrize("large_is_first", [True, False])
def test_of_two_codes_in_a_picture_the_larger_one_is_meant(large_is_first: bool) -> None:
    browser = follower()
    large = Image.open(io.BytesIO(code_picture(browser.platform.codes.create("QR_LIMIT_STR_SCENE", "h12.in").url)))
    small = Image.open(io.BytesIO(code_picture("http://localhost/h/h12/in", scale=2)))
    paper = Image.new("L", (large.width, large.height + small.height), 255)
    paper.paste(large, (0, 0 if large_is_first else small.height))
    paper.paste(small, (0, large.height if large_is_first else 0))
    written = io.BytesIO()
    paper.save(written, "PNG")
    scan(browser, written.getvalue())
    assert browser.service.heard[0]["EventKey"] == "h12.in"


def test_a_picture_without_a_code_says_so() -> None:
    browser = follower()
    scan(browser, picture())
    assert browser.said == SENTENCES["no_code_in_picture"]


def test_half_a_picture_is_none() -> None:
    browser = follower()
    data = code_picture("http://localhost/", scale=8, kind="JPEG")
    scan(browser, data[: len(data) // 2])
    assert browser.said in {SENTENCES["picture_not_one"], SENTENCES["no_code_in_picture"]}
