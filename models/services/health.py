"""How the service does, for operators: whether messages come in, go out, and jobs run."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from models.services import codes
from models.services.codes import Usage
from models.tables import housekeeping, outbox, receipts
from models.tables.database import transaction


@dataclass(frozen=True)
class Health:
    """last_delivery: when the platform last sent something, as far as receipts are kept. outbox_oldest: when the
    message that waits longest was written. jobs: when each one last began, by name; one that never ran is missing."""

    last_delivery: datetime | None
    outbox_waiting: int
    outbox_oldest: datetime | None
    jobs: Mapping[str, datetime]
    codes: Usage


@transaction
def now() -> Health:
    """The health of the service at this moment; whether a value is a worry is for the reader to say."""
    waiting, oldest = outbox.backlog()
    return Health(receipts.latest(), waiting, oldest, housekeeping.last_runs(), codes.usage())
