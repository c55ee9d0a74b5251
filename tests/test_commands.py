"""The command line: what each command says, and how it ends."""

import base64
import logging
import subprocess
import sys
import threading
from pathlib import Path

import pytest

import assembly
import hallpass
from jobs.schedule import JOBS
from models.rules.access import Role
from models.rules.refusal import Refused
from models.services import staff
from models.tables.database import DB, run, thread_is_done
from models.tables.fields import insert
from models.tables.housekeeping import KeyCheck
from models.tables.openids import OpenidKey
from models.tables.staff import NO_HALL
from models.tables.visits import Visit
from tests.filled import filled
from tests.mariadb import MariaDB
from tests.service import ONE_LINE, Service

ROOT = Path(hallpass.__file__).parent
CONFIG = """
[site]
base_url = "http://127.0.0.1:8000"
secret_key = "0123456789abcdef0123456789abcdef"
[database]
url = "{url}"
[wechat]
app_id = "wx0123456789abcdef"
app_secret = "a secret-like text"
token = "hallToken2026"
encoding_aes_key = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
account = "gh_0123456789ab"
[privacy]
data_keys = ["d1:{data}"]
hash_keys = ["h1:{hash}"]
"""


def key(number: int) -> str:
    return base64.b64encode(bytes([number]) * 32).decode()


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """Settings for an empty SQLite database."""
    return written(tmp_path, f"sqlite:///{tmp_path}/hallpass.db")


def written(folder: Path, url: str, data: int = 1) -> Path:
    file = folder / "config.toml"
    text = CONFIG.format(url=url, data=key(data), hash=key(2)).replace("a secret-like text", "secretliketext")
    file.touch(mode=0o600)
    file.write_text(text, "utf-8")
    file.chmod(0o600)
    return file


def hall(command: str, config: Path, *more: str) -> int:
    try:
        return hallpass.main([*command.split(), "--config", str(config), *more])
    finally:
        thread_is_done()


def test_migrate_may_be_repeated(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert hall("migrate", config) == 0
    assert "0001_initial" in capsys.readouterr().out
    assert hall("migrate", config) == 0
    assert "up to date" in capsys.readouterr().out


@pytest.mark.parametrize("command", ["serve", "jobs", "job sign_out", "invite operator"])
def test_nothing_starts_on_old_tables(command: str, config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert hall(command, config) == 1
    assert "run migrate first" in capsys.readouterr().err


def test_nothing_starts_on_newer_tables(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    hall("migrate", config)
    run(lambda: DB.execute_sql("INSERT INTO schema_migration (name, applied) VALUES ('9999_later', '2030-01-01')"))
    thread_is_done()
    capsys.readouterr()
    for command in ("serve", "jobs", "job sign_out", "migrate", "check"):
        assert hall(command, config) == 1
        told = capsys.readouterr()
        assert "newer" in told.out + told.err
        assert "9999_later" in told.out + told.err


def test_nothing_starts_with_another_key(tmp_path: Path, config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    hall("migrate", config)
    url = f"sqlite:///{tmp_path}/hallpass.db"
    for command in ("job sign_out", "serve", "migrate"):
        assert hall(command, written(tmp_path, url, data=3)) == 1
        assert "data:d1" in capsys.readouterr().err
    assert hall("check", written(tmp_path, url, data=3)) == 1


def test_a_key_that_is_gone_is_missed(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    hall("migrate", config)
    run(lambda: insert(KeyCheck, key="data:d0", check=b"x" * 32))
    thread_is_done()
    assert hall("jobs", config) == 1
    assert "data:d0" in capsys.readouterr().err


@pytest.mark.parametrize("command", ["serve", "jobs", "job sign_out", "migrate", "check", "invite operator"])
def test_a_database_that_is_down_is_one_sentence(
    command: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = written(tmp_path, "mysql://root:hunter2@127.0.0.1:1/hallpass")
    assert hall(command, config) == 1
    shown = capsys.readouterr()
    told = shown.out + shown.err
    assert "cannot be reached" in told
    assert "hunter2" not in told
    assert "Traceback" not in told


def test_wrong_settings_end_every_command_with_every_fault(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    config = tmp_path / "config.toml"
    config.write_text('[site]\nbase_url = "x"\n[wechat]\ntoken = "!"\n', "utf-8")
    for command in ("serve", "jobs", "job sign_out", "migrate", "check"):
        assert hallpass.main([*command.split(), "--config", str(config)]) == 2
        told = capsys.readouterr().err
        for key_name in ("site.base_url", "wechat.token", "database.url", "privacy.data_keys"):
            assert key_name in told


def test_a_job_runs_once_at_a_given_moment(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    hall("migrate", config)
    capsys.readouterr()
    assert hall("job sign_out", config, "--now", "2026-03-02T18:00:00+08:00") == 0
    assert capsys.readouterr().out == "sign_out: 0\n"


def test_a_job_that_there_is_not_is_answered_with_those_there_are(
    config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    hall("migrate", config)
    assert hall("job nonsense", config) == 1
    told = capsys.readouterr().err
    assert [name for name in JOBS if name not in told] == []


def test_a_job_says_how_many_visits_it_closed_and_nothing_of_anybody(
    config: Path, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    hall("migrate", config)
    assembly.open_data(hallpass.load(config))
    service = Service()
    here, phone = service.hall(), service.visitor()
    phone.scan(service.code(here))
    for said in ("同意", ONE_LINE, "确认"):
        phone.says(said)
    thread_is_done()
    capsys.readouterr()
    caplog.set_level(logging.DEBUG)
    assert hall("job sign_out", config, "--now", "2026-03-02T12:15:00+08:00") == 0
    shown = capsys.readouterr()
    assert (shown.out, shown.err) == ("sign_out: 1\n", "")
    assert [part for part in (*ONE_LINE.split()[:3], phone.openid) if part in caplog.text] == []
    run(lambda: Visit.update(open_key=None, out_at=None, how_out=None).execute())
    assert hall("job sign_out", config, "--now", "2026-03-02T12:14:59+08:00") == 0
    assert capsys.readouterr().out == "sign_out: 0\n"


def test_from_a_shell_wrong_settings_end_with_2_and_words_alone(tmp_path: Path) -> None:
    missing = subprocess.run(
        [sys.executable, "hallpass.py", "check", "--config", str(tmp_path / "none.toml")],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert (missing.returncode, missing.stdout) == (2, "")
    assert "the file does not exist" in missing.stderr
    assert "Traceback" not in missing.stderr


@pytest.mark.parametrize(
    "moment",
    [
        "yesterday",
        "2026-03-02T18:00:00",  # no offset
        "2026-02-31T00:00:00+08:00",
        "0001-01-01T00:00:00+14:00",  # before the first day there is in UTC
        "9999-12-31T23:59:59-12:00",
    ],
)
def test_a_moment_that_is_none_is_refused(moment: str, config: Path) -> None:
    with pytest.raises(SystemExit) as ended:
        hallpass.main(["job", "sign_out", "--config", str(config), "--now", moment])
    assert ended.value.code == 2


@pytest.mark.parametrize("kind", ["sqlite", "mariadb"])
def test_two_migrations_at_once_apply_each_step_once(kind: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    url = f"sqlite:///{tmp_path}/hallpass.db"
    if kind == "mariadb":
        server: MariaDB = request.getfixturevalue("mariadb")
        server.query("DROP DATABASE IF EXISTS twice")
        server.query("CREATE DATABASE twice")
        url = server.url.replace("/hallpass", "/twice")
    config = written(tmp_path, url)
    line = [sys.executable, "hallpass.py", "migrate", "--config", str(config)]
    ended: list[subprocess.CompletedProcess[str]] = []
    threads = [
        threading.Thread(target=lambda: ended.append(subprocess.run(line, cwd=ROOT, capture_output=True, text=True)))
        for _ in range(3)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [one.returncode for one in ended] == [0, 0, 0]
    assert sum("0001_initial" in one.stdout for one in ended) == 1
    assembly.open_data(hallpass.load(config))
    assert set(run(filled)) == {KeyCheck, OpenidKey}
    assert run(OpenidKey.select().count) == 1
    thread_is_done()


def test_an_operator_is_invited_by_a_code_that_lasts_ten_minutes_and_works_once(
    config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    hall("migrate", config)
    capsys.readouterr()
    assert hall("invite operator", config) == 0
    told = capsys.readouterr().out
    code = told.splitlines()[0].partition("code: ")[2]
    assert f"绑定 {code}" in told
    assert "10 minutes" in told
    post = staff.bind("oOperator000000000000000001", code, assembly.now())
    assert (post.role, post.hall) == (Role.OPERATOR, None)
    with pytest.raises(Refused, match="invite_used"):
        staff.bind("oOperator000000000000000002", code, assembly.now())
    thread_is_done()


def test_operators_who_are_invited_alike_are_told_apart(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    hall("migrate", config)
    assert [hall("invite operator", config, *more) for more in ((), (), ("--name", "李敏"))] == [0, 0, 0]
    assembly.open_data(hallpass.load(config))
    assert [one.name for one in staff.open_invites(NO_HALL, assembly.now())] == ["运营", "运营2", "李敏"]
    thread_is_done()


@pytest.mark.parametrize("given", ["", "admin", "operator operator", "operator --hall abc234", "operator --name"])
def test_whatever_else_is_invited_is_answered_with_the_usage(
    given: str, config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    hall("migrate", config)
    with pytest.raises(SystemExit) as ended:
        hall(f"invite {given}", config)
    assert ended.value.code == 2
    assert "usage: hallpass.py" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["", "1", "<b>李敏</b>", "李" * 100, "李敏 王芳"])
def test_nobody_is_invited_under_what_is_no_name(name: str, config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    hall("migrate", config)
    assert hall("invite operator", config, "--name", name) == 1
    assert "Traceback" not in capsys.readouterr().err
    assembly.open_data(hallpass.load(config))
    assert staff.open_invites(NO_HALL, assembly.now()) == []
    thread_is_done()
