"""The health of the service in plain words, with what to do for each problem."""

from datetime import timedelta
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from jobs.schedule import JOBS
from models.phrases import PHRASES
from models.services import certification, erasure_journal, job_slots, outbox
from models.services.posts import Post
from models.tables import journal
from models.tables.database import run
from models.tables.housekeeping import JobRun
from models.tables.signing_in import Session
from tests.service import MONDAY_9, NOBODY, Clock, Service
from tests.staffed import registered

TODOS = {key: text for key, text in PHRASES["zh"].items() if key.startswith(("operating.todo.", "operating.mend."))}


def todos(client: FlaskClient) -> set[str]:
    """What there is to do."""
    page = client.get("/operator/health").text
    return {key.removeprefix("operating.") for key, text in TODOS.items() if text in page}


@pytest.fixture
def sound(zhao: Post, clock: Clock) -> None:
    """A service on which messages come and jobs run."""
    service = Service(clock=clock)
    service.visitor().says("帮助")
    for name, job in JOBS.items():
        job_slots.take(name, job.PERIOD_SECONDS, clock())


@pytest.mark.usefixtures("sound")
def test_of_a_sound_service_there_is_nothing_to_do(client: FlaskClient) -> None:
    assert todos(client) == set()
    assert PHRASES["zh"]["operating.all_well"] in client.get("/operator/health").text


def test_of_a_service_that_never_ran_it_is_said_what_to_do(client: FlaskClient) -> None:
    assert todos(client) == {"todo.delivery", "todo.jobs"}


@pytest.mark.usefixtures("sound")
@pytest.mark.parametrize(("hours", "found"), [(23, set()), (24, {"todo.delivery"})])
def test_a_day_of_silence_is_a_problem(client: FlaskClient, clock: Clock, hours: int, found: set[str]) -> None:
    clock.goes_on(hours=hours)
    run(lambda: JobRun.update(started_at=clock()).execute())
    assert todos(_again(client, clock)) == found


def _again(client: FlaskClient, clock: Clock) -> FlaskClient:
    """The session would end meanwhile, which is another test's matter."""
    run(lambda: Session.update(seen_at=clock(), expires_at=clock() + timedelta(hours=1)).execute())
    return client


@pytest.mark.usefixtures("sound")
def test_a_job_that_stands_still_is_a_problem(client: FlaskClient, clock: Clock) -> None:
    clock.goes_on(minutes=6)
    assert todos(client) == {"todo.jobs"}


@pytest.mark.usefixtures("sound")
def test_erasures_that_are_not_written_to_the_journal_are_a_problem(
    client: FlaskClient, clock: Clock, tmp_path: Path
) -> None:
    said = {key: PHRASES["zh"][f"restored.{key}"] for key in ("journal", "journal_well", "journal_todo")}
    assert said["journal"] not in client.get("/operator/health").text
    erasure_journal.use(tmp_path / "erasures.journal")
    page = client.get("/operator/health").text
    assert said["journal_well"] in page and said["journal_todo"] not in page
    run(lambda: journal.add("a line", clock() - timedelta(minutes=4)))
    page = client.get("/operator/health").text
    assert "有 1 条没有写进" in page and said["journal_todo"] in page
    erasure_journal.use(tmp_path)
    page = client.get("/operator/health").text
    assert PHRASES["zh"]["restored.journal_closed"] in page and said["journal_todo"] in page


@pytest.mark.usefixtures("sound")
@pytest.mark.parametrize(("minutes", "found"), [(29, set()), (30, {"todo.outbox"})])
def test_a_message_that_waits_long_is_a_problem(
    client: FlaskClient, clock: Clock, minutes: int, found: set[str]
) -> None:
    at = clock() - timedelta(minutes=minutes)
    outbox.write("test:1", "staff", "oNobody", "您好", {}, at, at + timedelta(days=1))
    assert todos(client) == found
    assert f"1 条，最早的是{minutes} 分钟前写的" in client.get("/operator/health").text


@pytest.mark.usefixtures("sound")
def test_why_messages_did_not_arrive_is_told(client: FlaskClient, clock: Clock) -> None:
    outbox.write("test:1", "staff", "oNobody", "您好", {}, clock(), clock() + timedelta(days=1))
    JOBS["outbox"].run_once(clock(), NOBODY)
    assert f"{PHRASES['zh']['undelivered.no_window']}，1 条" in client.get("/operator/health").text


@pytest.mark.usefixtures("sound")
def test_halls_that_wait_are_something_to_do(client: FlaskClient) -> None:
    registered(approval=True)
    assert todos(client) == {"todo.waiting"}


@pytest.mark.usefixtures("sound")
def test_codes_that_run_out_are_a_problem(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("models.services.codes.WARN_AT", 0)
    assert todos(client) == {"todo.codes"}


@pytest.mark.usefixtures("sound")
def test_a_slow_database_is_a_problem(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("web.operator.health.SLOW_SECONDS", 0)
    assert todos(client) == {"todo.database"}


def test_every_job_has_a_name_that_people_know() -> None:
    assert [name for name in JOBS if f"operating.job.{name}" not in PHRASES["zh"]] == []


def test_times_are_told_by_the_clocks_of_the_halls(client: FlaskClient) -> None:
    assert MONDAY_9.hour == 1
    assert "2026-03-02 09:00" in client.get("/operator/health").text


@pytest.mark.usefixtures("sound")
@pytest.mark.parametrize(("days", "found"), [(31, set()), (29, {"todo.certified"}), (-1, {"todo.certified"})])
def test_a_certification_that_ends_soon_is_a_problem(
    client: FlaskClient, clock: Clock, days: int, found: set[str]
) -> None:
    certification.tell("annual_renew", clock(), clock() + timedelta(days=days))
    assert todos(client) == found
    assert PHRASES["zh"]["operating.health.certified"] in client.get("/operator/health").text
