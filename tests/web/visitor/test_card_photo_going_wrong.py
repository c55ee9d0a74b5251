"""The photo of a card on the form in a browser: while it takes its time, when it goes wrong, without scripts."""

import threading
from collections.abc import Callable, Iterator

import peewee
import pytest
from playwright.sync_api import expect

from models.rules.documents import CardKind
from models.rules.refusal import Refused
from tests.plugins.chromium import PATIENCE_MS, Tab
from tests.service import Service
from tests.web.browser import served
from tests.web.scripted_reader import ADDRESS, NAME, NUMBER, Reader, card
from tests.web.trial import application, outside
from tests.web.visitor.test_card_photo_in_chromium import GROUPED, Form, photo, phrase

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


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


@pytest.fixture
def plain_form(address: str, reader: Reader, open_tab: Callable[..., Tab]) -> Form:
    """The same without scripts."""
    tab = open_tab(java_script_enabled=False)
    tab.page.goto(address)
    return Form(tab, reader, address)


@pytest.fixture
def held(reader: Reader) -> Iterator[threading.Event]:
    """Until it is set, nothing is read."""
    may_go = threading.Event()
    reader.meanwhile = lambda: may_go.wait(PATIENCE_MS / 1000)
    yield may_go
    may_go.set()


# --- while it takes its time ---


def slow(form: Form, bytes_per_second: int) -> None:
    session = form.page.context.new_cdp_session(form.page)
    session.send("Network.enable")
    session.send(
        "Network.emulateNetworkConditions",
        {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": bytes_per_second},
    )


def test_how_much_is_sent_is_shown_and_it_can_be_cancelled(form: Form) -> None:
    slow(form, 20_000)
    form.takes({"name": "x.heic", "mimeType": "image/heic", "buffer": bytes(2_000_000)})
    expect(form.page.get_by_role("progressbar")).to_be_visible()
    expect(form.told).to_contain_text("正在上传")
    form.page.get_by_role("button", name=phrase("card_photo.cancel")).tap()
    expect(form.told).to_have_text(phrase("card_photo.cancelled"))
    expect(form.page.get_by_role("progressbar")).to_be_hidden()
    assert form.reader.seen == []
    form.holds(name="")


def test_while_a_photo_is_read_no_other_can_be_sent(form: Form, held: threading.Event) -> None:
    form.takes()
    expect(form.told).to_have_text(phrase("card_photo.reading"))
    expect(form.page.get_by_label("拍证件")).to_be_hidden()
    form.page.locator("#card-album").dispatch_event("change")
    held.set()
    form.holds(name=NAME)
    assert len(form.reader.seen) == 1


def test_whoever_types_meanwhile_is_left_alone(form: Form, held: threading.Event) -> None:
    form.takes()
    expect(form.told).to_have_text(phrase("card_photo.reading"))
    form.control("phone").fill("138")
    held.set()
    form.holds(name=NAME, phone="138")
    expect(form.control("phone")).to_be_focused()


def test_a_cancelled_photo_fills_nothing_in_later(form: Form, held: threading.Event) -> None:
    form.takes()
    expect(form.told).to_have_text(phrase("card_photo.reading"))
    form.page.get_by_role("button", name=phrase("card_photo.cancel")).tap()
    held.set()
    form.reader.meanwhile = lambda: None
    form.reader.says = card(name="李四")
    form.takes()
    form.holds(name="李四", id_number="")


# --- when it goes wrong ---


def test_without_a_connection_it_says_so_and_the_same_photo_can_be_sent_again(form: Form) -> None:
    form.tab.is_offline(True)
    form.takes()
    expect(form.told).to_have_text(phrase("card_photo.offline"))
    again = form.page.get_by_role("button", name=phrase("card_photo.again"))
    expect(again).to_be_focused()
    form.tab.is_offline(False)
    again.tap()
    form.holds(name=NAME)
    expect(again).to_be_hidden()


def test_a_connection_that_is_too_slow_is_given_up(form: Form, held: threading.Event) -> None:
    words = '"timeout_ms": 30000'

    def hurried(route: object) -> None:
        page = route.fetch()  # type: ignore[attr-defined]
        assert words in page.text()
        route.fulfill(response=page, body=page.text().replace(words, '"timeout_ms": 300'))  # type: ignore[attr-defined]

    form.page.route(form.address, hurried)
    form.page.reload()
    form.takes()
    expect(form.told).to_have_text(phrase("card_photo.slow", seconds=30))
    expect(form.page.get_by_role("button", name=phrase("card_photo.again"))).to_be_visible()


@pytest.mark.parametrize("kind", [CardKind.EMBLEM, CardKind.OTHER, CardKind.SEVERAL, CardKind.NOTHING])
def test_another_photo_than_of_a_card_is_taken_again(form: Form, kind: CardKind) -> None:
    form.reader.says = card(kind)
    form.control("name").fill("李四")
    form.takes()
    expect(form.told).to_have_text(phrase(f"card_photo.kind.{kind}"))
    form.holds(name="李四")
    expect(form.page.get_by_label("重拍")).to_be_focused()
    form.reader.says = card(id_number=NUMBER)
    form.takes()
    form.holds(name="李四", id_number=GROUPED)


def test_a_refusal_is_said_and_what_was_typed_stays(form: Form) -> None:
    form.reader.says = Refused("reader_busy")
    form.control("name").fill("李四")
    form.takes()
    expect(form.told).to_have_text(phrase("refused.reader_busy"))
    form.holds(name="李四")
    form.forgives_its_status()


def test_after_a_fault_of_ours_the_same_photo_can_be_sent_again(form: Form) -> None:
    form.reader.meanwhile = lambda: 1 // 0
    form.takes()
    expect(form.told).to_contain_text("错误编号")
    form.forgives_its_status()
    form.reader.meanwhile = lambda: None
    form.page.get_by_role("button", name=phrase("card_photo.again")).tap()
    form.holds(name=NAME)


def test_an_answer_that_is_none_of_ours_is_no_silence(form: Form) -> None:
    form.page.route("**/card", lambda route: route.fulfill(status=200, body="<p>sign in to this network</p>"))
    form.takes()
    expect(form.told).to_have_text(phrase("card_photo.failed"))


# --- without scripts ---


def test_without_scripts_the_form_comes_back_with_what_was_typed_and_what_was_read(plain_form: Form) -> None:
    page = plain_form.page
    plain_form.reader.says = card(name=NAME, id_number=NUMBER, address=ADDRESS, unsure=("address",))
    plain_form.control("phone").fill("13800138000")
    plain_form.control("name").fill("李四")
    page.get_by_label("同意", exact=True).check()
    page.get_by_label(phrase("card_photo.label")).set_input_files(photo(200, 100))  # type: ignore[arg-type]
    page.get_by_role("button", name=phrase("card_photo.submit")).tap()
    expect(page.get_by_text(phrase("card_photo.read_unsure"))).to_be_visible()
    plain_form.holds(name="李四", id_number=GROUPED, address=ADDRESS, phone="13800138000")
    expect(page.locator("#name-note")).to_have_text(phrase("card_photo.in_photo", text=NAME))
    expect(plain_form.control("address")).to_have_accessible_description(
        f"{phrase('visit_form.help_address')} {phrase('card_photo.check')}"
    )
    expect(page.get_by_label("同意", exact=True)).to_be_checked()


def test_without_scripts_a_photo_that_cannot_be_read_is_told_above_what_was_typed(plain_form: Form) -> None:
    page = plain_form.page
    plain_form.control("name").fill("李四")
    page.get_by_role("button", name=phrase("card_photo.submit")).tap()
    expect(page.get_by_role("alert")).to_have_text(phrase("refused.photo_missing"))
    plain_form.holds(name="李四")


def test_without_scripts_the_page_of_a_photo_leads_back_to_the_form(plain_form: Form) -> None:
    page = plain_form.page
    page.get_by_role("button", name=phrase("card_photo.submit")).tap()
    page.get_by_role("link", name="English").tap()
    expect(page).to_have_url(f"{plain_form.address}?lang=en")


def test_the_enter_key_registers_and_sends_no_photo(plain_form: Form) -> None:
    plain_form.control("name").fill("李四")
    plain_form.control("name").press("Enter")
    expect(plain_form.page).to_have_url(plain_form.address)
    expect(plain_form.page.get_by_role("alert")).to_contain_text("证件号码")


def test_a_photo_that_was_chosen_and_not_sent_does_not_go_along_with_the_form(plain_form: Form) -> None:
    page = plain_form.page
    sent: list[str | None] = []
    page.on("request", lambda request: sent.append(request.post_data) if request.method == "POST" else None)
    page.get_by_label(phrase("card_photo.label")).set_input_files(photo())  # type: ignore[arg-type]
    page.get_by_role("button", name="确认登记").tap()
    expect(page.get_by_role("alert")).to_be_visible()
    assert len(sent) == 1
    assert len(sent[0] or "") < 1000
