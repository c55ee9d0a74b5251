"""What WeChat sends twice, at once, late or in the wrong order: one reply, one effect, whichever worker gets it."""

import random
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from typing import Any

import peewee
import pytest

from bot.simulator import Delivered, Phone
from bot.simulator.deliveries import Delivery
from models.rules.halls import HallFacts
from models.rules.visits import HowIn, SignIn
from models.services import check_in, people
from models.tables.database import DB, run
from models.tables.receipts import Receipt
from models.tables.standing import standing
from tests.filled import everything
from tests.reading import asks, inside, tells, visits
from tests.service import ONE_LINE, Service

COPIES = 4


@pytest.fixture
def second(service: Service) -> Service:
    """A second worker over the same database."""
    return Service(clock=service.clock)


def whole_visit(service: Service, hall: HallFacts, phone: Phone) -> list[Callable[[], Delivery]]:
    """Everything one visitor does from door to door; each is built when its turn has come."""
    writes = phone.writes
    return [
        lambda: writes.scan(service.code(hall)),
        lambda: writes.text("同意"),
        lambda: writes.text(ONE_LINE),
        lambda: writes.text("确认"),
        lambda: writes.scan(service.code(hall, "out")),
    ]


def replies(delivered: list[Delivered] | tuple[Delivered, ...]) -> set[str | None]:
    """What the copies of one delivery were answered with; none of them may have been answered wrongly."""
    assert [one.problems for one in delivered] == [()] * len(delivered)
    return {one.reply for one in delivered}


def in_threads(*works: Callable[[], Any]) -> list[Any]:
    """Do these at the same moment, and give what each gave."""
    together = threading.Barrier(len(works))

    def do(work: Callable[[], Any]) -> Any:
        together.wait()
        return work()

    with ThreadPoolExecutor(len(works)) as threads:
        return list(threads.map(do, works))


# --- the same delivery again ---


def test_each_step_of_a_visit_repeated_later_is_answered_alike_and_changes_nothing(service: Service) -> None:
    hall, phone = service.hall(), service.visitor()
    for step in whole_visit(service, hall, phone):
        delivery = step()
        first = phone.sends(delivery)
        before = everything()
        service.clock.goes_on(seconds=5)
        again = service.platform.push_copies(delivery, 3, parallel=False)
        assert replies((first, *again)) == {first.reply}
        assert everything() == before
    assert len(visits()) == 1


def test_each_step_of_a_visit_sent_in_parallel_is_answered_alike_and_done_once(service: Service) -> None:
    hall, phone = service.hall(), service.visitor()
    last = []
    for step in whole_visit(service, hall, phone):
        copies = service.platform.push_copies(step(), COPIES, parallel=True)
        assert len(replies(copies)) == 1
        last.append(copies[0])
    assert tells(last[3], "check_in.done", time="09:00", hall=hall.name)
    assert tells(last[4], "check_out.closed", entered="09:00", left="09:00")
    assert [visit.how_out for visit in visits()] == ["scan"]


def test_a_repeat_at_a_second_worker_is_answered_as_by_the_first(service: Service, second: Service) -> None:
    hall, phone = service.hall(), service.visitor()
    for step in whole_visit(service, hall, phone):
        delivery = step()
        first = phone.sends(delivery)
        before = everything()
        assert replies((first, second.platform.push(delivery))) == {first.reply}
        assert everything() == before
    assert len(visits()) == 1


def test_two_workers_that_get_the_same_delivery_at_once_do_it_once(service: Service, second: Service) -> None:
    hall, phone = service.hall(), service.visitor()
    for step in whole_visit(service, hall, phone):
        delivery = step()
        workers = (service.platform, second.platform) * 2
        assert len(replies(in_threads(*[partial(one.push, delivery) for one in workers]))) == 1
    assert len(visits()) == 1


def test_a_talk_goes_on_at_whichever_worker_the_next_message_comes_to(service: Service, second: Service) -> None:
    hall, phone = service.hall(), service.visitor()
    for step, worker in zip(whole_visit(service, hall, phone), (service, second) * 3, strict=False):
        last = worker.platform.push(step())
    assert tells(last, "check_out.closed", entered="09:00", left="09:00")


def test_four_visitors_whose_every_message_comes_four_times_at_once_make_four_visits(
    service: Service, second: Service
) -> None:
    hall = service.hall()

    def visit(number: int) -> list[int]:
        worker = (service, second)[number % 2]
        steps = whole_visit(service, hall, service.visitor(f"oVisitor{number:020}"))
        return [len(replies(worker.platform.push_copies(step(), COPIES, parallel=True))) for step in steps[:-1]]

    assert in_threads(*[partial(visit, number) for number in range(4)]) == [[1, 1, 1, 1]] * 4
    assert len(inside()) == 4


def test_a_confirmation_repeated_after_the_visitor_has_left_does_not_let_them_in_again(service: Service) -> None:
    hall, phone = service.hall(), service.visitor()
    deliveries = []
    for step in whole_visit(service, hall, phone):
        deliveries.append(step())
        phone.sends(deliveries[-1])
        service.clock.goes_on(minutes=1)
    assert tells(phone.sends(deliveries[3]), "check_in.done", time="09:03", hall=hall.name)
    assert inside() == []
    assert len(visits()) == 1


@pytest.mark.parametrize("seed", range(3))
def test_repeats_in_any_order_between_the_messages_change_nothing(service: Service, seed: int) -> None:
    hall, phone = service.hall(), service.visitor()
    order = random.Random(seed)
    seen: list[tuple[Delivery, str | None]] = []
    for step in whole_visit(service, hall, phone):
        delivery = step()
        seen.append((delivery, phone.sends(delivery).reply))
        for old, reply in order.sample(seen, len(seen)):
            assert phone.sends(old).reply == reply
    [visit] = visits()
    assert (visit.how_in, visit.how_out) == ("scan", "scan")


def test_a_menu_click_that_comes_twice_is_one(service: Service) -> None:
    service.hall()
    phone = service.visitor()
    click = phone.writes.click("签到")
    assert phone.sends(click).reply == phone.sends(click).reply
    assert len(run(lambda: list(Receipt.select()))) == 1


def test_a_reply_too_long_for_a_screen_is_kept_as_it_was_sent(service: Service) -> None:
    # Nine matters, each with the longest name that a hall might give it: their links alone are over 4000 bytes.
    name = "城镇职工基本养老保险关系转移接续以及灵活就业人员参保登记与待遇领取资格认证业务"
    matters = [{"code": f"m{number}", "zh": f"{name}{number}", "en": f"Matter {number}"} for number in range(9)]
    hall, phone = service.hall(matters=matters), service.visitor()
    phone.scan(service.code(hall))
    phone.says("同意")
    phone.says("张三 11010519491231002X 13800138000 36.5")
    delivery = phone.writes.text("跳过")
    first = phone.sends(delivery)
    assert tells(first, "step.matter.ask")
    assert phone.sends(delivery).reply == first.reply


def test_an_event_that_means_nothing_to_the_service_needs_no_receipt(service: Service) -> None:
    phone = service.visitor()
    location = phone.writes.event("LOCATION", Latitude="36.7", Longitude="117.0", Precision="60")
    assert service.platform.push(location).reply is None
    assert run(lambda: Receipt.select().count()) == 0


# --- what looks alike and is not the same ---


def test_two_scans_in_one_second_at_two_doors_are_two(service: Service) -> None:
    hall, phone = service.hall(), service.visitor()
    east, west = (phone.sends(phone.writes.scan(service.code(hall, door=door))) for door in (1, 2))
    assert tells(east, "check_in.opened", hall=hall.name, door="东门")
    assert tells(west, "check_in.opened", hall=hall.name, door="西门")


def test_the_same_words_sent_twice_in_one_second_are_two_messages(service: Service) -> None:
    hall, phone = service.hall(), service.visitor()
    phone.scan(service.code(hall))
    assert asks(phone.says("同意"), "name")
    assert not tells(phone.says("同意"), "step.consent.help")
    assert run(lambda: Receipt.select().count()) == 3


def test_the_same_number_on_another_persons_message_is_another_message(service: Service) -> None:
    # MsgId alone has collided across people (binarywang/WxJava #333).
    hall, first, other = service.hall(), service.visitor(), service.visitor("oVisitor0000000000000000002")
    delivery = first.writes.text(f"签到 {hall.code}")
    twin = replace(delivery, openid=other.openid, xml=delivery.xml.replace(first.openid, other.openid))
    assert twin.xml != delivery.xml
    assert tells(first.sends(delivery), "check_in.opened", hall=hall.name, door="东门")
    assert tells(other.sends(twin), "check_in.opened", hall=hall.name, door="东门")
    assert run(lambda: Receipt.select().count()) == 2


def test_two_answers_sent_at_the_same_moment_are_both_kept(service: Service) -> None:
    hall, phone = service.hall(), service.visitor()
    phone.scan(service.code(hall))
    phone.says("同意")
    in_threads(lambda: phone.says("13800138000"), lambda: phone.says("11010519491231002X"))
    phone.says("张三 社保 36.5")
    assert tells(phone.says("确认"), "check_in.done", time="09:00", hall=hall.name)
    [visit] = visits()
    assert (visit.phone, visit.id_number) == ("13800138000", "11010519491231002X")


# --- the same person at the same moment ---


def known_visitor(service: Service, hall: HallFacts) -> tuple[check_in.Entry, SignIn]:
    """Somebody who has visited before and left, and what they come with today."""
    phone = service.visitor()
    for step in whole_visit(service, hall, phone):
        phone.sends(step())
    entry = check_in.Entry(phone.openid, hall, 1, HowIn.SCAN, service.clock(), None, "zh")
    said = SignIn(name="张三", id_number="11010519491231002X", phone="13800138000", matter="social", temperature="36.5")
    return entry, said


def sign_in(entry: check_in.Entry, said: SignIn) -> check_in.SignedIn:
    """One check-in in a unit of its own, as two entrances of the service would begin it."""

    def unit() -> check_in.SignedIn:
        _, row = standing(entry.openid)
        assert row is not None
        return check_in.sign_in(entry, said, people.opened(entry.openid, row))

    try:
        return run(unit)
    finally:
        DB.close()


def test_two_confirmations_of_one_check_in_sent_at_once_make_one_visit(service: Service) -> None:
    hall, phone = service.hall(), service.visitor()
    for step in whole_visit(service, hall, phone)[:3]:
        phone.sends(step())
    both = in_threads(lambda: phone.says("确认"), lambda: phone.says("确认"))
    keys = {
        key
        for one in both
        for key in ("done", "already")
        if tells(one, f"check_in.{key}", time="09:00", hall=hall.name)
    }
    assert keys == {"done", "already"}
    assert len(visits()) == 1


@pytest.mark.parametrize("database", ["mariadb"], indirect=True)
def test_two_check_ins_that_both_saw_nobody_inside_make_one_visit(service: Service, database: peewee.Database) -> None:
    entry, said = known_visitor(service, service.hall())
    both_have_looked = threading.Barrier(2)
    looked = threading.local()

    def meet(event: peewee.QueryEvent) -> None:
        if "FROM (SELECT 1 AS one) k LEFT JOIN visits" in event.sql and not hasattr(looked, "once"):
            looked.once = True
            both_have_looked.wait(30)

    database.query_hooks.append(meet)
    try:
        first, other = in_threads(lambda: sign_in(entry, said), lambda: sign_in(entry, said))
    finally:
        database.query_hooks.remove(meet)
    assert sorted(one.already is None for one in (first, other)) == [False, True]
    assert first.visit_id == other.visit_id
    assert len(inside()) == 1
