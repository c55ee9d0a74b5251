"""Whatever a hall decides, whatever a case holds and whenever the job runs: nothing goes too early, nothing stays too
long, and each visit that went is counted once."""

from datetime import date, timedelta
from typing import Any

import peewee
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models.rules.halls import HallFacts
from models.rules.retention import What
from models.services import deletions, hall_settings, retention
from models.tables.cases import Case, CaseVisit
from models.tables.database import run
from models.tables.deletions import Deletion
from models.tables.fields import insert
from models.tables.visits import Visit
from tests.conftest import IS_TRIAL
from tests.erased import TODAY, came_ago, purged
from tests.service import MONDAY_9, Service
from tests.staffed import post
from tests.visited import id_of

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)

STEPS = st.one_of(
    st.tuples(st.just("comes"), st.integers(0, 40)),
    st.tuples(st.just("comes and stays"), st.integers(0, 40)),
    st.tuples(st.just("is held"), st.integers(0, 40)),
    st.tuples(st.just("keeps"), st.integers(14, 30)),
    st.tuples(st.just("time goes on"), st.integers(-2, 20)),
    st.tuples(st.just("is purged"), st.integers(1, 5)),
)


class Story:
    """A hall through time, and what ought to be there."""

    def __init__(self) -> None:
        for table in (Deletion, Visit, Case, CaseVisit):
            run(lambda table=table: table.delete().execute())  # type: ignore[misc]
        self.hall: HallFacts = Service().hall()
        self.later = 0
        self.there: dict[int, tuple[date, date | None, bool]] = {}
        self.gone = 0

    @property
    def today(self) -> date:
        return TODAY + timedelta(days=self.later)

    def comes(self, ago: int, held: bool = False, open_: bool = False) -> None:
        left: Any = None if open_ else timedelta(minutes=5)
        row = id_of(came_ago(self.hall, ago - self.later, left=left, number=None, phone=None))
        until = self.today + timedelta(days=10) if held else None
        if until:
            run(lambda: self._hold(row, until))
        self.there[row] = (self.today - timedelta(days=ago), until, open_)

    def _hold(self, row: int, until: date) -> None:
        case = insert(
            Case, public_id=f"c{row}", hall_id=self.hall.id, number=f"2026-{row}", status="open", person=row,
            first=TODAY, last=TODAY, asked_first=TODAY, definition="{}", opened_by="o", tracing="done", tries=1,
            opened_at=MONDAY_9 + timedelta(days=self.later), claimed_until=MONDAY_9, stays=1, contacts=0,
            held_until=until,
        )  # fmt: skip
        insert(
            CaseVisit, case_id=case, visit_id=row, contact_id=0, with_visit=row, least=0, most=0, tail=0,
            is_tail_only=False, met="certain",
        )  # fmt: skip

    def keeps(self, days: int) -> None:
        self.hall = hall_settings.save(post(self.hall), self.hall.revision, {"retention_days": days}, MONDAY_9).hall

    def is_purged(self, batch: int) -> None:
        now = MONDAY_9 + timedelta(days=self.later)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(retention, "BATCH", batch)
            purged(now)
        cut = self.today - timedelta(days=self.hall.retention_days)
        due = {
            row
            for row, (day, until, is_open) in self.there.items()
            if day < cut and not is_open and not (until and until >= self.today)
        }
        self.gone += len(due)
        self.there = {row: one for row, one in self.there.items() if row not in due}
        assert {row.id for row in run(lambda: list(Visit.select()))} == set(self.there)


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    max_examples=300 if IS_TRIAL else 15,
)
@given(st.lists(STEPS, max_size=12))
def test_what_is_there_is_what_is_kept_and_what_has_gone_is_counted(
    database: peewee.Database, steps: list[tuple[str, int]]
) -> None:
    story = Story()
    for what, number in [*steps, ("is purged", 200)]:
        if what == "time goes on":
            story.later = max(0, story.later + number)
        elif what == "keeps":
            story.keeps(number)
        elif what == "is purged":
            story.is_purged(number)
        else:
            story.comes(number, held=what == "is held", open_=what == "comes and stays")
    of_visits = (Deletion.hall_id == story.hall.id) & (Deletion.what == What.VISITS)
    assert sum(row.erased for row in run(lambda: list(Deletion.select().where(of_visits)))) == story.gone
    assert deletions.verify(story.hall.id).fault is None
    assert deletions.under_way(story.hall.id) == []
