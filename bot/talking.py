"""One message within a talk, and the question that a talk stands at."""

from dataclasses import replace

from bot.catalogue import FLOWS
from bot.finishing import closed_meanwhile
from bot.flow import Position, Review, Talk, hear, locate
from bot.situation import IDLE, Answer, Situation, place_of
from bot.wording import doubts_of, question, reaction, with_doubts
from models.rules.halls import HallFacts
from models.rules.refusal import Refused
from models.tables import photos

_CONTRACT = """
我的记录 我的资料 更正 删除我的资料 谁看过我 签到 签退 同意 不同意 人工帮忙 English 中文 注册大厅 待审大厅 批准
驳回 大厅列表 停用 恢复 二维码 今日 昨日 在厅 待处理 数据查询 查询 更多 导出 密接 通知 添加工作人员 绑定 移除
切换大厅 全部签退 设置 登录
"""
_TAKING_BACK = "撤回", "撤回同意"
RESERVED = frozenset((*_CONTRACT.casefold().split(), *_TAKING_BACK))
"""What free text cannot be when it stands alone: words of the contract, of which those that do something are taken
before, and what somebody says who takes their consent back and is no name."""

FINAL = frozenset(
    (
        "fever_waiting", "hall_not_open", "nothing_to_correct", "sign_in_over", "sign_in_staff_only", "not_yours",
        "hall_not_yours", "hall_unknown", "hall_not_waiting", "hall_not_open_now", "members_too_many",
        "invites_too_many", "case_unknown", "case_closed", "case_reason_missing", "notice_no_phone",
        "notice_plan_changed", "erase_inside",
    )
)  # fmt: skip
"""Refusals that no other answer could mend: they end the talk."""
_MENDED_BY = {"member_there": "staff_name"}
"""Which answer another one is wanted for, where that is not the last one."""
PHOTO = "photo"
"""In a talk's context: the photo that was sent in it last. It ends with the talk, so that nothing fills a later one."""
COLLECTING = frozenset(("check_in", "missed"))
"""Flows that end with a hall keeping what somebody said."""


def asked(here: Situation, talk: Talk, *lines: str) -> Answer:
    """These lines, then the question the talk stands at; a talk whose answers are all there is finished by it."""
    hall = here.hall_of(talk)
    if talk.flow == IDLE or (hall is None and FLOWS[talk.flow].is_of_visitors):
        return Answer("\n".join(lines), talk)
    flow = FLOWS[talk.flow]
    position = locate(flow.script, flow.facts(here, talk, hall), talk.answers, flow.remembered(here, talk, hall))
    if position.asking is None:
        return _ended(here, talk, hall, position, list(lines))
    return Answer("\n".join((*lines, question(here, hall, position, doubts_of(talk)))), talk)


def heard(here: Situation, talk: Talk, said: str) -> Answer:
    """One message of a talk: what it fills, what it ends, what is asked next."""
    hall = here.hall_of(talk)
    flow = FLOWS[talk.flow]
    if hall is None and flow.is_of_visitors:
        return here.finished(here.say("refused.hall_unknown"))
    if hall and talk.flow in COLLECTING and not hall.is_open_for_visitors:
        return here.finished(here.say("refused.hall_not_open"))
    facts, remembered = flow.facts(here, talk, hall), flow.remembered(here, talk, hall)
    turn = hear(flow.script, facts, talk.answers, said, remembered, RESERVED)
    if turn.event == "cancelled":
        return cancelled(here, talk, hall)
    later = with_doubts(replace(talk, answers=turn.answers), doubts_of(talk).difference(turn.understood))
    if turn.refused and turn.refused.refused.code == "temperature_fever_reading":
        later = replace(later, context={**later.context, "unwell": 1})
        hall = here.hall_of(later) or hall
    lines = reaction(here, turn)
    if turn.position.asking is None:
        return _ended(here, later, hall, turn.position, lines)
    is_review = isinstance(turn.position.asking, Review)
    if PHOTO in later.context and not is_review and photos.is_in_hand(here.delivery.openid):
        lines = [*lines, here.say("photo.still")]
    return Answer("\n".join((*lines, question(here, hall, turn.position, doubts_of(later)))), later)


def cancelled(here: Situation, talk: Talk, hall: HallFacts | None) -> Answer:
    """取消: what that means for the purpose of the talk. A fever stays; until it is too late 继续 asks for it again."""
    over = closed_meanwhile(here, hall.id) if hall and talk.flow == "leave" else None
    text = over or here.say(f"cancelled.{talk.flow}", hall=hall.name if hall else "")
    return here.finished(text, place_of(talk) if talk.flow == "check_in" else None)


def _ended(here: Situation, talk: Talk, hall: HallFacts | None, position: Position, lines: list[str]) -> Answer:
    """Do what the talk was for. What is refused is said, and the talk goes back to where it was."""
    here.talk = talk
    try:
        done = FLOWS[talk.flow].finish(here, talk, hall, position.outcome)
    except Refused as no:
        lines = [*lines, here.say(f"refused.{no.code}", **no.details)]
        if no.code in FINAL:
            return here.finished("\n".join(lines))
        return _back_at_the_question(here, talk, hall, position, lines, _MENDED_BY.get(no.code))
    if done.talk is not None and done.talk.flow not in (IDLE, talk.flow):
        return asked(here, done.talk, done.text)
    return done


def _back_at_the_question(
    here: Situation, talk: Talk, hall: HallFacts | None, position: Position, lines: list[str], step: str | None
) -> Answer:
    """Still at the review; a flow without one asks `step` again, or its last question."""
    flow = FLOWS[talk.flow]
    remembered = flow.remembered(here, talk, hall)
    again = locate(flow.script, flow.facts(here, talk, hall), talk.answers, remembered)
    if again.asking is None and position.path:
        wrong = step or position.path[-1].step.name
        talk = replace(talk, answers={name: text for name, text in talk.answers.items() if name != wrong})
        again = locate(flow.script, flow.facts(here, talk, hall), talk.answers, remembered)
    if again.asking is None:
        return here.finished("\n".join(lines))
    return Answer("\n".join((*lines, question(here, hall, again, doubts_of(talk)))), talk)
