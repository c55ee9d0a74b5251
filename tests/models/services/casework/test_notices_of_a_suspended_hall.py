"""A hall is suspended while notices of its cases wait: nothing more goes out in its name."""

import pytest

from models.rules.notices import Fate, Told, Way
from models.services import outbox, registering
from models.services.casework import notices
from models.tables.database import run
from models.tables.outbox import Outgoing
from tests.notified import account, case, contact, desk, planned, send
from tests.service import Clock
from tests.staffed import operator, post, registered

pytestmark = pytest.mark.usefixtures("database")


def test_what_waits_when_a_hall_is_suspended_is_not_sent_and_can_be_once_it_is_open_again() -> None:
    clock, hall, by = Clock(), registered(), operator()
    found = case(hall)
    contact(hall, found, 1, account("A"), phone="13800138000")
    send(hall, found, clock)
    registering.suspend(by, hall.code, "冒充别的大厅", clock())
    at_desk, taken = desk()
    outbox.send_due(clock(), at_desk)
    assert taken == []
    registering.resume(by, hall.code, clock())
    assert notices.counts(post(hall), found.public_id) == {Fate(Told.FAILED, "hall_closed"): 1}
    [one] = planned(hall, found, clock).contacts
    assert (one.way, one.again, one.is_by_phone) == (Way.PHONE, Way.TEMPLATE, True)
    assert send(hall, found, clock, again=True).count == 1
    outbox.send_due(clock(), at_desk)
    assert len(taken) == 1


def test_other_messages_of_a_suspended_hall_go_out_all_the_same() -> None:
    clock, hall = Clock(), registered()
    outbox.write("k", "staff", "oAdmin", "已停用", {}, clock(), clock().replace(hour=23), hall_id=hall.id)
    registering.suspend(operator(), hall.code, "冒充别的大厅", clock())
    outbox.send_due(clock(), desk()[0])
    assert "hall_closed" not in run(lambda: [row.reason for row in Outgoing.select()])
