"""The contacts of a case are told by the best way there is for each; nobody twice."""

import json
from datetime import timedelta

import pytest

from models.phrases import LANGUAGES
from models.rules.access import Role
from models.rules.halls import HallFacts
from models.rules.notices import KIND, Fate, Told, Way
from models.rules.sending import Outcome, Result
from models.services import audit, outbox
from models.services.casework import notices
from models.tables.cases import Case, CaseStatus, Tracing
from models.tables.contacts import ContactState, Notice
from models.tables.database import run
from models.tables.looks import Look
from models.tables.outbox import Outgoing
from models.tables.people import Person
from models.tables.visits import Visit
from tests.notified import TEMPLATE, TEMPLATES, account, agreed, also_was_there, case, contact, desk, did, planned, send
from tests.service import MONDAY_9, Clock
from tests.staffed import at_once, joins, openid, operator, post, refused, registered, told
from tests.visited import stay

pytestmark = pytest.mark.usefixtures("database")

ADVICE = "请留意身体情况"


# --- the plan ---


def test_each_contact_is_told_by_the_best_way_that_is_open(hall: HallFacts, found: Case, clock: Clock) -> None:
    for number, who in enumerate(("Wrote", "Agreed", "Follows", "Left"), start=1):
        contact(hall, found, number, account(who), phone="13800138000")
    contact(hall, found, 5, phone="13800138001")
    lead = stay(hall, MONDAY_9, phone="13800138002")
    contact(hall, found, 6, lead_id=lead)
    contact(hall, found, 7)
    did("Wrote", "text", clock() - timedelta(hours=47))
    agreed("Agreed")
    did("Left", "left", clock() - timedelta(hours=1))
    plan = planned(hall, found, clock)
    assert [one.way for one in plan.contacts] == [
        Way.WINDOW, Way.SUBSCRIPTION, Way.TEMPLATE, Way.PHONE, Way.PHONE, Way.LEADS_PHONE, Way.NONE,
    ]  # fmt: skip
    assert (plan.to_send, plan.to_send_again) == (3, 0)
    assert [one.number for one in plan.contacts if one.is_by_phone] == [4, 5, 6, 7]


def test_without_templates_only_who_wrote_lately_is_reached(hall: HallFacts, found: Case, clock: Clock) -> None:
    contact(hall, found, 1, account("Scanned"))
    contact(hall, found, 2, account("Wrote"))
    did("Scanned", "scan", clock() - timedelta(minutes=5))
    did("Wrote", "text", clock())
    assert [one.way for one in planned(hall, found, clock, {}).contacts] == [Way.NONE, Way.WINDOW]


def test_a_browser_is_not_written_to(hall: HallFacts, found: Case, clock: Clock) -> None:
    browser = account("x")
    run(lambda: Person.update(openid="browser:0123").where(Person.id == browser).execute())
    contact(hall, found, 1, browser, phone="13800138000")
    assert [one.way for one in planned(hall, found, clock).contacts] == [Way.PHONE]


def test_of_two_accounts_of_one_contact_the_one_that_is_open_is_taken(
    hall: HallFacts, found: Case, clock: Clock
) -> None:
    first, second = account("First"), account("Second")
    contact_id = contact(hall, found, 1, first)
    also_was_there(found, contact_id, stay(hall, MONDAY_9 + timedelta(hours=2), person_id=second))
    did("First", "text", clock())
    [one] = planned(hall, found, clock).contacts
    assert (one.way, one.openid) == (Way.WINDOW, openid("First"))
    assert len(one.stays) == 2


def test_whoever_staff_have_spoken_to_and_who_is_gone_from_the_list_is_sent_nothing(
    hall: HallFacts, found: Case, clock: Clock
) -> None:
    contact(hall, found, 1, account("A"), state=ContactState.REACHED)
    contact(hall, found, 2, account("B"), is_gone=True)
    contact(hall, found, 3, account("C"), state=ContactState.CALLED)
    plan = planned(hall, found, clock)
    assert ([one.number for one in plan.contacts], plan.to_send, plan.done) == ([1, 3], 1, 1)


def test_a_contact_whose_stays_were_erased_can_only_be_looked_up_on_paper(
    hall: HallFacts, found: Case, clock: Clock
) -> None:
    contact(hall, found, 1, account("A"))
    run(lambda: Visit.delete().execute())
    assert [one.way for one in planned(hall, found, clock).contacts] == [Way.NONE]
    assert send(hall, found, clock).count == 0


# --- what is said ---


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_text_says_when_and_where_and_whom_to_call_and_nothing_of_a_case(
    hall: HallFacts, found: Case, clock: Clock, language: str
) -> None:
    contact(hall, found, 1, account("A", language), left=None)
    send(hall, found, clock)
    [text] = told("A")
    assert all(part in text for part in (hall.name, "2026-03-02", "09:00", hall.phone))
    assert not any(part in text for part in (found.number, "病例", "确诊", "阳性", "case", "http", "<a"))
    assert len(text.encode()) <= 2047


def test_a_guessed_exit_is_told_as_one(hall: HallFacts, found: Case, clock: Clock) -> None:
    for number, (who, how_out) in enumerate((("A", "scan"), ("B", "closing"), ("C", "stated")), start=1):
        contact(hall, found, number, account(who), how_out=how_out)
    send(hall, found, clock)
    guessed = ["最晚到" in told(who)[0] for who in "ABC"]
    assert guessed == [False, True, False]


def test_nor_does_a_template_give_a_guessed_exit_as_the_end_of_a_stay(
    hall: HallFacts, found: Case, clock: Clock
) -> None:
    contact(hall, found, 1, account("A"), how_out="closing")
    contact(hall, found, 2, account("B"), how_out="scan")
    send(hall, found, clock)
    told_by = {row.openid: json.loads(row.content)["values"] for row in run(lambda: list(Outgoing.select()))}
    assert told_by[openid("A")]["span"] == "2026-03-02 09:00"
    assert told_by[openid("B")]["span"] == "2026-03-02 09:00~2026-03-02 09:40"


def test_who_is_still_inside_is_told_since_when(hall: HallFacts, found: Case, clock: Clock) -> None:
    contact(hall, found, 1, account("A"), left=None)
    notices.send(
        post(hall), found.public_id, planned(hall, found, clock).key, TEMPLATES, MONDAY_9 + timedelta(minutes=1)
    )
    assert "您 2026-03-02 09:00 起 在本大厅" in told("A")[0]


def test_a_hall_of_a_long_name_and_many_stays_still_fit_into_a_message(clock: Clock) -> None:
    hall = registered("政务服务大厅" * 6)
    found = case(hall)
    contact_id = contact(hall, found, 1, account("A"))
    for hours in range(1, 30):
        also_was_there(found, contact_id, stay(hall, MONDAY_9 + timedelta(hours=hours), person_id=None))
    send(hall, found, clock)
    assert len(told("A")[0].encode()) <= 2047
    [row] = run(lambda: list(Outgoing.select()))
    assert all(
        len(value) <= 20 for value in TEMPLATE.filled(json.loads(row.content)["values"]).values() if "~" not in value
    )


# --- sending ---


def test_pressed_twice_it_is_sent_once(hall: HallFacts, found: Case, clock: Clock) -> None:
    contact(hall, found, 1, account("A"))
    plan = planned(hall, found, clock)
    assert [send(hall, found, clock, key=plan.key).count for _ in range(2)] == [1, 0]
    assert send(hall, found, clock).count == 0
    assert len(told("A")) == 1


def test_a_second_press_of_the_same_page_sends_nothing_even_after_a_failure(
    hall: HallFacts, found: Case, clock: Clock
) -> None:
    contact(hall, found, 1, account("A"))
    key = planned(hall, found, clock).key
    send(hall, found, clock, key=key)
    at_desk, taken = desk(Outcome(Result.CLOSED, "not_following"))
    outbox.send_due(clock(), at_desk)
    outbox.send_due(clock(), at_desk)
    assert [send(hall, found, clock, again=again, key=key).count for again in (False, True)] == [0, 0]
    assert len(taken) == 1


def test_whom_a_notice_did_not_reach_is_told_by_telephone_or_sent_another_one_on_request(
    hall: HallFacts, found: Case, clock: Clock
) -> None:
    contact(hall, found, 1, account("A"), phone="13800138000")
    send(hall, found, clock)
    at_desk, _ = desk(Outcome(Result.CLOSED, "template"))
    outbox.send_due(clock(), at_desk)
    outbox.send_due(clock(), at_desk)
    plan = planned(hall, found, clock)
    [one] = plan.contacts
    assert (one.way, one.sent, one.again, one.is_by_phone) == (
        Way.PHONE, Fate(Told.FAILED, "template"), Way.TEMPLATE, True,
    )  # fmt: skip
    assert (plan.to_send, plan.to_send_again, send(hall, found, clock).count) == (0, 1, 0)
    assert send(hall, found, clock, again=True).count == 1
    outbox.send_due(clock(), at_desk)
    [one] = planned(hall, found, clock).contacts
    assert (one.sent, one.is_by_phone) == (Fate(Told.ACCEPTED), False)
    assert notices.counts(post(hall), found.public_id) == {Fate(Told.ACCEPTED): 1}
    assert len({row.key for row in run(lambda: list(Notice.select()))}) == 2


@pytest.mark.parametrize(
    ("answer", "verdict", "fate", "again"),
    [
        (Outcome(Result.SENT, msgid="1"), None, Told.ACCEPTED, 0),
        (Outcome(Result.SENT, msgid="1"), "delivered", Told.DELIVERED, 0),
        (Outcome(Result.SENT, msgid="1"), "user_block", Told.FAILED, 1),
        (Outcome(Result.AGAIN, "busy"), None, Told.QUEUED, 0),
        (Outcome(Result.HELD, "account"), None, Told.QUEUED, 0),
        (Outcome(Result.AGAIN, "daily_quota", pause="until_day"), None, Told.QUEUED, 0),
        (Outcome(Result.CLOSED, "not_following"), None, Told.FAILED, 1),
    ],
)
def test_each_answer_of_the_platform_is_told_as_what_it_is(
    hall: HallFacts, found: Case, clock: Clock, answer: Outcome, verdict: str | None, fate: Told, again: int
) -> None:
    contact_id = contact(hall, found, 1, account("A"))
    send(hall, found, clock)
    at_desk, _ = desk(answer)
    outbox.send_due(clock(), at_desk)
    if answer.result is Result.CLOSED:
        outbox.send_due(clock(), at_desk)
    if verdict:
        run(lambda: Outgoing.update(verdict=verdict).execute())
    [(seen, row)] = notices.states(post(hall), found.public_id, [contact_id]).values()
    assert (seen.told, row.channel) == (fate, "template")
    assert planned(hall, found, clock).to_send_again == again


def test_what_may_have_arrived_is_not_sent_again_and_the_person_is_called(
    hall: HallFacts, found: Case, clock: Clock
) -> None:
    contact(hall, found, 1, account("A"), phone="13800138000")
    did("A", "text", clock())
    send(hall, found, clock)
    outbox.send_due(clock(), desk(Outcome(Result.UNKNOWN, "busy"))[0])
    plan = planned(hall, found, clock)
    assert [(one.sent, one.is_by_phone) for one in plan.contacts] == [(Fate(Told.UNKNOWN, "outcome_unknown"), True)]
    assert (plan.to_send, plan.to_send_again) == (0, 0)


def test_after_two_days_what_could_not_be_sent_is_given_up(hall: HallFacts, found: Case, clock: Clock) -> None:
    contact(hall, found, 1, account("A"))
    send(hall, found, clock)
    clock.goes_on(hours=48)
    at_desk, taken = desk()
    outbox.send_due(clock(), at_desk)
    assert (taken, notices.counts(post(hall), found.public_id)) == ([], {Fate(Told.FAILED, "expired"): 1})


def test_what_became_of_a_notice_outlives_the_outbox(hall: HallFacts, found: Case, clock: Clock) -> None:
    contact(hall, found, 1, account("A"))
    contact(hall, found, 2, account("B"))
    send(hall, found, clock)
    outbox.send_due(clock(), desk(Outcome(Result.SENT, msgid="7"), Outcome(Result.AGAIN, "busy"))[0])
    run(lambda: Outgoing.update(verdict="delivered").where(Outgoing.msgid == "7").execute())
    before = notices.counts(post(hall), found.public_id)
    clock.goes_on(days=8)
    assert outbox.sweep(clock()) == 0  # nothing is lost that was not settled
    outbox.send_due(clock(), desk()[0])
    assert notices.settle(clock()) > 0
    assert outbox.sweep(clock()) == 2
    assert before == {Fate(Told.DELIVERED): 1, Fate(Told.QUEUED, "busy"): 1}
    assert notices.counts(post(hall), found.public_id) == {Fate(Told.DELIVERED): 1, Fate(Told.FAILED, "busy"): 1}


def test_what_a_notice_said_is_forgotten_once_it_is_of_no_use(hall: HallFacts, found: Case, clock: Clock) -> None:
    contact(hall, found, 1, account("A"))
    send(hall, found, clock)
    outbox.send_due(clock(), desk()[0])
    clock.goes_on(hours=49)
    notices.settle(clock())
    assert [row.content for row in run(lambda: list(Outgoing.select()))] == ["{}"]


def test_many_contacts_are_sent_in_units_of_their_own_and_a_press_goes_on_where_another_stopped(
    hall: HallFacts, found: Case, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(notices, "EACH", 3)
    monkeypatch.setattr(notices, "MOST_AT_ONCE", 5)
    for number in range(1, 9):
        contact(hall, found, number, account(f"P{number:03}x"))
    assert [send(hall, found, clock) for _ in range(2)] == [notices.Sent(6, True), notices.Sent(2, False)]
    assert run(lambda: Notice.select().count()) == 8


def test_sending_is_noted_with_counts_and_no_names(hall: HallFacts, found: Case, clock: Clock) -> None:
    contact(hall, found, 1, account("A"), name="孙小美")
    send(hall, found, clock)
    [row] = audit.latest(hall.id, clock() + timedelta(seconds=1), action="case_notice")
    assert json.loads(row.detail) == {"number": found.number, "count": 1, "template": 1}
    [look] = run(lambda: list(Look.select()))
    assert (look.what, look.case_id) == ("notice", found.id)


# --- who may, and when ---


def test_only_a_case_of_ones_own_hall_that_is_open_and_explained_is_sent_notices(
    hall: HallFacts, found: Case, clock: Clock
) -> None:
    other = registered("禹城市政务服务大厅", "Other")
    contact(hall, found, 1, account("A"))
    key = planned(hall, found, clock).key
    guard = joins(hall, "Guard", "李四")
    suspended = post(hall)
    cases = {
        "case_unknown": (post(other, "Other"), found.public_id, key),
        "not_yours": (guard, found.public_id, key),
        "notice_plan_changed": (post(hall), found.public_id, "0-0"),
    }
    assert {
        code: refused(lambda who=who, of=of, key=key: notices.send(who, of, key, TEMPLATES, clock()))
        for code, (who, of, key) in cases.items()
    } == {code: code for code in cases}
    runs_all = operator()
    assert refused(lambda: notices.send(runs_all, found.public_id, key, TEMPLATES, clock())) == "not_yours"
    for code, columns in (
        ("case_reason_missing", {"reason": None}),
        ("case_reason_missing", {"authority": None}),
        ("case_closed", {"status": CaseStatus.CLOSED}),
        ("case_not_traced", {"tracing": Tracing.WANTED}),
    ):
        row = case(hall, **columns)
        assert (
            refused(lambda row=row: notices.send(suspended, row.public_id, f"0{key[1:]}", TEMPLATES, clock())) == code
        )
    assert told("A") == []


def test_a_hall_without_a_number_to_call_cannot_send(clock: Clock) -> None:
    hall = registered(phone="")
    found = case(hall)
    contact(hall, found, 1, account("A"))
    assert refused(lambda: send(hall, found, clock)) == "notice_no_phone"


def test_a_hall_that_changed_its_number_since_the_plan_was_shown_is_asked_again(
    hall: HallFacts, found: Case, clock: Clock
) -> None:
    contact(hall, found, 1, account("A"))
    key = planned(hall, found, clock, {}).key
    assert refused(lambda: send(hall, found, clock, key=key)) == "notice_plan_changed"


@pytest.mark.parametrize("key", ["", "-", "x", "0", "9" * 30, "１-0", "0-" + "0" * 400, "\ud800-1", "-1-0"])
def test_a_made_up_key_sends_nothing(hall: HallFacts, found: Case, clock: Clock, key: str) -> None:
    contact(hall, found, 1, account("A"))
    send_it = lambda: notices.send(post(hall), found.public_id, key, TEMPLATES, clock())  # noqa: E731
    assert refused(send_it) == "notice_plan_changed"


@pytest.mark.parametrize("public_id", ["", "x", "病例", "' OR 1=1 --", "a" * 500, "\ud800"])
def test_a_made_up_case_is_none(hall: HallFacts, clock: Clock, public_id: str) -> None:
    assert refused(lambda: notices.plan(post(hall), public_id, TEMPLATES, clock())) == "case_unknown"


def test_two_admins_who_press_at_once_send_one_notice_to_each(hall: HallFacts, found: Case, clock: Clock) -> None:
    for number in range(1, 21):
        contact(hall, found, number, account(f"P{number:03}x"))
    second = joins(hall, "Second", "赵六", Role.ADMIN)
    keys = planned(hall, found, clock).key
    done = at_once(
        *(
            lambda who=who: notices.send(who, found.public_id, keys, TEMPLATES, clock())
            for who in (post(hall), second, post(hall), second)
        )
    )
    assert sum(one.count for one in done) == 20
    assert run(lambda: Outgoing.select().where(Outgoing.kind == KIND).count()) == 20
