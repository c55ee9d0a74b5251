"""Which process runs a job in which slot of time: any number may try, one gets it."""

from datetime import datetime

from models.tables.database import transaction
from models.tables.fields import insert
from models.tables.housekeeping import JobRun


@transaction
def take(name: str, period_seconds: int, now: datetime) -> bool:
    """Take the slot that `now` lies in; False if a process has it already.

    Two that try at once: the unique key makes the second one's unit start again, and it sees the first one's row.
    """
    slot = int(now.timestamp()) // period_seconds
    if JobRun.select(JobRun.id).where(JobRun.name == name, JobRun.slot == slot).exists():
        return False
    JobRun.delete().where(JobRun.name == name, JobRun.slot < slot - 1).execute()
    insert(JobRun, name=name, slot=slot, started_at=now)
    return True
