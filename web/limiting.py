"""How much one person, or one address without a session, may send to the pages; the services count what is dearer.

Whoever is signed in is counted by openid, in our tables, and only for what they send: looking is what pages are for.
Whoever is not is counted by address for everything. Of an address a process tells the tables only every EACH requests,
so that a page costs a stranger no statement; once the tables say that there were too many, it is so in every process
within EACH requests of it, and until the stretch of time is over nothing is asked any more.
"""

import ipaddress
import threading
from datetime import datetime

from flask import Flask, current_app, g, request
from werkzeug.wrappers import Response

from models.rules.refusal import Refused
from models.services import limits
from models.tables import vault
from web import access, static_files
from web.outside import outside

EACH = 50
MOST_ADDRESSES = 10_000
"""Kept by a process; beyond, it begins anew."""

STRANGERS = "hallpass.strangers"

_FREE = frozenset(("healthz", "sign_in.poll", "passes.newer"))
"""What a machine asks for, or a page by itself."""
_COUNTED_BY_THEMSELVES = frozenset(("visitor.form", "visitor.out", "visitor.card", "desks.card"))
"""Of whoever is signed in: what a check-in by form needs has limits of its own."""


class Strangers:
    """What this process has counted of each address and not told the tables yet, and who is over the limit."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._untold: dict[str, int] = {}
        self._over: set[str] = set()
        self._slot = -1

    def count(self, address: str, weight: int, now: datetime) -> None:
        """Count a request. Refused with too_many (minutes)."""
        told = self._taken(address, weight, now)
        if told is None:
            raise limits.refusal(limits.STRANGERS, now)
        if told:
            try:
                limits.count(limits.STRANGERS, _hidden(address), now, told)
            except Refused:
                with self._lock:
                    self._over.add(address)
                raise

    def _taken(self, address: str, weight: int, now: datetime) -> int | None:
        """How much is to be told the tables now; None where there is nothing more to ask."""
        slot = int(now.timestamp()) // int(limits.STRANGERS.within.total_seconds())
        with self._lock:
            if slot != self._slot or len(self._untold) > MOST_ADDRESSES:
                self._slot, self._untold, self._over = slot, {}, set()
            if address in self._over:
                return None
            sum_so_far = self._untold.get(address, 0) + weight
            self._untold[address] = 0 if sum_so_far >= EACH else sum_so_far
            return sum_so_far if sum_so_far >= EACH else 0


def register(app: Flask) -> None:
    """Count what is asked for before it is answered; to be called after the check of tokens, which costs nothing."""
    app.extensions[STRANGERS] = Strangers()

    @app.before_request
    def count() -> None:
        if static_files.is_static() or request.endpoint in _FREE:
            return
        who = access.signed_in()
        is_sent = request.method not in ("GET", "HEAD", "OPTIONS")
        if who is not None:
            if is_sent and request.endpoint not in _COUNTED_BY_THEMSELVES:
                limits.count(limits.CHANGES, who.openid, outside().clock())
        elif address := network_of(request.remote_addr or ""):
            strangers: Strangers = current_app.extensions[STRANGERS]
            strangers.count(address, limits.STRANGERS_FORM if is_sent else 1, outside().clock())

    @app.after_request
    def say_so(response: Response) -> Response:
        """A page that says that there were too many is answered as such, whichever view found words for it."""
        minutes = g.get("too_many_minutes")
        if minutes and response.status_code in (200, 409):
            response.status_code = 429
            response.headers["Retry-After"] = str(minutes * 60)
        return response


def network_of(address: str) -> str:
    """Whom an address stands for: of IPv6 its /64, which one household has for itself. Empty for nobody: this very
    machine is a proxy that has not been told to be one, and stands for everybody."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return ""
    if isinstance(found, ipaddress.IPv6Address):
        if found.ipv4_mapped:
            return network_of(str(found.ipv4_mapped))
        if not found.is_loopback:
            return str(ipaddress.ip_network((found, 64), strict=False))
    return "" if found.is_loopback else str(found)


def _hidden(address: str) -> str:
    # There are too few addresses for a hash without a key to hide one.
    return vault.current().hash(b"address", address).hex()
