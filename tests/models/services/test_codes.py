"""The halls' codes: wanted once, made once whoever runs the job, made anew within limits, never a number twice."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jobs.schedule import JOBS
from models.rules.halls import HallFacts
from models.rules.scenes import Scene, decode
from models.rules.sending import Outcome, Result
from models.services import codes, hall_settings, halls
from models.services.desk import Desk, Made
from models.tables.codes import HallCode
from models.tables.database import run, thread_is_done
from tests.service import MONDAY_9, NOBODY, SCENE_KEY
from tests.staffed import at_once, operator, post, refused, registered

pytestmark = pytest.mark.usefixtures("database")

NOW = MONDAY_9
BUSY = Outcome(Result.AGAIN, "busy")
NONE_LEFT = Outcome(Result.CLOSED, "no_code")


class Maker:
    """Stands for the platform: makes codes and remembers for which scenes it was asked; refuses as told."""

    def __init__(self, *answers: Outcome) -> None:
        self.asked: list[str] = []
        self.answers = list(answers)
        self.refuses: Callable[[str], Outcome | None] = lambda scene: None

    def __call__(self, scene: str) -> Made | Outcome:
        self.asked.append(scene)
        told = self.answers.pop(0) if self.answers else self.refuses(scene)
        return told or Made(f"ticket of {scene}", f"http://weixin.qq.com/q/{scene}")

    @property
    def desk(self) -> Desk:
        return Desk(NOBODY.send, create_code=self)


def as_of_now(hall: HallFacts) -> HallFacts:
    return halls.stored(hall.id)[0]


def reissue(hall: HallFacts, door: int = 1, direction: str = "in", days: int = 0) -> HallFacts:
    return codes.reissue(post(hall), door, direction, NOW + timedelta(days=days))


# --- wanting and making ---


def test_every_door_has_a_code_for_each_direction_that_says_which_it_is() -> None:
    hall = registered()
    maker = Maker()
    assert codes.make_due(NOW, maker.desk) == 4
    assert [decode(scene, [SCENE_KEY]) for scene in maker.asked] == [
        Scene(hall.code, direction, door, 1) for door in (1, 2) for direction in ("in", "out")
    ]
    made = codes.of_hall(hall)
    assert [(one.door_name, one.direction, one.version) for one in made] == [
        ("东门", "in", 1), ("东门", "out", 1), ("西门", "in", 1), ("西门", "out", 1),
    ]  # fmt: skip
    assert [one.url for one in made] == [f"http://weixin.qq.com/q/{scene}" for scene in maker.asked]


def test_codes_that_are_wanted_again_are_not_wanted_twice() -> None:
    hall = registered()
    assert codes.want(hall, NOW) == 0
    run(lambda: HallCode.delete().execute())
    assert sorted(at_once(*[partial(codes.want, hall, NOW)] * 6)) == [0, 0, 0, 0, 0, 4]
    assert run(HallCode.select().count) == 4


def test_processes_that_make_codes_at_once_make_each_once() -> None:
    for number in range(5):
        registered(f"第{number}号大厅楼", f"A{number}")
    maker = Maker()
    handled = at_once(*[partial(codes.make_due, NOW, maker.desk)] * 4)
    assert sum(handled) == len(maker.asked) == len(set(maker.asked)) == 20
    assert codes.usage() == codes.Usage(20, 100_000, False)


def test_a_platform_that_is_busy_is_asked_again_later_and_the_reason_is_kept() -> None:
    hall, maker = registered(), Maker(BUSY)
    assert codes.make_due(NOW, maker.desk) == 1
    assert [one.reason for one in codes.of_hall(hall)] == ["busy", None, None, None]
    assert codes.make_due(NOW + timedelta(seconds=4), maker.desk) == 3
    assert codes.make_due(NOW + timedelta(seconds=4), maker.desk) == 0
    assert codes.make_due(NOW + timedelta(seconds=5), maker.desk) == 1
    assert [(one.reason, one.url is None) for one in codes.of_hall(hall)] == [(None, False)] * 4


def test_a_platform_that_stays_busy_is_asked_ever_more_seldom() -> None:
    registered(doors={"1": {"name": "东门"}})
    maker = Maker()
    maker.refuses = lambda scene: BUSY
    for second in range(0, 24 * 3600, 5):
        if second % 60 == 0:
            codes.make_due(NOW + timedelta(seconds=second), maker.desk)
    assert len(maker.asked) < 2 * 60


def test_a_scene_that_the_platform_never_takes_stops_no_other() -> None:
    bad = registered(doors={"1": {"name": "东门"}})
    good = registered("另一个政务大厅", "Other")
    maker = Maker()
    maker.refuses = lambda scene: NONE_LEFT if scene.startswith(bad.code) else None
    assert codes.make_due(NOW, maker.desk) == 6
    assert [one.reason for one in codes.of_hall(bad)] == ["no_code"] * 2
    assert [one.url is None for one in codes.of_hall(good)] == [False] * 4


def test_a_code_whose_maker_died_is_made_by_another_later() -> None:
    registered(doors={"1": {"name": "东门"}})

    def dies(scene: str) -> Made:
        raise SystemExit

    with pytest.raises(SystemExit):
        codes.make_due(NOW, Desk(NOBODY.send, create_code=dies))
    maker = Maker()
    assert codes.make_due(NOW, maker.desk) == 1
    assert codes.make_due(NOW + codes.CLAIM_LASTS, maker.desk) == 1
    assert len(set(maker.asked)) == 2


def test_a_refusal_that_comes_late_takes_nothing_from_who_made_it_meanwhile() -> None:
    hall, maker = registered(doors={"1": {"name": "东门"}}), Maker()

    def slow(scene: str) -> Outcome:
        codes.make_due(NOW + codes.CLAIM_LASTS, maker.desk)
        return BUSY

    codes.make_due(NOW, Desk(NOBODY.send, create_code=slow))
    assert [(one.reason, one.url is None) for one in codes.of_hall(hall)] == [(None, False)] * 2


def test_a_process_that_is_to_end_makes_no_more() -> None:
    registered()
    maker = Maker()
    assert codes.make_due(NOW, Desk(NOBODY.send, is_stopping=lambda: True, create_code=maker)) == 0
    assert maker.asked == []


def test_the_job_makes_what_is_wanted() -> None:
    registered()
    maker = Maker()
    assert JOBS["codes"].run_once(NOW, maker.desk) == 4
    assert JOBS["codes"].run_once(NOW, maker.desk) == 0
    thread_is_done()


# --- making anew ---


def test_the_code_before_no_longer_holds_and_the_others_do() -> None:
    hall = registered()
    codes.make_due(NOW, Maker().desk)
    changed = reissue(hall)
    assert [one.version for one in codes.of_hall(changed)] == [2, 1, 1, 1]
    assert [one.url is None for one in codes.of_hall(changed)] == [True, False, False, False]
    assert codes.make_due(NOW, Maker().desk) == 1


def test_a_code_that_was_made_anew_before_it_was_made_uses_up_none_of_the_account() -> None:
    hall, maker = registered(doors={"1": {"name": "东门"}}), Maker()
    reissue(hall)
    assert codes.make_due(NOW, maker.desk) == 2
    assert [decode(scene, [SCENE_KEY]).version for scene in maker.asked] == [1, 2]


def test_three_a_day_by_the_halls_clocks() -> None:
    hall = registered()
    for _ in range(3):
        reissue(hall)
    assert refused(lambda: reissue(hall)) == "reissues_today"
    assert codes.reissues_left(hall, NOW) == (0, 27)
    # 15:59 and 16:00 in UTC are the end of one day and the start of the next in Shanghai.
    by = post(hall)
    assert refused(lambda: codes.reissue(by, 1, "in", NOW.replace(hour=15, minute=59))) == "reissues_today"
    assert codes.reissue(by, 1, "in", NOW.replace(hour=16))


def test_thirty_in_a_halls_life_unless_an_operator_allows_more() -> None:
    hall = registered()
    for number in range(30):
        reissue(hall, days=number)
    assert refused(lambda: reissue(hall, days=99)) == "reissues_ever"
    codes.allow_reissues(operator(), hall.code, 31, NOW)
    assert reissue(hall, days=99)
    assert refused(lambda: reissue(hall, days=100)) == "reissues_ever"


@pytest.mark.parametrize("most", [-1, 0, 29, 1001, 10**30])
def test_an_operator_allows_no_odd_number(most: int) -> None:
    by, hall = operator(), registered()
    assert refused(lambda: codes.allow_reissues(by, hall.code, most, NOW)) == "reissues_out_of_range"
    assert refused(lambda: codes.allow_reissues(by, "zzzzzz", 40, NOW)) == "hall_unknown"


@pytest.mark.parametrize(("door", "direction"), [(3, "in"), (0, "in"), (-1, "out"), (1, "up"), (1, ""), (10**12, "in")])
def test_a_door_that_is_none_has_no_code_to_make_anew(door: int, direction: str) -> None:
    hall = registered()
    assert refused(lambda: reissue(hall, door, direction)) == "door_unknown"


def test_many_at_once_keep_to_the_limit() -> None:
    hall = registered()
    got = at_once(*[partial(reissue, hall)] * 8)
    assert got.count("reissues_today") == 5
    assert as_of_now(hall).doors[1].version_in == 4


# --- old posters ---


def test_scans_of_an_old_poster_are_counted_and_shown_by_door() -> None:
    hall = registered()
    changed = reissue(hall)
    at_once(*[partial(codes.seen_old, changed, Scene(hall.code, "in", 1, 1), NOW)] * 5)
    [poster] = codes.old_posters(changed, NOW - timedelta(days=7))
    assert (poster.door_name, poster.direction, poster.version, poster.scans) == ("东门", "in", 1, 5)
    assert codes.old_posters(changed, NOW + timedelta(days=1)) == []


def test_a_scan_of_a_code_that_never_was_is_counted_nowhere() -> None:
    hall = registered()

    @settings(max_examples=30)
    @given(door=st.integers(1, 99), direction=st.sampled_from(["in", "out"]), version=st.integers(2, 999_999))
    def scanned(door: int, direction: str, version: int) -> None:
        codes.seen_old(hall, Scene(hall.code, direction, door, version), NOW)
        assert codes.old_posters(hall, NOW - timedelta(days=1)) == []

    scanned()


# --- the account's codes ---


def test_a_warning_is_due_when_four_fifths_are_used(monkeypatch: pytest.MonkeyPatch) -> None:
    registered()
    codes.make_due(NOW, Maker().desk)
    for warn_at, is_much in ((5, False), (4, True)):
        monkeypatch.setattr(codes, "WARN_AT", warn_at)
        assert codes.usage().is_much is is_much


def test_the_number_of_a_door_that_is_gone_is_never_given_again() -> None:
    hall = registered()
    saved = hall_settings.remove_door(post(hall), hall.revision, 2, NOW).hall
    again = hall_settings.add_door(post(hall), saved.revision, "西门", NOW).hall
    assert dict(again.doors).keys() == {1, 3}
    assert codes.last_door(again) == 3


def test_the_codes_of_a_door_that_is_gone_are_not_made() -> None:
    hall, maker = registered(), Maker()
    hall_settings.remove_door(post(hall), hall.revision, 2, NOW)
    assert codes.make_due(NOW, maker.desk) == 2


def test_operators_see_how_many_codes_the_platform_refuses() -> None:
    registered()
    codes.make_due(NOW, Maker(BUSY).desk)
    assert codes.usage().refused == 1
