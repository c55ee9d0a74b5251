"""From the outbox to the platform: each channel's call, and what its answer means for the message."""

import logging
from collections.abc import Callable

from bot.wechat.api import TOKEN_PATH, UPLOAD_PATH, Api
from bot.wechat.errors import Reaction, WechatError
from models.rules.sending import Channel, NoticeTemplate, Outcome, Result
from models.services.desk import Message
from models.services.tokens import NoToken
from models.tables.database import OutcomeUnknown, Unavailable

log = logging.getLogger("hallpass.sending")

_CLOSED = frozenset(
    (
        Reaction.BAD_OPENID, Reaction.NOT_FOLLOWING, Reaction.REFUSED, Reaction.WINDOW_CLOSED, Reaction.CONTENT,
        Reaction.TEMPLATE, Reaction.UNAUTHORIZED, Reaction.BUG,
    )
)  # fmt: skip
"""The message was not taken and will not be; another channel may."""
_ELSEWHERE = frozenset((Reaction.SIGN_IN, Reaction.NO_CODE))
"""What answers other calls; to a message it would make no sense."""
_PAUSES = {Reaction.DAILY_QUOTA: "until_day", Reaction.MINUTE_QUOTA: "until_minute"}


class Sending:
    """Sends messages by the account's API."""

    def __init__(self, api: Api) -> None:
        self._calls: dict[Channel, Callable[[Message], str]] = {
            Channel.CUSTOM: self._custom,
            Channel.SUBSCRIPTION: self._subscription,
            Channel.TEMPLATE: self._template,
        }
        self._api = api

    def __call__(self, channel: Channel, message: Message) -> Outcome:
        """Hand the message to the channel and say how it went. Raises nothing: whatever goes wrong unforeseen may have
        gone wrong after the platform had taken it."""
        try:
            return Outcome(Result.SENT, msgid=self._calls[channel](message))
        except WechatError as error:
            if error.permanent:
                log.warning("%s refused: %s (%s) rid=%s", channel, error, error.reaction, error.rid)
            return outcome_of(error)
        except (NoToken, Unavailable, OutcomeUnknown):
            return Outcome(Result.AGAIN, "no_token")
        except Exception as error:
            log.error("sending on %s failed: %s", channel, type(error).__name__)
            return Outcome(Result.UNKNOWN, "failed")

    def _custom(self, message: Message) -> str:
        self._api.send_text(message.openid, message.text)
        return ""

    def _subscription(self, message: Message) -> str:
        template = _template_of(message)
        self._api.send_subscription(message.openid, template.template_id, template.filled(message.values))
        return ""

    def _template(self, message: Message) -> str:
        template = _template_of(message)
        values = template.filled(message.values)
        return self._api.send_template(message.openid, template.template_id, values, message.key)


def _template_of(message: Message) -> NoticeTemplate:
    if message.template is None:
        raise LookupError("a message of a template without one")
    return message.template


def outcome_of(error: WechatError) -> Outcome:
    """What an error means for a message that was being sent."""
    reaction = error.reaction
    if reaction in _PAUSES:
        return Outcome(Result.AGAIN, reaction, pause=_PAUSES[reaction])
    if reaction in _ELSEWHERE:
        return Outcome(Result.CLOSED, Reaction.BUG)
    if reaction in _CLOSED:
        return Outcome(Result.CLOSED, reaction)
    if reaction is not Reaction.BUSY:
        return Outcome(Result.HELD, Reaction.BANNED if reaction is Reaction.BANNED else Reaction.ACCOUNT)
    if error.path == TOKEN_PATH:
        return Outcome(Result.AGAIN, "no_token")
    if error.path == UPLOAD_PATH:
        return Outcome(Result.AGAIN, reaction)
    # "System busy" says that the call was answered, not whether it was done.
    is_unsure = error.may_have_happened or error.code is not None
    return Outcome(Result.UNKNOWN if is_unsure else Result.AGAIN, reaction)
