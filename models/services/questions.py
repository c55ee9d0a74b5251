"""What somebody has asked of a hall's records, as the address of a page may carry it: sealed, for them alone, not for
long. Addresses are kept in logs and histories, and whom somebody looked for is personal."""

import base64
import binascii
import json
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from models.rules.wanted import By, Exits, Period, Wanted, Who
from models.services.posts import Post
from models.services.searching import Cursor
from models.tables import vault
from models.tables.fields import moment_in, moment_out

LASTS = timedelta(minutes=30)
LONGEST = 2000
"""Letters; whatever is longer is no question."""
_PLACE = b"records.question"


class Question(NamedTuple):
    """What is asked, and after which place its page goes on."""

    wanted: Wanted
    after: Cursor | None = None


def sealed(post: Post, question: Question, now: datetime) -> str:
    """The question in letters, digits, - and _, which open for this post alone and until LASTS has passed."""
    after = [moment_out(question.after.at), question.after.id] if question.after else None
    held = [post.openid, post.hall_id, int((now + LASTS).timestamp()), written(question.wanted), after]
    cipher = vault.current().close(json.dumps(held, ensure_ascii=False), _PLACE)
    return base64.urlsafe_b64encode(cipher).decode().rstrip("=")


def opened(text: str, post: Post, now: datetime) -> Question | None:
    """The question that was sealed; None where it was sealed for somebody else, for another hall, too long ago, or
    never."""
    if not text.isascii() or len(text) > LONGEST:
        return None
    try:
        cipher = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
        held = json.loads(vault.current().open(cipher, _PLACE))
    except (binascii.Error, vault.WrongKey):
        return None
    openid, hall_id, until, wanted, after = held
    if (openid, hall_id) != (post.openid, post.hall_id) or now.timestamp() > until:
        return None
    return Question(read(wanted), Cursor(moment_in(after[0]), after[1]) if after else None)


def written(wanted: Wanted) -> dict[str, Any]:
    """What is asked as JSON has it; `read` reads it again."""
    period = wanted.period
    return {
        "period": [period.first.isoformat(), period.last.isoformat()] if period else None,
        "who": [wanted.who.by, wanted.who.text] if wanted.who else None,
        "matter": wanted.matter,
        "door": wanted.door,
        "exits": wanted.exits,
    }


def read(given: dict[str, Any]) -> Wanted:
    """What `written` wrote."""
    period, who = given["period"], given["who"]
    return Wanted(
        Period(*map(date.fromisoformat, period)) if period else None,
        Who(By(who[0]), who[1]) if who else None,
        given["matter"],
        given["door"],
        Exits(given["exits"]) if given["exits"] else None,
    )
