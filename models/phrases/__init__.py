"""All wording: `say(language, key, …)`, from zh.toml and the files in zh/, and the same in English, which hold the same
keys and the same placeholders; no two files of a language hold the same table.

In a phrase `[签退]` is a tap link that sends 签退, as the WeChat client offers it (weixin://bizmsgmenu; typing the
word does the same), and `{name}` is filled in. What is filled in can make no link.
"""

import re
import tomllib
from pathlib import Path
from typing import Any
from urllib.parse import quote

LANGUAGES = ("zh", "en")

_TAP = re.compile(r"\[([^\[\]]+)\]")
_HERE = Path(__file__).parent


def tap(label: str, sends: str | None = None) -> str:
    """A link that sends `sends` (else its label) as the visitor's own message when it is tapped."""
    content = quote(sends or label, safe="")
    return f'<a href="weixin://bizmsgmenu?msgmenucontent={content}&msgmenuid=1">{plain(label)}</a>'


class Link(str):
    """A link to a page of ours, which may stand in a phrase as it is."""

    __slots__ = ()


def link(label: str, url: str) -> Link:
    """A link to a page."""
    return Link(f'<a href="{url}">{plain(label)}</a>')


def plain(value: object) -> str:
    """A value that can neither open nor close a tag, unless it is a link of ours."""
    if isinstance(value, Link):
        return value
    return str(value).replace("<", "＜").replace(">", "＞")


def say(language: str, key: str, **values: object) -> str:
    """The phrase in this language with its values; KeyError for a key that is not there."""
    return PHRASES[language][key].format(**{name: plain(value) for name, value in values.items()})


def has(key: str) -> bool:
    """Whether there is such a phrase."""
    return key in PHRASES["zh"]


def _flat(tree: dict[str, Any], prefix: str = "") -> dict[str, str]:
    phrases: dict[str, str] = {}
    for name, value in tree.items():
        if isinstance(value, dict):
            phrases |= _flat(value, f"{prefix}{name}.")
        else:
            phrases[prefix + name] = _TAP.sub(lambda found: tap(found[1]), value)
    return phrases


def _read(language: str) -> dict[str, str]:
    tables: dict[str, Any] = {}
    for file in (_HERE / f"{language}.toml", *sorted((_HERE / language).glob("*.toml"))):
        found = tomllib.loads(file.read_text("utf-8"))
        if both := tables.keys() & found.keys():
            raise ValueError(f"{file.name}: {', '.join(both)} stands in another file too")
        tables |= found
    return _flat(tables)


PHRASES = {language: _read(language) for language in LANGUAGES}
