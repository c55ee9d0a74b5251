"""Hostile deliveries, forms and links against the whole service: none may be a failure of ours, none may leave a
personal field in a log. Part of `make trial`; prints seed and counts.

    .venv/bin/python -m bench.fuzz --deliveries 200000 --forms 20000 --links 20000
"""

import argparse
import io
import itertools
import logging
import os
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from flask.testing import FlaskClient

from bench.hostile import PEOPLE, Hostile
from bot.dialogue import Dialogue
from bot.gateway import Gateway
from bot.robot import Robot
from bot.situation import Setting
from bot.wechat.envelope import Account
from models.migrations import migrate
from models.rules.access import Role
from models.rules.halls import HallFacts
from models.rules.refusal import Refused
from models.rules.scenes import Scene, encode
from models.services import codes, halls
from models.tables import openids, vault
from models.tables.database import DB, open_database, run
from tests import canary_day
from tests.bot.wechat import sender
from tests.canaries import Found, Search
from tests.conftest import KEYS
from tests.service import FACTS, SCENE_KEY
from tests.web.staff_pages import Busy, sent_raw

BEGUN = datetime.fromtimestamp(sender.SENT_AT, UTC)
TEXTS = (*canary_day.BY_CHAT, *canary_day.COMPANION, canary_day.STRANGE, "oFuzz00000")


@dataclass
class Toll:
    """What came of it: how often each status, how many failures of ours were logged, and which personal fields."""

    answers: Counter[int] = field(default_factory=Counter)
    replies: int = 0
    failures: list[str] = field(default_factory=list)
    logged: set[Found] = field(default_factory=set)

    @property
    def broken(self) -> int:
        """How many were answered with a 5xx, or with a sentence in place of what failed."""
        return sum(count for status, count in self.answers.items() if status >= 500) + len(self.failures)

    def told(self, what: str) -> str:
        """One line."""
        statuses = ", ".join(f"{status}: {count}" for status, count in sorted(self.answers.items()))
        return (
            f"{what} {sum(self.answers.values())} ({statuses}; {self.replies} replies): failures of ours {self.broken},"
            f" personal fields logged {len(self.logged)}"
        )


class _Listening(logging.Handler):
    """Everything that is logged, looked through for people."""

    def __init__(self, toll: Toll) -> None:
        super().__init__(logging.DEBUG)
        self._toll, self._search = toll, Search(TEXTS)

    def emit(self, record: logging.LogRecord) -> None:
        line = record.getMessage()
        if record.levelno >= logging.ERROR:
            self._toll.failures.append(line)
        self._toll.logged |= self._search.found(f"{line} {record.exc_text or ''}".encode("utf-8", "replace"), "a log")


@contextmanager
def listening(toll: Toll) -> Iterator[None]:
    """Have all that is logged meanwhile go into the toll."""
    root, handler = logging.getLogger(), _Listening(toll)
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    for noisy in ("peewee", "werkzeug", "urllib3", "PIL"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    try:
        yield
    finally:
        root.removeHandler(handler)
        root.setLevel(level)


class Callback:
    """The callback as it is served, in this process; `moment` goes on with each delivery."""

    def __init__(self, mode: str, hall: HallFacts) -> None:
        self.mode, self.moment = mode, BEGUN
        account = Account(sender.APP_ID, sender.TOKEN, sender.AES_KEY, sender.ORIGINAL_ID, mode)
        setting = Setting("https://hall.example.gov.cn", [SCENE_KEY], lambda: self.moment, fetch_photo=_no_photo)
        dialogue = Dialogue(setting)
        robot = Robot(account, dialogue)
        self.gateway = Gateway(account, robot.receive, robot.render, dialogue.apologise, lambda: self.moment)
        self.scenes = tuple(encode(Scene(hall.code, way, 1, 1), SCENE_KEY) for way in ("in", "out"))

    def sends(self, body: bytes, query: dict[str, str], toll: Toll) -> None:
        """One delivery; its answer is counted, and read where it is one."""
        got: dict[str, Any] = {}

        def start(status: str, headers: list[tuple[str, str]]) -> None:
            got.update(status=int(status.split()[0]), kind=dict(headers)["Content-Type"])

        text = urlencode(query, errors="surrogatepass")
        environ = {
            "REQUEST_METHOD": "POST", "QUERY_STRING": text, "CONTENT_LENGTH": str(len(body)),
            "wsgi.input": io.BytesIO(body),
        }  # fmt: skip
        answer = b"".join(self.gateway(environ, start))
        toll.answers[got["status"]] += 1
        if got["kind"].startswith("text/xml"):
            toll.replies += 1
            envelope = sender.nodes_in(answer)
            if self.mode == "safe":
                sender.nodes_in(sender.unseal(envelope["Encrypt"])[0])


def _no_photo(_media_id: str) -> bytes:
    raise Refused("photo_gone")


def deliveries(callback: Callback, count: int, seed: int) -> Toll:
    """So many hostile deliveries, in the order that the seed says."""
    toll, hostile = Toll(), Hostile(seed, callback.scenes)
    with listening(toll):
        for number in range(count):
            callback.moment = datetime.fromtimestamp(sender.SENT_AT + number * 60 // PEOPLE, UTC)
            body, query = hostile.delivery(int(callback.moment.timestamp()), callback.mode)
            callback.sends(body, query, toll)
    return toll


ODD_PARTS = frozenset(("token", "key", "mark", "approval", "visit", "case", "export", "code"))


class Pages(Busy):
    """A hall where something is behind every form."""

    def __init__(self) -> None:
        super().__init__()
        self.operator()
        self.joins("Elsewhere", Role.ADMIN, name="周别处", hall_id=self.hall.id + 1)

    def addresses(self, method: str, hostile: Hostile | None = None) -> list[str]:
        """An address of each rule: of what is there, or with hostile parts."""
        adapter, found = self.app.url_map.bind("localhost"), []
        values = {
            "code": self.hall.code, "visit": self.visit, "number": 1, "export": self.export.public_id, "door": 1,
            "case": self.case, "direction": "in", "version": 1, "matter": "fund", "which": "all", "field": "name",
            "what": "approve", "filename": "hallpass.css", "token": "a" * 43, "key": "0" * 16, "mark": "0" * 16,
            "approval": "12345678", "asked": "0" * 16,
        }  # fmt: skip
        for rule in self.app.url_map.iter_rules():
            if method in (rule.methods or ()):
                known: dict[str, object] = {name: values[name] for name in rule.arguments}
                for name in (ODD_PARTS & known.keys()) if hostile else ():
                    known[name] = hostile.value().encode("utf-8", "replace").decode() or "x"
                if rule.endpoint == "operators.stop":
                    known["what"] = "suspend"
                found.append(adapter.build(rule.endpoint, known))
        return found


def _browsers(pages: Pages) -> list[tuple[FlaskClient, str]]:
    """People who are signed in or not, each with the token of their forms."""
    found = []
    for who in ("Admin", "Guard", "Operator", "Elsewhere", "Visitor"):
        client = pages.browser(who).client
        found.append((client, _token(client, "/me")))
    stranger = pages.app.test_client()
    return [*found, (stranger, _token(stranger, f"/h/{pages.hall.code}/in"))]


def _token(client: FlaskClient, path: str) -> str:
    page = client.get(path).text
    return page.partition('name="csrf_token"')[2].partition('value="')[2].partition('"')[0]


FIELDS = (
    "name id_number phone address matter temperature well companions agree key who why more first last kind decision"
    " value seen revision days reason authority suspect choosing remark despite door visit act pages left_at session"
    " words onset"
)


def forms(pages: Pages, count: int, seed: int) -> Toll:
    """So many forms, each with a good token and hostile fields, by whoever there is, to wherever forms are sent."""
    toll, hostile = Toll(), Hostile(seed)
    people, paths = itertools.cycle(_browsers(pages)), pages.addresses("POST")
    paths = [path for path in paths if not path.startswith(("/logout", "/me/sessions"))]
    with listening(toll):
        for number in range(count):
            client, token = next(people)
            pages.clock.goes_on(seconds=3)
            fields = {name: hostile.value() for name in FIELDS.split() if hostile.value() in ("1", "2") or number % 3}
            answer = sent_raw(client, paths[number * 7 % len(paths)], {**fields, "csrf_token": token})
            toll.answers[answer.status_code] += 1
    return toll


def links(pages: Pages, count: int, seed: int) -> Toll:
    """So many addresses, with hostile parts and parameters."""
    toll, hostile = Toll(), Hostile(seed)
    people = itertools.cycle(_browsers(pages))
    with listening(toll):
        for path in itertools.islice(_without_end(lambda: pages.addresses("GET", hostile)), count):
            client, _ = next(people)
            query = urlencode(hostile.parameters(), errors="surrogatepass")
            toll.answers[client.get(path, query_string=query, buffered=True).status_code] += 1
    return toll


def _without_end(more: Callable[[], list[str]]) -> Iterator[str]:
    while True:
        yield from more()


def a_hall() -> HallFacts:
    """One that is open, in the database of this process."""
    codes.use([SCENE_KEY])
    found = halls.by_code(halls.register("市民中心", FACTS, "open", BEGUN))
    assert found is not None
    return found


def main() -> int:
    """Run everything; exit 1 where something of ours failed."""
    parser = argparse.ArgumentParser("bench.fuzz", description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("--deliveries", type=int, default=200_000)
    parser.add_argument("--forms", type=int, default=20_000)
    parser.add_argument("--links", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=int.from_bytes(os.urandom(3)))
    asked = parser.parse_args()
    print(f"seed {asked.seed}")
    tolls = []
    with tempfile.TemporaryDirectory(dir="/dev/shm" if os.access("/dev/shm", os.W_OK) else None) as folder:
        migrate(open_database(f"sqlite:///{Path(folder) / 'hallpass.db'}"))
        vault.use(vault.Vault(KEYS))
        openids.make_ready()
        hall = run(a_hall)
        for mode, share in (("safe", 0.9), ("plain", 0.1)):
            tolls.append(deliveries(Callback(mode, hall), int(asked.deliveries * share), asked.seed))
            print(tolls[-1].told(f"deliveries in {mode} mode"), flush=True)
        pages = Pages()
        for what, work, count in (("forms", forms, asked.forms), ("links", links, asked.links)):
            tolls.append(work(pages, count, asked.seed))
            print(tolls[-1].told(what), flush=True)
        for line in itertools.islice((line for toll in tolls for line in toll.failures), 20):
            print(f"  {line}")
        DB.close()
    return int(any(toll.broken or toll.logged for toll in tolls))


if __name__ == "__main__":
    sys.exit(main())
