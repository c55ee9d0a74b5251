"""What the platform keeps of one account, apart from its people."""

from collections.abc import Callable
from typing import Any

from bot.simulator.codes import Codes
from bot.simulator.exchanges import Exchanges
from bot.simulator.faults import Faults
from bot.simulator.media import MediaShelf
from bot.simulator.menus import Menus
from bot.simulator.notices import Templates
from bot.simulator.quotas import Quotas
from bot.simulator.sent import Sent
from bot.simulator.signing_in import SigningIn
from bot.simulator.tags import Tags
from bot.simulator.tickets import Tickets
from bot.simulator.tokens import Tokens


class Books:
    """Each attribute is one thing of the account, on one clock.

    lacks: paths of API calls that the account may not make. is_secret_frozen: its secret is good for nothing now."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self.clock = clock
        self.media = MediaShelf(clock)
        self.codes = Codes(clock)
        self.menus = Menus()
        self.templates = Templates()
        self.faults = Faults()
        self.exchanges = Exchanges(clock)
        self.quotas = Quotas(clock)
        self.tokens = Tokens(clock)
        self.tickets = Tickets(clock)
        self.signing_in = SigningIn(clock)
        self.tags = Tags()
        self.sent = Sent(clock)
        self.lacks: set[str] = set()
        self.is_secret_frozen = False

    @property
    def menu(self) -> dict[str, Any] | None:
        """The menu that is published, {"button": […]}; None if there is none."""
        return self.menus.default
