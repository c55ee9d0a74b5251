"""Whatever visitors and operators are promised has a test that tries to break it, and the tables of docs/privacy.md say
what the code does."""

import ast
import re
from datetime import timedelta
from pathlib import Path

import pytest

from models.phrases import say
from models.rules import passes
from models.rules.check_in_fields import DEFAULTS
from models.services import (
    authorizations,
    exporting,
    limits,
    looking,
    sessions,
    sign_in_links,
    sign_ins,
    staff,
    submissions,
)
from models.services.casework import case_names
from models.services.limits import Limit
from models.services.sessions import Place
from tests.web.visitor.filling import Town
from web.app import FORM_HOURS
from web.visitor.notice import _SECTIONS

ROOT = Path(__file__).parent.parent
PROMISES = (ROOT / "docs" / "promises.md").read_text("utf-8")
PRIVACY = (ROOT / "docs" / "privacy.md").read_text("utf-8")
ROWS = [line.strip("| ").split(" | ") for line in PROMISES.splitlines() if line.startswith("| ")][1:]


def names_in(path: Path) -> set[str]:
    return {node.name for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.FunctionDef)}


def test_every_test_that_a_promise_names_is_there() -> None:
    named = re.findall(r"`(tests/[\w/]+\.py)(?:::(\w+))?`", PROMISES)
    assert len(named) > 30
    missing = [
        (path, name)
        for path, name in named
        if not (ROOT / path).is_file() or (name and name not in names_in(ROOT / path))
    ]
    assert missing == []


def test_every_promise_is_held_by_something() -> None:
    assert [row[0] for row in ROWS if len(row) != 3 or not re.search(r"`tests/|people", row[2])] == []


def test_every_sentence_of_the_notice_has_its_row() -> None:
    said = " ".join(row[1] for row in ROWS)
    assert [
        name for name in (*(f"notice.{one}" for one in _SECTIONS), "looked.notice") if f"`{name}`" not in said
    ] == []


def test_everything_that_the_readme_says_of_it_has_its_row() -> None:
    text = (ROOT / "README.md").read_text("utf-8").split("## What it is")[1].split("## What works now")[0]
    bullets = re.findall(r"^- (.*)$", text, re.M)
    assert len(bullets) >= 5
    told = [place.removeprefix("README: ") for row in ROWS for place in row[1].split("; ") if "README: " in place]
    assert [one for one in bullets if not one.startswith(tuple(told))] == []


# --- what the notice says ---

COLLECTED = {
    "name": "姓名", "id_number": "证件号码", "phone": "电话", "address": "住址", "matter": "事项",
    "temperature": "体温", "companions": "同行人员",
}  # fmt: skip


def test_nothing_is_asked_that_the_notice_does_not_name() -> None:
    assert set(DEFAULTS) <= set(COLLECTED)
    notice = say("zh", "notice.what")
    assert [field for field in DEFAULTS if COLLECTED[field] not in notice] == []
    assert "住址可以不填" in notice


@pytest.mark.usefixtures("database")
def test_the_form_leads_to_no_other_host() -> None:
    page = Town().browser().opens()
    assert re.findall(r'(?:action|src|href)="(?:https?:)?//', page.text) == []
    assert "form-action 'self'" in page.headers["Content-Security-Policy"]


# --- the tables of privacy.md ---

LASTS: dict[str, timedelta | tuple[timedelta, timedelta]] = {
    "网页登录（微信内）": (sessions.LASTS[Place.WECHAT], sessions.IDLE[Place.WECHAT]),
    "网页登录（电脑）": (sessions.LASTS[Place.DESK], sessions.IDLE[Place.DESK]),
    "聊天里的登录链接": sign_in_links.LASTS,
    "电脑上的登录码": sign_ins.LASTS,
    "网页授权": authorizations.LASTS,
    "通行证上的码": timedelta(seconds=passes.SLOT_SECONDS * passes.SLOTS),
    "打开的表单": timedelta(hours=FORM_HOURS),
    "到访表单的编号": submissions.LASTS,
    "工作人员绑定码": staff.INVITE_LASTS,
    "运营人员绑定码": staff.OPERATOR_INVITE_LASTS,
    "打开的完整登记": looking.OPEN_FOR,
    "打开的病例名单": case_names.OPEN_FOR,
    "导出的下载": exporting.OPENED_FOR,
    "导出的文件": exporting.LASTS,
}


def in_words(lasts: timedelta) -> str:
    seconds = int(lasts.total_seconds())
    for unit, size in (("天", 86400), ("小时", 3600), ("分钟", 60)):
        if seconds % size == 0 and (unit != "天" or seconds > 86400):
            return f"{seconds // size} {unit}"
    return f"{seconds} 秒"


def row_of(name: str) -> str:
    found = re.findall(rf"^\| {re.escape(name)} \|(.*)\|$", PRIVACY, re.M)
    assert len(found) == 1, name
    return str(found[0])


@pytest.mark.parametrize("name", LASTS)
def test_everything_that_lets_somebody_in_ends_when_it_is_said_to(name: str) -> None:
    lasts = LASTS[name]
    for one in lasts if isinstance(lasts, tuple) else (lasts,):
        assert in_words(one) in row_of(name)


def every_limit() -> dict[str, Limit]:
    return {name: one for name, one in vars(limits).items() if isinstance(one, Limit)}


def test_every_limit_is_told() -> None:
    told = {
        name: re.search(rf"^\|[^|]+\| `{one.name}` \| {one.most} \| {in_words(one.within)} \|$", PRIVACY, re.M)
        for name, one in every_limit().items()
    }
    assert [name for name, row in told.items() if not row] == []
    assert f"| {limits.MOST_TURNS} | {in_words(limits.TURNS_WITHIN)} |" in PRIVACY


def test_every_limit_is_asked_somewhere() -> None:
    code = "\n".join(
        path.read_text("utf-8") for folder in ("models", "bot", "web") for path in (ROOT / folder).rglob("*.py")
    )
    assert [name for name in every_limit() if f"limits.{name}" not in code and f"import {name}" not in code] == []
