"""What `hallpass.py check` looks at: one line a check, and for each failure one sentence of what to do."""

import email.utils
import glob
import ipaddress
import secrets
import shutil
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import requests
from fontTools.ttLib import TTLibError

from assembly import account, notice_templates
from bot.menu import menu, staff_menu
from bot.staff_menu import TAG
from bot.wechat.api import TOKEN_PATH, Api
from bot.wechat.errors import Reaction, WechatError
from models.adapters import paper
from models.phrases import say
from models.rules.notices import KIND as TO_CONTACTS
from models.rules.refusal import Refused
from models.rules.sending import Channel, NoticeTemplate
from models.services import codes, consents, erasure_journal, keys, reminders, staff
from models.services.tokens import NoToken
from models.tables import outbox
from models.tables.database import OutcomeUnknown, Unavailable, run
from models.tables.staff import NO_HALL
from readers import reads_a_line, remote_reader
from settings import Settings, secret_files

SECONDS = 5.0
CLOCK_OFF_SECONDS = 60
LEAST_FREE_BYTES = 1024**3
CODES_END = 0.95
"""The part of the account's codes from which on their use is a failure."""

_TO = {reminders.KIND: "", TO_CONTACTS: " to contacts"}
"""Whom templates are for, by kind of message."""

_ON_POSTERS = "政务服务大厅进离ENTERLEAVE0123456789"

_ADVICE = {
    Reaction.BUSY: "the platform does not answer: is the way out to {host} open?",
    Reaction.STALE_TOKEN: "the AppSecret is not the account's: copy it anew from the console",
    Reaction.UNAUTHORIZED: "the account lacks this right: it has to be a verified service account (已认证的服务号)",
    Reaction.BANNED: "the platform has blocked this for the account: see the notices in its console",
    Reaction.DAILY_QUOTA: "today's quota is used up: it begins anew at midnight in Shanghai",
    Reaction.MINUTE_QUOTA: "too many calls in this minute: try again",
}
_ADVICE_BY_CODE = {
    41002: "app_id is empty for the platform: copy it from the console",
    41004: "the AppSecret is empty for the platform: copy it from the console",
    40013: "app_id is not one of the platform's: copy it from the console",
    40125: "the AppSecret is not the account's: copy it anew from the console",
    40243: "the AppSecret is frozen: unfreeze it in the console",
    89503: "an administrator of the account has to confirm this address in WeChat",
    89506: "an administrator of the account has refused this address: ask again in 24 hours",
    89507: "an administrator of the account has refused this address: ask again in an hour",
}


@dataclass(frozen=True)
class Line:
    """One check: its name, whether it passed, and what there is to say."""

    name: str
    passed: bool
    said: str = "ok"

    def __str__(self) -> str:
        return f"{self.name}: {self.said}"


def beside_the_data(settings: Settings) -> Iterator[Line]:
    """What can be checked of the database's surroundings without reading from it."""
    parts = urlsplit(settings.database.url)
    if parts.scheme == "mysql" and not _is_here(parts.hostname or "") and "ssl_ca" not in parse_qs(parts.query):
        yield Line(
            "database tls", False, "the database is on another machine and the way to it is open: add ?ssl_ca=FILE"
        )
    else:
        yield Line("database tls", True)
    folder = Path(parts.path.removeprefix("/")).parent if parts.scheme == "sqlite" else Path()
    free = shutil.disk_usage(folder if folder.is_dir() else Path()).free
    if free < LEAST_FREE_BYTES:
        yield Line("disk", False, f"only {free // 1024**2} MB are free: make room")
    else:
        yield Line("disk", True)


def of_the_secret_files(config: Path) -> Line:
    """Whether nobody but the owner and the group of the service may read what holds its secrets."""
    is_open = [str(path) for path in secret_files(config) if path.stat().st_mode & (stat.S_IRWXO | stat.S_IWGRP)]
    if is_open:
        said = f"others may read or change {', '.join(is_open)}: chmod 600, or 640 with the group of the service"
        return Line("secret files", False, said)
    return Line("secret files", True)


def of_the_data_file(settings: Settings) -> Iterator[Line]:
    """Whether nobody but the owner and the group of the service may look into SQLite's file, those beside it, and
    their folder."""
    url = settings.database.url
    if not url.startswith("sqlite:"):
        return
    data = Path(url.removeprefix("sqlite:///"))
    # Not resolved: it is the folder as it is called that has to be closed.
    places = [data.parent, *sorted(data.parent.glob(f"{glob.escape(data.name)}*"))]
    is_open = [str(path) for path in places if path.exists() and path.stat().st_mode & stat.S_IRWXO]
    said = f"others may look into {', '.join(is_open)}: chmod o= each, and keep the file in a folder of its own"
    yield Line("data file", not is_open, said if is_open else "ok")


def of_the_keys(settings: Settings) -> Line:
    """Which keys the settings still hold though nothing needs them; it passes all the same."""
    given = [f"data:{name}" for name, _ in settings.privacy.data_keys]
    given += [f"hash:{name}" for name, _ in settings.privacy.hash_keys]
    unneeded = sorted(keys.retired() & set(given))
    return Line("keys", True, f"ok; not needed any more: {', '.join(unneeded)}" if unneeded else "ok")


def of_the_fonts() -> Line:
    """Whether posters can be drawn: the font is there, whole, and has what halls are called."""
    try:
        missing = set(map(ord, _ON_POSTERS)) - paper.characters()
    except (OSError, TTLibError):
        return Line("fonts", False, "the font of the posters cannot be read: install the requirements anew")
    if missing:
        return Line("fonts", False, "the font of the posters lacks characters: install the requirements anew")
    return Line("fonts", True)


def of_the_reader(settings: Settings, now: Callable[[], datetime]) -> Line:
    """Whether photos of cards can be read: by the process at ocr.url, or by an engine in this one."""
    if settings.ocr.url:
        return _remote_reader(settings, now)
    engine = settings.ocr.engine
    try:
        if not reads_a_line(engine):
            return Line("reader", False, f"the engine {engine} misreads a plain line: install the requirements anew")
    except ImportError as fault:
        return Line("reader", False, f"the engine {engine} cannot be loaded ({fault}): install the requirements anew")
    return Line("reader", True)


def _remote_reader(settings: Settings, now: Callable[[], datetime]) -> Line:
    reader = remote_reader(settings, now)
    try:
        reader(b"")
    except Refused as no:
        # It has opened what was sealed for it, and has found that no bytes are no picture: all of it works.
        if no.code == "photo_not_a_picture":
            return Line("reader", True)
        if no.code == "reader_busy":
            return Line("reader", True, "ok, but as many photos wait as may: is the machine too slow?")
    if reader.is_well():
        todo = "give both the same site.secret_key, and set both clocks"
        return Line("reader", False, f"the process at ocr.url answers, but not to this service: {todo}")
    return Line("reader", False, "nothing reads at ocr.url: start hallpass.py ocr there, or open the way to it")


def of_the_outbox(now: datetime) -> Line:
    """What could not be sent in the last day; it passes all the same, as people may be out of reach."""
    troubles = run(lambda: outbox.troubles(now - timedelta(days=1)))
    if not troubles:
        return Line("outbox", True)
    reasons = "; ".join(f"{count} × {say('en', f'undelivered.{reason}')}" for reason, count in troubles.items())
    return Line("outbox", True, f"ok; not delivered in 24 hours: {reasons}")


def of_the_journal(now: datetime) -> Line:
    """Whether what people have erased is written down for a restore, outside of the database."""
    stands = erasure_journal.standing()
    if not stands.may_write:
        return Line("erasure journal", False, f"{stands.path} cannot be written: see privacy.erasure_journal")
    if not stands.is_well(now):
        return Line(
            "erasure journal", False, f"{stands.waiting} lines wait to be written: does jobs run, is the disk full?"
        )
    return Line("erasure journal", True)


def of_the_codes() -> Line:
    """How many of the account's permanent codes are used; they are for ever, so it warns long before the end."""
    usage = codes.usage()
    said = f"{usage.used:,} of {usage.of:,} permanent codes are used"
    if usage.refused:
        said = f"{said}; the platform refuses {usage.refused} that halls wait for: see the account's rights and quotas"
    if usage.used >= usage.of * CODES_END:
        return Line("codes", False, f"{said}: soon no hall can get any; turn new halls to another account")
    if usage.is_much:
        return Line("codes", True, f"ok, but {said}: no code can be given back, so see who makes that many")
    return Line("codes", True, f"ok; {said}")


def of_the_operators() -> Line:
    """Whether there is anybody who can approve a hall."""
    if staff.members(NO_HALL):
        return Line("operators", True)
    return Line("operators", False, "nobody is one, so no hall can be approved: run hallpass.py invite operator")


def of_the_platform(settings: Settings, api: Api) -> Iterator[Line]:
    """Clock, API, rights, templates, ticket and menu. Where the API itself fails, what stands on it is not asked."""
    host = host_of(settings)
    yield _clock(settings.wechat.api_url)
    published, fault = _asked(api.menu)
    if fault is not None and fault.reaction is not Reaction.UNAUTHORIZED:
        yield Line("wechat api", False, advice(fault, host))
        return
    yield Line("wechat api", True)
    yield _line("right to menus", fault, host)
    if fault is None:
        yield _menu(published)
        yield _staff_menu(api, host)
    for channel, name, call in (
        (Channel.TEMPLATE, "template messages", api.template_contents),
        (Channel.SUBSCRIPTION, "subscription notices", api.subscription_contents),
    ):
        wanted = [(kind, template) for (kind, one), template in notice_templates(settings).items() if one is channel]
        if wanted:
            texts, fault = _asked(call)
            yield _line(f"right to {name}", fault, host)
            if fault is None:
                yield from (_template(f"template for {name}{_TO[kind]}", template, texts) for kind, template in wanted)
    if consents.template_of(notice_templates(settings)):
        # Without it nobody is asked whether they agree, and nothing else would say so.
        yield _line("ticket of pages", _asked(api.page_ticket)[1], host)


def host_of(settings: Settings) -> str:
    """Where the platform's API is, as a firewall knows it: host:port."""
    parts = urlsplit(settings.wechat.api_url)
    return f"{parts.hostname}:{parts.port or (443 if parts.scheme == 'https' else 80)}"


def of_the_callback(settings: Settings) -> Line:
    """Whether the address that the platform posts to leads here, asked as the platform's console asks."""
    signed = account(settings).signed
    address = f"{settings.site.base_url}/wechat"
    timestamp, nonce, echo = str(int(datetime.now(UTC).timestamp())), secrets.token_hex(8), secrets.token_hex(16)
    query = {"signature": signed(timestamp, nonce), "timestamp": timestamp, "nonce": nonce, "echostr": echo}
    try:
        answer = requests.get(address, params=query, timeout=SECONDS, allow_redirects=False)
    except requests.RequestException as error:
        said = f"{address} cannot be reached ({type(error).__name__}): does serve run, does the proxy lead to it?"
        return Line("callback", False, said)
    if answer.status_code != 200 or answer.text != echo:
        said = (
            f"{address} answers, but not as this installation would: does the proxy lead to it, is the token the same?"
        )
        return Line("callback", False, said)
    return Line("callback", True)


def advice(error: WechatError, host: str) -> str:
    """What the platform's refusal asks of the operator, with the code to look up."""
    if error.code == 40164:
        said = f"the address {error.caller or 'of this machine'} is not on the IP whitelist: add it in the console"
    else:
        said = _ADVICE_BY_CODE.get(error.code or 0) or _ADVICE.get(
            error.reaction, "look the code up in the platform's list of return codes"
        )
    return f"{said.format(host=host)} ({error})"


def _clock(api_url: str) -> Line:
    try:
        date = requests.head(api_url, timeout=SECONDS, allow_redirects=False).headers.get("Date", "")
        theirs = email.utils.parsedate_to_datetime(date)
    except (requests.RequestException, ValueError):
        return Line("clock", False, "it could not be compared with the platform's")
    off = round(abs((datetime.now(UTC) - theirs).total_seconds()))
    if off > CLOCK_OFF_SECONDS:
        return Line(
            "clock", False, f"it is {off} s off the platform's: let the machine keep time (timedatectl set-ntp true)"
        )
    return Line("clock", True)


def _asked(call: Callable[[], Any]) -> tuple[Any, WechatError | None]:
    """What a call gave, or why it gave nothing."""
    try:
        return call(), None
    except WechatError as error:
        return None, error
    except (NoToken, Unavailable, OutcomeUnknown):
        return None, WechatError(TOKEN_PATH, None, "no_token")


def _line(name: str, fault: WechatError | None, host: str) -> Line:
    return Line(name, True) if fault is None else Line(name, False, advice(fault, host))


def _template(name: str, template: NoticeTemplate, texts: dict[str, str]) -> Line:
    text = texts.get(template.template_id)
    if text is None:
        return Line(name, False, "the account has no template of this id: copy it from the console")
    missing = [field for field in template.fields if f"{{{{{field}.DATA}}}}" not in text]
    if missing:
        return Line(name, False, f"the template has no field {', '.join(missing)}")
    return Line(name, True)


def _menu(published: object) -> Line:
    if not isinstance(published, dict) or _words(published) != _words(menu()):
        return Line("menu", False, "the account's menu is another one: run hallpass.py menu")
    return Line("menu", True)


def _staff_menu(api: Api, host: str) -> Line:
    """The tag of staff and its menu. Without the right to tags all goes on, so that is no failure."""
    tag_id, fault = _asked(lambda: api.tag_named(TAG))
    if fault is None and tag_id is not None:
        menus, fault = _asked(lambda: api.menus_for_tag(tag_id))
        if fault is None and [_words(one) for one in menus.values()] == [_words(staff_menu())]:
            return Line("staff menu", True)
    if fault is None:
        return Line("staff menu", False, "the account's menu of staff is another one: run hallpass.py menu")
    if fault.reaction is Reaction.UNAUTHORIZED:
        return Line("staff menu", True, "ok; the account may not use tags, so staff see the menu that everybody sees")
    return _line("staff menu", fault, host)


def _words(given: dict[str, object]) -> list[tuple[object, object]]:
    """The words of a menu, whatever else the platform adds to it."""
    buttons = given.get("button")
    groups = [one for one in buttons if isinstance(one, dict)] if isinstance(buttons, list) else []
    return [(one.get("name"), sub.get("key")) for one in groups for sub in one.get("sub_button") or []]


def _is_here(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
