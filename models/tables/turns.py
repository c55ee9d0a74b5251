"""Taking turns: units of work about one hall's staff or codes that must follow one another, on every node."""

from collections.abc import Collection

import peewee

from models.tables.database import changed, sql
from models.tables.fields import Table, insert


class Turn(Table):
    """One row a hall, one for the operators (NO_HALL), and with its number below 0 another one a hall, for what is
    erased and held. Counting makes it a change, which a cluster compares at
    COMMIT; a row that is only locked, or put to what it was, is no change there."""

    hall_id = peewee.IntegerField(primary_key=True)
    taken = peewee.IntegerField()

    class Meta:
        table_name = "turns"


_TAKE = sql("UPDATE turns SET taken = taken + 1 WHERE hall_id = ?")


def take(hall_id: int) -> None:
    """Wait for whoever has the turn; on a cluster the later one fails at its end and is redone. What decides is to be
    read afterwards."""
    if changed(_TAKE, hall_id) == 0:
        insert(Turn, hall_id=hall_id, taken=1)


def take_of_holds(hall_ids: Collection[int]) -> None:
    """The same of these halls for whatever erases stays, and for whatever keeps them from that: a turn of its own, for
    which neither staff nor codes wait."""
    for hall_id in sorted(hall_ids):
        take(-hall_id)
