"""What every part of the page stands on."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from bot.simulator.page.jars import Jars
from bot.simulator.platform import Platform

Moment = tuple[str, Callable[[float], float]]
Posted = tuple[str, str]
Role = tuple[str, Callable[[str], object]]


@dataclass(frozen=True)
class Setting:
    """codes: gives (label, scene) of each code that is posted now. title: the name of the account.

    moments: (label, target from now) of each button that moves the clock, times in seconds since 1970.
    on_reset is called before the phones are forgotten, on_clock after the clock was moved.
    roles: (label, what makes an openid one) of each kind of phone that can be added besides a visitor's.
    role_of: what somebody is now, in a word; empty for a visitor."""

    platform: Platform
    codes: Callable[[], Sequence[Posted]]
    title: str
    moments: Sequence[Moment]
    on_reset: Callable[[], object] | None
    on_clock: Callable[[], object] | None
    roles: Sequence[Role]
    role_of: Callable[[str], str]
    jars: Jars = field(default_factory=Jars)
