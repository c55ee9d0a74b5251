"""The call sheet: who is on it, with what, and to whom it is shown."""

import re

import pytest

from models.rules.access import Role
from models.services.casework import call_sheet
from models.services.casework.call_sheet import Which
from models.tables.audit import Audit
from models.tables.cases import Case
from models.tables.contacts import Contact, ContactState
from models.tables.database import run
from models.tables.looks import Look
from tests.staffed import joins, post, refused
from tests.visited import id_of
from tests.web.admin.desk import Browser, Office
from tests.web.cases.morning import ILL, ILL_PHONE, Morning, opened


class Printing:
    """A case whose names are open."""

    def __init__(self, office: Office, who: str = ILL_PHONE) -> None:
        self.office = office
        self.admin = office.browser()
        self.case = opened(self.admin, who)
        self.admin.sends(f"{self.case}/names", {"why": "contact", "words": ""})

    def prints(self, which: str = "all") -> str:
        answer = self.admin.sends(f"{self.case}/sheet", {"which": which})
        assert answer.status_code == 303
        return self.admin.get(answer.location.removeprefix(self.admin.at)).text


@pytest.fixture
def printing(office: Office, morning: Morning) -> Printing:
    return Printing(office)


def rows(page: str) -> list[str]:
    body = page.partition("<tbody>")[2].partition("</tbody>")[0]
    return [
        re.sub(r"\s+", " ", re.sub("<[^>]*>", " ", row)).strip() for row in re.findall(r"<tr>(.*?)</tr>", body, re.S)
    ]


def test_the_sheet_says_of_everybody_what_a_call_needs(printing: Printing) -> None:
    page = printing.prints()
    people = rows(page)
    sure = next(row for row in people if "张确定" in row)
    assert all(
        said in sure for said in ("138 0013 8001", "2026-03-02 09:40", "2026-03-02 10:20", "40 分钟", "没有发过")
    )
    assert "王同行" in people[0] and "和病例一起来的" in people[0]
    assert "139 0013 9000（同来人的电话）" in people[0]
    assert not any("周无关" in row for row in people)


def test_what_is_a_guess_is_told_as_one(printing: Printing) -> None:
    guessed = next(row for row in rows(printing.prints()) if "赵推定" in row)
    assert "可能" in guessed and "推定" in guessed and "0–40 分钟" in guessed


def test_the_sheet_says_who_printed_what_for_and_that_these_are_candidates(printing: Printing) -> None:
    page = printing.prints()
    for said in (
        "内部资料，用后销毁",
        "打印人 王海燕",
        "电话联系可能的接触者",
        "病例 2026-1",
        "是否密切接触者由疾控部门判定",
    ):
        assert said in page


def test_the_script_of_the_caller_names_nobody_who_is_ill_and_asks_for_nothing(printing: Printing) -> None:
    script = printing.prints().partition("calls-script")[2].partition("</section>")[0]
    assert "定位" in script and "不要钱" in script and "验证码" in script and printing.office.hall.name in script
    assert ILL not in script and ILL_PHONE not in script


def test_nowhere_on_the_sheet_the_case_is_named(printing: Printing) -> None:
    assert ILL not in printing.prints()


def test_nor_is_it_named_as_somebody_who_came_with_a_contact(office: Office, morning: Morning) -> None:
    lead = id_of(morning.comes("陈带队", 30, 90, phone="13800138007", companions=2))
    morning.comes("何带来", 30, 90, phone="13900139001", lead_id=lead)
    morning.comes("小孙", 30, 90, phone=None, lead_id=lead)
    page = Printing(office, "13900139001").prints()
    assert "何带来" not in page
    assert next(row for row in rows(page) if "陈带队" in row).count("同来：小孙") == 1


def test_it_is_noted_before_it_is_shown_and_once_an_hour(printing: Printing) -> None:
    printing.prints()
    printing.prints()
    [row] = run(lambda: list(Audit.select().where(Audit.action == "case_sheet")))
    assert "2026-1" in row.detail and "张确定" not in row.detail
    assert [one.what for one in run(lambda: list(Look.select().order_by(Look.id)))].count("sheet") == 1
    assert "打印病例电话名单" in printing.admin.get("/settings/history").text


def test_without_a_press_nothing_is_shown(printing: Printing) -> None:
    answer = printing.admin.get(f"{printing.case}/sheet/all/1")
    assert answer.status_code == 303 and answer.location.endswith("/sheet")
    assert "张确定" not in printing.admin.get(f"{printing.case}/sheet").text


def test_a_sheet_of_some_opens_no_sheet_of_all(printing: Printing) -> None:
    printing.prints("phone")
    assert printing.admin.get(f"{printing.case}/sheet/all/1").status_code == 303


def test_an_hour_later_the_sheet_is_closed(printing: Printing) -> None:
    printing.prints()
    printing.office.clock.goes_on(hours=1)
    assert printing.admin.get(f"{printing.case}/sheet/all/1").status_code == 303


def test_another_session_has_no_sheet(printing: Printing) -> None:
    printing.prints()
    assert printing.office.browser().get(f"{printing.case}/sheet/all/1").status_code == 303


def test_of_a_case_that_is_closed_nothing_is_printed(printing: Printing) -> None:
    run(lambda: Case.update(status="closed").execute())
    assert "这个病例已经结束" in printing.admin.get(f"{printing.case}/sheet").text
    assert printing.admin.get(f"{printing.case}/sheet/all/1").status_code == 303


def test_while_the_list_is_made_no_empty_sheet_is_taken_for_a_whole_one(printing: Printing) -> None:
    run(lambda: Case.update(tracing="wanted").execute())
    assert "正在查找接触者" in printing.admin.sends(f"{printing.case}/sheet", {"which": "all"}).text
    assert printing.admin.get(f"{printing.case}/sheet/all/1").status_code == 303


def test_without_opened_names_the_page_leads_to_them(office: Office, morning: Morning) -> None:
    admin = office.browser()
    case = opened(admin)
    assert f"{case}/names" in admin.get(f"{case}/sheet").text
    public_id = case.rpartition("/")[2]
    by = post(office.hall)
    assert refused(lambda: call_sheet.note(by, public_id, "s", Which.ALL, office.clock())) == "case_names_closed"
    guard = joins(office.hall, "Doorkeeper", "门岗", Role.GUARD)
    assert refused(lambda: call_sheet.note(guard, public_id, "s", Which.ALL, office.clock())) == "not_yours"


def test_only_those_to_telephone_are_on_a_sheet_of_them(printing: Printing) -> None:
    """Nobody of this morning came by WeChat: of those staff have spoken to nobody is called again."""
    run(lambda: Contact.update(state=ContactState.REACHED).where(Contact.number == 1).execute())
    every, some = rows(printing.prints()), rows(printing.prints("phone"))
    assert len(some) == len(every) - 1 and not any(row.startswith("1 ") for row in some)


@pytest.mark.parametrize("path", ["all/0", "all/2", "all/999999999", "none/1", "ALL/1", "%00/1", "all/-1"])
def test_a_part_that_is_none_is_no_page(printing: Printing, path: str) -> None:
    printing.prints()
    assert printing.admin.get(f"{printing.case}/sheet/{path}").status_code == 404


def test_more_people_than_fit_stand_on_several_parts(printing: Printing, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(call_sheet, "PAGE", 2)
    first = printing.prints()
    second = printing.admin.get(f"{printing.case}/sheet/all/2").text
    assert len(rows(first)) == 2 and len(rows(second)) == 2 and "共 3 份" in first
    assert set(rows(first)).isdisjoint(rows(second))


def test_a_sheet_that_holds_not_everybody_says_so(printing: Printing, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "可能的接触者太多" not in printing.prints()
    monkeypatch.setattr(call_sheet, "MOST", 2)
    page = printing.prints()
    assert len(rows(page)) == 2 and "可能的接触者太多" in page


def test_a_record_that_is_gone_is_told_as_such(printing: Printing, morning: Morning) -> None:
    morning.erase("张确定")
    assert any("记录已删除" in row for row in rows(printing.prints()))


@pytest.mark.parametrize("who", ["Guard", "Operator", "Elsewhere", "Visitor"])
def test_to_nobody_else_there_is_a_sheet(printing: Printing, who: str) -> None:
    printing.prints()
    browser: Browser = printing.office.browser(who)
    for path in ("/sheet", "/sheet/all/1"):
        assert browser.get(f"{printing.case}{path}").status_code == 404
