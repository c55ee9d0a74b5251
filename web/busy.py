"""Pages that search, count and download give way when many people come in: half of the threads stay for check-ins."""

import threading
from collections.abc import Callable, Iterator
from typing import Any

from flask import Flask, current_app, g, request
from flask.typing import ResponseReturnValue
from flask.wrappers import Response

from models.waited import waited
from web.errors import sentence_page
from web.language import say

QUERIES = frozenset(("hall_records", "exported", "cases", "operators", "boards.charts"))
"""The blueprints whose pages can wait, with those within them."""
AT_ONCE = 4
"""Of those pages in one process: half of its threads, as `serve` makes them."""
PATIENCE_SECONDS = 1.0
RETRY_SECONDS = 60
PLACES = "hallpass.queries_at_once"
"""Among the extensions of an application."""


def register(app: Flask) -> None:
    """Have this application put such pages off when there is no place for them, or when requests queue."""
    app.extensions[PLACES] = places()

    @app.before_request
    def take_a_place() -> ResponseReturnValue | None:
        if QUERIES.isdisjoint(request.blueprints):
            return None
        free: threading.BoundedSemaphore = current_app.extensions[PLACES]
        if waited(request.environ) > PATIENCE_SECONDS or not free.acquire(blocking=False):
            title, sentence = say("busy.page_title"), say("busy.page")
            return sentence_page(title, sentence), 503, {"Retry-After": str(RETRY_SECONDS)}
        g.gives_back = _Once(free.release)
        return None

    @app.after_request
    def keep_it_until_all_is_sent(response: Response) -> Response:
        if "gives_back" in g and response.is_streamed:
            response.response = _Held(iter(response.response), g.pop("gives_back"))
        return response

    @app.teardown_request
    def give_it_back(_error: BaseException | None) -> None:
        if "gives_back" in g:
            g.gives_back()


def places() -> threading.BoundedSemaphore:
    """Those of one application, all of them free."""
    return threading.BoundedSemaphore(AT_ONCE)


class _Once:
    """A deed that is done once, however often it is asked for."""

    def __init__(self, deed: Callable[[], None]) -> None:
        self._deeds = [deed]

    def __call__(self) -> None:
        while self._deeds:
            self._deeds.pop()()


class _Held:
    """What is sent piece by piece, with its place: that is given back when all is sent, or nobody wants the rest."""

    def __init__(self, pieces: Iterator[Any], gives_back: _Once) -> None:
        self._pieces = pieces
        self._gives_back = gives_back

    def __iter__(self) -> "_Held":
        return self

    def __next__(self) -> Any:
        try:
            return next(self._pieces)
        except BaseException:
            self._gives_back()
            raise

    def close(self) -> None:
        self._gives_back()
        if hasattr(self._pieces, "close"):
            self._pieces.close()

    # Where not even the first piece was asked for, as by HEAD.
    __del__ = close
