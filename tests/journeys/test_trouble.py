"""Visits while the network, the service or the visitor misbehaves."""

from collections.abc import Callable

from playwright.sync_api import expect

from tests.journeys.stage import IN, LI, OUT, ZHANG, Stage, at_once
from tests.plugins.chromium import Tab


def test_with_every_delivery_repeated_it_is_one_visit_and_each_reply_is_shown_once(
    stage: Stage, open_tab: Callable[..., Tab]
) -> None:
    phone = stage.phone()
    stage.switch("duplicate")
    phone.checks_in(IN, ZHANG)
    phone.scans(OUT)
    phone.hears("签退好了")
    phone.has_heard_all()
    assert stage.visits(phone) == [("scan", "scan")]
    log = open_tab().page
    log.goto(f"{stage.address}log")
    deliveries = log.locator(".exchange:has(.delivery)")
    # Follow, 同意, the line, 确认 and the way out, three times each.
    expect(deliveries).to_have_count(5 * 3)
    expect(deliveries.filter(has_text="[确认]")).to_have_count(3)


def test_a_service_that_is_killed_goes_on_with_the_next_answer(stage: Stage) -> None:
    phone = stage.phone()
    phone.scans(IN)
    phone.follows()
    phone.hears("进厅登记", "同意")
    stage.is_killed_and_restarted()
    phone.begins_anew()
    phone.says("同意")
    phone.hears("请发您的姓名")
    expect(phone.notes).to_contain_text("演示重新开始过")
    phone.says("张三")
    phone.hears("请发证件号码")
    stage.is_killed_and_restarted()
    phone.begins_anew()
    phone.says("11010519491231002X 13800138000 社保 36.5")
    phone.hears("请核对", "张三", "社会保险")
    phone.taps("确认")
    phone.hears("登记好了")
    phone.scans(OUT)
    phone.hears("签退好了")
    phone.has_heard_all()
    assert stage.visits(phone) == [("scan", "scan")]
    stage.tab.forgives("net::ERR_")


def test_two_visitors_who_act_in_the_same_moment_are_both_served(stage: Stage) -> None:
    both = one, two = stage.phone(), stage.phone_of_another_browser()
    at_once(lambda phone: phone.button_of(IN), *both)
    at_once(lambda phone: phone.follow_button, *both)
    for phone in both:
        phone.hears("进厅登记", "同意")
    at_once(lambda phone: phone.link("同意"), *both)
    for phone, line in ((one, ZHANG), (two, LI)):
        phone.hears("请发您的姓名")
        phone.types(line)
    at_once(lambda phone: phone.send_button, *both)
    one.hears("请核对", "张三")
    two.hears("请核对", "李四")
    at_once(lambda phone: phone.link("确认"), *both)
    for phone in both:
        phone.hears("登记好了")
    at_once(lambda phone: phone.button_of(OUT), *both)
    for phone in both:
        phone.hears("签退好了")
        phone.has_heard_all()
        assert stage.visits(phone) == [("scan", "scan")]


def test_a_visitor_who_unfollows_in_mid_talk_begins_anew(stage: Stage) -> None:
    phone = stage.phone()
    phone.is_asked_what_there_is(IN)
    phone.says("张三")
    phone.hears("请发证件号码")
    phone.unfollows()
    expect(phone.notes.last).to_contain_text("已取消关注")
    phone.follows()
    phone.hears("您好")
    phone.scans(IN)
    phone.hears("进厅登记", "同意")
    phone.taps("同意")
    phone.hears("请发您的姓名")
    phone.says(ZHANG)
    phone.hears("请核对", "张三")
    phone.taps("确认")
    phone.hears("登记好了")
    phone.scans(OUT)
    phone.hears("签退好了")
    phone.has_heard_all()
    assert stage.visits(phone) == [("scan", "scan")]
