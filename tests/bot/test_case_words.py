"""通知 CASE in the chat: whom it reaches is said before a yes, and nobody is told twice."""

import pytest

from models.phrases import say
from models.rules.access import Role
from models.rules.notices import KIND
from models.tables.cases import Case, CaseStatus, Tracing
from models.tables.database import run
from models.tables.outbox import Outgoing
from tests.notified import account, case, contact, did
from tests.reading import asks, tells
from tests.service import Service
from tests.staffed import told

ADMIN = "oStaff00000000000000000000001"


@pytest.fixture
def found(service: Service) -> Case:
    """A case with one contact who has written lately, and one who can be called."""
    hall = service.hall()
    service.staff(hall)
    found = case(hall)
    contact(hall, found, 1, account("Wrote"), name="孙小美")
    contact(hall, found, 2, phone="13800138000", name="周大福")
    did("Wrote", "text", service.clock())
    return found


def notices_sent() -> int:
    return run(Outgoing.select().where(Outgoing.kind == KIND).count)


def test_whom_each_way_reaches_and_the_words_are_said_before_anything_is_sent(service: Service, found: Case) -> None:
    reply = service.platform.phone(ADMIN).says(f"通知 {found.number}")
    assert asks(reply, "notify")
    text = reply.reply or ""
    for way in ("window", "phone"):
        assert say("zh", "notices.chat_way", way=say("zh", f"notices.way.{way}"), count=1) in text
    assert "0534-8210000" in text
    assert f"/cases/{found.public_id}/notices" in text
    assert not any(part in text for part in ("孙小美", "周大福", "13800138000"))
    assert notices_sent() == 0


def test_a_yes_sends_and_a_second_yes_sends_nothing_more(service: Service, found: Case) -> None:
    admin = service.platform.phone(ADMIN)
    admin.says(f"通知 {found.number}")
    assert tells(admin.says("确认"), "notices.chat_done", count=1)
    admin.says("确认")
    assert len(told("Wrote")) == 1
    assert tells(admin.says(f"通知 {found.number}"), "notices.chat_nobody")


@pytest.mark.parametrize("no", ["不发", "不", "取消"])
def test_whoever_says_no_sends_nothing(service: Service, found: Case, no: str) -> None:
    admin = service.platform.phone(ADMIN)
    admin.says(f"通知 {found.number}")
    assert tells(admin.says(no), "cancelled.notify")
    assert notices_sent() == 0


def test_a_yes_that_comes_too_late_sends_nothing(service: Service, found: Case) -> None:
    admin = service.platform.phone(ADMIN)
    admin.says(f"通知 {found.number}")
    service.clock.goes_on(minutes=16)
    assert tells(admin.says("确认"), "expired.notify")
    assert notices_sent() == 0


def test_a_case_that_was_closed_before_the_yes_is_sent_nothing(service: Service, found: Case) -> None:
    admin = service.platform.phone(ADMIN)
    admin.says(f"通知 {found.number}")
    run(lambda: Case.update(status=CaseStatus.CLOSED).execute())
    assert tells(admin.says("确认"), "refused.case_closed")
    assert notices_sent() == 0


def test_without_a_number_it_says_how(service: Service, found: Case) -> None:
    assert tells(service.platform.phone(ADMIN).says("通知"), "notices.chat_how")


@pytest.mark.parametrize("number", ["2026-999", "abc", "' OR 1=1", "2026-" + "9" * 200, "孙小美", "13800138000", "-1"])
def test_what_is_no_number_of_a_case_gets_one_sentence(service: Service, found: Case, number: str) -> None:
    assert tells(service.platform.phone(ADMIN).says(f"通知 {number}"), "refused.case_unknown")


def test_a_case_of_another_hall_is_none(service: Service, found: Case) -> None:
    other = service.hall("高新区政务大厅")
    elsewhere = service.staff(other, openid="oOther00000000000000000000001")
    assert tells(elsewhere.says(f"通知 {found.number}"), "refused.case_unknown")


def test_a_guard_and_a_visitor_hear_nothing_of_cases(service: Service, found: Case) -> None:
    hall = service.hall("第三大厅")
    guard = service.staff(hall, Role.GUARD, "oGuard00000000000000000000001")
    for phone in (guard, service.visitor()):
        assert tells(phone.says(f"通知 {found.number}"), "hall.staff_only")


@pytest.mark.parametrize("code", ["case_reason_missing", "notice_no_phone", "case_closed", "case_not_traced"])
def test_what_is_missing_is_said_with_the_way_to_it(service: Service, code: str) -> None:
    hall = service.hall(phone="" if code == "notice_no_phone" else "0534-8210000")
    admin = service.staff(hall)
    columns = {
        "case_reason_missing": {"reason": None},
        "case_closed": {"status": CaseStatus.CLOSED},
        "case_not_traced": {"tracing": Tracing.WANTED},
    }.get(code, {})
    found = case(hall, **columns)
    contact(hall, found, 1, account("A"))
    reply = admin.says(f"通知 {found.number}")
    assert tells(reply, f"refused.{code}")
    assert f"/cases/{found.public_id}/notices" in (reply.reply or "")


def test_a_case_of_thousands_is_sent_from_the_page(service: Service) -> None:
    hall = service.hall()
    admin = service.staff(hall)
    found = case(hall, contacts=2000)
    reply = admin.says(f"通知 {found.number}")
    assert tells(reply, "notices.chat_many", count=2000)


def test_in_english_too(service: Service, found: Case) -> None:
    admin = service.platform.phone(ADMIN)
    admin.says("English")
    assert asks(admin.says(f"通知 {found.number}"), "notify", "en")
