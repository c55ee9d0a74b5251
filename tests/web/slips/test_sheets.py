"""Printed slips on their page, and who may open which of these pages."""

import html
import re

import peewee
import pytest
import zxingcpp

from models.phrases import say
from models.services import halls, slips
from models.tables.database import run
from models.tables.halls import Hall
from tests.printed import opened, pictures
from tests.staffed import registered
from tests.web.admin.desk import Browser
from tests.web.slips.paper import AT, Lobby, text

# The contract's table once more: the desk is for door staff and admins, codes and posters are an admin's.
DESK, CODES = ("Admin", "Guard"), ("Admin",)
PAGES = {
    ("GET", ""): DESK,
    ("POST", ""): DESK,
    ("GET", "/sheets"): DESK,
    ("POST", "/sheets"): CODES,
    ("GET", "/sheets/1.pdf"): CODES,
    ("GET", "/1/times"): DESK,
    ("POST", "/1/times"): DESK,
}


@pytest.fixture
def lobby(database: peewee.Database) -> Lobby:
    return Lobby()


@pytest.fixture
def admin(lobby: Lobby) -> Browser:
    return lobby.browser("Admin")


def test_an_admin_prints_more_and_opens_them(lobby: Lobby, admin: Browser) -> None:
    assert admin.sends(f"{AT}/sheets", {"pages": "3"}).status_code == 303
    page = text(admin.get(f"{AT}/sheets"))
    assert say("zh", "slips.made", first="000009", last="000020") in page
    assert f"{AT}/sheets/9.pdf" in page
    found = admin.get(f"{AT}/sheets/9.pdf")
    assert found.mimetype == "application/pdf"
    with opened(found.data) as document:
        assert len(document) == 3
    codes = [code.text for code in zxingcpp.read_barcodes(pictures(found.data)[0])]
    assert slips.slip(lobby.office.hall, 9).scanned(lobby.office.hall.code) in codes
    assert all(slips.check(lobby.office.hall, code) in range(9, 13) for code in codes)


@pytest.mark.parametrize("pages", ["0", "26", "-1", "", "x", "1e9", "９" * 400, "5 OR 1=1"])
def test_so_many_are_not_printed_and_it_says_why(lobby: Lobby, admin: Browser, pages: str) -> None:
    page = admin.sends(f"{AT}/sheets", {"pages": pages})
    assert page.status_code == 200
    assert 'class="wrong"' in page.text
    assert len(slips.sheets(lobby.office.hall)) == 1


def test_what_is_not_entered_yet_is_listed_and_leads_to_its_form(lobby: Lobby, admin: Browser) -> None:
    lobby.enters(admin, 1)
    page = text(admin.get(f"{AT}/sheets"))
    assert say("zh", "slips.missing", count=7) in page
    assert lobby.slip(1) not in page
    leads = re.search(rf'href="([^"]+)">{lobby.slip(2)}<', page)
    assert leads is not None
    assert f'value="{lobby.slip(2)}"' in admin.client.get(html.unescape(leads[1])).text


def test_a_guard_sees_the_list_and_prints_nothing(lobby: Lobby) -> None:
    page = lobby.browser("Guard").get(f"{AT}/sheets").text
    assert "<form" not in page
    assert ".pdf" not in page


def test_a_sheet_that_was_not_printed_is_none(lobby: Lobby, admin: Browser) -> None:
    for number in ("2", "99", "999999999"):
        assert admin.get(f"{AT}/sheets/{number}.pdf").status_code == 409
    assert admin.get(f"{AT}/99/times").status_code == 409


@pytest.mark.parametrize("who", ["Admin", "Guard", "Operator", "Elsewhere", "Visitor"])
@pytest.mark.parametrize("state", ["open", "waiting", "suspended", "rejected"])
def test_each_page_is_there_for_those_alone_who_may(lobby: Lobby, who: str, state: str) -> None:
    elsewhere = registered("别处大厅", "Elsewhere")
    lobby.office.operator()
    lobby.enters(lobby.browser(), 1)
    run(lambda: Hall.update(status=state, revision=halls.new_revision()).where(Hall.id != elsewhere.id).execute())
    browser = lobby.browser(who)
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', browser.client.get("/me").text)
    assert token is not None
    sent = {"csrf_token": html.unescape(token[1])}
    there = {
        (method, path)
        for method, path in PAGES
        if browser.client.open(
            lobby.office.at + AT + path, method=method, data=sent if method == "POST" else None
        ).status_code
        != 404
    }
    assert there == {one for one, may in PAGES.items() if state == "open" and who in may}


def test_every_route_is_in_the_table(lobby: Lobby) -> None:
    rules = [rule for rule in lobby.office.app.url_map.iter_rules() if rule.endpoint.startswith("paper.")]
    known = {
        (method, re.sub(r"/<int:number>", "/1", rule.rule.removeprefix(f"/hall/<code>{AT}")))
        for rule in rules
        for method in (rule.methods or set()) & {"GET", "POST"}
    }
    assert known == set(PAGES)
