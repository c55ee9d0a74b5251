"""您离开了吗？ – asked once, before the clock closes a visit, of those who may have forgotten to scan."""

import threading
from concurrent.futures import ThreadPoolExecutor

import peewee
import pytest

from models.phrases import say
from models.rules.halls import HallFacts
from models.rules.sending import Channel, Outcome, Result
from models.services import outbox, reminders
from models.services.desk import Desk, Message
from models.tables.database import run, thread_is_done
from models.tables.outbox import Outgoing
from tests.service import ONE_LINE, Service


@pytest.fixture
def service(database: peewee.Database) -> Service:
    return Service()


@pytest.fixture
def hall(service: Service) -> HallFacts:
    """Closes for lunch at 12:00, and signs people out at 12:15."""
    return service.hall()


def comes_in(service: Service, hall: HallFacts, openid: str = "oVisitor0000000000000000001") -> None:
    phone = service.visitor(openid)
    phone.scan(service.code(hall))
    for said in ("同意", ONE_LINE, "确认"):
        phone.says(said)


def messages() -> list[Outgoing]:
    return run(lambda: list(Outgoing.select().order_by(Outgoing.id)))


def test_who_is_about_to_be_signed_out_is_asked_once(service: Service, hall: HallFacts) -> None:
    comes_in(service, hall)
    service.clock.shows("11:54")
    assert reminders.write_due(service.clock()) == 0
    service.clock.shows("11:56")
    assert [reminders.write_due(service.clock()) for _ in range(2)] == [1, 0]
    [message] = messages()
    assert say("zh", "reminder.text", hall=hall.name, time="12:15").replace('"', '\\"') in message.content


def test_it_is_asked_in_the_visitors_language(service: Service, hall: HallFacts) -> None:
    service.visitor().says("English")
    comes_in(service, hall)
    service.clock.shows("11:56")
    reminders.write_due(service.clock())
    assert "Have you left" in messages()[0].content


def test_who_has_left_is_not_asked(service: Service, hall: HallFacts) -> None:
    comes_in(service, hall)
    service.visitor().scan(service.code(hall, "out"))
    service.clock.shows("11:56")
    assert reminders.write_due(service.clock()) == 0


def test_who_has_only_just_come_in_is_not_asked(service: Service, hall: HallFacts) -> None:
    service.clock.shows("11:50")
    comes_in(service, hall)
    service.clock.shows("11:56")
    assert reminders.write_due(service.clock()) == 0


def test_companions_are_not_asked_for_they_have_no_phone_here(service: Service, hall: HallFacts) -> None:
    phone = service.visitor()
    phone.scan(service.code(hall))
    for said in ("同意", ONE_LINE, "同行人员", "王小明", "确认"):
        phone.says(said)
    service.clock.shows("11:56")
    assert reminders.write_due(service.clock()) == 1


def test_two_processes_at_once_ask_once(service: Service, hall: HallFacts) -> None:
    for number in range(4):
        comes_in(service, hall, f"oOneOfFour000000000000000{number:03}")
    service.clock.shows("11:56")
    together = threading.Barrier(3)

    def process(_: int) -> int:
        together.wait()
        try:
            return reminders.write_due(service.clock())
        finally:
            thread_is_done()

    with ThreadPoolExecutor(3) as threads:
        assert sum(threads.map(process, range(3))) == 4
    assert len(messages()) == 4


def test_who_leaves_before_it_is_sent_gets_none(service: Service, hall: HallFacts) -> None:
    comes_in(service, hall)
    service.clock.shows("11:56")
    reminders.write_due(service.clock())
    service.visitor().scan(service.code(hall, "out"))
    taken: list[Message] = []

    def send(channel: Channel, message: Message) -> Outcome:
        taken.append(message)
        return Outcome(Result.SENT)

    outbox.send_due(service.clock(), Desk(send))
    assert (taken, messages()[0].reason) == ([], "visit_over")
