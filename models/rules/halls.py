"""What there is to know of a hall while somebody talks to it: a frozen picture, read from and written to JSON."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from models.rules.access import OPEN
from models.rules.check_in_fields import Requirement, requirements
from models.rules.hours import DEFAULT_ZONE, Calendar
from models.rules.tracing import AS_USUAL, Definition

NOTICE_VERSION = 3
"""Of the notice in models/phrases, for halls that set none; raised when it says something else, so that whoever agreed
to the earlier one is asked again."""
FEVER_TENTHS = 373
"""Default alarm at 37.3 °C and above (halls' notices of February 2020)."""

MOST_CAPACITY = 99_999
"""People; the largest halls take some thousands at once."""

LEAST_DAYS = 14
"""Visits are kept so long at least: somebody may fall ill two weeks after they were there."""


@dataclass(frozen=True)
class Matter:
    """A thing people come for: the code is stored, the labels may change."""

    code: str
    zh: str
    en: str
    aliases: tuple[str, ...] = ()

    def label(self, language: str) -> str:
        return self.en if language == "en" else self.zh


@dataclass(frozen=True)
class Door:
    """A door and the version of each of its codes that holds; scans of an earlier version are of old posters."""

    name: str
    version_in: int = 1
    version_out: int = 1

    def version(self, direction: str) -> int:
        return self.version_in if direction == "in" else self.version_out


@dataclass(frozen=True)
class HallFacts:
    """One revision of a hall. `region` is the code of GB/T 2260, empty where the hall's own words (`region_name`) are
    in no table; `contact` whom the operators ask; `notice_text` the hall's own sentence in its notice;
    `capacity` how many people may be inside at once, 0 for no limit; `tracing` who counts as a contact of a case."""

    id: int
    code: str
    name: str
    status: str
    revision: int
    calendar: Calendar
    matters: tuple[Matter, ...]
    fields: Mapping[str, Requirement]
    doors: Mapping[int, Door]
    phone: str
    fever_tenths: int
    declared_temperature: bool
    notice_version: int
    retention_days: int
    region: str = ""
    region_name: str = ""
    address: str = ""
    contact: str = ""
    notice_text: str = ""
    four_eyes: bool = False
    capacity: int = 0
    tracing: Definition = AS_USUAL
    temperature_days: int = 14

    @property
    def is_open_for_visitors(self) -> bool:
        """Approved and not suspended; opening hours are another question."""
        return self.status == OPEN

    def matter(self, code: str | None) -> Matter | None:
        return next((matter for matter in self.matters if matter.code == code), None)


@dataclass(frozen=True)
class Defaults:
    """What holds for a hall that chose nothing else; it may choose fewer days, not more, and four eyes, not fewer.
    `looks_withheld`: what 谁看过我 does not tell, of record, case, export. `audit_days`: how long the audit is kept."""

    zone: str = DEFAULT_ZONE
    retention_days: int = 30
    four_eyes: bool = False
    looks_withheld: tuple[str, ...] = ()
    temperature_days: int = 14
    audit_days: int = 180


AS_SHIPPED = Defaults()


def facts_from(
    row: tuple[int, str, str, str, int], facts: Mapping[str, Any], defaults: Defaults = AS_SHIPPED
) -> HallFacts:
    """A hall from (id, code, name, status, revision) and what its `facts` column holds; defaults where that is silent.

    Raises Refused for hours or fields that cannot be.
    """
    return HallFacts(
        *row,
        calendar=Calendar.from_dict({"zone": defaults.zone, **facts["calendar"]}),
        matters=tuple(
            Matter(one["code"], one["zh"], one["en"], tuple(one.get("aliases", ()))) for one in facts["matters"]
        ),
        fields=requirements(_fields(facts)),
        doors=MappingProxyType(
            {
                int(number): Door(door["name"], door.get("in", 1), door.get("out", 1))
                for number, door in facts["doors"].items()
            }
        ),
        phone=facts.get("phone", ""),
        fever_tenths=facts.get("fever_tenths", FEVER_TENTHS),
        declared_temperature=facts.get("declared_temperature", True),
        notice_version=facts.get("notice_version", NOTICE_VERSION),
        retention_days=min(facts.get("retention_days", defaults.retention_days), defaults.retention_days),
        region=facts.get("region", ""),
        region_name=facts.get("region_name", ""),
        address=facts.get("address", ""),
        contact=facts.get("contact", ""),
        notice_text=facts.get("notice_text", ""),
        four_eyes=facts.get("four_eyes", False) or defaults.four_eyes,
        capacity=facts.get("capacity", 0),
        tracing=Definition.from_dict(facts.get("tracing", {})),
        temperature_days=min(facts.get("temperature_days", defaults.temperature_days), defaults.temperature_days),
    )


def _fields(facts: Mapping[str, Any]) -> Mapping[str, str]:
    """What the hall chose; one that lists no matters cannot ask for one."""
    chosen: Mapping[str, str] = facts.get("fields", {})
    return chosen if facts["matters"] else {**chosen, "matter": Requirement.OFF}
