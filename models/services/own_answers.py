"""What is done for whoever asks at a counter: erasing, and the paper that tells what was done."""

import json
from dataclasses import dataclass
from datetime import date, datetime

from models.rules.erasure_lines import What
from models.services import audit, erasing, erasure_journal
from models.services.erasing import Erased
from models.services.front_desk.correcting import EXIT
from models.services.own_requests import KEEP, opened
from models.services.posts import Post
from models.services.searching import hall_of
from models.tables import amendments, erasures, journal, own_requests, turns, visits
from models.tables.database import Raced, transaction
from models.tables.erasures import FEVER, VISIT
from models.tables.own_requests import OwnRequestRow


@dataclass(frozen=True)
class Done:
    """What came of erasing: of stays, `companions` of them of those who came along, and how many fevers: those that
    staff have seen to at once, the others then."""

    stays: Erased
    fevers: int = 0
    companions: int = 0

    @property
    def count(self) -> int:
        """All of it."""
        return self.stays.count + self.fevers


@transaction
def to_erase(post: Post, public_id: str, session: str, now: datetime) -> Done | None:
    """What `erase` would come to; None as `kept`. Refused as `erase`."""
    row = opened(post, public_id, session, now)
    if row is None:
        return None
    own = _visits_left(row)
    would = erasing.preview(own, now)
    return Done(would, len(_fevers_left(row)), would.count - len(own))


@transaction
def erase(post: Post, public_id: str, session: str, now: datetime) -> Done | None:
    """Take out of the visits of a request, of those who came along with them, and of its fevers who it was (erasing);
    it cannot be undone, and is noted. Of two clerks at once one does it, and the other has nothing left to erase; a
    request that was answered so already is told what came of it then. None as `kept`.

    Refused with not_yours, and with erase_inside where one of them is still inside.
    """
    row = opened(post, public_id, session, now)
    if row is None:
        return None
    if row.outcome is not None:
        return _read(row.outcome)
    erasing.preview(_visits_left(row), now)
    turns.take_of_holds([hall_of(post).id])
    own_requests.hold(row.visits)
    # Read once they are held, so that what another clerk just erased is seen.
    fevers, own = _fevers_left(row), _visits_left(row)
    erased = erasing.erase_visits(own, now)
    done = Done(erased, len(fevers), erased.count - len(own))
    erasing.erase_fevers_with(fevers, now)
    if not own_requests.set_erased(row.id, now, _written(done)):
        raise Raced
    erasure_journal.note(What.VISITS, journal.names_of_visits(own), now)
    erasure_journal.note(What.FEVERS, journal.names_of_fevers(fevers), now)
    stays = done.stays
    audit.note(
        post.actor, "counter_erase", post.hall_id, now, count=stays.emptied + stays.later, held=stays.held,
        **({"fevers": done.fevers} if fevers else {}),
    )  # fmt: skip
    return done


@dataclass(frozen=True)
class Receipt:
    """What was done for whoever asked: without who it was. `corrected`: which fields, and when (EXIT too)."""

    request: OwnRequestRow
    count: int
    corrected: list[tuple[str, datetime]]
    erased: Done | None


@transaction
def receipt(post: Post, public_id: str, now: datetime) -> Receipt | None:
    """What came of a request of this hall; None where there is none that is kept. Refused with not_yours."""
    row = own_requests.with_public_id(hall_of(post).id, public_id)
    if row is None or now >= row.at + KEEP:
        return None
    fields = [
        (one.field, one.at) for visit_id in row.visits for one in amendments.replaced(visit_id) if one.at >= row.at
    ]
    exits = [
        (EXIT, one.at)
        for visit_id in row.visits
        for one in visits.earlier_exits(visit_id)
        if one.at >= row.at and one.by == "staff"
    ]
    corrected = sorted(fields + exits, key=lambda one: one[1])
    return Receipt(row, len(row.visits), corrected, _read(row.outcome) if row.outcome is not None else None)


def _visits_left(row: OwnRequestRow) -> list[int]:
    """The visits that are not erased yet, nor wait for it."""
    gone = erasures.emptied(row.visits) | own_requests.wait_to_be_erased(VISIT, row.visits)
    return [visit_id for visit_id in row.visits if visit_id not in gone]


def _fevers_left(row: OwnRequestRow) -> list[int]:
    """The same of fevers."""
    waiting = own_requests.wait_to_be_erased(FEVER, row.fevers)
    return [one.id for one in own_requests.fevers_with(row.fevers) if one.name and one.id not in waiting]


def _written(done: Done) -> str:
    stays = done.stays
    days = (one.isoformat() if one else None for one in (stays.held_until, stays.gone_on))
    return json.dumps([done.fevers, stays.emptied, stays.later, stays.held, *days, done.companions])


def _read(outcome: str) -> Done:
    # What an earlier version wrote says nothing of companions.
    fevers, emptied, later, held, held_until, gone_on, *companions = json.loads(outcome)
    days = (date.fromisoformat(one) if one else None for one in (held_until, gone_on))
    return Done(Erased(emptied, later, held, *days), fevers, *companions)
