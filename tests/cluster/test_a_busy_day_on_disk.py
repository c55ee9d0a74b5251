"""A day at a real installation, looked at while it passes: nobody's name, number, phone, address, openid, token or
photo is readable in a log, on a disk, in a command line, or in a dump."""

import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from bench.account import AES_KEY, APP_ID, ORIGINAL_ID, TOKEN
from bench.installation import Installation
from bot.simulator import HttpTransport, Platform
from models.tables.database import DB, run, thread_is_done
from tests import canary_day
from tests.canaries import Found, Search
from tests.canary_day import CanaryDay
from tests.mariadb import MariaDB
from tests.platform_api import PlatformApi
from tests.ports import free_port
from tests.reading import visits

# The whole day is passed for the first of the tests.
pytestmark = pytest.mark.timeout(400)

SECRET = "a-secret-of-this-very-test"


@dataclass
class Day:
    """What a day left behind, and what was seen while it passed."""

    seen: set[Found] = field(default_factory=set)
    dump: dict[str, bytes] = field(default_factory=dict)
    on_disk: set[Found] = field(default_factory=set)
    told: str = ""
    people: list[str] = field(default_factory=list)
    knocked: list[int] = field(default_factory=list)
    secrets: Search | None = None


@pytest.fixture(scope="module")
def day(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Day]:
    with pytest.MonkeyPatch.context() as patch, ExitStack() as stack:
        yield _passed(tmp_path_factory.mktemp("canaries"), patch, stack)


def _passed(folder: Path, patch: pytest.MonkeyPatch, stack: ExitStack) -> Day:
    temporary = folder / "tmp"
    temporary.mkdir()
    server = stack.enter_context(MariaDB())
    port = free_port()
    transport = HttpTransport(f"http://127.0.0.1:{port}/wechat", 60)
    stack.callback(transport.close)
    platform = Platform(
        transport, app_id=APP_ID, token=TOKEN, account=ORIGINAL_ID,
        encoding_aes_key=AES_KEY, app_secret=SECRET, domain="127.0.0.1",
    )  # fmt: skip
    api = stack.enter_context(PlatformApi(platform))
    lines = f'api_url = "{api.url}"\napp_secret = "{SECRET}"'
    installation = Installation(server.url, folder, wechat=lines, port=port)
    # Whatever a library puts into a temporary file would lie here.
    patch.setenv("TMPDIR", str(temporary))
    patch.setattr(tempfile, "tempdir", None)
    photo = canary_day.photo()
    served = stack.enter_context(installation.served(workers=1))
    passing = CanaryDay(installation, served, platform, photo)
    day = Day()
    search = Search((*canary_day.TEXTS, *canary_day.OPENIDS, SECRET, TOKEN, AES_KEY), [photo])

    def look() -> None:
        day.seen.update(search.in_processes(served.pid), search.in_files(temporary))

    passing.passes(look)
    day.secrets = Search([*passing.tokens, platform.tokens.stable()[0], SECRET], secrets=True)
    day.told = "".join(passing.told)
    day.seen |= search.found(day.told.encode(), "printed by a job") | day.secrets.in_processes(served.pid)
    day.knocked = passing.knocked
    day.people = [visit.name for visit in visits()]
    day.dump = run(lambda: {name: b"\n".join(_values(name)) for name in DB.obj.get_tables()})
    thread_is_done()
    server.query(f"FLUSH TABLES {', '.join(day.dump)} FOR EXPORT", database="hallpass")
    day.on_disk = Search((*canary_day.TEXTS, *canary_day.OPENIDS), [photo]).in_files(
        server.folder
    ) | day.secrets.in_files(server.folder)
    return day


def _values(table: str) -> Iterator[bytes]:
    for row in DB.obj.execute_sql(f"SELECT * FROM {table}").fetchall():
        yield from (value if isinstance(value, bytes) else str(value).encode() for value in row)


def test_everybody_came_and_was_looked_at(day: Day) -> None:
    """Without this the rest would pass on a day on which nothing happened."""
    came = {canary_day.BY_CHAT[0], canary_day.COMPANION[0], canary_day.BY_FORM[0], canary_day.AT_DESK[0]}
    assert came <= set(day.people)
    assert day.told.count("exports: 1") == 1
    assert b"case_names" in day.dump["audits"] or b"look" in day.dump["audits"]
    assert day.secrets is not None


def test_whatever_strangers_sent_was_refused_and_was_no_failure(day: Day) -> None:
    assert len(day.knocked) > 10
    assert [status for status in day.knocked if status >= 500] == []
    # Headers, cookies and addresses beyond what a server reads.
    assert day.knocked.count(400) + day.knocked.count(414) + day.knocked.count(431) >= 4


def test_no_log_no_command_line_and_no_temporary_file_tells_of_anybody(day: Day) -> None:
    assert day.seen == set()


def test_a_dump_tells_of_nobody(day: Day) -> None:
    search = Search((*canary_day.TEXTS, *canary_day.OPENIDS), [canary_day.photo()])
    assert {one for name, data in day.dump.items() for one in search.found(data, name)} == set()


def test_a_dump_holds_no_token_that_opens_anything(day: Day) -> None:
    assert day.secrets is not None
    assert {one for name, data in day.dump.items() for one in day.secrets.found(data, name)} == set()


def test_the_files_of_the_database_tell_of_nobody(day: Day) -> None:
    """Its tables, logs for redoing and undoing, and its temporary files."""
    assert day.on_disk == set()
