"""Who had themselves erased after a backup was made is erased again when it is restored, before anybody is served; and
what waited to be sent when it was made is not sent again."""

import json
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from pathlib import Path

import peewee
import pytest

import assembly
import backups
import restoring
from models.phrases import has
from models.rules.halls import HallFacts
from models.services import audit, erasure_journal, forgetting, outbox, own_answers, own_data, reminders
from models.services.forgetting import Extent
from models.tables import journal_file, vault
from models.tables.database import run
from models.tables.door import Fever
from models.tables.fields import insert
from models.tables.outbox import Outgoing
from models.tables.people import Person
from models.tables.vault import Keys, Vault
from models.tables.visits import Visit
from tests.asking import SESSION, asks
from tests.backed_up import empty_url, in_use
from tests.conftest import KEYS
from tests.service import MONDAY_9, NOBODY, ONE_LINE, Service
from tests.staffed import openid, post, registered
from tests.visited import came

M = openid("M")
LATER = MONDAY_9 + timedelta(hours=2)
RESTORED = MONDAY_9 + timedelta(hours=3)


@pytest.fixture
def path(database: peewee.Database, tmp_path: Path) -> Path:
    """The journal."""
    found = tmp_path / "erasures.journal"
    erasure_journal.use(found)
    return found


@pytest.fixture
def service(path: Path) -> Service:
    return Service()


@pytest.fixture
def hall(service: Service) -> HallFacts:
    return registered()


@pytest.fixture
def url(request: pytest.FixtureRequest, database: peewee.Database, tmp_path: Path) -> str:
    """The address of an empty database of the same kind."""
    kind = "sqlite" if isinstance(database, peewee.SqliteDatabase) else "mariadb"
    return empty_url(kind, request.getfixturevalue("mariadb") if kind == "mariadb" else None, tmp_path)


@pytest.fixture
def again(path: Path, url: str, tmp_path: Path) -> Iterator[Callable[..., list[str]]]:
    """A backup is made, something is done, the backup is restored elsewhere, which is in use from then on; gives what
    the restore said."""
    place = in_use(url)

    def do(work: Callable[[], object], *journals: Path, made_at: datetime = MONDAY_9) -> list[str]:
        made = backups.back_up(tmp_path / "backups", made_at, lambda _: None)
        work()
        erasure_journal.use(None)
        place.__enter__()
        said: list[str] = []
        told = restoring.journals(path, journals, said.append)
        restoring.restore(
            made.path, RESTORED, assembly.purge, said.append, mend=lambda at: assembly.mend(told, at, RESTORED)
        )
        return said

    yield do
    place.__exit__(None, None, None)


def comes(service: Service, hall: HallFacts, *, leaves: bool = True) -> None:
    """M checks in, and out."""
    phone = service.visitor(M)
    phone.scan(service.code(hall))
    phone.says(f"同意 {ONE_LINE}")
    phone.says("确认")
    if leaves:
        phone.says("签退")


def kept() -> list[tuple[str, bool]]:
    """The name of each stay, and whether it is over."""
    return [(row.name, row.out_at is not None) for row in run(lambda: list(Visit.select().order_by(Visit.id)))]


def people() -> int:
    return run(lambda: Person.select().count())


def test_whoever_was_erased_in_the_chat_is_erased_again(
    service: Service, hall: HallFacts, again: Callable[..., list[str]]
) -> None:
    comes(service, hall)
    phone = service.visitor(M)

    def erases() -> None:
        service.clock.goes_on(hours=2)
        phone.says("删除我的资料")
        phone.says("确认")
        assert (kept(), people()) == ([("", True)], 0)

    said = again(erases)
    assert (kept(), people()) == ([("", True)], 0)
    assert any(line.startswith("1 erasures") for line in said)


def test_whoever_was_inside_when_the_backup_was_made_is_signed_out_and_erased(
    service: Service, hall: HallFacts, again: Callable[..., list[str]]
) -> None:
    comes(service, hall, leaves=False)

    def erases() -> None:
        service.clock.goes_on(hours=1)
        service.visitor(M).says("签退")
        forgetting.forget(M, LATER, "page")

    again(erases)
    assert (kept(), people()) == ([("", True)], 0)
    row = run(lambda: Visit.get())
    assert (row.out_at, row.how_out) == (LATER, "closing")


def test_whoever_left_the_account_while_inside_is_forgotten_once_they_have_left(
    service: Service, hall: HallFacts, again: Callable[..., list[str]]
) -> None:
    comes(service, hall, leaves=False)
    again(lambda: forgetting.left_the_account(M, Extent.ALL, LATER))
    assert (kept(), people()) == ([("张三", False)], 1)
    due = run(lambda: Visit.get()).due_at
    assert forgetting.forget_due(due + timedelta(minutes=1)) == 1
    assert (kept(), people()) == ([("", True)], 0)


def test_the_audit_says_that_it_was_after_a_restore_and_of_nobody(
    service: Service, hall: HallFacts, again: Callable[..., list[str]]
) -> None:
    comes(service, hall)
    again(lambda: forgetting.forget(M, LATER, "chat"))
    [row] = audit.latest(None, RESTORED + timedelta(days=1), action="own_erase")
    assert (json.loads(row.detail)["how"], row.at) == ("restored", RESTORED)
    assert M not in row.detail
    assert has("rights.how.restored")


def test_a_profile_alone_goes_again_as_it_did(
    service: Service, hall: HallFacts, again: Callable[..., list[str]]
) -> None:
    comes(service, hall)
    again(lambda: forgetting.left_the_account(M, Extent.PROFILE, LATER))
    assert (kept(), people()) == ([("张三", True)], 0)


def test_whoever_came_again_before_the_backup_was_made_stays(
    service: Service, hall: HallFacts, again: Callable[..., list[str]]
) -> None:
    comes(service, hall)
    forgetting.forget(M, MONDAY_9 - timedelta(minutes=1), "chat")
    service.clock.goes_on(minutes=1)
    comes(service, hall)
    said = again(lambda: None, made_at=MONDAY_9 + timedelta(minutes=2))
    assert (kept(), people()) == ([("", True), ("张三", True)], 1)
    assert any("0 erasures" in line and "; 1 more" in line for line in said)


def test_visits_and_fevers_erased_at_a_counter_are_erased_again_and_nobody_elses(
    service: Service, hall: HallFacts, again: Callable[..., list[str]]
) -> None:
    before = MONDAY_9 - timedelta(hours=1)
    came(hall, before)
    came(hall, before, "李四", number="320106197505230021", phone="13900139000")
    for name in ("张三", "李四"):
        run(
            lambda name=name: insert(
                Fever, hall_id=hall.id, hall_day=date(2026, 3, 1), door=1, openid="", declared_tenths=380,
                declared_at=before, name=name, phone="13800138000",
            )
        )  # fmt: skip

    def erases() -> None:
        request = asks(hall, now=LATER, phone="13800138000")
        assert request is not None
        own_answers.erase(post(hall), request, SESSION, LATER)

    again(erases)
    assert [name for name, _ in kept()] == ["", "李四"]
    assert [row.name for row in run(lambda: list(Fever.select().order_by(Fever.id)))] == [None, "李四"]


def test_a_visit_erased_at_a_counter_that_was_open_in_the_backup_is_over(
    service: Service, hall: HallFacts, again: Callable[..., list[str]]
) -> None:
    came(hall, MONDAY_9 - timedelta(hours=1), left=None)

    def erases() -> None:
        run(lambda: Visit.update(out_at=LATER, how_out="staff").execute())
        request = asks(hall, now=LATER)
        assert request is not None
        own_answers.erase(post(hall), request, SESSION, LATER)

    again(erases)
    assert kept() == [("", True)]


def test_what_was_taken_back_and_a_field_that_was_removed_are_gone_again(
    service: Service, hall: HallFacts, again: Callable[..., list[str]]
) -> None:
    comes(service, hall)

    def deeds() -> None:
        own_data.remove(M, "phone", LATER)
        own_data.withdraw(M, hall.id, LATER)

    again(deeds)
    data = own_data.of(M)
    assert data is not None
    assert (data.consents, set(data.profile.values())) == ([], {""})


def test_nothing_of_a_line_of_long_before_the_backup_is_done(
    service: Service, hall: HallFacts, again: Callable[..., list[str]]
) -> None:
    forgetting.left_the_account(M, Extent.ALL, MONDAY_9 - timedelta(days=1))
    comes(service, hall)
    again(lambda: None)
    assert people() == 1


# --- what is told ---


def test_without_a_journal_it_is_told_that_who_was_erased_comes_back(
    service: Service, hall: HallFacts, path: Path, again: Callable[..., list[str]]
) -> None:
    comes(service, hall)
    said = again(lambda: (forgetting.forget(M, LATER, "chat"), path.unlink()))
    assert any(line.startswith("WARNING: there is no journal") for line in said)
    assert people() == 1


def test_the_journal_of_another_machine_is_added(
    service: Service, hall: HallFacts, path: Path, tmp_path: Path, again: Callable[..., list[str]]
) -> None:
    comes(service, hall)
    other = tmp_path / "from-the-other-machine"

    def erases() -> None:
        forgetting.forget(M, LATER, "chat")
        path.rename(other)
        journal_file.append(path, ["nothing that makes sense"])

    said = again(erases, other)
    assert people() == 0
    assert any("1 lines of it are damaged" in line for line in said)


def test_what_needs_a_key_that_is_gone_is_told_by_its_name(
    service: Service, hall: HallFacts, again: Callable[..., list[str]]
) -> None:
    comes(service, hall)

    def erases() -> None:
        vault.use(Vault(Keys(KEYS.data, {"h2": b"\x05" * 32, **KEYS.hash})))
        forgetting.forget(M, LATER, "chat")
        vault.use(Vault(KEYS))

    said = again(erases)
    assert any("1 lines of it need the hash key h2" in line for line in said)
    assert people() == 1


def test_a_journal_that_is_given_and_not_there_stops_the_restore(path: Path, tmp_path: Path) -> None:
    with pytest.raises(backups.BackupFault, match="nowhere cannot be read"):
        restoring.journals(path, [tmp_path / "nowhere"], lambda _: None)


def test_a_configured_journal_that_nobody_can_look_up_stops_the_restore(tmp_path: Path) -> None:
    with pytest.raises(backups.BackupFault, match="cannot be read"):
        restoring.journals(tmp_path / ("x" * 300), [], lambda _: None)


def test_a_backup_from_before_the_journal_begins_is_told_of(
    service: Service, hall: HallFacts, again: Callable[..., list[str]]
) -> None:
    said = again(lambda: None, made_at=MONDAY_9 - timedelta(days=40))
    assert any("older than what the journal" in line for line in said)


# --- messages ---


def test_what_waited_when_the_backup_was_made_is_not_sent_again_and_says_why(
    service: Service, hall: HallFacts, again: Callable[..., list[str]]
) -> None:
    day = MONDAY_9 + timedelta(days=1)
    for number, kind in enumerate((reminders.KIND, "contact", "photo", "codes")):
        outbox.write(f"{kind}:{number}", kind, M, "您好", {}, MONDAY_9, day, hall_id=hall.id)
    said = again(lambda: None)
    assert any(line.startswith("4 messages") for line in said)
    rows = run(lambda: list(Outgoing.select()))
    assert {(row.state, row.reason) for row in rows} == {("unknown", "restored")}
    assert outbox.send_due(RESTORED, NOBODY) == 0


def test_a_visit_that_is_open_is_still_asked_about(
    service: Service, hall: HallFacts, again: Callable[..., list[str]]
) -> None:
    comes(service, hall, leaves=False)
    again(lambda: None)
    due = run(lambda: Visit.get()).due_at
    assert reminders.write_due(due - timedelta(minutes=10)) == 1


def test_it_is_no_matter_to_do_it_twice(service: Service, hall: HallFacts, path: Path) -> None:
    comes(service, hall)
    forgetting.forget(M, LATER, "chat")
    told = erasure_journal.told([path])
    erasure_journal.use(None)
    lines = [list(assembly.mend(told, MONDAY_9, RESTORED)) for _ in range(2)]
    assert any("0 erasures" in line for line in lines[1])
    assert people() == 0
