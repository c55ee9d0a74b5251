"""A case is found: the hall knows within the minute who was there, tells whom it can reach, and prints the others."""

import re

from playwright.sync_api import Page, expect

from demo_crowd import CASE_NAME
from tests.journeys.chat import READ_MS
from tests.journeys.stage import IN, LI, Stage

HALL_PHONE = "0500-1234567"
BY_PHONE = {"冯玉兰": "138 0000 9004", "王长青": "138 0000 9003"}
"""Who met the case and has no chat that a message would reach: one registered by the form, one long silent."""


def test_contacts_are_found_told_or_called_and_can_see_who_looked(stage: Stage) -> None:
    visitor = stage.phone()
    visitor.checks_in(IN, LI)
    admin = stage.adds_clerk("管理员")
    admin.says(f"密接 {CASE_NAME}")
    admin.hears("同时在厅，进出时间都准", "本人说的", "可能同时在厅", "没有同时在厅", "一起来的 1 人", "疾控部门判定")
    number = admin.heard(r"病例 (\d{4}-\d+)")
    desk = stage.computer_of(admin)

    says_why(desk, number)
    shows_sure_and_possible_contacts_apart(desk)
    tells_whom_a_message_reaches(desk)
    stage.shows(visitor).hears("健康提醒", HALL_PHONE, "不会索要钱款")
    prints_the_others(desk, number)

    visitor.says("谁看过我")
    visitor.hears("示例市民服务中心（管理员）", "给您发了提醒", "疫情防控")
    visitor.has_heard_all()
    stage.shows(admin).has_heard_all()


def says_why(desk: Page, number: str) -> None:
    """Before that nothing can be sent, and no name is whole."""
    desk.get_by_role("link", name="病例排查", exact=True).click()
    desk.get_by_role("link", name=f"病例 {number}").click()
    expect(desk.get_by_role("heading", name="请写明为什么查")).to_be_visible()
    desk.get_by_label("疾控部门要求").check()
    desk.get_by_label("给谁查").fill("示例市疾控中心")
    desk.get_by_role("button", name="保存").click()
    expect(desk.get_by_role("heading", name="请写明为什么查")).to_have_count(0)


def shows_sure_and_possible_contacts_apart(desk: Page) -> None:
    found = desk.locator("#found")
    expect(found.get_by_text("王*").first).to_be_visible()
    expect(found.get_by_text(re.compile("可能，离开时间是推定的")).first).to_be_visible()
    expect(found.get_by_text(re.compile(r"\d+–\d+ 分钟")).first).to_be_visible()
    expect(found.get_by_text("王长青")).to_have_count(0)
    expect(desk.locator("svg").first).to_be_visible()


def tells_whom_a_message_reaches(desk: Page) -> None:
    """One by the chat; a template is tried with those who use WeChat, but the demo's crowd does not follow."""
    desk.get_by_role("link", name="通知这些人").click()
    expect(desk.get_by_role("row").filter(has_text="公众号聊天")).to_contain_text("1")
    expect(desk.get_by_role("row").filter(has_text="模板消息")).to_be_visible()
    expect(desk.get_by_role("row").filter(has_text="只能电话")).to_be_visible()
    desk.get_by_role("link", name=re.compile(r"^通知这 \d+ 人$")).click()
    desk.get_by_role("button", name="确认发送").click()
    expect(desk.get_by_text("已放进发送队列")).to_be_visible()
    expect(desk.get_by_text(re.compile("已送达|已发出")).first).to_be_visible(timeout=READ_MS)
    expect(desk.get_by_text(re.compile("^没有送到")).first).to_be_visible(timeout=READ_MS)


def prints_the_others(desk: Page, number: str) -> None:
    desk.get_by_role("link", name="回到病例").click()
    desk.get_by_role("link", name="看完整名单").click()
    desk.get_by_label("电话联系可能的接触者").check()
    desk.get_by_role("button", name="打开名单").click()
    desk.get_by_role("link", name="打印电话名单").click()
    desk.get_by_label("只要通知不到、要打电话的").check()
    desk.get_by_role("button", name="生成名单").click()
    expect(desk.get_by_role("heading", level=1)).to_contain_text(number)
    for name, phone in BY_PHONE.items():
        expect(desk.get_by_role("row").filter(has_text=name)).to_contain_text(phone)
    # Who was told is not called too, and the case is nobody's contact.
    called = desk.locator(".calls-name")
    expect(called.filter(has_text="李四")).to_have_count(0)
    expect(called.filter(has_text=CASE_NAME)).to_have_count(0)
