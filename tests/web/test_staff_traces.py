"""Nothing of a visitor is in a log, in an address or in the audit, whatever staff do on a hall's daily pages and in the
chat, and whatever goes wrong meanwhile."""

import logging
from urllib.parse import quote

import peewee
import pytest
from werkzeug.test import TestResponse

from models.rules.access import Role
from models.services import building, slips
from models.services.casework import cases
from models.tables.audit import Audit
from models.tables.database import run
from models.tables.visits import Visit
from tests.bot.trouble import after_each_statement
from tests.exported import DESK
from tests.reading import visits
from tests.service import AGREED, Service
from tests.staffed import post
from tests.web.admin.desk import Browser
from tests.web.staff_pages import Busy
from tests.web.trial import token

NAME, OTHER_NAME, COMPANION = "澹台青鸾", "尉迟青鸾", "闻人青雀"
NUMBER, PHONE, OTHER_PHONE = "371421194803157033", "13912345067", "13912345068"
ADDRESS, REMARK = "德州市青鸾巷77号", "拄着青木拐杖"
CANARIES = (NAME, OTHER_NAME, COMPANION, NUMBER, PHONE, OTHER_PHONE, ADDRESS, REMARK, "5067", "5068")
WRITTEN = {"name": NAME, "id_number": NUMBER, "phone": PHONE, "matter": "social", "temperature": "36.4"}
LOOKED_UP = (NAME, NUMBER, PHONE, PHONE[-4:])


class Traced:
    """An admin's browser, and every address that it was at or sent to."""

    def __init__(self, busy: Busy) -> None:
        self.busy = busy
        self.browser: Browser = busy.browser()
        self.csrf = token(self.browser.client, f"{busy.at}/desk")
        self.addresses: list[str] = []
        self.worst = 0

    def gets(self, path: str) -> TestResponse:
        return self._noted(self.browser.get(path))

    def sends(self, path: str, **typed: str) -> TestResponse:
        sent = {**self.browser.fields(path), **typed} if path.endswith(("register", "slips")) else typed
        page = self.browser.client.post(f"{self.browser.at}{path}", data={**sent, "csrf_token": self.csrf})
        return self._noted(page)

    def _noted(self, page: TestResponse) -> TestResponse:
        self.addresses += [page.request.url, page.headers.get("Location", "")]
        self.worst = max(self.worst, page.status_code)
        if page.location and page.location.startswith(self.browser.at):
            self.gets(page.location.removeprefix(self.browser.at))
        return page


@pytest.fixture
def busy(database: peewee.Database) -> Busy:
    return Busy()


def a_day(traced: Traced) -> None:
    """What staff do with somebody, each page once."""
    busy = traced.busy
    traced.sends(
        "/desk/register", **WRITTEN, companions=COMPANION, address=ADDRESS, remark=REMARK, agree=AGREED, door="1"
    )
    visit = run(lambda: Visit.select(Visit.public_id).where(Visit.registered_by == "staff").get()).public_id
    changes = {"name": OTHER_NAME, "phone": OTHER_PHONE, "address": ADDRESS, "remark": REMARK, "temperature": "36.8"}
    for text in LOOKED_UP:
        traced.sends("/desk/find", who=text)
        traced.sends("/records", who=text)
    for field, text in changes.items():
        traced.sends(f"/desk/visit/{visit}/{field}", value=text)
    traced.sends(f"/records/{visit}", why="other", words=f"核对{OTHER_NAME}")
    traced.sends(f"/records/{visit}", why="other", words=f"打过{PHONE}")
    for path in ("/board", "/board/live", "/board/inside", "/desk", "/waiting", f"/records/{visit}", "/exports"):
        traced.gets(path)
    traced.sends("/desk/out", visit=visit)
    slip = {
        "slip": str(slips.slip(busy.hall, 1)),
        "entered": "9:01",
        "companions": COMPANION,
        "remark": REMARK,
        "day": "2026-03-02",
    }
    traced.sends("/desk/slips", **WRITTEN, **slip, door="1")
    traced.sends("/exports", first="2026-03-02", last="2026-03-02")
    building.build_due(busy.clock(), DESK)
    for kind in ("masked", "full"):
        traced.sends(f"/exports/{busy.export.public_id}", kind=kind, why="other", more="统计人次")
    a_case(traced, visit)
    for path in list(busy.forms()):
        if path.startswith(busy.at):
            traced.sends(path.removeprefix(busy.at), value=NAME, who=PHONE, words=ADDRESS)


def a_case(traced: Traced, visit: str) -> None:
    """What they do about somebody of whom they are told that they are ill, and about who was there with them."""
    busy = traced.busy
    why = {"why": "other", "more": f"联系{OTHER_NAME}", "authority": "甲市疾控中心"}
    traced.sends("/cases/new", who=OTHER_PHONE)
    traced.sends("/cases/new", who=OTHER_NAME, choosing="1", suspect=visit, **why)
    latest, *_ = cases.of_hall(post(busy.hall), busy.clock())
    case = f"/cases/{latest.public_id}"
    traced.sends(f"{case}/contacts/1", state="called", state_was="todo", text=f"问过{COMPANION}，{PHONE}")
    traced.sends(f"{case}/hold", until="2026-03-20", reason=f"等{OTHER_NAME}")
    traced.sends(f"{case}/names", why="other", words=f"打给{OTHER_NAME}")
    busy.clock.goes_on(minutes=11)
    traced.sends(f"{case}/names", decision="alone", alone=f"急找{OTHER_NAME}")
    traced.sends(f"{case}/sheet", which="all")
    traced.sends(f"{case}/export")
    building.build_due(busy.clock(), DESK)
    for path in ("", "/contacts/1", "/names", "/notices", "/notices/send", "/sheet/all/1"):
        traced.gets(f"{case}{path}")


def nothing_of_anybody_in(text: str) -> bool:
    return [one for one in CANARIES if one in text or quote(one) in text] == []


def audited() -> str:
    return run(lambda: "\n".join(row.detail for row in Audit.select()))


def test_a_day_at_the_desk_leaves_nothing_in_logs_addresses_and_audit(
    busy: Busy, caplog: pytest.LogCaptureFixture
) -> None:
    traced = Traced(busy)
    with caplog.at_level(logging.DEBUG):
        a_day(traced)
    assert any(one.name in (NAME, OTHER_NAME) for one in visits()), "without this nothing was looked for"
    assert nothing_of_anybody_in(caplog.text)
    assert nothing_of_anybody_in("\n".join(traced.addresses))
    assert {"search", "case_note", "case_hold", "case_alone", "case_sheet"} <= {row.action for row in busy.audited()}
    assert nothing_of_anybody_in(audited())


def test_where_fields_are_damaged_nothing_is_logged_of_those_beside_them(
    busy: Busy, database: peewee.Database, caplog: pytest.LogCaptureFixture
) -> None:
    traced = Traced(busy)
    a_day(traced)
    with caplog.at_level(logging.DEBUG):
        for column in ("name", "phone", "id_number", "address", "remark"):
            run(lambda column=column: database.execute_sql(f"UPDATE visits SET {column} = {database.param}", (b"x",)))
            a_day(traced)
    assert traced.worst < 500
    assert nothing_of_anybody_in(caplog.text + "\n".join(traced.addresses) + audited())


@pytest.mark.parametrize("after", [1, 4, 9])
def test_where_the_database_fails_nothing_is_logged_of_what_it_says(
    busy: Busy, database: peewee.Database, caplog: pytest.LogCaptureFixture, after: int
) -> None:
    traced = Traced(busy)
    a_day(traced)
    seen = [0]

    def fails(event: peewee.QueryEvent) -> None:
        seen[0] += 1
        if seen[0] % after == 0:
            raise peewee.DataError(1406, f"Data too long: '{NAME} {NUMBER} {PHONE} {ADDRESS}' {event.params}")

    paths = ["/board", "/board/inside", "/desk", "/waiting", "/records", "/exports", f"/records/{busy.visit}"]
    with caplog.at_level(logging.DEBUG), after_each_statement(database, fails):
        answers = [traced.browser.get(path) for path in paths]
        for path in paths:
            sent = {"who": NAME, "words": NAME, "why": "other", "csrf_token": traced.csrf}
            answers.append(traced.browser.client.post(f"{busy.at}{path}", data=sent))
    assert 503 in {one.status_code for one in answers}
    assert "DataError" in caplog.text
    assert nothing_of_anybody_in(caplog.text + "".join(one.text for one in answers if one.status_code == 503))


def test_words_of_the_chat_leave_nothing_in_logs_and_audit(
    database: peewee.Database, caplog: pytest.LogCaptureFixture
) -> None:
    service = Service()
    hall = service.hall()
    visitor, admin = service.visitor(), service.staff(hall, Role.ADMIN)
    with caplog.at_level(logging.DEBUG):
        visitor.scan(service.code(hall))
        for words in ("同意", f"{NAME} {NUMBER} {PHONE} 社保 36.5", "确认"):
            visitor.says(words)
        for words in (
            "今日",
            "在厅",
            "待处理",
            *(f"查询 {one}" for one in LOOKED_UP),
            "更多",
            "导出 今日",
            *(f"密接 {one}" for one in LOOKED_UP),
            "密接",
            "通知 2026-1",
            "全部签退",
        ):
            admin.says(words)
        for column in ("name", "phone"):
            run(lambda column=column: database.execute_sql(f"UPDATE visits SET {column} = {database.param}", (b"x",)))
            for words in ("在厅", f"查询 {NAME}", "查询 今日"):
                admin.says(words)
    assert {"search", "export", "case_open"} <= run(lambda: {row.action for row in Audit.select(Audit.action)})
    assert nothing_of_anybody_in(caplog.text + audited())
