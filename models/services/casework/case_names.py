"""The names of a case whole: for one session, for an hour, once it is said what for.

With four eyes they open by another one's yes, which counts once. Where nobody answers within ALONE_AFTER, whoever asked
may go on alone with a further reason, which the operators and the hall's other admins hear of. A no to anybody's
question about the case, or to theirs about another case of the hall, stops that way for as long as the question would
have lasted: whoever said it has looked.
What is closed may be read too: authorities ask later.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import StrEnum
from math import ceil
from typing import NamedTuple, Protocol

from models.phrases import say
from models.rules.access import Action
from models.rules.refusal import Refused
from models.services import audit, limits, looked, looking, searching, second_eyes, staff_notices
from models.services.casework import cases
from models.services.check_out import as_due
from models.services.looking import OTHER
from models.services.posts import Post
from models.tables import approvals, case_openings, found_visits, staff, turns
from models.tables.approvals import Answer, ApprovalRow
from models.tables.case_openings import Opening
from models.tables.cases import CaseRow
from models.tables.database import transaction
from models.tables.found_visits import FoundVisit

OPEN_FOR = timedelta(hours=1)
ALONE_AFTER = timedelta(minutes=10)
KIND = second_eyes.CASE
WHY = ("contact", "check", "report", "authority", OTHER)
"""What the names are needed for; OTHER is said in words."""
LANGUAGE = "zh"
"""In which a purpose is kept."""
MOST_LISTED = 50
BETWEEN = "；"


class Way(StrEnum):
    """How names were opened."""

    PLAIN = "plain"
    SECOND = "second"
    ALONE = "alone"


class Opened(NamedTuple):
    """An opening: when, by whom ("" for somebody who is not staff any more), how, and what for."""

    at: datetime
    name: str
    way: Way
    reason: str


class CaseOfHall(Protocol):
    """Any row of a case."""

    @property
    def id(self) -> int: ...
    @property
    def hall_id(self) -> int: ...


@transaction
def opened_until(post: Post, case: CaseOfHall, session_id: str, now: datetime) -> datetime | None:
    """Until when this session sees the names of the case whole; None where it does not, and where the post may not see
    cases, or is of another hall."""
    found = current(post, case, session_id, now)
    return found.until if found else None


@transaction
def current(post: Post, case: CaseOfHall, session_id: str, now: datetime) -> Opening | None:
    """The opening by which this session sees the names of the case whole; None as for `opened_until`."""
    if not post.may(Action.CASES) or case.hall_id != post.hall_id:
        return None
    return case_openings.current(case.id, post.openid, session_id, now)


@transaction
def people_of(
    post: Post, case: CaseOfHall, visit_ids: Iterable[int], session_id: str, now: datetime
) -> dict[int, FoundVisit]:
    """These visits of the case's hall by their ids, as this session sees them: whole where the names are open, else
    masked. One that has been erased is left out; one that was due counts as closed then."""
    if not post.may(Action.CASES) or case.hall_id != post.hall_id:
        return {}
    is_open = opened_until(post, case, session_id, now) is not None
    rows = [as_due(row, now) for row in found_visits.with_ids(case.hall_id, visit_ids)]
    return {row.id: row if is_open else searching.masked(row) for row in rows}


@transaction
def case_of(post: Post, public_id: str) -> CaseRow:
    """The case with this public id. Refused with not_yours, and with case_unknown where this hall has no such one."""
    case = cases.one(post, public_id)
    if case is None:
        raise Refused("case_unknown")
    return case


@transaction
def open_names(post: Post, public_id: str, session_id: str, why: str, words: str, now: datetime) -> datetime | None:
    """Open the names to this session for OPEN_FOR, and note who, what for and when; gives until when. Names that are
    open already stay as they are. None where it takes another one's yes, which is asked (`question` tells the code).

    Refused with not_yours, case_unknown, case_reason_missing (what the case is for has to be written down first), as
    looking.look, with too_many (minutes), and as second_eyes.ask.
    """
    case = _explained(post, public_id)
    purpose = _purpose(case, why, words)
    return _open_already(post, case, session_id, now) or _opened(post, case, session_id, purpose, now)


@transaction
def open_by_yes(post: Post, public_id: str, session_id: str, now: datetime) -> datetime:
    """Open the names by a yes that somebody has said, for what it was said to. Refused as `open_names`, and with
    second_over where there is no yes that counts."""
    case = _explained(post, public_id)
    until = _open_already(post, case, session_id, now)
    if until is not None:
        return until
    said = question(post, case, now)
    if said is None or said.answer is not Answer.YES:
        raise Refused("second_over")
    return _by_yes(post, case, session_id, said, now)


@transaction
def open_alone(post: Post, public_id: str, session_id: str, words: str, now: datetime) -> datetime:
    """Open the names without another one's yes, ALONE_AFTER this person has asked for it; `words`: why that cannot
    wait. By a yes that has come after all it is opened as by `open_by_yes`.

    Refused as `open_names`, with case_not_asked, case_wait (minutes: still to wait), case_refused (somebody has said
    no) and second_answered (somebody is answering at this moment).
    """
    case = _explained(post, public_id)
    said = looking.reason_from(OTHER, words, (OTHER,), _name_of(case))
    until = _open_already(post, case, session_id, now)
    if until is not None:
        return until
    asked = question(post, case, now)
    if second_eyes.was_refused(post, KIND, case.id, now):
        raise Refused("case_refused")
    if asked is None:
        raise Refused("case_not_asked")
    if asked.answer is Answer.YES:
        return _by_yes(post, case, session_id, asked, now)
    left = asked.asked_at + ALONE_AFTER - now
    if left > timedelta():
        raise Refused("case_wait", minutes=ceil(left / timedelta(minutes=1)))
    second_eyes.go_alone(asked, now)
    purpose = f"{asked.purpose}{BETWEEN}{said}"
    audit.note(post.actor, "case_alone", case.hall_id, now, number=case.number, reason=said)
    staff_notices.went_alone(cases.hall_of(post), post.openid, case.number, said, now)
    return _begun(post, case, session_id, Way.ALONE, purpose, now)


@transaction
def question(post: Post, case: CaseOfHall, now: datetime) -> ApprovalRow | None:
    """This person's question for the names that still counts: it waits, or has a yes that is not used."""
    return second_eyes.state_of(post, KIND, case.id, now)


@transaction
def openings(post: Post, public_id: str) -> list[Opened]:
    """Who has opened the names, the latest first, at most MOST_LISTED. Refused as `case_of`."""
    names = {one.openid: one.name for one in staff.members(post.hall_id)}
    rows = case_openings.of_case(case_of(post, public_id).id, MOST_LISTED)
    return [Opened(one.at, names.get(one.openid, ""), Way(one.way), one.reason) for one in rows]


def code_of(purpose: str) -> tuple[str, str]:
    """A purpose as a look keeps it: one of WHY, and what was said beside it."""
    said, _, further = purpose.partition(BETWEEN)
    known = next((why for why in WHY if why != OTHER and say(LANGUAGE, f"names.why.{why}") == said), OTHER)
    return known, further if known != OTHER else purpose


def _explained(post: Post, public_id: str) -> CaseRow:
    case = case_of(post, public_id)
    if not case.reason or not case.authority:
        raise Refused("case_reason_missing")
    return case


def _purpose(case: CaseRow, why: str, words: str) -> str:
    return looking.reason_from(why, words, WHY, _name_of(case)) or say(LANGUAGE, f"names.why.{why}")


def _name_of(case: CaseRow) -> str:
    """Of whom no reason may speak."""
    person = found_visits.with_id(case.hall_id, case.person)
    return person.name if person else ""


def _open_already(post: Post, case: CaseRow, session_id: str, now: datetime) -> datetime | None:
    """Of two presses at once the second waits here, and finds what the first has opened."""
    turns.take(case.hall_id)
    return opened_until(post, case, session_id, now)


def _opened(post: Post, case: CaseRow, session_id: str, purpose: str, now: datetime) -> datetime | None:
    if not cases.hall_of(post).four_eyes:
        return _begun(post, case, session_id, Way.PLAIN, purpose, now)
    said = question(post, case, now)
    if said is not None and said.answer is Answer.YES and said.purpose == purpose:
        return _by_yes(post, case, session_id, said, now)
    second_eyes.ask(post, KIND, case.id, purpose, now)
    return None


def _by_yes(post: Post, case: CaseRow, session_id: str, said: ApprovalRow, now: datetime) -> datetime:
    if not approvals.use(said.id, now):
        raise Refused("second_over")
    return _begun(post, case, session_id, Way.SECOND, said.purpose, now, said.id)


def _begun(
    post: Post, case: CaseRow, session_id: str, way: Way, purpose: str, now: datetime, approval_id: int | None = None
) -> datetime:
    limits.count(limits.NAMES, post.openid, now)
    until = now + OPEN_FOR
    case_openings.add(case.id, post.openid, session_id, way, purpose, now, until, approval_id)
    audit.note(
        post.actor, "case_names", case.hall_id, now, number=case.number, people=case.contacts, reason=purpose,
        session=session_id,
    )  # fmt: skip
    why, words = code_of(purpose)
    looked.note(post, looked.What.CASE, why, now, words=words, case_id=case.id)
    return until
