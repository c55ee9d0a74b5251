"""Openids at rest: found and joined by, and readable by nobody without the keys."""

import string
from concurrent.futures import ThreadPoolExecutor

import peewee
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.rules.persons import of_browser, of_desk
from models.tables import openids, vault
from models.tables.database import run, thread_is_done
from models.tables.openids import ELSEWHERE, IN_WECHAT, LONGER_BY, UNREADABLE, OpenidKey, openid_in, openid_out
from models.tables.people import Person
from tests.conftest import KEYS
from tests.service import MONDAY_9

LETTERS = string.ascii_letters + string.digits + "_-"
ANY = st.text(LETTERS, min_size=1, max_size=64)

pytestmark = pytest.mark.usefixtures("database")


@given(ANY)
def test_an_openid_comes_back_as_it_was(openid: str) -> None:
    assert openid_in(openid_out(openid)) == openid


@given(ANY, ANY)
def test_the_same_openid_stands_there_the_same_and_another_one_otherwise(one: str, other: str) -> None:
    assert (openid_out(one) == openid_out(other)) == (one == other)


@given(st.text(LETTERS, min_size=6, max_size=64))
def test_nothing_of_it_shows(openid: str) -> None:
    stored = openid_out(openid)
    assert not {openid[at : at + 4].encode() for at in range(len(openid) - 3)} & {
        stored[at : at + 4] for at in range(len(stored) - 3)
    }


def test_it_is_17_bytes_longer_and_nobody_is_still_nobody() -> None:
    assert len(openid_out("o" * 64)) == 64 + LONGER_BY
    assert (openid_out(""), openid_in(b"")) == (b"", "")


def test_whoever_is_not_in_wechat_is_told_apart_without_a_key() -> None:
    assert openid_out("oSomebody")[:1] == IN_WECHAT
    assert openid_out(of_browser("secret"))[:1] == openid_out(of_desk("form"))[:1] == ELSEWHERE


def test_one_that_was_changed_in_any_byte_is_unreadable_and_stops_nobody() -> None:
    stored = openid_out("oSomebody")
    for at in range(len(stored)):
        changed = bytearray(stored)
        changed[at] ^= 1
        assert openid_in(bytes(changed)) == UNREADABLE
        assert openid_in(stored[: at + 1]) == UNREADABLE or at == len(stored) - 1
    assert openid_in(b"oSomebody") == UNREADABLE


def test_another_process_with_the_same_keys_reads_and_finds_it() -> None:
    run(lambda: _knows("oSomebody"))
    vault.use(vault.Vault(KEYS))
    openids.make_ready()
    assert run(lambda: Person.get(Person.openid == "oSomebody").openid) == "oSomebody"


def test_with_other_data_keys_nothing_begins() -> None:
    run(lambda: _knows("oSomebody"))
    vault.use(vault.Vault(vault.Keys(data={"d1": b"\x01" * 32}, hash=KEYS.hash)))
    with pytest.raises(vault.WrongKey):
        openids.make_ready()


def test_nothing_is_written_before_there_is_a_key() -> None:
    run(lambda: OpenidKey.delete().execute())
    vault.use(vault.Vault(KEYS))
    with pytest.raises(RuntimeError):
        openid_out("oSomebody")


def test_many_that_begin_at_once_have_one_key(database: peewee.Database) -> None:
    run(lambda: OpenidKey.delete().execute())

    def begins(_: int) -> bytes:
        openids.make_ready()
        thread_is_done()
        return openid_out("oSomebody")

    with ThreadPoolExecutor(8) as threads:
        assert len(set(threads.map(begins, range(8)))) == 1
    assert run(OpenidKey.select().count) == 1


def test_the_same_person_cannot_be_there_twice() -> None:
    run(lambda: _knows("oSomebody"))
    with pytest.raises(peewee.IntegrityError):
        run(lambda: _knows("oSomebody"))


def _knows(openid: str) -> None:
    Person.insert(openid=openid, profile="{}", facts="{}", created_at=MONDAY_9, seen_at=MONDAY_9).execute()
