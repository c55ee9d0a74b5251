"""Notices to the contacts of a case: by which way somebody is reached, and what became of a notice."""

from enum import StrEnum
from typing import NamedTuple

from models.rules.sending import Channel, State

KIND = "contact"
"""Of their messages in the outbox, and of the templates that are configured for them."""


class Way(StrEnum):
    """By what a contact can be told, the most welcome first."""

    WINDOW = "window"
    """A message in the chat, which they have opened lately."""
    SUBSCRIPTION = "subscription"
    TEMPLATE = "template"
    PHONE = "phone"
    """Only by telephone: they gave a number, and nothing of WeChat reaches them, or did not."""
    LEADS_PHONE = "leads_phone"
    """Likewise, by the number of whoever they came with."""
    NONE = "none"
    """No number either."""


BY_CHANNEL = {Channel.CUSTOM: Way.WINDOW, Channel.SUBSCRIPTION: Way.SUBSCRIPTION, Channel.TEMPLATE: Way.TEMPLATE}
MESSAGES = frozenset(BY_CHANNEL.values())
"""The ways by which a notice goes out."""


class Told(StrEnum):
    """What became of a notice."""

    QUEUED = "queued"
    ACCEPTED = "accepted"
    """The platform took it and has said no more; of messages in the chat it never does."""
    DELIVERED = "delivered"
    FAILED = "failed"
    """It surely did not arrive."""
    UNKNOWN = "unknown"
    """It may have arrived; nobody can find out, and it is not sent again."""


_HOLDS = frozenset(("busy", "no_token", "daily_quota", "minute_quota", "account", "banned"))
"""Reasons for which a message waits; with any other one it is about to be tried by the next channel, or given up."""


class Fate(NamedTuple):
    """`why`: the reason of a failure, or of what holds a queued notice back; else empty."""

    told: Told
    why: str = ""


def fate(state: str, reason: str | None, verdict: str | None) -> Fate:
    """What became of a notice, by the state of its message, the reason beside it, and what the platform told later."""
    if state in (State.WAITING, State.SENDING):
        return Fate(Told.QUEUED, reason if reason in _HOLDS else "")
    if state == State.SENT:
        if verdict is None:
            return Fate(Told.ACCEPTED)
        return Fate(Told.DELIVERED) if verdict == "delivered" else Fate(Told.FAILED, verdict)
    if state == State.UNKNOWN:
        return Fate(Told.UNKNOWN, reason or "")
    return Fate(Told.FAILED, reason or "")
