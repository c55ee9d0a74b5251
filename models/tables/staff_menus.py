"""Whose menu has to be changed at the platform: of whoever became staff, or is staff no more."""

from datetime import datetime
from typing import NamedTuple

import peewee

from models.tables.database import changed, execute, sql
from models.tables.fields import MomentField, Table, insert, moment_out
from models.tables.openids import OpenidField, openid_in, openid_out


class MenuChange(Table):
    """One row a person, as long as the platform has not been told; `revision` grows with each change of theirs."""

    openid = OpenidField(64, primary_key=True)
    revision = peewee.IntegerField()
    due_at = MomentField(index=True)
    tries = peewee.IntegerField()

    class Meta:
        table_name = "menu_changes"


class ChangeRow(NamedTuple):
    """A change to be told."""

    openid: str
    revision: int
    tries: int


_WANT = sql("UPDATE menu_changes SET revision = revision + 1, due_at = ?, tries = 0 WHERE openid = ?")
_DUE = sql("SELECT openid, revision, tries FROM menu_changes WHERE due_at <= ? ORDER BY due_at LIMIT ?")
_DONE = sql("DELETE FROM menu_changes WHERE openid = ? AND revision = ?")
_LATER = sql("UPDATE menu_changes SET due_at = ?, tries = tries + 1 WHERE openid = ? AND revision = ? AND tries = ?")


def want(openid: str, now: datetime) -> None:
    """Note that the platform has to be told; of two first ones at once the unit of work of one is redone."""
    if changed(_WANT, moment_out(now), openid_out(openid)) == 0:
        insert(MenuChange, openid=openid, revision=1, due_at=now, tries=0)


def due(now: datetime, most: int) -> list[ChangeRow]:
    """What is to be told now, the longest waiting first."""
    return [ChangeRow(openid_in(row[0]), row[1], row[2]) for row in execute(_DUE, moment_out(now), most).fetchall()]


def claim(change: ChangeRow, until: datetime) -> bool:
    """Make the telling ours until then; False where another process has it, or something newer is to be told."""
    return changed(_LATER, moment_out(until), openid_out(change.openid), change.revision, change.tries) == 1


def done(change: ChangeRow) -> None:
    """It is told, unless something newer is to be."""
    changed(_DONE, openid_out(change.openid), change.revision)
