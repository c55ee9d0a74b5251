"""What the platform says of itself and of the account: where it calls from, and until when the account is certified."""

from typing import Any

from models.migrations import create
from models.tables.fields import AsciiField, MomentField


def up(migrator: object, db: Any) -> None:
    class CallerNetwork(db.Model):
        network = AsciiField(48, primary_key=True)
        seen_at = MomentField()

        class Meta:
            legacy_table_names = False
            table_name = "caller_networks"

    class Certification(db.Model):
        account = AsciiField(24, primary_key=True)
        event = AsciiField(32)
        told_at = MomentField()
        ends_at = MomentField()

        class Meta:
            legacy_table_names = False
            table_name = "certifications"

    create(CallerNetwork)
    create(Certification)
