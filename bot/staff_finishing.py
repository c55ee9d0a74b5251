"""What a finished conversation of staff does, and what is said of it."""

from datetime import date

from bot import case_replies
from bot.flow import Talk
from bot.links import page
from bot.scripts.registering import NewHall
from bot.scripts.staff import Because, InHall, Invitation, IsTheCase, Notifies, SignsIn, Sweeps
from bot.situation import Answer, Situation
from models.rules.access import Action, Role
from models.rules.contact import person_name
from models.rules.refusal import Refused
from models.rules.wanted import Period
from models.services import front_desk, halls, posts, registering, sign_ins, staff
from models.services.audit import Actor
from models.services.casework import cases, notices
from models.services.posts import Post


def registered(here: Situation, talk: Talk, hall: None, outcome: NewHall) -> Answer:
    """The end of 注册大厅: the hall is there; with approval it waits, else its codes are on their way."""
    made = registering.register(
        here.delivery.openid,
        _admin_name(here, outcome.contact),
        outcome.name,
        outcome.facts,
        Actor(here.delivery.openid, Role.ADMIN),
        here.now,
        approval=here.setting.approval,
    )
    if not made.is_open_for_visitors:
        return here.finished(here.say("register.waits", hall=made.name, code=made.code))
    posters = page(here, here.say("staff.codes_page"), f"/hall/{made.code}/codes")
    return here.finished(f"{here.say('register.done', hall=made.name, code=made.code)}\n{posters}")


def _admin_name(here: Situation, contact: str) -> str:
    """The contact, where that is a person's name and no office."""
    try:
        return person_name(contact)
    except Refused:
        return here.say("staff.role.admin")


def invited(here: Situation, talk: Talk, hall: None, outcome: Invitation) -> Answer:
    """The end of 添加工作人员: the code, in a message of its own shape that can be passed on."""
    by = _post(here, talk, Action.STAFF)
    code = staff.invite(by, outcome.role, outcome.name, here.now)
    hours = int(staff.INVITE_LASTS.total_seconds()) // 3600
    role = here.say(f"staff.role.{outcome.role}")
    return here.finished(here.say("staff.invited", name=outcome.name, role=role, code=code, hours=hours))


def rejected(here: Situation, talk: Talk, hall: None, outcome: Because) -> Answer:
    """The end of 驳回."""
    by = _operator(here, Action.APPROVE)
    done = registering.reject(by, str(talk.context["code"]), outcome.reason, here.now)
    return here.finished(here.say("operator.rejected", hall=done.name, reason=outcome.reason))


def suspended(here: Situation, talk: Talk, hall: None, outcome: Because) -> Answer:
    """The end of 停用."""
    by = _operator(here, Action.SUSPEND)
    done = registering.suspend(by, str(talk.context["code"]), outcome.reason, here.now)
    return here.finished(here.say("operator.suspended", hall=done.name, code=done.code))


def switched(here: Situation, talk: Talk, hall: None, outcome: InHall) -> Answer:
    """The end of 切换大厅."""
    staff.choose(here.delivery.openid, outcome.hall_id, here.now)
    chosen = halls.by_id(outcome.hall_id, None)
    return here.finished(here.say("staff.switched", hall=chosen.name if chosen else ""))


def signed_in(here: Situation, talk: Talk, hall: None, outcome: SignsIn) -> Answer:
    """The end of 登录 with a number."""
    pending = int(talk.context["pending"])
    if not outcome.is_me:
        sign_ins.deny(pending, here.delivery.openid, here.now)
        return here.finished(here.say("staff.sign_in_denied"))
    sign_ins.confirm(pending, here.delivery.openid, here.now)
    return here.finished(here.say("staff.signed_in"))


def swept(here: Situation, talk: Talk, hall: None, outcome: Sweeps) -> Answer:
    """The end of 全部签退: how many were signed out, that it is a guess, and how it is undone."""
    by = _post(here, talk, Action.SWEEP)
    if not outcome.is_sure or by.hall is None:
        return here.finished(here.say("cancelled.sweep"))
    done = front_desk.sweep(by, here.now)
    if done.act is None:
        return here.finished(here.say("count.empty", hall=by.hall.name))
    minutes = int(front_desk.UNDO_LASTS.total_seconds()) // 60
    undo = page(here, here.say("todo.undo_page"), f"/hall/{by.hall.code}/desk")
    return here.finished(f"{here.say('todo.swept', hall=by.hall.name, count=done.count, minutes=minutes)}\n{undo}")


def case_opened(here: Situation, talk: Talk, hall: None, outcome: IsTheCase) -> Answer:
    """The end of 密接 where several people might have been meant."""
    by = _post(here, talk, Action.CASES)
    first, last, onset = (_day(talk, name) for name in ("first", "last", "onset"))
    period = Period(first, last) if first and last else None
    opened = cases.open_case(by, outcome.suspect, period, onset, here.now)
    return here.finished(case_replies.told(here, cases.hall_of(by), opened))


def _day(talk: Talk, name: str) -> date | None:
    kept = talk.context.get(name)
    return date.fromisoformat(str(kept)) if kept else None


def notified(here: Situation, talk: Talk, hall: None, outcome: Notifies) -> Answer:
    """The end of 通知 CASE: how many notices are on their way, and where one sees what becomes of each."""
    by = _post(here, talk, Action.CASES)
    case = str(talk.context["case"])
    if not outcome.is_sure or by.hall is None:
        return here.finished(here.say("cancelled.notify"))
    sent = notices.send(by, case, str(talk.context["key"]), here.setting.templates, here.now)
    results = page(here, here.say("notices.chat_page"), f"/hall/{by.hall.code}/cases/{case}/notices")
    return here.finished(f"{here.say('notices.chat_done', count=sent.count)}\n{results}")


def _post(here: Situation, talk: Talk, action: Action) -> Post:
    """The post that the talk began with, if it still allows this."""
    found = next((post for post in here.posts if post.hall_id == talk.context.get("of")), None)
    if found is None or not found.may(action):
        raise Refused("not_yours")
    return found


def _operator(here: Situation, action: Action) -> Post:
    found = posts.as_operator(here.posts)
    if found is None or not found.may(action):
        raise Refused("not_yours")
    return found
