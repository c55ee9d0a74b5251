"""Which contacts of a list: chosen by the page's address, which names nobody."""

import re
from typing import Any, ClassVar

from flask import request
from wtforms import SelectChoice, SelectField

from models.rules.visits import Certainty
from models.services.casework.contact_list import Numbers
from models.services.posts import Post
from models.tables.cases import CaseRow
from models.tables.contacts import ContactState
from models.tables.listed_contacts import Chosen, Place
from web.forms import PageForm
from web.language import Phrase, say

KINDS = ("companions", "certain", "stated", "estimated", "tail", "no_phone", "gone")
WHOSE = ("mine", "nobodys")
_PLACE = re.compile(r"(\d{1,9})-(\d{1,10})", re.ASCII)


class Filter(PageForm):
    """Which of them; asked for by GET, so that a list can be come back to."""

    NAMES: ClassVar = frozenset(("kind", "state", "whose"))

    class Meta(PageForm.Meta):
        csrf = False

    kind = SelectField(Phrase("case.filter.kind"))
    state = SelectField(Phrase("case.filter.state"))
    whose = SelectField(Phrase("case.filter.whose"))


def asked() -> dict[str, str]:
    """What the address asks for, as far as there is such a thing."""
    known = {"kind": KINDS, "state": tuple(ContactState), "whose": WHOSE}
    return {name: said for name, values in known.items() if (said := request.args.get(name, "")) in values}


def form(numbers: Numbers) -> Filter:
    """The form as it was asked, with how many there are of each."""
    counts = numbers.counts
    known = {
        "companions": counts.companions, "certain": counts.certain, "stated": counts.stated,
        "estimated": counts.estimated, "tail": counts.tail_only, "gone": numbers.gone,
    }  # fmt: skip
    whose = {"mine": numbers.mine, "nobodys": numbers.nobodys}
    filled = Filter(formdata=None, data=asked())
    filled.kind.choices = [_any(), *(_choice(one, say(f"case.filter.{one}"), known.get(one)) for one in KINDS)]
    filled.state.choices = [
        _any(), *(_choice(one, say(f"case.state.{one}"), numbers.states[one]) for one in ContactState)
    ]  # fmt: skip
    filled.whose.choices = [_any(), *(_choice(one, say(f"case.filter.{one}"), whose[one]) for one in WHOSE)]
    return filled


def _any() -> SelectChoice:
    return SelectChoice("", say("case.filter.any"))


def _choice(value: str, label: str, count: int | None) -> SelectChoice:
    return SelectChoice(value, label if count is None else say("case.filter.counted", label=label, count=count))


def chosen(post: Post, row: CaseRow) -> Chosen:
    """The contacts that the address asks for."""
    said: dict[str, Any] = asked()
    kind, whose = said.get("kind"), said.get("whose")
    return Chosen(
        row.id,
        companions=kind == "companions",
        met=Certainty(kind) if kind in tuple(Certainty) else None,
        tail_only=kind == "tail",
        state=ContactState(said["state"]) if "state" in said else None,
        assigned_to={"mine": post.openid, "nobodys": ""}.get(whose or ""),
        no_phone=kind == "no_phone",
        is_gone=kind == "gone",
    )


def after() -> Place | None:
    """Where the page before ended; the beginning for what nobody was given as a link."""
    found = _PLACE.fullmatch(request.args.get("after", ""))
    return Place(int(found[1]), min(int(found[2]), 2**31 - 1)) if found else None
