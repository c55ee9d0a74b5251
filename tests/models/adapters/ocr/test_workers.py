"""At any moment a worker is warm: one that dies costs the photo in hand, one that grows or has read enough none."""

import os
import signal
import sys
import threading
import time
from contextlib import contextmanager

import pytest

from models.adapters.ocr import workers
from models.adapters.ocr.workers import Keeper, Worker
from models.rules.refusal import Refused
from tests.architecture.sources import ROOT

# Stands in for what reads: it says who it is, ends over a photo, hangs, or grows, as the photo asks.
SCRIPT = """
import os, socket, sys, time
from models.adapters.ocr.workers import work
held = []
def answer(photo):
    if photo == b"end":
        os._exit(1)
    if photo == b"hang":
        time.sleep(60)
    if photo == b"slow":
        time.sleep(0.5)
    if photo == b"grow":
        held.append(bytearray(os.urandom(1 << 20) * 100))
    if photo == b"large":
        return bytes(3_000_000)
    return str(os.getpid()).encode()
work(socket.socket(fileno=int(sys.argv[1])), answer)
"""
BROKEN = "import sys; sys.exit(1)"
MUCH = 10_000


class Beginnings:
    """Begins workers and remembers them."""

    def __init__(self, script=SCRIPT):
        self.script, self.begun = script, []

    def __call__(self):
        self.begun.append(Worker([sys.executable, "-c", self.script], ROOT))
        return self.begun[-1]


@contextmanager
def kept(begin=None, **bounds):
    keeper = Keeper(begin or Beginnings(), **{"after_photos": MUCH, "above_megabytes": MUCH, **bounds})
    try:
        yield keeper
    finally:
        keeper.end()


def refusal(keeper, photo):
    with pytest.raises(Refused) as no:
        keeper.read(photo)
    return no.value.code


def eventually(holds):
    for _ in range(3000):
        if holds():
            return
        time.sleep(0.01)
    pytest.fail("it never came about")


def is_running(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_one_worker_reads_photo_after_photo():
    with kept() as keeper:
        keeper.start()
        assert len({keeper.read(b"photo") for _ in range(5)}) == 1
        assert keeper.is_well()


def test_a_large_photo_and_a_large_answer_go_through():
    with kept() as keeper:
        assert keeper.read(bytes(10_000_000)).isdigit()
        assert keeper.read(b"large") == bytes(3_000_000)


def test_a_worker_that_ends_over_a_photo_costs_that_photo_alone():
    with kept() as keeper:
        first = keeper.read(b"photo")
        assert refusal(keeper, b"end") == "reader_away"
        assert keeper.read(b"photo") != first


def test_a_worker_that_is_killed_over_a_photo_costs_that_photo_alone():
    with kept() as keeper:
        first = int(keeper.read(b"photo"))
        killing = threading.Timer(0.3, os.kill, (first, signal.SIGKILL))
        killing.start()
        assert refusal(keeper, b"hang") == "reader_away"
        assert keeper.read(b"photo").isdigit()
        killing.join()


def test_a_worker_that_was_killed_between_two_photos_costs_none():
    with kept() as keeper:
        first = int(keeper.read(b"photo"))
        os.kill(first, signal.SIGKILL)
        eventually(lambda: not keeper.is_well())
        assert int(keeper.read(b"photo")) != first


def test_a_worker_that_hangs_is_ended_and_the_next_photo_is_read(monkeypatch):
    monkeypatch.setattr(workers, "READ_SECONDS", 0.3)
    with kept() as keeper:
        first = int(keeper.read(b"photo"))
        assert refusal(keeper, b"hang") == "reader_away"
        assert not is_running(first)
        assert keeper.read(b"photo").isdigit()


def test_after_so_many_photos_the_next_worker_takes_over_and_no_photo_is_refused():
    begin = Beginnings()
    with kept(begin, after_photos=3) as keeper:
        seen = []
        eventually(lambda: seen.append(int(keeper.read(b"photo"))) or len(set(seen)) > 2)
        assert seen[0] == seen[1] == seen[2]
        assert not is_running(seen[0])


def test_a_worker_that_grows_is_relieved(monkeypatch):
    monkeypatch.setattr(workers, "LEAST_PHOTOS", 2)
    with kept(above_megabytes=300) as keeper:
        first = keeper.read(b"photo")
        for _ in range(4):
            keeper.read(b"grow")
        eventually(lambda: keeper.read(b"photo") != first)


def test_a_bound_that_no_worker_keeps_does_not_begin_one_for_each_photo():
    begin = Beginnings()
    with kept(begin, above_megabytes=1) as keeper:
        for _ in range(20):
            keeper.read(b"photo")
        assert len(begin.begun) == 1


def test_where_no_worker_can_be_begun_the_reader_is_away_until_one_can():
    begin = Beginnings(BROKEN)
    with kept(begin) as keeper:
        with pytest.raises(Refused) as no:
            keeper.start()
        assert no.value.code == "reader_away"
        assert not keeper.is_well()
        assert refusal(keeper, b"photo") == "reader_away"
        begin.script = SCRIPT
        assert keeper.read(b"photo").isdigit()
        assert keeper.is_well()


def test_where_no_successor_can_be_begun_the_old_worker_goes_on():
    begin = Beginnings()
    with kept(begin, after_photos=2) as keeper:
        first = keeper.read(b"photo")
        begin.script = BROKEN
        eventually(lambda: keeper.read(b"photo") == first and len(begin.begun) > 3)
        assert keeper.read(b"photo") == first


def test_one_photo_too_many_is_told_so():
    with kept(most_waiting=0) as keeper:
        keeper.start()
        reading = threading.Thread(target=keeper.read, args=(b"slow",))
        reading.start()
        eventually(lambda: not keeper._turns._places._value)
        assert refusal(keeper, b"photo") == "reader_busy"
        reading.join()
        assert keeper.read(b"photo").isdigit()


def test_a_photo_that_nobody_waits_for_any_more_is_not_read(monkeypatch):
    with kept() as keeper:
        first = keeper.read(b"photo")
        with monkeypatch.context() as patience:
            patience.setattr(workers, "LONGEST_WAIT_SECONDS", -1)
            assert refusal(keeper, b"end") == "reader_busy"
        # It would have ended the worker.
        assert keeper.read(b"photo") == first


def test_the_photo_in_hand_is_read_before_the_end_and_no_process_is_left():
    begin, said = Beginnings(), []
    with kept(begin) as keeper:
        keeper.start()
        reading = threading.Thread(target=lambda: said.append(keeper.read(b"slow")))
        reading.start()
        eventually(lambda: keeper._turns._turn.locked())
    reading.join()
    assert said[0].isdigit()
    assert not any(worker.is_there() for worker in begin.begun)
    assert refusal(keeper, b"photo") == "reader_away"


def test_at_the_end_those_that_wait_are_refused_however_many_they_are():
    said = []

    def read():
        try:
            said.append(keeper.read(b"slow").isdigit())
        except Refused as no:
            said.append(no.code)

    begin = Beginnings()
    with kept(begin, most_waiting=3) as keeper:
        keeper.start()
        readings = [threading.Thread(target=read) for _ in range(4)]
        for reading in readings:
            reading.start()
        eventually(lambda: not keeper._turns._places._value and keeper._turns._turn.locked())
    for reading in readings:
        reading.join()
    assert (said[0], said[-1]) == (True, "reader_away")
    assert not any(worker.is_there() for worker in begin.begun)


def test_a_worker_does_not_mind_what_stops_all_processes_at_once():
    with kept() as keeper:
        first = int(keeper.read(b"photo"))
        os.kill(first, signal.SIGTERM)
        os.kill(first, signal.SIGINT)
        assert int(keeper.read(b"photo")) == first


def test_a_worker_whose_keeper_is_gone_ends():
    worker = Beginnings()()
    worker.wait_until_ready()
    pid = worker._process.pid
    worker.end()
    assert not is_running(pid)
