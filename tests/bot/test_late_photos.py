"""A photo that takes longer than a reply may: what is said at once, what is sent afterwards, and what becomes of it
when the talk has gone on meanwhile, or the process is gone."""

import logging
import threading
from collections.abc import Callable
from datetime import timedelta
from functools import partial

import peewee
import pytest

from bot import photos as course
from bot.photos import MOST_PATIENT
from bot.simulator import Delivered
from models.phrases import say
from models.services import sweeping
from models.services.photos import MOST_TRIES, MOST_WAITING
from models.tables import photos
from models.tables.database import Raced, run
from models.tables.openids import openid_out
from models.tables.outbox import Outgoing
from models.tables.photos import Photo, PhotoRow
from models.tables.receipts import Receipt
from tests.bot.photographing import (
    ADDRESS,
    NAME,
    NUMBER,
    OTHER_CARD,
    OTHER_NAME,
    Studio,
    begins,
    card,
    item,
    pushed,
    queued,
)
from tests.bot.trouble import after_each_statement
from tests.filled import everything
from tests.reading import asks, tells, visits

REST = "13800138000 社保 36.5"


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


def messages() -> list[Outgoing]:
    return run(lambda: list(Outgoing.select().order_by(Outgoing.id)))


# --- late ---


def test_what_is_read_late_is_sent_and_filled_in(studio: Studio) -> None:
    hall, phone = begins(studio)
    assert tells(studio.sends_slowly(phone), "photo.reading")
    studio.goes_on()
    studio.delivers()
    assert item("name", NAME) in pushed(phone)
    assert say("zh", "step.phone.ask") in pushed(phone)
    assert queued() == []
    phone.says(REST)
    assert tells(phone.says("确认"), "check_in.done", time="09:00", hall=hall.name)


def test_what_was_read_is_there_with_the_next_message_even_if_nothing_can_be_sent(studio: Studio) -> None:
    _, phone = begins(studio)
    studio.sends_slowly(phone)
    studio.goes_on()
    assert tells(phone.says(REST), "review.head")


def test_a_photo_that_shows_nothing_is_told_late_too(studio: Studio) -> None:
    _, phone = begins(studio)
    studio.sends_slowly(phone, LookupError(NAME))
    studio.goes_on()
    studio.delivers()
    assert say("zh", "refused.photo_failed") in pushed(phone)


def test_in_time_nothing_is_sent_besides_the_reply(studio: Studio) -> None:
    _, phone = begins(studio)
    studio.sends(phone)
    assert messages() == []


def test_what_was_sent_is_forgotten_once_it_is_of_no_use_and_only_that(studio: Studio) -> None:
    _, phone = begins(studio)
    studio.sends_slowly(phone)
    studio.goes_on()
    studio.delivers()
    assert NAME in messages()[0].content
    sweeping.sweep(studio.service.clock())
    assert NAME in messages()[0].content
    studio.service.clock.goes_on(minutes=11)
    sweeping.sweep(studio.service.clock())
    assert (messages()[0].content, messages()[0].state) == ("{}", "sent")


# --- the talk goes on meanwhile ---


def test_what_is_typed_meanwhile_stands_and_the_rest_is_filled(studio: Studio) -> None:
    _, phone = begins(studio)
    studio.sends_slowly(phone, card(address=ADDRESS))
    phone.says(NAME)
    phone.says("13900139000")
    studio.goes_on()
    studio.delivers()
    assert item("id_number", "110105 19491231 002X") in pushed(phone)
    assert item("name", NAME) not in pushed(phone)
    assert tells(phone.says("社保 36.5"), "review.head")
    phone.says("确认")
    assert (visits()[0].name, visits()[0].id_number, visits()[0].phone) == (NAME, NUMBER, "13900139000")


def test_a_number_typed_meanwhile_is_not_mixed_with_somebody_elses_card(studio: Studio) -> None:
    _, phone = begins(studio)
    studio.sends_slowly(phone, OTHER_CARD)
    phone.says(NUMBER)
    studio.goes_on()
    studio.delivers()
    assert say("zh", "photo.typed_stays") in pushed(phone)
    assert asks(phone.says("帮助"), "name")


def test_a_name_typed_meanwhile_is_not_mixed_with_somebody_elses_card(studio: Studio) -> None:
    _, phone = begins(studio)
    studio.sends_slowly(phone, OTHER_CARD)
    phone.says(NAME)
    studio.goes_on()
    assert asks(phone.says("帮助"), "id_number")


def test_when_all_is_typed_and_confirmed_meanwhile_nothing_more_is_said(studio: Studio) -> None:
    hall, phone = begins(studio)
    studio.sends_slowly(phone, OTHER_CARD)
    phone.says(f"{NAME} {NUMBER} {REST}")
    assert tells(phone.says("确认"), "check_in.done", time="09:00", hall=hall.name)
    studio.goes_on()
    assert (messages(), queued()) == ([], [])
    assert [visit.name for visit in visits()] == [NAME]


def test_a_check_in_that_was_cancelled_meanwhile_is_not_filled(studio: Studio) -> None:
    _, phone = begins(studio)
    studio.sends_slowly(phone)
    phone.says("取消")
    studio.goes_on()
    assert messages() == []
    assert tells(phone.says("确认"), "engine.nothing_to_confirm")


def test_a_newer_check_in_is_not_filled_with_what_was_sent_in_an_earlier_one(studio: Studio) -> None:
    hall, phone = begins(studio)
    studio.sends_slowly(phone)
    phone.says("取消")
    studio.service.clock.goes_on(seconds=5)
    phone.scan(studio.service.code(hall))
    studio.goes_on()
    assert messages() == []
    assert asks(phone.says("同意"), "name")


def test_a_check_in_that_waits_behind_another_purpose_is_not_filled(studio: Studio) -> None:
    _, phone = begins(studio, NAME)
    studio.sends_slowly(phone)
    phone.says("注册大厅")
    studio.goes_on()
    assert messages() == []
    assert asks(phone.says("继续"), "id_number")


def test_a_photo_sent_before_the_scan_is_for_the_check_in_that_the_scan_opens(studio: Studio) -> None:
    hall, phone = begins(studio)
    phone.says("取消")
    studio.sends_slowly(phone)
    studio.service.clock.goes_on(seconds=5)
    phone.scan(studio.service.code(hall))
    studio.goes_on()
    assert asks(phone.says("同意"), "phone")


def test_a_companions_card_is_not_the_visitors_once_the_companion_was_typed(studio: Studio) -> None:
    _, phone = begins(studio, f"{NAME} {NUMBER} {REST}", "同行人员")
    studio.sends_slowly(phone, OTHER_CARD)
    phone.says("王五")
    studio.goes_on()
    assert messages() == []
    phone.says("确认")
    assert [visit.name for visit in visits()] == [NAME, "王五"]


def test_the_visitors_card_is_no_companions_when_those_are_asked_for_meanwhile(studio: Studio) -> None:
    _, phone = begins(studio, f"{NAME} {NUMBER} {REST}")
    studio.sends_slowly(phone, OTHER_CARD)
    phone.says("同行人员")
    studio.goes_on()
    phone.says("无")
    phone.says("确认")
    assert [visit.name for visit in visits()] == [NAME]


def test_of_two_photos_the_latest_counts(studio: Studio) -> None:
    _, phone = begins(studio)
    studio.sends_slowly(phone, OTHER_CARD)
    assert tells(studio.sends_slowly(phone), "photo.reading")
    assert len(queued()) == 1
    studio.goes_on()
    studio.delivers()
    assert len(messages()) == 1
    phone.says(REST)
    phone.says("确认")
    assert [visit.name for visit in visits()] == [NAME]


def test_a_reply_that_waits_while_a_newer_photo_comes_says_so(studio: Studio) -> None:
    _, phone = begins(studio)
    held = phone.writes.photo(studio.lays_up(OTHER_CARD, held=True))
    waiting = threading.Thread(target=lambda: first.append(phone.sends(held)))
    first: list[Delivered] = []
    waiting.start()
    assert studio.reader.begun.acquire(timeout=60)
    newer = studio.sends(phone)
    assert item("name", NAME) in (newer.reply or "")
    studio.reader.lets_go()
    waiting.join()
    assert tells(first[0], "photo.newer")
    assert OTHER_NAME not in (phone.says(REST).reply or OTHER_NAME)


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


# --- many ---


def test_fifty_photos_of_one_person_in_a_minute_are_not_all_read(studio: Studio) -> None:
    _, phone = begins(studio)
    sent = [studio.sends(phone) for _ in range(50)]
    assert len(studio.reader.read) == 10
    assert all(tells(one, "refused.photos_too_many", minutes=11) for one in sent[10:])
    assert run(lambda: Receipt.select().count()) == 52
    studio.service.clock.goes_on(minutes=10)
    assert tells(studio.sends(phone), "photo.read")


def test_when_enough_photos_wait_the_next_person_is_asked_to_type_at_once(studio: Studio) -> None:
    hall, _ = begins(studio)
    people = [studio.service.visitor(f"oPhotographer{number:015}") for number in range(MOST_WAITING + 1)]
    for phone in people:
        phone.scan(studio.service.code(hall))
    for phone in people[:-1]:
        assert tells(studio.sends_slowly(phone), "photo.reading")
    sent = studio.sends_slowly(people[-1])
    assert tells(sent, "refused.reader_busy")
    assert len(queued()) == MOST_WAITING
    studio.goes_on()
    assert len(messages()) == MOST_WAITING
    assert "同意" in (sent.reply or "")


def test_a_photo_for_which_there_is_no_place_leaves_the_one_before_it_alone(studio: Studio) -> None:
    hall, _ = begins(studio)
    people = [studio.service.visitor(f"oPhotographer{number:015}") for number in range(MOST_WAITING + 1)]
    for phone in people:
        phone.scan(studio.service.code(hall))
        phone.says("同意")
    first = people[0]
    for phone in people[:-1]:
        studio.sends_slowly(phone)
    # Two may come at the same moment and both find the last place.
    now = studio.service.clock()
    run(lambda: photos.add(PhotoRow(bytes(32), people[-1].openid, "media", "", 1, now), now))
    assert tells(studio.sends_slowly(first), "refused.reader_busy")
    studio.goes_on()
    studio.delivers()
    assert item("name", NAME) in pushed(first)


def test_no_more_replies_wait_at_once_than_leave_room_for_others(studio: Studio) -> None:
    hall, _ = begins(studio)
    people = [studio.service.visitor(f"oPhotographer{number:015}") for number in range(MOST_PATIENT + 1)]
    for phone in people:
        phone.scan(studio.service.code(hall))
    sent: list[Delivered] = []
    threads = [
        threading.Thread(target=lambda phone=phone: sent.append(studio.sends(phone, held=True)))
        for phone in people[:-1]
    ]
    for thread in threads:
        thread.start()
    for _ in threads:
        assert studio.reader.begun.acquire(timeout=60)
    assert tells(studio.sends(people[-1], held=True), "photo.reading")
    studio.reader.lets_go()
    for thread in threads:
        thread.join()
    assert [one for one in sent if not tells(one, "photo.read")] == []


# --- what is kept and told ---


def test_nothing_of_a_photo_is_in_a_log_whatever_becomes_of_it(
    studio: Studio, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    _, phone = begins(studio)
    for says in (card(), OTHER_CARD, LookupError(NAME), ValueError(NUMBER)):
        studio.sends(phone, says)
    studio.sends_slowly(phone)
    studio.goes_on()
    studio.delivers()
    assert "LookupError" in caplog.text
    personal = (NAME, NUMBER, ADDRESS, OTHER_NAME, "320106197505230021")
    assert [text for text in personal if text in caplog.text] == []


def test_the_queue_holds_the_media_id_encrypted_and_nothing_else_of_the_photo(
    studio: Studio, database: peewee.Database
) -> None:
    _, phone = begins(studio)
    studio.patience.is_at_its_end = True
    media_id = studio.lays_up(card(), held=True)
    phone.sends_photo(media_id)
    [row] = run(lambda: database.execute_sql("SELECT * FROM photos").fetchall())
    assert media_id.encode() not in b"".join(value for value in row if isinstance(value, bytes))
    assert [photo.media_id for photo in queued()] == [media_id]
    studio.goes_on()


def test_a_photo_opens_the_window_for_what_is_sent(studio: Studio) -> None:
    hall, phone = studio.service.hall(), studio.service.visitor()
    phone.scan(studio.service.code(hall))
    studio.service.clock.goes_on(minutes=5)
    studio.sends_slowly(phone)
    studio.service.clock.goes_on(minutes=2)
    studio.goes_on()
    studio.delivers()
    assert item("name", NAME) in pushed(phone)
