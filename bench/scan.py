"""wapiti and sqlmap against this service: first against holes that were planted, which both have to find, then against
the demo as a stranger and a whole installation as one of its admins. Part of `make trial`.

Both exit with 0 whatever they find: what counts are their reports. A finding that is not explained in EXPLAINED, and in
docs/privacy.md with it, is a failure.

    make scan
"""

import argparse
import http.client
import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from http import HTTPStatus
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from bench.installation import ROOT, Installation, running
from models.rules.access import Role
from models.rules.devices import device_of
from models.services import sessions
from models.services.sessions import Place
from models.tables.database import run, thread_is_done
from models.tables.fields import insert
from models.tables.halls import Hall
from models.tables.staff import Member
from tests.demo import Demo
from tests.ports import free_port

SCANNERS = ROOT / "var" / "scan" / "bin"
MODULES = "sql,timesql,xss,permanentxss,redirect,file,exec,crlf,ldap,csrf,cookieflags,http_headers"
"""Without those that ask a host of the scanner's makers whether it was called."""
PLANTED = {"SQL Injection", "Reflected Cross Site Scripting", "Open Redirect", "sqlmap: id (GET)"}
SECONDS = 300
SIGN_OUT = ("/logout", "/me/sessions", "/me/erase")
"""wapiti sends every form it sees. After one of these it would be a stranger, and see no page of the hall any more."""
NOWHERE = "http://127.0.0.1:9/"
"""In place of the scanner's makers, where nobody listens."""
ADMIN = "oScan0000000000000000000Admin"
DEVICE = "Mozilla/5.0 (X11; Linux x86_64)"

EXPLAINED: Mapping[str, str] = {
    "HTTP Strict Transport Security (HSTS)": "scanned over http on loopback; over https it is there (test_every_page)",
    "Secure Flag cookie": "likewise: over https the cookies are Secure and have the prefix __Host-",
    "LDAP Injection": "told by pages that differ with what was asked for; nothing here speaks LDAP",
    "Clickjacking Protection": "frame-ancestors of the Content-Security-Policy does it, before the older header",
}
"""Kinds of findings that are none here, and why."""


class Finding(NamedTuple):
    """What a scanner believes to have found."""

    kind: str
    where: str


def of_wapiti(report: Mapping[str, Any]) -> list[Finding]:
    """The findings in a report of wapiti: its vulnerabilities, and whatever brought the service to a 5xx."""
    return [
        Finding(kind, f"{one['method']} {one['path']} {one['parameter']}")
        for part in ("vulnerabilities", "anomalies")
        for kind, found in report[part].items()
        for one in found
    ]


def of_sqlmap(told: str, address: str) -> list[Finding]:
    """The findings in what sqlmap has printed."""
    return [Finding(f"sqlmap: {name}", address) for name in re.findall(r"^Parameter: (.+)$", told, re.M)]


def wapiti(address: str, folder: Path, seconds: int, cookie: str = "") -> list[Finding]:
    """Have wapiti go through everything that it finds below this address."""
    report = folder / "wapiti.json"
    report.unlink(missing_ok=True)
    line = ["-u", address, "--scope", "domain", "-m", MODULES, "-f", "json", "-o", str(report), "--flush-session"]
    line += ["--endpoint", NOWHERE, "--dns-endpoint", "127.0.0.1"]
    for path in SIGN_OUT:
        line += ["-x", f"http://{urlsplit(address).netloc}{path}*"]
    line += ["--no-bugreport", "--max-scan-time", str(seconds), "--max-attack-time", str(max(30, seconds // 6))]
    if cookie:
        # A header would stand in the place of the cookie that the tokens of forms are bound to.
        name, _, value = cookie.partition("=")
        kept = {name: {"value": value, "expires": None, "secure": False, "port": None, "version": 0}}
        (folder / "cookies.json").write_text(json.dumps({"127.0.0.1": {"/": kept}}), "utf-8")
        line += ["--cookie", str(folder / "cookies.json")]
    # It ends by itself; on a busy machine the request that it is at takes its time.
    told = _run("wapiti", line, folder, seconds * 4 + 300)
    if not report.exists():
        raise RuntimeError(f"wapiti came to no report: {told[-2000:]}")
    return of_wapiti(json.loads(report.read_text("utf-8")))


def sqlmap(address: str, folder: Path, seconds: int, cookie: str = "") -> list[Finding]:
    """Have sqlmap try the parameters of this address, marked by * or not."""
    line = ["-u", address, "--batch", "--level", "2", "--risk", "1", "--flush-session", "--disable-coloring"]
    line += ["--output-dir", str(folder / "sqlmap"), "--timeout", "10", "--retries", "1", "--technique", "BEUST"]
    line += ["--cookie", cookie] if cookie else []
    return of_sqlmap(_run("sqlmap", line, folder, seconds), address)


def _run(name: str, line: list[str], folder: Path, seconds: int) -> str:
    environment = {**os.environ, "HOME": str(folder)}
    command = [str(SCANNERS / name), *line]
    try:
        done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=seconds, cwd=folder)
    except subprocess.TimeoutExpired as late:
        told = late.stdout or b""
        return told.decode("utf-8", "replace") if isinstance(told, bytes) else told
    return done.stdout


@contextmanager
def planted() -> Iterator[str]:
    """Where the holes are that everybody has to find."""
    port = free_port()
    with running(["-m", "tests.scanned.planted", str(port)], port, "/"):
        yield f"http://127.0.0.1:{port}"


def of_planted(folder: Path, seconds: int) -> list[Finding]:
    with planted() as url:
        return wapiti(f"{url}/", folder, seconds) + sqlmap(f"{url}/found?id=1", folder, seconds)


def of_the_demo(folder: Path, seconds: int) -> list[Finding]:
    """As a stranger."""
    place = folder / "demo"
    place.mkdir()
    demo = Demo(place)
    try:
        demo.started()
        url = f"http://127.0.0.1:{demo.port}"
        [[code], *_] = demo.rows("SELECT code FROM halls")
        hall = bytes(code).decode() if isinstance(code, bytes) else str(code)
        found = wapiti(f"{url}/h/{hall}/in", folder, seconds)
        addresses = (f"/h/{hall}/in?who=other&lang=zh", "/login?next=/me", "/login/link?t=a", f"/notice/{hall}*")
        return found + _each(lambda path: sqlmap(f"{url}{path}", folder, seconds), addresses)
    finally:
        demo.dies()


def of_an_installation(folder: Path, seconds: int) -> list[Finding]:
    """As an admin of its hall, whose session is the cookie."""
    # What a page asks of the platform must reach nobody beyond this machine either.
    platform = f'app_secret = "{os.urandom(16).hex()}"\napi_url = "{NOWHERE}"\noauth_url = "{NOWHERE}"'
    installation = Installation(f"sqlite:///{folder / 'scanned.db'}", folder, wechat=platform)
    now = datetime.now(UTC)
    hall = run(lambda: Hall.select().first())
    run(
        lambda: insert(
            Member, openid=ADMIN, hall_id=hall.id, role=Role.ADMIN, name="王海燕", bound_at=now, chosen_at=now
        )
    )  # fmt: skip
    cookie = f"hallpass-session={sessions.begin(ADMIN, Place.DESK, device_of(DEVICE), now)}"
    thread_is_done()
    with installation.served() as served:
        at = f"http://127.0.0.1:{served.port}/hall/{hall.code}"
        found = wapiti(f"{at}/desk", folder, seconds, cookie)
        _check_signed_in(f"{at}/desk", cookie)
        addresses = (f"{at}/records?days=week&q=a", f"{at}/records/a*", f"{at}/cases/a*", f"{at}/exports/a*/state")
        found += _each(lambda address: sqlmap(address, folder, seconds, cookie), addresses)
        _check_signed_in(f"{at}/desk", cookie)
        return found


def _check_signed_in(address: str, cookie: str) -> None:
    """Raise where this page is shown to nobody with this cookie: then a stranger's pages were scanned."""
    parts = urlsplit(address)
    connection = http.client.HTTPConnection(parts.netloc, timeout=60)
    connection.request("GET", parts.path, headers={"Cookie": cookie})
    status = connection.getresponse().status
    connection.close()
    if status != HTTPStatus.OK:
        raise RuntimeError(f"whoever was signed in for the scan is so no more: {status}")


def _each(work: Callable[[str], list[Finding]], addresses: Iterable[str]) -> list[Finding]:
    return [found for address in addresses for found in work(address)]


def unexplained(found: Iterable[Finding]) -> list[Finding]:
    """Those that nobody has explained."""
    return [one for one in found if one.kind not in EXPLAINED]


def main() -> int:
    """Run everything; exit 1 where a planted hole was missed or something was found that nobody has explained."""
    parser = argparse.ArgumentParser("bench.scan", description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("--seconds", type=int, default=SECONDS, help="of each scan")
    asked = parser.parse_args()
    faults = 0
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        missed = PLANTED - {one.kind for one in of_planted(folder, asked.seconds)}
        print(f"planted holes: {len(PLANTED)}, missed {len(missed)} {sorted(missed)}", flush=True)
        for what, scan in (("the demo", of_the_demo), ("an installation, as an admin", of_an_installation)):
            found = scan(folder, asked.seconds)
            left = unexplained(found)
            print(f"{what}: found {len(found)}, explained {len(found) - len(left)}, left {len(left)}", flush=True)
            for one in left:
                print(f"  {one.kind}: {one.where}")
            faults += len(left)
    return int(bool(missed or faults))


if __name__ == "__main__":
    sys.exit(main())
