"""What is kept of a person: told whole, changed as a check-in would read it, and never over what changed meanwhile."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial

import peewee
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models.rules.halls import HallFacts
from models.rules.identity import check_digit
from models.rules.refusal import Refused
from models.services import own_data, people
from models.services.own_data import OwnData
from models.services.people import REMEMBERED
from models.tables.database import Raced, run
from models.tables.people import Person
from tests.bot.test_check_in import first_visit
from tests.reading import tells
from tests.service import Service
from tests.staffed import at_once, refused

VISITOR = "oVisitor0000000000000000001"
OTHER_NUMBER = "320106197505230021"
A_CHILDS = "11010520180101003"


@pytest.fixture
def service(database: peewee.Database) -> Service:
    return Service()


@pytest.fixture
def hall(service: Service) -> HallFacts:
    """Where VISITOR has been."""
    hall = service.hall()
    first_visit(service, hall)
    return hall


def data() -> OwnData:
    found = own_data.of(VISITOR)
    assert found is not None
    return found


def change(service: Service, field: str, text: str) -> None:
    own_data.change(VISITOR, field, text, data().seen[field], service.clock())


def test_everything_that_is_kept_is_told(service: Service, hall: HallFacts) -> None:
    found = data()
    assert found.profile == {"name": "张三", "id_number": "11010519491231002X", "phone": "13800138000", "address": ""}
    assert (found.language, found.consents) == ("zh", [(hall, hall.notice_version)])
    assert (found.used_at, found.until) == (service.clock(), service.clock() + timedelta(days=30))


def test_of_who_never_agreed_nothing_is_kept(service: Service, hall: HallFacts) -> None:
    service.visitor("oStranger").says("你好")
    assert own_data.of("oStranger") is None


@pytest.mark.parametrize(
    ("field", "typed", "kept"),
    [
        ("name", " 李 小明 ", "李小明"),
        ("id_number", "320106 19750523 0021", OTHER_NUMBER),
        ("phone", "+86 139-0013-9000", "13900139000"),
        ("address", "北京市朝阳区幸福路１号", "北京市朝阳区幸福路1号"),
        ("address", "不想填写", ""),
    ],
)
def test_a_field_is_read_as_a_check_in_reads_it(
    service: Service, hall: HallFacts, field: str, typed: str, kept: str
) -> None:
    before = data().profile
    change(service, field, typed)
    assert data().profile == {**before, field: kept}


def test_the_next_check_in_has_the_change(service: Service, hall: HallFacts) -> None:
    phone = service.visitor()
    phone.says("签退")
    change(service, "name", "李小明")
    service.clock.goes_on(minutes=1)
    review = phone.scan(service.code(hall))
    assert tells(review, "review.returning", name="李**", matter="社会保险", temperature="正常")


@pytest.mark.parametrize(
    ("field", "typed", "code"),
    [
        ("name", "张三3", "name_digits"),
        ("name", "", "name_unreadable"),
        ("id_number", "110105194912310021", "id_checksum"),
        ("id_number", f"{A_CHILDS}{check_digit(A_CHILDS)}", "under_14"),
        ("phone", "12345678901", "phone_prefix"),
        ("address", "路", "address_unreadable"),
    ],
)
def test_what_a_check_in_refuses_is_refused(
    service: Service, hall: HallFacts, field: str, typed: str, code: str
) -> None:
    seen = data().seen[field]
    assert refused(lambda: own_data.change(VISITOR, field, typed, seen, service.clock())) == code


@pytest.mark.parametrize("field", REMEMBERED)
def test_a_field_is_forgotten_once_and_for_all(service: Service, hall: HallFacts, field: str) -> None:
    before = data().profile
    for _ in range(2):
        own_data.remove(VISITOR, field, service.clock())
        assert data().profile == {**before, field: ""}


def test_a_field_that_was_forgotten_does_not_come_back_from_a_turn_that_had_read_it(
    service: Service, hall: HallFacts
) -> None:
    read = people.found(VISITOR)
    assert read is not None
    own_data.remove(VISITOR, "phone", service.clock())

    def goes_on() -> None:
        with pytest.raises(Raced):
            people.was_at(read, hall.id + 1, service.clock())

    run(goes_on)
    assert data().profile["phone"] == ""


def test_a_field_that_was_forgotten_is_asked_again(service: Service, hall: HallFacts) -> None:
    phone = service.visitor()
    phone.says("签退")
    own_data.remove(VISITOR, "phone", service.clock())
    service.clock.goes_on(minutes=1)
    assert tells(phone.scan(service.code(hall)), "step.phone.ask")


def test_what_another_tab_changed_is_not_written_over(service: Service, hall: HallFacts) -> None:
    seen = data().seen
    own_data.change(VISITOR, "name", "李小明", seen["name"], service.clock())
    stale = partial(own_data.change, VISITOR, "name", "王五", seen["name"], service.clock())
    assert refused(stale) == "data_changed"
    own_data.change(VISITOR, "phone", "13900139000", seen["phone"], service.clock())
    assert (data().profile["name"], data().profile["phone"]) == ("李小明", "13900139000")


@pytest.mark.parametrize("seen", ["", "0", "a" * 32, "a" * 5000, "张三", "\0"])
def test_a_change_of_nobody_knows_what_is_none(service: Service, hall: HallFacts, seen: str) -> None:
    assert refused(lambda: own_data.change(VISITOR, "name", "王五", seen, service.clock())) == "data_changed"


def test_a_mark_tells_nothing_and_is_of_one_person_and_field(service: Service, hall: HallFacts) -> None:
    first_visit(service, hall, service.visitor("oAnother0000000000000000001"))
    other = own_data.of("oAnother0000000000000000001")
    assert other is not None
    assert other.profile == data().profile
    assert len({*other.seen.values(), *data().seen.values()}) == 2 * len(REMEMBERED)


def test_the_language_is_what_the_chat_answers_in(service: Service, hall: HallFacts) -> None:
    phone = service.visitor()
    phone.says("签退")
    own_data.speak(VISITOR, "en")
    assert data().language == "en"
    assert tells(phone.says("帮助"), "help.visitor", "en")
    assert data().profile["name"] == "张三"


@pytest.mark.parametrize(
    "deed",
    [
        lambda at: own_data.change("oStranger", "name", "王五", "", at),
        lambda at: own_data.remove("oStranger", "name", at),
        lambda at: own_data.speak("oStranger", "en"),
    ],
)
def test_nothing_is_begun_for_who_is_not_kept(
    service: Service, hall: HallFacts, deed: Callable[[object], None]
) -> None:
    assert refused(lambda: deed(service.clock())) == "data_gone"


def test_of_changes_of_one_field_at_once_one_counts(service: Service, hall: HallFacts) -> None:
    seen, now = data().seen["name"], service.clock()
    names = ["李小明", "王五", "赵六", "孙七"]
    done = at_once(*[partial(own_data.change, VISITOR, "name", name, seen, now) for name in names])
    assert sorted(map(str, done)) == ["None", *["data_changed"] * 3]
    assert data().profile["name"] == names[done.index(None)]


def test_changes_of_several_fields_at_once_all_count(service: Service, hall: HallFacts) -> None:
    seen, now = data().seen, service.clock()
    typed = {"name": "李小明", "id_number": OTHER_NUMBER, "phone": "13900139000", "address": "幸福路一号院"}
    done = at_once(
        *[partial(own_data.change, VISITOR, field, text, seen[field], now) for field, text in typed.items()],
        partial(own_data.speak, VISITOR, "en"),
    )
    assert done == [None] * 5
    assert (data().profile, data().language) == (typed, "en")


def test_what_is_kept_stays_unreadable_in_the_table(
    service: Service, hall: HallFacts, database: peewee.Database
) -> None:
    change(service, "address", "北京市朝阳区幸福路1号")
    rows = run(lambda: database.execute_sql("SELECT profile, facts FROM people").fetchall())
    assert "幸福路".encode() not in b"".join(part if isinstance(part, bytes) else part.encode() for part in rows[0])
    assert run(Person.select().count) == 1


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30)
@given(field=st.sampled_from(REMEMBERED), text=st.text(max_size=80))
def test_whatever_is_typed_is_kept_as_the_rules_read_it_or_refused(
    service: Service, hall: HallFacts, field: str, text: str
) -> None:
    before = data()
    try:
        own_data.change(VISITOR, field, text, before.seen[field], service.clock())
    except Refused:
        assert data() == before
    else:
        kept = data().profile[field]
        if kept:
            own_data.change(VISITOR, field, kept, data().seen[field], service.clock())
        assert data().profile[field] == kept
