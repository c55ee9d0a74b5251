"""Forgetting what has had its time: talks that expired, receipts older than any repeat."""

from datetime import datetime, timedelta

from models.services import outbox
from models.tables import conversations, receipts
from models.tables.database import transaction

KEEP_RECEIPTS = timedelta(days=3)
"""Repeats come within half a minute (the platform's own), or after an outage of a proxy; never after days."""


@transaction
def sweep(now: datetime) -> int:
    """Delete expired talks, old receipts and messages of the outbox; gives how many rows."""
    return conversations.forget_expired(now) + receipts.forget_before(now - KEEP_RECEIPTS) + outbox.sweep(now)
