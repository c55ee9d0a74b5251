import pytest

from bot.simulator import Clock
from tests.bot.simulator.page.visiting import CODES, MENU, Browser, follower
from tests.bot.simulator.tiny_service import NOW, TinyService, platform_of


def asked(browser: Browser, path: str = "/phone/live") -> tuple[int, str]:
    response = browser.get(path)
    return response.status_code, response.headers["ETag"]


def again(browser: Browser, version: str, path: str = "/phone/live") -> int:
    return browser.get(path, headers={"If-None-Match": version}).status_code


@pytest.mark.parametrize("path", ["/phone/live", "/phone/log"])
def test_while_nothing_happens_there_is_nothing_to_send(path: str) -> None:
    browser = follower()
    status, version = asked(browser, path)
    assert status == 200
    response = browser.get(path, headers={"If-None-Match": version})
    assert (response.status_code, response.data) == (304, b"")


def test_whatever_changes_the_page_is_news() -> None:
    browser = follower()
    codes = list(CODES)
    browser = Browser(browser.service, codes, platform=browser.platform)
    clock = browser.platform.clock
    assert isinstance(clock, Clock)
    phone = browser.platform.phone(browser.openid)
    changes = {
        "follow": phone.follow,
        "said": lambda: phone.says("1"),
        "told": lambda: phone.receives("text", parts=("您离开了吗？",)),
        "menu": lambda: browser.platform.menus.publish(MENU),
        "clock": lambda: clock.goes_on(60),
        "clock back": lambda: clock.goes_on(-3600),
        "fault": lambda: setattr(browser.platform.faults, "callback", "slow"),
        "copies": lambda: setattr(browser.platform.faults, "duplicate", True),
        "notice": lambda: browser.platform.templates.add("提醒", "{{thing1.DATA}}", "one_time"),
        "code": lambda: codes.append(("新码", "h12.new")),
    }
    for change in changes.values():
        _, version = asked(browser)
        change()
        assert again(browser, version) == 200


def test_what_is_new_is_the_whole_page_as_it_would_be_opened() -> None:
    browser = follower()
    browser.platform.phone(browser.openid).receives("text", parts=("您离开了吗？",))
    assert "您离开了吗？" in browser.look("/phone/live?phone=1").text_content()


def test_the_log_shows_the_newest_first_and_everything_as_text() -> None:
    browser = follower()
    browser.press("发送", text="<b>x</b>]]>")
    page = browser.look("/phone/log")
    numbers = [int(one.get("data-row")) for one in page.find_class("exchange")]
    assert numbers == sorted(numbers, reverse=True)
    newest = page.find_class("exchange")[0]
    assert [part.text_content() for part in newest.xpath(".//summary/b")] == ["text"]
    assert "200" in newest.find_class("facts")[0].text_content()
    assert "<b>x</b>" in newest.xpath(".//pre")[0].text
    assert page.xpath("//pre//b") == []


def test_a_delivery_that_nobody_took_is_in_the_log() -> None:
    service = TinyService()
    browser = follower(service, platform=platform_of(service, clock=Clock(at=NOW)))
    browser.platform.faults.callback = "down"
    browser.press("发送", text="1")
    assert "没有回答" in browser.look("/phone/log").find_class("exchange")[0].text_content()
