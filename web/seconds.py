"""What waits for a second pair of eyes, in words."""

from models.services import second_eyes
from models.services.second_eyes import Second
from web.language import say


def asks(one: Second) -> str:
    """Who wants what, and what for."""
    if one.kind == second_eyes.CASE:
        return say("names.second.asks", name=one.asker, number=one.number, purpose=one.purpose)
    return say("exports.second.asks", name=one.asker, purpose=one.purpose)


def asks_in_hall(one: Second) -> str:
    """Who wants what in which hall."""
    if one.kind == second_eyes.CASE:
        return say("names.second.operating", hall=one.hall.name, name=one.asker, number=one.number)
    return say("operating.second", hall=one.hall.name, name=one.asker)
