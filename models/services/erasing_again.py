"""What a restored backup brings back of those who had themselves erased after it was made is erased again, by the
journal, before anybody is served. Whoever has come again since, as the backup itself tells, stays."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from models.rules.erasure_lines import Line, What
from models.rules.visits import HowOut
from models.services import erasing, forgetting, own_data
from models.services.erasure_journal import meaning
from models.services.forgetting import Extent
from models.tables import erasures, journal, people, vault, visits
from models.tables.database import run

HOW = "restored"
"""In the audit, by what it was asked for."""
CLOCKS_APART = timedelta(hours=1)
"""An erasure that is told to be this much older than a backup may all the same have come after it."""
_MANY = 2000
"""Rows that are looked at in one unit of work."""
_FEW = 50
"""Rows that are emptied in one."""

_Wanted = dict[bytes, list[Line]]
"""Lines by the hashes that they name, with the id of their key before them."""


@dataclass(frozen=True)
class Again:
    """How many erasures were done again, and how many had nothing to erase in this backup: it holds nothing of them, or
    whoever it was had come again before it was made. Counted in people, visits and fevers."""

    done: int
    absent: int


def erase_again(lines: Iterable[Line], made_at: datetime, now: datetime) -> Again:
    """Do again what these lines tell of the time after a backup was made; twice is no matter. In units of work of its
    own; to be called before anybody is served."""
    since = made_at - CLOCKS_APART
    wanted: dict[bytes, _Wanted] = defaultdict(lambda: defaultdict(list))
    for line in lines:
        if line.at >= since:
            for one in line.hashes:
                wanted[meaning(line.what)][line.key.encode() + b":" + one].append(line)
    own = _own(wanted[meaning(What.PERSON)], now)
    stays = _rows(What.VISITS, wanted[meaning(What.VISITS)], now)
    fevers = _rows(What.FEVERS, wanted[meaning(What.FEVERS)], now)
    done = own + stays + fevers
    return Again(done, sum(len(each) for each in wanted.values()) - done)


# --- what is told by an openid ---


def _own(wanted: _Wanted, now: datetime) -> int:
    if not wanted:
        return 0
    found = sorted({openid for openid in journal.openids(_MANY) if _lines(What.PERSON, openid, wanted)})
    done = 0
    for openid in found:
        lines = sorted(_lines(What.PERSON, openid, wanted), key=lambda line: line.at)
        # Each of them, whatever the others were.
        done += sum(run(partial(_one_again, openid, line, now)) for line in lines) > 0
    return done


def _lines(what: What, name: str, wanted: _Wanted) -> list[Line]:
    return [line for one in vault.current().hashes(meaning(what), name) for line in wanted.get(one, ())]


def _one_again(openid: str, line: Line, now: datetime) -> bool:
    """Whether there was anything to do."""
    row = people.kept(openid)
    if row and row.seen_at > line.at:
        return False
    if line.what is What.CONSENT:
        return own_data.withdraw(openid, int(line.detail), now)
    if line.what is What.FIELD:
        if row:
            own_data.remove(openid, line.detail, now)
        return row is not None
    if row and line.what is What.LEFT:
        forgetting.left_the_account(openid, Extent(line.detail), now)
        return True
    inside = visits.inside(row.id) if row else None
    if inside:
        # They had left by then, which the backup does not know.
        left_at = max(inside.in_at, min(inside.due_at, line.at))
        visits.close(inside.id, inside.companions, left_at, HowOut.CLOSING)
    forgetting.forget(openid, now, HOW, Extent(line.detail))
    return True


# --- what is told by rows ---


def _rows(what: What, wanted: _Wanted, now: datetime) -> int:
    found = dict(_found(what, wanted)) if wanted else {}
    ids = sorted(found)
    for at in range(0, len(ids), _FEW):
        part = ids[at : at + _FEW]
        if what is What.FEVERS:
            run(partial(erasing.erase_fevers_with, part, now))
        else:
            run(partial(_visits_again, part, found, now))
    return len(found)


def _found(what: What, wanted: _Wanted) -> Iterator[tuple[int, datetime]]:
    """The rows that lines name, by their ids, and when they were erased."""
    after = 0
    ask = journal.visits_after if what is What.VISITS else journal.fevers_after
    while rows := run(partial(ask, after, _MANY)):
        after = rows[-1][0]
        for row_id, name in rows:
            if lines := _lines(what, name, wanted):
                yield row_id, max(line.at for line in lines)


def _visits_again(ids: Sequence[int], erased_at: dict[int, datetime], now: datetime) -> None:
    own = erasures.stays(ids)
    last = max(erased_at[row.id] for row in own)
    for row in (*own, *erasures.stays_led(ids)):
        if row.is_open:
            # They had left by then, which the backup does not know.
            visits.close(row.id, row.companions, min(row.due_at, erased_at.get(row.id, last)), HowOut.CLOSING)
    erasing.erase_visits(ids, now)
