"""What `hallpass.py check` looks at beside the service itself: who may read the secrets, what stands in front, the
server of the database, where figures are told."""

import ipaddress
import re
import socket
import ssl
from collections.abc import Iterator
from datetime import UTC, datetime
from urllib.parse import urlsplit

import requests

from checks import SECONDS, Line
from models.services import callers, certification
from models.tables.database import DB, execute, run, sql
from settings import Settings

LEAST_MARIADB, LEAST_MYSQL = (10, 6), (8, 0)
LEAST_PACKET = 4 * 1024**2
"""A chunk of a workbook is 1 MB, encrypted, and written as text it may double."""
CERTIFICATE_DAYS = 14
_VERSION = re.compile(r"(\d+)\.(\d+)")
_EVERYWHERE = ("0.0.0.0", "::")  # noqa: S104 - looked for

_SERVER = sql(
    "SELECT VERSION(), @@innodb_flush_log_at_trx_commit, @@max_allowed_packet, @@general_log, @@slow_query_log,"
    " @@character_set_database"
)


def of_the_proxies(settings: Settings) -> Line:
    """Whether the number of proxies fits how the service is reached."""
    site = settings.site
    if site.base_url.startswith("https://") and site.proxies == 0:
        said = (
            "base_url is https, so something with TLS stands in front, but site.proxies is 0: behind one nginx it is 1"
        )
        return Line("proxies", False, said)
    host = site.bind.rpartition(":")[0].strip("[]")
    if site.proxies and host in _EVERYWHERE:
        said = (
            "whoever reaches site.bind directly can say they are anybody: bind to 127.0.0.1, or where only the proxy is"
        )
        return Line("proxies", False, said)
    return Line("proxies", True)


def in_front(settings: Settings) -> Iterator[Line]:
    """The certificate and the console's file, as they are met from outside."""
    if settings.site.base_url.startswith("https://"):
        yield _certificate(settings.site.base_url)
    if settings.wechat.mp_verify:
        yield _mp_verify(settings)


def _certificate(base_url: str) -> Line:
    parts = urlsplit(base_url)
    try:
        with (
            socket.create_connection((parts.hostname or "", parts.port or 443), SECONDS) as plain,
            ssl.create_default_context().wrap_socket(plain, server_hostname=parts.hostname) as line,
        ):
            ends = ssl.cert_time_to_seconds(str((line.getpeercert() or {})["notAfter"]))
    except ssl.SSLCertVerificationError as error:
        return Line("certificate", False, f"browsers would refuse it: {error.verify_message}")
    except (OSError, KeyError, ValueError) as error:
        return Line("certificate", False, f"{base_url} has no TLS to look at ({type(error).__name__}): does nginx run?")
    days = int((ends - datetime.now(UTC).timestamp()) // 86400)
    if days < CERTIFICATE_DAYS:
        return Line("certificate", False, f"it ends in {days} days: renew it, and reload nginx")
    return Line("certificate", True, f"ok; it ends in {days} days")


def _mp_verify(settings: Settings) -> Line:
    address = f"{settings.site.base_url}/{settings.wechat.mp_verify}"
    try:
        answer = requests.get(address, timeout=SECONDS, allow_redirects=False)
    except requests.RequestException as error:
        return Line("mp_verify", False, f"{address} cannot be reached ({type(error).__name__})")
    expected = settings.wechat.mp_verify.removeprefix("MP_verify_").removesuffix(".txt")
    if (answer.status_code, answer.text.strip()) != (200, expected):
        return Line(
            "mp_verify", False, f"{address} is not this installation's: has serve been restarted since it was set?"
        )
    return Line("mp_verify", True)


def of_the_server() -> Iterator[Line]:
    """The database's version, and the settings of it without which something would be lost or lie about."""
    if DB.obj.param == "?":
        yield Line("database server", True, "ok; SQLite, for one small hall")
        return
    version, flush, packet, general, slow, characters = run(lambda: execute(_SERVER).fetchone())
    worries = list(_worries(str(version), int(flush), int(packet), str(characters)))
    if int(general) or int(slow):
        worries.append("general_log or slow_query_log is on, and would hold who came: turn it off")
    todo = "; ".join(worries)
    yield Line("database server", not todo, f"{todo}; see deploy/mariadb/60-hallpass.cnf" if todo else f"ok; {version}")


def _worries(version: str, flush: int, packet: int, characters: str) -> Iterator[str]:
    found = _VERSION.match(version)
    least = LEAST_MARIADB if "mariadb" in version.lower() else LEAST_MYSQL
    if found is None or (int(found[1]), int(found[2])) < least:
        yield f"{version} is too old: {'.'.join(map(str, least))} or newer"
    if flush == 0:
        yield "innodb_flush_log_at_trx_commit is 0: what visitors were told would be gone after a power cut"
    if packet < LEAST_PACKET:
        yield f"max_allowed_packet is {packet}: exports need {LEAST_PACKET}"
    if characters != "utf8mb4":
        yield f"the database was made with {characters}: CREATE DATABASE … CHARACTER SET utf8mb4"


def of_the_metrics(settings: Settings) -> Iterator[Line]:
    """Whether figures are told where they should be, and nowhere else."""
    bind = settings.metrics.bind
    if not bind:
        return
    host = bind.rpartition(":")[0].strip("[]")
    try:
        is_open = ipaddress.ip_address(host).is_global or host in _EVERYWHERE
    except ValueError:
        is_open = False
    if is_open:
        yield Line("metrics", False, "everybody could read them: bind to 127.0.0.1 or to where only Prometheus is")
        return
    try:
        answer = requests.get(f"http://{bind}/metrics", timeout=SECONDS, allow_redirects=False)
    except requests.RequestException as error:
        yield Line("metrics", False, f"nobody tells them at {bind} ({type(error).__name__}): does serve run?")
        return
    is_ours = answer.status_code == 200 and "hallpass_database_up" in answer.text
    yield Line("metrics", is_ours, "ok" if is_ours else f"something else answers at {bind}")


def of_the_account(settings: Settings, now: datetime) -> Iterator[Line]:
    """Until when the account is certified, and from where it is called."""
    ends = certification.ends_at()
    if ends is not None:
        day = ends.date().isoformat()
        if ends <= now:
            yield Line("certification", False, f"it ended on {day}: no codes are made, no notices sent; renew it")
        else:
            soon = "ok, but it ends" if certification.ends_soon(ends, now) else "ok; it ends"
            yield Line("certification", True, f"{soon} on {day}")
    if settings.wechat.callback_addresses == "ask":
        known = len(callers.known())
        todo = "the platform's list is not known yet: run hallpass.py job callers, and keep hallpass.py jobs running"
        yield Line("callers", bool(known), f"ok; {known} networks" if known else todo)
