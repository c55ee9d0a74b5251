"""您离开了吗？ – asked before a visit is closed by the clock, so that fewer exits have to be guessed."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from models.phrases import say
from models.rules.halls import HallFacts
from models.services import halls, outbox, people
from models.tables import visits
from models.tables.database import run
from models.tables.visits import Remindable

KIND = "remind"
BEFORE = timedelta(minutes=20)
"""How long before the visit would be closed."""
NOT_WITHIN = timedelta(minutes=30)
"""Somebody who has only just come in is not asked whether they have left."""
BATCH = 50


def write_due(now: datetime) -> int:
    """Put a reminder into the outbox for each visit that is about to be closed, once; gives how many.

    Two processes at once: the message's key is unique, so the second one's unit starts again and finds it written.
    """
    written = 0
    while True:
        count = run(lambda: _write_some(now))
        written += count
        if count < BATCH:
            return written


def _write_some(now: datetime) -> int:
    found = [
        (visit, hall)
        for visit in visits.remindable(KIND, now, now + BEFORE, now - NOT_WITHIN, BATCH)
        if (hall := halls.by_id(visit.hall_id, None))
    ]
    for visit, hall in found:
        _write(visit, hall, now)
    return len(found)


def _write(visit: Remindable, hall: HallFacts, now: datetime) -> None:
    language = people.language_in(visit.facts)
    zone = ZoneInfo(hall.calendar.zone)
    values = {
        "hall": hall.name,
        "entered": f"{visit.in_at.astimezone(zone):%Y-%m-%d %H:%M}",
        "closing": f"{visit.due_at.astimezone(zone):%Y-%m-%d %H:%M}",
    }
    text = say(language, "reminder.text", hall=hall.name, time=f"{visit.due_at.astimezone(zone):%H:%M}")
    outbox.write(
        f"{KIND}:{visit.id}", KIND, visit.openid, text, values, now, visit.due_at, hall_id=hall.id, visit_id=visit.id
    )
