"""How the service does, for operators: whether messages come in, go out, and jobs run."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from models.services import certification, codes, erasure_journal
from models.services.codes import Usage
from models.services.erasure_journal import Standing
from models.tables import halls, housekeeping, outbox, receipts
from models.tables.database import execute, sql, transaction

_ANSWER = sql("SELECT 1")


@dataclass(frozen=True)
class Health:
    """last_delivery: when the platform last sent something, as far as receipts are kept. outbox_oldest: when the
    message that waits longest was written. undelivered: why messages of the last day did not arrive, and how often.
    jobs: when each one last began, by name; one that never ran is missing. halls: how many there are in each state that
    any is in. answer_seconds: how long the database took for a question that needs no table.
    certified_until: None where the platform has not told. journal: of what people have had erased."""

    last_delivery: datetime | None
    outbox_waiting: int
    outbox_oldest: datetime | None
    undelivered: Mapping[str, int]
    jobs: Mapping[str, datetime]
    codes: Usage
    halls: Mapping[str, int]
    answer_seconds: float
    certified_until: datetime | None = None
    journal: Standing = field(default_factory=Standing)


@transaction
def at(now: datetime) -> Health:
    """The health of the service at this moment; whether a value is a worry is for the reader to say."""
    began = time.monotonic()
    execute(_ANSWER).fetchone()
    took = time.monotonic() - began
    waiting, oldest = outbox.backlog()
    return Health(
        receipts.latest(),
        waiting,
        oldest,
        outbox.troubles(now - timedelta(days=1)),
        housekeeping.last_runs(),
        codes.usage(),
        halls.states(),
        took,
        certification.ends_at(),
        erasure_journal.standing(),
    )
