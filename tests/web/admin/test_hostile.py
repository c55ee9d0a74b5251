"""Forms that nobody filled in as meant: every one, with every text that is none, and after the right is lost."""

import re
from collections.abc import Callable

import peewee
import pytest

from models.rules.access import Role
from models.services import halls, staff
from models.tables.database import run
from models.tables.halls import Hall
from models.tables.signing_in import Session
from models.tables.staff import Member
from tests.staffed import everything, openid
from tests.web.admin.desk import Browser, Office

TEXTS = [
    "", " ", "\0", "a\0b", "\u202e反", "=1+1", "<b>x</b>", "😀", "𠮷", "9" * 5000, "-1", "1e400", "NaN", "-sNaN1",
    "Infinity", "²", "٣٧.٣", "1_0", "0x10", "6月31日", "长" * 5000, "周一至周五 22:00-02:00", "%s%(min)s{x}",
    "\r\n", "own", "../..", "2026-02-30", "9999-12-31",
]  # fmt: skip
ALWAYS = ("name", "days", "first", "last", "matter", "way")
"""Names that forms without a page of their own ask for."""


def addresses(office: Office) -> list[str]:
    """Where every form of a hall's pages is sent to, below the hall."""
    adapter = office.app.url_map.bind("localhost")
    keys = [staff.key_of(one) for one in staff.members(office.hall.id)]
    values = {"door": 1, "direction": "in", "matter": "fund", "key": keys[-1], "code": office.hall.code}
    return [
        adapter.build(rule.endpoint, {name: values[name] for name in rule.arguments}).removeprefix(office.at)
        for rule in office.app.url_map.iter_rules()
        if rule.endpoint.startswith("admins.") and "POST" in (rule.methods or ())
    ]


@pytest.fixture
def office(database: peewee.Database) -> Office:
    office = Office()
    office.makes_codes()
    office.joins("Guard", Role.GUARD)
    return office


def form(browser: Browser, path: str) -> dict[str, str]:
    """What a browser would send from this page; where there is none, what its token and revision would be."""
    try:
        return browser.fields(path)
    except IndexError:
        return browser.fields("/settings/basics")


@pytest.mark.parametrize("text", TEXTS)
def test_no_text_in_any_field_is_a_fault_of_ours(office: Office, text: str) -> None:
    browser = office.browser()
    for path in addresses(office):
        seen = form(browser, path)
        names = {*seen, *re.findall(r'name="(\w+)"', browser.get(path).text), *ALWAYS} - {"csrf_token"}
        for revision in (str(office.hall.revision), text):
            sent = {**dict.fromkeys(names, text), "csrf_token": seen["csrf_token"], "revision": revision}
            page = browser.client.post(f"{browser.at}{path}", data=sent)
            assert page.status_code < 500, (path, page.status_code)


def removed(office: Office) -> None:
    run(lambda: Member.delete().where(Member.openid == openid("Admin")).execute())


def made_a_guard(office: Office) -> None:
    run(lambda: Member.update(role=Role.GUARD).where(Member.openid == openid("Admin")).execute())


def suspended(office: Office) -> None:
    run(lambda: Hall.update(status="suspended", revision=halls.new_revision()).execute())


@pytest.mark.parametrize("loses", [removed, made_a_guard, suspended])
def test_a_form_that_stood_open_does_nothing_once_the_right_is_lost(
    office: Office, loses: Callable[[Office], None]
) -> None:
    browser = office.browser()
    open_forms = {path: form(browser, path) for path in addresses(office)}
    loses(office)
    before = everything(but=(Session,))
    for path, seen in open_forms.items():
        sent = {**seen, "name": "南门大厅", "days": "2026年10月1日放假", "added": "婚姻登记"}
        assert browser.client.post(f"{browser.at}{path}", data=sent).status_code == 404, path
    assert everything(but=(Session,)) == before


def test_a_form_of_another_browser_does_nothing(office: Office) -> None:
    seen = office.browser().fields("/settings/basics")
    page = office.browser().sends("/settings/basics", {"contact": "王主任"}, seen=seen)
    assert page.status_code == 400
    assert office.hall.contact == ""
