"""Photos wait for one reader in their turn, and only so many of them."""

import logging
import threading

import pytest

from models.adapters.ocr.here import ReaderHere
from models.rules.documents import Card, CardKind
from models.rules.refusal import Refused

A_CARD = Card(CardKind.NOTHING)


class Slow:
    """An engine that reads a photo when it is told to go on, and counts how many it was made and asked to read."""

    def __init__(self):
        self.made = self.reading = self.most = 0
        self.began, self.go_on = threading.Semaphore(0), threading.Semaphore(0)

    def make(self):
        self.made += 1
        return self.read

    def read(self, photo):
        self.reading += 1
        self.most = max(self.most, self.reading)
        self.began.release()
        assert self.go_on.acquire(timeout=30)
        self.reading -= 1
        return A_CARD


def in_threads(count, reader):
    """Ask for so many photos at once; what each came to is in the list once all threads are joined."""
    said = []

    def ask():
        try:
            said.append(reader(b"photo"))
        except Refused as no:
            said.append(no.code)

    threads = [threading.Thread(target=ask) for _ in range(count)]
    for thread in threads:
        thread.start()
    return threads, said


def test_no_engine_is_made_before_the_first_photo_and_one_alone_after():
    slow = Slow()
    reader = ReaderHere(slow.make)
    assert slow.made == 0
    for _ in range(3):
        slow.go_on.release()
        assert reader(b"photo") is A_CARD
    assert slow.made == 1


def test_warming_makes_the_engine_that_then_reads():
    slow = Slow()
    reader = ReaderHere(slow.make)
    reader.warm()
    assert slow.made == 1
    slow.go_on.release()
    reader(b"photo")
    assert slow.made == 1


def test_one_photo_is_read_at_a_time():
    slow = Slow()
    threads, said = in_threads(4, ReaderHere(slow.make))
    for _ in threads:
        assert slow.began.acquire(timeout=30)
        slow.go_on.release()
    for thread in threads:
        thread.join(30)
    assert said == [A_CARD] * 4
    assert slow.most == 1


def test_one_photo_too_many_is_refused_at_once_and_the_others_are_read():
    slow = Slow()
    reader = ReaderHere(slow.make, most_waiting=0)
    threads, said = in_threads(1, reader)
    assert slow.began.acquire(timeout=30)
    with pytest.raises(Refused) as no:
        reader(b"photo")
    assert no.value.code == "reader_busy"
    slow.go_on.release()
    threads[0].join(30)
    assert said == [A_CARD]
    slow.go_on.release()
    assert reader(b"photo") is A_CARD


def test_a_refusal_of_a_photo_passes_and_gives_the_place_back():
    def refuse(photo):
        raise Refused("photo_broken")

    reader = ReaderHere(lambda: refuse, most_waiting=0)
    for _ in range(3):
        with pytest.raises(Refused) as no:
            reader(b"photo")
        assert no.value.code == "photo_broken"


@pytest.mark.parametrize("fault", [RuntimeError, MemoryError, ImportError, ValueError])
@pytest.mark.parametrize("when", ["made", "asked"])
def test_an_engine_that_fails_is_away_and_what_it_says_is_told_to_nobody(fault, when, caplog):
    def fail(*_):
        raise fault("11010519491231002X")

    reader = ReaderHere(fail if when == "made" else lambda: fail)
    with caplog.at_level(logging.DEBUG), pytest.raises(Refused) as no:
        reader(b"photo")
    assert no.value.code == "reader_away"
    assert no.value.__cause__ is None
    assert "110105" not in caplog.text
    assert fault.__name__ in caplog.text


def test_an_engine_that_could_not_be_made_is_tried_again_with_the_next_photo():
    ways = iter([ImportError(), None])

    def make():
        fault = next(ways)
        if fault:
            raise fault
        return lambda photo: A_CARD

    reader = ReaderHere(make)
    with pytest.raises(Refused):
        reader(b"photo")
    assert reader(b"photo") is A_CARD
