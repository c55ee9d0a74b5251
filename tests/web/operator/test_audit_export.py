"""Operators take the audit along as a workbook: what the page showed, text in every cell, noted, and theirs alone."""

import io
import re
from datetime import timedelta

import openpyxl
import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models.services import audit, audit_export
from models.services.audit import COMMAND_LINE
from models.services.audit_export import OPENED_FOR
from models.services.posts import Post
from models.tables.audit import Audit
from models.tables.database import run
from models.tables.staff import NO_HALL
from tests.service import MONDAY_9, Clock
from tests.staffed import everything, joins, openid, operator, post, refused, registered
from tests.web.operator.conftest import SignsIn
from tests.web.operator.test_audit import deeds
from tests.web.trial import token

ASK = "/operator/audit/export"
HOSTILE = ["=cmd|' /C calc'!A0", "+1+1", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "＝1+1", "_x0041_", "<b>", "\ufffe", "'",
           "=HYPERLINK(\"http://x\")"]  # fmt: skip


def sends(client: FlaskClient, **asked: str) -> str:
    """Ask for a file; gives where it is."""
    answer = client.post(ASK, data={"csrf_token": token(client, "/operator/audit"), **asked})
    assert answer.status_code == 303, answer.text
    return str(answer.headers["Location"])


def cells(client: FlaskClient, url: str) -> list[list[str | None]]:
    """The rows of the file, each cell of which is text."""
    answer = client.get(url)
    assert answer.status_code == 200
    book = openpyxl.load_workbook(io.BytesIO(answer.data))
    sheet = book.worksheets[0]
    assert {cell.data_type for row in sheet for cell in row if cell.value is not None} <= {"s", "inlineStr"}
    return [[cell.value for cell in row] for row in sheet.iter_rows(min_row=2)]


def test_a_file_holds_what_the_page_shows(client: FlaskClient, zhao: Post) -> None:
    hall = registered(now=MONDAY_9 - timedelta(days=2))
    audit.note(COMMAND_LINE, "limits", hall.id, MONDAY_9 - timedelta(days=40), before=3, after=5)
    page = deeds(client.get(f"/operator/audit?hall={hall.code}&period=all").text)
    rows = cells(client, sends(client, hall=hall.code, period="all"))
    assert [row[5] for row in rows] == page == ["注册大厅", "改重做二维码的次数"]
    assert rows[0][1:5] == ["2026-02-28 09:00:00", hall.code, hall.name, "王海燕（管理员）"]
    assert "3 → 5" in str(rows[1][6])


def test_a_filter_holds_for_the_file_too(client: FlaskClient) -> None:
    first, second = registered(), registered("城南大厅", "South")
    joins(first, "Guard", "孙门岗")
    assert len(cells(client, sends(client, action="register"))) == 2
    assert [row[2] for row in cells(client, sends(client, hall=second.code))] == [second.code]
    assert {row[4] for row in cells(client, sends(client, role="guard"))} == {"孙门岗（门岗）"}


def notes(client: FlaskClient, url: str) -> dict[str, str]:
    """What the sheet 说明 says."""
    sheet = openpyxl.load_workbook(io.BytesIO(client.get(url).data)).worksheets[-1]
    assert sheet.title == "说明"
    return {str(label.value): str(value.value) for label, value in sheet.iter_rows(max_col=2)}


def test_the_file_says_of_what_it_is(client: FlaskClient) -> None:
    hall = registered(now=MONDAY_9 - timedelta(days=2))
    asked = {"hall": hall.code, "action": "register", "role": "admin", "first": "2026-02-01", "last": "2026-02-28"}
    assert notes(client, sends(client, **asked)) == {
        "大厅": f"{hall.name} {hall.code}", "从": "2026-02-01 00:00", "到（不含）": "2026-03-01 00:00",
        "做了什么": "注册大厅", "角色": "管理员", "条数": "1", "下载时间": "2026-03-02 09:00",
    }  # fmt: skip


def test_of_everything_it_says_so(client: FlaskClient) -> None:
    registered()
    said = notes(client, sends(client, period="all"))
    assert (said["大厅"], said["从"]) == ("全部大厅和整个系统", "最早的记录")
    assert (said["做了什么"], said["角色"]) == ("全部", "全部")


@pytest.mark.parametrize("days", [{"first": "2026-02-30"}, {"last": "x"}, {"first": "2026-03-01", "last": "1-1-1"}])
def test_with_a_day_that_is_none_there_is_no_file(client: FlaskClient, days: dict[str, str]) -> None:
    registered()
    answer = client.post(ASK, data={"csrf_token": token(client, "/operator/audit"), **days})
    assert answer.status_code == 200
    assert "日期不对" in answer.text


def test_taking_a_file_along_is_itself_in_the_audit(client: FlaskClient, clock: Clock) -> None:
    hall = registered()
    clock.at += timedelta(minutes=1)
    sends(client, hall=hall.code, role="admin")
    [row] = audit.latest(hall.id, clock() + timedelta(seconds=1), action="audit_export")
    assert row.actor == audit.hash_of(openid("Operator"))
    page = client.get("/operator/audit?action=audit_export").text
    assert deeds(page) == ["下载操作记录"]
    assert "行数：1" in page and "角色：管理员" in page
    assert sorted(re.findall(r'<p class="changed">([^：]*)：', page)) == ["从", "到", "行数", "角色"]


def test_what_was_done_later_is_not_in_a_file_however_often_it_is_fetched(client: FlaskClient, clock: Clock) -> None:
    registered()
    clock.at += timedelta(minutes=1)
    url = sends(client)
    first = client.get(url).data
    registered("城北大厅", "North", now=clock() + timedelta(minutes=1))
    clock.at += timedelta(minutes=5)
    assert client.get(url).data == first


def test_no_cell_is_a_formula_whatever_was_noted(client: FlaskClient) -> None:
    for number, words in enumerate(HOSTILE):
        audit.note(COMMAND_LINE, "reject", NO_HALL, MONDAY_9 - timedelta(microseconds=number), reason=words)
    rows = cells(client, sends(client, period="all"))
    assert len(rows) == len(HOSTILE)


def test_a_file_is_there_for_ten_minutes(client: FlaskClient, clock: Clock) -> None:
    registered()
    url = sends(client)
    clock.at += OPENED_FOR - timedelta(seconds=1)
    assert client.get(url).status_code == 200
    clock.at += timedelta(seconds=2)
    assert client.get(url).status_code == 404


def test_a_file_is_there_for_the_session_that_asked_alone(client: FlaskClient, signs_in: SignsIn) -> None:
    registered()
    operator("Second", "钱运营")
    url = sends(client)
    assert signs_in("Second").get(url).status_code == 404
    assert signs_in("Operator").get(url).status_code == 404
    assert client.get(url).status_code == 200


@pytest.mark.parametrize("mark", ["0" * 16, "x", "%00", "９" * 16, "'", "a" * 500])
def test_whatever_else_is_asked_for_is_not_there(client: FlaskClient, mark: str) -> None:
    assert client.get(f"/operator/audit/file/{mark}").status_code == 404


def test_nothing_to_take_along_is_said_and_not_noted(client: FlaskClient) -> None:
    fresh = token(client, "/operator/audit?period=all") if registered() else ""
    before = run(Audit.select().count)
    for asked in ({"action": "reject"}, {"hall": "nohall"}, {"first": "2020-01-01", "last": "2020-01-02"}):
        answer = client.post(ASK, data={"csrf_token": fresh, **asked})
        assert answer.status_code == 200
    assert run(Audit.select().count) == before


def test_too_much_to_take_along_is_refused(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit_export, "MOST", 1)
    registered("城北大厅", "North"), registered("城南大厅", "South")
    fresh = token(client, "/operator/audit")
    answer = client.post(ASK, data={"csrf_token": fresh})
    assert "超过 1 条了" in answer.text


def test_a_large_file_is_read_in_pages(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit_export, "_AT_ONCE", 3)
    for number in range(10):
        audit.note(COMMAND_LINE, f"deed{number}", NO_HALL, MONDAY_9)
    assert [row[5] for row in cells(client, sends(client))] == [f"deed{number}" for number in range(9, -1, -1)]


def test_without_a_token_nothing_is_opened(client: FlaskClient) -> None:
    registered()
    before = everything()
    assert client.post(ASK).status_code in (200, 400)
    assert everything() == before


def test_nobody_but_operators_opens_one(client: FlaskClient) -> None:
    hall = registered()
    chosen = audit_export.Chosen(None, "", "", audit.BEFORE_ALL, MONDAY_9 + timedelta(days=1))
    assert refused(lambda: audit_export.ask(post(hall), chosen, ("", ""), "s", MONDAY_9)) == "not_yours"
    assert re.fullmatch("/operator/audit/file/[0-9a-f]{16}", sends(client))


NAMES = ("hall", "action", "role", "period", "first", "last", "before")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30)
@given(st.dictionaries(st.sampled_from(NAMES), st.text(max_size=50) | st.dates().map(str), max_size=5))
def test_whatever_is_asked_for_is_a_file_or_a_page(client: FlaskClient, asked: dict[str, str]) -> None:
    audit.note(COMMAND_LINE, "limits", NO_HALL, MONDAY_9)
    answer = client.post(ASK, data={"csrf_token": token(client, "/operator/audit"), **asked})
    assert answer.status_code in (200, 303)
    if answer.status_code == 303:
        assert client.get(answer.headers["Location"]).status_code == 200
