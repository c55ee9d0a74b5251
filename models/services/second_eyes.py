"""A second pair of eyes: what one admin may not do alone, another one of the hall says yes to, by a code.

Where a hall has one admin, an operator does. Nobody says yes to what they asked themselves, whatever posts they hold.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from models.rules.access import Action, Role
from models.rules.halls import HallFacts
from models.rules.refusal import Refused
from models.rules.spelling import half_width, readable
from models.services import audit, halls, limits, staff_notices
from models.services.posts import Post
from models.tables import approvals, cases, staff
from models.tables.approvals import Answer, Approval, ApprovalRow
from models.tables.database import transaction
from models.tables.fields import insert
from models.tables.staff import NO_HALL, MemberRow

LASTS = timedelta(hours=4)
"""For so long a question can be answered, and a yes be used."""
LONGEST_PURPOSE = 200
CODE_DIGITS = 8
"""Digits alone: a hall's code has a letter in it (services.halls.new_code), so none is ever taken for the other."""
MOST_OPEN = 200
CASE = "case"
"""As what the names of a case are asked about; exporting.KIND is the other thing."""


@dataclass(frozen=True)
class Second:
    """A question as whoever may answer it sees it. `of_id` is the id of what it is about, by `kind` ("export", "case");
    `asker` the name of who asks; `number` that of the case."""

    code: str
    hall: HallFacts
    kind: str
    of_id: int
    purpose: str
    asker: str
    answer: Answer
    expires_at: datetime
    number: str = ""


def purpose_from(text: str) -> str:
    """What something is for, as it is kept. Refused with purpose_missing, purpose_too_long (most)."""
    purpose = readable(text)
    if not purpose:
        raise Refused("purpose_missing")
    if len(purpose) > LONGEST_PURPOSE:
        raise Refused("purpose_too_long", most=LONGEST_PURPOSE)
    return purpose


@transaction
def ask(post: Post, kind: str, of_id: int, purpose: str, now: datetime) -> str:
    """Ask for a yes, and give the code that it is given by; those who may give it hear of it. The same question, while
    it waits, keeps its code. Refused as purpose_from, with hall_not_yours, too_many."""
    if post.hall is None:
        raise Refused("hall_not_yours")
    purpose = purpose_from(purpose)
    for row in approvals.of(kind, of_id):
        if _is_open(row, now) and (row.asked_by, row.purpose) == (post.openid, purpose):
            return row.code
    limits.count(limits.SECONDS, post.openid, now)
    code = "".join(str(secrets.randbelow(10)) for _ in range(CODE_DIGITS))
    insert(
        Approval, code=code, hall_id=post.hall_id, kind=kind, of_id=of_id, purpose=purpose, asked_by=post.openid,
        answer=Answer.WAITING, asked_at=now, expires_at=now + LASTS,
    )  # fmt: skip
    number = _number(kind, of_id)
    audit.note(post.actor, "second_ask", post.hall_id, now, kind=kind, number=number)
    others = [one.openid for one in _admins(post.hall_id) if one.openid != post.openid]
    asked = others or [one.openid for one in staff.members(NO_HALL) if one.openid != post.openid]
    name = _name(staff.members(post.hall_id), post.openid)
    staff_notices.second_asked(post.hall, asked, kind, name, code, number, now)
    return code


@transaction
def look(post: Post, code: str, now: datetime) -> Second:
    """The question with this code, if this post may answer it. Refused with second_unknown, second_own, second_over,
    second_answered, second_alone (whoever asked has gone on alone)."""
    row, hall = _found(post, code, now)
    return _second(row, hall, staff.members(hall.id))


@transaction
def approve(post: Post, code: str, now: datetime) -> Second:
    """批准: say yes; whoever asked hears of it. Refused as `look`; of two at once one says it, the other is told that
    it was answered."""
    return _answered(post, code, Answer.YES, now)


@transaction
def refuse(post: Post, code: str, now: datetime) -> Second:
    """驳回: say no. Refused as `look`."""
    return _answered(post, code, Answer.NO, now)


@transaction
def open_of(post: Post, now: datetime) -> list[Second]:
    """What waits for an answer that this post may give, the longest waiting first."""
    if not post.may(Action.SECOND):
        return []
    is_operator = post.role is Role.OPERATOR
    rows = approvals.waiting_anywhere(now, MOST_OPEN) if is_operator else approvals.waiting(post.hall_id, now)
    of_halls = halls.by_ids({row.hall_id for row in rows})
    members = staff.members_by_hall(of_halls)
    return [
        _second(row, of_halls[row.hall_id], members[row.hall_id])
        for row in rows
        if row.hall_id in of_halls and row.asked_by != post.openid and _may(post, row, members[row.hall_id])
    ]


@transaction
def state_of(post: Post, kind: str, of_id: int, now: datetime, purpose: str | None = None) -> ApprovalRow | None:
    """The first of `states_of`, of those asked for this purpose if one is given."""
    return next((row for row in states_of(post, kind, of_id, now) if purpose in (None, row.purpose)), None)


@transaction
def states_of(post: Post, kind: str, of_id: int, now: datetime) -> list[ApprovalRow]:
    """The questions of this person about something that still count, the last ones first: those that have a yes which
    is not used, then those that wait. The yes of somebody who may say none any more has gone with them."""
    mine = [row for row in approvals.of(kind, of_id) if row.asked_by == post.openid and now < row.expires_at]
    said = [row for row in mine if row.answer is Answer.YES and _still_may(row)]
    return said + [row for row in mine if row.answer is Answer.WAITING]


@transaction
def go_alone(row: ApprovalRow, now: datetime) -> None:
    """Whoever asked goes on without an answer, which the question is over by. Refused with second_answered where
    somebody has answered after all."""
    if not approvals.answer(row.id, Answer.ALONE, row.asked_by, now):
        raise Refused("second_answered")


@transaction
def was_refused(post: Post, kind: str, of_id: int, now: datetime) -> bool:
    """Whether somebody has said no to a question about this, whoever asked it, or to one of this person about another
    thing of the kind in the same hall, whose time is not over yet."""
    # The same people stand in many cases: whoever is told no does not come by their names over another one.
    rows = approvals.refused(post.hall_id, now)
    return any(row.kind == kind and (row.of_id == of_id or row.asked_by == post.openid) for row in rows)


@transaction
def last_answer(post: Post, kind: str, of_id: int) -> Answer | None:
    """How the last question of this person about something ended."""
    return next((row.answer for row in approvals.of(kind, of_id) if row.asked_by == post.openid), None)


def _answered(post: Post, code: str, said: Answer, now: datetime) -> Second:
    row, hall = _found(post, code, now)
    if not approvals.answer(row.id, said, post.openid, now):
        raise Refused("second_answered")
    done = _second(row._replace(answer=said), hall, staff.members(hall.id))
    what = "second_yes" if said is Answer.YES else "second_no"
    audit.note(post.actor, what, row.hall_id, now, kind=row.kind, number=done.number)
    staff_notices.second_answered(hall, row.asked_by, row.kind, str(said), done.number, now)
    return done


def _found(post: Post, code: str, now: datetime) -> tuple[ApprovalRow, HallFacts]:
    """To whoever may not answer it there is no such question."""
    row = approvals.with_code(half_width(code).replace(" ", ""))
    hall = halls.by_id(row.hall_id, None) if row else None
    if row is None or hall is None or not post.may(Action.SECOND):
        raise Refused("second_unknown")
    if row.asked_by == post.openid:
        raise Refused("second_own")
    if not _may(post, row, staff.members(row.hall_id)):
        raise Refused("second_unknown")
    if now >= row.expires_at:
        raise Refused("second_over")
    if row.answer is not Answer.WAITING:
        raise Refused("second_alone" if row.answer is Answer.ALONE else "second_answered")
    return row, hall


def _may(post: Post, row: ApprovalRow, members: Sequence[MemberRow]) -> bool:
    if post.role is Role.OPERATOR:
        return all(one.openid == row.asked_by for one in members if one.role == Role.ADMIN)
    return post.hall_id == row.hall_id


def _still_may(row: ApprovalRow) -> bool:
    return any(one.openid == row.answered_by for one in (*_admins(row.hall_id), *staff.members(NO_HALL)))


def _is_open(row: ApprovalRow, now: datetime) -> bool:
    return row.answer is Answer.WAITING and now < row.expires_at


def _admins(hall_id: int) -> list[MemberRow]:
    return [one for one in staff.members(hall_id) if one.role == Role.ADMIN]


def _name(members: Sequence[MemberRow], openid: str) -> str:
    return next((one.name for one in members if one.openid == openid), "")


def _second(row: ApprovalRow, hall: HallFacts, members: Sequence[MemberRow]) -> Second:
    asker, number = _name(members, row.asked_by), _number(row.kind, row.of_id)
    return Second(row.code, hall, row.kind, row.of_id, row.purpose, asker, row.answer, row.expires_at, number)


def _number(kind: str, of_id: int) -> str:
    case = cases.with_id(of_id) if kind == CASE else None
    return case.number if case else ""
