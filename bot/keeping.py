"""Storing a talk as an answer leaves it."""

from bot.flow import to_text
from bot.situation import TALK_LASTS, Answer, Situation
from models.tables import conversations
from models.tables.conversations import About
from models.tables.database import Raced


def keep(here: Situation, answer: Answer) -> str:
    """Store the talk as the answer leaves it, and give the answer's text; part of a unit of work. Raced when another
    delivery of this person was quicker."""
    row, talk = here.talk_row, answer.talk
    if talk is None or here.says_nothing(talk):
        if row is not None and not conversations.end(here.delivery.openid, row.revision):
            raise Raced
        return answer.text
    about = About(int(talk.context.get("hall", 0)) or None, talk.flow)
    expires_at = here.now + TALK_LASTS
    if row is None:
        conversations.begin(here.delivery.openid, about, to_text(talk), expires_at)
    elif not conversations.go_on(here.delivery.openid, row.revision, about, to_text(talk), expires_at):
        raise Raced
    return answer.text
