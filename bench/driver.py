"""The load driver: one process, kept-alive sockets, every visitor's messages strictly one after another.

It reads of an answer what HTTP needs and no more: everything else is judged after the run.
"""

import heapq
import random
import selectors
import socket
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import accumulate

from bench.balance import balanced
from bot.simulator import Answer

HANGS_SECONDS = 30
KEPT_SECONDS = 60.0
"""For so long an idle connection is used again; the server gives it up after 75."""
THINKS_SECONDS = 0.5
NOBODY = -1
_END = b"\r\n\r\n"
_LENGTH = b"content-length:"


@dataclass
class Outcome:
    """What a run came to. `answers` and `waits` (seconds) stand in the order of the requests, visitor by visitor."""

    seconds: float
    cpu_seconds: float
    answers: list[list[bytes]]
    waits: list[float] = field(default_factory=list)

    @property
    def turns(self) -> int:
        return sum(map(len, self.answers))

    @property
    def rate(self) -> float:
        """Turns a second."""
        return self.turns / self.seconds

    @property
    def driver_share(self) -> float:
        """How much of one core the driver itself took."""
        return self.cpu_seconds / self.seconds


class _Line:
    """One connection, and the visitor who is on it."""

    def __init__(self, connected: socket.socket) -> None:
        self.socket = connected
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.who = NOBODY
        self.used = 0.0
        self._got = b""
        self._whole = 0

    def answer(self) -> bytes | None:
        """The whole answer, once it is there."""
        data = self.socket.recv(65536)
        if not data:
            raise ConnectionError("the server closed the connection in mid-answer")
        self._got += data
        if not self._whole:
            head = self._got.find(_END)
            if head < 0:
                return None
            low = self._got[:head].lower()
            place = low.index(_LENGTH) + len(_LENGTH)
            self._whole = head + len(_END) + int(low[place:].split(b"\r\n", 1)[0])
        if len(self._got) < self._whole:
            return None
        whole, self._got, self._whole = self._got, b"", 0
        return whole


def all_at_once(port: int, workers: Sequence[int], visitors: Sequence[Sequence[bytes]], connections: int) -> Outcome:
    """Closed loop: `connections` visitors at a time, each sending the next message when the reply is there; as many of
    them at each of the processes `workers`."""
    answers: list[list[bytes]] = [[] for _ in visitors]
    waiting = iter(range(len(visitors)))
    with selectors.EpollSelector() as selector:
        lines = [_Line(one) for one in balanced(port, workers, min(connections, len(visitors)), HANGS_SECONDS)]
        begun, cpu = time.perf_counter(), time.process_time()
        for line in lines:
            line.who = next(waiting)
            selector.register(line.socket, selectors.EVENT_READ, line)
            line.socket.sendall(visitors[line.who][0])
        busy = len(lines)
        while busy:
            for key, _ in _ready(selector, HANGS_SECONDS):
                line = key.data
                answer = line.answer()
                if answer is None:
                    continue
                got = answers[line.who]
                got.append(answer)
                if len(got) == len(visitors[line.who]):
                    line.who = next(waiting, -1)
                    if line.who < 0:
                        busy -= 1
                        continue
                    got = answers[line.who]
                line.socket.sendall(visitors[line.who][len(got)])
        outcome = Outcome(time.perf_counter() - begun, time.process_time() - cpu, answers)
        _hang_up(lines)
    return outcome


def _stays(_answer: bytes) -> bool:
    return True


def at_rate(
    port: int,
    visitors: Sequence[Sequence[bytes]],
    turns_a_second: float,
    seed: int,
    stays: Callable[[bytes], bool] = _stays,
) -> Outcome:
    """Open loop: visitors come at random moments, so that `turns_a_second` are due on average, and each message is due
    a while after the one before, whether the service keeps up or not. A wait counts from when the message was due.
    `stays`: whether whoever got this answer sends the rest of their messages."""
    luck = random.Random(seed)
    arrivals_a_second = turns_a_second * len(visitors) / sum(map(len, visitors))
    moments = list(accumulate(luck.expovariate(arrivals_a_second) for _ in visitors))
    return at_moments(port, visitors, moments, stays)


def at_moments(
    port: int,
    visitors: Sequence[Sequence[bytes]],
    moments: Sequence[float],
    stays: Callable[[bytes], bool] = _stays,
) -> Outcome:
    """Open loop: each visitor comes at their moment, in seconds from now; else as `at_rate`."""
    return _OpenLoop(port, visitors, stays).run(moments)


class _OpenLoop:
    def __init__(self, port: int, visitors: Sequence[Sequence[bytes]], stays: Callable[[bytes], bool]) -> None:
        self._stays = stays
        self._port = port
        self._visitors = visitors
        self._answers: list[list[bytes]] = [[] for _ in visitors]
        self._waits: list[list[float]] = [[] for _ in visitors]
        self._due: list[tuple[float, int]] = []
        self._planned: dict[int, float] = {}
        self._lines: list[_Line] = []
        self._idle: list[_Line] = []
        self._selector = selectors.EpollSelector()

    def run(self, moments: Sequence[float]) -> Outcome:
        left = sum(map(len, self._visitors))
        begun, cpu = time.perf_counter(), time.process_time()
        for who, moment in enumerate(moments):
            self._plan(who, begun + moment)
        with self._selector:
            while left:
                self._send_what_is_due()
                pause = max(self._due[0][0] - time.perf_counter(), 0.0) if self._due else HANGS_SECONDS
                left -= sum(self._take(key.data) for key, _ in self._selector.select(pause))
        outcome = Outcome(time.perf_counter() - begun, time.process_time() - cpu, self._answers)
        outcome.waits = [wait for one in self._waits for wait in one]
        _hang_up(self._lines)
        return outcome

    def _plan(self, who: int, at: float) -> None:
        self._planned[who] = at
        heapq.heappush(self._due, (at, who))

    def _send_what_is_due(self) -> None:
        while self._due and self._due[0][0] <= time.perf_counter():
            _, who = heapq.heappop(self._due)
            line = self._fresh() or self._another_line()
            line.who = who
            line.socket.sendall(self._visitors[who][len(self._answers[who])])

    def _fresh(self) -> _Line | None:
        """An idle line that the server has not given up yet; the last that was used is the last that it gives up."""
        if not self._idle:
            return None
        if time.perf_counter() - self._idle[-1].used < KEPT_SECONDS:
            return self._idle.pop()
        while self._idle:
            self._leave(self._idle[-1])
        return None

    def _leave(self, line: _Line) -> None:
        self._idle.remove(line)
        self._lines.remove(line)
        self._selector.unregister(line.socket)
        line.socket.close()

    def _another_line(self) -> _Line:
        line = _Line(socket.create_connection(("127.0.0.1", self._port), timeout=HANGS_SECONDS))
        self._lines.append(line)
        self._selector.register(line.socket, selectors.EVENT_READ, line)
        return line

    def _take(self, line: _Line) -> int:
        """How many messages fewer are left."""
        if line.who == NOBODY:
            self._leave(line)
            return 0
        answer = line.answer()
        if answer is None:
            return 0
        who, now = line.who, time.perf_counter()
        line.who, line.used = NOBODY, now
        self._idle.append(line)
        self._answers[who].append(answer)
        self._waits[who].append(now - self._planned[who])
        left = len(self._visitors[who]) - len(self._answers[who])
        if left and not self._stays(answer):
            return 1 + left
        if left:
            self._plan(who, max(self._planned[who] + THINKS_SECONDS, now))
        return 1


def parsed(answer: bytes) -> Answer:
    """An answer as it came over the wire: status, headers in lower case, body."""
    head, body = answer.split(_END, 1)
    first, *rest = head.decode("latin-1").split("\r\n")
    headers = {name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in rest)}
    return Answer(int(first.split()[1]), headers, body)


def _ready(selector: selectors.EpollSelector, seconds: float) -> list[tuple[selectors.SelectorKey, int]]:
    ready = selector.select(seconds)
    if not ready:
        raise TimeoutError("no answer came for a long time")
    return ready


def _hang_up(lines: Sequence[_Line]) -> None:
    for line in lines:
        line.socket.close()
