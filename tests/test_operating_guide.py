"""The operator's guide is true: what it names is there, and what it has somebody type works as far as a test may."""

import ast
import re
import shutil
import subprocess
from pathlib import Path

import pytest

import hallpass
from settings import load
from tests.deploy.test_files import program

ROOT = Path(hallpass.__file__).parent
GUIDE = (ROOT / "docs" / "operating.md").read_text("utf-8")
FROM_BARE = GUIDE[GUIDE.index("### 1. 从一台空的") : GUIDE.index("### 2. 第一位运营人员")]
COMMANDS = {*hallpass.COMMANDS, *hallpass.ON_THEIR_OWN, "backup", "restore", "rekey", "verify"}


def blocks(kind: str) -> list[str]:
    """What stands between the fences of this kind."""
    return [
        re.sub(r"^ {3,4}", "", found, flags=re.MULTILINE)
        for found in re.findall(rf"```{kind}\n(.*?)```", FROM_BARE, re.DOTALL)
    ]


def line(begin: str) -> str:
    """The one line to type that begins so."""
    [found] = [one for block in blocks("sh") for one in block.splitlines() if one.startswith(begin)]
    return found


def names_of_checks() -> set[str]:
    """The names under which `check` tells something."""
    found = {"settings", "database"}
    for file in ("checks.py", "deployment.py"):
        for node in ast.walk(ast.parse((ROOT / file).read_text("utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("Line", "_line") and node.args:
                found |= {one.value for one in node.args[:1] if isinstance(one, ast.Constant)}
    return found


def test_the_steps_are_numbered_without_a_gap() -> None:
    numbers = [int(number) for number in re.findall(r"^(\d+)\. \*\*", FROM_BARE, re.MULTILINE)]
    assert numbers == list(range(1, len(numbers) + 1))
    chapters = [int(number) for number in re.findall(r"^### (\d+)\. ", GUIDE[: GUIDE.index("## 二、")], re.MULTILINE)]
    assert chapters == list(range(1, len(chapters) + 1))


def test_every_step_says_how_to_see_that_it_is_done() -> None:
    steps = re.split(r"^\d+\. \*\*", FROM_BARE, flags=re.MULTILINE)[1:]
    assert [step[:20] for step in steps[:-2] if "核对：" not in step and "以后看" not in step] == []


def test_each_line_of_check_that_is_named_is_one_that_it_tells() -> None:
    named = {
        name
        for where in re.findall(r"(?:核对：|以后看)(.*?)行", FROM_BARE.replace("\n", ""))
        for name in re.findall(r"`([a-z_ ]+)`", where)
    }
    assert len(named) > 15
    assert named - names_of_checks() - {"timedatectl"} == set()


def test_every_file_and_command_that_is_named_is_there() -> None:
    files = set(re.findall(r"\bdeploy/[\w./-]*\w", GUIDE))
    assert len(files) > 5
    assert {name for name in files if not (ROOT / name).exists()} == set()
    used = re.findall(r"(?:hallpass\.py|`hallpass|^ *hallpass) ([a-z][a-z-]+)", GUIDE, re.MULTILINE)
    assert set(used) - COMMANDS == set()


def test_the_user_is_made_as_it_is_written(tmp_path: Path) -> None:
    folder = tmp_path / "etc" / "sysusers.d"
    folder.mkdir(parents=True)
    shutil.copy(ROOT / "deploy" / "systemd" / "hallpass.sysusers", folder / "hallpass.conf")
    made = subprocess.run([program("systemd-sysusers"), f"--root={tmp_path}"], capture_output=True, text=True)
    assert made.returncode == 0, made.stderr
    [user] = (tmp_path / "etc" / "passwd").read_text().splitlines()
    assert user.startswith("hallpass:") and user.endswith(":/nonexistent:/usr/sbin/nologin")


def test_every_folder_that_units_and_guide_need_is_made_for_few() -> None:
    rows = (ROOT / "deploy" / "systemd" / "hallpass.tmpfiles").read_text("utf-8").splitlines()
    made = {row.split()[1]: row.split()[2] for row in rows if row.startswith("d ")}
    assert {path for path, mode in made.items() if mode not in ("0700", "0750")} == set()
    assert {"/etc/hallpass/secrets", "/etc/hallpass/tls", "/var/backups/hallpass", "/var/log/hallpass"} <= made.keys()


def test_the_keys_and_settings_that_are_typed_are_taken(tmp_path: Path) -> None:
    keys = [one for one in blocks("sh") if "secret_key" in one]
    secrets = tmp_path / "secrets"
    secrets.mkdir()
    made = "\n".join(one for one in keys[0].splitlines() if not one.startswith(("cd ", "chgrp ")))
    subprocess.run(["sh", "-euc", made], cwd=secrets, check=True)
    assert [path.stat().st_mode & 0o777 for path in secrets.iterdir()] == [0o640] * 3
    (secrets / "app_secret").write_text("made-up")
    [text] = blocks("toml")
    for old, new in (
        ("/etc/hallpass/secrets", str(secrets)),
        ('"wx…"', '"wx0123456789abcdef"'),
        ('"gh_…"', '"gh_0123456789ab"'),
        ("自己定，3 到 32 个字母数字", "hallToken2026"),
        ("43 个字符，后台可以随机生成", "a" * 43),
    ):
        assert old in text
        text = text.replace(old, new)
    file = tmp_path / "config.toml"
    file.write_text(text, "utf-8")
    assert load(file).site.proxies == 1


def test_the_site_has_the_own_name_everywhere() -> None:
    command = line("sed 's/hall").partition(" > ")[0]
    made = subprocess.run(["sh", "-euc", command], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert "example.gov.cn" not in made.partition("upstream")[2]
    assert "server_name 自己的域名;" in made


@pytest.mark.parametrize("begin", ["sed -i 's/worker_connections"])
def test_debians_own_file_is_changed_as_it_is_said(begin: str, tmp_path: Path) -> None:
    (tmp_path / "nginx.conf").write_text("events {\n\tworker_connections 768;\n}\n")
    subprocess.run(["sh", "-euc", line(begin).replace("/etc/nginx/", f"{tmp_path}/")], check=True)
    assert "worker_connections 4096;" in (tmp_path / "nginx.conf").read_text()
