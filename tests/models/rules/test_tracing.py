"""Who was there with a case: tables of single meetings, and random halls against a count of moments."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.rules.tracing import COMPANION, Area, Candidate, Definition, Stay, score, trace
from models.rules.visits import Certainty
from tests.conftest import IS_TRIAL

NINE = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
SURE, STATED, GUESS = Certainty.CERTAIN, Certainty.STATED, Certainty.ESTIMATED
USUAL = Definition()


def stay(
    begin: float, end: float, out: Certainty = SURE, id: int = 1, person: int | None = None, lead: int | None = None,
    door: int = 1, matter: str | None = "social", into: Certainty = SURE,
) -> Stay:  # fmt: skip
    """Somebody's stay from and to so many minutes after nine."""
    begins, ends = NINE + timedelta(minutes=begin), NINE + timedelta(minutes=end)
    return Stay(id, id if person is None else person, lead or id, door, matter, begins, ends, into, out)


CASE = stay(0, 40)


def found(*others: Stay, case: Iterable[Stay] = (CASE,), **definition: object) -> list[Candidate]:
    return trace(list(case), others, Definition(**definition))


# --- one meeting ---


@pytest.mark.parametrize(
    ("case", "other", "told"),
    [
        (stay(0, 40), stay(10, 30, id=2), (20, 20, 0, SURE, False)),
        (stay(0, 40), stay(-30, 15, id=2), (15, 15, 0, SURE, False)),
        (stay(0, 40), stay(30, 90, id=2), (10, 10, 30, SURE, False)),
        (stay(0, 40), stay(30, 50, STATED, id=2), (10, 10, 10, STATED, False)),
        (stay(0, 40), stay(30, 50, id=2, into=STATED), (10, 10, 10, STATED, False)),
        (stay(0, 40), stay(40, 41, id=2), (0, 0, 1, SURE, False)),  # in the same moment
        (stay(0, 40), stay(-10, 0, id=2), (0, 0, 0, SURE, False)),
        (stay(0, 40), stay(39.5, 39.9, id=2), (0, 0, 0, SURE, False)),  # less than a minute
        (stay(0, 40), stay(5, 95, GUESS, id=2), (0, 35, 30, GUESS, False)),  # was there, for nobody knows how long
        (stay(0, 40, GUESS), stay(5, 35, id=2), (0, 30, 0, GUESS, False)),
        (stay(0, 40, GUESS), stay(-5, 35, id=2), (0, 35, 0, GUESS, False)),
        (stay(0, 40, GUESS), stay(5, 35, GUESS, id=2), (0, 30, 0, GUESS, False)),
        (stay(0, 40), stay(41, 60, id=2), (0, 0, 19, SURE, True)),
        (stay(0, 40), stay(70, 90, id=2), (0, 0, 0, SURE, True)),  # in the last moment of the tail
        (stay(0, 40, GUESS), stay(50, 60, id=2), (0, 0, 10, GUESS, True)),
        (stay(0, 0), stay(-10, 10, id=2), (0, 0, 10, SURE, False)),
    ],
)
def test_minutes_are_bounded_by_what_is_known_of_the_ends(case: Stay, other: Stay, told: tuple[object, ...]) -> None:
    [one] = found(other, case=[case])
    assert (one.least, one.most, one.tail, one.certainty, one.is_tail_only) == told


@pytest.mark.parametrize("other", [stay(-30, -0.001, id=2), stay(70.001, 90, id=2)])
def test_whoever_was_there_at_another_time_is_nobody(other: Stay) -> None:
    assert found(other) == []


def test_without_a_tail_whoever_came_afterwards_is_nobody() -> None:
    assert found(stay(40.001, 60, id=2), tail_minutes=0) == []
    assert found(stay(40, 60, id=2), tail_minutes=0)[0].is_tail_only is False


# --- who counts ---


def test_the_cases_own_other_stays_are_no_contacts() -> None:
    assert found(stay(10, 20, id=2, person=1)) == []


def test_companions_are_first_whatever_the_definition_asks_for() -> None:
    with_them = stay(0, 2, GUESS, id=3, lead=1, door=9, matter=None)
    others = [stay(0, 40, id=2), with_them]
    assert [(one.person, one.is_companion) for one in found(*others)] == [(3, True), (2, False)]
    assert [one.person for one in found(*others, least_minutes=41)] == [3]
    for area in (Area.DOOR, Area.MATTER):
        assert [one.person for one in found(with_them, stay(0, 40, id=2, door=2, matter="fund"), area=area)] == [3]


def test_a_companion_as_the_case_has_the_lead_and_the_others_for_companions() -> None:
    case = stay(0, 40, id=2, lead=1)
    others = (stay(0, 40, id=1), stay(0, 40, id=3, lead=1), stay(0, 40, id=4))
    assert {one.person: one.is_companion for one in found(*others, case=[case])} == {1: True, 3: True, 4: False}


def test_somebody_who_came_along_once_counts_with_all_their_stays() -> None:
    again = stay(300, 340)._replace(id=5)
    other = (stay(0, 40, id=2, lead=1), stay(320, 340, id=3, person=2, door=7))
    [one] = found(*other, case=[CASE, again], area=Area.DOOR)
    assert (one.is_companion, len(one.meetings), one.most) == (True, 2, 60)


@pytest.mark.parametrize(
    ("area", "door", "matter", "counts"),
    [
        (Area.HALL, 2, "fund", True),
        (Area.DOOR, 1, "fund", True),
        (Area.DOOR, 2, "social", False),
        (Area.MATTER, 2, "social", True),
        (Area.MATTER, 1, "fund", False),
        (Area.MATTER, 1, None, False),
    ],
)
def test_an_area_narrows_whom_it_may_be(area: Area, door: int, matter: str | None, counts: bool) -> None:
    assert bool(found(stay(0, 40, id=2, door=door, matter=matter), area=area)) is counts


def test_a_matter_that_nobody_named_is_not_the_same_one() -> None:
    [one] = found(stay(0, 40, id=2, matter=None), case=[stay(0, 40, matter=None)])
    assert one.same_matter is False
    assert found(stay(0, 40, id=2, matter=None), case=[stay(0, 40, matter=None)], area=Area.MATTER) == []


def test_a_guess_never_drops_anybody_below_the_least_minutes() -> None:
    assert len(found(stay(5, 95, GUESS, id=2), least_minutes=35)) == 1
    assert found(stay(5, 39, id=2), least_minutes=35) == []
    assert found(stay(41, 60, id=2), least_minutes=1) == []


# --- several stays ---


def test_two_stays_of_one_person_add_up() -> None:
    [one] = found(stay(0, 10, id=2, person=7), stay(30, 50, GUESS, id=3, person=7))
    assert (one.least, one.most, one.tail, one.certainty) == (10, 20, 10, SURE)
    assert [(met.stay.id, met.least, met.most, met.met) for met in one.meetings] == [
        (2, 10, 10, SURE),
        (3, 0, 10, GUESS),
    ]
    assert one.visit_id == 2


def test_time_that_two_accounts_of_a_person_share_counts_once() -> None:
    [one] = found(stay(0, 30, id=2, person=7), stay(10, 40, id=3, person=7))
    assert (one.least, one.most) == (40, 40)
    [one] = found(stay(0, 40, id=2), case=[CASE, stay(10, 40, id=3, person=1)])
    assert (one.least, one.most) == (40, 40)


def test_between_two_stays_of_the_case_somebody_is_in_its_tail_until_it_comes_back() -> None:
    [one] = found(stay(45, 60, id=2), case=[CASE, stay(55, 70, id=3, person=1)])
    assert (one.most, one.tail, one.meetings[0].with_stay) == (5, 10, 3)


# --- the order ---


def test_the_score_is_its_formula() -> None:
    assert score(is_companion=False, least=30, most=65, tail=25, same_door=True, same_matter=True) == 30 + 17 + 2 + 30
    assert score(is_companion=True, least=0, most=0, tail=0, same_door=False, same_matter=False) == COMPANION


@given(st.integers(0, 9999), st.integers(0, 9999), st.integers(0, 9999), st.booleans(), st.booleans())
def test_nobody_comes_before_a_companion(least: int, more: int, tail: int, door: bool, matter: bool) -> None:
    assert score(
        is_companion=False, least=least, most=least + more, tail=tail, same_door=door, same_matter=matter
    ) < score(is_companion=True, least=0, most=0, tail=0, same_door=False, same_matter=False)


# --- against a count of moments ---

TICK = timedelta(seconds=20)
ENDS = st.sampled_from([SURE, STATED, GUESS])


@st.composite
def stays(draw: st.DrawFn, persons: st.SearchStrategy[int], most: int, first_id: int) -> list[Stay]:
    made = []
    for number in range(draw(st.integers(1, most))):
        row_id = first_id + number
        begin = draw(st.integers(0, 60))
        made.append(
            Stay(
                row_id, draw(persons), draw(st.sampled_from([row_id, row_id, row_id, 1, 2])), draw(st.integers(1, 2)),
                draw(st.sampled_from(["social", "fund", None])), NINE + begin * TICK,
                NINE + (begin + draw(st.integers(0, 30))) * TICK, draw(st.sampled_from([SURE, STATED])), draw(ENDS),
            )
        )  # fmt: skip
    return made


DEFINITIONS = st.builds(
    Definition,
    tail_minutes=st.sampled_from([0, 1, 3, 30]),
    least_minutes=st.sampled_from([0, 0, 1, 2, 5]),
    area=st.sampled_from(Area),
)


def moments(begin: datetime, end: datetime) -> set[int]:
    """Every moment at a tick, as an even number, and between two ticks, as the odd one in the middle."""
    return set(range(2 * ((begin - NINE) // TICK), 2 * ((end - NINE) // TICK) + 1))


def in_minutes(there: set[int]) -> int:
    return sum(moment % 2 for moment in there) * TICK // timedelta(minutes=1)


def worst(*known: Certainty) -> Certainty:
    return max(known, key=[SURE, STATED, GUESS].index)


def counted(case: list[Stay], others: list[Stay], definition: Definition) -> dict[int, tuple[object, ...]]:
    """Who is a candidate, by moments that are looked at one by one."""
    tail = timedelta(minutes=definition.tail_minutes)
    companions = {one.person for one in others if one.lead in {own.lead for own in case}}
    found: dict[int, tuple[object, ...]] = {}
    for person in {one.person for one in others} - {own.person for own in case}:
        sure, possible, after = set(), set(), set()
        met, later, doors, matters = [], [], [], []
        for one in (one for one in others if one.person == person):
            beside = [own for own in case if person in companions or is_in_area(own, one, definition.area)]
            there = moments(one.in_at, one.left_at)
            surely = moments(one.in_at, one.in_at) if one.sure_out is GUESS else there
            all_case = {moment for own in beside for moment in moments(own.in_at, own.left_at)}
            meets = [own for own in beside if there & moments(own.in_at, own.left_at)]
            follows = [own for own in beside if there & moments(own.left_at, own.left_at + tail)]
            is_with = one.lead in {own.lead for own in case}
            for own in meets or follows or [own for own in beside if is_with and own.lead == one.lead]:
                known = worst(own.sure_in, own.sure_out, one.sure_in, one.sure_out)
                (met if meets or is_with else later).append(known)
                doors.append(own.door == one.door)
                matters.append(own.matter == one.matter and one.matter is not None)
                possible |= there & all_case
                after |= {
                    moment
                    for own in beside
                    for moment in there & moments(own.left_at, own.left_at + tail)
                    if moment not in all_case
                }
                for own in beside:
                    sure |= surely & moments(own.in_at, own.in_at if own.sure_out is GUESS else own.left_at)
        is_enough = in_minutes(possible) >= definition.least_minutes and (met or not definition.least_minutes)
        if (met or later) and (person in companions or is_enough):
            known = min(met or later, key=[SURE, STATED, GUESS].index)
            times = (in_minutes(sure), in_minutes(possible), in_minutes(after))
            found[person] = (person in companions, *times, known, not met, any(doors), any(matters))
    return found


def is_in_area(own: Stay, one: Stay, area: Area) -> bool:
    if area is Area.DOOR:
        return own.door == one.door
    return area is Area.HALL or (own.matter is not None and own.matter == one.matter)


@pytest.mark.timeout(3600)
@settings(max_examples=10_000 if IS_TRIAL else 300)
@given(stays(st.integers(0, 1), 4, 1), stays(st.integers(0, 6), 8, 11), DEFINITIONS)
def test_a_random_hall_is_traced_as_a_count_of_moments_says(
    case: list[Stay], others: list[Stay], definition: Definition
) -> None:
    assert {
        one.person: (
            one.is_companion, one.least, one.most, one.tail, one.certainty, one.is_tail_only, one.same_door,
            one.same_matter,
        )
        for one in trace(case, others, definition)
    } == counted(case, others, definition)  # fmt: skip


@given(stays(st.integers(0, 1), 4, 1), stays(st.integers(0, 6), 8, 11), DEFINITIONS)
def test_bounds_are_in_order_and_a_known_end_leaves_none_between(
    case: list[Stay], others: list[Stay], definition: Definition
) -> None:
    found = trace(case, others, definition)
    assert [one.score for one in found] == sorted((one.score for one in found), reverse=True)
    for one in found:
        assert 0 <= one.least <= one.most
        for met in one.meetings:
            assert 0 <= met.least <= met.most
            if GUESS not in (met.stay.sure_out, *(own.sure_out for own in case)):
                assert met.least == met.most
