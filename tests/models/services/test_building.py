"""Building exports: what ends up in the workbooks, and who builds them."""

from datetime import timedelta

import peewee

from models.rules.halls import HallFacts
from models.rules.visits import HowOut, TemperatureSource
from models.rules.workbook import COLUMNS
from models.tables.database import run
from models.tables.exports import Kind
from models.tables.fields import insert
from models.tables.people import Person
from tests.exported import a_visit, built, rows_of
from tests.service import MONDAY_9
from tests.staffed import openid, registered

LATER = MONDAY_9 + timedelta(hours=1)


def a_row(database_row: list[str]) -> dict[str, str]:
    return dict(zip(COLUMNS, database_row, strict=True))


def only_row(hall: HallFacts, kind: Kind = Kind.FULL) -> dict[str, str]:
    (row,) = rows_of(built(hall), kind)
    return a_row(row)


def test_a_visit_is_a_row_of_the_columns_of_the_contract(database: peewee.Database) -> None:
    hall = registered()
    person = run(
        lambda: insert(
            Person, openid=openid("Visitor"), profile="{}", facts='{"language": "zh"}', created_at=MONDAY_9,
            seen_at=MONDAY_9,
        )
    )  # fmt: skip
    a_visit(
        hall, person_id=person, name="张三", phone="13800138000", id_kind="resident", id_number="11010519491231002X",
        address="北京市朝阳区某路1号", matter=hall.matters[0].code, temperature_tenths=365,
        temperature_source=TemperatureSource.DECLARED, out_at=MONDAY_9 + timedelta(minutes=30, seconds=5),
        how_out=HowOut.SCAN, remark="带了轮椅",
    )  # fmt: skip
    assert only_row(hall) == {
        "微信OPENID": openid("Visitor"),
        "姓名": "张三",
        "手机号码": "13800138000",
        "证件类型": "居民身份证",
        "证件号码": "11010519491231002X",
        "家庭住址": "北京市朝阳区某路1号",
        "事项名称": hall.matters[0].zh,
        "体温": "36.5",
        "访问时间": "2026-03-02 09:00:00",
        "离开时间": "2026-03-02 09:30:05",
        "离开方式": "扫码",
        "同行人员": "",
        "微信昵称": "",
        "登记方式": "扫码",
        "备注": "带了轮椅",
    }
