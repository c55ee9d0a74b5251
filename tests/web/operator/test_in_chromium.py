"""Operators' pages as operators have them before them: on a phone and a desk, light and dark, without scripts."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import expect

from models.rules.visits import HowOut
from models.services import hall_settings, registering, sign_in_links, staff
from models.services.casework import cases
from models.services.posts import Post
from models.services.sealing import seal_due
from models.tables.audit import Audit
from models.tables.database import run
from tests.plugins.chromium import Tab
from tests.sealed import noted
from tests.service import Clock
from tests.staffed import joins, openid, operator, post, registered
from tests.visited import came
from tests.web.browser import LOOKS, looked_at, served

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)

LONG = "示例市高新技术产业开发区政务服务中心办事大厅（东区综合服务楼一层）"


@pytest.fixture
def site(app: Flask) -> Iterator[str]:
    with served(app) as url:
        yield url


def signs_in(tab: Tab, site: str, clock: Clock) -> None:
    tab.page.goto(f"{site}/login/link?t={sign_in_links.make(openid('Operator'), '/operator/halls', clock())}")
    tab.page.get_by_role("button").first.click()
    expect(tab.page.get_by_role("navigation")).to_be_visible()


def addresses(zhao: Post, clock: Clock) -> dict[str, str]:
    """Every page there is, by the name of its picture."""
    now = clock()
    operator("Second", "钱运营")
    for day in range(4):
        noted(now - timedelta(days=10 + day), 1, number=day)
    seal_due(now)
    run(lambda: Audit.update(detail="[]").where(Audit.at < now - timedelta(days=12)).execute())
    staff.invite_operator("孙运营", now)
    hall = registered(contact="李联系", phone="0534-8210000", address="示例路1号")
    joins(hall, "Guard", "孙门岗")
    changes = {"retention_days": 14, "calendar": {"weekly": [["09:00-12:00", "13:30-17:00"]] * 5 + [[], []]}}
    hall_settings.save(post(hall), hall.revision, changes, now)
    place = {"region": "510107", "region_name": "四川省成都市武侯区"}
    copy = registered("德城区政務服务大厅", "Thief", approval=True, contact="周联系", phone="028-85000000", **place)
    registered(LONG, "Third", approval=True)
    stopped = registered("城北大厅", "North")
    registering.suspend(zhao, stopped.code, "消防检查没有通过，整改后再开", now)
    refused = registered("城南大厅", "South", approval=True)
    registering.reject(zhao, refused.code, "找不到这个大厅", now)
    copy_open = registered("武侯区政务大厅", "Fourth", region="510107", region_name="四川省成都市武侯区")
    case = cases.open_case(post(hall), came(hall, now), None, None, now).public_id
    visit = came(copy_open, now - timedelta(days=1), how_out=HowOut.CLOSING)
    came(copy_open, now - timedelta(minutes=30), left=None)
    came(stopped, now - timedelta(days=2))
    return {
        "cases": "/operator/cases",
        "cases-en": "/operator/cases?lang=en",
        "case": f"/operator/cases/{case}",
        "case-en": f"/operator/cases/{case}?lang=en",
        "case-there": f"/operator/cases/{case}/{visit}/open",
        "halls": "/operator/halls",
        "halls-en": "/operator/halls?lang=en",
        "halls-found": "/operator/halls?q=城",
        "halls-none": "/operator/halls?q=没有的",
        "hall-open": f"/operator/halls/{hall.code}",
        "hall-waiting": f"/operator/halls/{copy.code}",
        "hall-suspended": f"/operator/halls/{stopped.code}?lang=en",
        "approve": f"/operator/halls/{copy.code}/approve",
        "reject": f"/operator/halls/{copy.code}/reject",
        "suspend-en": f"/operator/halls/{hall.code}/suspend?lang=en",
        "limits": f"/operator/halls/{hall.code}/limits",
        "health": "/operator/health",
        "health-en": "/operator/health?lang=en",
        "audit": "/operator/audit",
        "audit-en": "/operator/audit?lang=en",
        "audit-none": "/operator/audit?action=limits",
        "audit-no-day": "/operator/audit?first=2026-02-30",
        "seals": f"/operator/audit/seals?hall={hall.code}",
        "seals-en": f"/operator/audit/seals?hall={hall.code}&lang=en",
        "seals-account": "/operator/audit/seals",
        "seals-no-day": "/operator/audit/seals?before=x",
        "staff": "/operator/staff",
    }


@pytest.mark.parametrize("look", LOOKS)
def test_nothing_is_wrong_with_any_page(
    site: str, open_tab: Callable[..., Tab], tmp_path: Path, look: str, zhao: Post, clock: Clock
) -> None:
    pages, wrong = addresses(zhao, clock), {}
    tab = open_tab(**LOOKS[look])
    signs_in(tab, site, clock)
    for name, address in pages.items():
        tab.page.goto(site + address)
        wrong[name] = looked_at(tab, tmp_path / f"{name}-{look}.png")
    tab.page.goto(site + pages["reject"])
    tab.page.get_by_role("button", name="驳回").click()
    expect(tab.page.get_by_role("alert")).to_be_visible()
    wrong["reject-wrong"] = looked_at(tab, tmp_path / f"reject-wrong-{look}.png")
    assert {name: found for name, found in wrong.items() if found} == {}


def test_an_operator_goes_from_the_list_to_a_decision_without_scripts(
    site: str, open_tab: Callable[..., Tab], zhao: Post, clock: Clock
) -> None:
    hall = registered(approval=True)
    tab = open_tab(java_script_enabled=False)
    signs_in(tab, site, clock)
    tab.page.get_by_role("link", name="驳回").click()
    tab.page.get_by_label("原因").fill("找不到这个大厅")
    tab.page.get_by_role("button", name="驳回").click()
    expect(tab.page.get_by_role("status")).to_contain_text(f"已驳回{hall.name}")
    tab.page.get_by_label("状态").select_option("rejected")
    tab.page.get_by_role("button", name="查找").click()
    tab.page.get_by_role("link", name=hall.name).click()
    expect(tab.page.get_by_role("main")).to_contain_text("原因：找不到这个大厅")
