"""Somebody who is known by a browser alone: no message is written to them, and nobody learns of their past."""

import pytest

from models.rules import persons
from models.rules.visits import HowIn, SignIn
from models.services import check_in, outbox, people, records, reminders
from models.services.check_in import Entry
from models.tables.database import run
from models.tables.outbox import Outgoing
from tests.reading import visits
from tests.web.trial import application, outside
from tests.web.visitor.filling import LI, ZHANG, Town, Visitor, everybody


@pytest.fixture
def zhang(town: Town) -> Visitor:
    visitor = town.browser()
    visitor.sends(ZHANG)
    return visitor


def messages() -> list[Outgoing]:
    return run(lambda: list(Outgoing.select()))


def test_nobody_is_reminded_in_a_browser_and_those_in_wechat_still_are(town: Town, zhang: Visitor) -> None:
    town.wechat().sends(LI)
    town.clock.shows("11:56")
    assert reminders.write_due(town.clock()) == 1
    assert [persons.is_in_wechat(message.openid) for message in messages()] == [True]


def test_a_full_batch_of_browsers_keeps_nobody_from_being_reminded(town: Town) -> None:
    said = SignIn(name="张三", matter="social")
    for number in range(reminders.BATCH):
        openid = persons.of_browser(f"{number:043}")
        entry = Entry(openid, town.hall, 1, HowIn.FORM, town.clock(), scanned_at=None, language="zh")
        check_in.sign_in(entry, said, None)
    town.wechat().sends(LI)
    town.clock.shows("11:56")
    assert [reminders.write_due(town.clock()) for _ in range(2)] == [1, 0]


def test_the_outbox_takes_nothing_for_a_browser(town: Town) -> None:
    openid = persons.of_browser("a" * 43)
    with pytest.raises(ValueError, match="browser"):
        run(lambda: outbox.write("k", "kind", openid, "text", {}, town.clock(), town.clock()))
    assert messages() == []


def test_a_visit_of_a_browser_makes_no_message_of_any_kind(town: Town, zhang: Visitor) -> None:
    zhang.leaves()
    zhang.sends({**ZHANG, "temperature": "39"})
    assert messages() == []


def test_what_a_browser_is_known_by_does_not_lead_to_its_secret(town: Town, zhang: Visitor) -> None:
    [person] = everybody()
    cookie = zhang.client.get_cookie("hallpass-visitor")
    assert cookie is not None
    assert person.openid == persons.of_browser(cookie.value)
    assert cookie.value not in person.openid and not persons.is_in_wechat(person.openid)
    assert cookie.http_only and cookie.same_site == "Lax" and cookie.path == "/"


@pytest.mark.parametrize("planted", ["", "x", "a" * 42, "a" * 44, "键" * 43, "browser:x"])
def test_a_secret_that_is_none_of_ours_is_replaced(town: Town, planted: str) -> None:
    visitor = town.browser()
    visitor.client.set_cookie("hallpass-visitor", planted.encode().decode("latin-1"))
    visitor.opens()
    cookie = visitor.client.get_cookie("hallpass-visitor")
    assert cookie is not None and cookie.value != planted and len(cookie.value) == 43


def test_no_page_of_a_browser_shows_its_visits(town: Town, zhang: Visitor) -> None:
    zhang.leaves()
    town.clock.goes_on(hours=1)
    assert len(records.own(people.found(everybody()[0].openid), town.clock())) == len(visits()) == 1
    for path in ("/me", "/me/sessions"):
        page = zhang.client.get(path, follow_redirects=True).text
        assert "09:00" not in page and "张" not in page


def test_over_https_the_cookie_is_of_this_host_alone(town: Town) -> None:
    client = application(secure=True, world=outside(clock=town.clock)).test_client()
    page = client.get(f"/h/{town.hall.code}/in", base_url="https://hall.example.gov.cn")
    [cookie] = [one for one in page.headers.getlist("Set-Cookie") if one.startswith("__Host-hallpass-visitor=")]
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= set(cookie.split("; "))
    assert "Domain" not in cookie and page.headers["Cache-Control"] == "no-store"
