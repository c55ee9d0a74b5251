"""`make demo`: the whole service with a simulated WeChat, in one process that needs nothing and leaves nothing."""

import json
import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import peewee
import pytest

import demo_data
from models.rules.access import Role
from models.rules.identity import id_number
from models.services import codes, halls, staff
from models.tables.codes import HallCode
from models.tables.database import run
from models.tables.staff import NO_HALL
from tests.bot.wechat.sender import AES_KEY  # the tests' own key, which the demo must not use
from tests.demo import ROOT, START_SECONDS, Demo
from tests.ports import free_port
from tests.service import MONDAY_9, SCENE_KEY
from tests.staffed import openid, registered

ZONE = ZoneInfo("Asia/Shanghai")


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[Demo]:
    one = Demo(tmp_path)
    yield one
    one.dies()


VISITS_OF_THE_PAST = (
    "SELECT COUNT(*) FROM visits v JOIN people p ON p.id = v.person_id"
    " WHERE OPENID(p.openid) LIKE 'oDemoPast%' AND v.out_at IS NOT NULL"
)


def test_it_says_where_to_look_shows_a_hall_with_a_past_and_ends_with_ctrl_c(demo: Demo) -> None:
    _, page = demo.started().get("/phone/")
    assert demo_data.NAME in page
    assert "演示" in page
    assert demo.rows(VISITS_OF_THE_PAST) == [(len(demo_data.PAST),)]
    code, told = demo.ends()
    assert code == 0
    assert f"http://127.0.0.1:{demo.port}/phone/" in told
    assert "Traceback" not in told


def test_it_ends_as_well_when_it_is_asked_to_stop(demo: Demo) -> None:
    assert demo.started().ends(signal.SIGTERM)[0] == 0


def test_it_ends_as_well_the_moment_it_has_said_how(demo: Demo) -> None:
    assert demo.process.stdout
    while "Ctrl-C" not in demo.process.stdout.readline():
        pass
    assert demo.ends(signal.SIGTERM)[0] == 0


def test_the_second_start_finds_what_was_there(demo: Demo, tmp_path: Path) -> None:
    before = demo.started().rows("SELECT code FROM halls")
    demo.ends()
    again = Demo(tmp_path).started()
    assert again.rows("SELECT code FROM halls") == before
    again.ends()


def test_the_hall_has_staff_and_its_codes_are_made_at_the_platform_as_they_hang_on_the_wall(demo: Demo) -> None:
    page = demo.started().get("/phone/")[1]
    assert demo.rows("SELECT CAST(role AS TEXT) FROM members ORDER BY id") == [("admin",), ("guard",)]
    demo.waits_for("SELECT COUNT(*) FROM hall_codes WHERE url IS NOT NULL", [(4,)])
    made = {str(scene) for (scene,) in demo.rows("SELECT CAST(scene AS TEXT) FROM hall_codes")}
    assert set(re.findall(r'name="code" value="([^"]+)"', page)) == made


def test_the_wall_shows_the_sample_hall_and_then_the_newest_ones_as_far_as_their_codes_are_made(
    database: peewee.Database,
) -> None:
    codes.use([SCENE_KEY])
    sample = demo_data.seed(MONDAY_9)
    own = ["东门进厅码", "东门离厅码", "西门进厅码", "西门离厅码"]
    names = [f"{sign}城区政务服务大厅" for sign in "甲乙丙丁戊己庚"]
    for name in names:
        registered(name, who=str(names.index(name)))
    assert [label for label, _ in demo_data.posters(sample, SCENE_KEY)] == own
    run(lambda: HallCode.update(url="http://weixin.qq.com/q/x").execute())
    posters = demo_data.posters(sample, SCENE_KEY)
    shown = [f"{name} {label}" for name in reversed(names[2:]) for label in own]
    assert [label for label, _ in posters] == [*own, *shown]
    assert len(posters) == demo_data.MOST_POSTERS
    kept = run(lambda: {row.scene for row in HallCode.select(HallCode.scene)})
    assert {scene for _, scene in posters} < kept


def test_staff_of_the_demo_have_names_of_their_own(database: peewee.Database) -> None:
    codes.use([SCENE_KEY])
    sample = demo_data.seed(MONDAY_9)
    for number in range(3):
        demo_data.add_staff(openid(f"Guard{number}"), Role.GUARD, sample, MONDAY_9)
        demo_data.add_staff(openid(f"Operator{number}"), Role.OPERATOR, sample, MONDAY_9)
    hall = halls.by_code(sample)
    assert hall is not None
    assert [one.name for one in staff.members(hall.id)] == ["王海燕", "陈立", "陈立2", "陈立3", "陈立4"]
    assert [one.name for one in staff.members(NO_HALL)] == ["赵明远", "赵明远2", "赵明远3"]
    assert demo_data.role_of(openid("Guard1")) == "门岗"
    assert demo_data.role_of(openid("Nobody")) == ""


def test_phones_of_staff_are_bound_see_their_menu_and_are_known_again_after_a_restart(
    demo: Demo, tmp_path: Path
) -> None:
    demo.started().get("/phone/")
    for role in ("0", "1", "2"):
        assert demo.post("/phone/visitors", role=role) == 303
    bound = "SELECT CAST(role AS TEXT) FROM members ORDER BY id"
    assert demo.rows(bound)[2:] == [("admin",), ("guard",), ("operator",)]
    assert names(demo) == ["来访者 1", "管理员 2", "门岗 3", "运营 4"]
    staff_menus(demo, 3)
    demo.ends()
    demo.begins()
    demo.started()
    assert names(demo) == ["来访者 1", "管理员 2", "门岗 3", "运营 4"]
    staff_menus(demo, 3)
    assert demo.post("/phone/reset") == 303
    assert demo.rows(bound) == [("admin",), ("guard",)]


def names(demo: Demo) -> list[str]:
    tabs = re.findall(r"<a class=\"tab.*?</a>", demo.get("/phone/")[1])
    return [re.sub("<[^>]*>", "", tab) for tab in tabs]


def staff_menus(demo: Demo, count: int) -> None:
    """Waits until so many phones of the page show the menu of staff."""
    deadline = time.monotonic() + START_SECONDS
    while demo.get("/phone/")[1].count("添加工作人员") < count:
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_a_demo_of_before_there_was_staff_starts_and_gets_what_there_is_now(demo: Demo) -> None:
    demo.started().ends()
    with closing(sqlite3.connect(demo.folder / "var/demo/hallpass.db")) as old, old:
        for table in NEW_TABLES:
            old.execute(f"DROP TABLE {table}")
        old.execute("UPDATE halls SET double_key = NULL, facts = ?", (json.dumps(OLD_FACTS),))
        old.execute("DELETE FROM schema_migration WHERE name >= '0003'")
    demo.begins()
    page = demo.started().get("/phone/")[1]
    assert "东门进厅码" in page
    assert demo.rows("SELECT COUNT(*) FROM members") == [(2,)]
    demo.waits_for("SELECT COUNT(*) FROM hall_codes WHERE url IS NOT NULL", [(4,)])


NEW_TABLES = (
    "members", "invites", "menu_changes", "hall_codes", "audits", "turns", "sign_ins", "sessions", "attempts",
)  # fmt: skip
OLD_FACTS = {name: demo_data.HALL[name] for name in ("calendar", "matters", "doors", "phone")}


def test_its_menu_is_published_through_the_platforms_api(demo: Demo) -> None:
    demo.started()
    phone = re.search(r'action="(/phone/[^"]*follow[^"]*)"', demo.get("/phone/")[1])
    assert phone is not None
    demo.post(phone[1])
    deadline = time.monotonic() + 10
    while "我的记录" not in demo.get("/phone/")[1]:
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_beginning_anew_forgets_what_was_entered_and_the_time_that_was_set(demo: Demo) -> None:
    demo.started()
    before = demo.rows("SELECT code FROM halls")
    assert demo.post("/phone/clock", moment="2") == 303
    assert demo.post("/phone/reset") == 303
    assert demo.rows("SELECT code FROM halls") != before
    assert demo.rows(VISITS_OF_THE_PAST) == [(len(demo_data.PAST),)]
    assert demo.ends()[0] == 0


def test_another_name_of_its_host_leads_to_the_one_that_its_links_carry(demo: Demo) -> None:
    own = f"http://127.0.0.1:{demo.started().port}"
    assert demo.led_to("/phone/?phone=2&said=", f"LocalHost:{demo.port}") == f"{own}/phone/?phone=2&said="
    assert demo.led_to("/notice/abc%20d", f"localhost:{demo.port}") == f"{own}/notice/abc%20d"
    assert demo.led_to("/phone/", f"127.0.0.1:{demo.port}") is None


def test_behind_a_forwarded_port_nobody_is_led_away(demo: Demo) -> None:
    assert demo.started().led_to("/phone/", "localhost:1") is None


def test_who_follows_is_known_again_after_a_restart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    demo_data.settings("http://127.0.0.1:8000")
    followers = demo_data.Followers()
    followers.add("one")
    followers.add("two")
    followers.discard("one")
    assert set(demo_data.Followers()) == {"two"}
    followers.clear()
    assert set(demo_data.Followers()) == set()


def test_a_port_that_is_taken_is_one_sentence(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        told = hallpass_demo(tmp_path, "--port", str(taken.getsockname()[1]))
    assert (told.returncode, told.stdout, told.stderr.count("\n")) == (1, "", 1)
    assert "make demo PORT=" in told.stderr


def test_a_second_demo_in_the_same_folder_is_one_sentence(demo: Demo, tmp_path: Path) -> None:
    demo.started()
    told = hallpass_demo(tmp_path, "--port", str(free_port()))
    assert (told.returncode, told.stdout, told.stderr.count("\n")) == (1, "", 1)
    assert "already" in told.stderr


@pytest.mark.parametrize(
    "options",
    [
        ("--port", "99999"),
        ("--port", "0"),
        ("--port", "-1"),
        ("--port", "many"),
        ("--listen", "no.invalid"),
        ("--listen", "\u202e"),  # no host name at all
        ("--base-url", "http://hall.example.gov.cn"),  # a proxy without TLS is of no use
        ("--base-url", "https://hall.example.gov.cn/hall"),
        ("--base-url", "javascript:alert(1)"),
        ("--base-url", "hall.example.gov.cn"),
    ],
)
def test_an_address_that_cannot_be_is_said_in_words(tmp_path: Path, options: tuple[str, str]) -> None:
    told = hallpass_demo(tmp_path, *options)
    assert told.returncode in (1, 2)
    assert "Traceback" not in told.stderr
    assert told.stderr


def hallpass_demo(folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(ROOT / "hallpass.py"), "demo", *options],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=START_SECONDS,
    )


def test_it_uses_no_key_of_anybody_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    made, again = demo_data.settings("http://127.0.0.1:8000"), demo_data.settings("http://127.0.0.1:8000")
    assert made == again
    assert made.wechat.encoding_aes_key != AES_KEY
    assert (tmp_path / "var/demo/secrets.json").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("row", demo_data.PAST, ids=lambda row: row[0])
def test_its_people_are_made_up_with_numbers_that_pass_their_check(row: tuple[str, str]) -> None:
    assert str(id_number(row[1], today=date(2026, 3, 2))) == row[1]


@pytest.mark.parametrize(
    ("now", "reminder", "closing", "morning"),
    [
        ("2026-03-02 10:00", "2026-03-02 17:15", "2026-03-02 17:31", "2026-03-03 09:30"),  # a Monday
        ("2026-03-02 17:20", "2026-03-03 17:15", "2026-03-02 17:31", "2026-03-03 09:30"),
        ("2026-03-06 18:00", "2026-03-09 17:15", "2026-03-09 17:31", "2026-03-09 09:30"),  # a Friday evening
        ("2026-03-07 09:00", "2026-03-09 17:15", "2026-03-09 17:31", "2026-03-09 09:30"),  # a Saturday
        ("2026-03-03 00:30", "2026-03-03 17:15", "2026-03-03 17:31", "2026-03-04 09:30"),
    ],
)
def test_the_buttons_of_the_clock_lead_to_the_next_such_moment(
    now: str, reminder: str, closing: str, morning: str
) -> None:
    at = datetime.fromisoformat(now).replace(tzinfo=ZONE).timestamp()
    found = [find(at) for find in (demo_data.reminder_after, demo_data.closing_after, demo_data.morning_after)]
    assert [f"{datetime.fromtimestamp(one, ZONE):%Y-%m-%d %H:%M}" for one in found] == [reminder, closing, morning]


def test_serving_neither_imports_nor_routes_the_simulator(tmp_path: Path) -> None:
    program = "import sys, hallpass, jobs.schedule; print([name for name in sys.modules if 'simulator' in name])"
    told = subprocess.run(
        [sys.executable, "-c", program], cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert told.stdout == "[]\n"
