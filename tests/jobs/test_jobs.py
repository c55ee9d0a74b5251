"""The jobs: due visits end, old things are forgotten, any number of processes may run them."""

import threading
from datetime import timedelta

import peewee
import pytest

from jobs.schedule import JOBS, scheduler
from models.services import job_slots
from models.tables.conversations import Conversation
from models.tables.database import DB, run
from models.tables.receipts import Receipt
from models.tables.visits import Visit
from tests.bot.test_check_in import first_visit
from tests.reading import inside, visits
from tests.service import NOBODY, Service


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


def test_sweeping_forgets_expired_talks_and_old_receipts_only(service: Service) -> None:
    hall, old, young = service.hall(), service.visitor(), service.visitor("oYoung000000000000000000001")
    old.scan(service.code(hall))
    service.clock.goes_on(minutes=20)
    young.scan(service.code(hall))
    assert JOBS["sweep"].run_once(service.clock.at, NOBODY) == 1
    assert run(Conversation.select().count) == 1
    service.clock.goes_on(days=4)
    JOBS["sweep"].run_once(service.clock.at, NOBODY)
    assert (run(Conversation.select().count), run(Receipt.select().count)) == (0, 0)


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
