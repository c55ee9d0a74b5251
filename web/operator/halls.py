"""All halls, those that wait first; and what an operator may know of one: nothing of its visitors."""

from flask import render_template, request, url_for
from wtforms import SelectChoice, SelectField, StringField

from models.rules.access import OPEN, REJECTED, SUSPENDED, WAITING, Action, Role
from models.rules.halls import HallFacts
from models.services import audit, codes, pruning, registering, second_eyes, staff
from models.services import halls as hall_services
from models.services.posts import Post
from models.services.registering import PAGE, Found
from models.tables.halls import Listed
from models.tables.staff import NO_HALL
from web.access import operator_needs
from web.forms import PageForm
from web.language import Phrase, asked_language, say
from web.operator.blueprint import asked, hall_of, pages, until_now
from web.outside import outside
from web.said import joined, role_words
from web.seconds import asks_in_hall
from web.told import Told, told

STATES = (WAITING, OPEN, SUSPENDED, REJECTED)
DEEDS = {WAITING: ("approve", "reject"), OPEN: ("suspend",), SUSPENDED: ("resume",), REJECTED: ("resume",)}
"""What an operator can do with a hall in each state."""
_PAGES = {"approve": "review", "reject": "review", "suspend": "stop", "resume": "stop"}
WAITING_SHOWN = 10
HISTORY_SHOWN = 20


class Search(PageForm):
    """Which halls to show; it changes nothing, so its address can be kept and needs no token."""

    class Meta(PageForm.Meta):
        csrf = False

    q = StringField(Phrase("operating.search"))
    state = SelectField(
        Phrase("operating.state"),
        choices=[
            SelectChoice("", Phrase("operating.every_state")),
            *(SelectChoice(one, Phrase(f"operator.state.{one}")) for one in STATES),
        ],
    )


@pages.get("/halls")
@operator_needs(Action.HALLS)
def halls(post: Post) -> str:
    """What waits, and every hall by name, code and state."""
    words, state = asked("q"), asked("state") if asked("state") in STATES else ""
    page = max(1, request.args.get("page", 1, type=int))
    found = registering.listed(words, state or None, page)
    waiting = registering.waiting() if page == 1 and not words and not state else []
    return render_template(
        "operator/halls.html",
        wide=True,
        search=Search(formdata=None, data={"q": words, "state": state}),
        waiting=[_shown(one) for one in waiting[:WAITING_SHOWN]],
        more_waiting=len(waiting) - WAITING_SHOWN,
        seconds=_seconds(post) if page == 1 and not words and not state else [],
        rows=[_shown(one) for one in found.halls],
        total=found.total,
        is_searched=bool(words or state),
        pages=_other_pages(found, page, words, state),
    )


def _seconds(post: Post) -> list[tuple[str, str]]:
    """What waits for this operator's yes: (who asks for what, address)."""
    return [
        (asks_in_hall(one), url_for("second.answer", approval=one.code))
        for one in second_eyes.open_of(post, until_now())
    ]


def _shown(one: Listed) -> dict[str, object]:
    hall = hall_services.by_id(one.id, None)
    return {
        "hall": one,
        "region": hall.region_name if hall else "",
        "contact": " ".join(filter(None, (hall.contact, hall.phone))) if hall else "",
        "since": outside().time(one.created_at),
        "url": url_for("operators.hall", code=one.code),
        "deeds": _deeds(one.code, one.status),
        "like": len(registering.like_named(hall)) if hall and one.status == WAITING else 0,
    }


def _deeds(code: str, status: str) -> list[tuple[str, str]]:
    return [
        (say(f"operating.do.{what}"), url_for(f"operators.{_PAGES[what]}", code=code, what=what))
        for what in DEEDS[status]
    ]


def _other_pages(found: Found, page: int, words: str, state: str) -> list[tuple[str, str]]:
    """Links to the page before and the one after."""
    asked_for = {"q": words or None, "state": state or None}
    links = []
    if page > 1:
        links.append((say("operating.earlier_page"), url_for("operators.halls", page=page - 1, **asked_for)))
    if page * PAGE < found.total:
        links.append((say("operating.later_page"), url_for("operators.halls", page=page + 1, **asked_for)))
    return links


@pages.get("/halls/<code>")
@operator_needs(Action.HALLS)
def hall(post: Post, code: str) -> str:
    """Where a hall comes from, what it says of itself, what was done to it, and what can be."""
    found = hall_of(code)
    return render_template(
        "operator/hall.html",
        hall=found,
        reason=registering.as_listed(found).reason,
        facts=_facts(found),
        deeds=_deeds(found.code, found.status),
        limits_url=url_for("operators.limits", code=found.code),
        erased_url=url_for("operators.erased", code=found.code),
        like=[_shown(one) for one in registering.like_named(found)],
        history=_history(found),
        whole_history_url=url_for("operators.audit", hall=found.code),
    )


def _facts(hall: HallFacts) -> list[tuple[str, str]]:
    """What there is to know, without what nobody has filled in."""
    doors = codes.of_hall(hall)
    used, most = codes.reissues(hall)
    values = {
        "code": hall.code,
        "region_name": hall.region_name,
        "address": hall.address,
        "contact": hall.contact,
        "phone": hall.phone,
        "registered": _provenance(hall),
        "doors": joined(hall.doors[number].name for number in sorted(hall.doors)),
        "codes": say("operating.codes_made", made=sum(one.url is not None for one in doors), wanted=len(doors)),
        "reissues": say("operating.reissues_used", used=used, most=most),
    }
    return [(say(f"fact.{name}"), value) for name, value in values.items() if value]


def _provenance(hall: HallFacts) -> str:
    """When the hall was registered, and by whom: the role, since the person is told by the hall's contact."""
    rows = audit.latest(hall.id, until_now(), most=1, action="register")
    if not rows:
        return say("operating.registered_long_ago" if pruning.is_begun(hall.id) else "operating.not_registered")
    return say("operating.registered_by", when=outside().time(rows[0].at), role=role_words(rows[0].role))


def _history(hall: HallFacts) -> list[Told]:
    """What was done to the hall; of its own people the role alone."""
    rows = audit.latest(hall.id, until_now(), most=HISTORY_SHOWN)
    who = audit.named(rows, staff.members(NO_HALL), asked_language())
    return [told(row, name if row.role == Role.OPERATOR else "") for row, name in who]
