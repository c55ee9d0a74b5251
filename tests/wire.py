"""A wire between the service and MariaDB, cut by a test at the statement it chooses."""

import contextlib
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

COM_QUERY = 0x03


@dataclass
class _Plan:
    statement: str
    deed: str
    code: int = 0
    stays_down: bool = False
    skips: int = 0


class Wire:
    """Passes the protocol on to the server at `server_port` and back; `url` is where the service connects to.

    statements: the text of every statement that came, in order. cuts: how many connections were cut as planned.
    is_down: connections that come now are closed at once. is_silent: they are held and never answered.
    seconds_a_packet, seconds_a_byte: how long the server's answers take on their way, from now on.
    """

    def __init__(self, server_port: int, database: str = "hallpass") -> None:
        self._server_port = server_port
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"mysql://root@127.0.0.1:{self._listener.getsockname()[1]}/{database}"
        self.statements: list[str] = []
        self.cuts = 0
        self.is_down = False
        self.is_silent = False
        self.seconds_a_packet = 0.0
        self.seconds_a_byte = 0.0
        self.is_over = threading.Event()
        self._plans: list[_Plan] = []
        self._sockets: list[socket.socket] = []
        self._threads: list[threading.Thread] = []
        self._lock = threading.Lock()

    def __enter__(self) -> "Wire":
        self._start(self._accept)
        return self

    def __exit__(self, *_: object) -> None:
        self.is_over.set()
        # Closing alone would not wake a thread that is accepting or reading.
        _shut(self._listener)
        for one in self._sockets:
            _shut(one)
        for thread in self._threads:
            thread.join()

    def cut_before(self, statement: str, *, stays_down: bool = False, skips: int = 0) -> None:
        """The server never gets the next statement that begins so (after `skips` of them); the connection is gone."""
        self._plans.append(_Plan(statement, "before", stays_down=stays_down, skips=skips))

    def cut_after(self, statement: str, *, stays_down: bool = False) -> None:
        """The server has done the next statement that begins so, but its answer never arrives."""
        self._plans.append(_Plan(statement, "after", stays_down=stays_down))

    def answer(self, statement: str, code: int) -> None:
        """The next statement that begins so is refused with this error number, as a node of a cluster would."""
        self._plans.append(_Plan(statement, "answer", code))

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            self._sockets.append(client)
            if self.is_down:
                _shut(client)
            elif not self.is_silent:
                server = socket.create_connection(("127.0.0.1", self._server_port))
                self._sockets.append(server)
                link = _Link(self, client, server)
                self._start(link.up)
                self._start(link.down)

    def _start(self, work: Any) -> None:
        thread = threading.Thread(target=work)
        self._threads.append(thread)
        thread.start()

    def plan_for(self, statement: str) -> _Plan | None:
        """What is to happen to this statement; each plan happens once."""
        with self._lock:
            self.statements.append(statement)
            plan = next((plan for plan in self._plans if statement.startswith(plan.statement)), None)
            if plan is None:
                return None
            if plan.skips:
                plan.skips -= 1
                return None
            self._plans.remove(plan)
            self.cuts += plan.deed != "answer"
            self.is_down = self.is_down or plan.stays_down
            return plan


class _Link:
    """One connection: a thread up to the server, one down to the client."""

    def __init__(self, wire: Wire, client: socket.socket, server: socket.socket) -> None:
        self._wire = wire
        self._client = client
        self._server = server
        self._answer_is_lost = False

    def up(self) -> None:
        with contextlib.suppress(OSError):
            for packet in _packets(self._client):
                plan = self._wire.plan_for(packet[5:].decode("utf-8", "replace")) if _is_query(packet) else None
                if plan is not None and plan.deed == "answer":
                    self._client.sendall(_error(plan.code))
                    continue
                if plan is not None and plan.deed == "before":
                    break
                self._answer_is_lost = plan is not None
                self._server.sendall(packet)
        self._end()

    def down(self) -> None:
        with contextlib.suppress(OSError):
            while (data := self._server.recv(65536)) and not self._answer_is_lost:
                self._trickle(data)
        self._end()

    def _trickle(self, data: bytes) -> None:
        """Pass on an answer as slowly as the wire is: packet by packet, byte by byte."""
        if not self._wire.seconds_a_packet and not self._wire.seconds_a_byte:
            self._client.sendall(data)
            return
        for packet in _cut(data):
            self._wire.is_over.wait(self._wire.seconds_a_packet)
            pieces = [packet[i : i + 1] for i in range(len(packet))] if self._wire.seconds_a_byte else [packet]
            for piece in pieces:
                self._wire.is_over.wait(self._wire.seconds_a_byte)
                self._client.sendall(piece)

    def _end(self) -> None:
        _shut(self._client)
        _shut(self._server)


def _packets(source: socket.socket) -> Iterator[bytes]:
    """Whole packets of the protocol: 3 bytes of length, 1 of sequence, the content."""
    waiting = b""
    while data := source.recv(65536):
        waiting += data
        while len(waiting) >= 4 and len(waiting) >= (end := 4 + int.from_bytes(waiting[:3], "little")):
            yield waiting[:end]
            waiting = waiting[end:]


def _cut(data: bytes) -> Iterator[bytes]:
    """The packets of an answer; the last one may be broken off."""
    while data:
        end = 4 + int.from_bytes(data[:3], "little")
        yield data[:end]
        data = data[end:]


def _is_query(packet: bytes) -> bool:
    return packet[3] == 0 and packet[4] == COM_QUERY


def _error(code: int) -> bytes:
    content = b"\xff" + code.to_bytes(2, "little") + b"#40001" + b"refused on the wire"
    return len(content).to_bytes(3, "little") + b"\x01" + content


def _shut(one: socket.socket) -> None:
    with contextlib.suppress(OSError):
        one.shutdown(socket.SHUT_RDWR)
    one.close()
