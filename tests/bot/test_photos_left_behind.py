"""A photo whose delivery comes again, or whose process is gone: it is read once, and nobody waits for ever."""

import threading
from collections.abc import Callable
from datetime import timedelta
from functools import partial

import peewee
import pytest

from bot import photos as course
from bot.simulator import Delivered
from models.phrases import say
from models.services import sweeping
from models.services.photos import MOST_TRIES
from models.tables import photos
from models.tables.database import Raced, run
from models.tables.openids import openid_out
from models.tables.photos import Photo, PhotoRow
from tests.bot.photographing import (
    NAME,
    Studio,
    begins,
    card,
    item,
    pushed,
    queued,
)
from tests.bot.test_late_photos import messages
from tests.bot.trouble import after_each_statement
from tests.filled import everything
from tests.reading import tells


def in_threads(*deeds: Callable[[], Delivered]) -> list[Delivered]:
    """What comes of these, done at the same moment."""
    done: list[Delivered | None] = [None] * len(deeds)

    def do(number: int) -> None:
        done[number] = deeds[number]()

    threads = [threading.Thread(target=do, args=(number,)) for number in range(len(deeds))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return [one for one in done if one is not None]


# --- repeats ---


def test_a_repeat_gets_the_reply_of_the_first_and_is_not_read_again(studio: Studio) -> None:
    _, phone = begins(studio)
    delivery = phone.writes.photo(studio.lays_up(card()))
    first = phone.sends(delivery)
    assert phone.sends(delivery).reply == first.reply
    assert len(studio.reader.read) == 1


def test_repeats_that_come_while_it_is_read_wait_for_the_same_reply(studio: Studio) -> None:
    _, phone = begins(studio)
    delivery = phone.writes.photo(studio.lays_up(card(), held=True))
    releasing = threading.Thread(target=lambda: studio.reader.begun.acquire(timeout=60) and studio.reader.lets_go())
    releasing.start()
    sent = in_threads(*[partial(studio.service.platform.push, delivery)] * 3)
    releasing.join()
    assert len({one.reply for one in sent}) == 1
    assert len(studio.reader.read) == 1
    assert all(tells(one, "photo.read") for one in sent)


def test_a_repeat_after_everything_was_forgotten_is_answered_with_nothing(studio: Studio) -> None:
    """Not with the sentence that another photo came: none did."""
    _, phone = begins(studio)
    photo = phone.writes.photo(studio.lays_up(card()))
    assert item("name", NAME) in (phone.sends(photo).reply or "")
    studio.service.clock.goes_on(seconds=10)
    phone.unfollow()
    before = everything()
    [again] = studio.service.platform.push_copies(photo, 1, parallel=False)
    assert (again.reply, again.problems) == (None, ())
    assert everything() == before


def test_a_repeat_of_a_photo_that_is_late_says_so_too(studio: Studio) -> None:
    _, phone = begins(studio)
    studio.patience.is_at_its_end = True
    delivery = phone.writes.photo(studio.lays_up(card(), held=True))
    assert tells(phone.sends(delivery), "photo.reading")
    assert tells(phone.sends(delivery), "photo.reading")
    studio.goes_on()
    assert tells(phone.sends(delivery), "photo.reading")
    assert len(messages()) == 1


def test_a_repeat_whose_own_patience_ends_first_has_the_result_sent(
    studio: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, phone = begins(studio)
    delivery = phone.writes.photo(studio.lays_up(card(), held=True))
    first: list[Delivered] = []
    waiting = threading.Thread(target=lambda: first.append(studio.service.platform.push(delivery)))
    waiting.start()
    assert studio.reader.begun.acquire(timeout=60)
    monkeypatch.setattr(course, "PATIENCE_SECONDS", 0.0)
    assert tells(studio.service.platform.push(delivery), "photo.reading")
    studio.reader.lets_go()
    waiting.join()
    assert tells(first[0], "photo.reading")
    studio.delivers()
    assert item("name", NAME) in pushed(phone)


# --- a process that is gone ---


def test_the_job_reads_what_a_process_that_is_gone_has_left(studio: Studio) -> None:
    _, phone = begins(studio)
    studio.dies_of(phone)
    assert len(queued()) == 1
    assert studio.job() == 1
    studio.delivers()
    assert item("name", NAME) in pushed(phone)
    assert (queued(), studio.job()) == ([], 0)


def test_a_photo_that_nobody_can_make_out_in_the_queue_stops_no_other(
    studio: Studio, database: peewee.Database
) -> None:
    _, phone = begins(studio)
    studio.dies_of(phone)
    now = studio.service.clock() - timedelta(minutes=2)
    run(lambda: photos.add(PhotoRow(bytes(32), "oSomebodyElse", "media", "", 1, now), now))
    damage = f"UPDATE photos SET media_id = {database.param} WHERE openid = {database.param}"
    run(lambda: database.execute_sql(damage, (b"damaged", openid_out("oSomebodyElse"))))
    assert studio.job() == 1
    studio.delivers()
    assert item("name", NAME) in pushed(phone)


def test_the_job_leaves_alone_what_is_still_in_hand(studio: Studio) -> None:
    _, phone = begins(studio)
    studio.sends_slowly(phone)
    assert studio.job() == 0
    studio.goes_on()


def test_after_some_tries_the_visitor_is_told_to_type(studio: Studio, caplog: pytest.LogCaptureFixture) -> None:
    _, phone = begins(studio)
    studio.dies_of(phone)
    run(lambda: Photo.update(tries=MOST_TRIES).execute())
    assert studio.job() == 1
    studio.delivers()
    assert say("zh", "refused.photo_failed") in pushed(phone)
    assert queued() == []


def test_what_nobody_ever_read_is_forgotten(studio: Studio) -> None:
    _, phone = begins(studio)
    studio.dies_of(phone)
    studio.service.clock.goes_on(minutes=20)
    sweeping.sweep(studio.service.clock())
    assert queued() == []


def test_what_was_sent_is_forgotten_within_the_hour_also_after_a_night_without_jobs(studio: Studio) -> None:
    _, phone = begins(studio)
    studio.sends_slowly(phone)
    studio.goes_on()
    studio.delivers()
    studio.service.clock.goes_on(hours=14)
    for _ in range(60):
        studio.service.clock.goes_on(minutes=1)
        sweeping.sweep(studio.service.clock())
    assert {one.content for one in messages()} == {"{}"}


def test_a_photo_that_cannot_be_filled_in_is_apologised_for_and_stays_for_the_job(
    studio: Studio, database: peewee.Database
) -> None:
    _, phone = begins(studio)
    broken: list[str] = []

    def breaks(event: peewee.QueryEvent) -> None:
        if event.sql.startswith("DELETE FROM photos WHERE delivery"):
            broken.append(event.sql)
            raise LookupError(NAME)

    with after_each_statement(database, breaks):
        assert tells(studio.sends(phone), "failure.message")
    assert broken
    assert len(queued()) == 1
    studio.time_goes_by()
    assert studio.job() == 1
    studio.delivers()
    assert item("name", NAME) in pushed(phone)


def test_a_unit_that_was_raced_is_done_again(studio: Studio, database: peewee.Database) -> None:
    _, phone = begins(studio)
    raced: list[str] = []

    def race(event: peewee.QueryEvent) -> None:
        if event.sql.startswith("UPDATE conversations") and not raced:
            raced.append(event.sql)
            raise Raced

    with after_each_statement(database, race):
        assert tells(studio.sends(phone), "photo.read")
    assert raced
