"""The list of a case: every contact once, the highest score first, whatever a page's size and what is asked for."""

import random
from functools import partial

import peewee
import pytest

from models.rules.visits import Certainty
from models.tables import listed_contacts
from models.tables.cases import CaseVisit
from models.tables.contacts import Contact, ContactState
from models.tables.database import run
from models.tables.fields import insert_rows
from models.tables.listed_contacts import Chosen, ContactRow, Place
from tests.service import MONDAY_9
from tests.staffed import at_once

COUNT = 300
CASE = 7
COLUMNS = (
    "case_id", "number", "visit_id", "person_id", "is_companion", "is_gone", "is_tail_only", "stays", "same_door",
    "same_matter", "certainty", "least", "most", "tail", "score", "state", "assigned_to", "changed_at",
)  # fmt: skip

MET_COLUMNS = ("case_id", "visit_id", "contact_id", "with_visit", "least", "most", "tail", "is_tail_only", "met")


@pytest.fixture
def contacts(database: peewee.Database) -> list[ContactRow]:
    """Of one case, many of the same score, and beside another case; the highest score first."""
    chance = random.Random(5)
    rows = [
        (case, number, number, None, chance.random() < 0.1, chance.random() < 0.1, chance.random() < 0.2, 1, False,
         False, chance.choice(list(Certainty)), 0, 0, 0, chance.randrange(40), chance.choice(list(ContactState)),
         chance.choice([None, "oA", "oB"]), MONDAY_9)
        for case in (CASE, CASE + 1)
        for number in range(1, COUNT + 1)
    ]  # fmt: skip
    run(lambda: insert_rows(Contact, COLUMNS, rows))
    every = run(lambda: [listed_contacts.with_number(CASE, number) for number in range(1, COUNT + 1)])
    return sorted((one for one in every if one), key=lambda one: (-one.score, one.id))


def paged(chosen: Chosen, size: int) -> list[ContactRow]:
    """All that a list comes to, a page at a time."""
    found: list[ContactRow] = []
    after: Place | None = None
    while page := run(partial(listed_contacts.page, chosen, size, after)):
        found += page
        after = Place(page[-1].score, page[-1].id)
    return found


@pytest.mark.parametrize("size", [1, 7, 30, 299, 1000])
def test_pages_of_any_size_give_everybody_once_and_in_order(contacts: list[ContactRow], size: int) -> None:
    assert paged(Chosen(CASE), size) == [one for one in contacts if not one.is_gone]


@pytest.mark.parametrize("size", [5, 1000])
def test_each_filter_gives_those_and_no_others(contacts: list[ContactRow], size: int) -> None:
    there = [one for one in contacts if not one.is_gone]
    expected = {
        Chosen(CASE, companions=True): [one for one in there if one.is_companion],
        Chosen(CASE, tail_only=True): [one for one in there if one.is_tail_only],
        Chosen(CASE, is_gone=True): [one for one in contacts if one.is_gone],
        Chosen(CASE, assigned_to="oA"): [one for one in there if one.assigned_to == "oA"],
        Chosen(CASE, assigned_to=""): [one for one in there if one.assigned_to is None],
        Chosen(CASE, assigned_to="oB", state=ContactState.CALLED, companions=True): [
            one for one in there if one.assigned_to == "oB" and one.state is ContactState.CALLED and one.is_companion
        ],
        # No visit of theirs is there any more, so no phone either.
        Chosen(CASE, no_phone=True): there,
    }
    expected |= {
        Chosen(CASE, met=met): [one for one in there if one.certainty is met and not one.is_tail_only]
        for met in Certainty
    }  # fmt: skip
    expected |= {Chosen(CASE, state=state): [one for one in there if one.state is state] for state in ContactState}
    for chosen, those in expected.items():
        assert paged(chosen, size) == those, chosen


def test_the_counts_are_those_of_the_rows(contacts: list[ContactRow]) -> None:
    stands = run(lambda: listed_contacts.stands(CASE))
    assert sum(count for *_, count in stands) == COUNT
    for is_gone, state, assigned_to, count in stands:
        same = [one for one in contacts if (one.is_gone, one.state, one.assigned_to) == (is_gone, state, assigned_to)]
        assert len(same) == count
    done = sum(not one.is_gone and one.state is not ContactState.TODO for one in contacts)
    assert run(lambda: listed_contacts.done([CASE])) == {CASE: done}
    assert run(lambda: listed_contacts.done([])) == {}


def test_of_many_who_set_a_state_at_once_one_does(contacts: list[ContactRow]) -> None:
    one = contacts[0]
    other = ContactState.REACHED if one.state is not ContactState.REACHED else ContactState.CALLED
    work = partial(listed_contacts.set_state, one.id, one.state, other, MONDAY_9)
    assert sorted(at_once(*[partial(run, work)] * 4)) == [False, False, False, True]


def test_those_beside_a_stay_are_the_first_of_the_list_who_met_it(contacts: list[ContactRow]) -> None:
    stays = {one.id: 900 + one.number % 2 for one in contacts}
    rows = [
        (CASE, number, one, stay, 0, 9, 0, False, Certainty.CERTAIN) for number, (one, stay) in enumerate(stays.items())
    ]
    run(lambda: insert_rows(CaseVisit, MET_COLUMNS, rows))
    met = [one.id for one in contacts if stays[one.id] == 901 and not one.is_gone]
    for most in (1, 30, COUNT):
        found = run(partial(listed_contacts.beside, CASE, [901], most))
        assert [one.contact_id for one in found] == met[:most]
    assert run(lambda: listed_contacts.count_beside(CASE, [901])) == len(met)
    everybody = sum(not one.is_gone for one in contacts)
    assert run(lambda: listed_contacts.count_beside(CASE, [900, 901])) == everybody
    assert run(lambda: listed_contacts.count_beside(CASE, [902])) == 0
