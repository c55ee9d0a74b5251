"""The composition root: knows every part and hands each what it needs, for the command line and the demo."""

import logging
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import peewee
from werkzeug.middleware.proxy_fix import ProxyFix

import readers
import restoring
from bot.admission import Admission
from bot.codes import Codes
from bot.dialogue import Dialogue
from bot.fetching import Fetching
from bot.gateway import Gateway
from bot.photos import Photos
from bot.robot import Robot
from bot.sending import Sending
from bot.situation import Setting as Talking
from bot.staff_menu import StaffMenu
from bot.wechat.api import Api, fetch_token
from bot.wechat.envelope import Account
from bot.wechat.errors import Reaction, WechatError
from bot.wechat.http import Http
from bot.wechat.oauth import authorize_url, exchange_code
from derived_keys import derived_key
from jobs.schedule import JOBS
from models.adapters import regions
from models.adapters.sheets import Sheets
from models.migrations import SchemaMismatch, check_schema
from models.rules.halls import Defaults
from models.rules.networks import network
from models.rules.notices import KIND as TO_CONTACTS
from models.rules.sending import Channel, NoticeTemplate
from models.services import (
    building,
    codes,
    consents,
    erasing,
    erasing_again,
    erasure_journal,
    forgetting,
    halls,
    openid_keys,
    outbox,
    retention,
    sweeping,
)
from models.services.authorizations import ExchangeFailed, Identity
from models.services.callers import Callers
from models.services.desk import Desk
from models.services.keys import WrongKeys, check_keys
from models.services.seals import introduce
from models.services.tokens import NoToken, Tokens
from models.tables import vault
from models.tables.database import DB, OutcomeUnknown, Unavailable, open_database, thread_is_done
from models.tables.vault import WrongKey
from settings import Settings
from web.app import create_app
from web.outside import Consenting, Outside

WSGI = Callable[..., Iterable[bytes]]

log = logging.getLogger("hallpass.assembly")


class CannotStart(Exception):
    """Why a command cannot run, in one sentence."""


def now() -> datetime:
    """The moment, in UTC."""
    return datetime.now(UTC)


def scene_keys(settings: Settings) -> list[bytes]:
    """The keys that halls' codes are signed with, derived so that a code tells nothing of the key of links."""
    return [derived_key(settings, "scenes")]


def cookie_key(settings: Settings) -> bytes:
    """The key that signs the cookie of the pages."""
    return derived_key(settings, "cookies")


def pass_key(settings: Settings) -> bytes:
    """The key that signs the codes of passes and draws their signs of the day."""
    return derived_key(settings, "passes")


def open_data(settings: Settings) -> vault.Vault:
    """Make the configured database and keys those of this process; nothing is read yet."""
    open_database(settings.database.url)
    keys = vault.Keys(dict(settings.privacy.data_keys), dict(settings.privacy.hash_keys))
    made = vault.Vault(keys)
    vault.use(made)
    codes.use(scene_keys(settings))
    privacy = settings.privacy
    erasure_journal.use(Path(privacy.erasure_journal))
    halls.use(
        Defaults(
            settings.site.time_zone,
            privacy.retention_days,
            privacy.four_eyes,
            privacy.looks_withheld,
            temperature_days=privacy.temperature_days,
            audit_days=privacy.audit_days,
            on_unsubscribe=privacy.on_unsubscribe,
        )
    )
    return made


def ready(settings: Settings) -> None:
    """Open the data and make sure that tables and keys are those of this code. Raises CannotStart."""
    made = open_data(settings)
    try:
        refuse_half_restored()
        check_schema(DB.obj)
        check_keys(made)
        openid_keys.take_up()
        # While the hash key before is still there to countersign.
        introduce(now())
    except SchemaMismatch as fault:
        what = "older" if fault.code == "schema_old" else "newer"
        todo = "run migrate first" if fault.code == "schema_old" else "run a newer hallpass"
        raise CannotStart(f"the tables are {what} than this program ({', '.join(fault.names)}): {todo}") from None
    except WrongKey:
        raise CannotStart("the key of openids is gone, or does not open with the configured data keys") from None
    except WrongKeys as fault:
        names = ", ".join(fault.keys)
        raise CannotStart(f"these keys are missing or not those that the data was written with: {names}") from None
    except (peewee.PeeweeException, Unavailable, OutcomeUnknown, OSError) as fault:
        raise CannotStart(f"the database cannot be reached ({type(fault).__name__}): is it running?") from None
    finally:
        thread_is_done()


def refuse_half_restored() -> None:
    """Raise CannotStart where a restore has begun and has not ended."""
    if restoring.begun(DB.obj):
        raise CannotStart("the data is not whole: a restore has begun and has not ended; see restore --begin-again")


def purge(now: datetime) -> int:
    """Erase what is too old by now, and what waited to be erased, before a restored database is used; gives how many
    rows."""
    old = retention.purge_all(now) + building.drop_over(now) + sweeping.sweep(now, is_first=True)
    return old + forgetting.forget_due(now) + erasing.empty_due(now)


def mend(told: erasure_journal.Told, made_at: datetime, now: datetime) -> Iterator[str]:
    """What a backup of that moment brings back though it is over: messages that waited are not sent, and what these
    journals tell is erased again. Says what was done, line by line."""
    yield f"{outbox.give_up_restored()} messages that waited when it was made are not sent any more"
    if made_at < now - erasure_journal.kept_for():
        yield "WARNING: this backup is older than what the journal of erasures tells of: see docs/operating.md"
    again = erasing_again.erase_again(told.lines, made_at, now)
    yield f"{again.done} erasures from after it was made are done again; {again.absent} more are not in it"


def account(settings: Settings) -> Account:
    """The Official Account as the callback knows it."""
    wechat = settings.wechat
    return Account(wechat.app_id, wechat.token, wechat.encoding_aes_key, wechat.account, wechat.mode)


def connect(settings: Settings, clock: Callable[[], datetime] = now) -> Api:
    """The platform's API in the account's name; nothing is called yet."""
    wechat = settings.wechat
    http = Http(wechat.api_url)
    return Api(http, Tokens(wechat.app_id, lambda: fetch_token(http, wechat.app_id, wechat.app_secret), clock))


def notice_templates(settings: Settings) -> dict[tuple[str, Channel], NoticeTemplate]:
    """The templates that the operator has configured, by kind of message and channel."""
    given = {
        ("remind", Channel.TEMPLATE): settings.notices.reminder_template,
        ("remind", Channel.SUBSCRIPTION): settings.notices.reminder_subscription,
        (TO_CONTACTS, Channel.TEMPLATE): settings.notices.contact_template,
        (TO_CONTACTS, Channel.SUBSCRIPTION): settings.notices.contact_subscription,
    }
    return {key: NoticeTemplate.from_text(text) for key, text in given.items() if text}


def desk(
    settings: Settings, clock: Callable[[], datetime] = now, is_stopping: Callable[[], bool] = lambda: False
) -> Desk:
    """What the jobs use of the outside."""
    api = connect(settings, clock)
    photos = Photos(talking(settings, clock, api))
    return Desk(
        Sending(api), notice_templates(settings), is_stopping, Codes(api), StaffMenu(api), photos.read, Sheets,
        caller_networks(api) if settings.wechat.callback_addresses == "ask" else tuple,
    )  # fmt: skip


def caller_networks(api: Api) -> Callable[[], list[str]]:
    """What asks the platform from where it calls; one entry that is no network spoils the whole list."""

    def ask() -> list[str]:
        try:
            found = [network(one) for one in api.callers()]
        except (WechatError, NoToken) as error:
            log.warning("from where the platform calls: %s", error)
            return []
        if None in found:
            log.warning("from where the platform calls: what it said is no list of networks")
            return []
        return [one for one in found if one]

    return ask


def talking(settings: Settings, clock: Callable[[], datetime], api: Api) -> Talking:
    """What conversations need from outside."""
    return Talking(
        settings.site.base_url.rstrip("/"),
        scene_keys(settings),
        clock,
        settings.wechat.oauth,
        settings.halls.approval,
        settings.privacy.retention_days,
        lambda text: regions.table().find(text),
        readers.card_reader(settings, clock),
        Fetching(api),
        templates=notice_templates(settings),
    )


def consenting(settings: Settings, clock: Callable[[], datetime]) -> Consenting | None:
    """What asks visitors to agree to notices, where there is a template for them."""
    wechat, template = settings.wechat, consents.template_of(notice_templates(settings))
    if template is None:
        return None
    api = connect(settings, clock)
    tickets = Tokens(f"{wechat.app_id}:jsapi", api.page_ticket, clock)

    def ticket() -> str | None:
        try:
            return tickets()
        except (WechatError, NoToken) as error:
            log.warning("ticket of pages: %s", error)
            return None

    return Consenting(wechat.app_id, wechat.js_url, template.template_id, ticket)


def outside(settings: Settings, clock: Callable[[], datetime] = now) -> Outside:
    """What the pages use of the outside."""
    wechat, base_url = settings.wechat, settings.site.base_url.rstrip("/")
    http = Http(wechat.api_url)

    def leads_to(state: str) -> str:
        return authorize_url(wechat.oauth_url, wechat.app_id, f"{base_url}/login/oauth", state)

    def exchange(code: str) -> Identity:
        try:
            return Identity(*exchange_code(http, wechat.app_id, wechat.app_secret, code))
        except WechatError as error:
            log.warning("web sign-in: %s", error)
            raise ExchangeFailed(is_final=error.reaction is Reaction.SIGN_IN) from None

    return Outside(
        clock,
        ZoneInfo(settings.site.time_zone),
        base_url,
        leads_to if wechat.oauth else None,
        exchange,
        pass_key(settings),
        {name: job.PERIOD_SECONDS for name, job in JOBS.items()},
        readers.card_reader(settings, clock),
        templates=notice_templates(settings),
        consenting=consenting(settings, clock),
        mp_verify=wechat.mp_verify,
    )


def _anybody(_address: str) -> bool:
    return True


def application(settings: Settings, clock: Callable[[], datetime] = now, *, in_demo: bool = False) -> WSGI:
    """The service as one WSGI application: the callback, and the pages, which in the demo say so."""
    dialogue = Dialogue(talking(settings, clock, connect(settings, clock)))
    robot = Robot(account(settings), dialogue)
    may_call = Callers() if settings.wechat.callback_addresses == "ask" else _anybody
    admission = Admission(robot.receive)
    gateway = Gateway(account(settings), admission.receive, robot.render, dialogue.apologise, clock, may_call)
    pages = create_app(
        settings.site.name,
        outside(settings, clock),
        secret_key=cookie_key(settings),
        secure=settings.site.base_url.startswith("https://"),
        demo=in_demo,
        framed_by="'self'" if in_demo else "'none'",
    )

    def dispatch(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        return (gateway if environ.get("PATH_INFO") == "/wechat" else pages)(environ, start_response)

    return behind_proxies(dispatch, settings.site.proxies)


def behind_proxies(service: WSGI, proxies: int) -> WSGI:
    """The service as whoever is in front of so many proxies calls it. Exactly so many: what stands further left in a
    forwarded address was written by the caller."""
    return ProxyFix(service, x_for=proxies, x_proto=proxies, x_host=0, x_prefix=0) if proxies else service
