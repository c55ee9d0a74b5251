"""`hallpass.py verify`: is everything that was sealed what it was? One line a chain, and one for each fault."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

from models.phrases import say
from models.services import deletions, halls, seals, verifying
from models.services.verifying import Fault, Report
from models.tables.staff import NO_HALL


@dataclass(frozen=True)
class Line:
    """One chain, or one fault of it: what it is of, whether it holds, and what there is to say."""

    name: str
    passed: bool
    said: str = "ok"

    def __str__(self) -> str:
        return f"{self.name}: {self.said}"


def of_the_keys(_: datetime) -> Iterator[Line]:
    """The public keys of seals."""
    yield from _faults("keys of seals", verifying.faults_of_keys()) or [Line("keys of seals", True)]


def of_the_order(_: datetime) -> Iterator[Line]:
    """The seals of all halls in the order in which they were made."""
    name = "order of seals"
    yield from _faults(name, list(verifying.faults_of_numbers())) or [Line(name, True)]


def of_the_audit(now: datetime) -> Iterator[Line]:
    """The audit of the account and of each hall."""
    ring = seals.key_ring()
    for hall_id in verifying.halls_with_audit():
        name = "audit of the account" if hall_id == NO_HALL else f"audit of hall {_code(hall_id)}"
        report = verifying.of_hall(hall_id, ring, now)
        yield Line(name, not report.faults, _told(report))
        yield from _faults(name, report.faults)


def of_the_deletions(_: datetime) -> Iterator[Line]:
    """What was erased of each hall."""
    for hall_id, state in deletions.verified().items():
        name = f"deletions of hall {_code(hall_id)}"
        said = f"{state.records} records" + (f", the last one {state.head}" if state.head else "")
        yield Line(name, state.fault is None, said + (": 1 FAULT" if state.fault else ": ok"))
        if state.fault:
            yield Line(name, False, f"record {state.fault.number}: {say('en', f'retention.why.{state.fault.why}')}")


CHAINS: tuple[Callable[[datetime], Iterator[Line]], ...] = (
    of_the_keys, of_the_order, of_the_audit, of_the_deletions,
)  # fmt: skip
"""Everything that is sealed."""


def everything(now: datetime, noted: str = "") -> Iterator[Line]:
    """Verify every chain. noted: the latest seal of some earlier time, as it was told then."""
    for chain in CHAINS:
        yield from chain(now)
    name = "latest seal"
    if noted and not verifying.holds(noted):
        yield Line(name, False, f"{noted[:40]!r} is not there: the database was put back, or its seals were made anew")
    elif noted:
        yield Line(name, True, f"{noted.strip()} is still there: ok")
    if head := verifying.head():
        yield Line(name, True, f"{head} (note it elsewhere, and give it to verify --head later)")


def _told(report: Report) -> str:
    rows = f"{report.days} days with {report.rows} rows sealed"
    parts = [f"{rows}, {report.first} to {report.last}" if report.days else "nothing sealed yet"]
    if report.pruned:
        parts.append(f"the rows of {report.pruned} days erased for their age")
    if report.late:
        parts.append(f"{report.late} rows noted after their day was sealed")
    if report.unsealed:
        since = f", since {report.unsealed_since:%Y-%m-%d %H:%M} UTC" if report.unsealed_since else ""
        parts.append(f"{report.unsealed} rows not yet sealed{since}")
    if report.unsealed_late:
        parts.append(
            f"{report.unsealed_late} of these are dated into days that are: the clock was set back, or they were added"
        )
    return "; ".join(parts) + (f": {len(report.faults)} FAULTS" if report.faults else ": ok")


def _faults(name: str, faults: list[Fault]) -> list[Line]:
    return [Line(name, False, f"{fault.day}: {_what(fault)}" if fault.day else _what(fault)) for fault in faults]


def _what(fault: Fault) -> str:
    return say("en", f"seals.fault.{fault.what}", count=fault.count, found=fault.found, name=fault.key_id)


def _code(hall_id: int) -> str:
    hall = halls.by_id(hall_id, None)
    return hall.code if hall else f"no. {hall_id}, which is not there"
