"""What the pages are handed of the world outside: the time, their own address, and the platform's sign-in."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from flask import Flask, current_app

from models.rules.sending import Templates
from models.services.authorizations import Exchange
from models.services.card_reading import ReadCard, nobody_reads

_KEY = "hallpass.outside"


@dataclass(frozen=True)
class Consenting:
    """What the page needs on which people agree to notices: the account's id, where WeChat's script is, the template,
    and the ticket that the page is signed with, None where it cannot be had now."""

    app_id: str
    js_url: str
    template_id: str
    ticket: Callable[[], str | None]


@dataclass(frozen=True)
class Outside:
    """clock: gives the moment, in UTC. zone: by whose clocks pages tell the time. base_url: where people reach this
    service, without a slash at the end. authorize_url: where WeChat's browser is sent with a state; None: the account
    may not use web authorization. exchange: who came back with a code. pass_key: signs the codes
    of passes, 32 bytes. job_seconds: how often each job runs, by its name. read_card: what a photo of a card says.
    templates: those that the operator has configured, by kind of message and channel. consenting: what asks visitors to
    agree to notices; None: nothing does. mp_verify: the name of the file by which the platform's console sees whose the
    domain is; empty: there is none."""

    clock: Callable[[], datetime]
    zone: ZoneInfo
    base_url: str
    authorize_url: Callable[[str], str] | None
    exchange: Exchange
    pass_key: bytes
    job_seconds: Mapping[str, int] = field(default_factory=dict)
    read_card: ReadCard = nobody_reads
    templates: Templates = field(default_factory=dict)
    consenting: Consenting | None = None
    mp_verify: str = ""

    def time(self, moment: datetime) -> str:
        """A moment as a page shows it."""
        return moment.astimezone(self.zone).strftime("%Y-%m-%d %H:%M")


def register(app: Flask, outside: Outside) -> None:
    """Give the application its surroundings."""
    app.extensions[_KEY] = outside


def outside() -> Outside:
    """The surroundings of the application whose page is being made."""
    found: Outside = current_app.extensions[_KEY]
    return found
