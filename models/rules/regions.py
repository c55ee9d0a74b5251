"""Which region a hall stands in: provinces, cities and counties, found by what people type.

Works on whatever table it is given; models/adapters/regions.py has the one in use. Searching is forgiving and the table
is never a closed list: what it does not have is kept in a person's own words (`in_own_words`).
"""

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from models.rules.hall_names import name_key
from models.rules.plain_words import letters, plain_words
from models.rules.refusal import Refused
from models.rules.spelling import HAN, half_width
from models.rules.traditional import simplified

MOST_FOUND = 8
SHORTEST, LONGEST = 2, 40
LONGEST_SEARCH = 30
"""In characters; the longest full name in the table has fewer."""

_PEOPLES = (
    "蒙古|回|藏|维吾尔|苗|彝|壮|布依|朝鲜|满|侗|瑶|白|土家|哈尼|哈萨克|傣|黎|傈僳|佤|畲|高山|拉祜|水|东乡|纳西|景颇"
    "|柯尔克孜|土|达斡尔|仫佬|羌|布朗|撒拉|毛南|仡佬|锡伯|阿昌|普米|塔吉克|怒|乌孜别克|俄罗斯|鄂温克|德昂|保安|裕固|京"
    "|塔塔尔|独龙|鄂伦春|赫哲|门巴|珞巴|基诺|各"
)
# 维吾尔 and the like stand without 族; 东乡族自治县 and 土族自治县 are all people and no name: those stay whole.
_SUFFIX = re.compile(
    rf"(?:(?:(?:{_PEOPLES})族)*(?:维吾尔|哈萨克|柯尔克孜|塔吉克|锡伯|(?<!内)蒙古)?自治[区州县旗]"
    r"|特别行政区|新区|林区|特区|地区|省|市|区|县|旗|州|盟)$"
)
_SHORT = {"内蒙古": "内蒙", "黑龙江": "龙江", "齐齐哈尔": "齐市", "呼和浩特": "呼市", "乌鲁木齐": "乌市"}
_ENDINGS = "省市区县旗州盟"
_NOISE = re.compile(rf"[^{HAN}A-Za-z0-9]")
_CODE = re.compile(r"\d{2}(?:\d{2}(?:\d{2})?)?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Region:
    """A province, city or county.

    `code` is that of GB/T 2260, six digits, or empty for one in a person's own words; `parents` are the names above it.
    `gone`: abolished or renamed; `until` is then the last year that had it, where that is known, and `now` the full
    name of the region that took its name or code, where there is one.
    """

    code: str
    name: str
    parents: tuple[str, ...] = ()
    gone: bool = False
    until: int | None = None
    now: str = ""

    @property
    def full_name(self) -> str:
        """四川省成都市武侯区; 北京市东城区."""
        return "".join((*self.parents, self.name))


def in_own_words(text: str) -> Region:
    """A region that the table does not have, as somebody wrote it: 2 to 40 characters, two letters among them.

    The caller asks whether it is meant so. Refuses as `plain_words` and with region_length (fewest, most).
    """
    name = plain_words(text)
    if not SHORTEST <= len(name) <= LONGEST or sum(letters(name)) < SHORTEST:
        raise Refused("region_length", fewest=SHORTEST, most=LONGEST)
    return Region("", name)


def check_in_use(region: Region) -> Region:
    """The region itself; Refused with region_gone (name) or region_gone_now (name, now) if it is no more."""
    if region.gone and region.now:
        raise Refused("region_gone_now", name=region.full_name, now=region.now)
    if region.gone:
        raise Refused("region_gone", name=region.full_name)
    return region


class Regions:
    """A table of regions, made ready for searching once."""

    def __init__(self, regions: Iterable[Region]) -> None:
        given = tuple(regions)
        self._present = {region.code: region for region in given if not region.gone}
        heirs = _heirs(self._present.values())
        gone = [self._with_successor(region, heirs) for region in given if region.gone]
        self._gone = {region.code: region for region in gone}
        self._forms: dict[str, list[Region]] = defaultdict(list)
        for region in (*self._present.values(), *gone):
            for form in _forms(region.name):
                self._forms[form].append(region)
        self._longest = max(map(len, self._forms), default=0)
        self._sorted = sorted(self._forms)
        self._sorted_backwards = sorted(form[::-1] for form in self._forms)

    def _with_successor(self, region: Region, heirs: Mapping[tuple[str, str], list[Region]]) -> Region:
        bare = _bare(simplified(region.name))
        found = [
            heirs[place, bare] for place in (region.code[:4], region.code[:2]) if len(heirs.get((place, bare), ())) == 1
        ]
        heir = self._present.get(region.code) or (found[0][0] if found else None)
        return replace(region, now=heir.full_name) if heir else region

    def __iter__(self) -> Iterator[Region]:
        return iter((*self._present.values(), *self._gone.values()))

    def by_code(self, code: str) -> Region | None:
        """The region with this code of two, four or six digits; of those that are gone, the last that had it."""
        whole = code.ljust(6, "0")
        return self._present.get(whole) or self._gone.get(whole)

    def find(self, text: str, most: int = MOST_FOUND) -> list[Region]:
        """The regions that somebody may mean, the likeliest first: those `named`, else those `near`.

        Nothing found: an empty list, and the text may be kept `in_own_words`.
        """
        return self.named(text, most) or self.near(text, most)

    def named(self, text: str, most: int = MOST_FOUND) -> list[Region]:
        """The regions of this name or code.

        Levels may be missing or in any order, endings (省, 市, 自治州) left out, characters traditional. A region that
        is gone is found by its full name, or if nothing else is.
        """
        said = _plain(text)
        if _CODE.fullmatch(said):
            found = self.by_code(said)
            return [found] if found else []
        return self._ranked(self._paths(said), most) if 2 <= len(said) <= LONGEST_SEARCH else []

    def near(self, text: str, most: int = MOST_FOUND) -> list[Region]:
        """What to ask about where nothing is named so: names with one character wrong, missing or too much; else the
        region with which the text begins (四川省成都市武侯区幸福路)."""
        said = _plain(text)
        if not 2 <= len(said) <= LONGEST_SEARCH:
            return []
        beginnings = (said[:end] for end in range(len(said) - 1, 2, -1) if said[end - 1] in _ENDINGS)
        return self._ranked(self._near_paths(said), most) or next(filter(None, map(self.named, beginnings)), [])[:most]

    def _paths(self, said: str) -> Iterator[tuple[str, ...]]:
        """Every way to cut the text into names that the table has."""
        ends = {len(said)}
        for start in range(len(said) - 1, -1, -1):
            if any(end in ends and said[start:end] in self._forms for end in self._ends(said, start)):
                ends.add(start)
        yield from self._cut(said, 0, ends, 3)

    def _ends(self, said: str, start: int) -> range:
        return range(start + 2, min(start + self._longest, len(said)) + 1)

    def _cut(self, said: str, start: int, ends: set[int], levels: int) -> Iterator[tuple[str, ...]]:
        """The ways to cut what follows `start` into so many names at most: province, city and county."""
        if start == len(said):
            yield ()
        for end in self._ends(said, start) if levels else ():
            if end in ends and said[start:end] in self._forms:
                yield from ((said[start:end], *rest) for rest in self._cut(said, end, ends, levels - 1))

    def _near_paths(self, said: str) -> Iterator[tuple[str, ...]]:
        """Likewise, where one of the names is a character away from what was typed."""
        for start in range(len(said)):
            before = [()] if start == 0 else list(self._paths(said[:start]))
            for end in self._ends(said, start) if before else ():
                after = [()] if end == len(said) else list(self._paths(said[end:]))
                for near in self._near(said[start:end]) if after else ():
                    yield from ((*left, near, *right) for left in before for right in after)

    def _near(self, piece: str) -> set[str]:
        """Names a character away; those that look like it in print alone, if there are such."""
        ahead = _beginning_with(self._sorted, piece[0])
        behind = (form[::-1] for form in _beginning_with(self._sorted_backwards, piece[:0:-1]))
        near = {form for form in (*ahead, *behind) if _is_one_off(piece, form)}
        return {form for form in near if name_key(form) == name_key(piece)} or near

    def _ranked(self, paths: Iterable[tuple[str, ...]], most: int) -> list[Region]:
        found: dict[Region, bool] = {}
        for path in paths:
            for last in self._meant(path):
                found[last] = found.get(last, False) or any(_plain(last.name) == form for form in path)
        present = {_bare(region.full_name) for region in found if not region.gone}
        kept = [
            region
            for region, is_full in found.items()
            if not region.gone or (is_full and _bare(region.full_name) not in present) or not present
        ]
        kept.sort(key=lambda region: (region.gone, not found[region], len(region.parents), region.code))
        named = {region.full_name: region for region in reversed(kept)}
        return [region for region in kept if named[region.full_name] is region][:most]

    def _meant(self, path: tuple[str, ...]) -> Iterator[Region]:
        """The regions whose own name and whose parents' are all of these."""
        for number, form in enumerate(path):
            others = [*path[:number], *path[number + 1 :]]
            for region in self._forms[form]:
                above = [_forms(name) for name in region.parents]
                if all(any(other in forms for forms in above) for other in others):
                    yield region


def _heirs(regions: Iterable[Region]) -> Mapping[tuple[str, str], list[Region]]:
    """The regions of each province and each city by their bare name."""
    heirs: dict[tuple[str, str], list[Region]] = defaultdict(list)
    for region in regions:
        for place in (region.code[:4], region.code[:2]):
            heirs[place, _bare(region.name)].append(region)
    return heirs


def _beginning_with(forms: list[str], start: str) -> list[str]:
    if not start:
        return []
    return forms[bisect_left(forms, start) : bisect_left(forms, start + "\U0010ffff")]


def _is_one_off(one: str, other: str) -> bool:
    """Whether a single character is wrong, missing or too much."""
    shorter, longer = sorted((one, other), key=len)
    if len(longer) - len(shorter) > 1:
        return False
    same = next((at for at, pair in enumerate(zip(shorter, longer, strict=False)) if pair[0] != pair[1]), len(shorter))
    rest = shorter[same + 1 :] if len(shorter) == len(longer) else shorter[same:]
    return longer[same + 1 :] == rest


def _plain(text: str) -> str:
    return _NOISE.sub("", simplified(half_width(text)))


def _bare(name: str) -> str:
    """The name without its ending, unless less than two characters are left: 忠县 has no shorter name."""
    bare = _SUFFIX.sub("", name)
    return bare if len(bare) > 1 else name


def _forms(name: str) -> tuple[str, ...]:
    plain = _plain(name)
    bare = _bare(plain)
    # 凉山州, 西双版纳州, 延边州: what the long names of autonomous regions are called by everybody.
    middle = (bare + plain[-1],) if "自治" in plain else ()
    short = (_SHORT[bare],) if bare in _SHORT and not plain.endswith("县") else ()
    return tuple(dict.fromkeys((plain, bare, *middle, *short)))
