"""What the platform tells the account after a call has been answered: it waits here until it is delivered."""

import threading
from collections import deque
from collections.abc import Callable

from bot.simulator.deliveries import Delivery
from bot.simulator.phones import Delivered

LOOKS_EVERY_SECONDS = 1.0


class Due:
    """Deliveries that follow calls, in their order. A service may wait for a call while it handles a delivery, so
    none of them is pushed by the thread that answers the call. May be used from several threads."""

    def __init__(self, push: Callable[[Delivery], Delivered]) -> None:
        self._push = push
        self._waiting: deque[Delivery] = deque()
        self._is_there = threading.Event()

    def add(self, delivery: Delivery) -> None:
        """Has it delivered later."""
        self._waiting.append(delivery)
        self._is_there.set()

    def deliver(self) -> tuple[Delivered, ...]:
        """Delivers what waits now, one after another."""
        self._is_there.clear()
        delivered = []
        while True:
            try:
                delivery = self._waiting.popleft()
            except IndexError:
                return tuple(delivered)
            delivered.append(self._push(delivery))

    def keep_delivering(self, ended: threading.Event) -> None:
        """Delivers whatever comes, until `ended` is set; for a thread of its own. It ends within a second."""
        while not ended.is_set():
            if self._is_there.wait(LOOKS_EVERY_SECONDS):
                self.deliver()
