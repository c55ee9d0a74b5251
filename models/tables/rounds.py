"""How far work has come that goes round all halls, where a run of it had to end before the round did."""

import peewee

from models.tables.database import changed, one, sql
from models.tables.fields import AsciiField, Table, insert


class Round(Table):
    """`reached`: the hall that was looked at last."""

    name = AsciiField(16, primary_key=True)
    reached = peewee.IntegerField()

    class Meta:
        table_name = "rounds"


_REACHED = sql("SELECT reached FROM rounds WHERE name = ?")
_REACH = sql("UPDATE rounds SET reached = ? WHERE name = ?")


def reached(name: str) -> int:
    """The hall that was looked at last in this round; 0 before all."""
    row = one(_REACHED, name.encode())
    return 0 if row is None else int(row[0])


def reach(name: str, hall_id: int) -> None:
    """Keep how far it has come."""
    if changed(_REACH, hall_id, name.encode()) == 0 and one(_REACHED, name.encode()) is None:
        insert(Round, name=name, reached=hall_id)
