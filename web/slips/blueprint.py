"""The blueprint of paper slips, and what a visit made from one looks like on their pages."""

from flask import Blueprint, render_template, request

from models.rules import masks
from models.rules.halls import HallFacts
from models.rules.slips import numbered
from models.rules.visits import HowOut, is_estimate
from models.services import slip_entry
from models.services.posts import Post
from models.tables.found_visits import FoundVisit
from web.hall_sections import hall_sections
from web.language import say
from web.outside import outside

pages = Blueprint("paper", __name__, url_prefix="/hall/<code>/desk/slips")


@pages.url_defaults
def _this_hall(endpoint: str, values: dict[str, str]) -> None:
    """A link from one of these pages to another one stays in the hall."""
    if request.view_args and "code" in request.view_args:
        values.setdefault("code", request.view_args["code"])


def hall_of(post: Post) -> HallFacts:
    """The hall that the page is of."""
    if post.hall is None:
        raise ValueError("these pages are a hall's")
    return post.hall


def shown(post: Post, template: str, **values: object) -> str:
    """The page, under the name of its hall and with the way to the others."""
    return render_template(
        f"slips/{template}", hall=hall_of(post), sections=hall_sections(post, "desk"), **values
    )  # fmt: skip


def stay_words(visit: FoundVisit, hall: HallFacts) -> str:
    """09:12–10:05; an estimated end is told as one."""
    clock = hall.calendar.clock
    if visit.out_at is None:
        return say("slips.inside", entered=clock(visit.in_at))
    if is_estimate(HowOut(visit.how_out or HowOut.UNKNOWN)):
        left = say("slips.estimated", time=clock(visit.out_at))
    else:
        left = clock(visit.out_at)
    return say("slips.times", entered=clock(visit.in_at), left=left)


def told(key: str, visit: FoundVisit, number: int, hall: HallFacts) -> str:
    """What was done with a slip, the name masked."""
    return say(f"slips.{key}", number=numbered(number), name=masks.mask_name(visit.name), times=stay_words(visit, hall))


def there_words(post: Post, visit: FoundVisit, number: int) -> str:
    """That a slip was entered before, and whose it is, to those who may know."""
    hall = hall_of(post)
    if slip_entry.may_see(post, hall, visit, outside().clock()):
        return told("there", visit, number, hall)
    return say("slips.there_hidden", number=numbered(number))
