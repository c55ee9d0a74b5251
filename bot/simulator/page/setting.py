"""What every part of the page stands on."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from bot.simulator.page.jars import Jars
from bot.simulator.platform import Platform

Moment = tuple[str, Callable[[float], float]]


@dataclass(frozen=True)
class Setting:
    """codes: (label, scene) of each posted code, read anew for every page. title: the name of the account.

    moments: (label, target from now) of each button that moves the clock, times in seconds since 1970.
    on_reset is called before the phones are forgotten, on_clock after the clock was moved."""

    platform: Platform
    codes: Sequence[tuple[str, str]]
    title: str
    moments: Sequence[Moment]
    on_reset: Callable[[], object] | None
    on_clock: Callable[[], object] | None
    jars: Jars = field(default_factory=Jars)
