"""Photos fetched by their media id from the platform, and a sentence's code for whatever is no photo."""

import logging

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.fetching import Fetching, is_media_id
from bot.simulator.faults import Slow
from bot.wechat import api as calls
from bot.wechat import http
from models.rules.refusal import Refused
from tests.platform_api import PlatformApi
from tests.service import Service

PATH = "/cgi-bin/media/get"
PHOTO = b"\xff\xd8\xff" + bytes(5000)


@pytest.fixture
def fetching(service: Service, api: PlatformApi) -> Fetching:
    return Fetching(api.client(service.clock))


@pytest.fixture
def media_id(service: Service) -> str:
    return service.platform.media.keep("image", PHOTO, "photo.jpg")


def refused(fetching: Fetching, media_id: str) -> str:
    with pytest.raises(Refused) as no:
        fetching(media_id)
    return no.value.code


def test_a_photo_is_fetched_as_it_was_sent(fetching: Fetching, media_id: str) -> None:
    assert fetching(media_id) == PHOTO


def test_a_stale_token_is_replaced_and_the_photo_fetched(
    service: Service, api: PlatformApi, fetching: Fetching, media_id: str
) -> None:
    service.platform.faults.next(PATH, "stale")
    assert fetching(media_id) == PHOTO
    assert api.calls(PATH) == 2


def test_a_token_that_stays_stale_is_tried_once_only(
    service: Service, api: PlatformApi, fetching: Fetching, media_id: str
) -> None:
    service.platform.faults.next(PATH, "stale", 5)
    assert refused(fetching, media_id) == "photo_not_fetched"
    assert api.calls(PATH) == 2


def test_a_photo_is_gone_after_three_days(service: Service, fetching: Fetching, media_id: str) -> None:
    service.clock.goes_on(days=3)
    assert refused(fetching, media_id) == "photo_gone"


@pytest.mark.parametrize("media_id", ["none", "../../etc/passwd", "a&access_token=x", "x" * 256, "%00", "'\"<>"])
def test_a_made_up_media_id_is_of_nothing(fetching: Fetching, media_id: str) -> None:
    assert refused(fetching, media_id) == "photo_gone"


def test_a_video_is_no_photo(service: Service, fetching: Fetching) -> None:
    video = service.platform.media.keep("video", b"\0\0\0\x18ftypmp42", "video.mp4")
    assert refused(fetching, video) == "photo_not_fetched"


@pytest.mark.parametrize("fault", ["busy", "quota", "html", "reset", 48001, 40013, 99999])
def test_a_platform_that_fails_has_the_photo_sent_again(
    service: Service, fetching: Fetching, media_id: str, fault: int | str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, "hallpass")
    service.platform.faults.next(PATH, fault, 2)
    assert refused(fetching, media_id) == "photo_not_fetched"
    assert "a photo was not fetched" in caplog.text
    assert media_id not in caplog.text


def test_without_a_token_nothing_is_fetched(service: Service, fetching: Fetching, media_id: str) -> None:
    service.platform.faults.next("/cgi-bin/stable_token", "html", 9)
    assert refused(fetching, media_id) == "photo_not_fetched"


def test_a_photo_that_is_too_large_is_not_read_to_its_end(
    fetching: Fetching, media_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(calls, "LARGEST_PHOTO", len(PHOTO))
    assert fetching(media_id) == PHOTO
    monkeypatch.setattr(calls, "LARGEST_PHOTO", len(PHOTO) - 1)
    assert refused(fetching, media_id) == "photo_too_large"


def test_a_platform_that_is_slow_is_left(
    service: Service, fetching: Fetching, media_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert fetching(media_id) == PHOTO
    monkeypatch.setattr(http, "READ_SECONDS", 0.1)
    service.platform.faults.next(PATH, Slow(30))
    assert refused(fetching, media_id) == "photo_not_fetched"
    service.platform.faults.clear()


@pytest.mark.parametrize("text", ["", " ", "a b", "中", "a\n", "\x7f", "x" * 257])
def test_what_cannot_be_a_media_id_is_told_apart(text: str) -> None:
    assert not is_media_id(text)


@given(st.text(max_size=300))
def test_a_media_id_is_short_and_visible_ascii(text: str) -> None:
    if is_media_id(text):
        assert text.isascii()
        assert text.isprintable()
        assert 0 < len(text) <= 256
        assert " " not in text
