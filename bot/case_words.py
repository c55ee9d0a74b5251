"""通知 CASE in the chat: whom a case's notices reach by what, and what they say; they go out after a yes."""

from bot.links import page
from bot.situation import Answer, Situation
from bot.talking import asked
from bot.words import still_open
from models.rules.notices import Way
from models.rules.refusal import Refused
from models.services.casework import cases, notices
from models.services.posts import Post
from models.tables.cases import CaseRow

MOST_IN_CHAT = 500
"""Contacts; more are not gone through while somebody waits for a reply, but on the page."""


def notify_word(here: Situation, post: Post, rest: str) -> Answer:
    """通知 CASE: how many each way reaches, the words, and whether they are to be sent."""
    hall = cases.hall_of(post)
    if not rest:
        return still_open(here, here.say("notices.chat_how"))
    row = cases.by_number(post, rest)
    if row is None:
        raise Refused("case_unknown")
    way_on = notices_page(here, row, hall.code)
    if no := notices.hindrance(row, hall):
        return still_open(here, f"{here.say(f'refused.{no.code}', **no.details)}\n{way_on}")
    if row.contacts > MOST_IN_CHAT:
        return still_open(here, f"{here.say('notices.chat_many', count=row.contacts)}\n{way_on}")
    plan = notices.plan(post, row.public_id, here.setting.templates, here.now)
    ways = [
        here.say("notices.chat_way", way=here.say(f"notices.way.{way}"), count=plan.ways[way])
        for way in Way
        if plan.ways[way]
    ]
    sent = [here.say("notices.chat_sent", count=plan.fates.total())] if plan.fates else []
    head = here.say("notices.chat", number=row.number, hall=hall.name)
    lines = [head, here.say("notices.candidates"), *ways, *sent]
    if not plan.to_send:
        return still_open(here, "\n".join([*lines, here.say("notices.chat_nobody"), way_on]))
    lines += [here.say("notices.chat_words"), plan.text, way_on]
    talk = here.opening("notify", {"of": hall.id, "case": row.public_id, "key": plan.key})
    return asked(here, talk, *lines)


def notices_page(here: Situation, row: CaseRow, code: str) -> str:
    """The link to the page of a case's notices."""
    return page(here, here.say("notices.chat_open"), f"/hall/{code}/cases/{row.public_id}/notices")
