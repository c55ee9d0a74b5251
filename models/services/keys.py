"""Are these the keys that the data was written with?"""

from models.tables.database import DB, transaction
from models.tables.fields import insert
from models.tables.housekeeping import KeyCheck
from models.tables.plainly import opened_plainly
from models.tables.vault import Vault


class WrongKeys(Exception):
    """Keys that the data needs are missing or other than they were; `keys` names them (data:k1)."""

    def __init__(self, keys: list[str]) -> None:
        super().__init__(", ".join(keys))
        self.keys = keys


@transaction
def check_keys(vault: Vault) -> None:
    """Raise WrongKeys unless every key that was ever used is here and the same, or retired and left out; note keys
    that are new."""
    given = vault.checks()
    noted = {row.key: row for row in KeyCheck.select()}
    wrong = sorted(key for key, row in noted.items() if _is_wrong(row, given.get(key)))
    if wrong:
        raise WrongKeys(wrong)
    for key in given.keys() - noted.keys():
        insert(KeyCheck, key=key, check=given[key])
    # Written with again, it is needed again.
    again = [key for key in names(vault) if key in noted and noted[key].retired_at is not None]
    for key in again:
        KeyCheck.update(retired_at=None).where(KeyCheck.key == key).execute()


def refuse_other_keys(vault: Vault) -> None:
    """Raise WrongKeys as check_keys does, of tables that may be older than this code or not there yet; nothing is
    noted."""
    with opened_plainly(DB.obj) as plain:
        if "key_checks" not in plain.get_tables():
            return
        cursor = plain.execute_sql("SELECT * FROM key_checks")
        columns = [column[0] for column in cursor.description]
        noted = [dict(zip(columns, row, strict=True)) for row in cursor.fetchall()]
    given = vault.checks()
    needed = {bytes(row["key"]).decode(): bytes(row["check_value"]) for row in noted if not row.get("retired_at")}
    wrong = sorted(key for key, check in needed.items() if given.get(key) != check)
    if wrong:
        raise WrongKeys(wrong)


@transaction
def retired() -> set[str]:
    """The keys that nothing needs any more, as they are noted."""
    return {row.key for row in KeyCheck.select() if row.retired_at is not None}


def names(vault: Vault) -> tuple[str, str]:
    """The keys that are written with, as they are noted: data:k1, hash:k1."""
    data, hashed = vault.newest()
    return f"data:{data}", f"hash:{hashed}"


def _is_wrong(noted: KeyCheck, given: bytes | None) -> bool:
    if given is None:
        return noted.retired_at is None
    return given != noted.check
