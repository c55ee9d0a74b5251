"""A hall's admins find their records: by whom, when, what for, where and how an exit is known."""

from datetime import date, datetime, timedelta

import peewee
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models.rules.access import Role
from models.rules.halls import HallFacts
from models.rules.refusal import Refused
from models.rules.visits import HowOut
from models.rules.wanted import By, Exits, Period, Wanted, Who
from models.services import searching
from models.services.posts import Post
from models.services.searching import Found
from models.tables import vault
from models.tables.database import run
from models.tables.found_visits import UNREADABLE
from models.tables.visits import Visit
from tests.conftest import KEYS
from tests.service import MONDAY_9
from tests.staffed import joins, operator, post, registered
from tests.visited import NUMBER, PHONE, came

pytestmark = pytest.mark.usefixtures("database")

NOON = MONDAY_9 + timedelta(hours=2)
TODAY = date(2026, 3, 2)


@pytest.fixture
def hall(database: peewee.Database) -> HallFacts:
    return registered(calendar={"weekly": [["09:00-17:00"]] * 5 + [[], []]})


def found(hall: HallFacts, now: datetime = NOON, most: int = 20, **wanted: object) -> Found:
    return searching.find(post(hall), Wanted(**wanted), now, most)


def names(hall: HallFacts, now: datetime = NOON, **wanted: object) -> list[str]:
    """Whom a search finds, and that it counts as many."""
    answer = found(hall, now, **wanted)
    assert answer.total == len(answer.rows)
    return [row.name for row in answer.rows]


def who(by: By, text: str) -> Who:
    return Who(by, text)


# --- what is found ---


@pytest.mark.parametrize(
    ("by", "text"),
    [(By.NAME, "李四"), (By.PHONE, "13911110002"), (By.TAIL, "0002"), (By.ID_NUMBER, "371421197902142025")],
)
def test_somebody_is_found_by_whole_name_phone_last_four_and_number(hall: HallFacts, by: By, text: str) -> None:
    came(hall)
    came(hall, name="李四", phone="13911110002", number="371421197902142025")
    assert names(hall, who=who(by, text)) == ["李四"]


def test_nobody_is_found_by_a_part_of_a_name(hall: HallFacts) -> None:
    came(hall, name="欧阳娜娜")
    assert names(hall, who=who(By.NAME, "欧阳")) == []


def test_somebody_is_found_under_an_older_hash_key_too(hall: HallFacts) -> None:
    came(hall, MONDAY_9)
    vault.use(vault.Vault(vault.Keys(KEYS.data, {"h2": bytes(32), **KEYS.hash})))
    came(hall, MONDAY_9 + timedelta(hours=1))
    for by, text in ((By.NAME, "张三"), (By.PHONE, PHONE), (By.TAIL, "8000"), (By.ID_NUMBER, NUMBER)):
        assert names(hall, who=who(by, text)) == ["张三", "张三"]


def test_a_number_of_15_digits_finds_the_person_of_18(hall: HallFacts) -> None:
    came(hall)
    assert names(hall, who=who(By.ID_NUMBER, "110105491231002")) == ["张三"]


def test_days_are_those_of_the_halls_clocks(hall: HallFacts) -> None:
    midnight = datetime.fromisoformat("2026-03-02T00:00:00+08:00")
    came(hall, midnight - timedelta(microseconds=1), "昨夜")
    came(hall, midnight, "今晨")
    assert names(hall, period=Period(TODAY, TODAY)) == ["今晨"]
    assert names(hall, period=Period(date(2026, 3, 1), date(2026, 3, 1))) == ["昨夜"]


def test_matter_and_door_narrow_it(hall: HallFacts) -> None:
    came(hall, name="东社", matter="social", door=1)
    came(hall, name="西社", matter="social", door=2)
    came(hall, name="西金", matter="fund", door=2)
    assert sorted(names(hall, matter="social")) == ["东社", "西社"]
    assert sorted(names(hall, door=2)) == ["西社", "西金"]
    assert names(hall, door=2, matter="fund") == ["西金"]
    assert names(hall, door=2, matter="social", who=who(By.NAME, "西社"), exits=Exits.CERTAIN) == ["西社"]


def test_exits_are_told_apart_by_how_they_are_known(hall: HallFacts) -> None:
    for number, how in enumerate(HowOut):
        came(hall, MONDAY_9 + timedelta(minutes=number), how, how_out=how)
    came(hall, name="inside", left=None)
    assert names(hall, exits=Exits.CERTAIN) == ["pass", "staff", "scan"]
    assert names(hall, exits=Exits.STATED) == ["corrected", "stated", "chat"]
    assert names(hall, exits=Exits.ESTIMATED) == ["unknown", "swept", "moved", "closing"]
    assert names(hall, exits=Exits.INSIDE) == ["inside"]


def test_an_overdue_stay_is_told_as_closed_by_estimate_before_anybody_closes_it(hall: HallFacts) -> None:
    came(hall, left=None)
    evening = MONDAY_9 + timedelta(hours=10)
    assert names(hall, evening, exits=Exits.INSIDE) == []
    [row] = found(hall, evening, exits=Exits.ESTIMATED).rows
    assert (row.out_at, row.how_out) == (row.due_at, HowOut.CLOSING)
    [row] = found(hall, evening).rows
    assert (row.out_at, row.how_out) == (row.due_at, HowOut.CLOSING)


def test_another_halls_visits_are_never_found(hall: HallFacts) -> None:
    other = registered("高新区政务大厅", who="Other")
    came(other)
    for wanted in ({}, {"who": who(By.NAME, "张三")}, {"who": who(By.TAIL, "8000")}, {"matter": "social"}, {"door": 1}):
        assert names(hall, **wanted) == []


# --- what is taken ---


def test_without_a_period_all_that_is_kept_is_searched(hall: HallFacts) -> None:
    came(hall, MONDAY_9 - timedelta(days=30), "还在")
    came(hall, MONDAY_9 - timedelta(days=31), "过期")
    assert names(hall) == ["还在"]


def test_a_period_is_cut_to_what_is_kept_and_told(hall: HallFacts) -> None:
    answer = found(hall, period=Period(date(1700, 1, 1), date(2100, 1, 1)))
    assert (answer.taken.period, answer.kept_days) == (Period(date(2026, 1, 31), TODAY), 30)


@pytest.mark.parametrize(
    ("first", "last", "code"),
    [
        (date(2026, 3, 3), date(2026, 3, 9), "period_ahead"),
        (date(2025, 1, 1), date(2026, 1, 30), "period_not_kept"),
        (date(1, 1, 1), date(1, 1, 1), "period_not_kept"),
        (date(9999, 12, 31), date(9999, 12, 31), "period_ahead"),
    ],
)
def test_days_of_which_there_can_be_nothing_are_refused(hall: HallFacts, first: date, last: date, code: str) -> None:
    with pytest.raises(Refused, match=code):
        found(hall, period=Period(first, last))


def test_only_an_admin_of_an_open_hall_searches(hall: HallFacts) -> None:
    guard = joins(hall, "Guard", "李建国")
    closed = registered("城西政务大厅", who="Waiting", approval=True)
    for refused in (guard, operator(), Post("oNobody", Role.ADMIN), post(closed, "Waiting")):
        for search in (
            lambda refused=refused: searching.find(refused, Wanted(), NOON, 5),
            lambda refused=refused: searching.count(refused, Wanted(), NOON),
        ):
            with pytest.raises(Refused, match="not_yours"):
                search()


# --- pages ---


@pytest.mark.parametrize("exits", [None, Exits.CERTAIN])
def test_pages_show_every_visit_once_also_those_of_one_moment(hall: HallFacts, exits: Exits | None) -> None:
    ways = (HowOut.SCAN, HowOut.STAFF, HowOut.PASS)
    for number in range(23):
        came(hall, MONDAY_9 + timedelta(seconds=number // 5), f"客{number}", how_out=ways[number % 3])
    wanted, shown, after = Wanted(exits=exits), [], None
    for _ in range(6):
        answer = searching.find(post(hall), wanted, NOON, 4, after)
        assert (answer.total, len(answer.rows)) == (23, min(4, 23 - len(shown)))
        shown += [row.name for row in answer.rows]
        after = answer.next
    assert after is None
    assert shown == [f"客{number}" for number in range(22, -1, -1)]
    assert searching.count(post(hall), wanted, NOON) == 23


def test_a_search_is_one_unit_of_work_of_two_statements(hall: HallFacts, database: peewee.Database) -> None:
    asked: list[peewee.QueryEvent] = []
    database.query_hooks.append(asked.append)
    try:
        searching.find(Post("o", Role.ADMIN, hall), Wanted(exits=Exits.ESTIMATED), NOON, 5)
    finally:
        database.query_hooks.remove(asked.append)
    assert len([one for one in asked if one.sql.startswith("SELECT")]) == 2


# --- what is shown ---


def test_what_may_be_shown_at_once_is_behind_masks(hall: HallFacts) -> None:
    came(hall, address="山东省德州市德城区东风路1号", remark="走失老人张三")
    [row] = found(hall).rows
    shown = searching.masked(row)
    assert (shown.name, shown.id_number, shown.phone) == ("张*", "1****************X", "138*****000")
    assert (shown.address, shown.remark) == ("山东省德州市德城区***", "***")
    assert shown._replace(name="", id_number=None, phone=None, address=None, remark=None) == row._replace(
        name="", id_number=None, phone=None, address=None, remark=None
    )


def test_a_value_that_does_not_open_hides_nothing_else(hall: HallFacts) -> None:
    came(hall)
    came(hall, MONDAY_9 + timedelta(minutes=1), "李四")
    with_damage = b"\x02d1" + b"x" * 40
    run(lambda: Visit.update(phone=peewee.Value(with_damage, converter=False)).execute())
    rows = found(hall).rows
    assert [(row.name, row.phone) for row in rows] == [("李四", UNREADABLE), ("张三", UNREADABLE)]
    assert searching.masked(rows[0]).phone == UNREADABLE


ANYTHING = st.text(st.characters(), max_size=60)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(ANYTHING, st.sampled_from(By), ANYTHING, st.integers())
def test_whatever_is_asked_finds_nobody_or_is_refused(
    hall: HallFacts, text: str, by: By, matter: str, door: int
) -> None:
    wanted = Wanted(who=who(by, text), matter=matter, door=door)
    try:
        assert searching.find(post(hall), wanted, NOON, 5).total == 0
    except Refused:
        assert by is By.ID_NUMBER or not 0 < door < 2**31
