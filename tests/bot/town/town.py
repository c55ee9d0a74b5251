"""The town itself: two halls, everybody's phones, and after each thing that happens a look at whether all still holds.

`Town` must be made on empty tables.
"""

import logging
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bot.simulator import Delivered
from bot.simulator.bubbles import Tap, parts_of
from bot.simulator.deliveries import Delivery, Writer
from jobs.schedule import JOBS
from models.rules.access import Role
from models.rules.documents import Card
from models.rules.halls import HallFacts
from models.rules.refusal import Refused
from models.rules.sending import Channel, Outcome, Result
from models.services import fever, halls
from models.services.desk import Desk, Message
from models.tables.cases import Case
from models.tables.database import run
from models.tables.door import Fever
from models.tables.people import Person
from models.tables.staff import Member
from models.tables.visits import Visit
from tests.bot.town.ledger import Ledger, Row, Stay, found
from tests.bot.town.people import PEOPLE, STAFF, Resident
from tests.erased import purged
from tests.filled import everything
from tests.service import Service

MOST_BYTES = 2047
GAP_SECONDS = 5
"""Between two deliveries, so that no two events are of the same second, nobody floods, and none is still answered."""
CORRECTABLE = timedelta(minutes=2)
REPEATED_WITHIN = timedelta(minutes=10)
"""The platform repeats within half a minute; what is older than this window is not let in."""
NO_ANSWER = frozenset(("unsubscribe", "user_authorization_revoke", "user_info_modified", "VIEW", "LOCATION"))
JOBS_OF_A_DAY = ("sign_out", "remind", "outbox", "sweep", "erasing", "retention", "staff_menus", "cases")

_INVITE = re.compile(r"绑定 ([0-9A-Za-z]{8})")


@dataclass(frozen=True)
class Sent:
    """A delivery, and what it was answered."""

    delivery: Delivery
    answer: str | None
    at: datetime


@dataclass(frozen=True)
class _Row:
    """A row of somebody who came, as far as it names nobody."""

    id: int
    hall_id: int
    lead_id: int | None
    in_at: datetime
    out_at: datetime | None
    hall_day: Any


class Listening(logging.Handler):
    """Keeps what a log was told of anybody, and of failures."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.marks = [mark for one in PEOPLE for mark in one.marks]
        self.heard: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        line = f"{record.getMessage()} {record.exc_text or ''}"
        if record.levelno >= logging.ERROR or any(mark in line for mark in self.marks):
            self.heard.append(line)


class Town:
    """Everybody follows the account but the strangers among them, until they do."""

    def __init__(self) -> None:
        self.service = Service(fetch_photo=_photo_of, read_card=_card_on)
        self.clock = self.service.clock
        self.platform = self.service.platform
        one = self.service.hall("市民中心")
        two = self.service.hall("高铁新区大厅", calendar={"weekly": [["00:00-23:59"]] * 7, "grace_minutes": 30})
        self.halls = (one, two)
        admin, guard, other, operator = STAFF
        for who, hall, role, name in (
            (admin, one, Role.ADMIN, "王工"), (guard, one, Role.GUARD, "李工"), (other, two, Role.ADMIN, "周工"),
            (operator, None, Role.OPERATOR, "赵工"),
        ):  # fmt: skip
            self.service.staff(hall, role, who.openid, name)
        self.ledger = Ledger({hall.name: hall for hall in self.halls})
        self.sent: list[Sent] = []
        self.uttered: dict[str, set[str]] = {who.openid: set() for who in PEOPLE}
        self.invite = "abcd2345"
        self.swept_at = self.clock()
        self.forgotten_at = {who.openid: self.clock() for who in PEOPLE}
        self.came = 0
        self.log = Listening()
        self._taps: dict[str, tuple[Tap, ...]] = {}
        for who in PEOPLE[:2] + STAFF:
            self.platform.phone(who.openid, following=True)

    # --- what people do -------------------------------------------------------------------------------------------

    def follows(self, who: Resident) -> bool:
        return self.platform.phone(who.openid).is_following

    def says(self, who: Resident, text: str, about: Resident, *, copies: int = 1) -> str | None:
        """Somebody types something; `about`: somebody whom it may be about."""
        said = self._filled(who, text, about)
        return self._does(who, lambda writes: writes.text(said), said, copies)

    def clicks(self, who: Resident, text: str, about: Resident) -> str | None:
        """Somebody taps a button of the menu that says something."""
        said = self._filled(who, text, about)
        return self._does(who, lambda writes: writes.click(said), said)

    def _filled(self, who: Resident, text: str, about: Resident) -> str:
        values = {
            "name": who.name, "number": who.number, "phone": who.phone, "companion": who.companion,
            "hall": self.halls[0].code, "other_hall": self.halls[1].code, "their_phone": about.phone,
            "their_number": about.number, "invite": self.invite,
        }  # fmt: skip
        return re.sub(r"\{(\w+)\}", lambda name: values[name[1]], text) if "{{" not in text else text

    def taps(self, who: Resident, which: int) -> str | None:
        """Somebody taps one of the links of the last answer that had any."""
        offered = self._taps.get(who.openid)
        if not offered:
            return None
        tap = offered[which % len(offered)]
        return self._does(who, lambda writes: writes.text(tap.content, tap.menu_id), tap.content)

    def scans(self, who: Resident, scene: str) -> str | None:
        """Somebody scans; whoever does not follow does so by it."""
        phone = self.platform.phone(who.openid)
        if phone.is_following:
            return self._does(who, lambda writes: writes.scan(scene))
        phone.is_following = True
        return self._does(who, lambda writes: writes.subscribe(scene))

    def follows_by_search(self, who: Resident) -> None:
        if not self.follows(who):
            self.platform.phone(who.openid).is_following = True
            self._does(who, lambda writes: writes.subscribe())

    def unfollows(self, who: Resident) -> None:
        if self.follows(who):
            self.platform.phone(who.openid).is_following = False
            self._leaves(who, lambda writes: writes.unsubscribe())

    def revokes(self, who: Resident) -> None:
        self._leaves(who, lambda writes: writes.profile_changed("user_authorization_revoke", "wx0", revoked="1"))

    def _leaves(self, who: Resident, build: Callable[[Writer], Delivery]) -> None:
        is_inside = bool(self._open(who.openid))
        self._does(who, build)
        self.forgotten_at[who.openid] = self.clock()
        if not is_inside:
            self.ledger.agreed.discard(who.openid)

    def erases(self, who: Resident) -> None:
        """Somebody has everything erased, as far as that may be now."""
        self.says(who, "删除我的资料", who)
        self.says(who, "确认删除", who)

    def photographs(self, who: Resident, whose: Resident) -> str | None:
        """Somebody sends a photo of a card, their own or another's."""
        self.uttered[who.openid].update(whose.marks)
        return self.sends(who, lambda writes: writes.photo(f"card-{PEOPLE.index(whose)}-{len(self.sent)}"))

    def sends(self, who: Resident, build: Callable[[Writer], Delivery]) -> str | None:
        """Somebody sends something else than text."""
        return self._does(who, build)

    def repeats(self, which: int) -> None:
        """The platform sends an earlier delivery again: the answer is the same, and nothing happens."""
        recent = [one for one in self.sent if self.clock() - one.at < REPEATED_WITHIN]
        if not recent:
            return
        one = recent[which % len(recent)]
        before = everything()
        [again] = self.platform.push_copies(one.delivery, 1, parallel=False)
        assert again.problems == (), again.problems
        is_forgotten = max(self.swept_at, self.forgotten_at[one.delivery.openid]) >= one.at
        assert again.reply == one.answer or (again.reply is None and is_forgotten), (one.answer, again.reply)
        assert everything() == before, "a repeat did something"

    # --- what happens besides -------------------------------------------------------------------------------------

    def goes_on(self, **time: float) -> None:
        self.clock.goes_on(**time)

    def midnight(self, days: int) -> None:
        """It is just past midnight by the halls' clocks, so many days after the next one."""
        self.clock.shows("00:05", days=days + 1)

    def job(self, name: str) -> None:
        if name == "retention":
            # It erases nobody who is inside, and whose stay is due is inside until they are signed out.
            self.job("sign_out")
            purged(self.clock())
            self._forgotten()
        else:
            JOBS[name].run_once(self.clock(), Desk(self._pushed))
        if name in ("sweep", "erasing"):
            self.swept_at = self.clock()
        self.holds()

    def releases(self) -> None:
        """Staff let everybody in who waits with a fever at the first hall."""
        hall, now = self.halls[0], self.clock()
        for waiting in fever.queue(hall, hall.calendar.hall_day(now)):
            fever.release(waiting.id, hall, "guard", "量了体温正常", now, 365)

    def _pushed(self, channel: Channel, message: Message) -> Outcome:
        self.may_hear(message.openid, f"{message.text} {message.values}")
        assert len(message.text.encode()) <= MOST_BYTES
        return Outcome(Result.SENT, msgid=message.key[:12])

    def _forgotten(self) -> None:
        """What is older than it is kept is gone, unless a case holds it."""
        now, gone = self.clock(), []
        for stay in self.ledger.stays:
            hall = self._hall(stay.hall_id)
            if (hall.calendar.hall_day(now) - hall.calendar.hall_day(stay.in_at)).days > hall.retention_days:
                gone.append(stay)
        if run(Case.select().count) == 0:
            self.ledger.stays = [stay for stay in self.ledger.stays if stay not in gone]

    # --- one delivery, and what must hold after it ----------------------------------------------------------------

    def _does(
        self, who: Resident, build: Callable[[Writer], Delivery], said: str = "", copies: int = 1
    ) -> str | None:  # fmt: skip
        phone = self.platform.phone(who.openid)
        if said and not phone.is_following:
            return None
        self.clock.goes_on(seconds=GAP_SECONDS)
        at = self.clock()
        self.ledger.says(who.openid, said)
        self.uttered[who.openid].update(mark for one in PEOPLE for mark in one.marks if mark in said)
        status = {hall.id: self._hall(hall.id).status for hall in self.halls}
        fevers = self._fevers(who.openid)
        delivery = build(phone.writes)
        delivered = self._delivered(delivery, copies)
        answer = delivered.reply
        self.sent.append(Sent(delivery, answer, at))
        if delivery.title not in NO_ANSWER:
            assert answer, f"{delivery.title} was answered with nothing"
        if answer is not None:
            before = len(self.ledger.stays)
            self._answered(who, answer, at)
            for stay in self.ledger.stays[before:]:
                assert status[stay.hall_id] == "open", "registered at a hall that is not open"
            self._nobody_in_with_a_fever(who, answer, fevers, self.ledger.stays[before:])
            self.came += len(self.ledger.stays) - before
        self.holds()
        return answer

    def _nobody_in_with_a_fever(
        self, who: Resident, answer: str, before: dict[int, Row], came: list[Stay]
    ) -> None:  # fmt: skip
        """Whoever has declared one today is not let in but by staff, or by another reading within two minutes."""
        waiting = self._fevers(who.openid)
        assert not waiting.keys() - before.keys() or any(found(f"fever.{key}", answer) for key in ("wait", "missed")), (
            answer
        )
        for number, (_, since) in before.items():
            is_mended = found("fever.mended", answer) and self.clock() - since <= CORRECTABLE
            assert number in waiting or is_mended, "a fever is gone"
        if not found("check_in.missed_done", answer):
            assert not {stay.hall_id for stay in came} & {hall_id for hall_id, _ in before.values()}, "in with a fever"

    def _fevers(self, openid: str) -> dict[int, Row]:
        """What somebody has declared today, and nobody has cleared."""
        rows = run(
            lambda: list(
                Fever.select().where(
                    Fever.openid == openid, Fever.released_at.is_null(), Fever.cleared_at.is_null()
                )
            )
        )  # fmt: skip
        today = {hall.id: self._hall(hall.id).calendar.hall_day(self.clock()) for hall in self.halls}
        return {row.id: (row.hall_id, row.declared_at) for row in rows if today.get(row.hall_id) == row.hall_day}

    def _delivered(self, delivery: Delivery, copies: int) -> Delivered:
        if copies == 1:
            delivered = self.platform.push(delivery)
            assert delivered.attempts == 1, delivered.problems
        else:
            delivered, *others = self.platform.push_copies(delivery, copies, parallel=True)
            assert {one.reply for one in others} == {delivered.reply}
            assert not any(one.problems for one in others)
        assert delivered.problems == ()
        return delivered

    def _answered(self, who: Resident, answer: str, at: datetime) -> None:
        assert len(answer.encode()) <= MOST_BYTES
        for key in ("failure.message", "failure.scan", "failure.unknown"):
            assert not found(key, answer), answer
        self.may_hear(who.openid, answer)
        self.ledger.tells(who.openid, answer, at)
        if any(found(f"rights.{key}", answer) for key in ("done", "none", "none_talk")):
            self.forgotten_at[who.openid] = at
        if found("rights.done", answer):
            self.ledger.agreed.discard(who.openid)
            self.ledger.exits.pop(who.openid, None)
            self._nowhere(who)
        self._taps[who.openid] = tuple(part for part in parts_of(answer) if isinstance(part, Tap)) or self._taps.get(
            who.openid, ()
        )
        self.invite = (_INVITE.findall(answer) or [self.invite])[0]

    def holds(self) -> None:
        """What must hold at any time."""
        assert self.log.heard == []
        came = self._rows()
        leads = {one.id: one for one in came if one.lead_id is None}
        there, told = Counter((one.hall_id, one.in_at) for one in leads.values()), self.ledger.rows()
        assert there == told if run(Case.select().count) == 0 else not told - there, (told - there, there - told)
        company = Counter(one.lead_id for one in came if one.lead_id is not None)
        for stay in self.ledger.stays:
            of_it = [one for one in leads.values() if (one.hall_id, one.in_at) == (stay.hall_id, stay.in_at)]
            assert stay.companions in {company[one.id] for one in of_it}
        for who in PEOPLE:
            assert len(self._open(who.openid)) <= 1, "inside twice"
        kept = {row.openid for row in run(lambda: list(Person.select(Person.openid)))}
        assert kept <= self.ledger.agreed, "kept without consent"

    def _open(self, openid: str) -> list[_Row]:
        own = {(stay.hall_id, stay.in_at) for stay in self.ledger.stays if stay.openid == openid}
        return [
            one
            for one in self._rows()
            if one.lead_id is None and one.out_at is None and (one.hall_id, one.in_at) in own
        ]

    def _rows(self) -> list[_Row]:
        columns = (Visit.id, Visit.hall_id, Visit.lead_id, Visit.in_at, Visit.out_at, Visit.hall_day)
        return run(lambda: [_Row(*row) for row in Visit.select(*columns).tuples()])

    def _hall(self, hall_id: int) -> HallFacts:
        found = halls.by_id(hall_id, None)
        assert found is not None
        return found

    def may_hear(self, openid: str, answer: str) -> None:
        """Nobody is told who somebody else is, but an admin of those who were in their hall."""
        told = answer.replace(" ", "")
        admin_of = {
            row.hall_id
            for row in run(lambda: list(Member.select().where(Member.openid == openid, Member.role == Role.ADMIN)))
        }
        for one in PEOPLE:
            if one.openid == openid or any(
                stay.openid == one.openid and stay.hall_id in admin_of for stay in self.ledger.stays
            ):
                continue
            heard = {mark for mark in one.marks if mark in told} - self.uttered[openid]
            assert not heard, f"told of {one.who}: {answer}"

    def _nowhere(self, who: Resident) -> None:
        """Whoever has erased themselves is in no table by name or number (what is counted for a case are
        keyed hashes); staff stay staff."""
        if run(Case.select().count) or run(Member.select().where(Member.openid == who.openid).count):
            return
        if run(Fever.select().where(Fever.openid == who.openid).count):
            return
        known = {mark for openid, marks in self.uttered.items() if openid != who.openid for mark in marks}
        rows = {name: repr(held) for name, held in everything().items()}
        for mark in {*who.marks, who.openid} - known:
            assert not [name for name, held in rows.items() if mark in held], f"{mark} is kept"


def _photo_of(media_id: str) -> bytes:
    if not media_id.startswith("card-"):
        raise Refused("photo_gone")
    return media_id.encode()


def _card_on(photo: bytes) -> Card:
    return PEOPLE[int(photo.decode().split("-")[1])].card
