"""本人申请 as a clerk and whoever stands before the counter see it."""

import re
from datetime import timedelta

from models.rules import identity
from models.services import fever, hashing, own_requests
from models.tables.cases import Case
from models.tables.database import run
from tests.looks import a_case, a_contact, a_person
from tests.service import MONDAY_9
from tests.visited import NUMBER, PHONE, came, id_of
from tests.web.admin.desk import told
from tests.web.own_requests.counter import WHOLE, Counter


def test_what_is_kept_is_shown_whole_to_whoever_has_shown_their_papers(counter: Counter) -> None:
    came(counter.hall, address="山东省德州市德城区东风路1号")
    browser = counter.browser()
    page = browser.get(counter.finds(browser)).text
    for one in ("张三", *WHOLE[:2], "山东省德州市德城区东风路1号", "2026-03-02 09:00", "1 次到访", "本人登记"):
        assert one in page, one
    assert "保留到 2026-04-01" in page


def test_who_came_along_is_not_told_by_whom_they_were_registered(counter: Counter) -> None:
    lead = came(counter.hall, name="王五", number="320106197505230021", phone="13900139000", companions=1)
    came(counter.hall, lead_id=id_of(lead))
    browser = counter.browser()
    page = browser.get(counter.finds(browser)).text
    assert "同来的人代为登记" in page
    assert "王" not in page and "13900139000" not in page


def test_what_was_typed_stands_in_no_address(counter: Counter) -> None:
    came(counter.hall)
    found = counter.asks(phone=PHONE)
    assert found.status_code == 303
    assert not any(one in found.location for one in (NUMBER, PHONE, "%E5%BC%A0"))


def test_of_nobody_the_page_says_that_nothing_is_kept_and_what_was_typed_stays(counter: Counter) -> None:
    page = counter.asks(phone=PHONE)
    assert page.status_code == 200
    assert "没有保存这个人的登记" in page.text
    assert all(f'value="{typed}"' in page.text for typed in ("张三", NUMBER, PHONE))
    assert "told-problem" not in page.text


def test_no_paper_is_chosen_beforehand(counter: Counter) -> None:
    page = counter.browser().get("/own-requests").text
    assert '<option value="">请选择</option>' in page and "<option selected" not in page
    assert 'href="#document"' in counter.asks(document="").text


def test_all_that_is_missing_is_said_at_once(counter: Counter) -> None:
    page = counter.asks(asker="", document="", name="", id_number="", seen="").text
    for field in ("asker-0", "document", "name", "id_number", "seen"):
        assert f'href="#{field}"' in page, field


def test_a_phone_is_enough_where_there_is_no_number(counter: Counter) -> None:
    assert "请写证件号码" not in counter.asks(id_number=" ", phone=PHONE).text
    assert "请写证件号码" in counter.asks(id_number=" ", phone=" ").text


def test_who_came_along_is_spoken_of_where_somebody_did(counter: Counter) -> None:
    lead = came(counter.hall, companions=1)
    came(counter.hall, lead_id=id_of(lead), name="李四", number="320106197505230021", phone="13900139000")
    browser = counter.browser()
    address = counter.finds(browser)
    assert "2 次到访的姓名" in (page := browser.get(f"{address}/erase").text) and "其中 1 次是一起来的人的" in page
    browser.sends(f"{address}/erase")
    assert "其中 1 次是一起来的人的" in browser.get(f"{address}/receipt").text


def test_who_came_along_is_not_spoken_of_where_nobody_did(counter: Counter) -> None:
    came(counter.hall)
    browser = counter.browser()
    address = counter.finds(browser)
    assert "一起来的人" not in browser.get(f"{address}/erase").text
    browser.sends(f"{address}/erase")
    assert "一起来的人" not in browser.get(f"{address}/receipt").text


def test_what_is_wrong_is_said_at_its_field_and_what_was_typed_stays(counter: Counter) -> None:
    for said, sentence in (
        ({"seen": ""}, "请先当面核对证件"),
        ({"id_number": ""}, "请写证件号码；登记时没有给过号码的，写手机号。"),
        ({"asker": ""}, 'id="asker-0"'),
        ({"id_number": "110105201203030044"}, "要由监护人来申请"),
        ({"phone": "1380013800"}, 'href="#phone"'),
    ):
        page = counter.asks(**said)  # type: ignore[arg-type]
        assert page.status_code == 200 and sentence in page.text, said
        assert 'value="张三"' in page.text and "told-problem" in page.text


def test_after_twenty_minutes_the_papers_are_asked_for_again(counter: Counter) -> None:
    came(counter.hall)
    browser = counter.browser()
    address = counter.finds(browser)
    assert 0 < int(browser.get(address).headers["Refresh"]) <= own_requests.OPEN_FOR.seconds
    counter.clock.goes_on(minutes=20)
    page = browser.get(address, follow_redirects=True).text
    assert "请重新核对证件" in told(page)
    assert not any(one in page for one in WHOLE)


def test_another_browser_of_the_same_clerk_sees_nothing(counter: Counter) -> None:
    came(counter.hall)
    address = counter.finds(counter.browser())
    other = counter.browser()
    for path in (address, f"{address}/paper"):
        assert other.get(path).location == f"{counter.at}/own-requests?over=1"


def test_whoever_has_an_account_is_told_what_only_they_can_do(counter: Counter) -> None:
    came(counter.hall, person_id=a_person("Zhang"))
    browser = counter.browser()
    assert "删除我的资料" in browser.get(counter.finds(browser)).text


def test_a_number_with_another_name_is_for_the_clerk_to_look_into(counter: Counter) -> None:
    came(counter.hall)
    came(counter.hall, name="王五")
    browser = counter.browser()
    page = browser.get(counter.finds(browser)).text
    assert "另有 1 次到访是这个号码、别的姓名" in page
    assert "王五" not in page


def test_a_visit_is_put_right_through_the_desk_and_shown_so(counter: Counter) -> None:
    visit = came(counter.hall)
    browser = counter.browser()
    address = counter.finds(browser)
    assert f'href="{counter.at}/desk/visit/{visit}"' in browser.get(address).text
    browser.sends(f"/desk/visit/{visit}/phone", {"value": "13900139000"})
    page = browser.get(address).text
    assert "139 0013 9000" in page and "138 0013 8000" in page


# --- on paper ---


def test_the_copy_is_printed_once_that_was_pressed_and_holds_all_that_is_kept(counter: Counter) -> None:
    came(counter.hall)
    browser = counter.browser()
    address = counter.finds(browser)
    assert browser.get(f"{address}/paper").status_code == 303
    done = browser.sends(f"{address}/copy", seen=browser.fields(address, 0))
    assert done.location == f"{counter.at}{address}/paper"
    page = browser.get(f"{address}/paper").text
    for one in (
        *WHOLE[:2],
        "张三",
        counter.hall.name,
        "个人信息查阅单",
        "本人 居民身份证",
        "本人到大厅申请",
        address[-12:],
    ):
        assert one in page, one
    assert [row.action for row in counter.audited()][:2] == ["counter_copy", "counter_look"]


def test_the_address_of_the_button_leads_back(counter: Counter) -> None:
    came(counter.hall)
    browser = counter.browser()
    address = counter.finds(browser)
    assert browser.get(f"{address}/copy").location == f"{counter.at}{address}"


def test_no_page_of_it_is_named_after_anybody(counter: Counter) -> None:
    came(counter.hall)
    browser = counter.browser()
    address = counter.finds(browser)
    browser.sends(f"{address}/copy", seen=browser.fields(address, 0))
    for path in (address, f"{address}/paper"):
        title = re.search("<title>(.*)</title>", browser.get(path).text)
        assert title is not None and "张" not in title[1]


def test_the_history_of_the_hall_tells_of_it_in_words(counter: Counter) -> None:
    came(counter.hall, MONDAY_9 - timedelta(days=1))
    browser = counter.browser()
    address = counter.finds(browser, asker="guardian", document="household")
    browser.sends(f"{address}/copy", seen=browser.fields(address, 0))
    page = counter.browser("Operator").client.get("/operator/audit").text
    for one in ("本人申请：查看登记", "本人申请：打印登记", "监护人", "户口簿"):
        assert one in page, one
    assert not any(one in page for one in WHOLE)


# --- erasing ---


def test_erasing_is_asked_about_with_what_goes_and_what_stays_and_leads_to_the_receipt(counter: Counter) -> None:
    came(counter.hall)
    browser = counter.browser()
    address = counter.finds(browser)
    page = browser.get(f"{address}/erase").text
    for sentence in ("1 次到访的姓名、证件、电话、住址、备注立即删除", "2026-04-02 全部删除", "删除后不能恢复"):
        assert sentence in page, sentence
    assert "138 0013 8000" in browser.get(address).text
    done = browser.sends(f"{address}/erase")
    assert done.location == f"{counter.at}{address}/receipt"
    page = browser.get(f"{address}/receipt").text
    for sentence in ("本人申请回执", counter.hall.name, "立即删除", "申请人签名", address[-12:]):
        assert sentence in page, sentence
    assert not any(one in page for one in WHOLE)
    page = browser.get(address).text
    assert "已删除，只留到访时间" in page
    assert not any(one in page for one in WHOLE)


def test_there_is_nothing_to_erase_twice(counter: Counter) -> None:
    came(counter.hall)
    browser = counter.browser()
    address = counter.finds(browser)
    browser.sends(f"{address}/erase")
    assert f'href="{counter.at}{address}/erase"' not in browser.get(address).text
    again = counter.finds(browser)
    assert "没有需要删除的了" in told(browser.get(f"{again}/erase", follow_redirects=True).text)


def test_who_is_still_inside_is_led_to_be_signed_out_first(counter: Counter) -> None:
    visit = came(counter.hall, left=None)
    browser = counter.browser()
    address = counter.finds(browser)
    page = browser.get(f"{address}/erase", follow_redirects=True).text
    assert "请先签退，再删除" in told(page)
    assert f'href="{counter.at}/desk/visit/{visit}"' in page and "更正或签退" in page


def test_what_a_case_holds_is_said_with_its_day_and_without_the_case(counter: Counter) -> None:
    case = a_case(counter.hall)
    a_contact(case, came(counter.hall), None)
    run(lambda: Case.update(held_until=counter.clock().date() + timedelta(days=60)).execute())
    browser = counter.browser()
    address = counter.finds(browser)
    assert "依法保留到 2026-05-01，之后删除" in browser.get(address).text
    assert "1 次到访依法保留到 2026-05-01，之后自动删除" in browser.get(f"{address}/erase").text
    browser.sends(f"{address}/erase")
    page = browser.get(address).text
    assert "已申请删除，因依法保留，2026-05-01 之后删除姓名等" in page
    assert "病例" not in page.partition("</nav>")[2]


def test_a_declared_fever_is_shown_printed_and_erased_too(counter: Counter) -> None:
    number = hashing.id_hash(identity.id_number(NUMBER, today=counter.clock().date()))
    fever.declare("oSick", counter.hall, 1, 381, counter.clock(), "张三", PHONE, number)
    browser = counter.browser()
    address = counter.finds(browser)
    browser.sends(f"{address}/copy", seen=browser.fields(address, 0))
    for path in (address, f"{address}/paper"):
        page = browser.get(path).text
        assert "发热登记" in page and "38.1" in page and "138 0013 8000" in page
    assert "1 条发热登记的姓名和电话删除" in browser.get(f"{address}/erase").text
    browser.sends(f"{address}/erase")
    assert "1 条发热登记" in browser.get(f"{address}/receipt").text


def test_a_receipt_without_erasing_tells_of_looking_alone(counter: Counter) -> None:
    came(counter.hall)
    browser = counter.browser()
    address = counter.finds(browser)
    page = browser.get(f"{address}/receipt").text
    assert "2026-03-02 11:00 查看登记，共 1 次到访" in page
    assert "删除：" not in page and "查阅单" not in page
