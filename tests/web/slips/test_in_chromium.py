"""Slips and what waits as staff have them before them: on a phone and a desk, light and dark; a power cut entered."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import peewee
import pytest
from playwright.sync_api import expect

from models.rules.visits import HowOut
from models.services import fever, help_requests, outbox, sessions, waiting
from models.services.sessions import Place
from models.tables.database import run
from models.tables.door import Flag
from models.tables.fields import insert
from models.tables.outbox import Outgoing
from tests.plugins.chromium import Tab
from tests.reading import visits
from tests.staffed import openid
from tests.visited import NUMBER, PHONE, came, id_of
from tests.web.browser import LOOKS, looked_at, served
from tests.web.slips.paper import AT, Lobby

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@pytest.fixture
def lobby(database: peewee.Database) -> Lobby:
    """On a day on which much happened."""
    lobby = Lobby()
    hall, now = lobby.office.hall, lobby.office.clock()
    fever.declare(openid("One"), hall, 1, 378, now - timedelta(minutes=12), "张三", PHONE)
    row = fever.declare(openid("Two"), hall, 2, 385, now - timedelta(minutes=1), "欧阳小红", None)
    fever.correct(row, hall, 379, now)
    fever.declare(openid("Three"), hall, 1, 373, now, None, None)
    help_requests.ask(hall, 2, now - timedelta(minutes=3))
    visit_id = id_of(came(hall, now - timedelta(minutes=50), "李四", left=None, number=None, phone=None))
    run(lambda: insert(Flag, hall_id=hall.id, visit_id=visit_id, kind="same_number_inside", at=now))
    for number in range(3):
        outbox.write(f"{number}", "remind", "oNobody", "您好", {}, now, now, hall_id=hall.id)
    run(lambda: Outgoing.update(state="given_up", reason="no_window").execute())
    came(hall, now - timedelta(hours=3), how_out=HowOut.CLOSING)
    return lobby


@pytest.fixture
def site(lobby: Lobby) -> Iterator[str]:
    with served(lobby.office.app) as url:
        yield url


def goes_in(tab: Tab, site: str, lobby: Lobby, who: str = "Admin") -> None:
    secret = sessions.begin(openid(who), Place.DESK, "linux", lobby.office.clock())
    tab.page.context.add_cookies([{"name": "hallpass-session", "value": secret, "url": site}])


@pytest.mark.parametrize("look", LOOKS)
def test_nothing_is_wrong_with_any_page(
    lobby: Lobby, site: str, open_tab: Callable[..., Tab], tmp_path: Path, look: str
) -> None:
    lobby.enters(lobby.browser(), 3, name="王小明", id_number="", phone="")
    key = waiting.all_of(lobby.office.hall, lobby.office.clock()).fevers[0].key
    pages = {
        "waiting": "/waiting", "waiting-en": "/waiting?lang=en", "release": f"/waiting/fever/{key}", "enter": AT,
        "enter-next": f"{AT}?number=4", "enter-en": f"{AT}?lang=en", "sheets": f"{AT}/sheets", "times": f"{AT}/3/times",
        "not-entered": f"{AT}/4/times",
    }  # fmt: skip
    tab = open_tab(**LOOKS[look])
    goes_in(tab, site, lobby)
    wrong = {}
    for name, path in pages.items():
        tab.page.goto(f"{site}{lobby.office.at}{path}")
        tab.forgives("the server responded with a status of")
        wrong[name] = looked_at(tab, tmp_path / f"{name}-{look}.png")
    assert {name: found for name, found in wrong.items() if found} == {}


@pytest.mark.parametrize("look", LOOKS)
def test_a_power_cut_is_entered_without_making_two_stays_of_one(
    lobby: Lobby, site: str, open_tab: Callable[..., Tab], tmp_path: Path, look: str
) -> None:
    tab = open_tab(**LOOKS[look])
    goes_in(tab, site, lobby, "Guard")
    page, wrong = tab.page, {}
    page.goto(f"{site}{lobby.office.at}{AT}")
    for label, value in {
        "单号": lobby.slip(1), "进厅时间": "9:12", "离开时间": "10:05", "姓名": "张三", "证件号码": NUMBER,
    }.items():  # fmt: skip
        page.get_by_label(label).fill(value)
    page.get_by_role("button", name="录入，下一张").click()
    expect(page.get_by_role("heading", name="是不是同一次？")).to_be_visible()
    wrong["alike"] = looked_at(tab, tmp_path / f"alike-{look}.png")
    page.get_by_role("button", name="是同一次，合并").click()
    expect(page.get_by_role("status")).to_contain_text("000001 号已并到 张* 原来的登记，09:00–10:05")
    expect(page.get_by_label("姓名")).to_be_focused()
    expect(page.get_by_label("单号")).to_have_value(lobby.slip(2))
    page.keyboard.type("赵六")
    page.get_by_label("进厅时间").fill("1130")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("000002 号：赵*，11:30 进，还在厅里")
    wrong["saved"] = looked_at(tab, tmp_path / f"saved-{look}.png")
    page.get_by_label("单号").fill(lobby.slip(2))
    page.get_by_label("姓名").fill("赵六")
    page.get_by_label("进厅时间").fill("25:00")
    page.get_by_role("button", name="录入，下一张").click()
    expect(page.get_by_role("alert")).to_be_visible()
    wrong["wrong"] = looked_at(tab, tmp_path / f"wrong-{look}.png")
    page.get_by_label("进厅时间").fill("11:31")
    page.get_by_role("button", name="录入，下一张").click()
    expect(page.get_by_role("alert")).to_contain_text("000002 号已录入")
    wrong["there"] = looked_at(tab, tmp_path / f"there-{look}.png")
    assert {name: found for name, found in wrong.items() if found} == {}
    assert sorted(visit.slip or "" for visit in visits()) == ["", "000001", "000002"]


def test_a_guard_lets_somebody_in_with_one_thumb(
    lobby: Lobby, site: str, open_tab: Callable[..., Tab], tmp_path: Path
) -> None:
    tab = open_tab(**next(iter(LOOKS.values())))
    goes_in(tab, site, lobby, "Guard")
    page = tab.page
    page.goto(f"{site}{lobby.office.at}/waiting")
    page.get_by_role("link", name="处理：张*").click()
    page.get_by_label("门口量的体温").fill("37.9")
    page.get_by_role("button", name="复测正常").click()
    expect(page.get_by_role("alert")).to_contain_text("37.9℃")
    assert looked_at(tab, tmp_path / "still-high.png") == []
    page.get_by_label("门口量的体温").fill("36.6")
    page.get_by_role("button", name="复测正常").click()
    expect(page.get_by_role("status")).to_contain_text("已放行：张*")
    page.get_by_role("button", name="已去看过").click()
    page.get_by_role("button", name="核对过了").click()
    expect(page.get_by_role("status")).to_contain_text("核对过了")
    assert waiting.count(lobby.office.hall, lobby.office.clock())[:3] == (2, 0, 0)
