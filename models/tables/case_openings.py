"""Openings of a case's names: to which session, and until when."""

from datetime import datetime
from typing import Any, NamedTuple

from models.tables.cases import CaseOpening
from models.tables.database import execute, one, sql
from models.tables.fields import insert, moment_in, moment_out
from models.tables.openids import openid_in, openid_out


class Opening(NamedTuple):
    """An opening as it was made; `way` as in cases.CaseOpening."""

    openid: str
    way: str
    reason: str
    at: datetime
    until: datetime


_OPEN = sql(
    "SELECT openid, way, reason, at, until FROM case_openings"
    " WHERE case_id = ? AND session_id = ? AND until > ? AND openid = ? ORDER BY until DESC LIMIT 1"
)
_OF_CASE = sql("SELECT openid, way, reason, at, until FROM case_openings WHERE case_id = ? ORDER BY id DESC LIMIT ?")


def current(case_id: int, openid: str, session_id: str, now: datetime) -> Opening | None:
    """The opening by which this session of this person sees the names now."""
    row = one(_OPEN, case_id, session_id.encode("utf-8", "replace"), moment_out(now), openid_out(openid))
    return None if row is None else _opening(row)


def add(case_id: int, openid: str, session_id: str, way: str, reason: str, now: datetime, until: datetime,
    approval_id: int | None) -> None:  # fmt: skip
    """Note an opening."""
    insert(
        CaseOpening, case_id=case_id, openid=openid, session_id=session_id, way=way, reason=reason,
        approval_id=approval_id, at=now, until=until,
    )  # fmt: skip


def of_case(case_id: int, most: int) -> list[Opening]:
    """The last openings of a case, the latest first."""
    return [_opening(row) for row in execute(_OF_CASE, case_id, most).fetchall()]


def _opening(row: tuple[Any, ...]) -> Opening:
    reason = CaseOpening.reason.opened(row[2]) or ""
    return Opening(openid_in(row[0]), _text(row[1]), reason, moment_in(row[3]), moment_in(row[4]))


def _text(value: Any) -> str:
    return bytes(value).decode()
