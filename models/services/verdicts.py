"""What the platform tells by itself: what became of a message it had taken, and who agrees to which notices."""

from datetime import datetime

from models.tables import outbox
from models.tables.database import transaction
from models.tables.fields import insert
from models.tables.outbox import Verdict

_LONGEST_ID = 32
_LONGEST_TEMPLATE = 64


@transaction
def tell(msgid: str, outcome: str, at: datetime) -> None:
    """Keep what became of a message; the first word stands. It may come before the sender has kept the id."""
    known = Verdict.select(Verdict.msgid).where(Verdict.msgid == msgid).exists()
    if 0 < len(msgid) <= _LONGEST_ID and msgid.isascii() and not known:
        insert(Verdict, msgid=msgid, outcome=outcome, at=at)


@transaction
def tell_notice(openid: str, outcome: str) -> None:
    """Keep what became of the person's longest unjudged subscription notice; it carries no id that we know."""
    outbox.judge_notice(openid, outcome)


@transaction
def consent(openid: str, template_id: str, accepted: bool, at: datetime) -> None:
    """Keep that a person accepted one notice more of a template, or refuses all of them."""
    if not (0 < len(template_id) <= _LONGEST_TEMPLATE and template_id.isascii()):
        return
    if accepted:
        outbox.accept_grant(openid, template_id, at)
    else:
        outbox.refuse_grants(openid, template_id, at)
