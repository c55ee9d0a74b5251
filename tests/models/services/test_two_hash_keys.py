"""While hash keys are changed, rows under both of them are there, and every look-up finds the ones and the others."""

from datetime import datetime, timedelta

import peewee
import pytest

from models.rules.access import Role
from models.rules.halls import HallFacts
from models.services import sign_ins, staff, submissions
from models.services.casework import cases, elsewhere
from models.services.rekeying import rekey
from models.tables import receipts
from models.tables.database import run
from models.tables.vault import Keys, Vault, use
from tests.conftest import KEYS
from tests.service import MONDAY_9, Service
from tests.staffed import operator, post, registered
from tests.traced import OPEN_ALL_DAY, at, contacts_of, minutes_of, names_of, opened, there
from tests.visited import came

NEW = {"h2": b"\x08" * 32}
BOTH = Keys(data=KEYS.data, hash={**NEW, **KEYS.hash})
LI = {"phone": "13911110002", "number": "371421197902142025"}
OPENID = "oVisitor0000000000000000001"


def changed() -> None:
    """A newer hash key is put before the one in use."""
    use(Vault(BOTH))


@pytest.fixture
def hall(database: peewee.Database) -> HallFacts:
    return registered(calendar=OPEN_ALL_DAY)


def test_somebody_with_visits_under_both_keys_is_one_contact(hall: HallFacts) -> None:
    ill = there(hall, "何病例", 0, 40)
    came(hall, at(5), "李四", timedelta(minutes=10), **LI)
    changed()
    came(hall, at(20), "李四", timedelta(minutes=10), **LI)
    assert names_of(opened(hall, ill)).keys() == {"李四"}
    assert len(contacts_of(opened(hall, ill))) == 1


def test_it_is_the_same_list_before_and_after_everything_is_written_anew(hall: HallFacts) -> None:
    ill = there(hall, "何病例", 0, 40)
    for start in (2, 9, 16):
        came(hall, at(start), "李四", timedelta(minutes=5), **LI)
        came(hall, at(start + 1), "王五", timedelta(minutes=5), number=None, phone="13911110005")
        changed()
    before = minutes_of(opened(hall, ill))
    rekey(MONDAY_9, lambda _: None)
    use(Vault(Keys(data=KEYS.data, hash=NEW)))
    assert minutes_of(opened(hall, ill)) == before
    assert len(before) == 2


def test_whose_visits_before_the_change_are_found_in_other_halls_too(hall: HallFacts) -> None:
    other = registered("武侯区政务大厅", "Other")
    by = operator()
    came(other, at(10), "李四", phone="13911110002", number="371421197902142025")
    changed()
    # Known here by the phone alone; the number links what is under the other key.
    came(other, at(90), "李四", phone=None, number="371421197902142025")
    here = came(hall, at(0), "李四", phone="13911110002", number=None)
    case = cases.open_case(post(hall), here, None, None, at(180)).public_id
    assert [one.in_at for one in elsewhere.stays(by, case, at(180))] == [at(10), at(90)]


def test_a_window_that_was_opened_before_the_change_is_known(database: peewee.Database) -> None:
    service = Service()
    service.visitor(OPENID).says("帮助")
    changed()
    assert receipts_of(service) != {}


def receipts_of(service: Service) -> dict[str, datetime]:
    """When the windows of the visitor were opened."""
    return run(lambda: receipts.openings([OPENID], service.clock() - timedelta(days=1)))[OPENID]


def test_of_windows_opened_before_and_after_the_later_counts(database: peewee.Database) -> None:
    service = Service()
    service.visitor(OPENID).says("帮助")
    changed()
    service.clock.goes_on(minutes=7)
    service.visitor(OPENID).says("帮助")
    assert set(receipts_of(service).values()) == {service.clock()}


def test_a_code_that_was_given_before_the_change_binds(hall: HallFacts) -> None:
    invited = staff.invite(post(hall), Role.GUARD, "李门岗", MONDAY_9)
    changed()
    assert staff.bind("oGuard", invited, MONDAY_9).role is Role.GUARD


def test_a_number_on_a_page_from_before_the_change_signs_in(hall: HallFacts) -> None:
    shown = sign_ins.begin("/me", "b" * 43, "Firefox", MONDAY_9)
    changed()
    assert sign_ins.by_number(shown.number, post(hall).openid, MONDAY_9).device == "Firefox"


def test_a_form_from_before_the_change_can_be_sent(database: peewee.Database) -> None:
    key = submissions.new_key(OPENID, 1, MONDAY_9)
    changed()
    assert submissions.row_key(key, OPENID, 1, MONDAY_9)
