"""Second pairs of eyes: somebody asks for what takes two, and another one says yes or no."""

from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple

import peewee

from models.tables.database import changed, execute, one, sql
from models.tables.fields import AsciiField, MomentField, SecretField, Table, moment_in, moment_out
from models.tables.openids import OpenidField, openid_in, openid_out


class Answer(StrEnum):
    """What became of a question; one that is over stays WAITING or YES."""

    WAITING = "waiting"
    YES = "yes"
    NO = "no"
    USED = "used"
    """The yes has served for what it was asked for."""
    ALONE = "alone"
    """Nobody had answered in time, and whoever asked went on alone."""


class Approval(Table):
    """`code` is what another one says yes to; `kind` and `of_id` say to what: an export or a case by its id."""

    code = AsciiField(8, unique=True)
    hall_id = peewee.IntegerField()
    kind = AsciiField(12)
    of_id = peewee.IntegerField()
    purpose = SecretField(700)
    asked_by = OpenidField(64)
    answer = AsciiField(8)
    asked_at = MomentField()
    expires_at = MomentField(index=True)
    answered_by = OpenidField(64, null=True)
    answered_at = MomentField(null=True)

    class Meta:
        table_name = "approvals"
        indexes = (
            (("hall_id", "expires_at"), False),  # what waits in a hall
            (("kind", "of_id"), False),  # what was asked about one thing
        )


class ApprovalRow(NamedTuple):
    """A question as it stands."""

    id: int
    code: str
    hall_id: int
    kind: str
    of_id: int
    purpose: str
    asked_by: str
    answer: Answer
    asked_at: datetime
    expires_at: datetime
    answered_by: str | None


_COLUMNS = "SELECT " + ", ".join(ApprovalRow._fields) + " FROM approvals"
_WITH_CODE = sql(f"{_COLUMNS} WHERE code = ?")
_OF = sql(f"{_COLUMNS} WHERE kind = ? AND of_id = ? ORDER BY id DESC")
_IN_HALL = sql(f"{_COLUMNS} WHERE hall_id = ? AND expires_at > ? AND answer = ? ORDER BY id")
_ANYWHERE = sql(f"{_COLUMNS} WHERE expires_at > ? AND answer = ? ORDER BY expires_at, id LIMIT ?")
_ANSWER = sql("UPDATE approvals SET answer = ?, answered_by = ?, answered_at = ? WHERE id = ? AND answer = ?")
_ANSWERED_BY = sql("SELECT answered_by FROM approvals WHERE id = ?")
_USE = sql("UPDATE approvals SET answer = ? WHERE id = ? AND answer = ? AND expires_at > ?")


def with_code(code: str) -> ApprovalRow | None:
    """The question with this code."""
    row = one(_WITH_CODE, code.encode("utf-8", "replace"))
    return None if row is None else _row(row)


def of(kind: str, of_id: int) -> list[ApprovalRow]:
    """What was asked about one thing, the last question first."""
    return [_row(row) for row in execute(_OF, kind.encode(), of_id).fetchall()]


def waiting(hall_id: int, now: datetime) -> list[ApprovalRow]:
    """What waits for an answer in a hall, the longest waiting first."""
    return [_row(row) for row in execute(_IN_HALL, hall_id, moment_out(now), Answer.WAITING.encode()).fetchall()]


def refused(hall_id: int, now: datetime) -> list[ApprovalRow]:
    """What somebody has said no to in a hall, as long as the question would have lasted."""
    return [_row(row) for row in execute(_IN_HALL, hall_id, moment_out(now), Answer.NO.encode()).fetchall()]


def waiting_anywhere(now: datetime, most: int) -> list[ApprovalRow]:
    """What waits for an answer in any hall, the longest waiting first."""
    return [_row(row) for row in execute(_ANYWHERE, moment_out(now), Answer.WAITING.encode(), most).fetchall()]


def answer(approval_id: int, said: Answer, openid: str, now: datetime) -> bool:
    """Keep a yes or a no; False where somebody has answered already."""
    values = (said.encode(), openid_out(openid), moment_out(now))
    return changed(_ANSWER, *values, approval_id, Answer.WAITING.encode()) == 1


def answered_by(approval_id: int) -> str | None:
    """Who answered a question."""
    row = one(_ANSWERED_BY, approval_id)
    return None if row is None or row[0] is None else openid_in(row[0])


def use(approval_id: int, now: datetime) -> bool:
    """Spend a yes; False where it is spent or over."""
    return changed(_USE, Answer.USED.encode(), approval_id, Answer.YES.encode(), moment_out(now)) == 1


def _row(row: tuple[Any, ...]) -> ApprovalRow:
    return ApprovalRow(
        row[0], _text(row[1]), row[2], _text(row[3]), row[4],
        Approval.purpose.shown(row[5]), openid_in(row[6]), Answer(_text(row[7])),
        moment_in(row[8]), moment_in(row[9]), None if row[10] is None else openid_in(row[10]),
    )  # fmt: skip


def _text(value: Any) -> str:
    return bytes(value).decode()
