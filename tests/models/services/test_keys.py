"""Before anything is read or written: are these the keys that the data was written with?"""

import threading
from concurrent.futures import ThreadPoolExecutor

import peewee
import pytest

from models.rules.halls import HallFacts
from models.services.keys import WrongKeys, check_keys
from models.tables.database import DB, run
from models.tables.door import Flag
from models.tables.housekeeping import KeyCheck
from models.tables.vault import Keys, Vault, use
from tests.conftest import KEYS
from tests.reading import tells
from tests.service import ONE_LINE, Service

ONE, TWO, THREE, FOUR = (bytes([number]) * 32 for number in range(1, 5))


def vault(data: dict[str, bytes], hash_keys: dict[str, bytes]) -> Vault:
    return Vault(Keys(data=data, hash=hash_keys))


USED = vault({"d1": ONE}, {"h1": TWO})


def noted() -> list[str]:
    return run(lambda: sorted(row.key for row in KeyCheck.select()))


def test_the_first_start_notes_its_keys(database: peewee.Database) -> None:
    check_keys(USED)
    assert noted() == ["data:d1", "hash:h1"]


def test_the_same_keys_are_known_again(database: peewee.Database) -> None:
    check_keys(USED)
    check_keys(vault({"d1": ONE}, {"h1": TWO}))
    assert noted() == ["data:d1", "hash:h1"]


@pytest.mark.parametrize(
    ("data", "hash_keys", "wrong"),
    [
        ({"d1": THREE}, {"h1": TWO}, ["data:d1"]),  # another key under the id of the old one
        ({"d1": ONE}, {"h1": THREE}, ["hash:h1"]),
        ({"d2": ONE}, {"h1": TWO}, ["data:d1"]),  # the right key under another id
        ({"d1": TWO}, {"h1": ONE}, ["data:d1", "hash:h1"]),  # one taken for the other
        ({"d2": THREE}, {"h2": FOUR}, ["data:d1", "hash:h1"]),  # the old ones left out
    ],
)
def test_keys_that_are_missing_or_others_are_named(
    database: peewee.Database, data: dict[str, bytes], hash_keys: dict[str, bytes], wrong: list[str]
) -> None:
    check_keys(USED)
    with pytest.raises(WrongKeys) as refusal:
        check_keys(vault(data, hash_keys))
    assert refusal.value.keys == wrong
    assert noted() == ["data:d1", "hash:h1"]


def test_a_new_key_beside_the_old_ones_is_noted(database: peewee.Database) -> None:
    check_keys(USED)
    check_keys(vault({"d2": THREE, "d1": ONE}, {"h2": FOUR, "h1": TWO}))
    assert noted() == ["data:d1", "data:d2", "hash:h1", "hash:h2"]


def test_what_is_noted_of_a_key_is_not_the_key(database: peewee.Database) -> None:
    check_keys(USED)
    assert run(lambda: {bytes(row.check) for row in KeyCheck.select()}).isdisjoint({ONE, TWO})


def test_several_processes_that_start_first_at_once_all_start(database: peewee.Database) -> None:
    together = threading.Barrier(4)

    def start(_: int) -> None:
        together.wait()
        check_keys(USED)
        DB.close()

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(start, range(4)))
    assert noted() == ["data:d1", "hash:h1"]


@pytest.mark.parametrize("newer", [0, 1, 2])
def test_a_number_written_before_new_hash_keys_is_still_found(database: peewee.Database, newer: int) -> None:
    written = {"h1": TWO}
    use(vault(dict(KEYS.data), written))
    service = Service()
    hall = service.hall()
    checked_in(service, hall, "oVisitor0000000000000000001")
    added = {"h3": FOUR, "h2": THREE} if newer == 2 else {"h2": THREE} if newer else {}
    use(vault(dict(KEYS.data), {**added, **written}))
    checked_in(service, hall, "oVisitor0000000000000000002")
    assert run(lambda: [row.kind for row in Flag.select()]) == ["same_number_inside"]


def checked_in(service: Service, hall: HallFacts, openid: str) -> None:
    """Somebody who checks in with the number of everybody here."""
    phone = service.visitor(openid)
    phone.scan(service.code(hall))
    phone.says("同意")
    phone.says(ONE_LINE)
    assert tells(phone.says("确认"), "check_in.done", time="09:00", hall=hall.name)
