"""Forgetting what has had its time: answers of talks that expired, replies that nobody asks for again, old receipts."""

import json
from datetime import datetime, timedelta

from models.services import front_desk, limits, looked, outbox, own_requests, photos, staff
from models.services.casework import notices
from models.services.submissions import KEEP as KEEP_FORMS
from models.tables import conversations, desk_acts, receipts, signing_in, submissions
from models.tables.database import transaction
from models.tables.vault import WrongKey

KEEP_SPENT_TALKS = timedelta(hours=1)
"""So long somebody who comes back late is told that their time is over; what they had said is gone by then."""

KEEP_REPLIES = timedelta(minutes=15)
"""The platform repeats a delivery within half a minute. A reply may show what somebody said and never agreed to."""

LOOK_BACK = timedelta(hours=1)
"""How far behind KEEP_REPLIES each sweep looks; once an hour, one looks at everything, for replies that were missed
while no sweep could run."""

KEEP_RECEIPTS = timedelta(days=3)
"""Repeats come within half a minute (the platform's own), or after an outage of a proxy; never after days."""

KEEP_SIGN_INS = timedelta(days=1)
"""So long a page can still say that a sign-in or a session is over, not that there was none."""

MOST_TALKS = 1000


@transaction
def sweep(now: datetime, *, is_first: bool = False) -> int:
    """Forget expired talks, replies, receipts, messages of the outbox, invites, tries, sign-ins, sessions, forms, acts
    of desks, looks and requests at a counter; gives how many rows it touched. `is_first`: after a time in which no
    sweep could run, so that it looks at everything."""
    too_old = now - KEEP_RECEIPTS
    told = now - KEEP_REPLIES
    since = too_old if is_first or now.minute == 0 else told - LOOK_BACK
    return (
        conversations.forget_over_since(now - KEEP_SPENT_TALKS)
        + sum(_spent(*talk) for talk in conversations.expired(now, MOST_TALKS))
        + receipts.forget_before(too_old)
        + receipts.forget_replies(since, told)
        + notices.settle(now)
        + outbox.sweep(now)
        + staff.forget(now)
        + limits.forget(now)
        + photos.forget(now)
        + signing_in.forget(now - KEEP_SIGN_INS)
        + submissions.forget(now - KEEP_FORMS)
        + desk_acts.forget(now - front_desk.KEEP)
        + looked.forget(now)
        + own_requests.forget(now)
    )


def _spent(openid: str, revision: int, state: bytes) -> bool:
    """Take the answers out of an expired talk; whether that was done before somebody went on with it."""
    try:
        left = _without_answers(conversations.open_state(state))
    except (WrongKey, ValueError):
        left = ""
    if not left:
        # Nothing was asked in it, or nobody can read it: there is nothing to tell.
        return conversations.end(openid, revision)
    return conversations.spend(openid, revision, left)


def _without_answers(state: str) -> str:
    """A talk of the same flow and language in which nothing was said; "" for one in which nothing is asked."""
    written = json.loads(state)
    if not written.get("flow"):
        return ""
    # Where they are, so that 签到 begins again at the same hall.
    place = {name: at for name, at in written.get("context", {}).items() if name in ("hall", "door")}
    kept = {name: written[name] for name in ("version", "flow", "language") if name in written}
    return json.dumps({**kept, "context": place, "answers": {}, "waiting": []})
