"""Times as the clocks of a hall show them."""

from datetime import datetime
from zoneinfo import ZoneInfo

from models.rules.halls import HallFacts
from web.outside import outside


def moment_words(at: datetime, hall: HallFacts) -> str:
    """09:03; with the day where that is not today: 03-02 09:03."""
    shown = f"{at.astimezone(ZoneInfo(hall.calendar.zone)):%H:%M}"
    day = hall.calendar.hall_day(at)
    return shown if day == hall.calendar.hall_day(outside().clock()) else f"{day:%m-%d} {shown}"
