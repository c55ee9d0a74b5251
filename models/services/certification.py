"""Until when the account is certified: without, the platform makes no codes and sends no notices."""

from datetime import datetime, timedelta

from models.tables import platform
from models.tables.database import transaction

WARN_BEFORE = timedelta(days=30)


@transaction
def tell(event: str, told_at: datetime, ends_at: datetime) -> None:
    """Keep what the platform told; the later word stands, whichever comes first."""
    platform.certify(event, told_at, ends_at)


@transaction
def ends_at() -> datetime | None:
    """Until when; None: the platform has told nothing yet."""
    found = platform.certification()
    return found[1] if found else None


def ends_soon(ends: datetime | None, now: datetime) -> bool:
    """Whether it is over, or will be within a month."""
    return ends is not None and ends - now < WARN_BEFORE
