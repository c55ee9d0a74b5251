"""A visitor has what is kept of them erased: in the chat, on the page behind it, and by leaving the account."""

from playwright.sync_api import expect

from tests.journeys.chat import Phone
from tests.journeys.stage import IN, OUT, ZHANG, Stage

PERSON = "SELECT COUNT(*) FROM people WHERE OPENID(openid) = '{}'"


def has_been(stage: Stage) -> Phone:
    """Somebody who has come and gone."""
    stage.goes_to_a_morning_before_a_working_day()
    phone = stage.phone()
    phone.checks_in(IN, ZHANG)
    phone.scans(OUT)
    phone.hears("签退好了")
    return phone


def is_known(stage: Stage, phone: Phone) -> bool:
    return stage.demo.rows(PERSON.format(phone.openid)) != [(0,)]


def test_somebody_erases_themself_in_the_chat_and_comes_in_as_at_first(stage: Stage) -> None:
    phone = has_been(stage)
    phone.says("我的资料")
    phone.hears("删除我的资料")
    phone.taps("删除我的资料")
    phone.hears("删除后马上没有的", "1 条到访记录", "要删除吗")
    phone.taps("确认删除")
    phone.hears("已删除您的资料", "和第一次一样")
    assert (is_known(stage, phone), stage.visits(phone)) == (False, [])
    phone.says("我的记录")
    phone.hears("还没有")
    phone.scans(IN)
    phone.hears("进厅登记", "同意")
    phone.has_heard_all()


def test_somebody_takes_their_data_along_and_then_erases_it_on_the_page(stage: Stage) -> None:
    phone = has_been(stage)
    phone.says("我的资料")
    phone.hears("打开我的资料")
    phone.opens("打开我的资料")
    page = phone.page_within
    page.get_by_role("link", name="下载我的资料").click()
    page.get_by_role("button", name="准备下载").click()
    page.get_by_role("link", name="看全部").click()
    expect(page.get_by_text("110105 19491231 002X").first).to_be_visible()
    phone.closes_the_page_within()
    phone.opens("打开我的资料")
    page.get_by_role("link", name="删除我的资料").click()
    page.get_by_role("button", name="删除", exact=True).click()
    expect(page.get_by_text("已删除您的资料")).to_be_visible()
    assert is_known(stage, phone) is False


def test_whoever_takes_back_what_they_allowed_is_somebody_new_next_time(stage: Stage) -> None:
    phone = has_been(stage)
    phone.takes_back()
    expect(phone.notes.last).to_contain_text("已收回")
    phone.says("我的资料")
    phone.hears("您还没有登记过")
    assert is_known(stage, phone) is False
