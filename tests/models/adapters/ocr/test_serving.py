"""Between a service and its reader's process: sealed photos in, sealed answers out, and nothing for anybody else."""

import http.client
import logging
import socket
import threading
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models.adapters.ocr import remote, serving
from models.adapters.ocr.answers import answer
from models.adapters.ocr.limits import MOST_BYTES
from models.adapters.ocr.remote import RemoteReader
from models.adapters.ocr.sealing import seal_photo
from models.adapters.ocr.serving import Server
from models.rules.documents import Card, CardKind, Field
from models.rules.refusal import Refused

KEY = b"k" * 32
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
A_CARD = Card(CardKind.RESIDENT, {"name": Field("王小明"), "id_number": Field("11010519491231002X", is_sure=False)})


class Reading:
    """What reads behind the server: it says A_CARD, or what it is told to say, and keeps the photos it got."""

    def __init__(self):
        self.photos, self.refuses, self.well = [], None, True

    def read(self, photo):
        self.photos.append(photo)
        if self.refuses:
            raise self.refuses
        return answer(lambda: A_CARD)


@contextmanager
def served(reading):
    with Server(("127.0.0.1", 0), KEY, reading.read, lambda: reading.well, lambda: NOW) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


@pytest.fixture
def reading():
    return Reading()


@pytest.fixture
def server(reading):
    with served(reading) as running:
        yield running


def url(server):
    return f"http://127.0.0.1:{server.server_address[1]}"


def reader(server, key=KEY, now=NOW):
    return RemoteReader(url(server), key, lambda: now)


def refusal(read, photo=b"photo"):
    with pytest.raises(Refused) as no:
        read(photo)
    return no.value


def asked(server, method="POST", path="/card", body=b"", **headers):
    with closing(http.client.HTTPConnection(*server.server_address[:2], timeout=20)) as connection:
        connection.request(method, path, body, headers)
        with connection.getresponse() as response:
            return response.status, response.read()


def raw(server, data):
    """All that the server answers to these bytes, after which nothing more is said."""
    with socket.create_connection(server.server_address[:2], timeout=20) as connection:
        connection.sendall(data)
        connection.shutdown(socket.SHUT_WR)
        said = b""
        while piece := connection.recv(4096):
            said += piece
    return said


def test_a_photo_is_read_over_the_net_as_if_it_were_here(server, reading):
    assert reader(server)(b"photo") == A_CARD
    assert reading.photos == [b"photo"]


def test_a_photo_a_little_too_large_reaches_what_says_so(server, reading):
    reader(server)(bytes(MOST_BYTES + 1))
    assert len(reading.photos[0]) == MOST_BYTES + 1


@pytest.mark.parametrize("code", ["reader_busy", "reader_away", "photo_broken", "photo_not_a_picture"])
def test_a_refusal_comes_back_as_it_was(server, reading, code):
    reading.refuses = Refused(code)
    assert refusal(reader(server)).code == code


def test_the_limits_come_back_with_a_refusal(server, reading):
    reading.refuses = Refused("photo_too_many_pixels", most=50)
    assert refusal(reader(server)).details == {"most": 50}


@pytest.mark.parametrize(
    ("key", "now"), [(b"o" * 32, NOW), (KEY, NOW + timedelta(minutes=11)), (KEY, NOW - timedelta(days=1))]
)
def test_another_key_or_another_time_is_refused_unread(server, reading, key, now):
    assert refusal(reader(server, key, now)).code == "reader_away"
    assert reading.photos == []


def test_a_stranger_gets_a_number_and_no_more(server, reading):
    sealed = seal_photo(KEY, b"photo", NOW)
    for body in (b"", b"photo", sealed[:-1], sealed + b"x", bytes(len(sealed))):
        assert asked(server, body=body) == (403, b"")
    assert reading.photos == []


@pytest.mark.parametrize(
    ("method", "path", "headers", "status"),
    [
        ("GET", "/", {}, 404),
        ("GET", "/card", {}, 404),
        ("GET", "/healthz?x", {}, 404),
        ("POST", "/", {}, 404),
        ("POST", "/healthz", {}, 404),
        ("PUT", "/card", {}, 501),
        ("DELETE", "/card", {}, 501),
        ("BREW", "/card", {}, 501),
        ("POST", "/card", {"Content-Length": "-1"}, 411),
        ("POST", "/card", {"Content-Length": "1e3"}, 411),
        ("POST", "/card", {"Content-Length": "٣"}, 411),
        ("POST", "/card", {"Content-Length": str(MOST_BYTES + 100)}, 413),
        ("POST", "/card", {"Content-Length": "9" * 300}, 413),
        ("POST", "/card", {"Transfer-Encoding": "chunked"}, 411),
    ],
)
def test_what_is_none_of_its_requests_is_refused(server, reading, method, path, headers, status):
    lines = [f"{method} {path} HTTP/1.1", "Host: x", *(f"{name}: {value}" for name, value in headers.items()), "", ""]
    said = raw(server, "\r\n".join(lines).encode())
    assert said.startswith(f"HTTP/1.0 {status} ".encode())
    assert said.partition(b"\r\n\r\n")[2] == b""
    assert reading.photos == []


def test_health_is_told_to_anybody_and_nothing_else(server, reading):
    assert asked(server, "GET", "/healthz") == (200, b'{"status":"ok"}')
    assert reader(server).is_well()
    reading.well = False
    assert asked(server, "GET", "/healthz") == (503, b"")
    assert not reader(server).is_well()


def test_who_takes_too_long_is_hung_up_on(monkeypatch, reading):
    monkeypatch.setattr(serving, "ARRIVE_SECONDS", 0.2)
    with served(reading) as server, socket.create_connection(server.server_address[:2], timeout=20) as slow:
        slow.sendall(b"POST /card HTTP/1.1\r\nContent-Length: 1000\r\n\r\nab")
        assert slow.recv(100) == b""
        assert reader(server)(b"photo") == A_CARD


def test_more_connections_than_there_are_places_are_closed_and_the_next_is_heard(monkeypatch, reading):
    monkeypatch.setattr(serving, "CONNECTIONS", 2)
    with served(reading) as server:
        held = [socket.create_connection(server.server_address[:2], timeout=20) for _ in range(2)]
        for connection in held:
            connection.sendall(b"POST")
        assert refusal(reader(server)).code == "reader_away"
        for connection in held:
            connection.close()
        for _ in range(500):
            try:
                assert reader(server)(b"photo") == A_CARD
                break
            except Refused:
                continue
        else:
            pytest.fail("no place was given back")


@given(st.binary(max_size=300))
@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_bytes_at_all_end_in_a_number_or_in_nothing(server, reading, data):
    said = raw(server, data)
    assert said == b"" or said.startswith(b"HTTP/1.0 ")
    assert reading.photos == []


def test_a_reader_that_is_not_there_is_away():
    with socket.create_server(("127.0.0.1", 0)) as held:
        port = held.getsockname()[1]
    gone = RemoteReader(f"http://127.0.0.1:{port}", KEY, lambda: NOW)
    assert refusal(gone).code == "reader_away"
    assert not gone.is_well()


@pytest.mark.parametrize(
    "said",
    [
        b"",
        b"\0\0\0",
        b"HTTP/1.0 200 OK\r\n\r\n",
        b"HTTP/1.0 200 OK\r\nContent-Length: 999999999999\r\n\r\n" + bytes(100_000),
        b"HTTP/1.0 200 OK\r\n\r\n" + b'{"kind":"resident","fields":{}}',
        b"HTTP/1.0 500 no\r\n\r\n",
        b"HTTP/1.0 302 no\r\nLocation: http://127.0.0.1:1/\r\n\r\n",
        b"HTTP/1.0 OK\r\n\r\n",
        b"SSH-2.0-OpenSSH_9\r\n",
        b"HTTP/1.0 200 OK\r\n" + b"a: b\r\n" * 1000,
        b"HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    ],
    ids=lambda said: repr(said[:50]),
)
def test_whatever_answers_in_its_place_the_reader_is_away(said):
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def answer_once():
            connection, _ = listening.accept()
            with connection:
                connection.recv(1 << 20)
                connection.sendall(said)

        thread = threading.Thread(target=answer_once)
        thread.start()
        other = RemoteReader(f"http://127.0.0.1:{listening.getsockname()[1]}", KEY, lambda: NOW)
        assert refusal(other).code == "reader_away"
        thread.join()


def test_a_reader_that_says_nothing_is_away_in_time(monkeypatch):
    monkeypatch.setattr(remote, "READ_SECONDS", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        silent = RemoteReader(f"http://127.0.0.1:{listening.getsockname()[1]}", KEY, lambda: NOW)
        assert refusal(silent).code == "reader_away"


def test_no_log_tells_of_a_photo_or_what_it_says(server, reading, caplog, capfd):
    with caplog.at_level(logging.DEBUG):
        reader(server)(b"photo of a card")
        asked(server, body=b"photo of a card")
        raw(server, b"POST /photo-of-a-card HTTP/1.1\r\n\r\n")
        raw(server, b"photo of a card\r\n\r\n")
    told = caplog.text + "".join(capfd.readouterr())
    assert not any(word in told for word in ("photo of", "photo-of", "王小明", "110105"))
