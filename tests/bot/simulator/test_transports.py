import re
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager

import pytest

from bot.simulator import FAILURE_LINE, HttpTransport, NoAnswer
from bot.simulator.deliveries import Writer
from tests.bot.simulator.tiny_service import ACCOUNT, NOW, OPENID, Heard, TinyService, echo, platform_of, served

MESSAGE = Writer(ACCOUNT, OPENID, lambda: float(NOW)).text("1")
SILENCE = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 7\r\n\r\nsuccess"


def one_request(connection: socket.socket) -> bytes:
    """A whole request, which may come in pieces; empty when the other side hung up instead."""
    got = b""
    while b"\r\n\r\n" not in got:
        piece = connection.recv(65536)
        if not piece:
            return b""
        got += piece
    length = re.search(rb"(?i)content-length: (\d+)", got)
    whole = got.index(b"\r\n\r\n") + 4 + (int(length[1]) if length else 0)
    while len(got) < whole:
        got += connection.recv(65536)
    return got


@contextmanager
def raw_server(handle: Callable[[socket.socket], None]) -> Iterator[str]:
    """A server of one thread that hands over one connection after another when its first request is read; its
    address. A connection without a request stops it."""
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            connection, _ = listener.accept()
            with connection:
                if not one_request(connection):
                    return
                handle(connection)

    thread = threading.Thread(target=serve)
    thread.start()
    port = listener.getsockname()[1]
    try:
        yield f"http://127.0.0.1:{port}/wechat"
    finally:
        socket.create_connection(("127.0.0.1", port)).close()
        thread.join()
        listener.close()


def test_a_service_that_hangs_is_given_up_and_asked_three_more_times() -> None:
    released = threading.Event()

    def hangs(heard: Heard) -> str:
        released.wait()
        return echo(heard)

    service = TinyService(answers=hangs)
    with served(service, timeout_seconds=0.2) as transport:
        try:
            delivered = platform_of(transport).push(MESSAGE)
        finally:
            released.set()
    assert (delivered.attempts, delivered.failure) == (4, FAILURE_LINE)
    assert delivered.problems == ("no_answer_in_time",)
    assert len({heard["MsgId"] for heard in service.heard}) == 1


def test_a_service_that_answers_the_second_copy_in_time_is_heard() -> None:
    released = threading.Event()
    service = TinyService()

    def slow_once(heard: Heard) -> str:
        if len(service.heard) == 1:
            released.wait()
        return echo(heard)

    service.answers = slow_once
    with served(service, timeout_seconds=0.5) as transport:
        try:
            delivered = platform_of(transport).push(MESSAGE)
        finally:
            released.set()
    assert (delivered.attempts, delivered.reply, delivered.problems) == (2, "heard 1", ("no_answer_in_time",))


def test_a_byte_now_and_then_does_not_gain_time() -> None:
    given_up = threading.Event()

    def drips(connection: socket.socket) -> None:
        try:
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
            for _ in range(100):  # two seconds, ten times the time-out: a transport that waits on fails, not hangs
                if given_up.wait(0.02):
                    return
                connection.sendall(b"x")
        except OSError:
            return  # the other side has hung up

    with raw_server(drips) as url:
        with pytest.raises(NoAnswer) as nothing:
            HttpTransport(url, timeout_seconds=0.2).send("POST", {}, b"<xml/>", "text/xml")
        given_up.set()
    assert nothing.value.code == "no_answer_in_time"


def test_a_connection_closed_without_an_answer_is_told() -> None:
    with raw_server(lambda connection: None) as url, pytest.raises(NoAnswer) as nothing:
        HttpTransport(url).send("POST", {}, b"<xml/>", "text/xml")
    assert nothing.value.code == "connection_failed"


def test_half_an_answer_is_none() -> None:
    def half(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 7\r\n\r\nsucc")

    with raw_server(half) as url:
        delivered = platform_of(HttpTransport(url)).push(MESSAGE)
    assert (delivered.attempts, delivered.problems) == (4, ("connection_failed",))


def test_nobody_listening_is_told() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with pytest.raises(NoAnswer) as nothing:
        HttpTransport(f"http://127.0.0.1:{port}/wechat").send("POST", {}, b"", "text/xml")
    assert nothing.value.code == "connection_failed"


def test_one_connection_serves_many_deliveries() -> None:
    requests_of_each_connection = []

    def keeps_alive(connection: socket.socket) -> None:
        requests_of_each_connection.append(0)
        while True:
            requests_of_each_connection[-1] += 1
            connection.sendall(SILENCE)
            if not one_request(connection):
                return

    with raw_server(keeps_alive) as url, closing(HttpTransport(url)) as transport:
        platform = platform_of(transport)
        assert [platform.push(MESSAGE).attempts for _ in range(5)] == [1] * 5
    assert requests_of_each_connection == [5]


def test_a_connection_that_the_service_closed_meanwhile_costs_no_attempt() -> None:
    answered = threading.Event()

    def answers_and_hangs_up(connection: socket.socket) -> None:
        connection.sendall(SILENCE)
        connection.shutdown(socket.SHUT_WR)
        answered.set()

    with raw_server(answers_and_hangs_up) as url, closing(HttpTransport(url)) as transport:
        platform = platform_of(transport)
        for _ in range(3):
            assert platform.push(MESSAGE).attempts == 1
            assert answered.wait(5)
            answered.clear()


def test_a_handshake_that_nobody_answers_is_told() -> None:
    with raw_server(lambda connection: None) as url:
        assert platform_of(HttpTransport(url)).handshake() == ("connection_failed",)


@pytest.mark.parametrize("url", ["https://hall.example/wechat", "127.0.0.1:8000", "http:///wechat"])
def test_only_a_plain_http_address_is_taken(url: str) -> None:
    with pytest.raises(ValueError, match="http"):
        HttpTransport(url)
