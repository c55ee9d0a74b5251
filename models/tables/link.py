"""A connection to MySQL or MariaDB that listens to nothing past its moment, however slowly the server goes on."""

import functools
import io
import socket
import ssl
import time
from typing import Any

import pymysql
from pymysql.constants import CR
from pymysql.protocol import FieldDescriptorPacket, MysqlPacket

SLACK_SECONDS = 0.05
"""A socket whose time-out is off by no more keeps it: setting one costs a system call."""
SHORTEST_SECONDS = 0.01
MOST_COLUMNS = 1024


class Link(pymysql.connections.Connection):
    """PyMySQL's connection, all of whose waits end at `until` (time.monotonic): connecting, the handshake, each answer.

    PyMySQL's own time-outs begin anew with every read, so a server that sends a packet, or a byte, now and then would
    be listened to for as long as it likes.
    """

    def __init__(self, until: float, **parameters: Any) -> None:
        self.until = until
        self._socket_seconds: float | None = None
        self._incoming: io.BufferedReader | None = None
        super().__init__(defer_connect=True, **parameters)

    def connect(self, sock: socket.socket | None = None) -> None:
        """As PyMySQL's, until the moment comes."""
        super().connect(sock or self._reached())

    def bound(self) -> bool:
        """Let the socket wait for no longer than is left; False when nothing is."""
        left = self.until - time.monotonic()
        seconds = max(left, SHORTEST_SECONDS)
        if self._socket_seconds is None or abs(self._socket_seconds - seconds) > SLACK_SECONDS:
            self._sock.settimeout(seconds)
            self._socket_seconds = seconds
        return left > 0

    def _reached(self) -> socket.socket:
        """A socket to the server. A name may stand for several machines: all of them share the time."""
        try:
            error: OSError = TimeoutError("no time left")
            for family, kind, protocol, _, address in socket.getaddrinfo(self.host, self.port, type=socket.SOCK_STREAM):
                left = self.until - time.monotonic()
                if left <= 0:
                    break
                made = socket.socket(family, kind, protocol)
                try:
                    made.settimeout(min(left, self.connect_timeout))
                    made.connect(address)
                    made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                    made.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
                except OSError as fault:
                    made.close()
                    error = fault
                else:
                    return made
            raise error
        except OSError as fault:
            raise pymysql.err.OperationalError(CR.CR_CONN_HOST_ERROR, f"cannot connect ({fault})") from fault

    def _create_ssl_ctx(self, options: dict[str, Any]) -> ssl.SSLContext:
        """One for all connections that name no authority: PyMySQL reads every authority of the machine for each of
        them, which takes ten times as long as the rest of a connect, and then asks none."""
        made: ssl.SSLContext = super()._create_ssl_ctx(options) if options else _without_authority()
        return made

    def _read_packet(self, packet_type: type[MysqlPacket] = MysqlPacket) -> MysqlPacket:
        """As PyMySQL's, but what a server says of a column is taken apart once: the same statements come again and
        again, and their columns took longer than their rows."""
        if packet_type is not FieldDescriptorPacket:
            return super()._read_packet(packet_type)
        return _column(super()._read_packet().get_all_data(), self.encoding)

    def _write_bytes(self, data: bytes) -> None:
        self.bound()
        super()._write_bytes(data)

    @property
    def _rfile(self) -> io.BufferedReader | None:
        """What PyMySQL reads from."""
        return self._incoming

    @_rfile.setter
    def _rfile(self, file: io.BufferedReader | None) -> None:
        # A socket starts without a time-out, and one wrapped in TLS is another socket.
        self._socket_seconds = None
        self._incoming = None if file is None else io.BufferedReader(_Incoming(self, file.detach()))


@functools.lru_cache(MOST_COLUMNS)
def _column(data: bytes, encoding: str) -> FieldDescriptorPacket:
    return FieldDescriptorPacket(data, encoding)


@functools.cache
def _without_authority() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


class _Incoming(io.RawIOBase):
    """The bytes from the server, each wait for them bounded by the link's moment."""

    def __init__(self, link: Link, socket_file: io.RawIOBase) -> None:
        self._link = link
        self._socket_file = socket_file

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        if not self._link.bound():
            raise TimeoutError("no time left")
        return self._socket_file.readinto(buffer)

    def close(self) -> None:
        self._socket_file.close()
        super().close()
