"""A town talks to the account: whatever anybody says, scans, sends or takes back, what was promised holds.

`make trial` has thousands of such days. Where one fails, hypothesis prints the shortest one that does.
"""

import logging
import sys
from collections.abc import Callable

import hypothesis
import peewee
import pytest
from hypothesis import HealthCheck
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test

from bot.simulator.deliveries import Delivery, Writer
from models.tables.database import run
from tests.bot.town.people import FIRST_LINE, PEOPLE, SAID_BY_STAFF, SAID_BY_VISITORS, STAFF, VISITORS, Resident
from tests.bot.town.town import JOBS_OF_A_DAY, Town
from tests.conftest import IS_TRIAL, empty_tables

DAYS, STEPS = (300, 60) if IS_TRIAL else (8, 40)

visitors, staff, everybody = map(st.sampled_from, (VISITORS, STAFF, PEOPLE))
numbers = st.integers(0, 11)
doors = st.tuples(st.integers(0, 1), st.sampled_from(("in", "out")), st.sampled_from((1, 1, 1, 2, 3)))
ODD_SCENES = ("", "x", "qrscene_", "last_trade_no_4200000000", "h1.in.1.1.abcdef", "长" * 60, "' OR 1=1", "\x00")
ODD_THINGS: tuple[Callable[[Writer], Delivery], ...] = (
    lambda writes: writes.voice(),
    lambda writes: writes.video(short=True),
    lambda writes: writes.location("37.4", "116.3", "市民中心"),
    lambda writes: writes.message("link", Title="x", Description="]]>", Url="http://127.0.0.1/"),
    lambda writes: writes.photo("gone"),
    lambda writes: writes.photo("../../etc/passwd"),
    lambda writes: writes.text("1", "999"),
)


class Days(RuleBasedStateMachine):
    """Some days of the town."""

    def __init__(self) -> None:
        super().__init__()
        run(empty_tables)
        self.town = Town()
        logging.getLogger("hallpass").addHandler(self.town.log)

    def teardown(self) -> None:
        logging.getLogger("hallpass").removeHandler(self.town.log)
        counted[0] += len(self.town.sent)
        counted[1] += self.town.came

    @rule(who=visitors, hall=st.integers(0, 1), door=st.integers(1, 2), last=st.sampled_from(("确认", "确认", "36.4")))
    def somebody_comes(self, who: Resident, hall: int, door: int, last: str) -> None:
        self.somebody_scans(who, (hall, "in", door))
        self.town.says(who, FIRST_LINE, who)
        self.town.says(who, last, who)

    @rule(who=visitors, hall=st.integers(0, 1))
    def somebody_goes(self, who: Resident, hall: int) -> None:
        self.somebody_scans(who, (hall, "out", 1))

    @rule(who=visitors, hall=st.integers(0, 1), wanted=st.sampled_from(("补登记", "不用")))
    def somebody_missed_the_entry(self, who: Resident, hall: int, wanted: str) -> None:
        for text in (wanted, "同意", "9:05", FIRST_LINE, "确认"):
            self.town.says(who, text, who)

    @rule(who=visitors, hall=st.integers(0, 1), seconds=st.sampled_from((10, 100, 200)))
    def somebody_has_a_fever(self, who: Resident, hall: int, seconds: int) -> None:
        self.somebody_scans(who, (hall, "in", 1))
        for text in ("同意 {name} {number} {phone} 社保 38.6", "36.5", "确认"):
            self.town.says(who, text, who)
            self.town.goes_on(seconds=seconds)

    @rule(who=visitors, at=st.sampled_from(("9:05", "10:30", "16:59", "23:00")))
    def somebody_corrects_their_exit(self, who: Resident, at: str) -> None:
        self.town.says(who, "更正", who)
        self.town.says(who, at, who)

    @rule(who=st.sampled_from((STAFF[0], STAFF[2])), yes=st.sampled_from(("确认", "不签退")))
    def an_admin_signs_everybody_out(self, who: Resident, yes: str) -> None:
        self.town.says(who, "全部签退", who)
        self.town.says(who, yes, who)

    @rule(who=everybody, door=doors)
    def somebody_scans(self, who: Resident, door: tuple[int, str, int]) -> None:
        hall, way, number = door
        self.town.scans(who, self.town.service.code(self.town.halls[hall], way, number))

    @rule(who=visitors, text=st.sampled_from(SAID_BY_VISITORS), about=everybody, copies=st.sampled_from((1, 1, 1, 3)))
    def a_visitor_says(self, who: Resident, text: str, about: Resident, copies: int) -> None:
        self.town.says(who, text, about, copies=copies)

    @rule(who=staff, text=st.sampled_from((*SAID_BY_STAFF, *SAID_BY_VISITORS)), about=visitors)
    def staff_say(self, who: Resident, text: str, about: Resident) -> None:
        self.town.says(who, text, about)

    @rule(who=visitors, text=st.sampled_from(SAID_BY_STAFF), about=everybody)
    def a_visitor_says_words_of_staff(self, who: Resident, text: str, about: Resident) -> None:
        self.town.says(who, text, about)

    @rule(who=everybody, text=st.text(max_size=12))
    def somebody_says_anything(self, who: Resident, text: str) -> None:
        self.town.says(who, text.replace("{", "(").encode("utf-8", "ignore").decode(), who)

    @rule(who=everybody, which=numbers)
    def somebody_taps(self, who: Resident, which: int) -> None:
        self.town.taps(who, which)

    @rule(who=everybody, which=numbers)
    def somebody_taps_again(self, who: Resident, which: int) -> None:
        self.town.taps(who, which)

    @rule(who=everybody, text=st.sampled_from(("签到", "签退", "我的记录", "今日", "在厅", "没有这个键", "")))
    def somebody_uses_the_menu(self, who: Resident, text: str) -> None:
        self.town.clicks(who, text, who)

    @rule(who=everybody, scene=st.sampled_from(ODD_SCENES))
    def somebody_scans_what_is_no_code_of_ours(self, who: Resident, scene: str) -> None:
        self.town.scans(who, scene)

    @rule(who=everybody, whose=numbers)
    def somebody_sends_a_card(self, who: Resident, whose: int) -> None:
        self.town.photographs(who, PEOPLE[whose % len(PEOPLE)] if whose > 7 else who)

    @rule(who=everybody, thing=st.sampled_from(ODD_THINGS))
    def somebody_sends_something_odd(self, who: Resident, thing: Callable[[Writer], Delivery]) -> None:
        self.town.sends(who, thing)

    @rule(who=everybody, what=st.sampled_from(("unfollows", "revokes", "follows_by_search", "erases")))
    def somebody_leaves_or_comes_back(self, who: Resident, what: str) -> None:
        getattr(self.town, what)(who)

    @rule(which=st.integers(0, 60))
    def the_platform_repeats_a_delivery(self, which: int) -> None:
        self.town.repeats(which)

    @rule(seconds=st.sampled_from((30, 90, 300, 1200, 5400, 4 * 3600)))
    def time_goes_by(self, seconds: int) -> None:
        self.town.goes_on(seconds=seconds)

    @rule(days=st.sampled_from((0, 0, 0, 1, 15, 32)))
    def another_day(self, days: int) -> None:
        self.town.midnight(days)

    @rule(name=st.sampled_from(JOBS_OF_A_DAY))
    def a_job_runs(self, name: str) -> None:
        self.town.job(name)

    @rule()
    def staff_let_in_who_waits(self) -> None:
        self.town.releases()


counted = [0, 0]
"""Deliveries, and people who came in."""


@pytest.mark.timeout(7200)
def test_whatever_a_town_does_what_was_promised_holds(
    database: peewee.Database, capsys: pytest.CaptureFixture[str]
) -> None:
    counted[:] = [0, 0]
    run_state_machine_as_test(  # type: ignore[no-untyped-call]
        Days,
        settings=hypothesis.settings(
            max_examples=DAYS, stateful_step_count=STEPS, deadline=None, derandomize=not IS_TRIAL,
            suppress_health_check=list(HealthCheck),
        ),
    )  # fmt: skip
    deliveries, came = counted
    assert came > DAYS / 4
    if IS_TRIAL:
        with capsys.disabled():
            sys.stdout.write(f"\n{deliveries} deliveries of a town, {came} came in, on {type(database).__name__}\n")
