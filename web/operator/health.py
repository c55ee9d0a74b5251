"""How the service does, in plain words, and what to do where something is wrong."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import NamedTuple

from flask import render_template, url_for

from models.phrases import has
from models.rules.access import WAITING, Action
from models.services import certification
from models.services import health as healths
from models.services.health import Health
from models.services.posts import Post
from web.access import operator_needs
from web.language import say
from web.operator.blueprint import pages
from web.operator.halls import STATES
from web.outside import outside
from web.said import joined

SILENT = timedelta(days=1)
"""Without a message of anybody: nobody comes at the weekend, but on a working day somebody does."""
WAITS_LONG = timedelta(minutes=30)
MISSED_RUNS = 5
LEAST_LATE = timedelta(minutes=2)
SLOW_SECONDS = 0.5
TO_MEND = ("no_token", "account", "unauthorized", "banned", "daily_quota", "minute_quota", "template", "content", "bug")
"""Why messages do not arrive for which an operator can do something."""


class Item(NamedTuple):
    """One thing that was looked at: its name, how it is, and what to do; `todo` is empty where nothing is to be."""

    what: str
    how: str
    todo: str = ""


@pages.get("/health")
@operator_needs(Action.HEALTH)
def health(post: Post) -> str:
    """What comes in, what goes out, the jobs, the codes, the database."""
    now = outside().clock()
    found = healths.at(now)
    items = [_delivery(found, now), _outbox(found, now), *_undelivered(found), *_jobs(found, now), _codes(found)]
    items += [_database(found), _waiting(found), *_certified(found, now), *_journal(found, now)]
    return render_template(
        "operator/health.html",
        problems=[item for item in items if item.todo],
        items=[item for item in items if not item.todo],
        halls=[(state, found.halls.get(state, 0), url_for("operators.halls", state=state)) for state in STATES],
        at=outside().time(now),
    )


def ago(moment: datetime, now: datetime) -> str:
    """How long ago that was, roughly."""
    seconds = max(0, int((now - moment).total_seconds()))
    for unit, length in (("days", 86400), ("hours", 3600), ("minutes", 60)):
        if seconds >= length:
            return say(f"operating.ago.{unit}", count=seconds // length)
    return say("operating.ago.now")


def _delivery(found: Health, now: datetime) -> Item:
    what = say("operating.health.delivery")
    if found.last_delivery is None:
        return Item(what, say("operating.health.no_delivery"), say("operating.todo.delivery"))
    silent = now - found.last_delivery >= SILENT
    return Item(what, ago(found.last_delivery, now), say("operating.todo.delivery") if silent else "")


def _outbox(found: Health, now: datetime) -> Item:
    what = say("operating.health.outbox")
    if found.outbox_oldest is None:
        return Item(what, say("operating.health.outbox_empty"))
    how = say("operating.health.outbox_waits", count=found.outbox_waiting, ago=ago(found.outbox_oldest, now))
    return Item(what, how, say("operating.todo.outbox") if now - found.outbox_oldest >= WAITS_LONG else "")


def _undelivered(found: Health) -> Iterator[Item]:
    for reason, count in found.undelivered.items():
        why = say(f"undelivered.{reason}") if has(f"undelivered.{reason}") else reason
        todo = say(f"operating.mend.{reason}") if reason in TO_MEND else ""
        yield Item(say("operating.health.undelivered"), say("operating.health.times", why=why, count=count), todo)


def _jobs(found: Health, now: datetime) -> Iterator[Item]:
    """Those that run, one by one; those that do not in one line, as one cause stops them all."""
    still = []
    for name, seconds in outside().job_seconds.items():
        what = say(f"operating.job.{name}") if has(f"operating.job.{name}") else name
        began = found.jobs.get(name)
        how = say("operating.health.never_ran") if began is None else ago(began, now)
        if began is None or now - began > max(LEAST_LATE, timedelta(seconds=seconds * MISSED_RUNS)):
            still.append(say("operating.health.job", what=what, how=how))
        else:
            yield Item(what, how)
    if still:
        names = joined(still)
        yield Item(say("operating.health.jobs"), names, say("operating.todo.jobs"))


def _codes(found: Health) -> Item:
    how = say("operating.health.codes_used", used=f"{found.codes.used:,}", of=f"{found.codes.of:,}")
    todo = [say("operating.todo.codes")] if found.codes.is_much else []
    if found.codes.refused:
        todo.append(say("operating.todo.codes_refused", count=found.codes.refused))
    return Item(say("operating.health.codes"), how, " ".join(todo))


def _database(found: Health) -> Item:
    how = say("operating.health.milliseconds", count=round(found.answer_seconds * 1000, 1))
    is_slow = found.answer_seconds >= SLOW_SECONDS
    return Item(say("operating.health.database"), how, say("operating.todo.database") if is_slow else "")


def _certified(found: Health, now: datetime) -> Iterator[Item]:
    if found.certified_until is not None:
        what, how = say("operating.health.certified"), outside().time(found.certified_until)
        soon = certification.ends_soon(found.certified_until, now)
        yield Item(what, how, say("operating.todo.certified") if soon else "")


def _journal(found: Health, now: datetime) -> Iterator[Item]:
    if found.journal.path is None:
        return
    well = found.journal.is_well(now)
    if not found.journal.may_write:
        how = say("restored.journal_closed")
    else:
        how = say("restored.journal_well") if well else say("restored.journal_waits", count=found.journal.waiting)
    yield Item(say("restored.journal"), how, "" if well else say("restored.journal_todo"))


def _waiting(found: Health) -> Item:
    count = found.halls.get(WAITING, 0)
    how = say("operating.health.halls_wait", count=count)
    return Item(say("operating.health.waiting"), how, say("operating.todo.waiting") if count else "")
