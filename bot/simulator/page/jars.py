"""A cookie jar for each phone: in one real browser, several people sign in to the same service."""

import re
import threading
from collections import OrderedDict
from collections.abc import Mapping

MOST_JARS = 500
MOST_COOKIES = 50
LONGEST_COOKIE = 4096

_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,128}")


class Jars:
    """The cookies of phones whose in-app browser is not the one in use, by openid. Kept in memory only; beyond
    MOST_JARS the one kept longest ago goes. May be used from several threads."""

    def __init__(self) -> None:
        self._jars: OrderedDict[str, dict[str, str]] = OrderedDict()
        self._lock = threading.Lock()

    def keep(self, openid: str, cookies: Mapping[str, str]) -> None:
        """Puts these cookies in the phone's jar, in place of what was there; a name that no cookie can have is left
        out, and so is what is longer than a browser keeps."""
        fit = {
            name: value
            for name, value in list(cookies.items())[:MOST_COOKIES]
            if _NAME.fullmatch(name) and len(value) <= LONGEST_COOKIE
        }
        with self._lock:
            self._jars[openid] = fit
            self._jars.move_to_end(openid)
            while len(self._jars) > MOST_JARS:
                self._jars.popitem(last=False)

    def of(self, openid: str) -> dict[str, str]:
        """The phone's cookies; none for a phone that never browsed."""
        with self._lock:
            return dict(self._jars.get(openid, {}))

    def clear(self) -> None:
        """Forgets all."""
        with self._lock:
            self._jars.clear()
