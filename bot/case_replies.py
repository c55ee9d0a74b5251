"""What is said of a case in the chat: its number, how many there are, and where they stand; nothing of anybody."""

from datetime import date

from bot.links import page
from bot.situation import Situation
from models.rules.halls import HallFacts
from models.services.casework.cases import Opened


def told(here: Situation, hall: HallFacts, case: Opened) -> str:
    """A case, opened now or before: whom the hall should look at, that they are candidates, and the page of it."""
    lines = [here.say("tracing.opened", hall=hall.name, number=case.number, days=days(here, case.first, case.last))]
    if case.asked_first < case.first:
        lines.append(here.say("tracing.cut", first=case.first))
    lines += _counts(here, case) if case.is_traced else [here.say("tracing.waits")]
    lines.append(here.say("tracing.candidates"))
    lines.append(page(here, here.say("tracing.page"), f"/hall/{hall.code}/cases/{case.public_id}"))
    return "\n".join(lines)


def days(here: Situation, first: date, last: date) -> str:
    """One day, or from which to which."""
    return first.isoformat() if first == last else here.say("tracing.days", first=first, last=last)


def _counts(here: Situation, case: Opened) -> list[str]:
    """Sure and possible contacts apart, without those of whom there are none."""
    if not case.stays:
        return [here.say("tracing.not_there")]
    if not case.contacts:
        return [here.say("tracing.nobody")]
    counts = {
        "certain": case.certain,
        "stated": case.stated,
        "estimated": case.estimated,
        "tail_only": case.tail_only,
        "companions": case.companions,
    }
    head = here.say("tracing.contacts", count=case.contacts)
    return [head, *(here.say(f"tracing.count.{name}", count=count) for name, count in counts.items() if count)]
