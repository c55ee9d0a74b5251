"""Operators see every hall and where it comes from, and nothing of its visitors."""

import html
import re

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models.rules.access import Role
from models.services import codes, hall_settings, registering, second_eyes
from models.services.desk import Desk, Made
from models.services.posts import Post
from tests.service import NOBODY, ONE_LINE, Clock, Service
from tests.staffed import joins, post, registered

HOSTILE = ["%", "_", "'", '"', "\\", "!", "%%", "' OR 1=1 -- ", "🏛️", "🏛", "<script>", "\0", "\x1f", "{x}", "％",
           "a" * 5000, "9" * 5000, "-1", "德\u200b城", "\u202e厅", "%s", "?", "[德]"]  # fmt: skip


def names(page: str) -> list[str]:
    """The halls of the list, from the top."""
    everything = page.partition('id="all"')[2]
    found = re.findall(r'<a href="/operator/halls/[a-z0-9]+(?:\?lang=en)?">([^<]+)</a><br>', everything)
    return [html.unescape(name) for name in found]


def test_without_halls_it_is_said_how_they_come(client: FlaskClient) -> None:
    page = client.get("/operator/halls").text
    assert page.count('class="empty"') == 2
    assert "注册大厅" in page


def test_halls_that_wait_stand_first_with_what_can_be_done(client: FlaskClient) -> None:
    registered("城北大厅", "North")
    waiting = registered("德城区政务服务大厅", approval=True)
    page = client.get("/operator/halls").text
    first, _, _ = page.partition('id="all"')
    assert waiting.name in first
    assert "山东省德州市德城区" in first
    assert "城北大厅" not in first
    for deed in ("approve", "reject"):
        assert f'href="/operator/halls/{waiting.code}/{deed}"' in first
    assert names(page) == [waiting.name, "城北大厅"]


def test_what_waits_for_an_operators_yes_is_listed(client: FlaskClient, clock: Clock) -> None:
    hall = registered("城北大厅", four_eyes=True)
    code = second_eyes.ask(post(hall), "export", 1, "上级检查", clock())
    page = client.get("/operator/halls").text
    assert f'href="/second/{code}"' in page
    assert "城北大厅：王海燕 想下载完整的导出文件" in page
    joins(hall, "Second", "李复核", Role.ADMIN)
    assert "/second/" not in client.get("/operator/halls").text


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("城北", ["城北大厅"]),
        ("大厅", ["100%大厅", "a_b大厅", "O'Hara大厅", "城北大厅"]),
        ("％", ["100%大厅"]),
        ("%", ["100%大厅"]),
        ("_", ["a_b大厅"]),
        ("'", ["O'Hara大厅"]),
        ("城 北", []),
        ("🏛", []),
    ],
)
def test_halls_are_found_by_a_part_of_their_name(client: FlaskClient, words: str, found: list[str]) -> None:
    service = Service()
    for name in reversed(("100%大厅", "a_b大厅", "O'Hara大厅", "城北大厅")):
        service.hall(name)
    assert names(client.get("/operator/halls", query_string={"q": words}).text) == found


def test_halls_are_found_by_their_code_in_any_case(client: FlaskClient) -> None:
    hall = Service().hall()
    Service().hall("城北大厅")
    assert names(client.get(f"/operator/halls?q={hall.code.upper()}").text) == [hall.name]


def test_halls_are_found_by_their_state(client: FlaskClient) -> None:
    for state in ("open", "waiting", "suspended", "rejected"):
        Service().hall(f"{state}大厅", state)
    for state in ("open", "waiting", "suspended", "rejected"):
        assert names(client.get(f"/operator/halls?state={state}").text) == [f"{state}大厅"]
    assert len(names(client.get("/operator/halls?state=nonsense").text)) == 4


@pytest.mark.parametrize("words", HOSTILE)
@pytest.mark.parametrize("field", ["q", "state", "page"])
def test_whatever_is_searched_for_is_a_page(client: FlaskClient, field: str, words: str) -> None:
    Service().hall()
    page = client.get("/operator/halls", query_string={field: words})
    assert page.status_code == 200
    assert "<script>" not in page.text


# One database for all examples: they only read.
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
@given(
    words=st.text(st.characters(exclude_categories=["Cs"]), max_size=50), page=st.text("0123456789-٣９ x", max_size=12)
)
def test_no_search_fails(client: FlaskClient, words: str, page: str) -> None:
    assert client.get("/operator/halls", query_string={"q": words, "page": page}).status_code == 200


def test_pages_lead_on_and_back_and_keep_what_was_asked_for(client: FlaskClient) -> None:
    for number in range(registering.PAGE + 1):
        Service().hall(f"第{number}大厅")
    first = client.get("/operator/halls?q=大厅&state=open").text
    assert len(names(first)) == registering.PAGE
    [later] = [html.unescape(url) for url in re.findall(r'href="(/operator/halls\?[^"]*page=2[^"]*)"', first)]
    second = client.get(later).text
    assert names(second) == ["第0大厅"]
    assert "page=1&amp;" in second
    assert "page=3" not in second


# --- one hall ---


def test_where_a_hall_comes_from_is_told_by_role_and_moment_and_not_by_name(client: FlaskClient) -> None:
    hall = registered(contact="李联系", phone="0534-8210000", address="示例路1号")
    page = client.get(f"/operator/halls/{hall.code}").text
    assert "2026-03-02 09:00，由管理员注册" in page
    assert "王海燕" not in page
    facts = (hall.code, "山东省德州市德城区", "示例路1号", "李联系", "0534-8210000", "东门、西门")
    assert [fact for fact in facts if fact not in page] == []


def test_how_many_codes_a_hall_has_is_told(client: FlaskClient, clock: Clock) -> None:
    hall = registered()
    assert "已生成 0 个，共需 4 个" in client.get(f"/operator/halls/{hall.code}").text
    answers = iter(range(100))
    desk = Desk(NOBODY.send, create_code=lambda _: Made(f"ticket {next(answers)}", "http://weixin.qq.com/q/1"))
    codes.make_due(clock(), desk)
    codes.reissue(post(hall), 1, "in", clock())
    page = client.get(f"/operator/halls/{hall.code}").text
    assert "已生成 3 个，共需 4 个" in page
    assert "已重做 1 次，最多 30 次" in page


def test_a_name_that_looks_like_that_of_another_hall_is_a_warning(client: FlaskClient) -> None:
    real = registered("德城区政务服务大厅")
    copy = registered("德城区政務服务大厅", "Thief", approval=True, region="510107", region_name="四川省成都市武侯区")
    for path in ("/operator/halls", f"/operator/halls/{copy.code}", f"/operator/halls/{copy.code}/approve"):
        assert "另有 1 个大厅的名称" in client.get(path).text
    assert f'href="/operator/halls/{real.code}"' in client.get(f"/operator/halls/{copy.code}").text


def test_a_hall_that_changed_its_name_is_compared_by_the_new_one(client: FlaskClient, clock: Clock) -> None:
    hall = registered("德城区政务服务大厅")
    registered("城北大厅", "North", region="510107", region_name="四川省成都市武侯区")
    assert "另有" not in client.get(f"/operator/halls/{hall.code}").text
    hall_settings.save(post(hall), hall.revision, {}, clock(), "城北大厅")
    assert "另有 1 个大厅的名称" in client.get(f"/operator/halls/{hall.code}").text


def test_nothing_of_a_halls_visitors_is_shown(client: FlaskClient) -> None:
    service = Service()
    hall = registered()
    phone = service.visitor()
    phone.scan(service.code(hall))
    for said in ("同意", ONE_LINE, "确认"):
        phone.says(said)
    paths = (f"/operator/halls/{hall.code}", "/operator/halls", "/operator/audit?period=all", "/operator/health")
    shown = "".join(client.get(path).text for path in paths)
    assert [part for part in (*ONE_LINE.split()[:3], "张*", phone.openid) if part in shown] == []


def test_what_was_done_to_a_hall_names_operators_and_of_others_the_role(
    client: FlaskClient, zhao: Post, clock: Clock
) -> None:
    hall = registered(approval=True)
    registering.approve(zhao, hall.code, clock())
    joins(hall, "Guard", "孙门岗")
    page = client.get(f"/operator/halls/{hall.code}").text
    assert "赵运营（运营人员）" in page
    assert "<del>待审批</del>" in page
    assert [name for name in ("孙门岗", "王海燕") if name in page] == []


@pytest.mark.parametrize("code", ["nohall", "市", "x" * 5000, "%00", "a'b"])
@pytest.mark.parametrize("more", ["", "/approve", "/suspend", "/limits"])
def test_a_hall_that_is_not_there_is_a_plain_page(client: FlaskClient, code: str, more: str) -> None:
    page = client.get(f"/operator/halls/{code}{more}")
    assert page.status_code == 404
    assert "没有这个页面" in page.text


def test_a_page_in_english_leads_to_pages_in_english(client: FlaskClient) -> None:
    hall = registered(approval=True)
    page = client.get(f"/operator/halls/{hall.code}?lang=en").text
    assert f'href="/operator/halls/{hall.code}/approve?lang=en"' in page
    assert "批准" not in page
