import io
from typing import Any

import pytest
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from bot.simulator import Clock, MediaRefused
from bot.simulator.media import MediaShelf
from tests.bot.simulator.api.account import Account
from tests.bot.simulator.api.pictures import AMR, GIF, JPEG, MP3, MP4, PNG, SVG

UPLOAD, GET = "/cgi-bin/media/upload", "/cgi-bin/media/get"


def upload(account: Account, kind: str, data: bytes, filename: str = "a.jpg", field: str = "media") -> dict[str, Any]:
    boundary, body = encode_multipart({field: FileStorage(io.BytesIO(data), filename)})
    url = f"{UPLOAD}?access_token={account.token()}&type={kind}"
    response = account.client.post(url, data=body, content_type=f"multipart/form-data; boundary={boundary}")
    answer: dict[str, Any] = response.get_json()
    return answer


@pytest.mark.parametrize(
    ("kind", "data", "content_type"),
    [
        ("image", JPEG, "image/jpeg"),
        ("image", PNG, "image/png"),
        ("image", GIF, "image/gif"),
        ("voice", AMR, "audio/amr"),
        ("voice", MP3, "audio/mpeg"),
    ],
)
def test_a_file_comes_back_as_it_was(account: Account, kind: str, data: bytes, content_type: str) -> None:
    answer = upload(account, kind, data)
    assert (answer["type"], answer["created_at"]) == (kind, int(account.clock()))
    response = account.response(GET, media_id=answer["media_id"])
    assert (response.data, response.content_type) == (data, content_type)
    assert answer["media_id"] in response.headers["Content-Disposition"]


def test_of_a_video_only_an_address_comes_back(account: Account) -> None:
    media_id = upload(account, "video", MP4)["media_id"]
    assert account.call(GET, media_id=media_id)["video_url"].startswith("http")


def test_a_thumb_has_an_id_of_its_own_name(account: Account) -> None:
    assert upload(account, "thumb", JPEG)["thumb_media_id"]


def test_a_file_is_gone_after_three_days(account: Account) -> None:
    media_id = upload(account, "image", JPEG)["media_id"]
    account.clock.goes_on(3 * 86400 - 1)
    assert account.response(GET, media_id=media_id).data == JPEG
    account.clock.goes_on(1)
    assert account.errcode(GET, media_id=media_id) == 40007


def test_what_a_person_sent_can_be_fetched(account: Account) -> None:
    media_id = account.platform.media.keep("image", JPEG, "id.jpg")
    account.phone().sends_photo(media_id)
    heard = account.service.heard[0]["MediaId"]
    assert account.response(GET, media_id=heard).data == JPEG
    assert account.phone().bubbles[0].media_id == media_id


@pytest.mark.parametrize(
    ("kind", "data", "errcode"),
    [
        ("image", b"", 44001),
        ("image", SVG, 40004),  # whatever its name says
        ("image", MP4, 40004),
        ("voice", JPEG, 40004),
        ("video", MP3, 40004),
        ("thumb", PNG, 40004),
        ("file", b"PK\x03\x04", 40004),
        ("", JPEG, 40004),
        ("image", JPEG + b"\0" * 10 * 1024 * 1024, 40009),
        ("voice", AMR + b"\0" * 2 * 1024 * 1024, 45001),
        ("video", MP4 + b"\0" * 10 * 1024 * 1024, 45001),
        ("thumb", JPEG + b"\0" * 64 * 1024, 45001),
    ],
)
def test_a_wrong_file_is_refused(account: Account, kind: str, data: bytes, errcode: int) -> None:
    assert upload(account, kind, data, "photo.jpg")["errcode"] == errcode
    with pytest.raises(MediaRefused) as refused:
        account.platform.media.keep(kind, data, "photo.jpg")
    assert refused.value.errcode == errcode


def test_an_upload_without_a_file_is_refused(account: Account) -> None:
    assert upload(account, "image", JPEG, field="file")["errcode"] == 41005
    assert upload(account, "image", JPEG, filename="")["errcode"] == 41005


@pytest.mark.parametrize(("query", "errcode"), [({"media_id": "unknown"}, 40007), ({}, 41006)])
def test_an_unknown_id_is_refused_as_json(account: Account, query: dict[str, str], errcode: int) -> None:
    assert account.errcode(GET, **query) == errcode


def test_beyond_its_room_the_oldest_goes() -> None:
    shelf = MediaShelf(Clock(at=0.0), most_bytes=2 * len(JPEG))
    first, *others = [shelf.keep("image", JPEG, "a.jpg") for _ in range(3)]
    assert shelf.find(first) is None
    assert all(shelf.find(one) for one in others)
