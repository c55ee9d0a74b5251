"""The page on which the names of a case are opened."""

import json
import re

import pytest

from models.rules.access import Role
from models.services import halls
from models.tables.cases import Case, CaseOpening
from models.tables.database import run
from models.tables.halls import Hall
from tests.staffed import told
from tests.web.admin.desk import Browser, Office
from tests.web.cases.morning import ILL, Morning, opened

CONTACT = {"why": "contact", "words": ""}


class Before:
    """A case, and the page of its names."""

    def __init__(self, office: Office, *, four_eyes: bool = False) -> None:
        self.office = office
        self.admin = office.browser()
        self.case = opened(self.admin)
        self.page = f"{self.case}/names"
        if four_eyes:
            office.joins("Second", Role.ADMIN, name="李复核")
            facts = json.dumps({**office.facts(), "four_eyes": True})
            run(
                lambda: (
                    Hall.update(facts=facts, revision=halls.new_revision()).where(Hall.id == office.hall.id).execute()
                )
            )

    def state(self) -> str:
        answer = self.admin.get(f"{self.page}/state").json
        assert answer is not None
        return str(answer["status"])

    def asks(self) -> str:
        """The code that another one says yes by."""
        self.admin.sends(self.page, CONTACT)
        found = re.search(r'class="code-text">批准 (\d{8})', self.admin.get(self.page).text)
        assert found is not None
        return found[1]

    def answered(self, code: str, decision: str) -> None:
        second = Browser(self.office.browser("Second").client, "")
        assert second.sends(f"/second/{code}", {"decision": decision}).status_code == 303


@pytest.fixture
def before(office: Office, morning: Morning) -> Before:
    return Before(office)


@pytest.fixture
def careful(office: Office, morning: Morning) -> Before:
    return Before(office, four_eyes=True)


def test_the_list_shows_names_whole_once_a_reason_is_given_and_for_an_hour(before: Before) -> None:
    assert "张确定" not in before.admin.get(before.case).text
    assert before.admin.sends(before.page, CONTACT).status_code == 303
    page = before.admin.get(before.case)
    assert "张确定" in page.text and page.headers["Refresh"] == "3600"
    assert "13:00" in before.admin.get(before.page).text
    before.office.clock.goes_on(hours=1)
    assert "张确定" not in before.admin.get(before.case).text
    assert before.state() == "none"


def test_another_browser_of_the_same_admin_shows_them_masked(before: Before) -> None:
    before.admin.sends(before.page, CONTACT)
    assert "张确定" not in before.office.browser().get(before.case).text


def test_who_opened_the_names_and_what_for_stands_on_the_page(before: Before) -> None:
    before.admin.sends(before.page, {"why": "other", "words": "街道要求"})
    page = before.admin.get(before.page).text
    assert "2026-03-02 12:00 王海燕，写明用途后打开，街道要求" in page


def test_the_name_of_the_case_is_left_out_of_what_was_said(before: Before) -> None:
    before.admin.sends(before.page, {"why": "other", "words": f"找{ILL}"})
    assert "王海燕，写明用途后打开，找***" in before.admin.get(before.page).text


@pytest.mark.parametrize(
    "typed",
    [
        pytest.param({"why": ""}, id="no purpose"),
        pytest.param({"why": "fun"}, id="a purpose that is none"),
        pytest.param({"why": "other", "words": ""}, id="another one, and not which"),
        pytest.param({"why": "other", "words": "长" * 500}, id="a purpose without end"),
        pytest.param({"why": "other", "words": "13800138001"}, id="a number"),
        pytest.param({"why": "other", "words": "<script>alert(1)</script>"}, id="markup"),
        pytest.param({"decision": "approved"}, id="a yes that nobody said"),
        pytest.param({"decision": "alone", "alone": "疾控等着要"}, id="going alone without having asked"),
    ],
)
def test_what_is_no_reason_opens_nothing_and_says_so(careful: Before, typed: dict[str, str]) -> None:
    answer = careful.admin.sends(careful.page, {**CONTACT, **typed})
    assert answer.status_code == 200 and 'role="alert"' in answer.text
    assert "<script>alert" not in answer.text
    assert run(CaseOpening.select().count) == 0 and "张确定" not in careful.admin.get(careful.case).text


def test_without_what_the_case_is_for_the_page_says_so(before: Before) -> None:
    run(lambda: Case.update(reason=None).execute())
    page = before.admin.get(before.page).text
    assert "请先写明为什么查" in page and 'name="why"' not in page


def test_another_admins_yes_opens_the_names(careful: Before) -> None:
    code = careful.asks()
    assert careful.state() == "waiting" and any(code in text for text in told("Second"))
    second = Browser(careful.office.browser("Second").client, "").get(f"/second/{code}").text
    assert all(said in second for said in ("王海燕", "2026-1", "电话联系可能的接触者", "看病例的完整名单要两个人同意"))
    for page in ("/waiting", "/exports"):
        assert "想看病例 2026-1 的完整名单" in careful.office.browser("Second").get(page).text
    careful.answered(code, "yes")
    assert careful.state() == "yes"
    assert careful.admin.sends(careful.page, {"decision": "approved"}, seen=token(careful)).status_code == 303
    assert careful.state() == "open" and "张确定" in careful.admin.get(careful.case).text


def token(before: Before) -> dict[str, str]:
    return {"csrf_token": before.admin.fields(before.page)["csrf_token"]}


def test_a_no_is_told_and_stops_going_alone(careful: Before) -> None:
    careful.answered(careful.asks(), "no")
    assert careful.state() == "no" and "没有同意" in careful.admin.get(careful.page).text
    careful.office.clock.goes_on(minutes=11)
    answer = careful.admin.sends(careful.page, {"decision": "alone", "alone": "疾控等着要"}, seen=token(careful))
    assert answer.status_code == 200 and run(CaseOpening.select().count) == 0


def test_after_ten_minutes_the_page_offers_to_go_on_alone(careful: Before) -> None:
    careful.asks()
    assert "再过 10 分钟" in careful.admin.get(careful.page).text
    careful.office.clock.goes_on(minutes=9, seconds=59)
    assert careful.state() == "waiting" and 'name="alone"' not in careful.admin.get(careful.page).text
    careful.office.clock.goes_on(seconds=1)
    assert careful.state() == "late" and 'name="alone"' in careful.admin.get(careful.page).text
    empty = careful.admin.sends(careful.page, {"decision": "alone", "alone": ""}, seen=token(careful))
    assert empty.status_code == 200 and 'role="alert"' in empty.text
    alone = careful.admin.sends(careful.page, {"decision": "alone", "alone": "疾控等着要"}, seen=token(careful))
    assert alone.status_code == 303 and careful.state() == "open"
    assert any("疾控等着要" in text and "2026-1" in text for text in told("Operator"))
    assert "没有等到答复，自己打开" in careful.admin.get("/settings/history").text


def test_going_alone_too_early_says_for_how_long_to_wait(careful: Before) -> None:
    careful.asks()
    answer = careful.admin.sends(careful.page, {"decision": "alone", "alone": "疾控等着要"}, seen=token(careful))
    assert "还要等 10 分钟" in answer.text


def test_looking_at_the_page_opens_nothing(careful: Before) -> None:
    careful.answered(careful.asks(), "yes")
    for _ in range(3):
        careful.admin.get(careful.page)
        careful.admin.get(f"{careful.page}/state")
    assert careful.state() == "yes" and run(CaseOpening.select().count) == 0


@pytest.mark.parametrize("who", ["Guard", "Operator", "Elsewhere", "Visitor"])
def test_to_nobody_else_there_is_such_a_page(before: Before, who: str) -> None:
    browser = before.office.browser(who)
    assert browser.get(before.page).status_code == 404 and browser.get(f"{before.page}/state").status_code == 404


def test_the_way_to_the_names_stands_on_the_case(before: Before) -> None:
    assert f'{before.page}"' in before.admin.get(before.case).text


def test_a_question_that_has_run_out_is_none(careful: Before) -> None:
    careful.asks()
    careful.office.clock.goes_on(hours=4)
    careful.admin = careful.office.browser()
    assert careful.state() == "none"
