import pytest

from bot.simulator import Clock
from bot.simulator.page.shown import difference
from tests.bot.simulator.page.visiting import Browser, follower
from tests.bot.simulator.tiny_service import NOW, TinyService, platform_of

HOUR = 3600.0
MOMENTS = (("到闭厅", lambda now: now + 2 * HOUR), ("次日早上", lambda now: now - now % (24 * HOUR) + 25 * HOUR))


def clock_of(browser: Browser) -> Clock:
    assert isinstance(browser.platform.clock, Clock)
    return browser.platform.clock


def test_the_clock_moves_by_an_hour_and_to_the_moments_given() -> None:
    moved = []
    browser = Browser(moments=MOMENTS, on_clock=lambda: moved.append(browser.platform.clock() - NOW))
    browser.press("clock-hour")
    browser.press("到闭厅")
    assert moved == [HOUR, 3 * HOUR]
    assert "比真实时间快 3 小时" in browser.page.get_element_by_id("tools-panel").text_content()


def test_the_clock_goes_back_to_real_time() -> None:
    browser = follower(moments=MOMENTS)
    browser.press("clock-1")
    browser.press("发送", text="1")
    browser.press("clock-real")
    assert clock_of(browser).offset == 0
    assert not browser.has("clock-real")
    browser.press("发送", text="2")
    assert "heard 2" in browser.rows("account")[-1]


def test_a_clock_that_cannot_be_moved_has_no_buttons() -> None:
    service = TinyService()
    browser = Browser(service, platform=platform_of(service), moments=MOMENTS)
    assert not browser.has("clock-hour")
    assert browser.post("/phone/clock", {"moment": "hour"}).status_code == 400


@pytest.mark.parametrize("moment", ["", "2", "-1", "x", "99999", "٠", "1e3", "nan"])
def test_only_a_moment_that_is_offered_can_be_gone_to(moment: str) -> None:
    browser = Browser(moments=MOMENTS)
    assert browser.post("/phone/clock", {"moment": moment}).status_code == 400
    assert clock_of(browser).offset == 0


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "与真实时间一致"),
        (29, "与真实时间一致"),
        (60, "比真实时间快 1 分"),
        (-90 * 60, "比真实时间慢 1 小时 30 分"),
        (2 * 86400 + 60, "比真实时间快 2 天 1 分"),
    ],
)
def test_how_far_the_clock_is_off_is_said_in_words(seconds: float, words: str) -> None:
    assert difference(seconds) == words


@pytest.mark.parametrize("name", ["slow", "down", "duplicate"])
def test_a_fault_is_switched_on_and_off(name: str) -> None:
    browser = follower()
    states = []
    for _ in range(2):
        browser.press(f"fault-{name}")
        faults = browser.platform.faults
        is_on = browser.page.get_element_by_id(f"fault-{name}").get("aria-checked")
        states.append((is_on, faults.callback or faults.duplicate))
    assert states == [("true", True if name == "duplicate" else name), ("false", False)]


def test_the_platform_refuses_codes_until_it_is_told_otherwise() -> None:
    browser = follower()
    states = []
    for button in ("fault-codes", "fault-codes", "fault-codes", "reset"):
        browser.press(button)
        is_on = browser.page.get_element_by_id("fault-codes").get("aria-checked")
        states.append((is_on, browser.platform.codes.are_refused))
    assert states == [("true", True), ("false", False), ("true", True), ("false", False)]


def test_codes_that_hang_on_the_wall_are_scanned_while_new_ones_are_refused() -> None:
    browser = follower()
    browser.press("fault-codes")
    assert browser.get("/phone/codes/h12.in.svg").status_code == 200
    browser.post("/phone/phones/1/scan", {"code": "h12.in"})
    assert browser.service.heard[0]["EventKey"] == "h12.in"


def test_with_duplicates_on_everything_is_delivered_three_times() -> None:
    browser = follower()
    browser.press("fault-duplicate")
    browser.press("发送", text="1")
    assert [heard["Content"] for heard in browser.service.heard] == ["1"] * 3
    assert len(browser.rows("account")) == 2


def test_with_the_service_down_the_visitor_sees_the_line_of_the_platform() -> None:
    browser = follower()
    browser.press("fault-down")
    browser.press("发送", text="1")
    assert browser.service.heard == []
    assert len(browser.phone.find_class("failure")) == 1


@pytest.mark.parametrize("fault", ["", "x", "html", "callback"])
def test_only_a_fault_that_is_offered_can_be_switched(fault: str) -> None:
    assert Browser().post("/phone/faults", {"fault": fault, "on": "1"}).status_code == 400


def test_a_reset_asks_once_tells_the_outside_and_forgets_everybody() -> None:
    followers = []
    browser = follower(on_reset=lambda: followers.append(sum(one.is_following for one in browser.platform.phones())))
    browser.press("fault-down")
    before = browser.openid
    assert browser.page.xpath("//button[@id='reset']/ancestor::details[@id='asks-reset']")
    browser.press("reset")
    assert followers == [1]
    assert browser.openid != before
    assert browser.rows("account") == []
    assert browser.platform.faults.callback == ""


def test_a_phone_left_open_elsewhere_begins_anew_after_a_reset() -> None:
    browser = follower()
    elsewhere = Browser(browser.service, platform=browser.platform)
    elsewhere.set_cookie(browser.cookie() or "")
    browser.press("reset")
    elsewhere.look()
    assert elsewhere.has("follow-1")
