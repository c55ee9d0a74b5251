"""Building exports: what ends up in the workbooks, however many build them and whatever is in the way."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import peewee
import pytest

from models.adapters.sheets import Sheets
from models.rules.halls import HallFacts
from models.rules.visits import HowIn, HowOut, TemperatureSource
from models.rules.workbook import COLUMNS
from models.services import building, export_notes, exporting
from models.services.building import MOST_FAILURES
from models.tables import exports, vault
from models.tables.database import run
from models.tables.exports import PART_BYTES, CopyRow, Export, ExportChunk, ExportCopy, ExportRow, Kind, Status
from models.tables.fields import insert
from models.tables.people import Person
from models.tables.visits import Visit
from tests.conftest import KEYS
from tests.exported import DESK, TODAY, a_visit, as_it_stands, asked_for, built, rows_of, sheets_of, workbook
from tests.service import MONDAY_9
from tests.staffed import at_once, openid, post, registered

MINUTE = timedelta(minutes=1)


def only_row(hall: HallFacts, kind: Kind = Kind.FULL, **how: Any) -> dict[str, str]:
    (row,) = rows_of(built(hall, **how), kind)
    return dict(zip(COLUMNS, row, strict=True))


def a_person(who: str) -> int:
    facts = '{"language": "zh", "consents": {}, "matters": {}, "last_hall_id": null}'
    return run(
        lambda: insert(Person, openid=who, profile="{}", facts=facts, created_at=MONDAY_9, seen_at=MONDAY_9)
    )  # fmt: skip


def a_known_visit(hall: HallFacts, **values: Any) -> int:
    return a_visit(
        hall, **{
            "person_id": a_person(openid("Visitor")), "name": "欧阳娜娜", "phone": "13800138000", "id_kind": "resident",
            "id_number": "11010519491231002X", "address": "北京市朝阳区某路1号", "matter": hall.matters[0].code,
            "temperature_tenths": 365, "temperature_source": TemperatureSource.DECLARED,
            "out_at": MONDAY_9 + timedelta(minutes=30, seconds=5), "how_out": HowOut.SCAN,
            "remark": "带了轮椅", **values,
        }
    )  # fmt: skip


# --- what stands in a row ---


def test_a_visit_is_a_row_of_the_columns_of_the_contract(database: peewee.Database) -> None:
    hall = registered()
    a_known_visit(hall)
    assert only_row(hall) == {
        "微信OPENID": openid("Visitor"),
        "姓名": "欧阳娜娜",
        "手机号码": "13800138000",
        "证件类型": "居民身份证",
        "证件号码": "11010519491231002X",
        "家庭住址": "北京市朝阳区某路1号",
        "事项名称": hall.matters[0].zh,
        "体温": "36.5",
        "访问时间": "2026-03-02 09:00:00",
        "离开时间": "2026-03-02 09:30:05",
        "离开方式": "扫离厅码",
        "同行人员": "",
        "微信昵称": "",
        "登记方式": "扫进厅码",
        "备注": "带了轮椅",
    }


def test_the_masked_workbook_hides_who_it_was(database: peewee.Database) -> None:
    hall = registered()
    a_visit(hall, lead_id=a_known_visit(hall, companions=1), name="李四")
    lead, _ = rows_of(built(hall), Kind.MASKED)
    shown = dict(zip(COLUMNS, lead, strict=True))
    assert {name: shown[name] for name in ("微信OPENID", "姓名", "手机号码", "证件号码", "同行人员", "备注")} == {
        "微信OPENID": "",
        "姓名": "欧阳**",
        "手机号码": "138*****000",
        "证件号码": "1****************X",
        "同行人员": "李*",
        "备注": "",
    }
    assert shown["家庭住址"] == "北京市朝阳区***"


def test_what_is_not_known_is_empty(database: peewee.Database) -> None:
    hall = registered()
    a_visit(hall, name="张三")
    row = only_row(hall)
    assert {name for name, text in row.items() if text} == {"姓名", "访问时间", "登记方式"}


@pytest.mark.parametrize("how", list(HowOut))
def test_an_estimated_exit_says_so_and_no_other_does(database: peewee.Database, how: HowOut) -> None:
    hall = registered()
    a_visit(hall, out_at=MONDAY_9 + MINUTE, how_out=how)
    said = only_row(hall)["离开方式"]
    assert ("推定" in said) == (how in (HowOut.CLOSING, HowOut.MOVED, HowOut.SWEPT, HowOut.UNKNOWN))
    assert said


@pytest.mark.parametrize("how", [HowOut.STATED, HowOut.CORRECTED])
def test_an_exit_that_staff_may_have_put_there_is_not_said_to_be_the_visitors(
    database: peewee.Database, how: HowOut
) -> None:
    hall = registered()
    a_visit(hall, out_at=MONDAY_9 + MINUTE, how_out=how)
    assert "本人" not in only_row(hall)["离开方式"]


@pytest.mark.parametrize("how", list(HowIn))
def test_each_way_of_registering_has_its_word(database: peewee.Database, how: HowIn) -> None:
    hall = registered()
    a_visit(hall, how_in=how)
    assert only_row(hall)["登记方式"] not in ("", str(how))


def test_a_visit_that_is_overdue_is_shown_as_it_will_be_closed(database: peewee.Database) -> None:
    hall = registered()
    a_visit(hall, due_at=MONDAY_9 + MINUTE)
    row = only_row(hall, now=MONDAY_9 + 2 * MINUTE)
    assert (row["离开时间"], row["离开方式"]) == ("2026-03-02 09:01:00", "推定（到点自动签退）")


def test_a_temperature_that_was_declared_normal_is_no_number(database: peewee.Database) -> None:
    hall = registered()
    a_visit(hall, temperature_source=TemperatureSource.DECLARED_NORMAL)
    assert only_row(hall)["体温"] == "正常"


def test_a_browser_has_no_openid(database: peewee.Database) -> None:
    hall = registered()
    a_visit(hall, person_id=a_person("browser:abc"))
    assert only_row(hall)["微信OPENID"] == ""


@pytest.mark.parametrize("number", ["台胞证12345678", "护照E12345678"])
def test_the_word_before_a_number_stands_in_the_column_of_kinds_only(database: peewee.Database, number: str) -> None:
    hall = registered()
    a_visit(hall, id_kind="taiwan_permit", id_number=number)
    row = only_row(hall)
    assert row["证件号码"] == number[3 if number[0] == "台" else 2 :]
    assert row["证件类型"] == "台湾居民来往大陆通行证"


def test_companions_are_rows_of_their_own_and_name_one_another(database: peewee.Database) -> None:
    hall = registered()
    lead = a_visit(hall, person_id=a_person(openid("Lead")), name="王五", companions=2)
    for name in ("李四", "赵六"):
        a_visit(hall, MONDAY_9, person_id=1, lead_id=lead, name=name)
    rows = [dict(zip(COLUMNS, row, strict=True)) for row in rows_of(built(hall))]
    assert [(row["姓名"], row["同行人员"]) for row in rows] == [
        ("王五", "李四、赵六"),
        ("李四", "王五"),
        ("赵六", "王五"),
    ]
    assert [row["微信OPENID"] for row in rows] == [openid("Lead"), "", ""]


def test_a_matter_that_the_hall_has_no_more_stands_as_its_code(database: peewee.Database) -> None:
    hall = registered()
    a_visit(hall, matter="gone")
    assert only_row(hall)["事项名称"] == "gone"


def test_days_are_those_of_the_hall_and_no_other_halls_visit_is_in_it(database: peewee.Database) -> None:
    hall, other = registered(), registered("陵城区政务服务大厅", "Other")
    midnight = MONDAY_9 - timedelta(hours=9)
    for name, at in (("前一天", midnight - timedelta(microseconds=1)), ("第一", midnight), ("末", MONDAY_9)):
        a_visit(hall, at, name=name)
    a_visit(hall, midnight + timedelta(days=1), name="第二天")
    a_visit(other, MONDAY_9, name="别处")
    assert [row[1] for row in rows_of(built(hall))] == ["第一", "末"]


def test_every_visit_is_there_once_however_many_came_at_one_moment(database: peewee.Database) -> None:
    hall = registered()
    total = 1203  # two batches and a bit
    first = a_visit(hall)
    template = run(lambda: Visit.select().where(Visit.id == first).dicts().get())
    rows = [
        {**template, "id": None, "public_id": f"p{number:05}", "name": f"张{number:04}"} for number in range(1, total)
    ]
    for at in range(0, len(rows), 200):
        part = [{key: value for key, value in row.items() if key != "id"} for row in rows[at : at + 200]]
        run(lambda part=part: Visit.insert_many(part).execute())
    export = built(hall)
    assert (export.rows_done, export.rows_expected, export.rows_faulty) == (total, total, 0)
    assert [row[1] for row in rows_of(export)] == ["张三", *(f"张{number:04}" for number in range(1, total))]


# --- what does not open ---


def copy_of(export: ExportRow, kind: Kind = Kind.FULL) -> CopyRow:
    hall = run(lambda: exports.with_id(export.id))
    assert hall is not None
    run(lambda: exports.add_copy(export, kind, "检查", export.openid, "s", MONDAY_9, MONDAY_9, None))
    return run(lambda: exports.copies(export.id))[0]


@pytest.mark.parametrize("damage", [b"", b"\x00", b"\x02d1" + b"x" * 40, b"\x02d9" + b"x" * 40, b"plain", b"\xff" * 60])
def test_what_does_not_open_is_left_out_and_named_and_stops_nothing(database: peewee.Database, damage: bytes) -> None:
    hall = registered()
    a_visit(hall, name="好的")
    broken = a_known_visit(hall)
    a_visit(hall, name="也好")
    run(lambda: database.execute_sql(f"UPDATE visits SET id_number = {database.param} WHERE id = {broken}", (damage,)))
    export = built(hall)
    rows = rows_of(export)
    assert [row[1] for row in rows] == ["好的", "欧阳娜娜", "也好"]
    assert (rows[1][4], rows[1][2], export.rows_faulty) == ("", "13800138000", 1)
    told = export_notes.notes(hall, export, copy_of(export))
    assert ("第 3 行", "读不出：证件号码") in told
    assert any("1 行" in text for _, text in told)


def test_rows_of_a_key_that_is_lost_are_exported_as_far_as_they_go(database: peewee.Database) -> None:
    hall = registered()
    a_known_visit(hall)
    asked = asked_for(hall)
    lost = vault.Vault(vault.Keys(data={"d2": bytes(32)}, hash=KEYS.hash))
    lost.openids = vault.current().openids
    vault.use(lost)
    building.build_due(MONDAY_9, DESK)
    export = as_it_stands(hall, asked.public_id)
    (row,) = rows_of(export)
    assert (row[1], row[4], row[7]) == ("", "", "36.5")
    assert (export.status, export.rows_faulty) == (Status.READY, 1)


# --- the second sheet ---


def test_the_second_sheet_tells_hall_period_rows_who_when_and_what_for(database: peewee.Database) -> None:
    hall = registered()
    a_visit(hall)
    export = built(hall)
    told = dict(sheets_of(workbook(export, Kind.FULL, export_notes.notes(hall, export, copy_of(export))))["说明"])
    assert told["大厅"] == f"{hall.name}（{hall.code}）"
    assert (told["日期"], told["行数"], told["导出人"]) == ("2026-03-02 — 2026-03-02", "1", "王海燕")
    assert (told["导出时间"], told["用途"]) == ("2026-03-02 09:00:00", "检查")
    assert told["编号"] == f"{export.public_id}-1"
    assert "2021" in told["微信昵称"]


# --- pieces ---


def test_a_large_workbook_is_kept_in_pieces_of_less_than_a_megabyte(database: peewee.Database) -> None:
    hall = registered()
    a_visit(hall)
    asked = asked_for(hall)

    class Incompressible(Sheets):
        """A workbook that takes up two pieces and a half."""

        def close(self) -> bytes:
            self._out.give(b"x" * (2 * PART_BYTES + PART_BYTES // 2))
            return super().close()

    building.build_due(MONDAY_9, replace(DESK, new_sheets=Incompressible))
    export = as_it_stands(hall, asked.public_id)
    rows = run(lambda: list(ExportChunk.select(ExportChunk.part, ExportChunk.data).where(ExportChunk.kind == "full")))
    assert sorted(row.part for row in rows) == [0, 1, 2, 3]
    assert max(len(row.data) for row in rows) < 1_000_000
    assert export.full_bytes > 2 * PART_BYTES


def test_nothing_that_is_stored_can_be_read_without_the_keys(database: peewee.Database) -> None:
    hall = registered()
    a_known_visit(hall)
    built(hall)
    for row in run(lambda: list(ExportChunk.select())):
        for trace in (b"PK\x01\x02", b"PK\x03\x04", b"worksheet", "欧阳".encode(), b"13800138000"):
            assert trace not in bytes(row.data)


# --- who builds it ---


def test_of_several_jobs_at_once_one_builds(database: peewee.Database) -> None:
    hall = registered()
    a_visit(hall)
    asked = asked_for(hall)
    assert sorted(at_once(*[lambda: building.build_due(MONDAY_9, DESK)] * 3)) == [0, 0, 1]
    export = as_it_stands(hall, asked.public_id)
    assert (export.status, export.tries, len(rows_of(export))) == (Status.READY, 1, 1)


class Stumbling:
    """Workbooks of which the first so many break, or during which something happens."""

    def __init__(self, failures: int = 0, happens: Any = None) -> None:
        self.failures = failures
        self.happens = happens

    def __call__(self, *about: Any) -> Sheets:
        outer = self

        class Book(Sheets):
            def append(self, cells: Any) -> None:
                if outer.failures > 0:
                    outer.failures -= 1
                    raise OSError(28, "No space left on device")
                if outer.happens:
                    happens, outer.happens = outer.happens, None
                    happens()
                super().append(cells)

        return Book(*about)


def test_a_try_that_fails_is_made_again(database: peewee.Database) -> None:
    hall = registered()
    a_visit(hall)
    asked = asked_for(hall)
    desk = replace(DESK, new_sheets=Stumbling(failures=MOST_FAILURES - 1))
    for minutes in range(MOST_FAILURES):
        building.build_due(MONDAY_9 + minutes * 5 * MINUTE, desk)
    export = as_it_stands(hall, asked.public_id)
    assert (export.status, export.failures, len(rows_of(export))) == (Status.READY, MOST_FAILURES - 1, 1)


def test_after_three_tries_it_is_given_up_and_nothing_of_it_is_left(database: peewee.Database) -> None:
    hall = registered()
    a_visit(hall)
    asked = asked_for(hall)
    desk = replace(DESK, new_sheets=Stumbling(failures=99))
    for minutes in range(MOST_FAILURES + 2):
        building.build_due(MONDAY_9 + minutes * 5 * MINUTE, desk)
    assert as_it_stands(hall, asked.public_id).status is Status.FAILED
    assert run(ExportChunk.select().count) == 0


def test_one_that_fails_does_not_hold_up_another(database: peewee.Database) -> None:
    hall = registered()
    a_visit(hall)
    bad = asked_for(hall)
    good = asked_for(hall, now=MONDAY_9 + 2 * MINUTE)
    building.build_due(MONDAY_9 + 2 * MINUTE, replace(DESK, new_sheets=Stumbling(failures=1)))
    assert as_it_stands(hall, bad.public_id).status is Status.WANTED
    assert as_it_stands(hall, good.public_id).status is Status.READY


def test_one_that_is_cancelled_while_it_is_built_stops_and_leaves_nothing(database: peewee.Database) -> None:
    hall = registered()
    a_visit(hall)
    asked = asked_for(hall)
    cancels = Stumbling(happens=lambda: exporting.cancel(post(hall), asked.public_id, MONDAY_9))
    building.build_due(MONDAY_9, replace(DESK, new_sheets=cancels))
    assert as_it_stands(hall, asked.public_id).status is Status.CANCELLED
    assert run(ExportChunk.select().count) == 0


def test_whoever_was_taken_for_dead_adds_nothing_to_the_work_of_the_next(database: peewee.Database) -> None:
    hall = registered()
    a_visit(hall)
    asked = asked_for(hall)
    later = MONDAY_9 + 3 * MINUTE
    slow = Stumbling(happens=lambda: building.build_due(later, DESK))
    building.build_due(MONDAY_9, replace(DESK, new_sheets=slow))
    export = as_it_stands(hall, asked.public_id)
    assert (export.status, export.tries) == (Status.READY, 2)
    assert len(rows_of(export)) == len(rows_of(export, Kind.MASKED)) == 1
    assert run(ExportChunk.select().count) == 4


def test_a_process_that_is_to_end_gives_its_work_back_at_once(database: peewee.Database) -> None:
    hall = registered()
    a_visit(hall)
    asked = asked_for(hall)
    stops = iter([False, True])
    building.build_due(MONDAY_9, replace(DESK, is_stopping=lambda: next(stops)))
    export = as_it_stands(hall, asked.public_id)
    assert (export.status, export.failures) == (Status.WANTED, 0)
    assert building.build_due(MONDAY_9 + MINUTE, DESK) == 1


def test_visits_that_are_erased_meanwhile_are_no_failure(database: peewee.Database) -> None:
    hall = registered()
    for _ in range(3):
        last = a_visit(hall)
    asked = asked_for(hall)
    erases = Stumbling(happens=lambda: run(lambda: Visit.delete().where(Visit.id == last).execute()))
    building.build_due(MONDAY_9, replace(DESK, new_sheets=erases))
    assert as_it_stands(hall, asked.public_id).status is Status.READY


def test_visits_that_come_meanwhile_are_of_the_next_export(database: peewee.Database) -> None:
    hall = registered()
    a_visit(hall)
    asked = asked_for(hall)
    building.build_due(MONDAY_9, replace(DESK, new_sheets=Stumbling(happens=lambda: a_visit(hall))))
    export = as_it_stands(hall, asked.public_id)
    assert (export.rows_done, export.rows_expected) == (1, 1)


# --- how long it is kept ---


def test_a_day_later_the_workbooks_are_dropped_and_the_copies_are_still_known(database: peewee.Database) -> None:
    hall = registered()
    a_visit(hall)
    export = built(hall)
    copy_of(export)
    almost = MONDAY_9 + exporting.LASTS - timedelta(seconds=1)
    assert building.drop_over(almost) == 0
    assert building.drop_over(almost + timedelta(seconds=1)) == 1
    assert run(ExportChunk.select().count) == 0
    assert (run(Export.select().count), run(ExportCopy.select().count)) == (1, 1)
    assert as_it_stands(hall, export.public_id).status is Status.EXPIRED
    assert building.drop_over(almost + timedelta(days=9)) == 0


def test_one_that_nobody_has_built_in_time_is_not_built_any_more(database: peewee.Database) -> None:
    hall = registered()
    a_visit(hall)
    asked_for(hall)
    late = MONDAY_9 + exporting.LASTS
    assert building.build_due(late, DESK) == 0
    assert building.drop_over(late) == 1


def test_today_is_the_day_of_these_tests() -> None:
    assert MONDAY_9.date() == TODAY
