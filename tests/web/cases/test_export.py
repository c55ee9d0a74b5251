"""The workbook of a case: what is in it, and by whom it may be had."""

import json

import pytest

from models.rules.access import Role
from models.rules.visits import HowOut
from models.rules.workbook import CASE_COLUMNS, COLUMNS
from models.services import building, exporting, halls
from models.tables.cases import Case, CaseVisit
from models.tables.contacts import Contact, ContactState
from models.tables.database import DB, run
from models.tables.exports import Export, Status
from models.tables.halls import Hall
from models.tables.looks import Look
from models.tables.visits import Visit
from tests.exported import DESK, as_it_stands, rows_of, sheets_of
from tests.staffed import at_once, joins, post, refused
from tests.visited import came
from tests.web.admin.desk import Browser, Office
from tests.web.cases.morning import ILL, ILL_PHONE, Morning, opened
from tests.web.exports.test_pages import FULL, MASKED, taken


class Exporting:
    """A case, and its workbook."""

    def __init__(self, office: Office) -> None:
        self.office = office
        self.admin = office.browser()
        self.case = opened(self.admin)

    @property
    def public_id(self) -> str:
        return self.case.rpartition("/")[2]

    def asks(self) -> str:
        """The address of the export."""
        answer = self.admin.sends(f"{self.case}/export")
        assert answer.status_code == 303
        return answer.location.removeprefix(self.admin.at)

    def builds(self) -> str:
        where = self.asks()
        assert building.build_due(self.office.clock(), DESK) == 1
        return where

    def workbook(self, typed: dict[str, str] = FULL) -> dict[str, list[list[str]]]:
        return sheets_of(self.admin.get(taken(self.admin, self.builds(), typed)).data)

    def rows(self) -> dict[str, dict[str, str]]:
        """By name, what stands in each column."""
        head, *rows = self.workbook()["数据"]
        return {row[1]: dict(zip(head, row, strict=True)) for row in rows}


@pytest.fixture
def case(office: Office, morning: Morning) -> Exporting:
    return Exporting(office)


def test_the_workbook_has_the_columns_of_the_other_one_and_those_of_a_contact(case: Exporting) -> None:
    head, *rows = case.workbook()["数据"]
    assert head == [*COLUMNS, *CASE_COLUMNS]
    assert rows[0][1] == ILL and rows[0][len(COLUMNS)] == "病例本人"
    assert len(rows) == 7 and all(row[1] != "周无关" for row in rows)


def test_minutes_stand_there_with_their_bounds_and_how_sure_they_are(case: Exporting) -> None:
    rows = case.rows()
    columns = ("与病例同时在厅分钟", "时间是否确定", "同门", "同行")
    assert [rows["张确定"][one] for one in columns] == ["40", "确定", "是", ""]
    assert [rows["李说明"][one] for one in columns[:2]] == ["30", "按本人或工作人员说的时间"]
    assert rows["赵推定"]["与病例同时在厅分钟"] == "0–40" and "推定" in rows["赵推定"]["时间是否确定"]
    assert rows["王同行"]["同行"] == "是"
    assert rows["孙之后"]["与病例同时在厅分钟"] == "0" and rows["孙之后"]["离开后"] == "20"


def test_a_stay_that_met_two_of_the_case_one_of_them_perhaps_is_not_told_as_sure(
    office: Office, morning: Morning
) -> None:
    morning.comes(ILL, 95, 240, HowOut.CLOSING, phone=ILL_PHONE)
    morning.comes("吴全程", 80, 200, phone="13800138007")
    rows = Exporting(office).rows()
    columns = ("与病例同时在厅分钟", "时间是否确定")
    assert [rows["孙之后"][one] for one in columns] == ["0–30", "可能，离开时间是推定的"]
    assert [rows["吴全程"][one] for one in columns] == ["10–115", "确定同时在厅过，多久是推定的"]


def test_who_came_only_afterwards_is_told_apart_however_shortly_they_were_there(case: Exporting) -> None:
    run(lambda: CaseVisit.update(tail=0).execute())
    rows = case.rows()
    assert (rows["孙之后"]["离开后"], rows["张确定"]["离开后"]) == ("0", "")


def test_the_state_of_each_contact_stands_there(case: Exporting) -> None:
    run(lambda: Contact.update(state=ContactState.PASSED_ON).execute())
    assert case.rows()["张确定"]["状态"] == "已转疾控部门"


def test_the_notes_say_by_which_definition_for_whom_and_what_for(case: Exporting) -> None:
    notes = dict(case.workbook()["说明"])
    assert notes["条件"] == "病例 2026-1 和可能的接触者"
    assert (notes["病例原因"], notes["要求单位"], notes["用途"]) == ("疾控部门要求", "甲市疾控中心", "疫情排查")
    assert "第 1 版" in notes["怎样算可能的接触者"] and "30 分钟" in notes["怎样算可能的接触者"]
    assert "0–35" in notes["同时在厅分钟"] and "疾控部门判定" in notes["说明"]
    assert "一共 6 人" in notes["人数"] and notes["导出人"] == "王海燕"


def test_the_masked_workbook_names_nobody(case: Exporting) -> None:
    text = json.dumps(case.workbook(MASKED), ensure_ascii=False)
    assert all(hidden not in text for hidden in (ILL, ILL_PHONE, "张确定", "13800138001"))
    assert "张**" in text and "0–40" in text
    assert run(Look.select().count) == 0


def test_a_full_copy_is_told_to_those_who_are_in_it(case: Exporting) -> None:
    case.workbook()
    look = run(Look.get)
    assert (look.what, look.case_id is not None, look.first) == ("copy", True, None)


def test_the_pages_of_the_export_say_of_what_it_is(case: Exporting) -> None:
    where = case.builds()
    for page in (where, "/exports", taken(case.admin, where, FULL).removesuffix("/file")):
        assert "病例 2026-1 和可能的接触者" in case.admin.get(page).text
    assert "病例 2026-1" not in case.office.browser("Guard").get("/exports").text


def test_a_name_that_is_a_formula_stays_text(office: Office, morning: Morning) -> None:
    morning.comes("=1+1", 40, 60, phone=None)
    _, *rows = Exporting(office).workbook()["数据"]
    assert any(row[1] == "=1+1" for row in rows)


def test_with_four_eyes_another_admin_reads_of_which_case_the_full_file_is(case: Exporting) -> None:
    case.office.joins("Second", Role.ADMIN, name="李复核")
    where = case.builds()
    facts = json.dumps({**case.office.facts(), "four_eyes": True})
    at = case.office.hall.id
    run(lambda: Hall.update(facts=facts, revision=halls.new_revision()).where(Hall.id == at).execute())
    case.admin.sends(where, FULL)
    code = case.admin.get(where).text.partition('class="code-text">批准 ')[2][:8]
    second = Browser(case.office.browser("Second").client, "")
    assert "病例 2026-1 和可能的接触者" in second.get(f"/second/{code}").text
    second.sends(f"/second/{code}", {"decision": "yes"})
    assert taken(case.admin, where, {"decision": "approved"}).endswith("/copies/1/file")


def test_a_record_that_is_gone_is_left_out(case: Exporting, morning: Morning) -> None:
    morning.erase("张确定")
    assert "张确定" not in case.rows()


def test_a_contact_who_is_none_any_more_is_left_out(case: Exporting) -> None:
    run(lambda: Contact.update(is_gone=True).where(Contact.number == 1).execute())
    _, *rows = case.workbook()["数据"]
    assert len(rows) == 6 and "1" not in [row[len(COLUMNS)] for row in rows]


def test_what_does_not_open_is_empty_and_named(case: Exporting) -> None:
    run(lambda: DB.execute_sql(f"UPDATE visits SET name = {DB.obj.param}", (b"damaged",)))
    where = case.builds()
    row = as_it_stands(case.office.hall, where.rpartition("/")[2])
    assert row.status is Status.READY and row.rows_faulty == 7
    assert {one[1] for one in rows_of(row)} == {""}


def test_a_case_of_which_nobody_was_near_is_exported_alone(office: Office) -> None:
    came(office.hall, name=ILL, phone=ILL_PHONE, number=None)
    case = Exporting(office)
    assert [row[len(COLUMNS)] for row in case.workbook()["数据"][1:]] == ["病例本人"]


def test_a_case_without_any_record_is_not_exported(case: Exporting) -> None:
    run(lambda: Visit.delete().execute())
    assert "没有可以导出的" in case.admin.sends(f"{case.case}/export").text


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        pytest.param({"reason": None}, "请先写明为什么查", id="without a reason"),
        pytest.param({"authority": None}, "请先写明为什么查", id="for nobody"),
        pytest.param({"tracing": "wanted"}, "正在查找接触者", id="still being traced"),
    ],
)
def test_what_cannot_be_exported_yet_says_why(case: Exporting, columns: dict[str, str | None], said: str) -> None:
    run(lambda: Case.update(**columns).execute())
    assert said in case.admin.sends(f"{case.case}/export").text
    assert run(Export.select().count) == 0


def test_a_case_that_is_closed_is_not_exported(case: Exporting) -> None:
    form = case.admin.fields(f"{case.case}/export")
    run(lambda: Case.update(status="closed").execute())
    assert "已经结束" in case.admin.sends(f"{case.case}/export", seen=form).text
    assert "生成文件" not in case.admin.get(f"{case.case}/export").text
    assert run(Export.select().count) == 0


def test_pressed_twice_it_is_one_export(case: Exporting) -> None:
    assert case.asks() == case.asks()
    assert run(Export.select().count) == 1


def test_pressed_twice_at_once_it_is_one_export(case: Exporting) -> None:
    admin = post(case.office.hall)
    asked = at_once(*[lambda: exporting.ask_case(admin, case.public_id, case.office.clock())] * 3)
    assert len({one.public_id for one in asked}) == 1


def test_an_export_of_the_same_days_is_another_one(case: Exporting) -> None:
    of_case = case.asks()
    answer = case.admin.sends("/exports", {"first": "2026-02-28", "last": "2026-03-02"})
    assert answer.location.removeprefix(case.admin.at) != of_case


def test_looking_at_the_page_asks_for_nothing(case: Exporting) -> None:
    assert case.admin.get(f"{case.case}/export").status_code == 200
    assert run(Export.select().count) == 0


@pytest.mark.parametrize("who", ["Guard", "Operator", "Elsewhere", "Visitor"])
def test_nobody_else_exports_a_case(case: Exporting, who: str) -> None:
    assert case.office.browser(who).get(f"{case.case}/export").status_code == 404


def test_the_service_refuses_whoever_may_not(case: Exporting) -> None:
    guard = joins(case.office.hall, "Doorkeeper", "门岗")
    now = case.office.clock()
    assert refused(lambda: exporting.ask_case(guard, case.public_id, now)) == "hall_not_yours"
    admin = post(case.office.hall)
    assert refused(lambda: exporting.ask_case(admin, "nothing", now)) == "case_unknown"
