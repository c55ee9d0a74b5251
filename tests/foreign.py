"""Data of which a part stands under a key that nobody here has: a key that was removed, or rows of somebody else."""

from models.tables import rekeying, vault
from models.tables.database import run
from models.tables.fields import Table
from models.tables.vault import Keys, Vault
from tests.conftest import KEYS

FOREIGN = Vault(Keys(data={"x9": b"\x09" * 32}, hash=KEYS.hash))


def under_a_foreign_key(*tables: type[Table]) -> int:
    """Put every encrypted value of these tables, or of all, under a key that is not here; gives how many there were."""

    def put() -> int:
        count = 0
        for table in tables or rekeying.with_secrets():
            for row in rekeying.batch(table, rekeying.columns_of(table), None, 10_000):
                new = {}
                for field in rekeying.secrets(table):
                    if (value := row.values[field.column_name]) is not None:
                        place = rekeying.place(field, row)
                        new[field.column_name] = FOREIGN.close_bytes(vault.current().open_bytes(value, place), place)
                if new:
                    assert rekeying.write(table, row, new, set(new))
                count += len(new)
        return count

    return run(put)
