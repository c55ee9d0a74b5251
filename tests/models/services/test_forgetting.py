"""Forgetting somebody: whole or not at all, whatever else happens at the same moment, and nothing of anybody else's."""

from collections.abc import Callable
from datetime import timedelta

import peewee
import pytest

from models.rules.halls import HallFacts
from models.rules.refusal import Refused
from models.rules.visits import HowIn, SignIn
from models.services import check_in, erasing, forgetting, outbox, own_data, people, sessions
from models.services.check_in import Entry
from models.services.forgetting import Extent
from models.services.outbox import send_due
from models.services.sessions import Place
from models.tables.contacts import Notice
from models.tables.database import run
from models.tables.erasures import Erasure
from models.tables.fields import insert
from models.tables.outbox import Outgoing
from models.tables.people import Person
from models.tables.signing_in import Session
from models.tables.signing_in import SignIn as BegunSignIn
from models.tables.visits import Visit
from tests.looks import a_case, a_contact, a_person
from tests.service import MONDAY_9, NOBODY
from tests.staffed import at_once, everything, joins, openid, refused, registered
from tests.visited import came, id_of

NOON = MONDAY_9 + timedelta(hours=3)
M, OTHER = openid("M"), openid("Other")
SAID = SignIn("张三", "11010519491231002X", "13800138000", None, "social", "36.5")


@pytest.fixture
def hall(database: peewee.Database) -> HallFacts:
    return registered()


def comes(hall: HallFacts, who: str = M) -> None:
    """Somebody checks in on the page of the hall, at noon."""
    run(lambda: check_in.sign_in(Entry(who, hall, 1, HowIn.FORM, NOON, None, "zh"), SAID, people.found(who)))


def visited(hall: HallFacts, who: str = "M") -> str:
    return came(hall, person_id=a_person(who))


def forget(extent: Extent = Extent.ALL) -> object:
    return forgetting.forget(M, NOON, "chat", extent)


def inside(who: str = M) -> int:
    known = people.found(who)
    return run(
        lambda: Visit.select().where(Visit.out_at.is_null(), Visit.person_id == (known.id if known else 0)).count()
    )


def test_what_is_refused_leaves_everything_as_it_was(hall: HallFacts) -> None:
    visited(hall)
    comes(hall)
    before = everything()
    assert refused(forget) == "erase_inside"
    assert everything() == before


def test_forgetting_whoever_is_nobody_changes_nothing(hall: HallFacts) -> None:
    before = everything()
    forget()
    assert everything() == before


def test_nobody_else_loses_anything(hall: HallFacts) -> None:
    visited(hall)
    others = visited(hall, "Other")
    sessions.begin(OTHER, Place.WECHAT, "phone", NOON)
    forget()
    assert run(lambda: Visit.get(Visit.public_id == others).name) == "张三"
    assert people.found(OTHER) is not None
    assert run(Session.select().count) == 1


def test_sign_ins_that_were_begun_for_them_lead_nowhere(hall: HallFacts) -> None:
    visited(hall)
    sessions.begin(M, Place.WECHAT, "phone", NOON)
    run(
        lambda: insert(
            BegunSignIn, kind="link", token_hash=b"t" * 32, state="new", openid=M, target="/me", device="",
            made_at=NOON, expires_at=NOON + timedelta(minutes=10),
        )
    )  # fmt: skip
    forget()
    assert run(Session.select().count) == 0
    assert run(BegunSignIn.select().count) == 0


def test_of_very_many_stays_all_are_emptied_with_whoever_came_along(
    hall: HallFacts, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(forgetting, "MOST_STAYS", 1)
    lead = visited(hall)
    person = people.found(M)
    assert person
    came(hall, MONDAY_9 - timedelta(days=1), person_id=person.id)
    came(hall, name="李四", number=None, lead_id=id_of(lead))
    run(lambda: Visit.update(companions=1).where(Visit.public_id == lead).execute())
    done = forgetting.forget(M, NOON, "chat")
    assert (done.emptied, done.later, done.gone_on) == (2, 1, MONDAY_9.date() + timedelta(days=31))
    assert forgetting.forget_due(NOON) == 1
    assert run(lambda: {one.person_id for one in Visit.select()}) == {None}
    assert run(lambda: {one.name for one in Visit.select()}) == {""}
    assert run(Erasure.select().count) == 0


def test_whoever_came_along_and_is_inside_again_alone_is_emptied_once_they_have_left(hall: HallFacts) -> None:
    lead = visited(hall)
    along = came(hall, name="李四", number=None, left=None, lead_id=id_of(lead))
    run(lambda: Visit.update(companions=1).where(Visit.public_id == lead).execute())
    at = MONDAY_9 + timedelta(minutes=50)
    forgetting.forget(M, at, "chat")
    erasing.empty_due(at)
    assert run(lambda: {one.name for one in Visit.select()}) == {"", "李四"}
    run(lambda: Visit.update(out_at=NOON, how_out="scan").where(Visit.public_id == along).execute())
    erasing.empty_due(at + erasing.LOOK_AGAIN)
    assert run(lambda: {one.name for one in Visit.select()}) == {""}


# --- messages ---


def written(kind: str, key: str, who: str = M) -> None:
    outbox.write(key, kind, who, "张三，您好", {}, NOON, NOON + timedelta(days=1))


def notice(hall: HallFacts, state: str = "waiting") -> None:
    """A notice of a case to M, as the outbox has it."""
    contact = a_contact(a_case(hall), visited(hall), None)
    written("contact", "notice:1:1:0")
    run(lambda: Outgoing.update(state=state).execute())
    run(lambda: insert(Notice, case_id=1, contact_id=contact, key="notice:1:1:0", by="o", at=NOON, state="queued"))


@pytest.mark.parametrize(
    ("state", "kept"),
    [("waiting", ("given_up", "erased")), ("sending", ("unknown", None)), ("sent", ("sent", None))],
)
def test_of_a_notice_it_is_kept_what_became_of_it_and_no_more_is_sent(
    hall: HallFacts, state: str, kept: tuple[str, str | None]
) -> None:
    notice(hall, state)
    forget()
    assert run(Outgoing.select().count) == 0
    assert run(lambda: [(one.state, one.reason) for one in Notice.select()]) == [kept]
    assert send_due(NOON, NOBODY) == 0


def test_staff_who_forget_themselves_still_hear_what_staff_hear(hall: HallFacts) -> None:
    joins(hall, "M", "李建国")
    visited(hall)
    written("remind", "one")
    written("staff", "two")
    forget()
    assert "remind" not in run(lambda: {one.kind for one in Outgoing.select()})
    assert "two" in run(lambda: {one.key for one in Outgoing.select()})


def test_whoever_was_staff_once_loses_those_messages_too(hall: HallFacts) -> None:
    visited(hall)
    written("staff", "two")
    forget()
    assert M not in run(lambda: {one.openid for one in Outgoing.select()})


# --- at the same moment ---


def tried(work: Callable[[], object]) -> Callable[[], str]:
    """What came of it: done, or the code of a refusal."""

    def trying() -> str:
        try:
            work()
        except Refused as no:
            return no.code
        return "done"

    return trying


@pytest.mark.parametrize("extent", [Extent.ALL, Extent.PROFILE])
def test_whoever_comes_in_while_they_are_forgotten_is_inside_under_their_account_or_was_told_to_leave_first(
    hall: HallFacts, extent: Extent
) -> None:
    for _ in range(6):
        run(lambda: Visit.delete().execute())
        run(lambda: Person.delete().execute())
        visited(hall)
        told = at_once(tried(lambda: forget(extent)), tried(lambda: comes(hall)))
        assert told in (["done", "done"], ["erase_inside", "done"])
        # Nobody is inside whom no account could sign out.
        assert inside() == 1
        assert run(lambda: Visit.select().where(Visit.out_at.is_null()).count()) == 1


def test_two_who_forget_the_same_at_once_do_it_once(hall: HallFacts) -> None:
    visited(hall)
    assert at_once(tried(forget), tried(forget), tried(forget)) == ["done"] * 3
    assert run(lambda: [one.name for one in Visit.select()]) == [""]
    assert run(Person.select().count) == 0


def test_a_change_of_the_data_while_it_is_forgotten_brings_nothing_back(hall: HallFacts) -> None:
    for _ in range(4):
        run(lambda: Visit.delete().execute())
        run(lambda: Person.delete().execute())
        visited(hall)
        told = at_once(tried(forget), tried(lambda: own_data.speak(M, "en")))
        assert told[0] == "done"
        assert told[1] in ("done", "data_gone")
        assert run(Person.select().count) == 0


def test_a_stay_that_ends_as_it_is_erased_is_erased_or_waits_for_its_end(hall: HallFacts) -> None:
    visit = came(hall, NOON - timedelta(minutes=5), person_id=(person := a_person("M")), open_key=person, left=None)
    row_id = id_of(visit)

    def leaves() -> None:
        end = Visit.update(out_at=NOON, how_out="scan", open_key=None)
        run(lambda: end.where(Visit.id == row_id, Visit.out_at.is_null()).execute())

    told = at_once(tried(forget), tried(leaves))
    assert told in (["done", "done"], ["erase_inside", "done"])
    name = run(lambda: Visit.get(Visit.id == row_id).name)
    assert name == ("" if told[0] == "done" else "张三")
