"""Whoever unfollows, or takes back what they allowed in WeChat, is forgotten as the operator has it."""

from collections.abc import Iterator
from datetime import timedelta

import peewee
import pytest

from bot.simulator import Delivered, Phone
from models.phrases import tap
from models.rules.halls import Defaults
from models.services import forgetting, halls, people, records
from models.tables.contacts import Contact
from models.tables.conversations import Conversation
from models.tables.database import run
from models.tables.erasures import Erasure
from models.tables.outbox import Grant
from models.tables.people import Person
from models.tables.visits import Visit
from tests.bot.test_erasing import ME, erased, visited
from tests.looks import a_case, a_contact
from tests.reading import tells
from tests.service import APP_ID, Service
from tests.visited import came

REVOKED, CANCELLED, MODIFIED = (
    "user_authorization_revoke", "user_authorization_cancellation", "user_info_modified",
)  # fmt: skip


@pytest.fixture
def service(database: peewee.Database) -> Iterator[Service]:
    yield Service()
    halls.use(Defaults())


def has_it(extent: str) -> None:
    """The operator's policy."""
    halls.use(Defaults(on_unsubscribe=extent))


def happens(phone: Phone, event: str) -> Delivered:
    return phone.sends(phone.writes.profile_changed(event, APP_ID, revoked="1"))


def names() -> list[str]:
    return run(lambda: [one.name for one in Visit.select()])


def test_whoever_unfollows_leaves_no_profile_and_their_visits_stay_to_their_day(service: Service) -> None:
    hall = service.hall()
    phone = visited(service, hall)
    assert phone.unfollow().reply is None
    assert people.found(ME) is None
    assert names() == ["张三"]
    assert run(lambda: [one.person_id for one in Visit.select()]) == [None]


def test_whoever_comes_back_begins_as_at_first(service: Service) -> None:
    hall = service.hall()
    phone = visited(service, hall)
    phone.unfollow()
    service.clock.goes_on(minutes=1)
    phone.follow()
    assert tap("同意") in (phone.scan(service.code(hall)).reply or "")
    assert tells(phone.says("我的记录"), "records.none")


def test_the_operator_may_have_everything_erased(service: Service) -> None:
    has_it("all")
    visited(service).unfollow()
    assert (people.found(ME), names()) == (None, [""])


def test_the_operator_may_have_nothing_erased(service: Service) -> None:
    has_it("nothing")
    visited(service).unfollow()
    assert people.found(ME) is not None
    assert names() == ["张三"]


@pytest.mark.parametrize("event", [REVOKED, CANCELLED])
@pytest.mark.parametrize(("extent", "left"), [("profile", "张三"), ("all", ""), ("nothing", "张三")])
def test_what_was_allowed_and_is_taken_back_ends_the_profile_at_least(
    service: Service, event: str, extent: str, left: str
) -> None:
    has_it(extent)
    assert happens(visited(service), event).reply is None
    assert (people.found(ME), names()) == (None, [left])


def test_a_new_name_or_picture_in_wechat_is_nothing_that_is_kept(service: Service) -> None:
    assert happens(visited(service), MODIFIED).reply is None
    assert people.found(ME) is not None


def test_an_event_about_a_stranger_does_nothing(service: Service) -> None:
    phone = service.visitor()
    for event in (REVOKED, CANCELLED, MODIFIED):
        assert happens(phone, event).reply is None
    phone.unfollow()
    assert run(Person.select().count) == 0


def test_deliveries_that_come_again_do_it_once_and_spare_whoever_has_come_back(service: Service) -> None:
    hall = service.hall()
    phone = visited(service, hall)
    left = phone.writes.unsubscribe()
    phone.sends(left)
    service.platform.push_copies(left, 3, parallel=True)
    service.clock.goes_on(minutes=1)
    phone.scan(service.code(hall))
    phone.says("同意 李四 320106197505230021 13900139000 社保 36.5")
    phone.says("确认")
    assert people.found(ME) is not None
    service.platform.push_copies(left, 2)
    assert people.found(ME) is not None


def test_unfollowing_is_no_exit_and_whoever_is_inside_is_forgotten_after_it(service: Service) -> None:
    hall = service.hall()
    phone = visited(service, hall)
    phone.says("签到")
    phone.says("确认")
    phone.unfollow()
    assert run(lambda: Visit.select().where(Visit.out_at.is_null()).count()) == 1
    assert people.found(ME) is not None
    forgetting.forget_due(service.clock() + timedelta(minutes=1))
    assert people.found(ME) is not None
    later = service.clock() + timedelta(hours=12)
    assert forgetting.forget_due(later) == 1
    assert people.found(ME) is None
    assert run(Visit.select().where(Visit.out_at.is_null()).count) == 0
    assert run(Erasure.select().count) == 0


def test_whoever_is_inside_and_signs_out_after_coming_back_is_still_forgotten(service: Service) -> None:
    hall = service.hall()
    phone = visited(service, hall)
    phone.says("签到")
    phone.says("确认")
    phone.unfollow()
    service.clock.goes_on(minutes=5)
    phone.follow()
    assert "09" in (phone.says("签退").reply or "")
    forgetting.forget_due(service.clock() + timedelta(hours=12))
    assert people.found(ME) is None


def test_whoever_checks_in_again_before_their_turn_is_wanted_again(service: Service) -> None:
    hall = service.hall()
    phone = visited(service, hall)
    phone.says("签到")
    phone.says("确认")
    phone.unfollow()
    service.clock.goes_on(minutes=5)
    phone.follow()
    phone.says("签退")
    service.clock.goes_on(minutes=5)
    phone.says("签到")
    phone.says("确认")
    assert forgetting.forget_due(service.clock() + timedelta(hours=12)) == 1
    assert people.found(ME) is not None
    assert run(Erasure.select().count) == 0


def test_whoever_is_inside_for_the_second_time_and_leaves_again_is_forgotten(service: Service) -> None:
    hall = service.hall()
    phone = visited(service, hall)
    for is_again in (False, True):
        if is_again:
            phone.follow()
            phone.says("签退")
            service.clock.goes_on(minutes=2)
        phone.says("签到")
        phone.says("确认")
        phone.unfollow()
        service.clock.goes_on(minutes=2)
    assert run(lambda: Visit.select().where(Visit.out_at.is_null()).count()) == 1
    forgetting.forget_due(service.clock() + timedelta(hours=12))
    assert people.found(ME) is None


def test_a_talk_and_consents_to_notices_go_with_the_profile(service: Service) -> None:
    hall = service.hall()
    phone = visited(service, hall)
    phone.scan(service.code(hall))
    phone.unfollow()
    assert run(Conversation.select().count) == 0
    assert run(Grant.select().count) == 0


def test_a_contact_who_is_gone_is_no_account_of_the_list_any_more(service: Service) -> None:
    hall = service.hall()
    phone = visited(service, hall)
    visit = run(Visit.get)
    a_contact(a_case(hall), visit.public_id, visit.person_id)
    phone.unfollow()
    assert run(lambda: [one.person_id for one in Contact.select()]) == [None]


def test_of_very_many_stays_a_job_does_the_rest(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(forgetting, "MOST_STAYS", 1)
    has_it("all")
    hall = service.hall()
    phone = visited(service, hall)
    known = people.found(ME)
    assert known
    came(hall, service.clock() - timedelta(days=1), person_id=known.id)
    phone.unfollow()
    assert (people.found(ME), sorted(names())) == (None, ["", "张三"])
    assert forgetting.forget_due(service.clock()) == 1
    assert names() == ["", ""]


def test_somebody_new_is_nobody_elses_past(service: Service) -> None:
    """Databases may give the number of a person who is gone to the next one."""
    hall = service.hall()
    erased(visited(service, hall), service)
    other = service.visitor("oVisitor0000000000000000002")
    other.scan(service.code(hall))
    other.says("同意 李四 320106197505230021 13900139000 社保 36.5")
    other.says("确认")
    found = people.found("oVisitor0000000000000000002")
    assert len(records.own(found, service.clock())) == 1
