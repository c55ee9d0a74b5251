"""`python -m bench.notices`: a case's notices to 1,000 people while one call in ten to the platform goes wrong, in each
way that the simulator knows: what everybody was shown against what is told of them; and how long a reminder waits that
is written meanwhile. Part of `make trial`; prints seed and counts."""

import argparse
import os
import random
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial

from bot.simulator import Phone
from bot.simulator.bubbles import Bubble
from jobs.schedule import JOBS
from models.migrations import migrate
from models.rules.access import Role
from models.rules.notices import KIND, Told
from models.rules.sending import Channel, NoticeTemplate, Outcome, Result
from models.services import outbox, posts
from models.services.casework import notices
from models.services.desk import Desk, Message
from models.services.posts import Post
from models.tables import openids, vault
from models.tables.cases import Case
from models.tables.contacts import Contact, Notice
from models.tables.database import DB, open_database, run
from models.tables.fields import insert
from models.tables.outbox import Outgoing
from models.tables.people import Person
from tests.mariadb import MariaDB
from tests.notified import case, contact
from tests.platform_api import PlatformApi
from tests.service import Service

PEOPLE = 1000
ONE_IN = 10
CONTENT = "大厅：{{thing1.DATA}}\n时间：{{time2.DATA}}"
FIELDS = {"thing1": "hall", "time2": "span"}
PATHS = {
    Channel.CUSTOM: "/cgi-bin/message/custom/send",
    Channel.TEMPLATE: "/cgi-bin/message/template/send",
    Channel.SUBSCRIPTION: "/cgi-bin/message/subscribe/bizsend",
}
TROUBLE: tuple[tuple[int | str, bool], ...] = (
    ("busy", False), ("stale", False), ("minute_quota", False), ("html", False), ("html", True), ("reset", False),
    ("reset", True), (40003, False), (40037, False), (43004, False), (43101, False), (45015, False), (45047, False),
    (47003, False), (48001, False), (99999, False),
)  # fmt: skip
"""What goes wrong, and whether only after the platform has done the work."""
SELDOM: tuple[tuple[int | str, bool], ...] = ((40164, False), ("quota", False), ("busy", False), ("busy", False))
"""What stops everything, for ten minutes or until midnight: once in each drill, in the middle; and a moment's rest."""
NEVER: tuple[tuple[int | str, bool], ...] = (("never", False), ("never", True))
"""Each costs the eight seconds that a call is waited for."""
KEYS = vault.Keys(data={"d1": bytes(range(32))}, hash={"h1": bytes(range(32, 64))})
MOST_ROUNDS = 2000
CALL_SECONDS = 0.08
"""As long as the platform takes from a hall's network, about."""
REMINDER = "remind:1"
REMINDED_AFTER = 30
LASTS = timedelta(hours=2)
MOST_DELAY = 20.0


@dataclass
class Drill:
    """A case of so many people on a simulated platform, and what has gone wrong so far. `is_calm`: nothing goes wrong
    by itself; `waits_long`: calls that are never answered are among what does."""

    service: Service
    api: PlatformApi
    count: int
    seed: int
    is_calm: bool = False
    waits_long: bool = False
    broken: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.luck = random.Random(self.seed)
        seldom = [*SELDOM, *(NEVER if self.waits_long else ())]
        self.seldom = {(number + 1) * self.count // (len(seldom) + 1): one for number, one in enumerate(seldom)}
        self.calls = 0
        templates = self.service.platform.templates
        self.templates = {
            (KIND, Channel.TEMPLATE): NoticeTemplate(templates.add("提醒", CONTENT), FIELDS),
            (KIND, Channel.SUBSCRIPTION): NoticeTemplate(templates.add("提醒", CONTENT, "one_time"), FIELDS),
        }
        client = self.api.desk(self.service.clock)
        self.desk = Desk(partial(self._send, client.send), self.templates)
        self.hall = self.service.hall()
        self.admin = self.service.staff(self.hall, Role.ADMIN)
        self.case = case(self.hall, self.service.clock())
        self.phones: dict[int, Phone] = {}

    def _send(self, send: Callable[[Channel, Message], Outcome], channel: Channel, message: Message) -> Outcome:
        """Hand it on; one call in ten goes wrong."""
        self.calls += 1
        if not self.is_calm and (self.luck.randrange(ONE_IN) == 0 or self.calls in self.seldom):
            fault, after = self.seldom.get(self.calls) or self.luck.choice(TROUBLE)
            self.service.platform.faults.next(PATHS[channel], fault, after=after)
            self.broken[f"{fault}{' after' if after else ''}"] += 1
        return send(channel, message)

    def people_come(self) -> None:
        """A third write in the chat, a third agree to a notice, a third only follow; some leave unseen, some block."""
        notice = self.templates[(KIND, Channel.SUBSCRIPTION)].template_id
        for number in range(1, self.count + 1):
            openid = f"oContact{number:020}"
            phone = self.service.platform.phone(openid, following=True)
            now = self.service.clock()
            facts = '{"language": "zh", "consents": {}, "matters": {}, "last_hall_id": null}'
            row = {"openid": openid, "profile": "{}", "facts": facts, "created_at": now, "seen_at": now}
            person = run(partial(insert, Person, **row))
            self.phones[contact(self.hall, self.case, number, person, now, phone="13800138000")] = phone
            if number % 3 == 0:
                phone.says("帮助")
            elif number % 3 == 1:
                phone.accepts(notice)
            if not self.is_calm:
                phone.is_following = phone.is_following and self.luck.randrange(20) > 0
                phone.blocks_templates = self.luck.randrange(20) == 0
        run(lambda: Case.update(contacts=self.count).where(Case.id == self.case.id).execute())
        self.service.clock.goes_on(minutes=5)

    @property
    def post(self) -> Post:
        return posts.posts(self.admin.openid)[0]

    def press(self, *, again: bool = False) -> int:
        """An admin looks and says yes."""
        now = self.service.clock()
        plan = notices.plan(self.post, self.case.public_id, self.templates, now)
        return notices.send(self.post, self.case.public_id, plan.key, self.templates, now, again=again).count

    def works(self) -> None:
        """One run of the job, and what the platform tells then."""
        JOBS["outbox"].run_once(self.service.clock(), self.desk)
        self.service.platform.deliver_due()

    def runs_dry(self) -> None:
        """The job runs until nothing waits; the admin presses again in between, whatever that may do."""
        for number in range(MOST_ROUNDS):
            self.works()
            left = run(Outgoing.select().where(Outgoing.state.in_(("waiting", "sending"))).count)
            if not left:
                return
            if number % 7 == 0:
                self.press()
            self.service.clock.goes_on(seconds=10 if number < 400 else 600)
        raise RuntimeError("messages still wait")

    def wrong(self) -> list[str]:
        """Whoever was told twice, and whoever's state is not what they were shown."""
        JOBS["outbox"].run_once(self.service.clock(), self.desk)
        ids = run(lambda: [row.id for row in Contact.select().order_by(Contact.number)])
        states = notices.states(self.post, self.case.public_id, ids)
        found = []
        for contact_id, phone in self.phones.items():
            shown = sum(bubble.side == "account" and _is_notice(bubble) for bubble in phone.bubbles)
            told = states[contact_id][0].told
            right = {Told.ACCEPTED: (1,), Told.DELIVERED: (1,), Told.FAILED: (0,), Told.UNKNOWN: (0, 1)}.get(told, ())
            if shown not in right:
                found.append(f"{phone.openid}: shown {shown} times, told to be {states[contact_id][0]}")
        return found

    def counts(self) -> dict[str, int]:
        """How many contacts' notices ended how."""
        found = notices.counts(self.post, self.case.public_id)
        return {f"{fate.told} {fate.why}".strip(): count for fate, count in sorted(found.items())}


def _is_notice(bubble: Bubble) -> bool:
    return bubble.kind in ("template", "notice") or any("健康提醒" in str(part) for part in bubble.parts)


def waited(drill: Drill, call_seconds: float) -> tuple[float, float]:
    """One process, calls that take so long, and the notices of the case anew: how many seconds a reminder waits that is
    written a little later, and how many notices go out in a second."""
    run(lambda: Outgoing.delete().execute())
    run(lambda: Notice.delete().execute())
    drill.press()
    start, begun = drill.service.clock(), time.monotonic()
    sent: dict[str, float] = {}

    def moment() -> datetime:
        return start + timedelta(seconds=time.monotonic() - begun)

    def send(channel: Channel, message: Message) -> Outcome:
        time.sleep(call_seconds)
        sent[message.key] = time.monotonic() - begun
        if len(sent) == REMINDED_AFTER:
            outbox.write(REMINDER, "remind", "oInside00000000000000000001", "您离开了吗？", {}, moment(), start + LASTS)
        return Outcome(Result.SENT, msgid=str(len(sent)))

    template = NoticeTemplate("template", {})
    desk = Desk(send, {**drill.templates, ("remind", Channel.TEMPLATE): template})
    while run(Outgoing.select().where(Outgoing.state == "waiting").count):
        slot = (time.monotonic() - begun) // JOBS["outbox"].PERIOD_SECONDS
        JOBS["outbox"].run_once(moment(), desk)
        while (time.monotonic() - begun) // JOBS["outbox"].PERIOD_SECONDS == slot:
            time.sleep(0.01)
    written = sorted(sent.values())[REMINDED_AFTER - 1]
    return sent[REMINDER] - written, len(sent) / max(sent.values())


def main() -> int:
    """Measure and print; gives the exit code."""
    parser = argparse.ArgumentParser("bench.notices", description=__doc__)
    parser.add_argument("--people", type=int, default=PEOPLE)
    parser.add_argument("--seed", type=int, default=int.from_bytes(os.urandom(3)))
    given = parser.parse_args()
    with MariaDB() as server:
        open_database(server.url)
        migrate(DB.obj)
        vault.use(vault.Vault(KEYS))
        openids.make_ready()
        service = Service()
        with PlatformApi(service.platform) as api:
            drill = Drill(service, api, given.people, given.seed, waits_long=True)
            drill.people_come()
            begun = time.perf_counter()
            pressed = drill.press()
            took = time.perf_counter() - begun
            drill.runs_dry()
            wrong = drill.wrong()
            print(f"seed {given.seed}: {given.people} people, {pressed} notices planned and queued in {took:.2f} s")
            print(f"calls that went wrong: {dict(drill.broken)}")
            print(f"states: {drill.counts()}")
            print("\n".join(wrong) or "each state is what was shown, and nobody was told twice")
            delay, rate = waited(drill, CALL_SECONDS)
            print(f"calls of {CALL_SECONDS} s: {rate:.1f} notices/s, a reminder written meanwhile waits {delay:.1f} s")
    return 1 if wrong or delay > MOST_DELAY else 0


if __name__ == "__main__":
    sys.exit(main())
