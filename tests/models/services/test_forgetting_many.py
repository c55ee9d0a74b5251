"""Forgetting somebody with some hundred stays: part at once, the rest by the job, and nothing of it lost between."""

from datetime import timedelta

import peewee
import pytest

from models.rules.halls import HallFacts
from models.services import erasing, forgetting, looking, people, records
from models.services.erasing import Erased
from models.services.forgetting import Extent
from models.tables import elsewhere, erasures
from models.tables.cases import Case
from models.tables.contacts import Contact
from models.tables.database import run
from models.tables.erasures import Erasure
from models.tables.fields import insert_rows
from models.tables.visits import Visit
from tests.bot.trouble import after_each_statement
from tests.looks import a_case, a_contact, a_person
from tests.service import MONDAY_9
from tests.staffed import at_once, everything, openid, post, registered
from tests.visited import NUMBER, came, id_of

NOON = MONDAY_9 + timedelta(hours=3)
M = openid("M")
STAYS, BATCH = 130, 20


@pytest.fixture(autouse=True)
def _few_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(forgetting, "MOST_STAYS", BATCH)


@pytest.fixture
def hall(database: peewee.Database) -> HallFacts:
    return registered()


def often(hall: HallFacts, number: str | None = NUMBER) -> int:
    """Somebody who has come and gone so many times; gives the number of their account."""
    person = a_person("M")
    first = came(hall, MONDAY_9, person_id=person, number=number)
    [row] = run(lambda: list(Visit.select().where(Visit.public_id == first).dicts()))
    columns = tuple(name for name in row if name not in ("id", "public_id", "in_at"))
    rows = [(f"stay{at}", MONDAY_9 - timedelta(minutes=at), *(row[name] for name in columns)) for at in range(1, STAYS)]
    run(lambda: insert_rows(Visit, ("public_id", "in_at", *columns), rows))
    return person


def forget(extent: Extent = Extent.ALL) -> Erased:
    return forgetting.forget(M, NOON, "chat", extent)


def named() -> int:
    """How many stays still say who it was."""
    return sum(name != "" for name in run(lambda: [one.name for one in Visit.select()]))


def under(person: int) -> int:
    """How many stays still have the number of this account."""
    return len(run(lambda: list(Visit.select(Visit.id).where(Visit.person_id == person).tuples())))


def all_done() -> tuple[int, int, int]:
    """What is left by name, under an account, and on the list."""
    linked = run(lambda: [one.person_id for one in Visit.select()])
    return named(), len(linked) - linked.count(None), run(Erasure.select().count)


def test_some_are_emptied_at_once_and_the_others_are_told_as_following(hall: HallFacts) -> None:
    person = often(hall)
    assert forgetting.kept(M, NOON).stays.later == STAYS
    done = forget()
    assert (done.emptied, done.later, done.count) == (BATCH, STAYS - BATCH, STAYS)
    assert (named(), under(person)) == (STAYS - BATCH, STAYS - BATCH)


def test_the_account_is_gone_at_once_and_leads_nobody_to_what_is_left(hall: HallFacts) -> None:
    person = often(hall, number=None)
    run(lambda: Visit.update(phone=None, phone_hash=None).execute())
    last = run(lambda: Visit.select().order_by(Visit.in_at).first())
    name = bytes(last.name_hash)

    def others() -> int:
        found = looking.record(post(hall), last.public_id, "phone", NOON)
        return len(found.others) if found else -1

    def in_other_halls() -> int:
        begin, end = MONDAY_9 - timedelta(days=9), NOON
        return len(run(lambda: elsewhere.by_account(hall.id + 1, person, name, begin, end)))

    assert others() > 0
    assert in_other_halls() == STAYS
    forget()
    assert under(person) > 0
    assert people.found(M) is None
    assert forgetting.kept(M, NOON).is_nothing
    assert (others(), in_other_halls()) == (0, 0)


def test_a_person_who_comes_again_meanwhile_is_somebody_new_and_loses_nothing(hall: HallFacts) -> None:
    before = often(hall)
    forget()
    now = a_person("M")
    assert now != before
    came(hall, NOON, name="李四", person_id=now)
    forgetting.forget_due(NOON)
    known = people.found(M)
    assert known
    assert len(records.own(known, NOON)) == 1
    assert (named(), under(now), under(before)) == (1, 1, 0)


def test_the_job_does_the_rest_so_many_at_a_time(hall: HallFacts) -> None:
    often(hall)
    forget()
    assert forgetting.forget_due(NOON) == (STAYS - BATCH + BATCH - 1) // BATCH
    assert all_done() == (0, 0, 0)
    assert forgetting.forget_due(NOON) == 0


def test_a_job_that_was_ended_in_the_middle_is_gone_on_with(hall: HallFacts, database: peewee.Database) -> None:
    person = often(hall)
    forget()
    emptied: list[str] = []

    def killed_at_the_third(event: peewee.QueryEvent) -> None:
        if event.sql.startswith("UPDATE visits SET name"):
            emptied.append(event.sql)
        if len(emptied) == 3:
            raise KeyboardInterrupt

    with after_each_statement(database, killed_at_the_third), pytest.raises(KeyboardInterrupt):
        forgetting.forget_due(NOON)
    # Of the third unit of work nothing is stored.
    assert (named(), under(person)) == (STAYS - 3 * BATCH, STAYS - 3 * BATCH)
    forgetting.forget_due(NOON)
    assert all_done() == (0, 0, 0)


def test_two_jobs_at_once_do_it_once_and_whole(hall: HallFacts) -> None:
    often(hall)
    others = came(hall, person_id=a_person("Other"), name="李四")
    forget()
    at_once(*[lambda: forgetting.forget_due(NOON)] * 3)
    assert run(lambda: Visit.get(Visit.public_id == others).name) == "李四"
    assert (named(), run(Erasure.select().count)) == (1, 0)


def test_two_who_say_it_at_once_with_the_job_do_it_once(hall: HallFacts) -> None:
    often(hall)
    at_once(forget, forget, lambda: forgetting.forget_due(NOON))
    forgetting.forget_due(NOON)
    assert all_done() == (0, 0, 0)


def test_what_a_case_holds_among_the_rest_waits_and_belongs_to_nobody(hall: HallFacts) -> None:
    person = often(hall)
    oldest = run(lambda: Visit.select().order_by(Visit.in_at).first())
    a_contact(a_case(hall), oldest.public_id, None)
    run(lambda: Case.update(held_until=NOON.date() + timedelta(days=9)).execute())
    forget()
    forgetting.forget_due(NOON)
    assert (named(), under(person)) == (1, 0)
    run(lambda: Case.update(held_until=None).execute())
    erasing.empty_due(NOON + erasing.LOOK_AGAIN)
    assert all_done() == (0, 0, 0)


def test_whoever_came_along_to_one_of_the_rest_is_emptied_with_it(hall: HallFacts) -> None:
    often(hall)
    oldest = run(lambda: Visit.select().order_by(Visit.in_at).first())
    run(lambda: Visit.update(companions=1).where(Visit.id == oldest.id).execute())
    came(hall, oldest.in_at, name="李四", number=None, lead_id=oldest.id)
    forget()
    forgetting.forget_due(NOON)
    assert all_done() == (0, 0, 0)


def test_a_contact_that_a_trace_finds_meanwhile_becomes_nobodys_account(hall: HallFacts) -> None:
    person = often(hall)
    forget()
    a_contact(a_case(hall), "stay90", person)
    forgetting.forget_due(NOON)
    assert run(lambda: [one.person_id for one in Contact.select()]) == [None]


def test_an_exit_among_the_rest_that_is_undone_at_the_desk_is_emptied_once_they_have_left(hall: HallFacts) -> None:
    person, undone_id = often(hall), id_of("stay90")
    forget()
    undone = Visit.update(out_at=None, how_out=None, due_at=NOON + timedelta(hours=1), open_key=person)
    run(lambda: undone.where(Visit.id == undone_id).execute())
    forgetting.forget_due(NOON)
    erasing.empty_due(NOON)
    assert (named(), under(person)) == (1, 0)
    left = Visit.update(out_at=NOON, how_out="scan", open_key=None)
    run(lambda: left.where(Visit.id == undone_id).execute())
    erasing.empty_due(NOON + erasing.LOOK_AGAIN)
    assert all_done() == (0, 0, 0)


# --- of whoever leaves the account ---


def test_of_whom_the_profile_alone_goes_the_stays_keep_their_names_and_are_nobodys(hall: HallFacts) -> None:
    person = often(hall)
    assert forget(Extent.PROFILE).count == 0
    assert under(person) == STAYS - BATCH
    forgetting.forget_due(NOON)
    assert all_done() == (STAYS, 0, 0)


@pytest.mark.parametrize("earlier", [Extent.PROFILE, Extent.ALL])
def test_what_they_say_themselves_counts_whatever_waited_since_they_left_before(
    hall: HallFacts, earlier: Extent
) -> None:
    person = often(hall)
    run(lambda: erasures.queue(earlier, [person], MONDAY_9, NOON))
    forget()
    forgetting.forget_due(NOON)
    assert all_done() == (0, 0, 0)


def test_what_they_say_while_the_job_looks_at_what_waited_since_they_left_is_done_whole(hall: HallFacts) -> None:
    for _ in range(4):
        run(lambda: Visit.delete().execute())
        person = often(hall)
        # They have been here since.
        before = MONDAY_9 - timedelta(days=1)
        run(lambda person=person, before=before: erasures.queue(Extent.PROFILE, [person], before, NOON))  # type: ignore[misc]
        at_once(forget, lambda: forgetting.forget_due(NOON))
        forgetting.forget_due(NOON)
        assert all_done() == (0, 0, 0)


def test_whoever_left_while_inside_is_forgotten_so_many_at_a_time_too(hall: HallFacts) -> None:
    person = often(hall)
    run(lambda: erasures.queue(Extent.ALL, [person], NOON, NOON))
    forgetting.forget_due(NOON)
    assert people.found(M) is None
    assert all_done() == (0, 0, 0)


def test_forgetting_again_while_the_rest_waits_changes_nothing(hall: HallFacts) -> None:
    often(hall)
    forget()
    before = everything()
    assert forget() == Erased()
    assert everything() == before
