"""Twenty people, every message four times in parallel, two workers under real gunicorn: twenty visits."""

import contextlib
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from bench.account import AES_KEY, APP_ID, ORIGINAL_ID, TOKEN
from bench.installation import Installation
from bot.simulator import HttpTransport, Platform
from bot.simulator.deliveries import Writer
from models.tables.database import run, thread_is_done
from models.tables.visits import Visit
from tests.mariadb import MariaDB

PEOPLE, COPIES = 20, 4


@pytest.fixture(params=["sqlite", "mariadb"])
def installation(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Installation]:
    if request.param == "sqlite":
        yield Installation(f"sqlite:///{tmp_path}/hallpass.db", tmp_path)
        return
    with MariaDB() as server:
        yield Installation(server.url, tmp_path)


def test_every_message_in_four_copies_at_once_makes_one_visit_a_person(installation: Installation) -> None:
    replies: list[set[str | None]] = []

    def visit(platform: Platform, number: int) -> None:
        writer = Writer(ORIGINAL_ID, f"oOneOfTwenty{number:016}", time.time)
        for delivery in (
            writer.scan(installation.scan_in),
            writer.text("同意 张三 11010519491231002X 13800138000 社保 36.5"),
            writer.text("确认"),
        ):
            answers = platform.push_copies(delivery, COPIES, parallel=True)
            replies.append({answer.reply for answer in answers})

    with (
        installation.served() as served,
        contextlib.closing(HttpTransport(f"http://127.0.0.1:{served.port}/wechat")) as transport,
    ):
        platform = Platform(
            transport,
            app_id=APP_ID,
            token=TOKEN,
            account=ORIGINAL_ID,
            encoding_aes_key=AES_KEY,
        )
        threads = [threading.Thread(target=visit, args=(platform, number)) for number in range(PEOPLE)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert [one for one in replies if len(one) != 1 or None in one] == []
    assert len(replies) == PEOPLE * 3
    visits = run(lambda: list(Visit.select()))
    thread_is_done()
    assert len({visit.person_id for visit in visits}) == len(visits) == PEOPLE
