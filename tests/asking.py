"""本人申请 as tests make it: somebody at a counter with their papers, and the clerk who looks them up."""

from datetime import datetime
from typing import Any

from models.rules.halls import HallFacts
from models.rules.own_requests import Asker, Document
from models.services import own_requests
from models.services.own_requests import Asked, Kept
from tests.service import MONDAY_9
from tests.staffed import post
from tests.visited import NUMBER

SESSION = "a-browser"
CHILD = "110105201203030044"
"""Of somebody who turns fourteen on the day after MONDAY_9."""


def asked(**said: Any) -> Asked:
    """What a clerk fills in of 张三, who has come with their card."""
    usual = {"asker": Asker.SELF, "document": Document.ID_CARD, "has_seen": True, "name": "张三", "id_number": NUMBER}
    return Asked(**{**usual, **said})


def asks(
    hall: HallFacts, who: str = "Admin", *, now: datetime = MONDAY_9, session: str = SESSION, **said: Any
) -> str | None:
    """The request by which a clerk is shown what is kept; None where nothing is."""
    return own_requests.ask(post(hall, who), asked(**said), session, now)


def kept(hall: HallFacts, *, now: datetime = MONDAY_9, **said: Any) -> Kept:
    """What a clerk is shown."""
    public_id = asks(hall, now=now, **said)
    assert public_id is not None
    found = own_requests.kept(post(hall), public_id, SESSION, now)
    assert found is not None
    return found
