"""The fields of a check-in, in the order in which chat and form ask them, and how much of each a hall wants."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from models.rules.refusal import Refused


class Requirement(StrEnum):
    """How much a hall wants a field; an optional one is asked and may be skipped."""

    REQUIRED = "required"
    OPTIONAL = "optional"
    OFF = "off"


DEFAULTS: Mapping[str, Requirement] = MappingProxyType(
    {
        "name": Requirement.REQUIRED,
        "id_number": Requirement.REQUIRED,
        "phone": Requirement.REQUIRED,
        "address": Requirement.OPTIONAL,
        "matter": Requirement.REQUIRED,
        "temperature": Requirement.REQUIRED,
        "companions": Requirement.OPTIONAL,
    }
)
"""Every field in its order, with what holds where a hall says nothing (the fields of the halls of February 2020)."""

NEVER_REQUIRED = frozenset(("companions",))  # most people come alone


def requirements(chosen: Mapping[str, str]) -> Mapping[str, Requirement]:
    """Every field in order with what this hall wants of it.

    What it gives is JSON-able as a dict and may be given in again. Refused with field_unknown,
    field_requirement_unknown, field_name_required (a register without names traces nobody) or field_never_required
    (details: field).
    """
    for name in chosen:
        if name not in DEFAULTS:
            raise Refused("field_unknown", field=name)
    wanted = {name: _requirement(name, chosen.get(name, default)) for name, default in DEFAULTS.items()}
    if wanted["name"] is not Requirement.REQUIRED:
        raise Refused("field_name_required")
    return MappingProxyType(wanted)


def _requirement(name: str, text: str) -> Requirement:
    try:
        requirement = Requirement(text)
    except ValueError:
        raise Refused("field_requirement_unknown", field=name) from None
    if requirement is Requirement.REQUIRED and name in NEVER_REQUIRED:
        raise Refused("field_never_required", field=name)
    return requirement
