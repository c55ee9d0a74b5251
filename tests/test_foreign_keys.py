"""Part of the data stands under a key that is not here: in the chat and in the jobs, everybody else is served as ever,
and whoever it concerns begins afresh."""

import logging
from datetime import timedelta

import peewee
import pytest

from bot.staff_words import WORDS as STAFF_WORDS
from bot.words import WORDS
from jobs.schedule import JOBS
from models.services.tokens import Tokens
from models.tables.conversations import Conversation
from models.tables.database import run
from models.tables.visits import Visit
from tests.busy_day import BusyDay
from tests.foreign import under_a_foreign_key
from tests.service import MONDAY_9, NOBODY, ONE_LINE, Service
from tests.visited import came


@pytest.fixture
def service(database: peewee.Database) -> Service:
    """A busy day is over, and nothing of it can be read."""
    service = Service()
    BusyDay(service).pass_by()
    assert under_a_foreign_key() > 20
    return service


def failures(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.getMessage() for record in caplog.records if record.levelno >= logging.ERROR]


def test_a_visitor_whose_data_cannot_be_read_checks_in_afresh(
    service: Service, caplog: pytest.LogCaptureFixture
) -> None:
    hall = service.hall("新大厅")
    phone = service.visitor("oBusyDay00000000000000000001")
    service.clock.shows("09:30", days=1)
    phone.scan(service.code(hall))
    service.clock.goes_on(seconds=5)
    phone.says("同意")
    phone.says(ONE_LINE)
    phone.says("确认")
    assert run(lambda: Visit.select().where((Visit.hall_id == hall.id) & Visit.out_at.is_null()).count()) == 1
    assert failures(caplog) == []


@pytest.mark.parametrize("openid", ["oBusyDay00000000000000000001", "oBusyDay00000000000000000004", "oStranger"])
def test_no_word_of_a_visitor_fails(service: Service, openid: str, caplog: pytest.LogCaptureFixture) -> None:
    phone = service.visitor(openid)
    for word in (*WORDS, "你好"):
        service.clock.goes_on(seconds=5)
        assert phone.says(word).reply, word
    assert failures(caplog) == []


@pytest.mark.parametrize("word", [*STAFF_WORDS, "查询 昨天", "查询 张三", "查询 1234", "移除 王工", "全部签退", "确认"])
def test_no_word_of_staff_fails(database: peewee.Database, word: str, caplog: pytest.LogCaptureFixture) -> None:
    service = Service()
    hall = service.hall()
    phone = service.staff(hall)
    came(hall, service.clock() - timedelta(hours=1), left=None)
    under_a_foreign_key()
    assert phone.says(word).reply
    assert failures(caplog) == []


@pytest.mark.parametrize("name", JOBS)
def test_no_job_fails(service: Service, name: str, caplog: pytest.LogCaptureFixture) -> None:
    for days in (0, 1, 40):
        JOBS[name].run_once(service.clock() + timedelta(days=days), NOBODY)
    assert failures(caplog) == []


def test_an_access_token_that_cannot_be_read_is_fetched_anew(database: peewee.Database) -> None:
    fetched = iter(["first", "second"])
    tokens = Tokens("wx0123456789abcdef", lambda: (next(fetched), 7200), lambda: MONDAY_9)
    assert tokens() == "first"
    under_a_foreign_key()
    assert Tokens("wx0123456789abcdef", lambda: (next(fetched), 7200), lambda: MONDAY_9)() == "second"


def test_a_delivery_that_comes_again_does_nothing_twice_though_its_reply_cannot_be_read(
    database: peewee.Database, caplog: pytest.LogCaptureFixture
) -> None:
    service = Service()
    hall = service.hall()
    phone = service.visitor()
    # Within one second it is the same event.
    assert phone.scan(service.code(hall)).reply
    under_a_foreign_key()
    assert not phone.scan(service.code(hall)).reply
    assert run(Conversation.select().count) == 1
    assert failures(caplog) == []
