"""Values of a visit that staff put right: what stood there before."""

import peewee

from models.tables.fields import AsciiField, BytesField, MomentField, SecretField, Table


class Amendment(Table):
    """`field` is a column of the visit. `earlier` is its text before, null where there was none; of a temperature
    "36.5 declared": the reading, or "normal" where there was none, and how it was known. `actor` is a hash, as of a
    DeskAct."""

    visit_id = peewee.IntegerField(index=True)
    at = MomentField()
    actor = BytesField(32)
    field = AsciiField(16)
    earlier = SecretField(700, null=True)

    class Meta:
        table_name = "amendments"
