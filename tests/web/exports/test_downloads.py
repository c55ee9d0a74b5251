"""Downloads: again and in parts, and by nobody else."""

import peewee
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from werkzeug.test import TestResponse

from models.rules.access import Role
from models.services import halls
from models.tables.audit import Audit
from models.tables.database import run
from models.tables.exports import Export, ExportChunk, ExportCopy
from models.tables.staff import Member
from tests.exported import a_visit, sheets_of
from tests.staffed import openid
from tests.web.admin.desk import Browser, Office
from tests.web.exports.test_pages import FULL, MASKED, built, taken


class Shelf:
    """A hall with an export that is built, and the address of a copy."""

    def __init__(self) -> None:
        self.office = Office()
        a_visit(self.office.hall)
        self.browser = self.office.browser()
        self.export = built(self.office, self.browser)
        self.file = taken(self.browser, self.export, FULL)
        self.whole = self.get().data

    def get(self, **headers: str) -> TestResponse:
        return self.browser.get(self.file, headers={name.replace("_", "-"): value for name, value in headers.items()})


@pytest.fixture
def shelf(database: peewee.Database) -> Shelf:
    return Shelf()


def test_a_download_says_what_it_is(shelf: Shelf) -> None:
    answer = shelf.get()
    assert answer.mimetype == "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    assert answer.headers["Accept-Ranges"] == "bytes"
    assert answer.headers["Content-Length"] == str(len(shelf.whole))
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Content-Disposition"].startswith(f"attachment; filename={shelf.office.hall.code}_2026")


def test_a_download_is_the_same_bytes_each_time_and_spends_nothing(shelf: Shelf) -> None:
    copies = run(ExportCopy.select().count)
    for _ in range(5):
        assert shelf.get().data == shelf.whole
    assert run(ExportCopy.select().count) == copies


def test_head_tells_the_size_without_the_file(shelf: Shelf) -> None:
    answer = shelf.browser.client.head(shelf.browser.at + shelf.file)
    assert (answer.status_code, answer.data) == (200, b"")
    assert answer.headers["Content-Length"] == str(len(shelf.whole))


@pytest.mark.parametrize(
    ("asked", "part"),
    [
        pytest.param("bytes=0-99", slice(0, 100), id="the beginning"),
        pytest.param("bytes=100-", slice(100, None), id="the rest"),
        pytest.param("bytes=-50", slice(-50, None), id="the end"),
        pytest.param("bytes=0-0", slice(0, 1), id="one byte"),
        pytest.param("bytes=10-99999999", slice(10, None), id="more than there is"),
    ],
)
def test_a_part_is_sent_as_a_part(shelf: Shelf, asked: str, part: slice) -> None:
    answer = shelf.get(Range=asked)
    first, last, _ = part.indices(len(shelf.whole))
    assert (answer.status_code, answer.data) == (206, shelf.whole[part])
    assert answer.headers["Content-Range"] == f"bytes {first}-{last - 1}/{len(shelf.whole)}"


@pytest.mark.parametrize("asked", ["bytes=99999999-", "bytes=99999999-999999999"])
def test_a_part_behind_the_end_is_none(shelf: Shelf, asked: str) -> None:
    answer = shelf.get(Range=asked)
    assert (answer.status_code, answer.data) == (416, b"")
    assert answer.headers["Content-Range"] == f"bytes */{len(shelf.whole)}"


@pytest.mark.parametrize(
    "asked", ["", "bytes=", "bytes=a-b", "rows=0-1", "bytes=5-1", "bytes=0-1,5-9", "bytes=--1", "bytes=" + "9" * 5000]
)
def test_what_is_no_range_is_answered_with_the_whole_or_refused(shelf: Shelf, asked: str) -> None:
    answer = shelf.get(Range=asked)
    assert answer.status_code in (200, 416)
    assert answer.data == (shelf.whole if answer.status_code == 200 else b"")


def test_a_part_of_what_has_changed_is_the_whole(shelf: Shelf) -> None:
    tag = shelf.get().headers["ETag"]
    assert shelf.get(Range="bytes=5-9", If_Range=tag).status_code == 206
    assert shelf.get(Range="bytes=5-9", If_Range='"another"').data == shelf.whole
    assert shelf.get(Range="bytes=5-9", If_Range="Mon, 02 Mar 2026 01:00:00 GMT").data == shelf.whole


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30)
@given(st.data())
def test_parts_that_follow_one_another_make_the_whole(shelf: Shelf, data: st.DataObject) -> None:
    total = len(shelf.whole)
    at = data.draw(st.integers(1, total - 1))
    parts = [shelf.get(Range=f"bytes=0-{at - 1}").data, shelf.get(Range=f"bytes={at}-").data]
    assert b"".join(parts) == shelf.whole


# --- whose it is, and for how long ---


def test_ten_minutes_later_one_sentence_says_so(shelf: Shelf) -> None:
    shelf.office.clock.goes_on(minutes=10)
    answer = shelf.get()
    assert answer.status_code == 409 and "10 分钟" in answer.text


def test_a_day_later_the_file_is_gone(shelf: Shelf) -> None:
    shelf.office.clock.goes_on(hours=24)
    browser = shelf.office.browser()
    assert "已经过期" in browser.get(shelf.export).text
    assert browser.get(shelf.file).status_code == 404


def test_another_session_of_the_same_person_has_no_such_file(shelf: Shelf) -> None:
    assert shelf.office.browser().get(shelf.file).status_code == 404


@pytest.mark.parametrize("who", ["Second", "Guard", "Operator", "Elsewhere", "Nobody"])
def test_nobody_else_has_such_an_export_or_file(shelf: Shelf, who: str) -> None:
    office = shelf.office
    office.joins("Second", Role.ADMIN)
    office.joins("Guard", Role.GUARD, name="门岗")
    office.operator()
    other = halls.by_code(halls.register("别处大厅", office.facts(), "open", office.clock()))
    assert other is not None
    office.joins("Elsewhere", Role.ADMIN, hall_id=other.id)
    browser = office.browser(who)
    pages = (shelf.export, f"{shelf.export}/state", f"{shelf.export}/cancel", shelf.file.removesuffix("/file"))
    for page in (*pages, shelf.file):
        assert browser.get(page).status_code == 404, page
    elsewhere = Browser(browser.client, f"/hall/{other.code}")
    assert elsewhere.get(shelf.file).status_code == 404


def test_who_is_not_signed_in_is_led_to_it(shelf: Shelf) -> None:
    client = shelf.office.app.test_client()
    assert client.get(shelf.browser.at + shelf.file).location.startswith("/login?next=")


def test_somebody_who_is_not_staff_any_more_downloads_nothing(shelf: Shelf) -> None:
    run(lambda: Member.delete().where(Member.openid == openid("Admin")).execute())
    assert shelf.get().status_code == 404


@pytest.mark.parametrize(
    "mangled",
    [
        pytest.param(lambda file: file[:-8], id="truncated"),
        pytest.param(lambda file: file.replace("/copies/1/", "/copies/2/"), id="another number"),
        pytest.param(lambda file: file.replace("/copies/1/", "/copies/-1/"), id="a negative number"),
        pytest.param(lambda file: file.replace("/copies/1/", "/copies/999999999/"), id="a large number"),
        pytest.param(lambda file: file.replace("/exports/", "/exports/x"), id="another export"),
        pytest.param(lambda file: file.replace("/exports/", "/exports/%00"), id="a NUL"),
        pytest.param(lambda file: file.replace("/exports/", "/exports/张三"), id="no ASCII"),
    ],
)
def test_a_mangled_link_leads_to_no_file(shelf: Shelf, mangled) -> None:
    assert shelf.browser.get(mangled(shelf.file)).status_code in (404, 308)


# --- what is missing ---


def test_without_one_of_its_pieces_there_is_a_sentence_and_no_file(shelf: Shelf) -> None:
    run(lambda: ExportChunk.delete().where(ExportChunk.kind == "full", ExportChunk.part == 1).execute())
    answer = shelf.get()
    assert answer.status_code == 409 and "不完整" in answer.text


def test_without_its_directory_there_is_a_sentence_and_no_file(shelf: Shelf) -> None:
    run(lambda: ExportChunk.delete().where(ExportChunk.part == 0).execute())
    answer = shelf.get()
    assert answer.status_code == 409 and "不完整" in answer.text


def test_pieces_that_were_exchanged_do_not_open(shelf: Shelf) -> None:
    """A masked piece in the place of the full one, or the other way round."""
    pieces = {row.kind: row.data for row in run(lambda: list(ExportChunk.select().where(ExportChunk.part == 0)))}
    run(
        lambda: (
            ExportChunk.update(data=pieces["masked"]).where(ExportChunk.kind == "full", ExportChunk.part == 0).execute()
        )
    )
    assert shelf.get().status_code == 409


# --- GET changes nothing ---


def test_looking_at_every_page_changes_nothing(shelf: Shelf) -> None:
    tables = (Export, ExportCopy, ExportChunk, Audit)
    before = [run(table.select().count) for table in tables]
    for page in ("/exports", shelf.export, f"{shelf.export}/cancel", shelf.file.removesuffix("/file"), shelf.file):
        assert shelf.browser.get(page).status_code == 200
    assert [run(table.select().count) for table in tables] == before


def test_a_file_of_two_kinds_is_two_copies(shelf: Shelf) -> None:
    masked = taken(shelf.browser, shelf.export, MASKED)
    assert masked.endswith("/copies/2/file")
    assert sheets_of(shelf.browser.get(masked).data)["数据"][1][1] == "张*"
