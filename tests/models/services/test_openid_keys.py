"""A new key of openids, made while nothing is served: all is found as before, and nothing by the old key."""

from datetime import timedelta
from typing import Any

import peewee
import pytest

from models.services import openid_keys
from models.services.job_slots import take
from models.tables import openids, receipts, rekeying, vault
from models.tables.database import run
from models.tables.openids import OpenidKey
from tests.busy_day import BusyDay
from tests.conftest import KEYS
from tests.service import MONDAY_9, Service

MUCH_LATER = MONDAY_9 + timedelta(days=1)


@pytest.fixture
def day(database: peewee.Database) -> BusyDay:
    passed = BusyDay(Service())
    passed.pass_by()
    return passed


def silent(_line: str) -> None:
    """Whoever does not want to be told of progress."""


def stored() -> dict[tuple[str, str], list[bytes]]:
    """What stands in the columns of openids."""
    return {at: rekeying.openids_after(*at, b"", 1000) for at in rekeying.openid_columns()}


def read() -> dict[tuple[str, str], list[str]]:
    """The openids that this is."""
    return {at: sorted(map(openids.openid_in, values)) for at, values in stored().items()}


def test_every_openid_reads_as_before_and_none_stands_as_before(day: BusyDay) -> None:
    was, before = run(stored), run(read)
    assert openid_keys.renew(MUCH_LATER, silent) == sum(map(len, was.values())) > 10
    assert run(read) == before
    new = run(stored)
    assert {at: set(values) & set(was[at]) for at, values in new.items() if values} == {
        at: set() for at, values in was.items() if values
    }


def test_a_process_that_begins_afterwards_reads_them(day: BusyDay) -> None:
    before = run(read)
    openid_keys.renew(MUCH_LATER, silent)
    vault.use(vault.Vault(KEYS))
    openids.make_ready()
    assert run(read) == before


def test_who_comes_again_is_known_again(day: BusyDay) -> None:
    people = run(lambda: rekeying.openids_after("people", "openid", b"", 1000))
    openid_keys.renew(MUCH_LATER, silent)
    assert len(run(lambda: rekeying.openids_after("people", "openid", b"", 1000))) == len(people)


def test_while_jobs_run_nothing_is_written(day: BusyDay) -> None:
    take("sign_out", 60, MUCH_LATER - timedelta(seconds=170))
    before = run(stored)
    with pytest.raises(openid_keys.StillServed):
        openid_keys.renew(MUCH_LATER, silent)
    assert run(stored) == before


def test_while_messages_are_answered_nothing_is_written(day: BusyDay) -> None:
    before = run(stored)
    last = run(receipts.latest)
    assert last is not None
    with pytest.raises(openid_keys.StillServed):
        openid_keys.renew(last + timedelta(seconds=170), silent)
    assert run(stored) == before


def test_a_key_that_is_gone_is_not_replaced_in_silence(day: BusyDay) -> None:
    run(OpenidKey.delete().execute)
    vault.use(vault.Vault(KEYS))
    with pytest.raises(vault.WrongKey, match="gone"):
        openid_keys.take_up()
    assert run(OpenidKey.select().count) == 0


def test_one_that_ends_in_the_middle_leaves_all_as_it_was(day: BusyDay) -> None:
    before = run(stored)

    def ends(line: str) -> None:
        raise KeyboardInterrupt(line)

    with pytest.raises(KeyboardInterrupt):
        openid_keys.renew(MUCH_LATER, ends)
    vault.use(vault.Vault(KEYS))
    openids.make_ready()
    assert run(stored) == before
    assert "unreadable" not in {one for values in run(read).values() for one in values}


def test_a_value_that_does_not_open_stays_and_stops_nothing(day: BusyDay) -> None:
    def damages() -> Any:
        value = rekeying.openids_after("people", "openid", b"", 1)[0]
        rekeying.replace_openid("people", "openid", value, value[:-1])

    run(damages)
    openid_keys.renew(MUCH_LATER, silent)
    assert run(read)["people", "openid"].count("unreadable") == 1
