"""What the platform says of itself and of the account."""

from collections.abc import Collection
from datetime import datetime

from models.tables.database import changed, execute, one, sql
from models.tables.fields import AsciiField, MomentField, Table, insert, moment_in, moment_out


class CallerNetwork(Table):
    """A network or address from which the platform said that it calls, and when it last did."""

    network = AsciiField(48, primary_key=True)
    seen_at = MomentField()

    class Meta:
        table_name = "caller_networks"


class Certification(Table):
    """Until when the account is certified, by the event that told it. There is one account: one row."""

    account = AsciiField(24, primary_key=True)
    event = AsciiField(32)
    told_at = MomentField()
    ends_at = MomentField()

    class Meta:
        table_name = "certifications"


ACCOUNT = "account"

_NETWORKS = sql("SELECT network, seen_at FROM caller_networks")
_SEEN = sql("UPDATE caller_networks SET seen_at = ? WHERE network = ?")
_FORGET = sql("DELETE FROM caller_networks WHERE seen_at < ?")
_CERTIFIED = sql("SELECT event, told_at, ends_at FROM certifications WHERE account = ?")
_CERTIFY = sql("UPDATE certifications SET event = ?, told_at = ?, ends_at = ? WHERE account = ? AND told_at <= ?")


def networks() -> dict[str, datetime]:
    """All that are kept, and when each was last named."""
    return {bytes(row[0]).decode(): moment_in(row[1]) for row in execute(_NETWORKS).fetchall()}


def keep_networks(named: Collection[str], now: datetime, before: datetime) -> None:
    """Keep these as named now, and forget those that were last named before."""
    known = networks()
    for network in named:
        if network in known:
            changed(_SEEN, moment_out(now), network.encode())
        else:
            insert(CallerNetwork, network=network, seen_at=now)
    changed(_FORGET, moment_out(before))


def certification() -> tuple[str, datetime] | None:
    """The event that was told last, and until when the account is certified; None: nothing was ever told."""
    row = one(_CERTIFIED, ACCOUNT.encode())
    return None if row is None else (bytes(row[0]).decode(), moment_in(row[2]))


def certify(event: str, told_at: datetime, ends_at: datetime) -> None:
    """Keep what was told, unless something later was."""
    at = moment_out(told_at)
    if (
        changed(_CERTIFY, event.encode(), at, moment_out(ends_at), ACCOUNT.encode(), at) == 0
        and certification() is None
    ):
        insert(Certification, account=ACCOUNT, event=event, told_at=told_at, ends_at=ends_at)
