"""Calls of the platform's API: bounded in time and size, and telling nothing secret when they fail."""

import logging
import re
import socket
import threading
import time
from collections.abc import Callable, Iterator

import pytest

from bot.wechat import http
from bot.wechat.errors import WechatError
from bot.wechat.http import Http

TOKEN = "a-secret-access-token"
PATH = "/cgi-bin/menu/get"


class Server:
    """Answers each connection with what `behave` does to it; `requests` holds what came."""

    def __init__(self, behave: Callable[[socket.socket], None]) -> None:
        self._behave = behave
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self.requests: list[bytes] = []
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def close(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            with connection:
                self.requests.append(_request(connection))
                try:
                    self._behave(connection)
                except OSError:
                    return


def _request(connection: socket.socket) -> bytes:
    """A whole request: the head, and as much of a body as it announces."""
    came = b""
    while b"\r\n\r\n" not in came:
        came += connection.recv(65536)
    head, _, body = came.partition(b"\r\n\r\n")
    length = re.search(rb"content-length: (\d+)", head, re.I)
    while length and len(body) < int(length[1]):
        body += connection.recv(65536)
    return head + body


@pytest.fixture
def serve() -> Iterator[Callable[[Callable[[socket.socket], None]], Server]]:
    servers: list[Server] = []

    def start(behave: Callable[[socket.socket], None]) -> Server:
        servers.append(Server(behave))
        return servers[-1]

    yield start
    for server in servers:
        server.close()


def says(body: bytes, status: str = "200 OK", headers: bytes = b"") -> Callable[[socket.socket], None]:
    head = f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\nConnection: close\r\n".encode()
    return lambda connection: connection.sendall(head + headers + b"\r\n" + body)


def resets(connection: socket.socket) -> None:
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\0\0\0\0\0\0\0")
    connection.close()


def breaks_off(connection: socket.socket) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n{")


def fails(server_url: str, body: dict[str, str] | None = None) -> WechatError:
    with pytest.raises(WechatError) as failure:
        Http(server_url).call(PATH, {"access_token": TOKEN}, body)
    return failure.value


def test_an_answer_without_an_error_code_is_given_as_it_is(serve) -> None:
    server = serve(says(b'{"menu": {"button": []}}'))
    assert Http(server.url).call(PATH, {"access_token": TOKEN}) == {"menu": {"button": []}}
    assert server.requests[0].startswith(f"GET {PATH}?access_token={TOKEN} HTTP/1.1".encode())


def test_error_code_0_is_none(serve) -> None:
    assert Http(serve(says(b'{"errcode":0,"errmsg":"ok"}')).url).call(PATH)["errmsg"] == "ok"


def test_chinese_goes_out_as_it_is_and_not_escaped(serve) -> None:
    server = serve(says(b'{"errcode":0}'))
    Http(server.url).call(PATH, {}, {"content": "您好"})
    assert b"POST " in server.requests[0]
    assert '{"content": "您好"}'.encode() in server.requests[0]


def test_a_refusal_tells_its_code_its_rid_and_our_address(serve) -> None:
    said = "invalid ip 203.0.113.7 ipv6 ::ffff:203.0.113.7, not in whitelist rid: 6aac005a-01bfdbee-79769285"
    error = fails(serve(says(f'{{"errcode":40164,"errmsg":"{said}"}}'.encode())).url)
    assert (error.code, error.rid, error.caller) == (40164, "6aac005a-01bfdbee-79769285", "203.0.113.7")
    assert not error.may_have_happened


BROKEN = {
    "html": says(b"<html>502 Bad Gateway</html>", "502 Bad Gateway"),
    "html with 200": says(b"<html>login to the hotel's network</html>"),
    "empty": says(b""),
    "a list": says(b"[]"),
    "not UTF-8": says(b'{"errmsg": "\xff\xfe"}'),
    "endless nesting": says(b'{"a":' * 100_000),
    "a redirect": says(b"", "302 Found", b"Location: http://127.0.0.1:1/\r\n"),
    "reset": resets,
    "broken off": breaks_off,
    "no HTTP": lambda connection: connection.sendall(b"SSH-2.0-OpenSSH_9.2\r\n"),
    "an odd code": says(b'{"errcode":"many"}'),
}


@pytest.mark.parametrize("behave", BROKEN.values(), ids=BROKEN.keys())
def test_whatever_else_comes_is_a_failure_that_may_have_happened(
    behave: Callable[[socket.socket], None], serve, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, "hallpass")
    error = fails(serve(behave).url, {"openid": "oVisitor0000000000000000001"})
    assert (error.code, error.may_have_happened, error.permanent) == (None, True, False)
    told = f"{error} {error!r} {caplog.text} {error.__cause__} {error.__context__}"
    assert [secret for secret in (TOKEN, "oVisitor") if secret in told] == []


def test_where_nobody_listens_nothing_has_happened() -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    error = fails(f"http://127.0.0.1:{port}")
    assert (error.code, error.may_have_happened) == (None, False)
    assert TOKEN not in f"{error} {error.__context__}"


def test_a_huge_answer_is_not_read_to_its_end(serve, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "LARGEST_ANSWER", 1000)
    error = fails(serve(says(b"[" * 100_000)).url)
    assert "answer_too_large" in str(error)


def test_a_silent_server_is_left(serve, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "READ_SECONDS", 0.1)
    gone = threading.Event()
    error = fails(serve(lambda connection: gone.wait(1) and None).url)
    gone.set()
    assert error.may_have_happened


def test_a_server_that_sends_a_byte_now_and_then_gains_no_time(serve, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "WHOLE_SECONDS", 0.2)
    enough = threading.Event()

    def drips(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 10000\r\n\r\n")
        while not enough.wait(0.05):
            connection.sendall(b" ")

    begun = time.monotonic()
    error = fails(serve(drips).url)
    enough.set()
    assert "answer_too_slow" in str(error)
    assert time.monotonic() - begun < http.READ_SECONDS


@pytest.mark.parametrize("variable", ["https_proxy", "HTTPS_PROXY"])
def test_a_proxy_that_is_down_has_sent_nothing(variable: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(variable, "http://127.0.0.1:1")
    with pytest.raises(WechatError) as failure:
        Http("https://api.example.invalid").call(PATH, {"access_token": TOKEN})
    assert not failure.value.may_have_happened
    assert TOKEN not in f"{failure.value} {failure.value.__context__}"


# --- files ---

FILE = b"\xff\xd8\xff" + bytes(range(256))


def downloads(server_url: str, largest: int = 1000) -> bytes:
    return Http(server_url).download(PATH, {"access_token": TOKEN}, largest)


def not_downloaded(server_url: str, largest: int = 1000) -> WechatError:
    with pytest.raises(WechatError) as failure:
        downloads(server_url, largest)
    assert TOKEN not in f"{failure.value} {failure.value.__context__}"
    return failure.value


def test_a_file_is_given_as_it_is(serve) -> None:
    assert downloads(serve(says(FILE, headers=b"Content-Type: image/jpeg\r\n")).url) == FILE
    assert downloads(serve(says(FILE)).url) == FILE


def test_a_file_of_just_the_allowed_size_is_given_and_one_byte_more_is_too_much(serve) -> None:
    assert downloads(serve(says(FILE)).url, len(FILE)) == FILE
    assert not_downloaded(serve(says(FILE)).url, len(FILE) - 1).kind == "answer_too_large"


@pytest.mark.parametrize("headers", [b"", b"Content-Type: application/json\r\n", b"Content-Type: image/jpeg\r\n"])
@pytest.mark.parametrize("before", [b"", b" \r\n"])
def test_a_refusal_in_place_of_a_file_is_told_by_its_code(serve, headers: bytes, before: bytes) -> None:
    said = b'{"errcode":40007,"errmsg":"invalid media_id rid: 6aac005a-01bfdbee-79769285"}'
    error = not_downloaded(serve(says(before + said, headers=headers)).url)
    assert (error.code, error.rid) == (40007, "6aac005a-01bfdbee-79769285")


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        (b'{"video_url": "http://mpvideo.qpic.cn/x.mp4"}', b"Content-Type: text/plain\r\n"),
        (b"[]", b""),
        (b"null", b"Content-Type: application/json\r\n"),
        (b"<html>login</html>", b""),
        (b"sign in first", b"Content-Type: text/html; charset=utf-8\r\n"),
        (b"", b""),
        (b" \n", b""),
        (b'{"a":' * 100_000, b""),
    ],
)
def test_what_is_no_file_is_none(serve, body: bytes, headers: bytes) -> None:
    error = not_downloaded(serve(says(body, headers=headers)).url, 10_000_000)
    assert (error.code, error.permanent) == (None, False)


@pytest.mark.parametrize("name", ["html", "a redirect", "reset", "broken off", "no HTTP"])
def test_what_breaks_a_call_breaks_a_download(serve, name: str) -> None:
    assert not_downloaded(serve(BROKEN[name]).url).code is None


def test_a_download_does_not_follow_a_redirect(serve) -> None:
    other = serve(says(FILE))
    redirect = says(b"", "302 Found", f"Location: {other.url}/\r\n".encode())
    not_downloaded(serve(redirect).url)
    assert other.requests == []
