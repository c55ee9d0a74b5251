"""谁看过我: what staff opened of somebody's data is noted, so that the person can be told; never which of the staff."""

from datetime import date, datetime
from enum import StrEnum

from models.services.posts import Post
from models.tables.database import transaction
from models.tables.fields import insert
from models.tables.looks import Look


class What(StrEnum):
    """What was opened."""

    RECORD = "record"
    """A record, whole."""
    CASE = "case"
    """The names of a case's contacts."""
    STEP = "step"
    """The contacts of a contact."""
    SHEET = "sheet"
    """The sheet of people to call."""
    NOTICE = "notice"
    """Messages were sent to contacts."""
    COPY = "copy"
    """A full workbook: of a case, or of all visits of some days."""


@transaction
def note(
    post: Post, what: str, why: str, now: datetime, *, words: str = "", visit_id: int | None = None,
    case_id: int | None = None, first: date | None = None, last: date | None = None,
) -> None:  # fmt: skip
    """Add a look; part of the unit of work that opens the data. `what`: one of What; `why`: a code, ASCII, at most 24
    characters; `words`: what was said beside it, at most 200 characters. Whose data it was: that of a visit, of
    everybody in a case, or of everybody who was in the hall of the post on hall days `first` to `last`. ValueError
    where that is not said, or `what` is nothing of the kind."""
    if (visit_id is None) + (case_id is None) + (first is None or last is None) != 2:
        raise ValueError("a look is at a visit, a case or some days")
    insert(
        Look, at=now, hall_id=post.hall_id, role=post.role, what=What(what), why=why, words=words or None,
        visit_id=visit_id, case_id=case_id, first=first, last=last,
    )  # fmt: skip
