"""What was done at the desk, kept for some minutes with all that it takes to undo it."""

import json
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from models.rules.access import Action
from models.services import audit
from models.services.posts import Post
from models.tables import desk_acts
from models.tables.database import transaction
from models.tables.desk_acts import DeskAct, DeskActRow
from models.tables.fields import insert

UNDO_LASTS = timedelta(minutes=10)
KEEP = timedelta(days=1)
"""An act is kept so long after it, to tell whoever presses twice."""
MOST_SHOWN = 20
PUBLIC_ID_BYTES = 9


class Kind(StrEnum):
    """What was done."""

    REGISTERED = "registered"
    SIGNED_OUT = "signed_out"
    SWEPT = "swept"
    CORRECTED = "corrected"
    """An exit or a temperature of a visit of today."""
    AMENDED = "amended"
    """Anything else about a visit; not for those who may not look at records."""


_NEEDED = {Kind.AMENDED: Action.RECORDS}


def may_undo(post: Post, kind: Kind) -> bool:
    """Whether somebody of this post may know of such an act, and undo it."""
    return post.may(Action.DESK) and post.may(_NEEDED.get(kind, Action.DESK))


@dataclass(frozen=True)
class Ends:
    """Visits whose exit became this one, from another that was the same for all of them; None: they were open."""

    visit_ids: tuple[int, ...]
    out_at: datetime
    how_out: str
    earlier: tuple[datetime, str] | None = None

    def written(self) -> dict[str, Any]:
        """As JSON holds it."""
        earlier = [self.earlier[0].isoformat(), self.earlier[1]] if self.earlier else None
        return {"ids": self.visit_ids, "out_at": self.out_at.isoformat(), "how_out": self.how_out, "earlier": earlier}

    @classmethod
    def read(cls, kept: dict[str, Any]) -> "Ends":
        """What `written` wrote."""
        earlier = kept["earlier"]
        return cls(
            tuple(kept["ids"]), datetime.fromisoformat(kept["out_at"]), kept["how_out"],
            (datetime.fromisoformat(earlier[0]), earlier[1]) if earlier else None,
        )  # fmt: skip


@dataclass(frozen=True)
class Detail:
    """What an act did: exits of visits, a visit that it made, an amendment."""

    ends: tuple[Ends, ...] = ()
    made: int | None = None
    amendment: int | None = None
    about: int | None = None
    """The visit, where the act was about one."""

    def written(self) -> str:
        """JSON without anything personal."""
        return json.dumps(
            {
                "ends": [one.written() for one in self.ends], "made": self.made, "amendment": self.amendment,
                "about": self.about,
            }
        )  # fmt: skip

    @classmethod
    def read(cls, text: str) -> "Detail":
        """What `written` wrote."""
        kept = json.loads(text)
        ends = tuple(Ends.read(one) for one in kept["ends"])
        return cls(ends, kept["made"], kept["amendment"], kept["about"])


def keep(post: Post, kind: Kind, count: int, detail: Detail, now: datetime) -> str:
    """Keep an act, as part of the unit of work that does it; gives its public id."""
    public_id = secrets.token_urlsafe(PUBLIC_ID_BYTES)
    insert(
        DeskAct, public_id=public_id, hall_id=post.hall_id, actor=audit.hash_of(post.openid), at=now, kind=kind,
        count=count, detail=detail.written(),
    )  # fmt: skip
    return public_id


@dataclass(frozen=True)
class RecentAct:
    """Something that was done in the last minutes. `name` is whole, of the one that it was about ("" for several, or
    where the visit is gone); `until`: so long it may be undone, None where it is undone."""

    public_id: str
    at: datetime
    kind: Kind
    count: int
    name: str
    until: datetime | None


@transaction
def recent_acts(post: Post, now: datetime) -> list[RecentAct]:
    """What was done at the desk of this post's hall, by anybody, and may still be undone or just was; the last first.
    Empty for somebody who may not work there."""
    if not post.may(Action.DESK):
        return []
    rows = desk_acts.since(post.hall_id, now - UNDO_LASTS, MOST_SHOWN)
    shown = [row for row in rows if may_undo(post, Kind(row.kind))]
    names = desk_acts.names_of(_about(shown))
    return [_recent(row, names) for row in shown]


def _about(rows: Iterable[DeskActRow]) -> list[int]:
    return [about for row in rows if (about := Detail.read(row.detail).about) is not None]


def _recent(row: DeskActRow, names: dict[int, str]) -> RecentAct:
    name = names.get(Detail.read(row.detail).about or 0, "")
    until = row.at + UNDO_LASTS if row.undone_at is None else None
    return RecentAct(row.public_id, row.at, Kind(row.kind), row.people, name, until)
