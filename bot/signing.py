"""Who opened a page in WeChat, for the web side."""

import logging
import re
from collections.abc import Callable

from bot.wechat.errors import Reaction, WechatError
from bot.wechat.oauth import SignedIn
from models.services.desk import Identity, NoIdentity

log = logging.getLogger("hallpass.signing")

_CODE = re.compile(r"[A-Za-z0-9_-]{1,512}")
_REASONS = {40029: NoIdentity.BAD, 40163: NoIdentity.USED, 42003: NoIdentity.OLD}
_PASSING = frozenset((Reaction.BUSY, Reaction.DAILY_QUOTA, Reaction.MINUTE_QUOTA))


class Signing:
    """Asks the platform who came with a code. `exchange` makes the call and raises WechatError."""

    def __init__(self, exchange: Callable[[str], SignedIn]) -> None:
        self._exchange = exchange

    def __call__(self, code: str) -> Identity | NoIdentity:
        """Who it is, or why nobody is known; `code` as it came in the address, whatever it is. Raises nothing."""
        if not _CODE.fullmatch(code):
            return NoIdentity.BAD
        try:
            found = self._exchange(code)
        except WechatError as error:
            if error.code in _REASONS:
                return _REASONS[error.code]
            log.warning("sign-in failed: %s (%s) rid=%s", error, error.reaction, error.rid)
            return NoIdentity.BUSY if error.reaction in _PASSING else NoIdentity.ACCOUNT
        return Identity(found.openid, found.is_snapshot)
