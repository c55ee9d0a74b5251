"""What services and jobs use of the world outside the database; put together at the start of a process."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from models.rules.sending import Channel, NoticeTemplate, Outcome, Result


@dataclass(frozen=True)
class Message:
    """A message as it is handed to a channel. `key` is the same for each try of one message."""

    key: str
    openid: str
    text: str
    values: Mapping[str, str]
    template: NoticeTemplate | None = None


@dataclass(frozen=True)
class Made:
    """A permanent code that the platform has made: its ticket, and the address that the code says."""

    ticket: str
    url: str


def _no_codes(scene: str) -> Made | Outcome:
    return Outcome(Result.AGAIN, "unreachable")


@dataclass(frozen=True)
class Desk:
    """send: hand a message to a channel and say how it went; raises nothing. templates: by kind of message and
    channel, where the operator has configured one. is_stopping: whether the process has been asked to end."""

    send: Callable[[Channel, Message], Outcome]
    templates: Mapping[tuple[str, Channel], NoticeTemplate] = field(default_factory=dict)
    is_stopping: Callable[[], bool] = lambda: False
    create_code: Callable[[str], Made | Outcome] = _no_codes
