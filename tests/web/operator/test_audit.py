"""Operators read who did what, found by hall, action and period, page by page."""

import html
import re
from datetime import timedelta

import peewee
import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models.phrases import PHRASES
from models.rules.access import Role
from models.services import audit, codes, hall_settings, registering, staff
from models.services.audit import COMMAND_LINE, PAGE, Actor
from models.services.posts import Post
from models.tables.audit import Audit
from models.tables.database import run
from tests.service import MONDAY_9, Clock
from tests.staffed import joins, openid, post, registered
from web.told import ACTIONS


def deeds(page: str) -> list[str]:
    """What was done, from the top."""
    return [html.unescape(what) for what in re.findall(r"<strong>([^<]+)</strong>", page)]


def test_who_did_what_where_is_told_in_plain_words(client: FlaskClient, zhao: Post, clock: Clock) -> None:
    hall = registered(approval=True)
    registering.approve(zhao, hall.code, clock())
    page = client.get("/operator/audit").text
    assert deeds(page) == ["批准", "注册大厅"]
    assert f'href="/operator/halls/{hall.code}"' in page
    for words in ("赵运营（运营人员）", "王海燕（管理员）", "<del>待审批</del>", "使用中", "2026-03-02 09:00"):
        assert words in page


def test_settings_are_told_before_and_after_as_people_call_them(client: FlaskClient, clock: Clock) -> None:
    hall = registered()
    changes = {
        "retention_days": 14, "fields": {"address": "off"}, "fever_tenths": 372, "declared_temperature": False,
        "calendar": {"weekly": [["09:00-17:00"]] * 5 + [[], []]}, "notice_text": "<b>另有录像</b>",
    }  # fmt: skip
    hall = hall_settings.save(post(hall), hall.revision, changes, clock(), "城北大厅").hall
    hall = hall_settings.add_door(post(hall), hall.revision, "南门", clock()).hall
    codes.reissue(post(hall), 1, "in", clock())
    page = client.get("/operator/audit").text
    for before, after in (("30 天", "14 天"), ("选填", "不问"), ("37.3", "37.2"), ("东门、西门", "东门、西门、南门"),
                          ("没有填", "&lt;b&gt;另有录像&lt;/b&gt;")):  # fmt: skip
        assert f"<del>{before}</del>" in page, before
        assert f"<ins>{after}</ins>" in page, after
    for words in ("要报读数", "9:00-17:00", "城北大厅", "方向：进厅"):
        assert words in page, words
    assert "{" not in "".join(re.findall(r'class="changed">(.*)</p>', page))


def test_what_a_hall_never_set_stood_at_its_default(client: FlaskClient, clock: Clock) -> None:
    hall = registered()
    hall_settings.save(post(hall), hall.revision, {"retention_days": 30, "four_eyes": True}, clock())
    page = client.get("/operator/audit").text
    assert "<del>关</del>" in page and "<ins>开</ins>" in page
    assert "30 天" not in page


def test_somebody_who_has_left_and_the_command_line_are_told_as_such(client: FlaskClient, clock: Clock) -> None:
    hall = registered()
    guard = joins(hall, "Guard", "孙门岗")
    assert "孙门岗（门岗）" in client.get("/operator/audit").text
    staff.remove(post(hall), "孙门岗", clock())
    staff.invite_operator("周运营", clock())
    page = client.get("/operator/audit").text
    assert guard.role == Role.GUARD
    assert "已离职（门岗）" in page
    assert "服务器管理员（运营人员）" in page
    assert "孙门岗" not in page


def test_rows_are_found_by_hall_action_and_period(client: FlaskClient, zhao: Post, clock: Clock) -> None:
    first, second = registered("城北大厅", "North", approval=True), registered("城南大厅", "South")
    audit.note(COMMAND_LINE, "limits", second.id, clock() - timedelta(days=20))
    registering.approve(zhao, first.code, clock())
    for query, found in (
        (f"hall={first.code.upper()}", ["批准", "注册大厅"]),
        ("action=register", ["注册大厅", "注册大厅"]),
        (f"hall={second.code}&action=register", ["注册大厅"]),
        (f"hall={second.code}&period=week", ["注册大厅"]),
        (f"hall={second.code}&period=month", ["注册大厅", "改重做二维码的次数"]),
        ("hall=nohall", []),
        ("role=admin", ["注册大厅", "注册大厅"]),
        (f"role=operator&hall={first.code}", ["批准"]),
        ("role=guard", []),
        ("role=nonsense", ["批准", "注册大厅", "注册大厅", "改重做二维码的次数"]),
        ("first=2026-02-10&last=2026-02-10", ["改重做二维码的次数"]),
        ("first=2026-03-02", ["批准", "注册大厅", "注册大厅"]),
        ("last=2026-03-01", ["改重做二维码的次数"]),
        ("first=2026-03-03&last=2026-02-11&action=approve", ["批准"]),
        ("first=nonsense&last=9999-99-99", ["批准", "注册大厅", "注册大厅", "改重做二维码的次数"]),
        ("action=nonsense&period=nonsense", ["批准", "注册大厅", "注册大厅", "改重做二维码的次数"]),
    ):
        assert deeds(client.get(f"/operator/audit?{query}").text) == found, query


def test_every_row_stands_on_one_page_even_where_all_are_of_one_moment(
    client: FlaskClient, database: peewee.Database
) -> None:
    with database.atomic():
        for number in range(2 * PAGE + 1):
            audit.note(Actor(openid("Somebody"), Role.ADMIN), f"deed{number}", 0, MONDAY_9)
    url, shown = "/operator/audit?period=all", []
    for _ in range(3):
        page = client.get(url).text
        shown += deeds(page)
        url = next((html.unescape(one) for one in re.findall(r'href="(/[^"]*before=[^"]*)"', page)), "")
    assert shown == [f"deed{number}" for number in reversed(range(2 * PAGE + 1))]
    assert url == ""


@pytest.mark.parametrize(
    "query",
    ["first=2026-02-30", "last=2026-3-1", "first=20260301", "last=1969-12-31", "first=3000-01-01", "first=昨天",
     "before=x", "before=20260231000000000000-1", "first=2026-03-01&last=x"],
)  # fmt: skip
def test_a_day_that_is_none_is_said_to_be_none(client: FlaskClient, query: str) -> None:
    registered()
    page = client.get(f"/operator/audit?{query}").text
    assert "日期不对" in page
    assert deeds(page) == ["注册大厅"] or "first=2026-03-01" in query


@pytest.mark.parametrize("query", ["", "first=2026-02-01&last=2026-03-02", "before=20260302010000000001-9", "first="])
def test_of_days_that_are_some_nothing_is_said(client: FlaskClient, query: str) -> None:
    registered()
    assert "日期不对" not in client.get(f"/operator/audit?{query}").text


HOSTILE = ["", "x", "0-0", "20260302010000000000-", "20260302010000000000-9223372036854775808", "2" * 20 + "-1",
           "20260231000000000000-1", "'", "\0", "🏛", "9" * 5000, "２" * 20 + "-1", "-", "<script>"]  # fmt: skip


@pytest.mark.parametrize("field", ["before", "hall", "action", "period", "role", "first", "last"])
@pytest.mark.parametrize("words", HOSTILE)
def test_whatever_is_asked_for_is_a_page(client: FlaskClient, field: str, words: str) -> None:
    page = client.get("/operator/audit", query_string={field: words})
    assert page.status_code == 200
    assert "<script>" not in page.text


# One database for all examples: they only read.
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
@given(st.from_regex(r"\A[0-9]{18,22}-[0-9]{0,20}\Z"))
def test_no_place_to_begin_at_fails(client: FlaskClient, before: str) -> None:
    assert client.get("/operator/audit", query_string={"before": before}).status_code == 200


def test_a_row_that_another_version_wrote_is_shown_all_the_same(client: FlaskClient) -> None:
    shapes = (
        {"changed": {"doors": ["x", 7]}},
        {"direction": "up"},
        {"role": 5},
        {"before": [1], "after": {}},
        {"x": "y" * 900},
    )
    for detail in shapes:
        audit.note(COMMAND_LINE, "moved", 0, MONDAY_9, **detail)
    page = client.get("/operator/audit")
    assert page.status_code == 200
    assert deeds(page.text) == ["moved"] * len(shapes)
    assert "y" * 301 not in page.text


BY_HAND = ("", "x", "[]", "7", "null", '{"changed": 5}', '{"changed": {"name": 7}}', '"="', "\\", '{"a":' * 9999)


@pytest.mark.parametrize("detail", BY_HAND, ids=range(len(BY_HAND)))
def test_a_row_that_somebody_has_changed_by_hand_is_shown_all_the_same(client: FlaskClient, detail: str) -> None:
    hall = registered()
    run(lambda: Audit.update(detail=detail, role="?", action="settings").execute())
    for path in ("/operator/audit", f"/operator/halls/{hall.code}"):
        page = client.get(path)
        assert page.status_code == 200
        assert deeds(page.text) == ["改设置"]


def test_everything_that_can_be_done_can_be_looked_for() -> None:
    assert {f"told.did.{one}" for one in ACTIONS} == {key for key in PHRASES["zh"] if key.startswith("told.did.")}
