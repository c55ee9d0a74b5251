"""The jobs: due visits end, old things are forgotten, any number of processes may run them."""

import threading
from datetime import UTC, datetime, timedelta

import peewee
import pytest
from apscheduler.events import EVENT_JOB_EXECUTED, JobExecutionEvent

from bot.flow import Talk, from_text
from jobs.schedule import JOBS, LOOK_AGAIN_SECONDS, scheduler
from models.rules.access import Role
from models.services import job_slots, limits, staff
from models.tables.attempts import Attempt
from models.tables.conversations import Conversation
from models.tables.database import DB, run
from models.tables.fields import insert
from models.tables.receipts import Receipt
from models.tables.signing_in import Session, SignIn
from models.tables.staff import Invite
from models.tables.visits import Visit
from tests.bot.test_check_in import first_visit
from tests.reading import inside, tells, visits
from tests.service import NOBODY, ONE_LINE, Service
from tests.staffed import openid, post, registered


@pytest.fixture
def service(database: peewee.Database) -> Service:
    return Service()


def test_signing_out_closes_what_is_due_and_nothing_else(service: Service) -> None:
    lunch = service.hall()
    through = service.hall("午间不打烊大厅", calendar={"weekly": [["09:00-17:00"]] * 7})
    first_visit(service, lunch)
    first_visit(service, through, service.visitor("oStaysOverLunch000000000001"))
    service.clock.shows("12:16")
    assert JOBS["sign_out"].run_once(service.clock.at, NOBODY) == 1
    assert [(visit.hall_id, visit.how_out) for visit in visits()] == [(lunch.id, "closing"), (through.id, None)]


def test_the_exit_is_the_due_time_however_late_the_job_runs(service: Service) -> None:
    first_visit(service, service.hall())
    service.clock.goes_on(days=3)
    JOBS["sign_out"].run_once(service.clock.at, NOBODY)
    [visit] = visits()
    assert visit.out_at == visit.due_at


def test_companions_are_closed_with_their_lead(service: Service) -> None:
    hall, phone = service.hall(), service.visitor()
    phone.scan(service.code(hall))
    phone.says("同意 张三 11010519491231002X 13800138000 社保 36.5")
    phone.says("同行人员")
    phone.says("王小明 李小明")
    phone.says("确认")
    service.clock.goes_on(days=1)
    JOBS["sign_out"].run_once(service.clock.at, NOBODY)
    assert [visit.how_out for visit in visits()] == ["closing"] * 3


@pytest.mark.parametrize("database", ["mariadb"], indirect=True)
def test_a_visit_that_cannot_be_closed_does_not_stop_the_others(service: Service, database: peewee.Database) -> None:
    hall = service.hall()
    for number in range(3):
        first_visit(service, hall, service.visitor(f"oOneOfThree0000000000000000{number}"))
    stubborn = visits()[0].id
    run(
        lambda: database.execute_sql(
            "CREATE TRIGGER stubborn BEFORE UPDATE ON visits FOR EACH ROW"
            f" IF OLD.id = {stubborn} THEN SIGNAL SQLSTATE '45000' SET MYSQL_ERRNO = 1644; END IF"
        )
    )
    try:
        service.clock.goes_on(days=1)
        assert JOBS["sign_out"].run_once(service.clock.at, NOBODY) == 2
        assert [visit.id for visit in inside()] == [stubborn]
    finally:
        run(lambda: database.execute_sql("DROP TRIGGER stubborn"))


def test_two_processes_at_once_close_each_visit_once(service: Service) -> None:
    hall = service.hall()
    for number in range(6):
        first_visit(service, hall, service.visitor(f"oOneOfSix00000000000000000{number}"))
    service.clock.goes_on(days=1)
    handled: list[int] = []

    def close() -> None:
        handled.append(JOBS["sign_out"].run_once(service.clock.at, NOBODY))
        DB.close()

    threads = [threading.Thread(target=close) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(handled) == 6


def test_sweeping_takes_the_answers_out_of_expired_talks_only(service: Service) -> None:
    hall, old, young = service.hall(), service.visitor(), service.visitor("oYoung000000000000000000001")
    for phone in (old, young):
        phone.scan(service.code(hall))
        phone.says(f"同意 {ONE_LINE}")
        service.clock.goes_on(minutes=10)
    JOBS["sweep"].run_once(service.clock.at, NOBODY)
    talks = {row.openid: from_text(row.state) for row in run(lambda: list(Conversation.select()))}
    assert talks[old.openid] == Talk("check_in", {"hall": hall.id, "door": 1})
    assert talks[young.openid].answers["name"] == "张三"


def test_whoever_comes_back_within_the_hour_is_told_that_their_time_is_over(service: Service) -> None:
    phone = service.visitor()
    phone.scan(service.code(service.hall()))
    phone.says("English")
    service.clock.goes_on(minutes=16)
    JOBS["sweep"].run_once(service.clock.at, NOBODY)
    assert JOBS["sweep"].run_once(service.clock.at, NOBODY) == 0
    assert tells(phone.says("Zhang San"), "expired.check_in", language="en")
    service.clock.goes_on(hours=2)
    JOBS["sweep"].run_once(service.clock.at, NOBODY)
    assert run(Conversation.select().count) == 0


def test_an_expired_talk_is_gone_altogether_an_hour_later(service: Service) -> None:
    phone = service.visitor()
    phone.scan(service.code(service.hall()))
    service.clock.goes_on(minutes=76)
    JOBS["sweep"].run_once(service.clock.at, NOBODY)
    assert run(Conversation.select().count) == 0
    assert tells(phone.says("张三"), "engine.not_understood")


def test_answers_that_waited_behind_an_expired_talk_are_gone_with_it(service: Service) -> None:
    phone = service.visitor()
    phone.scan(service.code(service.hall()))
    phone.says(f"同意 {ONE_LINE}")
    phone.scan(service.code(service.hall("政务分中心")))
    phone.says("取消")
    service.clock.goes_on(minutes=16)
    JOBS["sweep"].run_once(service.clock.at, NOBODY)
    assert run(Conversation.select().count) == 0


def test_a_scan_after_an_expired_talk_was_swept_begins_anew(service: Service) -> None:
    hall, phone = service.hall(), service.visitor()
    phone.scan(service.code(hall))
    phone.says(f"同意 {ONE_LINE}")
    service.clock.goes_on(minutes=16)
    JOBS["sweep"].run_once(service.clock.at, NOBODY)
    phone.scan(service.code(hall))
    phone.says(f"同意 {ONE_LINE}")
    assert tells(phone.says("确认"), "check_in.done", time="09:16", hall=hall.name)


@pytest.mark.parametrize("last", ["取消", "人工帮忙", "13800138001"])
def test_nothing_that_was_said_without_being_registered_is_left_after_the_minutes(service: Service, last: str) -> None:
    phone = service.visitor()
    phone.scan(service.code(service.hall()))
    for said in ("同意", ONE_LINE, last):
        phone.says(said)
    kept = everything_kept()
    assert "张三" in kept
    service.clock.goes_on(minutes=16)
    JOBS["sweep"].run_once(service.clock.at, NOBODY)
    assert [part for part in (*ONE_LINE.split(), "13800138001") if part in everything_kept()] == []


def everything_kept() -> str:
    """What somebody with the keys could read of talks and replies."""
    talks = run(lambda: [row.state for row in Conversation.select()])
    return "\n".join([*talks, *(row.reply or "" for row in run(lambda: list(Receipt.select())))])


def test_a_reply_is_forgotten_after_a_while_and_its_delivery_is_still_known(service: Service) -> None:
    hall, phone = service.hall(), service.visitor()
    scan = phone.writes.scan(service.code(hall))
    first = phone.sends(scan)
    service.clock.goes_on(minutes=14)
    JOBS["sweep"].run_once(service.clock.at, NOBODY)
    assert phone.sends(scan).reply == first.reply
    service.clock.goes_on(minutes=2)
    JOBS["sweep"].run_once(service.clock.at, NOBODY)
    assert phone.sends(scan).reply is None
    assert run(Receipt.select().count) == 1


def test_replies_that_were_missed_while_no_sweep_could_run_are_forgotten_within_the_hour(service: Service) -> None:
    phone = service.visitor()
    phone.scan(service.code(service.hall()))
    service.clock.goes_on(hours=30, minutes=1)
    for _ in range(60):
        JOBS["sweep"].run_once(service.clock.at, NOBODY)
        service.clock.goes_on(minutes=1)
    assert [row.reply for row in run(lambda: list(Receipt.select()))] == [None]


def test_receipts_are_forgotten_after_days(service: Service) -> None:
    service.visitor().scan(service.code(service.hall()))
    service.clock.goes_on(days=3, minutes=1)
    JOBS["sweep"].run_once(service.clock.at, NOBODY)
    assert (run(Conversation.select().count), run(Receipt.select().count)) == (0, 0)


def test_invites_tries_sign_ins_and_sessions_are_forgotten_a_day_after_they_were_over(service: Service) -> None:
    at = service.clock.at
    over = at + timedelta(hours=2)
    staff.invite(post(registered()), Role.GUARD, "李建国", at)
    limits.count(limits.BINDING, "somebody", at)
    run(lambda: insert(SignIn, kind="scan", token_hash=b"t", state="new", target="", device="", made_at=at,
                       expires_at=over))  # fmt: skip
    run(lambda: insert(Session, id_hash=b"s", public_id="s", openid=openid("Admin"), place="desk", device="",
                       begun_at=at, seen_at=at, expires_at=over))  # fmt: skip
    tables = (Invite, Attempt, SignIn, Session)
    service.clock.goes_on(hours=26)
    JOBS["sweep"].run_once(service.clock.at, NOBODY)
    # Of tries nothing is told afterwards: those of the registering are over too.
    assert [run(table.select().count) for table in tables] == [1, 0, 1, 1]
    service.clock.goes_on(seconds=1)
    JOBS["sweep"].run_once(service.clock.at, NOBODY)
    assert [run(table.select().count) for table in tables] == [0, 0, 0, 0]


def test_a_sign_in_and_a_session_that_go_on_are_left_alone(service: Service) -> None:
    at = service.clock.at
    run(lambda: insert(Session, id_hash=b"s", public_id="s", openid=openid("Admin"), place="desk", device="",
                       begun_at=at, seen_at=at, expires_at=at + timedelta(days=1)))  # fmt: skip
    service.clock.goes_on(hours=40)
    JOBS["sweep"].run_once(service.clock.at, NOBODY)
    assert run(Session.select().count) == 1


def test_a_slot_is_taken_by_one_process_only(service: Service) -> None:
    taken: list[bool] = []
    start = threading.Barrier(4)

    def take() -> None:
        start.wait()
        taken.append(job_slots.take("sign_out", 60, service.clock.at))
        DB.close()

    threads = [threading.Thread(target=take) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(taken) == [False, False, False, True]
    assert job_slots.take("sign_out", 60, service.clock.at + timedelta(seconds=60))


def test_the_scheduler_runs_every_job_at_once_and_ends_cleanly(service: Service) -> None:
    first_visit(service, service.hall())
    service.clock.goes_on(days=1)
    running = scheduler(NOBODY, service.clock)
    done = threading.Event()
    running.add_listener(lambda _: done.set() if not inside_now() else None)

    def inside_now() -> int:
        count = run(lambda: Visit.select().where(Visit.out_at.is_null()).count())
        DB.close()
        return int(count)

    running.start()
    assert done.wait(20)
    running.shutdown(wait=True)
    assert [visit.how_out for visit in visits()] == ["closing"]


def test_a_clock_that_was_hours_ahead_and_is_put_right_holds_no_job_up(service: Service) -> None:
    running, all_ran = scheduler(NOBODY, service.clock), threading.Event()
    running.start(paused=True)
    for job in running.get_jobs():
        job.modify(next_run_time=datetime.now(UTC) + timedelta(hours=2))
    left = set(JOBS)

    def ran(event: JobExecutionEvent) -> None:
        left.discard(event.job_id)
        if not left:
            all_ran.set()

    running.add_listener(ran, EVENT_JOB_EXECUTED)
    running.resume()
    assert all_ran.wait(20)
    running.shutdown(wait=True)


def test_however_far_the_next_job_is_the_scheduler_looks_at_the_clock_again_within_seconds(service: Service) -> None:
    """The clock may be put back between two looks at it: what is an hour away then was due at once."""
    running = scheduler(NOBODY, service.clock)
    running.start(paused=True)
    for job in running.get_jobs():
        job.modify(next_run_time=datetime.now(UTC) + timedelta(hours=1))
        if job.id != "callers":
            running.remove_job(job.id)
    running.resume()
    assert running._process_jobs() == LOOK_AGAIN_SECONDS
    running.shutdown(wait=True)
