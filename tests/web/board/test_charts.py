"""Charts of the last days, as numbers and as pictures."""

import re
from datetime import timedelta
from html.parser import HTMLParser

import peewee
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.rules.dwelling import quartiles
from models.rules.visits import Certainty
from models.services import charting
from tests.service import MONDAY_9
from tests.visited import stay
from tests.web.admin.desk import Browser, Office
from web.board.drawing import HEIGHT, WIDTH, Bar, bars, span, strip

MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)


@pytest.fixture
def office(database: peewee.Database) -> Office:
    return Office()


@pytest.fixture
def admin(office: Office) -> Browser:
    return office.browser()


def test_a_hall_to_which_nobody_came_has_no_charts(admin: Browser) -> None:
    assert "这几天没有人来。" in admin.get("/charts").text


def test_only_stays_whose_exit_is_known_tell_how_long_people_stay(office: Office, admin: Browser) -> None:
    for minutes, how in ((10, "scan"), (20, "chat"), (30, "corrected"), (500, "closing"), (600, "swept")):
        stay(office.hall, MONDAY_9 - DAY, MONDAY_9 - DAY + minutes * MINUTE, how)
    stay(office.hall, MONDAY_9)
    found = charting.charts(office.hall, 7, office.clock())
    assert [(matter, one.stays, one.median) for matter, one in found.dwell] == [("social", 3, 20.0)]
    assert (found.people, found.guessed) == (6, 2)
    assert found.exits == {Certainty.CERTAIN: 1, Certainty.STATED: 2, Certainty.ESTIMATED: 2}
    page = admin.get("/charts").text
    assert "一半的人 20 分钟内办完" in page
    assert "推定的 2 人没有算" in page
    assert "推定 2 人，40%" in page


def test_the_busy_hours_are_those_of_the_hall_s_clocks(office: Office, admin: Browser) -> None:
    for minutes in (0, 5, 61):
        stay(office.hall, MONDAY_9 + minutes * MINUTE)
    stay(office.hall, MONDAY_9 - DAY)
    found = charting.charts(office.hall, 7, MONDAY_9 + 2 * 60 * MINUTE)
    assert found.busy == {(0, 9): 2, (0, 10): 1, (6, 9): 1}


def test_days_before_the_period_are_not_counted(office: Office) -> None:
    stay(office.hall, MONDAY_9 - 7 * DAY)
    stay(office.hall, MONDAY_9 - 6 * DAY)
    assert charting.charts(office.hall, 7, office.clock()).people == 1
    assert charting.charts(office.hall, 30, office.clock()).people == 2


def test_a_hall_that_keeps_fewer_days_has_charts_of_those(office: Office, admin: Browser) -> None:
    admin.sends("/settings/privacy", {"days": "14"})
    found = charting.charts(office.hall, 30, office.clock())
    assert (found.last - found.first).days == 13


@pytest.mark.parametrize("asked", ["30", "7", "", "0", "-1", "9" * 5000, "x", "٣", "%00"])
def test_a_period_that_is_not_offered_is_the_last_week(admin: Browser, asked: str) -> None:
    page = admin.get(f"/charts?days={asked}")
    assert page.status_code == 200
    current = re.findall(r'aria-current="page">([^<]*)</a>', page.text)
    assert current[-1] == ("最近 30 天" if asked == "30" else "最近 7 天")


# --- what is drawn ---


class Rects(HTMLParser):
    """Where the rectangles of a picture are."""

    def __init__(self, svg: str) -> None:
        super().__init__()
        self.found: list[dict[str, float]] = []
        self.feed(svg)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert "style" not in dict(attrs)
        if tag == "rect":
            self.found.append({name: float(value or 0) for name, value in attrs if name != "class"})


def is_within(svg: str, height: float) -> bool:
    return all(
        one["x"] >= 0 and one["y"] >= 0 and one["x"] + one["width"] <= WIDTH + 1 and one["y"] + one["height"] <= height
        for one in Rects(svg).found
    )


@given(st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 10**6)), max_size=24))
def test_columns_stay_within_their_picture(values: list[tuple[int, int]]) -> None:
    assert is_within(bars("人数", "最多", [Bar(str(number), pair) for number, pair in enumerate(values)]), HEIGHT + 0.1)


@given(st.lists(st.integers(0, 10**6), max_size=4))
def test_a_band_is_as_wide_as_its_picture(values: list[int]) -> None:
    drawn = Rects(strip("份额", values)).found
    assert not drawn or sum(one["width"] for one in drawn) == pytest.approx(WIDTH, abs=0.3)


@given(st.lists(st.floats(0, 1440), min_size=1, max_size=50))
def test_quartiles_are_in_order_and_within_what_was_seen(minutes: list[float]) -> None:
    found = quartiles(minutes)
    assert min(minutes) - 1e-6 <= found.lower <= found.median + 1e-6
    assert found.median <= found.upper + 1e-6 <= max(minutes) + 2e-6
    assert is_within(span("多久", *found[1:], found.upper * 1.1), 20)


def test_what_a_matter_is_called_opens_no_tag() -> None:
    assert "<script" not in span('<script>"', 1, 2, 3, 4) + strip("<script>", [1]) + bars("<script>", "<script>", [])
