"""A hall from nothing: an operator, a hall that registers itself, its posters, its guard, its first visitor."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests import printed
from tests.journeys.chat import Phone
from tests.journeys.stage import ZHANG, Stage

HALL = "德城区政务服务中心"
MOST_MESSAGES = 4
"""From 注册大厅 until the hall is registered."""


class Wait:
    """Adds up how long people waited for what they had asked for, and how much they had to send for it."""

    def __init__(self, phone: Phone) -> None:
        self.phone = phone
        self.seconds = 0.0
        self.messages = 0

    def says(self, text: str, *heard: str) -> None:
        self.phone.types(text)
        self.messages += 1
        with self.counted():
            self.phone.send_button.tap()
            self.phone.hears(*heard)

    @contextmanager
    def counted(self) -> Iterator[None]:
        begun = time.monotonic()
        yield
        self.seconds += time.monotonic() - begun


def test_a_hall_registers_itself_and_its_first_visitor_comes_and_goes(
    empty_stage: Stage, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    stage = empty_stage
    operator = an_operator(stage)
    admin, wait = an_admin_who_registers(stage)

    stage.shows(operator)
    operator.hears("新大厅等待审批", HALL)
    operator.says("待审大厅")
    operator.hears(HALL)
    with wait.counted():
        operator.taps("批准")
        operator.hears("已批准", HALL)
        stage.shows(admin)
        admin.hears(HALL, "已通过审批")
        stage.demo.waits_for("SELECT COUNT(*) FROM hall_codes WHERE url IS NOT NULL", [(2,)])
    posters = printed_posters(stage, admin, wait, tmp_path)
    with capsys.disabled():
        sys.stdout.write(f"\n注册大厅 to posters in hand: {wait.messages} messages, {wait.seconds:.1f} s of ours\n")

    visitor = stage.adds_phone()
    expect(visitor.button_of(f"{HALL} 大门")).to_have_count(2)
    visitor.scans_picture(posters["in"])
    visitor.follows()
    visitor.hears(HALL, "进厅登记", "同意")
    visitor.taps("同意")
    visitor.hears("请发您的姓名")
    visitor.says(ZHANG)
    visitor.hears("请核对")
    visitor.taps("确认")
    visitor.hears("登记好了")

    guard = a_guard(stage, admin)
    guard.presses("查看", "数据查询")
    guard.hears(f"{HALL}门岗可以回")

    stage.shows(visitor)
    visitor.scans_picture(posters["out"])
    visitor.hears("签退好了")
    visitor.has_heard_all()
    assert stage.visits(visitor) == [("scan", "scan")]
    roles = "SELECT OPENID(openid), CAST(role AS TEXT) FROM members ORDER BY id"
    assert stage.demo.rows(roles) == [
        (operator.openid, "operator"), (admin.openid, "admin"), (guard.openid, "guard"),
    ]  # fmt: skip
    expect(stage.page.locator("#tabs [data-shows]")).to_have_text(["运营 1", "管理员 2", "来访者 3", "门岗 4"])


def an_operator(stage: Stage) -> Phone:
    """Somebody whom the command line has invited."""
    phone = stage.phone()
    phone.follows()
    phone.hears("您好")
    phone.says(stage.demo.runs("invite", "operator").splitlines()[1].partition(": ")[2])
    phone.hears("绑定好了", "运营人员")
    return phone


def an_admin_who_registers(stage: Stage) -> tuple[Phone, Wait]:
    """Whoever registers a hall, which then waits."""
    phone = stage.adds_phone()
    wait = Wait(phone)
    phone.follows()
    phone.hears("您好")
    wait.says("注册大厅", "大厅的全称")
    wait.says(HALL, "在哪个地区")
    wait.says("德州德城区", "请核对", "山东省德州市德城区")
    wait.says("确认", "已提交", HALL)
    assert wait.messages == MOST_MESSAGES
    phone.says("二维码")
    phone.hears("还在等审批")
    return phone, wait


def printed_posters(stage: Stage, admin: Phone, wait: Wait, folder: Path) -> dict[str, Path]:
    """Pictures of both posters of the only door, as they come out of the printer."""
    wait.says("二维码", HALL, "大门 进厅")
    with wait.counted():
        admin.opens("打印和管理二维码")
        found = {"in": poster(stage, admin, "大门 进厅"), "out": poster(stage, admin, "大门 离厅")}
    admin.closes_the_page_within()
    pictures = {}
    for direction, pdf in found.items():
        admin.hears("识别图中的码")
        pictures[direction] = folder / f"{direction}.png"
        printed.pictures(pdf)[0].save(pictures[direction])
    return pictures


def poster(stage: Stage, admin: Phone, name: str) -> bytes:
    """The file behind the link on the page of codes, as this very browser gets it."""
    address = admin.page_within.get_by_role("link", name=f"{name} 海报 PDF").get_attribute("href")
    answer = stage.page.context.request.get(f"{stage.demo.base_url}{address}")
    assert answer.headers["content-type"] == "application/pdf"
    return answer.body()


def a_guard(stage: Stage, admin: Phone) -> Phone:
    """Somebody whom the admin has invited and who has bound the code."""
    stage.shows(admin)
    admin.presses("管理", "添加工作人员")
    admin.hears("姓名")
    admin.says("陈立")
    admin.hears("门岗", "管理员")
    admin.says("门岗")
    admin.hears("陈立", "绑定")
    code = admin.heard(r"(绑定 [a-z0-9]{8})")
    guard = stage.adds_phone()
    guard.follows()
    guard.hears("您好")
    guard.says(code)
    guard.hears("绑定好了", HALL, "门岗")
    admin.hears("陈立", "已绑定", "门岗")
    admin.has_heard_all()
    return guard
