"""`hallpass.py backup` and `restore`: all data into one file and back, without what is over by then."""

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import peewee

import assembly
import backups
import restoring
from assembly import CannotStart, now, open_data, ready
from backups import Tell
from models.services import erasure_journal, halls, retention
from models.services.keys import WrongKeys
from models.tables.database import OutcomeUnknown, Unavailable
from settings import Settings


def backup(settings: Settings, folder: Path, keep: int | None, tell: Tell) -> int:
    """Write all data into a new file of a folder, then remove the files there that are older than `keep` days, or than
    any hall keeps visits. Raises CannotStart."""
    ready(settings)
    try:
        days = keep or halls.longest_kept()
        made = backups.back_up(folder, now(), tell)
        tell(f"{made.path}: {sum(made.rows.values())} rows, {made.bytes / 1e6:.1f} MB")
        for path in backups.forget(folder, timedelta(days=days), now()):
            tell(f"{path}: older than {days} days, removed")
    except backups.BackupFault as fault:
        raise CannotStart(str(fault)) from None
    except (peewee.PeeweeException, Unavailable, OutcomeUnknown, OSError) as fault:
        raise CannotStart(f"there is no backup: the database was lost ({type(fault).__name__})") from None
    return 0


def restore(settings: Settings, folder: Path, journals: Sequence[Path], tell: Tell, *, again: bool) -> int:
    """Put the latest backup of a folder into an empty database, and take back what is over since it was made, by the
    configured journal of erasures and these further ones. Raises CannotStart."""
    open_data(settings)
    # What it tells is done again here, and need not be told once more.
    erasure_journal.use(None)
    at = now()
    try:
        path = backups.newest_in(folder)
        told = restoring.journals(Path(settings.privacy.erasure_journal), journals, tell)
        rows = restoring.restore(
            path, at, assembly.purge, tell, again=again, mend=lambda made_at: assembly.mend(told, made_at, at)
        )
    except backups.BackupFault as fault:
        raise CannotStart(str(fault)) from None
    except retention.NotErased:
        raise CannotStart("not all that is too old could be erased: see above, then restore --begin-again") from None
    except WrongKeys as fault:
        raise CannotStart(f"these keys are not those of the copy: {', '.join(fault.keys)}") from None
    except (peewee.PeeweeException, Unavailable, OutcomeUnknown, OSError) as fault:
        raise CannotStart(f"the database was lost ({type(fault).__name__}): restore again with --begin-again") from None
    tell(f"restored: {sum(rows.values())} rows")
    return 0
