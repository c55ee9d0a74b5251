"""What a hall has set, on one page, with the way to change each."""

from flask import Blueprint, url_for
from flask.typing import ResponseReturnValue

from models.rules.access import Action
from models.rules.day_exceptions import say_exceptions
from models.rules.halls import HallFacts
from models.services.posts import Post
from web.access import needs
from web.admin import asked, basics, capacity, hours, privacy, tracing
from web.admin.showing import Facts, hall_of, now, shown
from web.language import asked_language, say
from web.said import matter_words

pages = Blueprint("settings", __name__)


@pages.get("/settings")
@needs(Action.SETTINGS)
def overview(post: Post) -> ResponseReturnValue:
    """All of it."""
    hall = hall_of(post)
    parts = [
        (say(f"admin.settings.{name}"), facts, url_for(endpoint))
        for name, facts, endpoint in (
            ("basics", basics.current(hall), "admins.basics.edit"),
            ("region", basics.current_region(hall), "admins.basics.region"),
            ("hours", hours.current(hall), "admins.hours.edit"),
            ("days", _days(hall), "admins.hours.days"),
            ("capacity", capacity.current(hall), "admins.capacity.edit"),
            ("matters", [("", matter_words(list(hall.matters)))], "admins.matters.listed"),
            ("fields", asked.current(hall), "admins.asked.edit"),
            ("temperature", asked.current_temperature(hall), "admins.asked.temperature"),
            ("privacy", privacy.current(hall), "admins.privacy.edit"),
            ("tracing", tracing.current(hall), "admins.tracing.edit"),
            ("notice", privacy.current_notice(hall), "admins.privacy.notice"),
        )
    ]
    return shown(post, "settings.html", "settings", parts=parts)


def _days(hall: HallFacts) -> Facts:
    """The exceptions that are still to come."""
    today = hall.calendar.hall_day(now())
    ahead = {day: sessions for day, sessions in hall.calendar.exceptions.items() if day >= today}
    return [("", say_exceptions(ahead, asked_language()) or say("admin.no_days"))]
