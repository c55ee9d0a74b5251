"""谁看过我 as a page: whose data it was sees which halls looked, and nobody else does."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import peewee
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models.rules.halls import AS_SHIPPED, Defaults
from models.services import halls, looked, people, sessions
from models.services.looked import What
from models.services.sessions import Place
from models.tables.database import run
from models.tables.visits import Visit
from tests.looks import a_case, a_contact, looks_at_case, looks_at_visit
from tests.plugins.chromium import Tab
from tests.staffed import everything, post
from tests.web.browser import LOOKS, looked_at, served
from tests.web.passes.holder import SECRET, VISITOR, WECHAT, Door


@pytest.fixture
def door(database: peewee.Database) -> Door:
    """A hall that VISITOR and a browser are in."""
    door = Door()
    door.comes()
    door.comes_by_browser()
    return door


@pytest.fixture
def withheld() -> Iterator[None]:
    halls.use(Defaults(looks_withheld=("case",)))
    yield
    halls.use(AS_SHIPPED)


def visits() -> list[str]:
    """Of VISITOR and of the browser."""
    return run(lambda: [one.public_id for one in Visit.select().order_by(Visit.id)])


def is_looked_at(door: Door) -> None:
    """In each way there is, by words that are for the audit only but for those at the record."""
    visit, _ = visits()
    known = people.found(VISITOR)
    assert known is not None
    case = a_case(door.hall)
    a_contact(case, visit, known.id)
    looks_at_visit(door.hall, visit, "other", words="物业报修核对", now=door.clock())
    for what in (What.CASE, What.SHEET, What.NOTICE):
        looks_at_case(door.hall, case, what, words="李四确诊", now=door.clock())


def test_a_visitor_sees_which_hall_in_which_role_what_when_and_why(door: Door) -> None:
    is_looked_at(door)
    page = door.client().get("/me/looked").text
    for said in (
        f"{door.hall.name}（管理员）",
        "看了您的登记",
        "物业报修核对",
        "2026-03-02 09:0",
        # Which of the sheets it was, with everybody on it or not, nobody can tell any more.
        "打印了电话通知名单，里面可能有您",
    ):
        assert said in page, said
    assert "给您发了提醒" not in page


def test_neither_who_looked_nor_which_case_it_was_is_told(door: Door) -> None:
    is_looked_at(door)
    page = door.client().get("/me/looked").text
    assert not any(one in page for one in ("王海燕", "oAdmin", "2026-1 ", "李四"))


def test_nobody_sees_who_looked_at_somebody_else(door: Door) -> None:
    is_looked_at(door)
    for client in (door.client("oOther000000000000000000001"), door.browser(), door.browser("t" * 43)):
        page = client.get("/me/looked").text
        assert door.hall.name not in page
        assert "物业报修核对" not in page


def test_a_browser_sees_looks_at_the_visit_that_is_on_and_none_of_the_past(door: Door) -> None:
    looks_at_visit(door.hall, visits()[1], now=door.clock())
    page = door.browser().get("/me/looked")
    assert "遗失物品" in page.text
    assert f"hallpass-visitor={SECRET}" in page.headers["Set-Cookie"]
    run(lambda: Visit.update(out_at=door.clock(), open_key=None, how_out="scan").execute())
    page = door.browser().get("/me/looked")
    assert door.hall.name not in page.text
    assert "请在微信里打开这一页" in page.text


def test_where_nobody_looked_the_page_says_so_and_for_how_long(door: Door) -> None:
    assert "最近 180 天没有大厅看过您的完整信息" in door.client().get("/me/looked").text


@pytest.mark.usefixtures("withheld")
def test_what_is_withheld_is_said_on_the_page_and_on_the_notice_of_each_hall(door: Door) -> None:
    is_looked_at(door)
    sentence = "依法需要保密的不在其中：疫情防控中查看名单。"
    page = door.client().get("/me/looked").text
    assert sentence in page and "看了您的登记" in page and "名单，里面有您" not in page
    assert sentence in door.client(None).get(f"/notice/{door.hall.code}").text


def test_the_notice_says_how_to_learn_who_looked(door: Door) -> None:
    page = door.client(None).get(f"/notice/{door.hall.code}").text
    assert "回 谁看过我" in page and "依法需要保密" not in page


def test_ones_own_data_leads_there(door: Door) -> None:
    assert 'href="/me/looked"' in door.client().get("/me/data").text


def test_in_wechat_the_page_asks_the_platform_who_it_is(door: Door) -> None:
    door = Door(authorize_url=lambda state: f"https://open.weixin.qq.com/{state}")
    page = door.client(None).get("/me/looked", headers={"User-Agent": WECHAT})
    assert page.status_code == 302
    assert page.location.startswith("https://open.weixin.qq.com/")


@settings(
    max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], deadline=None
)
@given(
    query=st.dictionaries(st.sampled_from(["lang", "openid", "since", "page"]), st.text(max_size=20), max_size=3),
    cookie=st.text("abcXYZ019-_=%é", max_size=50),
)
def test_whatever_is_asked_the_page_shows_nothing_of_others_and_changes_nothing(
    door: Door, query: dict[str, str], cookie: str
) -> None:
    looks_at_visit(door.hall, visits()[0], "other", words="物业报修核对", now=door.clock())
    before = everything()
    client = door.app.test_client()
    client.set_cookie("hallpass-visitor", cookie)
    client.set_cookie("hallpass-session", cookie)
    page = client.get("/me/looked", query_string={"openid": VISITOR, **query})
    assert page.status_code == 200
    assert "物业报修核对" not in page.text
    assert everything() == before


# --- in Chromium ---


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.usefixtures("withheld")
def test_nothing_is_wrong_with_the_page(door: Door, look: str, open_tab: Callable[..., Tab], tmp_path: Path) -> None:
    visit, _ = visits()
    for number in range(4):
        for why in ("visitor", "authority"):
            looks_at_visit(door.hall, visit, why, now=door.clock() - timedelta(days=number))
    looked.note(post(door.hall), What.COPY, "copy", door.clock(), first=door.clock().date(), last=door.clock().date())
    with served(door.app) as site:
        tab = open_tab(**LOOKS[look])
        secret = sessions.begin(VISITOR, Place.WECHAT, "phone.wechat", door.clock())
        wrong = {}
        for name, path in (("browser", "/me/looked"), ("none", "/me/looked?lang=en")):
            tab.page.goto(f"{site}{path}")
            wrong[name] = looked_at(tab, tmp_path / "looked" / f"{name}-{look}.png")
        tab.page.context.add_cookies([{"name": "hallpass-session", "value": secret, "url": site}])
        for name, path in (("looked", "/me/looked"), ("looked-en", "/me/looked?lang=en"), ("data", "/me/data")):
            tab.page.goto(f"{site}{path}")
            wrong[name] = looked_at(tab, tmp_path / "looked" / f"{name}-{look}.png")
    assert {name: found for name, found in wrong.items() if found} == {}
