"""Doors and codes on their page, and posters."""

from datetime import timedelta
from urllib.parse import unquote

import peewee
import pytest

from models.rules.scenes import Scene
from models.rules.sending import Result
from models.services import codes
from models.services.desk import Desk, NotMade
from tests.printed import pictures, seen, text_of
from tests.service import NOBODY
from tests.web.admin.desk import Office, filled_in, told


@pytest.fixture
def office(database: peewee.Database) -> Office:
    return Office()


def address(office: Office, door: int, direction: str) -> str | None:
    return next(one.url for one in codes.of_hall(office.hall) if (one.door, one.direction) == (door, direction))


def test_the_page_asks_again_only_while_something_is_being_made(office: Office) -> None:
    browser = office.browser()
    page = browser.get("/codes")
    assert "Refresh" in page.headers
    assert page.text.count("正在生成") > 3
    office.makes_codes()
    page = browser.get("/codes")
    assert "Refresh" not in page.headers
    assert page.text.count("<svg") == 4


def test_what_the_platform_refused_says_what_to_do(office: Office) -> None:
    codes.make_due(office.clock(), Desk(NOBODY.send, create_code=lambda scene: NotMade(Result.CLOSED, "quota")))
    page = office.browser().get("/codes")
    assert "Refresh" not in page.headers
    assert "请联系运营人员" in told(page.text)
    assert "quota" not in page.text


def test_an_old_poster_that_was_scanned_lately_is_told(office: Office) -> None:
    office.makes_codes()
    office.browser().sends("/codes/1-in/reissue")
    codes.seen_old(office.hall, Scene(office.hall.code, "in", 1, 1), office.clock())
    assert "旧海报还挂着：东门 进厅（第 1 版）" in told(office.browser().get("/codes").text)
    office.clock.goes_on(days=8)
    assert "旧海报还挂着" not in office.browser().get("/codes").text


def test_a_code_is_made_anew_after_a_question_that_says_what_follows(office: Office) -> None:
    office.makes_codes()
    browser = office.browser()
    question = browser.get("/codes/1-in/reissue").text
    assert "旧海报马上失效" in question
    assert "今天还能换 3 次，这个大厅以后一共还能换 30 次" in question
    assert office.hall.doors[1].version_in == 1
    assert browser.sends("/codes/1-in/reissue").status_code == 303
    assert office.hall.doors[1].version_in == 2
    assert office.audited()[0].action == "reissue"


def test_the_fourth_new_code_of_a_day_is_refused_in_words(office: Office) -> None:
    browser = office.browser()
    for _ in range(4):
        browser.sends("/codes/1-in/reissue")
    assert office.hall.doors[1].version_in == 4
    assert "今天已经换过 3 次码" in told(browser.get("/codes").text)


def test_a_door_is_added_renamed_and_removed(office: Office) -> None:
    browser = office.browser()
    browser.sends("/codes/add", {"name": "北门"})
    assert office.hall.doors[3].name == "北门"
    browser.sends("/codes/3/name", {"name": "地下车库"})
    assert office.hall.doors[3].name == "地下车库"
    browser.sends("/codes/3/remove")
    assert 3 not in office.hall.doors
    assert [row.action for row in office.audited()][:3] == ["settings"] * 3


@pytest.mark.parametrize("name", ["", " ", "门" * 13, "=1+1", "<b>", "{{7*7}}", "东门", "东 门", "@门"])
def test_a_name_that_no_door_can_have_is_kept_for_mending(office: Office, name: str) -> None:
    before = office.hall.doors
    page = office.browser().sends("/codes/add", {"name": name})
    assert page.status_code == 200
    assert 'role="alert"' in page.text
    assert "<b>" not in page.text
    assert office.hall.doors == before


@pytest.mark.parametrize("door", ["0", "99", "-1", "x", "1e3", "１", "9" * 12, "1-up", "%00"])
def test_a_door_that_is_none_is_no_page(office: Office, door: str) -> None:
    browser = office.browser()
    paths = (f"/codes/{door}/name", f"/codes/{door}/remove", f"/codes/{door}-in/reissue", f"/posters/{door}-in.pdf")
    assert {browser.get(path).status_code for path in paths} == {404}


def test_the_last_door_cannot_be_removed(office: Office) -> None:
    browser = office.browser()
    browser.sends("/codes/1/remove")
    page = browser.get("/codes").text
    assert "/codes/2/remove" not in page
    browser.sends("/codes/2/remove")
    assert list(office.hall.doors) == [2]


def test_of_two_admins_who_change_doors_at_once_the_second_sees_what_the_first_did(office: Office) -> None:
    one, other = office.browser(), office.browser()
    seen_before = other.fields("/codes/2/name")
    one.sends("/codes/add", {"name": "北门"})
    page = other.sends("/codes/2/name", {"name": "后门"}, seen=seen_before)
    assert "刚才有人改了" in page.text
    assert "东门、西门、北门" in page.text
    assert 'value="后门"' in page.text
    assert (office.hall.doors[2].name, office.hall.doors[3].name) == ("西门", "北门")
    assert other.client.post(f"{other.at}/codes/2/name", data=filled_in(page.text)).status_code == 303
    assert office.hall.doors[2].name == "后门"


def test_marks_that_nobody_sees_do_not_get_into_a_name(office: Office) -> None:
    office.browser().sends("/codes/add", {"name": "\u202e北门\u202c\u200b"})
    assert office.hall.doors[3].name == "北门"


# --- posters ---


def test_the_pdf_of_a_poster_says_the_address_of_its_code(office: Office) -> None:
    office.makes_codes()
    browser = office.browser()
    for direction, label in (("in", "进厅"), ("out", "离厅")):
        answer = browser.get(f"/posters/2-{direction}.pdf")
        assert answer.mimetype == "application/pdf"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Cache-Control"] == "private, no-cache"
        assert unquote(answer.headers["Content-Disposition"]).endswith(f"''{office.hall.name} 西门 {label}.pdf")
        small = f"https://hall.example.gov.cn/h/{office.hall.code}/{direction}"
        assert seen(pictures(answer.data)[0]) == sorted([str(address(office, 2, direction)), small])


def test_a_browser_that_has_the_pdf_is_not_sent_it_again_until_it_is_another(office: Office) -> None:
    office.makes_codes()
    browser = office.browser()
    etag = browser.get("/posters/1-in.pdf").headers["ETag"]
    assert browser.get("/posters/1-in.pdf", headers={"If-None-Match": etag}).status_code == 304
    browser.sends("/codes/1/name", {"name": "正门"})
    again = browser.get("/posters/1-in.pdf", headers={"If-None-Match": etag})
    assert again.status_code == 200
    assert "正门" in text_of(again.data)[0]


def test_the_sheet_of_all_codes_is_marked_for_the_files(office: Office) -> None:
    office.makes_codes()
    answer = office.browser().get("/posters/all.pdf")
    assert "存档，勿张贴" in unquote(answer.headers["Content-Disposition"])
    assert "存档，勿张贴" in text_of(answer.data)[0]
    assert len(seen(pictures(answer.data)[0])) == 4


def test_a_poster_whose_code_is_not_made_yet_says_so(office: Office) -> None:
    for path in ("/posters/1-in", "/posters/1-in.pdf", "/posters/all.pdf"):
        answer = office.browser().get(path)
        assert answer.status_code == 409
        assert "二维码还没有好" in answer.text


@pytest.mark.parametrize(("text", "is_printed"), [("请带证件原件。" * 25, True), ("很长的说明" * 100, False)])
def test_a_poster_holds_what_the_hall_adds_as_far_as_paper_has_room(
    office: Office, text: str, is_printed: bool
) -> None:
    office.makes_codes()
    browser = office.browser()
    browser.sends("/settings/notice", {"text": text})
    answer = browser.get("/posters/1-in.pdf")
    assert answer.status_code == 200
    assert (text[:6] in text_of(answer.data)[0]) == is_printed


def test_a_door_with_a_character_that_the_font_lacks_is_said_so(office: Office) -> None:
    office.makes_codes()
    browser = office.browser()
    browser.sends("/codes/1/name", {"name": "\U00020bb7野门"})
    answer = browser.get("/posters/1-in.pdf")
    assert answer.status_code == 409
    assert "\U00020bb7" in answer.text
    assert f"{office.at}/settings" in answer.text


def test_a_new_code_makes_another_poster(office: Office) -> None:
    office.makes_codes()
    before = address(office, 1, "in")
    office.browser().sends("/codes/1-in/reissue")
    office.clock.at += timedelta(seconds=1)
    office.makes_codes()
    after = address(office, 1, "in")
    codes_seen = seen(pictures(office.browser().get("/posters/1-in.pdf").data)[0])
    assert after != before
    assert after in codes_seen
    assert before not in codes_seen
