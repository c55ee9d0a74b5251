"""The board: what it tells of a hall, to whom, and how little it costs while nothing happens."""

import re
from datetime import timedelta

import peewee
import pytest

from models.rules.access import Role
from models.services import fever, help_requests
from tests.service import MONDAY_9
from tests.visited import stay
from tests.web.admin.desk import Browser, Office

MINUTE = timedelta(minutes=1)


@pytest.fixture
def office(database: peewee.Database) -> Office:
    office = Office()
    office.joins("Guard", Role.GUARD)
    office.clock.goes_on(hours=1)
    return office


@pytest.fixture
def admin(office: Office) -> Browser:
    return office.browser()


def count(page: str) -> str:
    found = re.search(r'class="board-count">(.*?)</p>', page, re.S)
    assert found is not None
    return re.sub(r"<[^>]*>", "", found[1])


def tiles(page: str) -> dict[str, str]:
    return dict(re.findall(r"<dt>([^<]*)</dt><dd>(\d+)", page))


def test_an_empty_hall_has_a_board(admin: Browser) -> None:
    page = admin.get("/board").text
    assert count(page) == "0"
    assert "厅里没有人。" in page
    assert "今天还没有人来。" in page


def test_who_is_inside_is_counted_by_door_and_by_matter(office: Office, admin: Browser) -> None:
    for number in range(3):
        stay(office.hall, MONDAY_9, door=1 + number // 2, matter="social" if number else None)
    page = admin.get("/board").text
    assert count(page) == "3"
    assert tiles(page)["东门"] == "2"
    assert tiles(page)["西门"] == "1"
    assert tiles(page)["社会保险"] == "2"
    assert tiles(page)["没有选事项"] == "1"


def test_a_door_and_a_matter_that_are_no_more_still_have_a_name(office: Office, admin: Browser) -> None:
    stay(office.hall, MONDAY_9, door=9, matter="gone")
    page = admin.get("/board").text
    assert tiles(page)["9 号门"] == "1"
    assert tiles(page)["gone"] == "1"


def test_names_are_masked_for_everybody(office: Office) -> None:
    stay(office.hall, MONDAY_9, name="欧阳金雀")
    for who in ("Admin", "Guard"):
        for path in ("/board", "/board/live", "/board/inside"):
            page = office.browser(who).get(path).text
            assert "欧阳**" in page
            assert "金雀" not in page


def test_what_stands_out_is_counted(office: Office, admin: Browser) -> None:
    now = office.clock()
    stay(office.hall, now - timedelta(hours=3, minutes=1), due_at=now + timedelta(hours=1))
    stay(office.hall, now - MINUTE, due_at=now + 30 * MINUTE)
    stay(office.hall, now - 5 * MINUTE, now - MINUTE, "swept")
    fever.declare("oFever", office.hall, 1, 380, now, "李四", None)
    found = tiles(admin.get("/board").text)
    assert (found["今天进厅"], found["今天离厅"]) == ("3", "1")
    assert (found["待了很久"], found["快到时间"], found["发热未进厅"]) == ("1", "1", "1")


def test_what_waits_for_staff_is_counted_and_a_press_away(office: Office) -> None:
    help_requests.ask(office.hall, 1, office.clock())
    for who in ("Admin", "Guard"):
        page = office.browser(who).get("/board/live").text
        told = f'<dt><a href="{office.at}/waiting">待处理</a></dt><dd>1</dd>'
        assert told in page


def test_an_exit_by_a_guess_is_told_as_one(office: Office, admin: Browser) -> None:
    stay(office.hall, MONDAY_9, office.clock(), "closing")
    page = admin.get("/board").text
    assert "其中推定 1" in page
    assert "离厅时间有的是推定的" in page


def test_where_every_exit_is_known_nothing_is_said_of_guesses(office: Office, admin: Browser) -> None:
    stay(office.hall, MONDAY_9, office.clock())
    assert "推定" not in admin.get("/board").text


def test_the_hours_of_the_hall_s_clocks_are_shown_with_their_numbers(office: Office, admin: Browser) -> None:
    stay(office.hall, MONDAY_9 - 20 * MINUTE, MONDAY_9 + 10 * MINUTE)
    stay(office.hall, MONDAY_9 + MINUTE)
    page = admin.get("/board").text
    rows = re.findall(r'<th scope="row">(\d+):00</th><td>(\d+)</td><td>(\d+)</td>', page)
    assert rows == [("8", "1", "0"), ("9", "1", "1")]
    assert "9 点" in page or "8 点" in page


def test_a_guard_sees_today_only(office: Office) -> None:
    stay(office.hall, MONDAY_9 - timedelta(days=2), MONDAY_9 - timedelta(days=2) + MINUTE)
    admins, guards = (office.browser(who).get("/board").text for who in ("Admin", "Guard"))
    assert '<th scope="row">02-28</th><td>1</td>' in admins
    assert "02-28" not in guards
    assert "/charts" in admins
    assert "/charts" not in guards


def test_somebody_inside_is_a_press_away_from_what_the_desk_knows_of_them(office: Office) -> None:
    stay(office.hall, office.clock() - timedelta(hours=3, minutes=1), due_at=office.clock() + timedelta(hours=1))
    for who in ("Admin", "Guard"):
        browser = office.browser(who)
        for path in ("/board", "/board/live", "/board/inside"):
            found = re.search(r'<a href="([^"]*/desk/visit/[^"]*)"><b>张\*</b></a>', browser.get(path).text)
            assert found is not None, path
            assert browser.client.get(found[1]).status_code == 200


# --- how full it is ---


@pytest.mark.parametrize(
    ("people", "told"),
    [
        (0, "还能进 10 人"),
        (8, "还能进 2 人"),
        (9, "快满了，还能进 1 人"),
        (10, "满了，请先出后进"),
        (12, "超出 2 人，请先出后进"),
    ],
)
def test_a_limit_is_told_in_words(office: Office, admin: Browser, people: int, told: str) -> None:
    admin.sends("/settings/capacity", {"capacity": "10"})
    for _ in range(people):
        stay(office.hall, MONDAY_9)
    page = admin.get("/board").text
    assert count(page) == f"{people} / 限 10"
    assert f'class="board-room">{told}<' in page


def test_without_a_limit_nothing_is_said_of_one(office: Office, admin: Browser) -> None:
    stay(office.hall, MONDAY_9)
    assert "board-room" not in admin.get("/board").text


@pytest.mark.parametrize("typed", ["-1", "100000", "", "x", "1.5", "９" * 30, "1e5"])
def test_a_limit_that_is_none_is_refused(office: Office, admin: Browser, typed: str) -> None:
    assert admin.sends("/settings/capacity", {"capacity": typed}).status_code == 200
    assert office.hall.capacity == 0


def test_the_limit_stands_among_the_settings_and_in_their_history(office: Office, admin: Browser) -> None:
    admin.sends("/settings/capacity", {"capacity": "60"})
    assert office.hall.capacity == 60
    assert "最多 60 人" in admin.get("/settings").text
    history = admin.get("/settings/history").text
    assert "最多 60 人" in history
    assert "不限" in history


# --- while it is open ---


def test_while_nothing_happens_the_answer_is_empty(office: Office, admin: Browser) -> None:
    page = admin.get("/board").text
    tag = f'"{re.findall("data-tag=.([0-9a-f]+)", page)[0]}"'
    office.clock.goes_on(minutes=5)
    again = admin.get("/board/live", headers={"If-None-Match": tag})
    assert (again.status_code, again.data) == (304, b"")
    assert again.headers["Hall-Time"] == "10:05"


def test_once_somebody_comes_the_answer_is_another(office: Office, admin: Browser) -> None:
    before = admin.get("/board/live")
    stay(office.hall, office.clock())
    office.clock.goes_on(seconds=5)
    after = admin.get("/board/live", headers={"If-None-Match": before.headers["ETag"]})
    assert after.status_code == 200
    assert count(after.text) == "1"
    assert after.headers["ETag"] != before.headers["ETag"]


def test_the_screens_of_a_hall_share_one_look(office: Office, database: peewee.Database) -> None:
    browsers = [office.browser(who) for who in ("Admin", "Guard", "Admin")]
    browsers[0].get("/board/live")
    seen: list[str] = []

    def asked(event: peewee.QueryEvent) -> None:
        seen.append(event.sql)

    database.query_hooks.append(asked)
    for browser in browsers:
        browser.get("/board/live")
    database.query_hooks.remove(asked)
    assert [sql for sql in seen if " visits " in sql] == []


def test_the_moving_part_is_no_whole_page(admin: Browser) -> None:
    found = admin.get("/board/live").text
    assert "<html" not in found
    assert "<h1" not in found


# --- everybody ---


def test_more_than_the_board_holds_stand_on_pages_of_their_own(office: Office, admin: Browser) -> None:
    for number in range(105):
        stay(office.hall, MONDAY_9 + timedelta(seconds=number))
    board = admin.get("/board").text
    assert board.count("<b>张*</b>") == 30
    assert "看全部 105 人" in board
    first = admin.get("/board/inside").text
    assert first.count("<b>张*</b>") == 100
    further = re.findall(r'href="([^"]*after=[^"]*)"', first)[0].replace("&amp;", "&")
    assert admin.client.get(further).text.count("<b>张*</b>") == 5


@pytest.mark.parametrize(
    "query",
    [
        "after=x&id=1",
        "after=2026-03-02&id=",
        "after=9999-12-31T23:59:59-12:00&id=1",
        "after=0001-01-01T00:00:00%2B12:00&id=1",
        "after=&id=" + "9" * 5000,
        "after=2026-03-02T01:00:00&id=٣",
        "after=%00&id=-1",
        "id='",
    ],
)
def test_a_page_that_nobody_was_led_to_is_no_failure(office: Office, admin: Browser, query: str) -> None:
    stay(office.hall, MONDAY_9)
    assert admin.get(f"/board/inside?{query}").status_code == 200
