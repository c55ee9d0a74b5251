import pytest

from bot.simulator.page.menus import button_at
from tests.bot.simulator.page.visiting import MENU, Browser, follower, picture, upload


def with_menu() -> Browser:
    browser = follower()
    browser.platform.menus.publish(MENU)
    browser.look()
    return browser


def test_a_button_sends_its_key() -> None:
    browser = with_menu()
    browser.press("签到")
    assert [(heard["Event"], heard["EventKey"]) for heard in browser.service.heard] == [("CLICK", "in")]


def test_a_button_that_opens_a_page_tells_the_account_and_opens_it() -> None:
    browser = with_menu()
    browser.press("记录")
    assert [(heard["Event"], heard["EventKey"]) for heard in browser.service.heard] == [
        ("VIEW", "http://localhost/mine")
    ]
    assert browser.page.xpath("//iframe/@src") == ["/phone/phones/1/go?url=http://localhost/mine"]


def test_a_page_elsewhere_is_called_one_outside_and_opens_in_a_new_tab() -> None:
    browser = with_menu()
    browser.press("外面")
    assert browser.page.xpath("//iframe") == []
    assert "微信外的网页" in browser.page.text_content()
    assert browser.page.xpath("//a[@target='_blank']/@href") == ["https://elsewhere.example/x"]


def test_a_button_for_photos_opens_the_sheet_and_tells_of_the_photo_before_it_comes() -> None:
    browser = with_menu()
    browser.press("拍身份证")
    assert browser.page.get_element_by_id("photos-1").get("open") is not None
    assert browser.service.heard == []
    form = browser.page.xpath("//*[@id='photos-1']//form[@enctype]")[0]
    fields = dict(form.form_values()) | {"picture": upload(picture())}
    browser.post(form.action, fields)
    event, photo = browser.service.heard
    assert (event["Event"], event["EventKey"], event["SendPicsInfo"]["Count"]) == ("pic_photo_or_album", "id", "1")
    assert photo["MsgType"] == "image"


def test_a_button_for_scanning_sends_what_the_code_says() -> None:
    browser = with_menu()
    browser.press("扫码")
    browser.press("扫进厅码")
    event = browser.service.heard[0]
    assert (event["Event"], event["EventKey"]) == ("scancode_waitmsg", "code")
    assert event["ScanCodeInfo"]["ScanResult"].startswith("http://weixin.qq.com/q/")


def test_a_menu_for_some_is_seen_by_them_alone() -> None:
    browser = with_menu()
    browser.press("visitor-new")
    tagged = {"button": [{"type": "click", "name": "管理", "key": "admin"}]}
    browser.platform.menus.add_conditional(tagged, 101, None)
    browser.platform.phone(browser.openid).tag_ids.append(101)
    browser.press("follow-2")
    assert "管理" in browser.page.get_element_by_id("controls-2").text_content()
    assert "管理" not in browser.page.get_element_by_id("controls-1").text_content()


@pytest.mark.parametrize("place", ["", "0", "0.3", "9", "1.0", "-1", "x", "0.0.0", "٠", "1e1", "0" * 99])
def test_a_place_without_a_button_does_nothing(place: str) -> None:
    browser = with_menu()
    response = browser.post("/phone/phones/1/menu", {"button": place}, follow_redirects=True)
    assert response.status_code == 200
    assert browser.service.heard == []


def test_a_button_is_found_by_its_place() -> None:
    found = button_at(MENU["button"], "0.2")
    assert found is not None
    assert found["key"] == "code"


@pytest.mark.parametrize("button", ["0.0", "1"])
def test_who_does_not_follow_has_no_menu_to_press(button: str) -> None:
    browser = with_menu()
    browser.press("unfollow-1")
    browser.service.heard.clear()
    assert browser.post("/phone/phones/1/menu", {"button": button}, follow_redirects=True).status_code == 200
    assert browser.service.heard == []
