"""Calls of the platform that may be made again without harm, and what their failures mean."""

import logging
from collections.abc import Callable
from typing import TypeVar

from bot.sending import outcome_of
from bot.wechat.errors import Reaction, WechatError
from models.rules.sending import Outcome, Result
from models.services.tokens import NoToken
from models.tables.database import OutcomeUnknown, Unavailable

log = logging.getLogger("hallpass.platform")

T = TypeVar("T")


def tried(call: Callable[[], T]) -> T | Outcome:
    """What the call gives, or why it gives nothing: AGAIN, HELD until an operator does something, or CLOSED. Raises
    nothing."""
    try:
        return call()
    except WechatError as error:
        if error.permanent:
            log.warning("refused: %s (%s) rid=%s", error, error.reaction, error.rid)
        if error.reaction in (Reaction.NO_CODE, Reaction.UNAUTHORIZED):
            return Outcome(Result.HELD, error.reaction)
        outcome = outcome_of(error)
        return Outcome(Result.AGAIN, outcome.reason) if outcome.result is Result.UNKNOWN else outcome
    except (NoToken, Unavailable, OutcomeUnknown):
        return Outcome(Result.AGAIN, "no_token")
    except Exception as error:
        log.error("a call failed: %s", type(error).__name__)
        return Outcome(Result.AGAIN, "failed")
