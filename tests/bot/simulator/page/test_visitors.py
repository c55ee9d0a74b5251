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


def test_a_phone_of_staff_follows_already_is_made_what_it_is_called_and_named_by_what_it_is() -> None:
    staff: dict[str, str] = {}
    roles = [(f"{name}手机", lambda openid, name=name: staff.update({openid: name})) for name in ("管理员", "门岗")]
    browser = Browser(roles=roles, role_of=lambda openid: staff.get(openid, ""))
    visitor = browser.openid
    browser.press("门岗手机")
    assert list(staff.items()) == [(browser.openid, "门岗")]
    assert visitor not in staff
    assert browser.platform.phone(browser.openid).is_following
    assert browser.service.heard == []
    assert browser.phone.get("aria-label") == "门岗 2 的手机"
    assert [tab.text_content() for tab in browser.page.xpath("//*[@data-shows]")] == ["来访者 1", "门岗 2"]


def test_who_is_staff_no_more_is_a_visitor_again() -> None:
    staff: set[str] = set()
    browser = Browser(roles=[("管理员手机", staff.add)], role_of=lambda openid: "管理员" if openid in staff else "")
    browser.press("管理员手机")
    status, before = browser.get("/phone/live").status_code, browser.get("/phone/live").headers["ETag"]
    staff.clear()
    assert status == 200
    assert browser.get("/phone/live", headers={"If-None-Match": before}).status_code == 200
    browser.look()
    assert browser.phone.get("aria-label") == "来访者 2 的手机"


@pytest.mark.parametrize("role", ["", "1", "-1", "x", "٠", "0.0", "999", "\0", "0 "])
def test_only_a_role_that_is_offered_can_be_had(role: str) -> None:
    staff: list[str] = []
    browser = Browser(roles=[("管理员手机", staff.append)])
    before = browser.cookie()
    assert browser.post("/phone/visitors", {"role": role}).status_code == 400
    assert (browser.cookie(), staff, len(browser.platform.phones())) == (before, [], 1)


def test_without_roles_there_are_visitors_only() -> None:
    browser = Browser()
    assert not browser.has("adds")
    assert browser.post("/phone/visitors", {"role": "0"}).status_code == 400


def test_beyond_the_last_phone_nobody_is_made_staff() -> None:
    staff: list[str] = []
    browser = Browser(roles=[("管理员手机", staff.append)])
    for _ in range(MOST_VISITORS - 1):
        browser.press("visitor-new")
    assert not browser.has("adds")
    browser.post("/phone/visitors", {"role": "0"}, follow_redirects=True)
    assert staff == []


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
