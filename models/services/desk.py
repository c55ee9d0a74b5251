"""What services and jobs use of the world outside the database; put together at the start of a process."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from models.rules.sending import Channel, NoticeTemplate, Outcome, Result, Templates
from models.tables.photos import PhotoRow


@dataclass(frozen=True)
class CodeToSend:
    """A code that is drawn and sent as a picture, and the words under it."""

    url: str
    caption: str


@dataclass(frozen=True)
class Message:
    """A message as it is handed to a channel. `key` is the same for each try of one message. `code`: in the chat it
    goes as a picture, and not as text."""

    key: str
    openid: str
    text: str
    values: Mapping[str, str]
    template: NoticeTemplate | None = None
    code: CodeToSend | None = None


@dataclass(frozen=True)
class Made:
    """A permanent code of the platform: its ticket, and the address that stands in its picture."""

    ticket: str
    url: str


@dataclass(frozen=True)
class NotMade:
    """Why no code was made. AGAIN: the platform does not answer now, and a repeat makes no second code. HELD: the
    account itself is at fault or has used up its codes (`no_code`), until an operator does something. CLOSED: there
    will be none for this scene."""

    result: Result
    reason: str


def _no_code(_scene: str) -> Made | NotMade:
    return NotMade(Result.CLOSED, "unreachable")


def _no_tags(_openid: str, _is_staff: bool) -> Outcome:
    return Outcome(Result.CLOSED, "unreachable")


def _no_reader(_photo: PhotoRow) -> None:
    raise LookupError("no reader of photos")


class Sheets(Protocol):
    """A workbook of text that is being written; it is not whole without the directory that closing it gives."""

    def append(self, cells: Sequence[str]) -> None: ...

    def close(self) -> bytes: ...


NewSheets = Callable[[Callable[[bytes], object], Sequence[str], Sequence[int], datetime], Sheets]
"""Begins a workbook: where its bytes go, the names and widths of its columns, the moment it is of."""


def _nobody() -> Sequence[str]:
    return ()


def _no_sheets(*_: object) -> Sheets:
    raise LookupError("nothing that writes workbooks")


@dataclass(frozen=True)
class Desk:
    """send: hand a message to a channel and say how it went. templates: by kind of message and channel, where the
    operator has configured one. is_stopping: whether the process has been asked to end. create_code: the permanent
    code of a scene, the same one each time. show_staff_menu: show somebody the menu of staff, or everybody's again;
    SENT where that is done. read_photo: read a photo that is claimed, and tell the person; what it raises says that the
    photo is still in the queue. new_sheets: begin a workbook, in memory alone. caller_networks: the
    networks from which the platform calls, none where it is not asked or does not say. What else calls the platform
    raises nothing; all of it is slow: keep it out of transactions."""

    send: Callable[[Channel, Message], Outcome]
    templates: Templates = field(default_factory=dict)
    is_stopping: Callable[[], bool] = lambda: False
    create_code: Callable[[str], Made | NotMade] = _no_code
    show_staff_menu: Callable[[str, bool], Outcome] = _no_tags
    read_photo: Callable[[PhotoRow], object] = _no_reader
    new_sheets: NewSheets = _no_sheets
    caller_networks: Callable[[], Sequence[str]] = _nobody
