"""The menu that staff see: changed at the platform by a job, since an answer does not wait for it."""

import logging
from datetime import datetime, timedelta

from models.rules.sending import Result
from models.services.desk import Desk
from models.tables import staff, staff_menus
from models.tables.database import run, transaction

BATCH = 50
CLAIM_LASTS = timedelta(minutes=5)
"""A change that could not be told is tried again after so long, too."""
MOST_TRIES = 300
"""A day of tries: somebody whom the platform does not know by then is not there any more."""

log = logging.getLogger("hallpass.staff_menus")


@transaction
def want(openid: str, now: datetime) -> None:
    """Have this person be shown the menu of staff, or everybody's again, by what they are when it is told; part of the
    unit of work that made them so."""
    staff_menus.want(openid, now)


def tell_due(now: datetime, desk: Desk) -> int:
    """Tell the platform what is due; gives how many were tried. Where the account itself is at fault, or may not have
    such menus, the rest waits."""
    handled = 0
    for change in run(lambda: staff_menus.due(now, BATCH)):
        if desk.is_stopping() or not run(lambda one=change: staff_menus.claim(one, now + CLAIM_LASTS)):  # type: ignore[misc]
            continue
        handled += 1
        is_staff = bool(run(lambda one=change: staff.posts(one.openid)))  # type: ignore[misc]
        outcome = desk.show_staff_menu(change.openid, is_staff)
        if outcome.result in (Result.SENT, Result.CLOSED) or change.tries >= MOST_TRIES:
            run(lambda one=change: staff_menus.done(one))  # type: ignore[misc]
        elif outcome.result is Result.HELD:
            log.warning("the menu of staff cannot be shown: %s", outcome.reason)
            break
    return handled
