"""The pages of a hall's admins as people have them before them: on a phone and a desk, light and dark, on paper."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import peewee
import pytest
from playwright.sync_api import expect

from models.rules.access import Role
from models.rules.scenes import Scene
from models.services import codes, sessions, staff
from models.services.posts import Post
from models.services.sessions import Place
from tests.erased import came_ago, purged
from tests.plugins.chromium import PHONE, Tab
from tests.printed import pictures, seen
from tests.staffed import openid, post
from tests.web.admin.desk import Office
from tests.web.browser import LOOKS, looked_at, served

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)

LONG_NAME = "某某市经济技术开发区政务服务和公共资源交易中心第二办事大厅"


@pytest.fixture
def office(database: peewee.Database) -> Office:
    """One that has been in use for a while."""
    office = Office(
        name=LONG_NAME, address="某市德城区幸福路1号", contact="咨询台",
        notice_text="母婴室在二楼。请不要在大厅里吸烟。",
        calendar={
            "weekly": [["09:00-12:00", "13:30-17:00"]] * 5 + [["09:00-12:00"], []], "empties_at_lunch": True,
            "exceptions": {"2026-05-01": [], "2026-05-02": [], "2026-05-09": ["09:00-12:00"]},
        },
    )  # fmt: skip
    office.joins("Guard", Role.GUARD)
    office.makes_codes()
    admin: Post = post(office.hall)
    staff.invite(admin, Role.ADMIN, "王小明", office.clock())
    browser = office.browser()
    browser.sends("/codes/add", {"name": "地下停车场"})
    browser.sends("/settings/fields", {"address": "off"})
    browser.sends("/settings/notice", {"text": "母婴室在三楼。"})
    office.makes_codes()
    browser.sends("/codes/2-out/reissue")
    codes.seen_old(office.hall, Scene(office.hall.code, "out", 2, 1), office.clock() - timedelta(hours=1))
    return office


@pytest.fixture
def site(office: Office) -> Iterator[str]:
    with served(office.app) as url:
        yield url


def goes_in(tab: Tab, site: str, office: Office) -> None:
    secret = sessions.begin(openid("Admin"), Place.DESK, "linux", office.clock())
    tab.page.context.add_cookies([{"name": "hallpass-session", "value": secret, "url": site}])


PAGES = {
    "codes": "/codes",
    "codes-en": "/codes?lang=en",
    "add": "/codes/add",
    "reissue": "/codes/1-in/reissue",
    "remove-door": "/codes/1/remove",
    "poster-in": "/posters/1-in",
    "poster-out": "/posters/1-out",
    "poster-not-yet": "/posters/2-out",
    "staff": "/staff",
    "invite": "/staff/invite",
    "settings": "/settings",
    "settings-en": "/settings?lang=en",
    "basics": "/settings/basics",
    "region": "/settings/region?q=武侯",
    "region-none": "/settings/region?q=某某新城",
    "region-gone": "/settings/region?q=崇文区",
    "hours": "/settings/hours",
    "days": "/settings/days",
    "matters": "/settings/matters",
    "matter": "/settings/matters/fund",
    "fields": "/settings/fields",
    "temperature": "/settings/temperature",
    "privacy": "/settings/privacy",
    "tracing": "/settings/tracing",
    "tracing-en": "/settings/tracing?lang=en",
    "tracing-usual": "/settings/tracing?usual=1",
    "notice": "/settings/notice",
    "history": "/settings/history",
    "history-en": "/settings/history?lang=en",
    "undo": "/settings/history/undo",
}


@pytest.mark.parametrize("look", LOOKS)
def test_nothing_is_wrong_with_any_page(
    office: Office, site: str, open_tab: Callable[..., Tab], tmp_path: Path, look: str
) -> None:
    tab = open_tab(**LOOKS[look])
    goes_in(tab, site, office)
    wrong = {}
    for name, path in PAGES.items():
        tab.page.goto(f"{site}{office.at}{path}")
        tab.forgives("the server responded with a status of")
        wrong[name] = looked_at(tab, tmp_path / f"{name}-{look}.png")
    assert {name: found for name, found in wrong.items() if found} == {}


@pytest.mark.parametrize("look", LOOKS)
def test_nothing_is_wrong_with_what_forms_lead_to(
    office: Office, site: str, open_tab: Callable[..., Tab], tmp_path: Path, look: str
) -> None:
    tab = open_tab(**LOOKS[look])
    goes_in(tab, site, office)
    page = tab.page
    wrong = {}

    page.goto(f"{site}{office.at}/staff/invite")
    page.get_by_label("姓名").fill("张三")
    page.get_by_role("button", name="生成绑定码").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("张三 的绑定码")
    wrong["invited"] = looked_at(tab, tmp_path / f"invited-{look}.png")

    page.goto(f"{site}{office.at}/settings/hours")
    page.get_by_label("每周开放时间").fill("周一 17:00-9:00")
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_role("alert")).to_be_visible()
    wrong["hours-wrong"] = looked_at(tab, tmp_path / f"hours-wrong-{look}.png")

    page.goto(f"{site}{office.at}/settings/basics")
    office.browser().sends("/settings/basics", {"phone": "0534-8210001"})
    page.get_by_label("地址").fill("某市德城区幸福路2号")
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_role("alert")).to_contain_text("刚才有人改了")
    wrong["overtaken"] = looked_at(tab, tmp_path / f"overtaken-{look}.png")
    page.get_by_role("button", name="保存").click()
    wrong["saved"] = looked_at(tab, tmp_path / f"saved-{look}.png")
    assert {name: found for name, found in wrong.items() if found} == {}


def test_the_page_of_a_poster_prints_as_one_sheet_of_a4_that_scans(
    office: Office, site: str, open_tab: Callable[..., Tab], tmp_path: Path
) -> None:
    tab = open_tab(viewport=PHONE, color_scheme="dark")
    goes_in(tab, site, office)
    tab.page.goto(f"{site}{office.at}/posters/1-in")
    pages = pictures(tab.page.pdf(prefer_css_page_size=True))
    pages[0].save(tmp_path / "printed.png")
    assert len(pages) == 1
    assert pages[0].height / pages[0].width == pytest.approx(297 / 210, rel=0.01)
    large = next(one.url for one in codes.of_hall(office.hall) if (one.door, one.direction) == (1, "in"))
    assert large in seen(pages[0])
    assert f"https://hall.example.gov.cn/h/{office.hall.code}/in" in seen(pages[0])


ERASED = {
    "erased": "/settings/deletions",
    "erased-en": "/settings/deletions?lang=en",
    "certificate": "/settings/deletions/1",
    "certificate-en": "/settings/deletions/1?lang=en",
}


@pytest.mark.parametrize("look", LOOKS)
def test_nothing_is_wrong_with_what_was_erased(
    office: Office, site: str, open_tab: Callable[..., Tab], tmp_path: Path, look: str
) -> None:
    for days in (20, 31, 32):
        came_ago(office.hall, days)
    purged()
    tab = open_tab(**LOOKS[look])
    goes_in(tab, site, office)
    wrong = {}
    for name, path in ERASED.items():
        tab.page.goto(f"{site}{office.at}{path}")
        wrong[name] = looked_at(tab, tmp_path / f"{name}-{look}.png")
    tab.page.goto(f"{site}{office.at}/settings/privacy")
    tab.page.get_by_label("到访信息保留几天").fill("14")
    tab.page.get_by_role("button", name="保存").click()
    expect(tab.page.get_by_role("alert")).to_contain_text("会删除 1 次更早的到访")
    wrong["shortened"] = looked_at(tab, tmp_path / f"shortened-{look}.png")
    tab.page.get_by_label("我知道这些会删除").check()
    tab.page.get_by_role("button", name="保存").click()
    expect(tab.page.get_by_role("status")).to_contain_text("已保存")
    assert {name: found for name, found in wrong.items() if found} == {}


def test_a_certificate_prints_on_one_page_of_paper(office: Office, site: str, open_tab: Callable[..., Tab]) -> None:
    came_ago(office.hall, 31)
    purged()
    tab = open_tab()
    goes_in(tab, site, office)
    tab.page.goto(f"{site}{office.at}/settings/deletions/1")
    assert len(pictures(tab.page.pdf(prefer_css_page_size=True))) == 1
