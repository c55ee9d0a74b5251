"""A clerk signs in on the computer at the counter with the phone in their hand."""

import contextlib
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import BOTH_WAYS
from tests.journeys.stage import Stage
from tests.plugins.chromium import DESK, Tab

pytestmark = BOTH_WAYS

BOUND = (
    "INSERT INTO members (openid, hall_id, role, name, bound_at, chosen_at) SELECT OPENID_OUT(?), id,"
    " CAST('admin' AS BLOB), X'00', '2026-03-02 01:00:00.000000', '2026-03-02 01:00:00.000000' FROM halls LIMIT 1"
)


@pytest.fixture
def clerk(stage: Stage) -> str:
    """The person of the phone is made an admin of the hall."""
    openid = stage.phone().openid
    with contextlib.closing(stage.demo.connection()) as connection, connection:
        assert connection.execute(BOUND, (openid,)).rowcount == 1
    return openid


def test_the_phone_scans_the_pixels_of_the_computer_and_the_computer_is_signed_in(
    stage: Stage, clerk: str, open_tab: Callable[..., Tab], tmp_path: Path
) -> None:
    desk, phone = open_tab(DESK).page, stage.phone()
    desk.goto(f"{stage.demo.base_url}/me")
    expect(desk.get_by_role("heading", level=1)).to_have_text("用微信登录")
    desk.get_by_role("img").screenshot(path=tmp_path / "code.png")
    phone.scans_picture(tmp_path / "code.png")
    page = phone.page_within
    expect(page.get_by_role("heading", level=1)).to_have_text("在电脑上登录吗？")
    expect(page.get_by_text("Linux 电脑 · Chrome")).to_be_visible()
    page.get_by_role("button", name="确认登录").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("已确认")
    expect(desk.get_by_role("heading", level=1)).to_have_text("我的大厅")
    desk.get_by_role("button", name="退出登录").click()
    expect(desk.get_by_role("heading", level=1)).to_have_text("已退出")
    desk.goto(f"{stage.demo.base_url}/me")
    expect(desk.get_by_role("heading", level=1)).to_have_text("用微信登录")


def test_somebody_who_is_no_clerk_cannot_sign_a_computer_in(
    stage: Stage, open_tab: Callable[..., Tab], tmp_path: Path
) -> None:
    desk, phone = open_tab(DESK).page, stage.phone()
    desk.goto(f"{stage.demo.base_url}/login")
    desk.get_by_role("img").screenshot(path=tmp_path / "code.png")
    phone.scans_picture(tmp_path / "code.png")
    expect(phone.page_within.get_by_role("heading", level=1)).to_have_text("没有登录")
    expect(phone.page_within.get_by_text("这是大厅工作人员用的功能")).to_be_visible()
    stage.tab.forgives("the server responded with a status of 409")
