"""The table of jobs, and its hand-over to APScheduler. Any number of processes may run it: slots are claimed."""

import logging
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from types import ModuleType
from typing import Any

from apscheduler.schedulers.background import BackgroundScheduler

from jobs import (
    callers,
    cases,
    codes,
    erasing,
    exports,
    outbox,
    photos,
    remind,
    retention,
    seal,
    sign_out,
    staff_menus,
    sweep,
)
from models.services import job_slots
from models.services.desk import Desk
from models.tables.database import thread_is_done

JOBS: dict[str, ModuleType] = {
    "sign_out": sign_out, "remind": remind, "outbox": outbox, "codes": codes, "staff_menus": staff_menus,
    "photos": photos, "exports": exports, "sweep": sweep, "cases": cases, "seal": seal, "retention": retention,
    "erasing": erasing, "callers": callers,
}  # fmt: skip

LOOK_AGAIN_SECONDS = 5.0
"""The clock may be put back just before it is told by it how long there is nothing to do."""

log = logging.getLogger("hallpass.jobs")


class OnTime(BackgroundScheduler):
    """One that goes on when the machine's clock has been put back: what it planned while the clock was ahead is planned
    anew. Without this every job rests for as long as the clock was ahead."""

    def _process_jobs(self) -> Any:
        now = datetime.now(UTC)
        for job in self.get_jobs():
            if job.next_run_time > now + job.trigger.interval + timedelta(seconds=1):
                job.modify(next_run_time=now)
        seconds = super()._process_jobs()
        return seconds and min(seconds, LOOK_AGAIN_SECONDS)


def scheduler(desk: Desk, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> BackgroundScheduler:
    """A scheduler with every job in it, not yet started."""
    made = OnTime(timezone=UTC)
    for name, job in JOBS.items():
        made.add_job(
            _take_and_run,
            "interval",
            args=(name, job, now, desk),
            id=name,
            seconds=job.PERIOD_SECONDS,
            next_run_time=datetime.now(UTC),
            coalesce=True,
            max_instances=1,
            misfire_grace_time=30,
        )
    return made


def _take_and_run(name: str, job: ModuleType, now: Callable[[], datetime], desk: Desk) -> None:
    """Run a job once if no other process has this slot. A failure is logged by its kind; the next slot tries again."""
    moment = now()
    try:
        if job_slots.take(name, job.PERIOD_SECONDS, moment):
            job.run_once(moment, desk)
    except Exception as error:
        log.error("job %s failed: %s", name, type(error).__name__)
    finally:
        thread_is_done()
