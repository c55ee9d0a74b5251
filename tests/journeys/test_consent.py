"""A visitor agrees to be told of a case, on the page of WeChat's own tag, in the browser within their phone."""

from playwright.sync_api import expect

from tests.journeys.stage import IN, ZHANG, Stage

GRANTS = "SELECT OPENID(openid), `left` FROM grants"


def test_after_a_check_in_somebody_agrees_to_be_told_and_is_not_asked_again(stage: Stage) -> None:
    stage.goes_to_a_morning_before_a_working_day()
    phone = stage.phone()
    phone.checks_in(IN, ZHANG)
    phone.opens("同意接收提醒")
    page = phone.page_within
    page.get_by_role("button", name="同意接收提醒").click()
    page.get_by_role("button", name="允许").click()
    expect(page.get_by_text("好了，有情况会提醒您")).to_be_visible()
    assert stage.demo.rows(GRANTS) == [(phone.openid, 1)]
    phone.closes_the_page_within()
    phone.says("谁看过我")
    phone.hears("最近 180 天没有大厅看过您的完整信息")
