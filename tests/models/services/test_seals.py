"""Seals: only the service signs; what it signed is known again after its keys changed; nobody else's key is trusted."""

from datetime import timedelta

import pytest

from models.services import seals
from models.services.seals import KeyFault, Seal
from models.tables import seal_keys, vault
from models.tables.database import run
from models.tables.seal_keys import SealKey
from tests.conftest import KEYS
from tests.service import MONDAY_9

pytestmark = pytest.mark.usefixtures("database")

NOW = MONDAY_9
ONE, TWO, THREE = ({f"h{number}": bytes([number]) * 32} for number in (1, 2, 3))


def with_keys(*hash_keys: dict[str, bytes]) -> None:
    """Start anew with these hash keys, the first of which is the newest."""
    vault.use(vault.Vault(vault.Keys(KEYS.data, {name: key for one in hash_keys for name, key in one.items()})))
    seals.introduce(NOW)


def test_what_was_signed_is_known_again_and_nothing_else_is() -> None:
    seal = seals.sign(b"a day")
    assert seals.verify(b"a day", seal)
    assert not seals.verify(b"another day", seal)
    assert not seals.verify(b"a day", Seal(seal.key_id, bytes(64)))
    assert not seals.verify(b"a day", Seal("h1-0000000000000000", seal.signature))


def test_a_seal_names_its_hash_key_and_the_fingerprint_of_its_public_key() -> None:
    with_keys(ONE)
    key_id = seals.sign(b"").key_id
    assert key_id.startswith("h1-") and len(seals.fingerprint(key_id)) == 16


def test_what_an_old_key_signed_is_known_when_its_hash_key_is_gone() -> None:
    with_keys(ONE)
    first = seals.sign(b"first")
    with_keys(TWO, ONE)
    second = seals.sign(b"second")
    with_keys(THREE, TWO)
    with_keys(THREE)
    assert seals.verify(b"first", first) and seals.verify(b"second", second)
    assert len({first.key_id, second.key_id, seals.sign(b"").key_id}) == 3
    assert seals.key_faults() == []


def test_a_key_that_came_when_the_one_before_was_gone_vouches_for_nothing() -> None:
    with_keys(ONE)
    first = seals.sign(b"first")
    with_keys(TWO)
    assert not seals.verify(b"first", first)
    second = seals.sign(b"").key_id
    assert seals.key_faults() == [KeyFault(first.key_id, "key_unvouched"), KeyFault(second, "key_countersignature")]


def test_a_start_with_the_same_keys_changes_nothing() -> None:
    with_keys(TWO, ONE)
    before = run(seal_keys.every)
    assert not seals.introduce(NOW + timedelta(days=1))
    assert run(seal_keys.every) == before


def test_the_key_that_is_taken_back_is_not_introduced_twice() -> None:
    with_keys(ONE)
    with_keys(TWO, ONE)
    with_keys(ONE, TWO)
    assert len(run(seal_keys.every)) == 2


def test_a_key_that_somebody_puts_into_the_table_is_not_trusted() -> None:
    with_keys(ONE)
    with_keys(TWO, ONE)
    vault.use(vault.Vault(vault.Keys(KEYS.data, {"h3": bytes(32)})))
    forged = seals.sign(b"forged")
    seals.introduce(NOW)
    vault.use(vault.Vault(vault.Keys(KEYS.data, TWO)))
    assert not seals.verify(b"forged", forged)
    assert KeyFault(forged.key_id, "key_unvouched") in seals.key_faults()


CHANGES = (
    ("public", bytes(32)),
    ("public", b""),
    ("key_id", "h1-0000000000000000"),
    ("since", NOW - timedelta(seconds=1)),
    ("countersigned_by", None),
    ("countersignature", bytes(64)),
    ("countersignature", None),
    ("vouched", bytes(64)),
    ("vouched", b"short"),
)


@pytest.mark.parametrize(
    ("number", "column", "value"),
    # The first key follows none: it has no countersignature.
    [(number, *change) for number in (1, 2, 3) for change in CHANGES[: 4 if number == 1 else None]],
)
def test_a_changed_key_is_told(number: int, column: str, value: object) -> None:
    with_keys(ONE)
    with_keys(TWO, ONE)
    with_keys(THREE, TWO)
    with_keys(THREE)
    assert seals.key_faults() == []
    run(lambda: SealKey.update({column: value}).where(SealKey.number == number).execute())
    assert seals.key_faults()
