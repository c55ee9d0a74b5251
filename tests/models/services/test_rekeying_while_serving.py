"""Keys are changed in the middle of a day: nothing that anybody does meanwhile is lost, or stays under the old key."""

import json
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import peewee
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models.services import own_data
from models.services.keys import check_keys
from models.services.rekeying import rekey
from models.tables import vault
from models.tables.database import run, thread_is_done
from models.tables.housekeeping import KeyCheck
from models.tables.people import Person
from models.tables.vault import Keys, Vault, use
from models.tables.visits import Visit
from tests.conftest import KEYS
from tests.service import MONDAY_9, ONE_LINE, Service
from tests.staffed import registered
from tests.visited import came

NEW = {"d2": b"\x07" * 32}, {"h2": b"\x08" * 32}
BOTH = Keys(data={**NEW[0], **KEYS.data}, hash={**NEW[1], **KEYS.hash})
OTHER_WAY = Keys(data={**KEYS.data, **NEW[0]}, hash={**KEYS.hash, **NEW[1]})
PEOPLE, TURNS = 12, 5


def silent(_line: str) -> None:
    """Whoever does not want to be told of progress."""


def until_over(work: Callable[[], None]) -> None:
    """Write everything anew again and again while `work` goes on, taking the keys in turns, so that each time all of it
    has to be written."""
    is_over = threading.Event()

    def anew() -> None:
        turns = 0
        while not is_over.is_set() or turns < 2:
            use(Vault((BOTH, OTHER_WAY)[turns % 2]))
            rekey(MONDAY_9, silent)
            turns += 1
        thread_is_done()

    with ThreadPoolExecutor(1) as threads:
        done = threads.submit(anew)
        try:
            work()
        finally:
            is_over.set()
        done.result()
    use(Vault(BOTH))


def seen(openid: str) -> str:
    """What a change of this person's phone has to be made with."""
    kept = own_data.of(openid)
    assert kept is not None
    return kept.seen["phone"]


def test_whoever_changes_their_data_meanwhile_has_it_changed(database: peewee.Database) -> None:
    registered_id = registered().id
    for number in range(PEOPLE):
        profile = json.dumps({"name": "张三"})
        run(lambda number=number, profile=profile: Person.insert(  # type: ignore[misc]
            openid=f"o{number}", profile=profile, created_at=MONDAY_9, seen_at=MONDAY_9,
            facts=json.dumps({"language": "zh", "consents": {}, "matters": {}, "last_hall_id": registered_id}),
        ).execute())  # fmt: skip

    def change() -> None:
        for turn in range(TURNS):
            for number in range(PEOPLE):
                own_data.change(f"o{number}", "phone", f"1380013{turn:02}{number:02}", seen(f"o{number}"), MONDAY_9)

    until_over(change)
    phones = [json.loads(row.profile)["phone"] for row in run(lambda: list(Person.select().order_by(Person.id)))]
    assert phones == [f"1380013{TURNS - 1:02}{number:02}" for number in range(PEOPLE)]


def test_whoever_checks_in_and_out_meanwhile_has_done_so_once(database: peewee.Database) -> None:
    service = Service()
    hall = service.hall()

    def comes_and_goes() -> None:
        for number in range(6):
            phone = service.visitor(f"oVisitor{number:020}")
            phone.scan(service.code(hall))
            phone.says(f"同意 {ONE_LINE.replace('11010519491231002X', '371421198005121018')}")
            phone.says("确认")
            service.clock.goes_on(seconds=5)
            phone.scan(service.code(hall, "out"))

    until_over(comes_and_goes)
    rows = run(lambda: list(Visit.select()))
    assert [(row.name, row.how_out) for row in rows] == [("张三", "scan")] * 6


Row = tuple[str, str | None, bool]


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rows=st.lists(
        st.tuples(
            st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=20),
            st.none() | st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True),
            st.booleans(),
        ),
        max_size=12,
    )
)
@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_whatever_is_written_under_whichever_key_ends_under_the_newest(
    database: peewee.Database, rows: list[Row]
) -> None:
    run(lambda: [table.delete().execute() for table in (Visit, KeyCheck)])
    use(Vault(KEYS))
    hall = Service().hall()
    check_keys(vault.current())
    for name, phone, is_late in rows:
        use(Vault(BOTH if is_late else KEYS))
        came(hall, name=name, number=None, phone=phone)
    use(Vault(BOTH))
    check_keys(vault.current())
    done = rekey(MONDAY_9, silent)
    assert (done.is_whole, done.left) == (True, {})
    use(Vault(Keys(data=NEW[0], hash=NEW[1])))
    kept = run(lambda: list(Visit.select().order_by(Visit.id)))
    assert [(row.name, row.phone) for row in kept] == [(name, phone) for name, phone, _ in rows]
    assert all(bytes(row.name_hash).startswith(b"h2:") for row in kept)
