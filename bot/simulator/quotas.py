"""How often an account may make each call: by the day of Shanghai, and for some by the minute."""

import threading
from collections import Counter
from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

MOST_CLEARINGS_A_MONTH = 10

_ZONE = ZoneInfo("Asia/Shanghai")
_A_DAY = {
    "/cgi-bin/token": 2_000,
    "/cgi-bin/stable_token": 500_000,
    "/cgi-bin/menu/create": 1_000,
    "/cgi-bin/menu/addconditional": 2_000,
    "/cgi-bin/menu/delconditional": 2_000,
    "/cgi-bin/menu/trymatch": 20_000,
    "/cgi-bin/message/custom/send": 500_000,
    "/cgi-bin/message/template/send": 100_000,
    "/cgi-bin/message/mass/send": 100,
    "/cgi-bin/user/get": 500,
    "/cgi-bin/user/info": 5_000_000,
}
_A_MINUTE = {"/cgi-bin/stable_token": 10_000, "/cgi-bin/message/mass/send": 60}


class OverQuota(Exception):
    """The call was made too often; `errcode`: 45009 (today) or 45011 (this minute)."""

    def __init__(self, errcode: int) -> None:
        super().__init__(errcode)
        self.errcode = errcode


class Quotas:
    """Counts calls by path. daily_limits may be changed; a path that it lacks is not limited. May be used from several
    threads."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self.daily_limits = dict(_A_DAY)
        self._clock = clock
        self._today: Counter[str] = Counter()
        self._this_minute: Counter[str] = Counter()
        self._clearings: Counter[str] = Counter()
        self._day = ""
        self._minute = 0
        self._lock = threading.Lock()

    def spend(self, path: str) -> None:
        """Counts one call. OverQuota if there were too many, which does not count."""
        with self._lock:
            self._turn()
            if self._today[path] >= self.daily_limits.get(path, self._today[path] + 1):
                raise OverQuota(45009)
            if self._this_minute[path] >= _A_MINUTE.get(path, self._this_minute[path] + 1):
                raise OverQuota(45011)
            self._today[path] += 1
            self._this_minute[path] += 1

    def used(self, path: str) -> int:
        """How often it was called today."""
        with self._lock:
            self._turn()
            return self._today[path]

    def clear(self) -> bool:
        """Begins today's counts anew; False if that was done MOST_CLEARINGS_A_MONTH times this month."""
        month = month_of(self._clock())
        with self._lock:
            if self._clearings[month] >= MOST_CLEARINGS_A_MONTH:
                return False
            self._clearings[month] += 1
            self._today.clear()
            return True

    def _turn(self) -> None:
        now = self._clock()
        day, minute = day_of(now), int(now // 60)
        if day != self._day:
            self._day = day
            self._today.clear()
        if minute != self._minute:
            self._minute = minute
            self._this_minute.clear()


def day_of(at: float) -> str:
    """The day in Shanghai, 2026-03-02."""
    return datetime.fromtimestamp(at, _ZONE).strftime("%Y-%m-%d")


def month_of(at: float) -> str:
    """The month in Shanghai, 2026-03."""
    return day_of(at)[:7]
