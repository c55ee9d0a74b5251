"""Consent taken back on the page while a talk goes on: what was agreed to before counts no more."""

from functools import partial

import peewee
import pytest

from bot.simulator import Delivered, Phone
from models.phrases import tap
from models.rules.halls import HallFacts
from models.services import hall_settings, halls, own_data, people
from tests.bot.test_check_in import first_visit
from tests.reading import asks, inside, tells, visits
from tests.service import ONE_LINE, Service
from tests.staffed import at_once, post

ME = "oVisitor0000000000000000001"


@pytest.fixture
def service(database: peewee.Database) -> Service:
    return Service()


def asks_consent(reply: Delivered) -> bool:
    return tap("同意") in (reply.reply or "")


def renewed(hall: HallFacts, service: Service) -> HallFacts:
    """The hall has another notice from now on."""
    changes = {"notice_text": f"本大厅有录像，{service.clock():%H%M}。"}
    found = halls.by_id(hall.id, None)
    assert found is not None
    return hall_settings.save(post(hall), found.revision, changes, service.clock(), None).hall


def back(service: Service, hall: HallFacts) -> Phone:
    """Somebody who was there, and comes again when the notice is another one."""
    phone = service.visitor()
    first_visit(service, hall, phone)
    phone.scan(service.code(hall, "out"))
    service.clock.goes_on(hours=1)
    renewed(hall, service)
    assert asks_consent(phone.scan(service.code(hall)))
    return phone


def take_back(service: Service, hall: HallFacts) -> None:
    assert own_data.withdraw(ME, hall.id, service.clock())


def test_a_yes_that_was_said_before_consent_was_taken_back_registers_nobody(service: Service) -> None:
    hall, elsewhere = service.hall(), service.hall("税务大厅")
    first_visit(service, elsewhere, service.visitor())
    service.clock.goes_on(hours=1)
    service.visitor().scan(service.code(elsewhere, "out"))
    phone = back(service, hall)
    phone.says("同意")
    take_back(service, hall)
    assert asks_consent(phone.says("确认"))
    assert inside() == []
    phone.says("同意")
    phone.says("社保")
    assert "登记好了" in (phone.says("确认").reply or "")
    [visit] = inside()
    found = people.found(ME)
    assert found and found.consents[str(hall.id)] == visit.consent_version


def test_with_the_last_consent_everything_is_asked_again(service: Service) -> None:
    hall = service.hall()
    phone = back(service, hall)
    phone.says("同意")
    take_back(service, hall)
    phone.says("确认")
    assert asks(phone.says("同意"), "name")
    phone.says(ONE_LINE)
    assert "登记好了" in (phone.says("确认").reply or "")


def test_however_often_it_is_taken_back_each_yes_counts_for_what_follows(service: Service) -> None:
    hall = service.hall()
    first_visit(service, hall, service.visitor())
    for _ in range(3):
        phone = service.visitor()
        phone.scan(service.code(hall, "out"))
        service.clock.goes_on(hours=1)
        take_back(service, hall)
        assert asks_consent(phone.scan(service.code(hall)))
        phone.says(f"同意 {ONE_LINE}")
        assert "登记好了" in (phone.says("确认").reply or "")
    assert len(visits()) == 4


def test_consent_taken_back_in_another_hall_changes_nothing_here(service: Service) -> None:
    hall, elsewhere = service.hall(), service.hall("税务大厅")
    first_visit(service, elsewhere, service.visitor())
    service.clock.goes_on(hours=1)
    service.visitor().scan(service.code(elsewhere, "out"))
    phone = back(service, hall)
    phone.says("同意")
    take_back(service, elsewhere)
    assert "登记好了" in (phone.says("确认").reply or "")


def test_a_talk_that_waits_behind_another_one_asks_again(service: Service) -> None:
    hall, elsewhere = service.hall(), service.hall("税务大厅")
    phone = back(service, hall)
    phone.says("同意")
    phone.scan(service.code(elsewhere))
    take_back(service, hall)
    phone.says("取消")
    assert asks_consent(phone.says("继续"))


def test_somebody_else_with_the_same_phone_is_asked_again(service: Service) -> None:
    hall = service.hall()
    phone = service.visitor()
    first_visit(service, hall, phone)
    phone.scan(service.code(hall, "out"))
    service.clock.goes_on(hours=1)
    phone.scan(service.code(hall))
    phone.says("不是本人")
    phone.says("同意 李四 320102199003070025 13900139000 社保 36.5")
    take_back(service, hall)
    assert asks_consent(phone.says("确认"))
    assert inside() == []


def test_a_yes_at_the_same_moment_is_before_or_after_and_no_consent_is_left_behind(service: Service) -> None:
    hall = service.hall()
    for number in range(6):
        phone = service.visitor()
        first_visit(service, hall, phone)
        phone.scan(service.code(hall, "out"))
        service.clock.goes_on(minutes=5)
        phone.scan(service.code(hall))
        reply, taken = at_once(partial(phone.says, "确认"), partial(own_data.withdraw, ME, hall.id, service.clock()))
        assert taken is True
        found = people.found(ME)
        assert found and found.consents == {}, number
        assert asks_consent(reply) is not bool(inside())
        if not inside():
            assert tells(phone.says("取消"), "cancelled.check_in", hall=hall.name)
        phone.scan(service.code(hall, "out"))
        service.clock.goes_on(minutes=5)
