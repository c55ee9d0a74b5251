import time

from bot.simulator import Clock


def test_a_standing_clock_moves_only_when_it_is_moved() -> None:
    clock = Clock(at=1000.0)
    clock.goes_on(60)
    assert (clock(), clock.offset) == (1060.0, 60.0)
    clock.goes_on(-120)
    assert (clock(), clock.offset) == (940.0, -60.0)


def test_a_clock_can_be_set_to_a_moment() -> None:
    clock = Clock(at=1000.0)
    clock.shows(5000.0)
    assert (clock(), clock.offset) == (5000.0, 4000.0)


def test_a_running_clock_goes_with_real_time_and_an_offset() -> None:
    clock = Clock()
    clock.goes_on(3600)
    before = time.time() + 3600
    assert before <= clock() <= time.time() + 3600
    clock.shows(1000.0)
    assert 1000.0 <= clock() < 1000.0 + 60
