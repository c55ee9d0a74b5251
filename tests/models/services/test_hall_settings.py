"""A hall's own settings: one change at a time, noted, and followed at once by what hangs on it."""

import json
from functools import partial
from typing import Any

import peewee
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.rules.access import Role
from models.rules.halls import NOTICE_VERSION, HallFacts
from models.services import codes, hall_settings, halls, posts, registering
from models.services.hall_settings import MOST_NOTICES, Saved
from models.tables.audit import Audit
from models.tables.codes import HallCode
from models.tables.database import run
from tests.bot.test_check_in import first_visit
from tests.reading import inside, visits
from tests.service import HOURS, MONDAY_9, Service
from tests.staffed import at_once, joins, openid, operator, post, refused, registered, told

NOW = MONDAY_9
ELSEWHERE = {"region": "371403", "region_name": "山东省德州市陵城区"}


@pytest.fixture
def service(database: peewee.Database) -> Service:
    return Service()


pytestmark = pytest.mark.usefixtures("database")


def save(hall: HallFacts, name: str | None = None, **changes: Any) -> Saved:
    return hall_settings.save(post(hall), hall.revision, changes, NOW, name)


def notes() -> list[dict[str, Any]]:
    rows = run(lambda: list(Audit.select().where(Audit.action == "settings").order_by(Audit.id)))
    return [json.loads(row.detail)["changed"] for row in rows]


def facts(hall: HallFacts) -> dict[str, Any]:
    return hall_settings.stored(hall.id)[1]


# --- one change at a time ---


def test_a_change_is_kept_and_noted_with_before_and_after() -> None:
    hall = registered()
    saved = save(hall, phone="0534-8210001", fever_tenths=375).hall
    assert (saved.phone, saved.fever_tenths) == ("0534-8210001", 375)
    assert notes() == [{"phone": ["0534-8210000", "0534-8210001"], "fever_tenths": [None, 375]}]


def test_saving_what_is_there_notes_nothing() -> None:
    hall = registered()
    save(hall, phone="0534-8210000")
    assert notes() == []


def test_of_two_admins_at_once_the_second_is_told_to_look_again() -> None:
    hall = registered()
    got = at_once(*[partial(save, hall, phone=f"0534-821000{number}") for number in range(1, 6)])
    assert got.count("hall_changed") == 4
    assert len(notes()) == 1
    stale = post(hall)
    assert refused(lambda: hall_settings.save(stale, hall.revision, {"phone": "1"}, NOW)) == "hall_changed"


def test_staff_may_change_while_somebody_edits_the_settings_but_a_new_state_is_looked_at_first() -> None:
    hall, by = registered(), operator()
    joins(hall, "Guard", "李建国")
    hall = save(hall, phone="0534-8210001").hall
    registering.suspend(by, hall.code, "投诉", NOW)
    registering.resume(by, hall.code, NOW)
    assert refused(lambda: save(hall, phone="1")) == "hall_changed"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"calendar": {"weekly": [["12:00-09:00"]] * 7}}, "hours_backwards"),
        ({"calendar": {"weekly": [["9-12"]] * 7}}, "hours_unreadable"),
        ({"calendar": {"weekly": [[]] * 7, "exceptions": {"2026-06-31": []}}}, "hours_day_unreadable"),
        ({"fields": {"name": "off"}}, "field_name_required"),
        ({"notice_text": "长" * 501}, "notice_too_long"),
        ({"address": "路" * 20_001}, "hall_too_much"),
    ],
)
def test_what_cannot_be_changes_nothing_also_together_with_a_new_name(changes: dict[str, Any], code: str) -> None:
    hall = registered()
    assert refused(lambda: save(hall, "新的政务服务大厅", **changes)) == code


# --- the name ---


def test_a_new_name_takes_its_place_and_gives_the_old_one_back() -> None:
    hall = registered()
    assert save(hall, "新的 政务服务大厅").hall.name == "新的 政务服务大厅"
    assert refused(lambda: registered("新的政务服务大厅", "Other")) == "hall_double"
    assert registered(who="Other").name == hall.name


def test_a_name_that_another_hall_of_the_region_has_is_refused() -> None:
    hall = registered()
    registered("另一个政务大厅", "Other")
    assert refused(lambda: save(hall, "另一个 政务大厅")) == "hall_double"
    assert save(hall, "另一个政务大厅", **ELSEWHERE).hall.name == "另一个政务大厅"


def test_moving_into_a_region_where_the_name_is_taken_is_refused() -> None:
    hall = registered()
    registered(who="Other", **ELSEWHERE)
    assert refused(lambda: save(hall, **ELSEWHERE)) == "hall_double"


@pytest.mark.parametrize("approval", [False, True])
@pytest.mark.parametrize("change", [{"name": "省政务服务中心"}, ELSEWHERE])
def test_operators_hear_of_a_name_or_region_that_nobody_has_approved(change: dict[str, str], approval: bool) -> None:
    hall = registered(approval=approval)
    operator()
    saved = save(hall, **change).hall
    [message] = told("Operator")
    assert all(said in message for said in (hall.name, hall.region_name, saved.name, saved.region_name))
    assert (f"批准 {hall.code}" if approval else f"停用 {hall.code}") in message


def test_operators_do_not_hear_of_what_else_a_hall_changes() -> None:
    hall = registered()
    operator()
    save(hall, hall.name, phone="0534-8210001", notice_text="母婴室在二楼。")
    assert told("Operator") == []


def test_two_halls_that_take_one_name_at_once() -> None:
    pair = [registered("第一政务大厅", "One"), registered("第二政务大厅", "Two")]
    got = at_once(*[partial(save, hall, "同一个政务大厅") for hall in pair])
    assert len([one for one in got if one == "hall_double"]) == 1


# --- the notice ---


def test_a_new_notice_has_a_version_of_its_own_and_the_earlier_one_is_kept() -> None:
    hall = registered()
    first = save(hall, notice_text="本大厅\n有录像。").hall
    second = save(first, notice_text="本大厅有录像，保存 30 天。").hall
    assert (hall.notice_version, first.notice_version, second.notice_version) == (
        NOTICE_VERSION, NOTICE_VERSION + 1, NOTICE_VERSION + 2,
    )  # fmt: skip
    assert facts(hall)["notices"] == {str(NOTICE_VERSION): "", str(NOTICE_VERSION + 1): "本大厅 有录像。"}
    assert notes()[1] == {
        "notice_text": ["本大厅 有录像。", "本大厅有录像，保存 30 天。"],
        "notice_version": [NOTICE_VERSION + 1, NOTICE_VERSION + 2],
    }


def test_however_often_its_notice_changes_a_hall_can_go_on_changing_its_settings() -> None:
    hall = registered()
    for number in range(60):
        hall = save(hall, notice_text=f"{number} " + "字" * 480).hall
    earlier = facts(hall)["notices"]
    assert sorted(map(int, earlier)) == list(range(hall.notice_version - MOST_NOTICES, hall.notice_version))
    save(hall, matters=[{"code": f"m{number}", "zh": "事" * 20, "en": "m" * 60} for number in range(100)])


def test_the_same_notice_in_other_spaces_asks_nobody_again() -> None:
    hall = save(registered(), notice_text="本大厅有录像。").hall
    again = save(hall, notice_text="  本大厅有录像。\n").hall
    assert (again.notice_version, again.notice_text) == (hall.notice_version, hall.notice_text)


# --- the hours ---


def test_new_hours_redate_who_is_inside_companions_too_and_say_how_many(service: Service) -> None:
    hall, phone = registered(), service.visitor()
    phone.scan(service.code(hall))
    phone.says("同意 张三 11010519491231002X 13800138000 社保 36.5")
    for said in ("同行人员", "王小明 李小明", "确认"):
        phone.says(said)
    first_visit(service, registered("另一个政务大厅", "Other"), service.visitor("oElsewhere00000000000000001"))
    longer = {**HOURS, "weekly": [["09:00-13:00", "13:30-17:00"]] * 7}
    assert save(hall, calendar=longer).redated == 3
    assert {(visit.hall_id == hall.id, f"{visit.due_at:%H:%M}") for visit in visits()} == {
        (True, "05:15"), (False, "04:15"),
    }  # fmt: skip


def test_nobody_is_taken_to_have_left_before_the_hours_were_changed(service: Service) -> None:
    hall = registered()
    first_visit(service, hall)
    service.clock.shows("11:00")
    earlier = {**HOURS, "weekly": [["09:00-10:00"]] * 7}
    saved = hall_settings.save(post(hall), hall.revision, {"calendar": earlier}, service.clock())
    assert (saved.redated, visits()[0].due_at) == (1, service.clock())


def test_who_is_overdue_has_left_whatever_the_new_hours_are(service: Service) -> None:
    hall = registered()
    first_visit(service, hall)
    due = visits()[0].due_at
    service.clock.shows("12:20")
    longer = {**HOURS, "weekly": [["09:00-17:00"]] * 7}
    assert hall_settings.save(post(hall), hall.revision, {"calendar": longer}, service.clock()).redated == 0
    assert [visit.due_at for visit in inside()] == [due]


def test_a_change_that_leaves_the_hours_alone_redates_nobody(service: Service) -> None:
    hall = registered()
    first_visit(service, hall)
    assert save(hall, phone="1").redated == 0


# --- doors ---


def test_a_further_door_has_codes_of_its_own_and_the_others_keep_theirs() -> None:
    hall = registered()
    saved = hall_settings.add_door(post(hall), hall.revision, "南门", NOW)
    assert [(one.door, one.version) for one in codes.of_hall(saved.hall)] == [
        (1, 1), (1, 1), (2, 1), (2, 1), (3, 1), (3, 1),
    ]  # fmt: skip
    assert run(HallCode.select().count) == 6


def test_a_hall_that_waits_has_its_doors_and_wants_no_codes_before_it_is_approved() -> None:
    hall = registered(approval=True)
    hall_settings.add_door(post(hall), hall.revision, "南门", NOW)
    assert run(HallCode.select().count) == 0
    registering.approve(operator(), hall.code, NOW)
    assert run(HallCode.select().count) == 6


def test_a_door_with_another_name_keeps_its_codes() -> None:
    hall = codes.reissue(post(registered()), 1, "in", NOW)
    renamed = hall_settings.rename_door(post(hall), hall.revision, 1, "正门", NOW).hall
    assert (renamed.doors[1].name, renamed.doors[1].version_in) == ("正门", 2)
    assert hall_settings.rename_door(post(hall), renamed.revision, 1, " 正门 ", NOW).hall.doors[1].name == "正门"


@pytest.mark.parametrize(
    ("name", "refusal"),
    [
        ("", "door_name"),
        (" ", "door_name"),
        ("\u200b", "door_name"),
        ("一二三四五六七八九十一二三", "door_name"),
        ("门\n门" * 6, "door_name"),
        ("<b>", "words_markup"),
        ("=1+1", "words_formula"),
        ("@门", "words_formula"),
        ("🚪门", "words_emoji"),
        ("باب", "words_other_script"),
        ("门\u202e", None),
        ("{东}", None),
    ],
)
def test_a_door_is_called_by_a_plain_short_name(name: str, refusal: str | None) -> None:
    hall = registered()
    assert refused(lambda: hall_settings.add_door(post(hall), hall.revision, name, NOW)) == refusal


@pytest.mark.parametrize("name", ["东门", " 东 门", "东门\u200b"])
def test_two_doors_do_not_have_names_that_look_alike(name: str) -> None:
    hall = registered()
    assert refused(lambda: hall_settings.add_door(post(hall), hall.revision, name, NOW)) == "door_there"
    assert refused(lambda: hall_settings.rename_door(post(hall), hall.revision, 2, name, NOW)) == "door_there"


def test_a_hall_has_twenty_doors_at_most() -> None:
    hall = registered(doors={str(number): {"name": f"第{number}扇门"} for number in range(1, 21)})
    assert refused(lambda: hall_settings.add_door(post(hall), hall.revision, "南门", NOW)) == "doors_too_many"


def test_doors_that_come_and_go_do_not_use_up_the_account() -> None:
    hall = registered(doors={"1": {"name": "东门"}})
    for number in range(2, codes.MOST_DOORS_EVER + 1):
        hall = hall_settings.add_door(post(hall), hall.revision, f"门{number}号", NOW).hall
        hall = hall_settings.remove_door(post(hall), hall.revision, number, NOW).hall
    assert refused(lambda: hall_settings.add_door(post(hall), hall.revision, "南门", NOW)) == "doors_too_many_ever"


def test_the_last_door_stays_and_a_door_that_is_none_is_none() -> None:
    hall = registered(doors={"1": {"name": "东门"}})
    assert refused(lambda: hall_settings.remove_door(post(hall), hall.revision, 1, NOW)) == "last_door"
    for door in (0, -1, 2, 10**12):
        assert refused(lambda door=door: hall_settings.remove_door(post(hall), hall.revision, door, NOW)) == (
            "door_unknown"
        )
        assert refused(
            lambda door=door: hall_settings.rename_door(post(hall), hall.revision, door, "南门", NOW)
        ) == "door_unknown"  # fmt: skip


def test_two_doors_added_at_once_do_not_get_one_number() -> None:
    hall = registered()
    got = at_once(
        *[partial(hall_settings.add_door, post(hall), hall.revision, name, NOW) for name in ("南门", "北门", "侧门")]
    )
    assert got.count("hall_changed") == 2
    assert len(halls.stored(hall.id)[0].doors) == 3


def test_any_name_of_a_door_and_any_notice_are_refused_or_kept_as_they_can_be_shown() -> None:
    hall = registered()
    by = posts.Post(openid("Admin"), Role.ADMIN, hall)

    @settings(max_examples=40)
    @given(name=st.text(max_size=15), notice=st.text(max_size=60))
    def kept(name: str, notice: str) -> None:
        now_called = halls.stored(hall.id)[0]
        refused(lambda: hall_settings.rename_door(by, now_called.revision, 1, name, NOW))
        seen = halls.stored(hall.id)[0]
        refused(lambda: hall_settings.save(by, seen.revision, {"notice_text": notice}, NOW))
        after = halls.stored(hall.id)[0]
        assert after.doors[1].name.isprintable()
        assert not set(after.notice_text) & {"\u202e", "\u2066", "\0", "\n"}

    kept()


def test_four_eyes_are_not_turned_off_behind_the_other_admins_backs() -> None:
    hall = registered(four_eyes=True)
    joins(hall, "Second", "李复核", Role.ADMIN)
    before = len(told("Second"))
    off = save(hall, four_eyes=False).hall
    assert "关掉了双人复核" in told("Second")[-1]
    save(off, four_eyes=True)
    assert len(told("Second")) == before + 1


def test_of_four_eyes_turned_off_by_the_only_admin_the_operators_hear() -> None:
    operator()
    save(registered(four_eyes=True), four_eyes=False)
    assert "关掉了双人复核" in told("Operator")[-1]
