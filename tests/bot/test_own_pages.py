"""Links from the chat to pages of one's own: the pass after a check-in, 我的资料 and 谁看过我 by word."""

import re
from datetime import timedelta

import peewee
import pytest

from bot.simulator import Phone
from models.rules.sending import Channel, NoticeTemplate
from models.services import halls, people, sign_in_links
from models.tables.database import run
from models.tables.visits import Visit
from tests.bot.test_check_in import first_visit
from tests.looks import looks_at_visit
from tests.reading import asks, tells
from tests.service import Service

ME = "oVisitor0000000000000000001"


@pytest.fixture
def service(database: peewee.Database) -> Service:
    return Service()


def where(reply: str | None, label: str) -> str:
    """Where the link with this label leads."""
    found = re.search(rf'<a href="https://hall\.example\.gov\.cn([^"]+)">{label}</a>', reply or "")
    assert found is not None
    return found[1]


def visited(service: Service) -> Phone:
    """Somebody who has come and gone."""
    phone = service.visitor()
    first_visit(service, service.hall(), phone)
    phone.says("签退")
    return phone


def test_a_check_in_leads_to_the_pass(service: Service) -> None:
    done = first_visit(service, service.hall())
    assert where(done.reply, "出示通行证") == "/pass"


def test_a_pass_is_in_the_language_of_the_chat(service: Service) -> None:
    phone = visited(service)
    phone.says("English")
    service.clock.goes_on(minutes=1)
    phone.says("check in")
    assert where(phone.says("ok").reply, "Show your pass") == "/pass?lang=en"


def test_an_account_that_may_not_ask_the_platform_gives_a_link_that_works_once(database: peewee.Database) -> None:
    service = Service(oauth=False)
    path, _, token = where(first_visit(service, service.hall()).reply, "出示通行证").partition("?t=")
    assert path == "/login/link"
    assert sign_in_links.spend(token, service.clock()) == (ME, "/pass")


@pytest.mark.parametrize("word", ["我的资料", "my data", " 我的资料 "])
def test_the_word_leads_to_the_page(service: Service, word: str) -> None:
    assert where(visited(service).says(word).reply, "打开我的资料") == "/me/data"


def test_who_left_nothing_is_told_so(service: Service) -> None:
    assert tells(service.visitor().says("我的资料"), "my_data.chat_none")
    assert people.found(ME) is None


def test_the_word_leaves_a_talk_where_it_is(service: Service) -> None:
    hall, phone = service.hall(), service.visitor()
    phone.scan(service.code(hall))
    phone.says("同意 张三")
    told = phone.says("我的资料")
    assert tells(told, "my_data.chat_none")
    assert asks(told, "id_number")


# --- consent to notices ---

OF_A_CASE = NoticeTemplate("of-a-case", {"thing1": "hall"})


def asks_for_consent() -> Service:
    """A service whose operator has configured a notice that visitors can agree to."""
    service = Service(templates={("contact", Channel.SUBSCRIPTION): OF_A_CASE})
    service.platform.templates.add("防疫提醒", "地点：{{thing1.DATA}}", "one_time", OF_A_CASE.template_id)
    return service


def test_a_check_in_offers_consent_once_and_not_to_who_agreed(database: peewee.Database) -> None:
    service = asks_for_consent()
    hall, phone = service.hall(), service.visitor()
    done = first_visit(service, hall, phone)
    assert where(done.reply, "同意接收提醒") == f"/h/{hall.code}/notices"
    phone.accepts(OF_A_CASE.template_id)
    phone.says("签退")
    service.clock.goes_on(minutes=1)
    phone.says("签到")
    assert "同意接收提醒" not in (phone.says("确认").reply or "")


def test_consent_is_offered_in_the_language_of_the_chat(database: peewee.Database) -> None:
    service = asks_for_consent()
    hall, phone = service.hall(), service.visitor()
    first_visit(service, hall, phone)
    phone.says("签退")
    phone.says("English")
    service.clock.goes_on(minutes=1)
    phone.says("check in")
    assert where(phone.says("ok").reply, "agree to be told") == f"/h/{hall.code}/notices?lang=en"


def test_where_nothing_is_configured_no_check_in_offers_it(service: Service) -> None:
    assert "/notices" not in (first_visit(service, service.hall()).reply or "")


# --- 谁看过我 ---


def looked_at(service: Service, times: int = 1) -> Phone:
    """Somebody whose record the hall has opened, on as many days."""
    phone = visited(service)
    visit = run(lambda: Visit.get().public_id)
    hall = halls.by_id(run(lambda: Visit.get().hall_id), None)
    assert hall is not None
    for day in range(times):
        looks_at_visit(hall, visit, now=service.clock() - timedelta(days=day))
    return phone


@pytest.mark.parametrize("word", ["谁看过我", "who looked", " 谁看过我 "])
def test_who_looked_is_told_in_the_chat_with_the_way_to_the_page(service: Service, word: str) -> None:
    told = looked_at(service).says(word).reply
    assert "03-02 市民中心（管理员）看了您的登记：遗失物品" in (told or "")
    assert where(told, "打开谁看过我") == "/me/looked"


def test_of_many_looks_the_chat_tells_the_latest_five(service: Service) -> None:
    told = looked_at(service, 7).says("谁看过我").reply or ""
    assert [day for day in ("03-02", "02-26", "02-25", "02-24") if day in told] == ["03-02", "02-26"]
    assert told.count("市民中心") == 5


def test_who_looked_is_told_in_the_language_of_the_chat(service: Service) -> None:
    phone = looked_at(service)
    phone.says("English")
    told = phone.says("who looked").reply or ""
    assert "opened your record: lost property" in told
    assert where(told, "open Who looked") == "/me/looked?lang=en"


def test_at_whom_nobody_looked_is_told_so(service: Service) -> None:
    assert tells(visited(service).says("谁看过我"), "looked.chat_none", days=180)
    assert tells(service.visitor("oStranger000000000000000001").says("谁看过我"), "looked.chat_none", days=180)
