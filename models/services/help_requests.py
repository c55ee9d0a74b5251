"""人工帮忙: a line with door and time, no name, where staff see it."""

from datetime import datetime, timedelta

from models.rules.halls import HallFacts
from models.tables.database import transaction
from models.tables.door import HelpRequest
from models.tables.fields import insert

SAME_CALL = timedelta(minutes=2)
"""Somebody who calls twice in so short a time means the same thing."""


@transaction
def ask(hall: HallFacts, door: int, at: datetime) -> None:
    """Note that somebody at this door wants a person."""
    waiting = HelpRequest.select(HelpRequest.id).where(
        HelpRequest.hall_id == hall.id,
        HelpRequest.door == door,
        HelpRequest.done_at.is_null(),
        HelpRequest.asked_at > at - SAME_CALL,
    )
    if not waiting.exists():
        insert(HelpRequest, hall_id=hall.id, door=door, asked_at=at)
