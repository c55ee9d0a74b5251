"""The other files that are shipped: units, settings of MariaDB, logs, the example of a cluster."""

import re
import shlex
import shutil
import subprocess
from datetime import timedelta
from pathlib import Path

import pytest

import backups
import hallpass
from models.migrations import migrate
from models.services import halls
from models.tables.database import DB, open_database
from setting_rows import ROWS
from tests.backed_up import silent
from tests.mariadb import MariaDB
from tests.service import MONDAY_9

DEPLOY = Path(hallpass.__file__).parent / "deploy"
SERVICES = sorted((DEPLOY / "systemd").glob("*.service"))
LARGEST_EXPOSURE = 3.0
COMMANDS = {*hallpass.COMMANDS}
SETTING = re.compile(r"^(?:loose_)?([a-z_]+)\s*=\s*(.+)$", re.MULTILINE)


def program(name: str) -> str:
    found = shutil.which(name, path="/usr/bin:/usr/sbin:/bin:/sbin")
    assert found, f"{name} is not installed"
    return found


def exposure(unit: Path) -> float:
    """What `systemd-analyze security` thinks of a unit, without a systemd that runs: 0 is safe, 10 is bare."""
    said = subprocess.run(
        [program("systemd-analyze"), "security", "--offline=true", "--no-pager", str(unit)],
        capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    found = re.search(r"Overall exposure level for \S+: ([0-9.]+)", said)
    assert found is not None, said
    return float(found[1])


def told(unit: Path) -> dict[str, list[str]]:
    """What a unit says, key by key."""
    found: dict[str, list[str]] = {}
    for line in unit.read_text("utf-8").splitlines():
        if line and line[0] not in "#[":
            key, _, value = line.partition("=")
            found.setdefault(key, []).append(value)
    return found


@pytest.mark.parametrize("unit", SERVICES, ids=lambda unit: unit.stem)
def test_what_a_service_could_do_if_somebody_took_it_over_is_little(unit: Path) -> None:
    assert exposure(unit) <= LARGEST_EXPOSURE


def test_a_bare_unit_would_be_found_out(tmp_path: Path) -> None:
    unit = tmp_path / "bare.service"
    unit.write_text("[Service]\nExecStart=/bin/true\n")
    assert exposure(unit) > LARGEST_EXPOSURE


@pytest.mark.parametrize("unit", sorted((DEPLOY / "systemd").glob("hallpass-*")), ids=lambda unit: unit.name)
def test_systemd_understands_every_line_of_a_unit(unit: Path, tmp_path: Path) -> None:
    """With programs that are here in the place of those that the installation brings."""
    for one in (DEPLOY / "systemd").glob("hallpass-*"):
        text = re.sub(r"/opt/hallpass/\.venv/bin/python", "/usr/bin/env", one.read_text("utf-8"))
        (tmp_path / one.name).write_text(text)
    tried = subprocess.run(
        [program("systemd-analyze"), "verify", "--man=no", "--recursive-errors=no", str(tmp_path / unit.name)],
        capture_output=True, text=True,
    )  # fmt: skip
    lines = [line for line in tried.stderr.splitlines() if line.startswith((unit.name, str(tmp_path)))]
    assert lines == []


@pytest.mark.parametrize("unit", SERVICES, ids=lambda unit: unit.stem)
def test_each_unit_runs_a_command_that_there_is_as_nobody_who_may_do_more(unit: Path) -> None:
    said = told(unit)
    command = re.search(r"hallpass\.py ([a-z]+)", " ".join(said["ExecStart"]))
    assert command is not None and command[1] in COMMANDS
    assert said["User"] == ["hallpass"]
    assert said["CapabilityBoundingSet"] == [""]
    assert said["LimitCORE"] == ["0"]


@pytest.mark.usefixtures("database")
def test_the_copies_of_the_nights_lie_where_a_restore_takes_the_latest_and_go_after_their_days(tmp_path: Path) -> None:
    [line] = told(DEPLOY / "systemd" / "hallpass-backup.service")["ExecStart"]
    words = shlex.split(line.partition("hallpass.py ")[2])
    options = hallpass._parser().parse_args([str(tmp_path) if word.startswith("/var/") else word for word in words])
    assert options.folder == tmp_path
    # As long as the halls keep visits, whatever number that is.
    assert options.keep is None
    days = halls.longest_kept()
    nights = [MONDAY_9 + timedelta(days=night) for night in range(days + 2)]
    made = [backups.back_up(options.folder, night, silent).path for night in (nights[0], nights[-1])]
    assert backups.forget(options.folder, timedelta(days=days), nights[-1]) == [made[0]]
    assert backups.newest_in(options.folder) == made[1]


def test_socket_proxy_and_settings_name_the_same_address() -> None:
    [bind] = [row.example for row in ROWS if row.name == "site.bind"]
    assert f"ListenStream={bind}\n" in (DEPLOY / "systemd" / "hallpass-serve.socket").read_text()
    assert f"server {bind};" in (DEPLOY / "nginx" / "hallpass.conf").read_text()


def settings_of_mariadb() -> dict[str, str]:
    return dict(SETTING.findall((DEPLOY / "mariadb" / "60-hallpass.cnf").read_text("utf-8")))


def test_mariadb_starts_with_the_shipped_settings_and_has_them() -> None:
    given = settings_of_mariadb()
    # A log of 256 MB is not worth its seconds here.
    options = tuple(f"--{key}={value}" for key, value in given.items() if key != "innodb_log_file_size")
    with MariaDB(options) as server:
        shown = {str(name): str(value) for name, value in server.query("SHOW GLOBAL VARIABLES")}
        assert (shown["tx_isolation"], shown["innodb_flush_log_at_trx_commit"]) == ("READ-COMMITTED", "1")
        assert "STRICT_TRANS_TABLES" in shown["sql_mode"]
        assert (shown["general_log"], shown["slow_query_log"], shown["local_infile"]) == ("OFF", "OFF", "OFF")
        before = DB.obj
        try:
            assert migrate(open_database(server.url))
        finally:
            DB.obj.close()
            DB.initialize(before)


def test_logrotate_takes_the_shipped_file(tmp_path: Path) -> None:
    file = tmp_path / "hallpass"
    file.write_text((DEPLOY / "logrotate" / "hallpass").read_text().replace("/var/log/hallpass", str(tmp_path)))
    tried = subprocess.run(
        [program("logrotate"), "-d", "-s", str(tmp_path / "state"), str(file)], capture_output=True, text=True
    )
    assert "error" not in tried.stderr.lower()
    assert "190 rotations" in tried.stderr


def test_haproxy_takes_the_example() -> None:
    tried = subprocess.run(
        [program("haproxy"), "-c", "-f", str(DEPLOY / "cluster" / "haproxy.cfg")], capture_output=True, text=True
    )
    assert tried.returncode == 0, tried.stderr
    assert "WARNING" not in tried.stderr


def test_every_line_that_is_not_plain_has_its_reason() -> None:
    """At least one line in eight is a comment, in every file."""
    thin = {}
    for file in (path for path in DEPLOY.rglob("*") if path.is_file() and path.suffix not in (".html", ".css")):
        lines = [line.strip() for line in file.read_text("utf-8").splitlines() if line.strip()]
        if sum(line.startswith("#") for line in lines) * 8 < len(lines):
            thin[file.name] = len(lines)
    assert thin.keys() <= {"hallpass-alerts.yml"}
