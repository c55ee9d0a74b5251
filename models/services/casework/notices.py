"""通知 CASE: who of a case's contacts is told by what, the sending, and what became of each notice.

A notice shows nobody's name to whoever sends it, so it takes neither opened names nor a second pair of eyes; what it
takes is a case whose reason and authority are filled in. Who was sent a notice is not sent another one, unless it
surely did not arrive and somebody asks for that.
"""

import hashlib
import secrets
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from models.phrases import say
from models.rules.halls import HallFacts
from models.rules.notices import BY_CHANNEL, KIND, MESSAGES, Fate, Told, Way, fate
from models.rules.persons import is_in_wechat
from models.rules.refusal import Refused
from models.rules.sending import Channel, Templates
from models.rules.visits import Certainty, HowOut, certainty_out
from models.services import audit, limits, looked, outbox, people
from models.services.casework import cases, notice_texts, reach
from models.services.casework.notice_texts import Stayed
from models.services.casework.reach import Reach
from models.services.posts import Post
from models.tables import notices, turns, vault
from models.tables.cases import CaseRow
from models.tables.contacts import ContactState
from models.tables.database import transaction
from models.tables.notices import ContactRow, NoticeRow, StayRow

USEFUL = timedelta(hours=48)
"""A notice that could not be sent for so long is given up, and the telephone is what is left."""
TEST_USEFUL = timedelta(minutes=10)
EACH = 200
"""How many contacts one unit of work is about."""
MOST_AT_ONCE = 5000
"""So many notices one press sends; the next press goes on."""
SETTLED = timedelta(days=3)
"""After which nothing more is heard of a notice: it is sent or given up within USEFUL."""

_DONE = frozenset((ContactState.REACHED, ContactState.REFUSED, ContactState.PASSED_ON))


@dataclass(frozen=True)
class Planned:
    """A contact, and by what they are told: `way` is what is left to do, or by what they were told already. `sent`:
    what became of the last notice to them, None where there was none, and `sent_at` when that was. `again`: the way
    that a further notice would take to somebody whom the last one did not reach. `is_done`: staff have spoken to
    them."""

    contact_id: int
    number: int
    way: Way
    is_done: bool = False
    sent: Fate | None = None
    sent_at: datetime | None = None
    again: Way | None = None
    stays: tuple[Stayed, ...] = ()
    language: str = "zh"
    openid: str = field(default="", repr=False)
    last: NoticeRow | None = field(default=None, repr=False)

    @property
    def is_by_phone(self) -> bool:
        """Whether the telephone is what is left: no notice reaches them, none is on its way, and none has arrived."""
        return not self.is_done and self.way not in MESSAGES


@dataclass(frozen=True)
class Plan:
    """What sending would do now. `key`: hand it to `send`, so that what is sent is what was shown; `text`: what the
    first of them would read in the chat, `values` what templates would be filled with."""

    key: str
    number: str
    contacts: tuple[Planned, ...]
    text: str
    values: Mapping[str, str]

    @property
    def ways(self) -> Counter[Way]:
        """By what those who were sent nothing yet are told: how many each."""
        return Counter(one.way for one in self.contacts if one.sent is None and not one.is_done)

    @property
    def ways_again(self) -> Counter[Way]:
        """By what another notice would reach those whom the last one did not: how many each."""
        return Counter(way for one in self.contacts if (way := _wanted(one, again=True)))

    @property
    def fates(self) -> Counter[Told]:
        """What became of the notices: how many each."""
        return Counter(one.sent.told for one in self.contacts if one.sent is not None)

    @property
    def to_send(self) -> int:
        """How many notices a press would send."""
        return sum(_wanted(one, again=False) is not None for one in self.contacts)

    @property
    def to_send_again(self) -> int:
        """How many of those whom a notice did not reach another one might reach."""
        return sum(_wanted(one, again=True) is not None for one in self.contacts)

    @property
    def by_phone(self) -> int:
        """How many are left for the telephone."""
        return sum(one.is_by_phone for one in self.contacts)

    @property
    def done(self) -> int:
        """How many staff have spoken to, and who are sent nothing any more."""
        return sum(one.is_done and one.sent is None for one in self.contacts)


@dataclass(frozen=True)
class Sent:
    """How many notices a press put on their way; `goes_on`: there are more, for the next press."""

    count: int
    goes_on: bool


def plan(post: Post, public_id: str, templates: Templates, now: datetime) -> Plan:
    """Who would be told by what. Refused with not_yours, case_unknown."""
    case, key, hall = _seen(post, public_id, templates)
    found: list[Planned] = []
    after: int | None = 0
    while after is not None:
        batch, after = _some(case.id, after, templates, now)
        found += batch
    first = next((one for one in found if one.way in MESSAGES and one.stays), None)
    stays = first.stays if first else (_example(now),)
    language = first.language if first else "zh"
    text, values = notice_texts.text(language, hall, stays), notice_texts.values(language, hall, stays[-1])
    return Plan(key, case.number, tuple(found), text, values)


def send(
    post: Post, public_id: str, plan_key: str, templates: Templates, now: datetime, *, again: bool = False
) -> Sent:  # fmt: skip
    """Put a notice to everybody whom one can reach into the outbox, EACH a unit of work: where one is broken off,
    another press goes on. `plan_key`: of the plan that was shown; with the same one nobody is sent a second notice,
    whoever presses how often. `again`: to those whom the last one did not reach, in place of the others.

    Refused with not_yours, case_unknown, case_closed, case_reason_missing, case_not_traced, notice_no_phone,
    notice_plan_changed, too_many (minutes)."""
    case, key, hall = _seen(post, public_id, templates)
    _check(case, hall)
    last_id = _same_plan(plan_key, key)
    limits.count(limits.NOTICES, post.openid, now)
    after: int | None = 0
    count = 0
    while after is not None and count < MOST_AT_ONCE:
        sent, after = _send_some(post, public_id, last_id, after, templates, now, again)
        count += sent
    return Sent(count, after is not None)


@transaction
def states(post: Post, public_id: str, contact_ids: Sequence[int]) -> dict[int, tuple[Fate, NoticeRow]]:
    """What became of the last notice to each of these contacts who were sent one, by their ids. Refused as `plan`."""
    rows = notices.of(_case(post, public_id).id, contact_ids)
    return {row.contact_id: (fate(row.state, row.reason, row.verdict), row) for row in rows}


@transaction
def counts(post: Post, public_id: str) -> Counter[Fate]:
    """How many contacts' last notices stand how. Refused as `plan`."""
    found: Counter[Fate] = Counter()
    for state, _, reason, verdict, count in notices.counts(_case(post, public_id).id):
        found[fate(state, reason, verdict)] += count
    return found


@transaction
def send_test(post: Post, public_id: str, channel: Channel, now: datetime) -> str:
    """Send whoever asks what a contact would read, by this channel alone; gives a key for `test_state`. Refused with
    not_yours, case_unknown, notice_no_phone, too_many (minutes)."""
    hall = cases.hall_of(post)
    case = _case(post, public_id)
    if not hall.phone:
        raise Refused("notice_no_phone")
    limits.count(limits.NOTICE_TESTS, post.openid, now)
    language, stay = people.language_at(post.openid), _example(now)
    text = say(language, "notices.test_text", text=notice_texts.text(language, hall, [stay]))
    key = secrets.token_hex(12)
    values = notice_texts.values(language, hall, stay)
    outbox.write(
        _test_key(post, key), KIND, post.openid, text, values, now, now + TEST_USEFUL, hall_id=hall.id, only=channel
    )
    audit.note(post.actor, "case_test", hall.id, now, number=case.number, by=channel)
    return key


@transaction
def test_state(post: Post, key: str) -> Fate | None:
    """What became of a test of theirs; None where there was none, or long ago."""
    found = notices.message(_test_key(post, key))
    return None if found is None else fate(found[0], found[2], found[3])


def _test_key(post: Post, key: str) -> str:
    whose = vault.current().hash(b"test notice", post.openid)[-8:].hex()
    return f"notice:test:{whose}:{key}"


@transaction
def settle(now: datetime, most: int = 500) -> int:
    """Keep what became of notices of which nothing more is heard, before the outbox forgets their messages, and forget
    what they said; gives how many rows."""
    rows = notices.unsettled(now - SETTLED, most)
    for row in rows:
        notices.keep(row, row.state)
    return len(rows) + outbox.forget_texts(KIND, now - USEFUL)


# --- whom, and by what ---


@transaction
def _seen(post: Post, public_id: str, templates: Templates) -> tuple[CaseRow, str, HallFacts]:
    case = _case(post, public_id)
    hall = cases.hall_of(post)
    said = repr(
        (hall.name, hall.phone, sorted((kind, str(one), repr(form)) for (kind, one), form in templates.items()))
    )
    digest = hashlib.blake2b(said.encode(), digest_size=8).hexdigest()
    return case, f"{notices.last_id(case.id)}-{digest}", hall


def _case(post: Post, public_id: str) -> CaseRow:
    row = cases.one(post, public_id)
    if row is None:
        raise Refused("case_unknown")
    return row


def hindrance(case: CaseRow, hall: HallFacts) -> Refused | None:
    """Why no notice of this case can be sent now: case_closed, case_reason_missing, case_not_traced (its list is
    being made) or notice_no_phone."""
    if not case.is_open:
        return Refused("case_closed")
    if not (case.reason and case.authority):
        return Refused("case_reason_missing")
    if not case.is_traced:
        return Refused("case_not_traced")
    return None if hall.phone else Refused("notice_no_phone")


def _check(case: CaseRow, hall: HallFacts) -> None:
    if no := hindrance(case, hall):
        raise no


def _same_plan(given: str, key: str) -> int:
    """The last notice that the plan knew of, where what it showed is still so."""
    last, _, digest = given.partition("-")
    now_last, _, now_digest = key.partition("-")
    if digest != now_digest or not (last.isascii() and last.isdigit() and len(last) <= 10):
        raise Refused("notice_plan_changed")
    return min(int(last), int(now_last))


@transaction
def _some(case_id: int, after: int, templates: Templates, now: datetime) -> tuple[list[Planned], int | None]:
    """The next EACH contacts as they stand, and after which number it goes on; None after the last."""
    rows = notices.contacts(case_id, after, EACH)
    ids = [row.id for row in rows]
    stays: dict[int, list[StayRow]] = {contact_id: [] for contact_id in ids}
    for stay in notices.stays(case_id, ids):
        stays[stay.contact_id].append(stay)
    sent = {row.contact_id: row for row in notices.of(case_id, ids)}
    openids = {stay.openid for each in stays.values() for stay in each if stay.openid and is_in_wechat(stay.openid)}
    reached = reach.of(openids, now)
    found = [_planned(row, stays[row.id], sent.get(row.id), reached, templates, now) for row in rows]
    return found, rows[-1].number if len(rows) == EACH else None


def _planned(
    contact: ContactRow, rows: Sequence[StayRow], last: NoticeRow | None, reached: Mapping[str, Reach],
    templates: Templates, now: datetime,
) -> Planned:  # fmt: skip
    channel, account = _best(rows, reached, templates, now)
    sent = fate(last.state, last.reason, last.verdict) if last else None
    way = BY_CHANNEL[channel] if channel else _by_phone(rows)
    again = None
    if last is not None and sent is not None:
        if sent.told is Told.FAILED:
            again, way = BY_CHANNEL[channel] if channel else None, _by_phone(rows)
        elif sent.told is Told.UNKNOWN:
            way = _by_phone(rows)
        else:
            way = BY_CHANNEL[Channel(last.channel)] if last.channel else Way.WINDOW if way not in MESSAGES else way
    language = people.language_in(account.facts) if account and account.facts else "zh"
    openid = account.openid if account and account.openid else ""
    times = tuple(_stayed(row, now) for row in rows)
    is_done = contact.state in _DONE
    return Planned(
        contact.id, contact.number, way, is_done, sent, last.at if last else None, again, times, language, openid, last
    )


def _best(
    rows: Sequence[StayRow], reached: Mapping[str, Reach], templates: Templates, now: datetime
) -> tuple[Channel | None, StayRow | None]:
    """The most welcome channel that is open to one of somebody's accounts, and a stay of that account; of two that are
    alike, the one used last."""
    order = list(Channel)
    best: tuple[Channel | None, StayRow | None] = (None, None)
    for row in reversed(rows):
        person = reached.get(row.openid or "")
        channel = person.best(KIND, templates, now) if person else None
        if channel and (best[0] is None or order.index(channel) < order.index(best[0])):
            best = (channel, row)
    return best


def _by_phone(rows: Collection[StayRow]) -> Way:
    if any(row.has_phone for row in rows):
        return Way.PHONE
    return Way.LEADS_PHONE if any(row.lead_has_phone for row in rows) else Way.NONE


def _stayed(row: StayRow, now: datetime) -> Stayed:
    if row.out_at is None or row.how_out is None:
        return Stayed(row.in_at, max(row.in_at, min(now, row.due_at)), True, now < row.due_at)
    return Stayed(row.in_at, row.out_at, certainty_out(HowOut(row.how_out)) is Certainty.ESTIMATED)


def _example(now: datetime) -> Stayed:
    return Stayed(now - timedelta(hours=1), now, False)


# --- sending ---


@transaction
def _send_some(
    post: Post, public_id: str, last_id: int, after: int, templates: Templates, now: datetime, again: bool
) -> tuple[int, int | None]:
    """Send to those of the next EACH contacts whom a notice can reach; how many, and after which number it goes on."""
    hall = cases.hall_of(post)
    turns.take(hall.id)
    case = _case(post, public_id)
    _check(case, hall)
    batch, goes_on = _some(case.id, after, templates, now)
    newest = notices.last_id(case.id)
    # Whoever was sent one since the plan was shown was so by it, or by somebody else's.
    due = [one for one in batch if _wanted(one, again) and (one.last is None or one.last.id <= last_id)]
    for one in due:
        _write(case, hall, one, newest, post, now)
    if due:
        ways = Counter(str(_wanted(one, again)) for one in due)
        audit.note(post.actor, "case_notice", hall.id, now, number=case.number, count=len(due), **ways)
        looked.note(post, looked.What.NOTICE, "notice", now, case_id=case.id)
    return len(due), goes_on


def _wanted(one: Planned, again: bool) -> Way | None:
    """The way that a notice to somebody takes now; None where none is to be sent."""
    way = one.again if again else one.way if one.sent is None else None
    return way if way in MESSAGES and not one.is_done else None


def _write(case: CaseRow, hall: HallFacts, one: Planned, newest: int, post: Post, now: datetime) -> None:
    # By the newest notice of the case: contacts who turn out to be one person bring theirs along.
    key = f"notice:{case.id}:{one.contact_id}:{newest}"
    if one.last:
        notices.keep(one.last, notices.REPLACED)
    said = notice_texts.text(one.language, hall, one.stays)
    values = notice_texts.values(one.language, hall, one.stays[-1])
    outbox.write(key, KIND, one.openid, said, values, now, now + USEFUL, hall_id=hall.id)
    notices.add(case.id, one.contact_id, key, post.openid, now)
