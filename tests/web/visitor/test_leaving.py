"""Leaving by the page of a hall's exit."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from models.phrases import say
from models.rules.visits import HowOut
from models.services import closing
from models.tables.database import run, thread_is_done
from models.tables.halls import Hall
from tests.reading import corrections, inside, tells, visits
from tests.service import AGREED
from tests.web.visitor.filling import FOLLOWER, ZHANG, Town, Visitor, is_registered, says

LEAVE = say("zh", "visit_form.leave")


@pytest.fixture
def zhang(town: Town) -> Visitor:
    """Somebody who came in at 09:00."""
    visitor = town.browser()
    visitor.sends(ZHANG)
    return visitor


@pytest.fixture
def wang(town: Town) -> Visitor:
    """The same within WeChat."""
    visitor = town.wechat()
    visitor.sends(ZHANG)
    return visitor


def test_the_page_shows_the_open_visit_and_one_button_ends_it(town: Town, zhang: Visitor) -> None:
    town.clock.shows("10:30")
    page = zhang.opens("out").text
    assert "09:00" in page and page.count("<button") == 1 and LEAVE in page
    assert len(inside()) == 1
    assert says(zhang.leaves(), "check_out.closed", entered="09:00", left="10:30")
    [visit] = visits()
    assert (visit.out_at, visit.how_out) == (town.clock(), HowOut.CHAT)


def test_companions_leave_with_their_lead(town: Town) -> None:
    visitor = town.browser()
    visitor.sends({**ZHANG, "companions": "李四\n王小明"})
    assert says(visitor.opens("out"), "visit_form.people", count=2)
    visitor.leaves()
    assert inside() == []


def test_who_entered_by_a_clock_ahead_of_ours_leaves_no_earlier_than_they_came(town: Town, zhang: Visitor) -> None:
    town.clock.goes_on(minutes=-5)
    zhang.leaves()
    [visit] = visits()
    assert visit.out_at == visit.in_at


def test_pressing_again_changes_nothing(town: Town, zhang: Visitor) -> None:
    keys = zhang.keys("out")
    for _ in range(3):
        assert zhang.sends({}, "out", **keys).status_code == 303
        town.clock.goes_on(minutes=1)
    assert visits()[0].out_at == visits()[0].in_at
    assert corrections() == []


def test_pressing_twice_at_the_same_moment_ends_the_visit_once(town: Town, zhang: Visitor) -> None:
    keys = zhang.keys("out")
    cookies = zhang.client.get_cookie("hallpass"), zhang.client.get_cookie("hallpass-visitor")
    together = threading.Barrier(4)

    def one(number: int) -> int:
        client = town.app.test_client()
        for cookie in cookies:
            assert cookie is not None
            client.set_cookie(cookie.key, cookie.value)
        together.wait()
        try:
            return client.post(f"/h/{town.hall.code}/out", data=keys).status_code
        finally:
            thread_is_done()

    with ThreadPoolExecutor(4) as threads:
        assert set(threads.map(one, range(4))) == {303}
    assert inside() == [] and corrections() == []


def test_who_was_never_here_is_told_where_to_turn(town: Town) -> None:
    visitor = town.browser()
    page = visitor.opens("out")
    assert says(page, "visit_form.nothing_open")
    assert f'href="/h/{town.hall.code}/in"' in page.text and LEAVE not in page.text
    assert says(visitor.leaves(), "visit_form.nothing_open")


def test_who_is_in_another_hall_is_led_there(town: Town, zhang: Visitor) -> None:
    elsewhere = Visitor(town.app, town.another_hall())
    elsewhere.client = zhang.client
    page = elsewhere.leaves()
    assert says(page, "visit_form.inside_other", hall=town.hall.name, entered="09:00")
    assert f'href="/h/{town.hall.code}/out"' in page.text
    assert len(inside()) == 1


@pytest.mark.parametrize("is_closed", [True, False], ids=["closed by the job", "not yet closed"])
def test_an_estimated_exit_of_the_day_gives_way_to_the_button(town: Town, zhang: Visitor, is_closed: bool) -> None:
    town.clock.shows("12:30")
    if is_closed:
        closing.close_due(town.clock())
    page = zhang.opens("out")
    assert says(page, "visit_form.due", left="12:15") and says(page, "visit_form.leave_only_now")
    assert says(zhang.leaves(), "check_out.closed", entered="09:00", left="12:30")
    assert visits()[0].how_out == HowOut.CHAT
    assert [one.earlier_how_out for one in corrections()] == [HowOut.CLOSING]


def test_yesterdays_exit_is_not_touched(town: Town, zhang: Visitor) -> None:
    town.clock.shows("09:00", days=1)
    assert says(zhang.leaves(), "visit_form.nothing_open")
    assert corrections() == []


def test_who_moved_on_keeps_the_time_of_the_entry_elsewhere(town: Town, wang: Visitor) -> None:
    other = Visitor(town.app, town.another_hall(), FOLLOWER)
    other.client = wang.client
    town.clock.shows("10:00")
    other.sends({"matter": "social", "well": "y", "agree": AGREED})
    town.clock.shows("10:30")
    page = wang.leaves()
    assert says(page, "visit_form.moved", left="10:00") and LEAVE not in page.text
    assert [visit.how_out for visit in visits()] == [HowOut.MOVED, None]


# --- earlier ---


def test_long_after_the_entry_an_earlier_time_may_be_told(town: Town, zhang: Visitor) -> None:
    assert 'name="left_at"' not in zhang.opens("out").text
    town.clock.shows("12:05")
    assert 'name="left_at"' in zhang.opens("out").text
    zhang.sends({"left_at": "11点半"}, "out")
    [visit] = visits()
    assert (visit.how_out, f"{visit.out_at:%H:%M}") == (HowOut.STATED, "03:30")


def test_an_estimate_may_be_put_right_by_an_earlier_time(town: Town, zhang: Visitor) -> None:
    town.clock.shows("12:30")
    zhang.sends({"left_at": "11:30"}, "out")
    [visit] = visits()
    assert (visit.how_out, f"{visit.out_at:%H:%M}") == (HowOut.CORRECTED, "03:30")


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ("", "form.required"),
        ("早上", "refused.time_unreadable"),
        ("08:30", "refused.exit_before_entry"),
        ("12:20", "refused.exit_in_future"),
        ("9" * 5000, "refused.time_unreadable"),
        ("\0", "refused.time_unreadable"),
    ],
)
def test_a_time_that_cannot_be_is_said_so_and_ends_nothing(town: Town, zhang: Visitor, typed: str, key: str) -> None:
    town.clock.shows("12:05")
    assert says(zhang.sends({"left_at": typed}, "out"), key)
    assert len(inside()) == 1


def test_an_exit_that_is_known_is_not_told_otherwise(town: Town, wang: Visitor) -> None:
    town.clock.shows("12:05")
    keys = wang.keys("out")
    wang.leaves()
    assert says(wang.sends({"left_at": "11:30"}, "out", **keys), "refused.nothing_to_correct")
    assert f"{visits()[0].out_at:%H:%M}" == "04:05"


# --- who ---


def test_a_visit_of_the_chat_is_ended_by_the_page_and_the_chat_knows(town: Town) -> None:
    phone = town.service.visitor(FOLLOWER)
    phone.scan(town.service.code(town.hall))
    for said in ("同意", "张三 11010519491231002X 13800138000 社保 36.5", "确认"):
        phone.says(said)
    town.clock.shows("09:40")
    town.wechat().leaves()
    assert inside() == []
    assert tells(phone.says("签退"), "check_out.already_out", left="09:40")


def test_a_browser_is_not_told_later_when_its_person_was_here(town: Town, zhang: Visitor, wang: Visitor) -> None:
    town.clock.shows("10:00")
    for visitor in (zhang, wang):
        assert says(visitor.leaves(), "check_out.closed", entered="09:00", left="10:00")
    town.clock.goes_on(minutes=11)
    assert says(wang.opens("out"), "check_out.closed", entered="09:00", left="10:00")
    page = zhang.opens("out")
    assert says(page, "visit_form.nothing_open") and "10:00" not in page.text and "09:00" not in page.text


def test_another_browser_ends_nothing(town: Town, zhang: Visitor) -> None:
    town.browser().leaves()
    assert is_registered(zhang)


def test_who_is_inside_a_hall_that_was_suspended_may_leave_it(town: Town, zhang: Visitor) -> None:
    run(lambda: Hall.update(status="suspended", revision=Hall.revision + 1).execute())
    assert says(zhang.opens("in"), "door.closed_title")
    assert LEAVE in zhang.opens("out").text
    zhang.leaves()
    assert inside() == []
