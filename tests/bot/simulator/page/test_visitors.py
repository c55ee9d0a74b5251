import pytest

from bot.simulator.page.visitors import MOST_VISITORS, Visitors, visitors_of
from tests.bot.simulator.page.visiting import Browser, follower


def test_a_new_visitor_is_somebody_else_and_the_first_can_come_back() -> None:
    browser = follower()
    browser.press("发送", text="1")
    browser.press("visitor-new")
    assert browser.rows("account") == []
    browser.press("follow-2")
    browser.look(browser.page.xpath("//*[@data-shows='1']/@href")[0])
    browser.post("/phone/phones/1/say", {"text": "2"})
    first, second, again = (heard["FromUserName"] for heard in browser.service.heard)
    assert first == again != second


def test_all_phones_stand_on_the_page_each_with_its_own_forms() -> None:
    browser = Browser()
    browser.press("visitor-new")
    browser.press("visitor-new")
    phones = browser.page.find_class("phone")
    assert [phone.get("aria-label") for phone in phones] == [f"来访者 {number} 的手机" for number in (1, 2, 3)]
    assert len({phone.get("data-openid") for phone in phones}) == 3
    assert browser.phone.get("data-phone") == "3"


def test_a_browser_keeps_a_few_visitors_only() -> None:
    browser = Browser()
    for _ in range(MOST_VISITORS - 1):
        browser.press("visitor-new")
    assert not browser.has("visitor-new")
    before = browser.cookie()
    browser.post("/phone/visitors", {}, follow_redirects=True)
    assert browser.cookie() == before


def test_a_visitor_is_the_same_person_after_a_restart() -> None:
    before = follower()
    after = Browser(before.service)
    after.set_cookie(before.cookie() or "")
    after.look()
    assert after.openid == before.openid


def test_asking_for_news_never_changes_who_is_there() -> None:
    browser = Browser()
    assert "Set-Cookie" not in browser.get("/phone/live").headers
    browser.set_cookie("nonsense")
    assert "Set-Cookie" not in browser.get("/phone/live").headers


OPENIDS = ("o" + "a" * 27, "o" + "-" * 27)


@pytest.mark.parametrize(
    "cookie",
    [
        "",
        "0",
        f"0.{OPENIDS[0]}x",
        f"1.{OPENIDS[0]}",  # the second of one
        f"0.x{OPENIDS[0][1:]}",  # no openid
        f"0.{OPENIDS[0]}.{OPENIDS[0]}",  # the same person twice
        "0." + ".".join(f"o{'a' * 26}{digit}" for digit in range(MOST_VISITORS + 1)),
        "0.<script>",
        f"٠.{OPENIDS[0]}",  # an Arabic zero
    ],
)
def test_a_cookie_of_another_shape_is_nobody(cookie: str) -> None:
    assert visitors_of(cookie) is None


def test_a_cookie_reads_back() -> None:
    visitors = Visitors(OPENIDS, 1)
    assert visitors_of(visitors.to_cookie()) == visitors


@pytest.mark.parametrize("number", ["0", "9", "-1", "x", "", "1.5", "99999999999999999999"])
def test_an_address_that_names_nobody_shows_who_was_looked_at(number: str) -> None:
    browser = Browser()
    browser.press("visitor-new")
    browser.look(f"/phone/?phone={number}")
    assert browser.phone.get("data-phone") == "2"
