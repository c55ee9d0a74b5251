"""What the account's operators say: which halls wait, yes and no to them, and a stop to one that must not go on."""

from bot.links import page
from bot.situation import Answer, Situation
from bot.talking import asked, heard
from bot.words import still_open
from models.phrases import tap
from models.rules.access import OPEN, REJECTED, SUSPENDED, WAITING
from models.rules.halls import HallFacts
from models.rules.refusal import Refused
from models.services import halls, registering
from models.services.posts import Post
from models.tables.halls import Listed

SHOWN = 10
_NEXT = {WAITING: ("批准", "驳回"), OPEN: ("停用",), SUSPENDED: ("恢复",), REJECTED: ("恢复",)}
"""What an operator can say to a hall in each state."""


def waiting_halls(here: Situation, post: Post, rest: str) -> Answer:
    """待审大厅."""
    found = registering.waiting()
    if not found:
        return still_open(here, here.say("operator.none_waits"))
    return still_open(here, _listed(here, here.say("operator.waiting_head", count=len(found)), found))


def list_halls(here: Situation, post: Post, rest: str) -> Answer:
    """大厅列表, with or without a part of a name."""
    found = registering.listed(rest)
    if not found.halls:
        return still_open(here, here.say("operator.no_halls"))
    return still_open(here, _listed(here, here.say("operator.list_head", count=found.total), found.halls))


def _listed(here: Situation, head: str, found: list[Listed]) -> str:
    # The halls stand last: of many the platform shows no more than fit.
    return "\n".join([head, _all_halls(here), *(_line(here, one) for one in found[:SHOWN])])


def _line(here: Situation, one: Listed) -> str:
    taps = " ".join(tap(word, f"{word} {one.code}") for word in _NEXT[one.status])
    state = here.say(f"operator.state.{one.status}")
    hall = halls.by_code(one.code)
    where = hall.region_name if hall else ""
    return f"{here.say('operator.line', hall=one.name, region=where, code=one.code, state=state)} {taps}"


def _all_halls(here: Situation) -> str:
    return page(here, here.say("operator.all_halls"), "/operator/halls")


def approve(here: Situation, post: Post, rest: str) -> Answer:
    """批准 CODE."""
    code, _ = _code_and_reason(rest)
    done = registering.approve(post, code, here.now)
    return still_open(here, here.say("operator.approved", hall=done.name))


def reject(here: Situation, post: Post, rest: str) -> Answer:
    """驳回 CODE, with the reason or asked for it."""
    code, reason = _code_and_reason(rest)
    return _with_reason(here, "reject", _hall(code, WAITING, "hall_not_waiting"), reason)


def suspend(here: Situation, post: Post, rest: str) -> Answer:
    """停用 CODE, with the reason or asked for it."""
    code, reason = _code_and_reason(rest)
    return _with_reason(here, "suspend", _hall(code, OPEN, "hall_not_open_now"), reason)


def resume(here: Situation, post: Post, rest: str) -> Answer:
    """恢复 CODE."""
    code, _ = _code_and_reason(rest)
    done = registering.resume(post, code, here.now)
    return still_open(
        here, here.say("operator.resumed", hall=done.name, state=here.say(f"operator.state.{done.status}"))
    )


def _with_reason(here: Situation, flow: str, hall: HallFacts, reason: str) -> Answer:
    talk = here.opening(flow, {"code": hall.code})
    if reason:
        return heard(here, talk, reason)
    return asked(here, talk, here.say(f"operator.{flow}ing", hall=hall.name, code=hall.code))


def _hall(code: str, status: str, otherwise: str) -> HallFacts:
    """The hall, before anybody is asked for a reason. Refused with hall_unknown, or as told."""
    hall = halls.by_code(code)
    if hall is None:
        raise Refused("hall_unknown")
    if hall.status != status:
        raise Refused(otherwise)
    return hall


def _code_and_reason(rest: str) -> tuple[str, str]:
    if not rest:
        raise Refused("hall_code_missing")
    code, *reason = rest.split(maxsplit=1)
    return code.lower(), "".join(reason)
