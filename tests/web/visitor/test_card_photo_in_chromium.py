"""A photo of a card on the form, as a phone shows it: taken, sent, read, corrected; and without scripts."""

import io
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import peewee
import pytest
from PIL import Image
from playwright.sync_api import Locator, Page, expect

from models.adapters.ocr.limits import MOST_BYTES
from models.phrases import PHRASES
from tests.drawn.people import CHEN
from tests.plugins.chromium import PATIENCE_MS, Tab
from tests.service import Service
from tests.web.browser import LOOKS, looked_at, served
from tests.web.scripted_reader import ADDRESS, NAME, NUMBER, Reader, card
from tests.web.trial import application, outside

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)

GROUPED = "110105 19491231 002X"
SIDE = 1600
"""The longest side of what a page sends, in pixels."""
HEIC = b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic" + bytes(5000)


def phrase(key: str, language: str = "zh", **values: object) -> str:
    return PHRASES[language][key].format(**values)


def photo(width: int = 2400, height: int = 1800, orientation: int = 1) -> dict[str, object]:
    """A JPEG as a camera names it: one half dark, and with the noise that makes a photo large."""
    picture, made = Image.new("RGB", (width, height), "white"), io.BytesIO()
    picture.paste("black", (0, 0, width // 2, height))
    picture = Image.blend(picture, Image.effect_noise((width, height), 60).convert("RGB"), 0.15)
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010F] = "a camera"
    picture.save(made, "JPEG", exif=exif)
    return {"name": "张三身份证.jpg", "mimeType": "image/jpeg", "buffer": made.getvalue()}


@dataclass
class Form:
    """The form of a hall in a tab."""

    tab: Tab
    reader: Reader
    address: str

    @property
    def page(self) -> Page:
        return self.tab.page

    def takes(self, file: dict[str, object] | None = None) -> None:
        """With the camera; a tap on its label would open the phone's own."""
        camera = self.page.get_by_label("拍证件").or_(self.page.get_by_label("重拍"))
        camera.focus()
        camera.set_input_files(file or photo())  # type: ignore[arg-type]

    def control(self, name: str) -> Locator:
        return self.page.locator(f"[name={name}]")

    def holds(self, **texts: str) -> None:
        for name, text in texts.items():
            expect(self.control(name)).to_have_value(text)

    @property
    def told(self) -> Locator:
        return self.page.locator(".card-told")

    def forgives_its_status(self) -> None:
        self.tab.forgives("the server responded with a status of")


@pytest.fixture
def reader() -> Reader:
    return Reader()


@pytest.fixture
def address(database: peewee.Database, reader: Reader) -> Iterator[str]:
    with served(application(world=outside(read_card=reader))) as url:
        yield f"{url}/h/{Service().hall().code}/in"


@pytest.fixture
def form(address: str, reader: Reader, open_tab: Callable[..., Tab]) -> Form:
    tab = open_tab()
    tab.page.goto(address)
    return Form(tab, reader, address)


# --- what was read ---


def test_a_photo_fills_the_form_and_says_so(form: Form) -> None:
    form.takes()
    form.holds(name=NAME, id_number=GROUPED, address=ADDRESS)
    expect(form.told).to_have_text(phrase("card_photo.read"))
    expect(form.page.locator(".note")).to_have_count(0)
    expect(form.control("phone")).to_be_focused()


def test_a_photo_of_the_album_does_the_same(form: Form) -> None:
    form.page.get_by_label("从相册选").set_input_files(photo())  # type: ignore[arg-type]
    form.holds(name=NAME, id_number=GROUPED)


def test_the_camera_is_asked_for_its_back_and_the_album_for_pictures(form: Form) -> None:
    camera, album = form.page.get_by_label("拍证件"), form.page.get_by_label("从相册选")
    expect(camera).to_have_attribute("capture", "environment")
    expect(album).to_have_attribute("accept", "image/*")
    assert album.get_attribute("capture") is None


def test_what_is_doubtful_is_marked_and_led_to_until_it_is_changed(form: Form) -> None:
    form.reader.says = card(name=NAME, id_number=NUMBER, address=ADDRESS, unsure=("address",))
    form.takes()
    address = form.control("address")
    expect(address).to_be_focused()
    expect(address).to_have_accessible_description(f"{phrase('visit_form.help_address')} {phrase('card_photo.check')}")
    address.press("End")
    address.press("2")
    expect(form.page.locator(".note")).to_have_count(0)
    expect(address).to_have_accessible_description(phrase("visit_form.help_address"))


def test_what_is_doubtful_is_marked_again_when_the_form_comes_back(form: Form) -> None:
    form.reader.says = card(name=NAME, id_number=NUMBER, address=ADDRESS, unsure=("address",))
    form.takes()
    form.holds(address=ADDRESS)
    form.page.get_by_role("button", name=phrase("visit_form.send"), exact=True).click()
    expect(form.page.locator(".told-problem")).to_be_visible()
    expect(form.control("address")).to_have_value(ADDRESS)
    expect(form.page.locator("#address-note")).to_have_text(phrase("card_photo.check"))


def test_a_long_address_is_seen_whole(form: Form) -> None:
    form.reader.says = card(name=NAME, id_number=NUMBER, address=CHEN.address, unsure=("address",))
    form.takes()
    expect(form.control("address")).to_have_value(CHEN.address)
    assert form.control("address").evaluate(
        "one => one.scrollHeight <= one.clientHeight && one.scrollWidth <= one.clientWidth"
    )


def test_what_could_not_be_read_is_led_to(form: Form) -> None:
    form.reader.says = card(id_number=NUMBER, address=ADDRESS)
    form.takes()
    expect(form.control("name")).to_be_focused()
    expect(form.page.locator("#name-note")).to_have_text(phrase("card_photo.unread_here"))
    expect(form.told).to_contain_text(phrase("card_photo.unread", fields="姓名"))


def test_what_somebody_typed_stays_until_they_take_what_the_photo_says(form: Form) -> None:
    form.control("name").fill("李四")
    form.takes()
    expect(form.page.locator("#name-note")).to_have_text(phrase("card_photo.in_photo", text=NAME))
    form.holds(name="李四", id_number=GROUPED)
    form.page.get_by_role("button", name=phrase("card_photo.use")).tap()
    form.holds(name=NAME)
    expect(form.page.locator(".note")).to_have_count(0)
    expect(form.page.get_by_role("button", name=phrase("card_photo.use"))).to_have_count(0)


def test_what_was_typed_as_it_stands_on_the_card_is_not_asked_about(form: Form) -> None:
    form.control("id_number").fill("11010519491231002x")
    form.takes()
    form.holds(name=NAME, id_number="11010519491231002x")
    expect(form.page.locator(".note")).to_have_count(0)


def test_a_second_photo_takes_the_place_of_the_first_and_never_mixes_with_it(form: Form) -> None:
    form.takes()
    form.holds(name=NAME, address=ADDRESS)
    form.reader.says = card(name="李四", id_number="320102199003070025")
    form.takes()
    form.holds(name="李四", id_number="320102 19900307 0025", address="")


def test_whoever_has_not_typed_yet_is_led_from_the_top_to_the_camera(form: Form) -> None:
    form.page.get_by_role("link", name=phrase("card_photo.jump")).tap()
    expect(form.page.get_by_label("拍证件")).to_be_in_viewport()


def test_what_may_not_stand_there_is_said_at_its_field(form: Form) -> None:
    form.reader.says = card(name=NAME, id_number="110105202001010015")
    form.takes()
    expect(form.page.locator("#id_number-note")).to_have_text(phrase("refused.under_14"))
    form.holds(name=NAME, id_number="")


def test_a_page_in_english_says_everything_in_english(form: Form) -> None:
    form.page.goto(f"{form.address}?lang=en")
    form.reader.says = card(name=NAME, unsure=("name",))
    form.page.get_by_label("Take a photo").set_input_files(photo())  # type: ignore[arg-type]
    expect(form.page.locator("#name-note")).to_have_text(phrase("card_photo.check", "en"))
    expect(form.told).to_contain_text(phrase("card_photo.read_unsure", "en"))
    expect(form.page.get_by_label("Take it again")).to_be_visible()


# --- what is sent ---


def test_a_photo_is_made_smaller_and_loses_what_its_camera_says_of_it(form: Form) -> None:
    form.takes(photo(4000, 3000))
    form.holds(name=NAME)
    sent = Image.open(io.BytesIO(form.reader.seen[0]))
    assert (sent.format, sent.size) == ("JPEG", (SIDE, SIDE * 3 // 4))
    assert dict(sent.getexif()) == {}
    assert len(form.reader.seen[0]) > 100_000


def test_a_small_photo_keeps_its_size(form: Form) -> None:
    form.takes(photo(800, 500))
    form.holds(name=NAME)
    assert Image.open(io.BytesIO(form.reader.seen[0])).size == (800, 500)


def test_a_photo_that_lies_on_its_side_is_sent_upright(form: Form) -> None:
    form.takes(photo(800, 500, orientation=6))
    form.holds(name=NAME)
    sent = Image.open(io.BytesIO(form.reader.seen[0])).convert("L")
    assert sent.size == (500, 800)
    assert sent.getpixel((250, 100)) < 80 < 170 < sent.getpixel((250, 700))


def test_a_browser_that_cannot_turn_a_photo_itself_draws_it_as_an_image(form: Form) -> None:
    form.page.evaluate("() => { createImageBitmap = () => Promise.reject(new TypeError()); }")
    form.takes(photo(4000, 3000))
    form.holds(name=NAME)
    assert Image.open(io.BytesIO(form.reader.seen[0])).size == (SIDE, SIDE * 3 // 4)


def test_a_photo_that_the_page_cannot_decode_goes_as_it_is(form: Form) -> None:
    form.takes({"name": "IMG_0001.HEIC", "mimeType": "image/heic", "buffer": HEIC})
    form.holds(name=NAME)
    assert form.reader.seen == [HEIC]


def test_what_is_too_large_even_so_is_not_sent(form: Form) -> None:
    form.takes({"name": "x.heic", "mimeType": "image/heic", "buffer": HEIC + bytes(MOST_BYTES)})
    expect(form.told).to_have_text(phrase("refused.photo_too_large", most=10))
    assert form.reader.seen == []


# --- how it looks ---


@pytest.mark.parametrize("look", LOOKS)
def test_nothing_is_wrong_with_the_form_at_any_moment_of_a_photo(
    address: str, reader: Reader, open_tab: Callable[..., Tab], tmp_path: Path, look: str
) -> None:
    form = Form(open_tab(**LOOKS[look]), reader, address)
    wrong = {}

    def look_at(moment: str) -> None:
        wrong[moment] = looked_at(form.tab, tmp_path / f"{moment}-{look}.png")

    form.page.goto(address)
    look_at("before")
    may_go = threading.Event()
    reader.meanwhile = lambda: may_go.wait(PATIENCE_MS / 1000)
    reader.says = card(name=NAME, id_number=NUMBER, address=ADDRESS, unsure=("address",))
    form.control("name").fill("李四")
    form.takes()
    expect(form.told).to_have_text(phrase("card_photo.reading"))
    look_at("reading")
    may_go.set()
    form.holds(address=ADDRESS)
    look_at("read")
    form.page.route("**/card", lambda route: route.abort())
    form.takes()
    expect(form.told).to_have_text(phrase("card_photo.offline"))
    form.tab.forgives("net::ERR_FAILED")
    look_at("offline")
    assert {moment: found for moment, found in wrong.items() if found} == {}


@pytest.mark.parametrize("look", LOOKS)
def test_nothing_is_wrong_with_the_form_without_scripts(
    address: str, reader: Reader, open_tab: Callable[..., Tab], tmp_path: Path, look: str
) -> None:
    page = open_tab(**LOOKS[look], java_script_enabled=False).page
    page.goto(address)
    page.screenshot(path=tmp_path / f"plain-{look}.png", full_page=True)
    expect(page.get_by_role("button", name=phrase("card_photo.submit"))).to_be_visible()
    expect(page.get_by_text("拍证件", exact=True)).to_be_hidden()
