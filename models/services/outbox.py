"""The outbox: messages that are not replies, each written once and sent at most once, by a job.

A message is claimed and its channel chosen in one transaction, sent outside of any, and what came of it is kept in
another. A process that dies in between leaves a claim behind; whether the platform had taken the message nobody can
find out, so it is not sent again, but for template messages, of which the platform itself sends one id once.
"""

import json
import logging
import time
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

from models.rules.notices import KIND
from models.rules.persons import is_in_wechat
from models.rules.sending import (
    HOLD,
    SAME_ID,
    Channel,
    Next,
    NoticeTemplate,
    Outcome,
    Result,
    State,
    after,
)
from models.services import halls
from models.services.casework import reach
from models.services.desk import CodeToSend, Desk, Message
from models.tables import outbox
from models.tables.database import run, transaction
from models.tables.fields import insert
from models.tables.outbox import Claimed, Outgoing, Waiting
from models.tables.vault import WrongKey

BATCH = 100
RUN_SECONDS = 45.0
"""The moment that a run goes by is read once, at its beginning."""
BULK_BATCH = 20
BULK_SECONDS = 9.0
"""So long a run goes on with notices of a case: a reminder that is written meanwhile waits no longer than that and one
more batch. A little less than two periods of the job, so that the next run begins at once."""
MOST_FAILURES = 3
CLAIM_LASTS = timedelta(minutes=3)
"""Longer than a run and its last call: a claim this old belongs to a process that is gone."""
JUDGE_WITHIN = timedelta(hours=1)
"""A verdict that comes before its message's id is kept finds it seconds later."""
ONE_BY_ONE = timedelta(seconds=1)
"""After how long a picture is looked at again whose forerunner another process is sending."""
BROKEN = timedelta(hours=1)
"""How long a message that cannot be read, or whose sending fails unforeseen, is left alone."""
RESTORED = "restored"
"""Why a message was not sent that waited when a backup was made."""
KEEP = timedelta(days=7)
FORGET_WITHIN = timedelta(hours=1)

log = logging.getLogger("hallpass.outbox")


@transaction
def write(
    key: str, kind: str, openid: str, text: str, values: Mapping[str, str], now: datetime, expires_at: datetime,
    hall_id: int | None = None, visit_id: int | None = None, code_url: str | None = None, caption: str = "",
    only: Channel | None = None,
) -> None:  # fmt: skip
    """Put a message into the outbox. `key` must be new; `values` are what templates are filled with. After
    `expires_at` it is of no use any more and is given up; so it is once the visit it is about has ended.

    With `code_url`, in the chat a picture of this code goes out in place of the text, with the caption under it; those
    of one person follow one another in the order in which they were written. `only`: by this channel and no other.
    ValueError for a browser's person, whom the account cannot write to."""
    if not is_in_wechat(openid):
        raise ValueError("a browser gets no messages")
    content: dict[str, object] = {"text": text, "values": dict(values)}
    if code_url is not None:
        content["code"] = {"url": code_url, "caption": caption}
    insert(
        Outgoing,
        key=key,
        kind=kind,
        hall_id=hall_id,
        visit_id=visit_id,
        openid=openid,
        content=json.dumps(content, ensure_ascii=False),
        state=State.WAITING,
        closed=",".join(one for one in Channel if only not in (None, one)),
        tries=0,
        created_at=now,
        due_at=now,
        expires_at=expires_at,
    )


def send_due(now: datetime, desk: Desk) -> int:
    """Send what is due, each message in transactions of its own; gives how many were handled.

    A run ends early after RUN_SECONDS, when the process is to stop, after MOST_FAILURES in a row, and where the account
    itself is at fault, since every other message would fail alike; what is left waits for the next one."""
    handled = failures = 0
    paused: dict[tuple[Channel, bool], Outcome] = {}
    ends = time.monotonic() + RUN_SECONDS
    for ids in _batches(now):
        for row_id in ids:
            if desk.is_stopping() or time.monotonic() > ends:
                return handled
            claimed = _claimed(row_id, now, desk)
            handled += 1
            if claimed is None:
                continue
            channel, message = Channel(claimed.channel), _message(claimed, desk)
            # Pictures are uploaded first, and what is used up there says nothing of texts.
            way = (channel, message.code is not None)
            outcome = paused.get(way) or desk.send(channel, message)
            _settle(claimed, outcome, now, desk)
            if outcome.pause:
                paused[way] = outcome
            failures = failures + 1 if outcome.result in (Result.AGAIN, Result.UNKNOWN) and not outcome.pause else 0
            if outcome.result is Result.HELD:
                run(lambda: outbox.hold(now + HOLD, now))
                return handled
            if failures == MOST_FAILURES:
                return handled
    return handled


def _batches(now: datetime) -> Iterator[list[int]]:
    """What is due: notices of cases when nothing else is, and of those no more than a run's part, since what was
    written meanwhile is due for the next run only."""
    while ids := run(lambda: outbox.due(now, BATCH)):
        yield ids
        if len(ids) < BATCH:
            break
    ends = time.monotonic() + BULK_SECONDS
    while ids := run(lambda: outbox.due(now, BULK_BATCH, of_cases=True)):
        yield ids
        if len(ids) < BULK_BATCH or time.monotonic() > ends:
            return


def _claimed(row_id: int, now: datetime, desk: Desk) -> Claimed | None:
    """The message if it is now ours to send. One that cannot be read is left for an hour and stops no other."""
    try:
        return run(lambda: _claim(row_id, now, desk))
    except (WrongKey, ValueError) as error:
        log.error("message %d cannot be read: %s", row_id, type(error).__name__)
        run(lambda: outbox.postpone(row_id, now + BROKEN))
        return None


def _claim(row_id: int, now: datetime, desk: Desk) -> Claimed | None:
    """Choose the channel and claim the message, or give it up where nothing is left to try."""
    message = outbox.waiting(row_id)
    if message is None:
        return None
    if message.visit_is_over:
        outbox.end(row_id, State.DROPPED, "visit_over")
        return None
    if message.kind == KIND and not _may_still_tell(message):
        outbox.end(row_id, State.GIVEN_UP, "hall_closed")
        return None
    if message.unsure_since is not None and now > min(message.unsure_since + SAME_ID, message.expires_at):
        # Whoever was to try again came too late: a repeat might be a second message.
        outbox.end(row_id, State.UNKNOWN, "outcome_unknown")
        return None
    if message.expires_at <= now:
        outbox.end(row_id, State.GIVEN_UP, message.reason or "expired")
        return None
    channel = Channel.TEMPLATE if message.unsure_since is not None else _channel(message, now, desk)
    if channel is None:
        outbox.end(row_id, State.GIVEN_UP, message.reason or "no_window")
        return None
    content = outbox.content_of(message)
    if "code" in json.loads(content):
        forerunner_due = outbox.forerunner_due(message)
        if forerunner_due is not None:
            outbox.postpone(row_id, max(forerunner_due, now + ONE_BY_ONE))
            return None
    return outbox.claim(message, content, channel, now)


def _may_still_tell(message: Waiting) -> bool:
    """Whether the hall that a notice of a case is of may still send any; one that was suspended meanwhile may not. Of
    what may be with the platform already the outcome is found out all the same."""
    hall = halls.by_id(message.hall_id, None) if message.hall_id is not None else None
    return message.unsure_since is not None or hall is None or hall.is_open_for_visitors


def _channel(message: Waiting, now: datetime, desk: Desk) -> Channel | None:
    """The best channel that is still open to this person."""
    person = reach.of([message.openid], now)[message.openid]
    return person.best(message.kind, desk.templates, now, message.closed)


def _message(claimed: Claimed, desk: Desk) -> Message:
    content = json.loads(claimed.content)
    template = desk.templates.get((claimed.kind, Channel(claimed.channel)))
    code = CodeToSend(**content["code"]) if "code" in content else None
    return Message(claimed.key, claimed.openid, content["text"], content["values"], template, code)


def _settle(claimed: Claimed, outcome: Outcome, now: datetime, desk: Desk) -> None:
    channel = Channel(claimed.channel)
    then = after(
        outcome, channel, tries=claimed.tries, unsure_since=claimed.unsure_since, closed=claimed.closed, now=now
    )
    sent_at = now if then.state in (State.SENT, State.UNKNOWN) else None

    def keep() -> None:
        is_ours = outbox.settle(
            claimed.id, claimed.tries, then.state, then.due_at, then.reason, then.closed, outcome.msgid, sent_at,
            then.unsure_since,
        )  # fmt: skip
        if not is_ours:
            log.error("message %d was taken for lost while it was sent: %s", claimed.id, outcome.result)
        template = desk.templates.get((claimed.kind, channel))
        if channel is Channel.SUBSCRIPTION and template is not None:
            _account_for(template, claimed.openid, outcome, now)

    run(keep)
    if outcome.result in (Result.HELD, Result.UNKNOWN):
        log.error("message %d was not sent: %s", claimed.id, outcome.reason)


def _account_for(template: NoticeTemplate, openid: str, outcome: Outcome, now: datetime) -> None:
    """A notice that was sent uses up a consent, unless it is a long-term one; a refusal says that there is none."""
    if outcome.result is Result.SENT and not template.long_term:
        outbox.spend_grant(openid, template.template_id)
    elif outcome.reason == "refused":
        outbox.refuse_grants(openid, template.template_id, now)


def free_lost(now: datetime) -> int:
    """Look after claims of processes that died: what may have been sent is not sent again."""
    lost = run(lambda: outbox.lost(now - CLAIM_LASTS, BATCH))
    for row_id, channel, tries, unsure_since, closed in lost:
        then = after(
            Outcome(Result.UNKNOWN, "process_died"),
            Channel(channel),
            tries=tries,
            unsure_since=unsure_since,
            closed=closed,
            now=now,
        )
        run(lambda row=(row_id, tries), to=then: _put_back(row, to, now))  # type: ignore[misc]
    return len(lost)


def _put_back(row: tuple[int, int], then: Next, now: datetime) -> None:
    sent_at = now if then.state is State.UNKNOWN else None
    outbox.settle(
        *row, then.state, then.due_at, then.reason, then.closed, sent_at=sent_at, unsure_since=then.unsure_since
    )


def judge(now: datetime) -> int:
    """Put what the platform told of messages to them; gives how many."""
    return run(lambda: outbox.judge(now - JUDGE_WITHIN, BATCH))


@transaction
def give_up_restored() -> int:
    """Send nothing again of what waited when a backup was made that is restored now; gives how many messages.

    That holds for every kind, as each of them is written in the minute in which it is to go out: what waited then was
    most likely sent a moment later, and nobody can find out. A notice of a case stands as one that may have arrived, so
    its contact is called; a reminder, a reply to a photo, the codes of a hall and what staff are told of are asked for
    again, or come again by themselves where they are still of use."""
    return outbox.give_up_all(State.UNKNOWN, RESTORED)


@transaction
def forget_texts(kind: str, before: datetime) -> int:
    """Forget what the messages of a kind said that were written until then; gives how many rows. It looks at the last
    hour, and in the first minute of each hour at everything, for those that were missed while no sweep could run."""
    return outbox.forget_texts(kind, before - (KEEP if before.minute == 0 else FORGET_WITHIN), before)


@transaction
def sweep(now: datetime) -> int:
    """Forget what was sent long ago; gives how many rows."""
    return outbox.purge(now - KEEP)
