from bot.simulator.page.guide import COOKIE
from tests.bot.simulator.page.visiting import Browser
from tests.bot.simulator.tiny_service import text_xml

ASKS = '都对吗？<a href="weixin://bizmsgmenu?msgmenucontent=%E7%A1%AE%E8%AE%A4&msgmenuid=1">确认</a>'


def done(browser: Browser) -> int:
    """How many of the steps on the card are ticked."""
    return len(browser.page.xpath("//*[@id='guide']//li[contains(@class, 'done')]"))


def test_the_steps_tick_themselves_off() -> None:
    browser = Browser()
    browser.service.answers = lambda heard: text_xml(heard, ASKS if heard.get("Content") else "贵姓？")
    ticked = [done(browser)]
    for button, typed in (
        ("扫进厅码", {}), ("follow-1", {}), ("发送", {"text": "张三"}), ("发送", {"text": "确认"}), ("扫离厅码", {}),
    ):  # fmt: skip
        browser.press(button, **typed)
        ticked.append(done(browser))
    assert ticked == [0, 0, 1, 2, 3, 4]


def test_the_same_code_twice_is_no_way_out() -> None:
    browser = Browser()
    browser.press("follow-1")
    for button, typed in (("扫进厅码", {}), ("发送", {"text": "确认"}), ("扫进厅码", {})):
        browser.press(button, **typed)
    assert done(browser) == 3


def test_the_next_step_is_the_current_one() -> None:
    browser = Browser()
    browser.press("follow-1")
    browser.press("扫进厅码")
    current = browser.page.xpath("//*[@id='guide']//li[@aria-current='step']")
    assert ["回答问题" in step.text_content() for step in current] == [True]


def test_once_put_away_the_card_stays_away() -> None:
    browser = Browser()
    assert browser.has("guide")
    browser.post("/phone/guide/close", {}, follow_redirects=True)
    assert browser.cookie(COOKIE)
    browser.press("visitor-new")
    assert not browser.has("guide")
