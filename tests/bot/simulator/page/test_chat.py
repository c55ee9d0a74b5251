from urllib.parse import quote

import pytest
from lxml import html
from werkzeug.test import Client
from werkzeug.wrappers import Response

from bot.simulator import create_page
from bot.simulator.page.chat import MOST_TYPED
from tests.bot.simulator.page.visiting import CODES, MENU, TITLE, Browser, follower
from tests.bot.simulator.tiny_service import Heard, TinyService, echo, platform_of, text_xml


def test_a_stranger_scans_follows_answers_and_scans_out() -> None:
    browser = Browser()
    browser.press("扫进厅码")
    assert browser.service.heard == []
    browser.press("follow-1")
    browser.press("发送", text="张三")
    browser.press("扫离厅码")
    assert [(heard.get("EventKey"), heard.get("Content")) for heard in browser.service.heard] == [
        ("qrscene_h12.in", None),
        (None, "张三"),
        ("h12.out", None),
    ]
    assert len(browser.rows("account")) == 3


def test_only_a_follower_gets_a_text_box() -> None:
    browser = Browser()
    assert (browser.has("say-1"), browser.has("follow-1")) == (False, True)
    browser.press("follow-1")
    assert (browser.has("say-1"), browser.has("follow-1")) == (True, False)
    browser.press("unfollow-1")
    assert (browser.has("say-1"), browser.has("follow-1")) == (False, True)


def test_a_post_leads_back_to_the_newest_bubble() -> None:
    browser = follower()
    response = browser.post("/phone/phones/1/say", {"text": "1"})
    assert (response.status_code, response.headers["Location"]) == (303, "/phone/?phone=1#newest-1")
    browser.press("发送", text="2")
    assert "heard 2" in browser.page.get_element_by_id("newest-1").text_content()


def test_a_tap_link_in_a_bubble_is_a_button_that_sends() -> None:
    link = f'<a href="weixin://bizmsgmenu?msgmenucontent={quote("社保")}&msgmenuid=5">1 社保办理</a>'
    browser = follower(TinyService(answers=lambda heard: text_xml(heard, f"请选：\n{link}")))
    browser.press("1 社保办理")
    assert (browser.service.heard[0]["Content"], browser.service.heard[0]["bizmsgmenuid"]) == ("社保", "5")


def test_a_link_to_the_service_opens_in_the_phones_own_browser_and_others_in_a_new_tab() -> None:
    def answer(heard: Heard) -> str:
        return text_xml(heard, '见 <a href="http://localhost/notice?a=1&b=2">说明</a> https://elsewhere.example/x')

    own, other = follower(TinyService(answers=answer)).phone.xpath(".//a[contains(@class, 'link')]")
    assert own.get("href") == "/phone/phones/1/web?url=http://localhost/notice?a%3D1%26b%3D2"
    assert own.get("target") is None
    assert (other.get("href"), other.get("target")) == ("https://elsewhere.example/x", "_blank")
    assert "noopener" in other.get("rel")


def test_markup_in_a_message_is_shown_and_not_run() -> None:
    browser = follower()
    scripts = len(browser.page.xpath("//script"))
    browser.press("发送", text="<script>alert(1)</script>")
    assert "<script>alert(1)</script>" in browser.rows("visitor")[0]
    assert len(browser.page.xpath("//script")) == scripts


def test_several_lines_are_sent_as_a_phone_sends_them() -> None:
    browser = follower()
    browser.press("发送", text="张三\r\n李四\r\n")
    assert browser.service.heard[0]["Content"] == "张三\n李四"


@pytest.mark.parametrize("text", ["", "  ", "\r\n"])
def test_nothing_typed_sends_nothing(text: str) -> None:
    browser = follower()
    browser.press("发送", text=text)
    assert browser.service.heard == []


def test_what_is_too_long_is_cut() -> None:
    browser = follower()
    browser.press("发送", text="长" * (MOST_TYPED + 1))
    assert len(browser.service.heard[0]["Content"]) == MOST_TYPED


def test_a_failing_service_shows_the_line_of_the_platform() -> None:
    def breaks(heard: Heard) -> str | Response:
        return echo(heard) if heard.get("Event") else Response(status=500)

    browser = follower(TinyService(answers=breaks))
    browser.press("发送", text="1")
    assert len(browser.phone.find_class("failure")) == 1


def test_what_the_account_sends_of_its_own_accord_is_shown_as_cards() -> None:
    browser = follower()
    templates, phone = browser.platform.templates, browser.platform.phone(browser.openid)
    template = templates.find(templates.add("离厅提醒", "大厅：{{thing1.DATA}}\n时间：{{time2.DATA}}"))
    assert template is not None
    phone.receives("template", card=template.card({"thing1": "市民中心", "time2": "17:00"}, "http://localhost/mine"))
    card = browser.look().find_class("card")[0]
    assert [cell.text for cell in card.xpath(".//dt|.//dd")] == ["大厅", "市民中心", "时间", "17:00"]
    assert card.xpath(".//a")[0].get("href") == "/phone/phones/1/web?url=http://localhost/mine"


def test_an_article_leads_to_its_page() -> None:
    def news(heard: Heard) -> str:
        item = "<item><Title>须知</Title><Description>三条</Description><PicUrl></PicUrl><Url>http://localhost/n</Url></item>"
        xml = text_xml(heard, "", MsgType="news").replace("<Content><![CDATA[]]></Content>", "")
        return xml.replace("</xml>", f"<ArticleCount>1</ArticleCount><Articles>{item}</Articles></xml>")

    article = follower(TinyService(answers=news)).page.find_class("article")[0]
    assert article.xpath(".//a")[0].text_content() == "须知"
    assert "三条" in article.text_content()


def test_a_visitor_answers_whether_they_want_notices() -> None:
    browser = follower()
    long_term = browser.platform.templates.add("提醒", "大厅：{{thing1.DATA}}", "long_term")
    for_followers = browser.platform.templates.add("别的", "大厅：{{thing1.DATA}}")
    assert "提醒" in browser.look().get_element_by_id("more-1").text_content()
    for answer in ("accept", "reject"):
        browser.post("/phone/phones/1/consent", {"template": long_term, "answer": answer})
    assert browser.post("/phone/phones/1/consent", {"template": for_followers, "answer": "accept"}).status_code == 400
    said = [heard["SubscribeMsgPopupEvent"]["List"]["SubscribeStatusString"] for heard in browser.service.heard]
    assert said == ["accept", "reject"]


def test_a_page_left_open_in_another_tab_does_no_harm() -> None:
    browser = Browser()
    browser.post("/phone/phones/1/say", {"text": "1"}, follow_redirects=True)
    assert browser.service.heard == []
    browser.press("follow-1")
    assert browser.post("/phone/phones/1/follow", {}).status_code == 303
    assert len(browser.service.heard) == 1


def test_who_stops_following_in_mid_talk_is_told_to_follow_first() -> None:
    browser = follower()
    browser.platform.phone(browser.openid).unfollow()
    browser.press("发送", text="张三")
    assert browser.said
    assert [heard.get("Event") for heard in browser.service.heard] == ["unsubscribe"]


def test_a_reload_sends_nothing() -> None:
    browser = follower()
    for path in ("/phone/", "/phone/phones/1/say", "/phone/phones/1/follow", "/phone/live"):
        browser.get(path)
    assert browser.service.heard == []


@pytest.mark.parametrize("place", ["/phone/", "/phone/log", "/phone/phones/1/web?url=http://localhost/"])
def test_every_page_says_that_it_is_a_demo(place: str) -> None:
    page = html.document_fromstring(Browser().get(place).get_data(as_text=True))
    assert "演示" in page.findtext(".//title")
    assert "演示" in page.find(".//body").text_content()


def test_the_chat_is_read_aloud_and_every_field_has_a_label() -> None:
    page = follower().page
    log = page.xpath("//*[@role='log']")[0]
    assert log.get("aria-live") == "polite"
    assert log.get("aria-label")
    labelled = {label.get("for") for label in page.iter("label")}
    fields = page.xpath("//textarea | //input[@type='file']")
    assert {field.get("id") for field in fields} <= labelled
    assert all(
        button.text_content().strip() or button.get("aria-label") or button.xpath(".//img/@alt")
        for button in page.iter("button")
    )


def test_a_time_stands_above_the_first_bubble_and_after_a_pause_only() -> None:
    browser = follower()  # its clock stands at 2023-11-14 22:13:20 UTC
    for minutes in (1, 10, 24 * 60):
        browser.platform.clock.goes_on(60 * minutes)
        browser.press("发送", text="1")
    shown = [time.text for time in browser.phone.iter("time") if time.text]
    assert shown == ["11月15日 周三 06:13", "11月15日 周三 06:24", "06:24"]


def test_newly_posted_codes_appear_without_a_restart() -> None:
    codes = list(CODES)
    page = create_page(platform_of(TinyService()), lambda: codes, TITLE)
    codes.append(("扫西门码", "h12.west"))
    assert "扫西门码" in Client(page).get("/").get_data(as_text=True)


def test_without_a_menu_the_text_box_is_there_at_once_and_with_one_the_menu() -> None:
    browser = follower()
    assert browser.phone.get("data-bar") == "text"
    browser.platform.menus.publish(MENU)
    browser.look()
    assert browser.phone.get("data-bar") == "menu"
    browser.press("to-text-1")
    assert browser.phone.get("data-bar") == "text"
    browser.press("to-menu-1")
    assert browser.phone.get("data-bar") == "menu"
