"""The pages of cases, as an admin at a desk goes through them."""

import html
import re
from datetime import timedelta

import peewee
import pytest

from models.services import sessions
from models.services.casework import case_names, case_work, cases
from models.tables.audit import Audit
from models.tables.cases import Case, CaseVisit
from models.tables.contacts import Contact
from models.tables.database import run
from models.tables.visits import Visit
from tests.service import MONDAY_9
from tests.staffed import post
from tests.web.admin.desk import Browser, Office
from tests.web.cases.morning import ILL, WHY, Morning, listed, opened, wrong


def traced_anew(office: Office) -> None:
    run(lambda: Case.update(tracing="wanted").execute())


# --- the list of cases ---


def test_the_list_says_of_each_case_how_far_it_is(office: Office, morning: Morning) -> None:
    browser = office.browser()
    assert "还没有建立过病例" in browser.get("/cases").text
    case = opened(browser)
    browser.sends(f"{case}/contacts/1", {"state": "reached"}, seen=browser.fields(f"{case}/contacts/1", 0))
    page = browser.get("/cases").text
    assert "病例 2026-1" in page and "6 人，已有进展 1 人" in page and "正在处理" in page


@pytest.mark.parametrize("skip", ["", "0", "5", "99999", "-1", "x", "９", "9" * 5000])
def test_a_page_of_the_list_that_nobody_was_led_to_is_shown_all_the_same(office: Office, skip: str) -> None:
    assert office.browser().get("/cases", query_string={"skip": skip}).status_code == 200


# --- one case ---


def from_chat(office: Office, morning: Morning) -> str:
    """A case as the chat opens it, without a reason."""
    found = cases.open_case(post(office.hall), morning.visits[ILL], None, None, office.clock())
    return f"/cases/{found.public_id}"


def test_a_case_from_the_chat_asks_for_its_reason_on_top(office: Office, morning: Morning) -> None:
    browser = office.browser()
    case = from_chat(office, morning)
    assert "请写明为什么查" in browser.get(case).text
    seen = browser.fields(case, 0)
    assert wrong(browser.sends(case, {**WHY, "why": "other", "more": ""}, seen=seen).text)
    assert browser.sends(case, {**WHY, "why": "other", "more": "街道办来电"}, seen=seen).status_code == 303
    page = browser.get(case).text
    assert "请写明为什么查" not in page and "街道办来电" in page


def test_a_case_says_when_it_is_erased(office: Office, morning: Morning) -> None:
    browser = office.browser()
    case = from_chat(office, morning)
    assert "到期删除</dt><dd>2026-08-29" in browser.get(case).text
    case_work.close(post(office.hall), case.removeprefix("/cases/"), office.clock())
    assert "到期删除</dt><dd>2026-04-02" in browser.get(case).text


def test_each_kind_of_contact_can_be_shown_alone(office: Office, morning: Morning) -> None:
    browser = office.browser()
    case = opened(browser)

    def shown(**asked: str) -> list[str]:
        return list(listed(browser.get(case, query_string=asked).text))

    assert shown(kind="companions") == ["王**"]
    assert shown(kind="certain") == ["王**", "张**"]
    assert shown(kind="stated") == ["李**"]
    assert shown(kind="estimated") == ["钱**", "赵**"]
    assert shown(kind="tail") == ["孙**"]
    assert shown(kind="no_phone") == ["王**"]
    assert shown(kind="gone") == []
    assert shown(state="reached") == []
    assert shown(whose="mine") == []
    assert len(shown(whose="nobodys", state="todo")) == 6
    assert len(shown(kind="=1", state="x", whose="\0", after="9-9-9")) == 6


def test_my_contacts_are_those_that_i_took_on(office: Office, morning: Morning) -> None:
    browser = office.browser()
    case = opened(browser)
    me = re.findall(r'<option value="(\w{16})">王海燕', browser.get(f"{case}/contacts/2").text)[0]
    browser.sends(f"{case}/contacts/2/carer", {"whom": me}, seen=browser.fields(f"{case}/contacts/2", 1))
    assert list(listed(browser.get(case, query_string={"whose": "mine"}).text)) == ["张**"]
    assert "王海燕 负责" in browser.get(case).text


def test_a_long_list_goes_on_from_page_to_page_and_names_each_once(office: Office, morning: Morning) -> None:
    for number in range(70):
        morning.comes(f"客{number}", 40 + number / 10, 60, phone=f"137{number:08}")
    browser = office.browser()
    case = opened(browser)
    path, numbers = case, []
    while path:
        page = browser.get(path).text
        numbers += re.findall(r'<p class="contact-who"><a href="[^"]+">(\d+)　', page)
        more = re.search(r'href="([^"]*)">后面的<', page)
        path = html.unescape(more[1]).removeprefix(office.at).partition("#")[0] if more else ""
    assert len(numbers) == len(set(numbers)) == 76
    scores = {row.number: row.score for row in run(lambda: list(Contact.select()))}
    assert [scores[int(one)] for one in numbers] == sorted(scores.values(), reverse=True)
    assert numbers == sorted(numbers, key=int)


def test_a_contact_whose_record_is_gone_stays_in_the_list(office: Office, morning: Morning) -> None:
    browser = office.browser()
    case = opened(browser)
    morning.erase("张确定")
    page = browser.get(case).text
    assert "记录已删除" in listed(page)
    number = re.findall(r"(\d)　记录已删除", page)[0]
    one = browser.get(f"{case}/contacts/{number}")
    assert one.status_code == 200 and "记录已删除" in one.text


def test_a_case_whose_own_record_is_gone_still_opens(office: Office, morning: Morning) -> None:
    browser = office.browser()
    case = opened(browser)
    morning.erase(ILL)
    assert len(listed(browser.get(case).text)) == 6
    assert browser.get(f"{case}/contacts/2").status_code == 200


def test_damaged_names_hide_nobody(office: Office, morning: Morning, database: peewee.Database) -> None:
    browser = office.browser()
    case = opened(browser)
    run(lambda: database.execute_sql(f"UPDATE visits SET name = {database.param}", (b"damaged",)))
    assert browser.get(case).text.count("打不开") >= 6
    assert browser.get(f"{case}/contacts/1").status_code == 200


def test_a_case_of_somebody_who_was_not_there_in_these_days_says_so(office: Office, morning: Morning) -> None:
    browser = office.browser()
    page = browser.get(opened(browser, first="2026-02-20", last="2026-02-21")).text
    assert "没有找到这个人的到访记录" in page and "没有查到可能的接触者" in page


def test_a_case_that_is_being_traced_is_looked_at_again_by_itself(office: Office, morning: Morning) -> None:
    browser = office.browser()
    case = opened(browser)
    assert browser.get(f"{case}/state").json == {"status": "done", "contacts": 6}
    assert "case-state.js" not in browser.get(case).text
    traced_anew(office)
    page = browser.get(case).text
    assert "正在查找" in page and "case-state.js" in page and 'http-equiv="refresh"' in page
    assert browser.get(f"{case}/state").json == {"status": "wanted", "contacts": 6}


def test_the_formula_of_the_order_stands_on_the_page(office: Office, morning: Morning) -> None:
    browser = office.browser()
    page = browser.get(opened(browser)).text
    assert all(said in page for said in ("同行人员：300 分", "最多 120 分", "最多 60 分", "同一个门：20 分"))


def test_looking_again_finds_who_came_meanwhile_and_keeps_the_rest(office: Office, morning: Morning) -> None:
    browser = office.browser()
    case = opened(browser)
    morning.comes("后补录", 40, 60, phone="13800138099")
    browser.client.post(f"{office.at}{case}/again", data=browser.fields(case))
    assert len(listed(browser.get(case).text)) == 7


# --- names ---


def test_whole_names_show_in_the_session_that_opened_them_until_they_are_masked_again(
    office: Office, morning: Morning
) -> None:
    browser, other = office.browser(), office.browser()
    case = opened(browser)
    public_id = case.rpartition("/")[2]
    case_names.open_names(post(office.hall), public_id, session_of(browser), "contact", "", office.clock())
    answer = browser.get(case)
    assert list(listed(answer.text))[:2] == ["王同行", "张确定"]
    assert answer.headers["Refresh"] == "3600"
    assert "13800138001" in browser.get(f"{case}/contacts/2").text
    assert 'href="tel:13800138001"' in browser.get(f"{case}/contacts/2").text
    assert "tel:" not in other.get(f"{case}/contacts/2").text
    assert list(listed(other.get(case).text))[:2] == ["王**", "张**"]
    office.clock.goes_on(hours=1)
    assert list(listed(browser.get(case).text))[:2] == ["王**", "张**"]


def session_of(browser: Browser) -> str:
    """The public id of the browser's session."""
    cookie = browser.client.get_cookie("hallpass-session")
    found = sessions.of(cookie.value, MONDAY_9 + timedelta(hours=3)) if cookie else None
    assert found is not None
    return found.public_id


# --- what is done ---


def test_what_was_done_about_a_contact_stands_on_their_page(office: Office, morning: Morning) -> None:
    browser = office.browser()
    one = f"{opened(browser)}/contacts/2"
    seen = browser.fields(one, 0)
    assert browser.sends(one, {"state": "called", "text": "打过 <b>两次</b>"}, seen=seen).status_code == 303
    page = browser.get(one).text
    assert "王海燕：打过没人接" in page and "打过 &lt;b&gt;两次&lt;/b&gt;" in page
    assert "打过没人接" in listed(browser.get(one.partition("/contacts")[0]).text)["张**"]


def test_who_sends_a_stale_page_is_told_and_can_go_on(office: Office, morning: Morning) -> None:
    browser = office.browser()
    one = f"{opened(browser)}/contacts/2"
    seen = browser.fields(one, 0)
    browser.sends(one, {"state": "reached"}, seen=seen)
    page = browser.sends(one, {"state": "refused"}, seen=seen).text
    assert "别人刚刚改过" in wrong(page)
    assert re.search(r'name="state_was"[^>]*value="reached"', page)


def test_a_contact_shows_exact_times_and_how_each_is_known(office: Office, morning: Morning) -> None:
    browser = office.browser()
    case = opened(browser)
    number = re.findall(r"(\d)　赵\*\*", browser.get(case).text)[0]
    page = browser.get(f"{case}/contacts/{number}").text
    for said in (
        "2026-03-02 09:50（确定：扫进厅码）",
        "推定：到点自动签退",
        "2026-03-02 10:30（确定：扫离厅码）",
        "西门",
    ):
        assert said in page
    inside = re.findall(r"(\d)　钱\*\*", browser.get(case).text)[0]
    assert "还在厅里" in browser.get(f"{case}/contacts/{inside}").text


def test_the_contacts_of_a_contact_are_a_case_of_their_own_one_step_deep(office: Office, morning: Morning) -> None:
    browser = office.browser()
    case = opened(browser)
    answer = browser.client.post(f"{office.at}{case}/contacts/2/step", data=browser.fields(f"{case}/contacts/2"))
    step = answer.location.removeprefix(office.at)
    page = browser.get(step).text
    assert "从病例 2026-1 查来" in page and listed(page)
    assert "下一层：病例 2026-2" in browser.get(case).text
    assert "查接触者" not in browser.get(f"{step}/contacts/1").text


def test_a_closed_case_is_read_and_nothing_else(office: Office, morning: Morning) -> None:
    browser = office.browser()
    case = opened(browser)
    seen = browser.fields(f"{case}/contacts/1", 0)
    assert "不能再改" in browser.get(f"{case}/close").text
    assert browser.sends(f"{case}/close").status_code == 303
    page = browser.get(case).text
    assert "病例已经结束" in page and "重新打开" in page and "重新查找" not in page
    assert "记一笔" not in browser.get(f"{case}/contacts/1").text
    for path, typed in (("/contacts/1", {"state": "reached"}), ("", WHY), ("/contacts/1/carer", {"whom": ""})):
        assert browser.sends(f"{case}{path}", typed, seen=seen).status_code == 303
        assert run(Contact.select().where(Contact.state == "reached").count) == 0
    browser.client.post(f"{office.at}{case}/again", data=browser.fields(case))
    assert "这个病例已经结束，不能再改" in browser.get(case).text
    browser.client.post(f"{office.at}{case}/reopen", data=browser.fields(case))
    assert "记一笔" in browser.get(f"{case}/contacts/1").text


def test_a_hold_and_its_end_are_told_on_the_page(office: Office, morning: Morning) -> None:
    browser = office.browser()
    case = opened(browser)
    sent = browser.sends(
        f"{case}/hold", {"until": "2026-08-29", "reason": "还在调查"}, seen=browser.fields(f"{case}/hold", 0)
    )
    assert sent.status_code == 303
    assert "到 2026-08-29 还在调查" in browser.get(case).text
    late = browser.sends(
        f"{case}/hold", {"until": "2026-08-30", "reason": "还在调查"}, seen=browser.fields(f"{case}/hold", 0)
    )
    assert "180" in wrong(late.text)
    browser.client.post(f"{office.at}{case}/release", data=browser.fields(f"{case}/hold"))
    assert "到 2026-08-29 还在调查" not in browser.get(case).text


def test_whoever_holds_stays_that_are_gone_is_told_how_many(office: Office, morning: Morning) -> None:
    browser = office.browser()
    case = opened(browser)
    [(visit_id,)] = run(lambda: list(CaseVisit.select(CaseVisit.visit_id).order_by(CaseVisit.id).limit(1).tuples()))
    run(lambda: Visit.delete().where(Visit.id == visit_id).execute())
    browser.sends(f"{case}/hold", {"until": "2026-08-29", "reason": "还在调查"}, seen=browser.fields(f"{case}/hold", 0))
    assert "其中 1 次到访在这以前已经删除" in browser.get(case).text


def test_each_deed_is_told_in_the_halls_history(office: Office, morning: Morning) -> None:
    browser = office.browser()
    case = opened(browser)
    browser.sends(
        f"{case}/contacts/1", {"state": "reached", "text": "他说没事"}, seen=browser.fields(f"{case}/contacts/1", 0)
    )
    browser.sends(f"{case}/close")
    page = browser.get("/settings/history").text
    assert all(said in page for said in ("记录接触者的进展", "已联系上", "结束病例", "2026-1"))
    assert "他说没事" not in page
    assert not any(name in row.detail for row in run(lambda: list(Audit.select())) for name in morning.visits)
