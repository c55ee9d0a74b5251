"""Until when what the tables hold of people is kept, and by which function it goes; `retention` and `sweep` are the
jobs that run them. The tests hold this against the tables: whatever a new table holds has to have its day here."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from models.services import (
    building,
    erasing,
    erasure_journal,
    limits,
    looked,
    outbox,
    own_requests,
    photos,
    pruning,
    retention,
    staff,
    sweeping,
)
from models.services.casework import case_ends
from models.tables import desk_acts, receipts, signing_in, submissions


class Kept(NamedTuple):
    """`until`: in words. `by`: what takes it away; None where it names nobody, or stays with the hall, as `until`
    says."""

    until: str
    by: Callable[..., Any] | None


_WITH_THE_VISIT = Kept("with its visit", retention.purge)
_WITH_THE_CASE = Kept("with its case", case_ends.erase)
_NOBODY = Kept("names nobody", None)
_STAFF = Kept("while they work there", staff.remove)

KEPT: Mapping[str, Kept] = {
    "visits": Kept("the hall's days after the hall day; what a case holds, until the hold is over", retention.purge),
    "corrections": _WITH_THE_VISIT,
    "amendments": _WITH_THE_VISIT,
    "flags": _WITH_THE_VISIT,
    "fevers": Kept("as long as temperatures, 14 days at most", retention.purge),
    "help_requests": Kept("as long as visits; a door and a time", retention.purge),
    "people": Kept("the operator's days after they were last seen, and while a visit is kept", retention.purge),
    "grants": Kept("the operator's days after they were given", retention.purge),
    "verdicts": Kept("7 days", outbox.sweep),
    "outbox": Kept("7 days", outbox.sweep),
    "receipts": Kept("the reply 15 minutes, that it was given 3 days", receipts.forget_before),
    "conversations": Kept("minutes; that there was one, an hour more", sweeping.sweep),
    "photos": Kept("the queue, minutes; never a photo", photos.forget),
    "submissions": Kept("what a form came to, hours", submissions.forget),
    "exports": Kept("180 days after their day is over", retention.purge),
    "export_chunks": Kept("24 hours", building.build_due),
    "export_copies": Kept("with their export", retention.purge),
    "approvals": Kept("180 days", retention.purge),
    "cases": Kept("the hall's days after closing; never closed: 180 days; held: until then", case_ends.erase),
    "case_visits": _WITH_THE_CASE,
    "case_openings": _WITH_THE_CASE,
    "contacts": _WITH_THE_CASE,
    "contact_notes": _WITH_THE_CASE,
    "notices": _WITH_THE_CASE,
    "looks": Kept("180 days", looked.forget),
    "own_requests": Kept("a day; ids of visits and fevers", own_requests.forget),
    "erasures": Kept("until what waits is emptied; ids of visits, fevers and people", erasing.empty_due),
    "erasure_lines": Kept("seconds, until they stand in the journal; keyed hashes", erasure_journal.write_out),
    "desk_acts": Kept("a day; ids of visits", desk_acts.forget),
    "attempts": Kept("until their stretch of time is over; hashes", limits.forget),
    "sign_ins": Kept("a day", signing_in.forget),
    "sessions": Kept("until they end, and a day", signing_in.forget),
    "members": _STAFF,
    "invites": Kept("until they are used or over", staff.forget),
    "menu_changes": Kept("until the platform has shown the menu", None),
    "audits": Kept("180 days or longer; keyed hashes, no names and numbers", pruning.prune),
    "slip_sheets": Kept("with the hall; numbers of slips, a keyed hash of who printed them", None),
    "seal_keys": _NOBODY,
    "audit_seals": Kept("for good; counts and hashes", None),
    "deletions": Kept("for good: the proof of what was erased; counts and hashes", None),
    "halls": Kept("for good; whom a hall names as its contact, while it does", None),
    "hall_codes": _NOBODY,
    "turns": _NOBODY,
    "rounds": _NOBODY,
    "job_runs": _NOBODY,
    "key_checks": _NOBODY,
    "openid_keys": _NOBODY,
    "access_tokens": _NOBODY,
    "caller_networks": _NOBODY,
    "certifications": _NOBODY,
    "rekeyings": _NOBODY,
    "restorings": _NOBODY,
    "actor_aliases": Kept("while a row of the audit is older than the key they are of; keyed hashes", pruning.prune),
}
"""By the name of the table."""
