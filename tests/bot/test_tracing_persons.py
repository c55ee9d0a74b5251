"""密接 in the chat, where several people are meant by the words."""

import json
import re
from datetime import date, timedelta
from urllib.parse import unquote

from models.rules.access import Role
from models.rules.halls import HallFacts
from models.tables.audit import Audit
from models.tables.cases import Case
from models.tables.database import run
from models.tables.staff import Member
from models.tables.visits import Visit
from tests.bot.test_tracing_words import opened, stranger
from tests.reading import asks, tells
from tests.service import MONDAY_9, Service
from tests.visited import NUMBER, PHONE, came

DAY = timedelta(days=1)
LI = {"name": "李四", "phone": "13911110002", "number": "371421197902142025"}


def namesakes(service: Service) -> HallFacts:
    hall = service.hall()
    came(hall, MONDAY_9 - 3 * DAY)
    came(hall, MONDAY_9 - 2 * DAY, **{**LI, "name": "张三"})
    return hall


def person_of(case: Case) -> str | None:
    number: str | None = run(lambda: Visit.get(Visit.id == case.person)).id_number
    return number


def test_people_of_one_name_are_told_apart_by_what_their_masks_show(service: Service) -> None:
    hall = namesakes(service)
    admin = service.staff(hall)
    reply = admin.says("密接 张三 2026-02-28")
    assert asks(reply, "which_person")
    text = reply.reply or ""
    assert tells(reply, "tracing.several", count=2)
    assert "139*****002" in text and "138*****000" in text
    assert not [one for one in ("张三", PHONE, NUMBER, "13911110002", "371421197902142025") if one in text]
    assert opened() == []
    chosen = admin.says("2")
    assert tells(chosen, "tracing.opened", hall=hall.name, number="2026-1", days="2026-02-26 到 2026-03-02")
    (case,) = opened()
    assert person_of(case) == NUMBER


def test_a_stretch_of_days_is_kept_while_it_is_asked_who(service: Service) -> None:
    hall = namesakes(service)
    admin = service.staff(hall)
    admin.says("密接 张三 2月27日到3月1日")
    admin.says("1")
    (case,) = opened()
    assert (case.first, case.last) == (date(2026, 2, 27), date(2026, 3, 1))


def test_a_tap_on_one_of_them_chooses_that_one(service: Service) -> None:
    hall = namesakes(service)
    admin = service.staff(hall)
    reply = admin.says("密接 张三").reply or ""
    label = re.findall(r"msgmenucontent=([^&]+)&", reply)[1]
    assert tells(admin.says(unquote(label)), "tracing.candidates")
    assert person_of(opened()[0]) == NUMBER


def test_people_who_look_the_same_behind_their_masks_are_numbered(service: Service) -> None:
    hall = service.hall()
    stranger(hall, "张三", -600, 20)
    stranger(hall, "张三", -600, 25)
    admin = service.staff(hall)
    reply = admin.says("密接 张三")
    labels = re.findall(r"msgmenucontent=([^&]+)&", reply.reply or "")
    assert len(labels) == len(set(labels)) == 2
    assert tells(admin.says("2"), "tracing.candidates")


def test_of_a_crowd_of_one_name_the_latest_are_offered_and_the_others_counted(service: Service) -> None:
    hall = service.hall()
    for number in range(30):
        stranger(hall, "张伟", -60 * number, 20)
    reply = service.staff(hall).says("密接 张伟")
    assert tells(reply, "tracing.several", count=30)
    assert tells(reply, "tracing.more_people", count=22)
    assert asks(reply, "which_person")


def test_cancelled_opens_nothing(service: Service) -> None:
    admin = service.staff(namesakes(service))
    admin.says("密接 张三")
    assert tells(admin.says("取消"), "cancelled.case")
    assert opened() == []


def test_somebody_who_is_no_admin_any_more_opens_nothing_by_the_question_that_stood(service: Service) -> None:
    admin = service.staff(namesakes(service))
    admin.says("密接 张三")
    run(lambda: Member.update(role=Role.GUARD).execute())
    assert tells(admin.says("1"), "refused.not_yours")
    assert opened() == []


def test_what_a_question_holds_of_people_lies_nowhere_in_clear(service: Service) -> None:
    admin = service.staff(namesakes(service))
    admin.says("密接 张三")
    raw = run(lambda: Case._meta.database.execute_sql("SELECT state FROM conversations").fetchall())
    assert raw and not [row for row in raw if b"138*****000" in bytes(row[0])]
    noted = run(lambda: [json.loads(row.detail) for row in Audit.select().where(Audit.action == "search")])
    assert noted == [{"by": "name", "count": 2}]
