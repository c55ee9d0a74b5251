"""Are these the keys that the data was written with?"""

from models.tables.database import transaction
from models.tables.fields import insert
from models.tables.housekeeping import KeyCheck
from models.tables.vault import Vault


class WrongKeys(Exception):
    """Keys that the data needs are missing or other than they were; `keys` names them (data:k1)."""

    def __init__(self, keys: list[str]) -> None:
        super().__init__(", ".join(keys))
        self.keys = keys


@transaction
def check_keys(vault: Vault) -> None:
    """Raise WrongKeys unless every key that was ever used is here and the same; note keys that are new."""
    given = vault.checks()
    noted = {row.key: row.check for row in KeyCheck.select()}
    wrong = sorted(key for key, check in noted.items() if given.get(key) != check)
    if wrong:
        raise WrongKeys(wrong)
    for key in given.keys() - noted.keys():
        insert(KeyCheck, key=key, check=given[key])
