"""The words of the contract that staff and operators say, who may say them, and what may stand behind them."""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass

from bot import case_words, count_words, desk_words, hall_words, operator_words, record_words, tracing_words
from bot.flow import clean, normalised
from bot.situation import IDLE, Answer, Situation
from bot.words import still_open
from models.rules.access import Action, Role
from models.rules.refusal import Refused
from models.services.posts import Post, as_operator, in_halls
from models.services.second_eyes import CODE_DIGITS

LONGEST_WORD = 300
_BINDING = re.compile(r"绑定码?[\s:：]*([0-9a-z]{8})(?![0-9a-z])", re.ASCII | re.IGNORECASE)
"""Anywhere in a message: people pass on the whole text that the code came in."""
_TYPED_OFF = re.compile(r"绑定码?[\s:：]*([0-9a-z][0-9a-z -]{2,18})[。.]?", re.ASCII | re.IGNORECASE)
"""With gaps, or of another length, which is answered like any wrong code."""
_NOTHING = re.compile("")
_ANYTHING = re.compile(".*", re.DOTALL)
_CODE = re.compile(r"(?:[0-9a-z]{4,12}|(?:\d ?){8})?", re.ASCII | re.IGNORECASE)
_CODE_AND_REASON = re.compile(r"(?:[0-9a-z]{6,8}(?:\s.*)?)?", re.ASCII | re.IGNORECASE | re.DOTALL)
_SECOND_CODE = re.compile(rf"(?:\d ?){{{CODE_DIGITS}}}", re.ASCII)
_NUMBER = re.compile(r"(?:\d[\d ]{0,11})?", re.ASCII)
"""Of any length: whoever mistypes it is told so."""
_BETWEEN = " \t\n\u3000:：,，"


@dataclass(frozen=True)
class StaffWord:
    """A word: which action of staff it is (None: any post will do), what it does, and what may stand behind it."""

    action: Action | None
    does: Callable[[Situation, Post, str], Answer]
    rest: re.Pattern[str] = _NOTHING
    of_operator: bool = False
    second: Callable[[Situation, Post, str], Answer] | None = None
    """What it does with the code of a second pair of eyes, and alone where an operator's is not said."""
    is_query: bool = False
    """Whether it asks for what is there, or for a file or a list of it, and can wait when many people come in."""


WORDS: dict[str, StaffWord] = {
    "今日": StaffWord(Action.TODAY, count_words.today, is_query=True),
    "昨日": StaffWord(Action.HISTORY, count_words.yesterday, is_query=True),
    "在厅": StaffWord(Action.INSIDE, count_words.inside, is_query=True),
    "待处理": StaffWord(Action.TODO, desk_words.to_do, is_query=True),
    "数据查询": StaffWord(None, hall_words.show_staff_help),
    "查询": StaffWord(Action.RECORDS, record_words.search, _ANYTHING, is_query=True),
    "更多": StaffWord(Action.RECORDS, record_words.more, is_query=True),
    "导出": StaffWord(Action.EXPORT, record_words.export, _ANYTHING, is_query=True),
    "密接": StaffWord(Action.CASES, tracing_words.trace, _ANYTHING, is_query=True),
    "通知": StaffWord(Action.CASES, case_words.notify_word, _ANYTHING),
    "全部签退": StaffWord(Action.SWEEP, desk_words.sweep),
    "二维码": StaffWord(Action.CODES, hall_words.show_codes),
    "设置": StaffWord(Action.SETTINGS, hall_words.open_settings),
    "登录": StaffWord(None, hall_words.sign_in, _NUMBER),
    "添加工作人员": StaffWord(Action.STAFF, hall_words.add_staff, _ANYTHING),
    "移除": StaffWord(Action.STAFF, hall_words.remove_staff, _ANYTHING),
    "切换大厅": StaffWord(None, hall_words.switch_hall, _CODE),
    "待审大厅": StaffWord(Action.HALLS, operator_words.waiting_halls, of_operator=True, is_query=True),
    "大厅列表": StaffWord(Action.HALLS, operator_words.list_halls, _ANYTHING, of_operator=True, is_query=True),
    "批准": StaffWord(Action.APPROVE, operator_words.approve, _CODE, of_operator=True, second=record_words.approve),
    "驳回": StaffWord(Action.APPROVE, operator_words.reject, _CODE_AND_REASON, of_operator=True),
    "停用": StaffWord(Action.SUSPEND, operator_words.suspend, _CODE_AND_REASON, of_operator=True),
    "恢复": StaffWord(Action.SUSPEND, operator_words.resume, _CODE, of_operator=True),
}
_LONGEST_FIRST = sorted(WORDS, key=len, reverse=True)


def binding_of(said: str) -> str | None:
    """The code of 绑定 CODE; "" for 绑定 alone, None for anything else."""
    if len(said) > LONGEST_WORD:
        return None
    plain = unicodedata.normalize("NFKC", clean(said))
    if normalised(plain) == "绑定":
        return ""
    found = _BINDING.search(plain) or _TYPED_OFF.fullmatch(plain)
    return re.sub("[ -]", "", found[1]) if found else None


def bound(here: Situation, code: str) -> Answer:
    """绑定, from anyone. A wrong code is counted, so the refusal is said within the same unit of work."""
    try:
        return hall_words.bind(here, code)
    except Refused as no:
        return still_open(here, here.say(f"refused.{no.code}", **no.details))


def staff_word_of(said: str) -> tuple[StaffWord, str] | None:
    """The word that a message is, and what stands behind it as it was typed."""
    if len(said) > LONGEST_WORD:
        return None
    plain = re.sub("^登陆", "登录", unicodedata.normalize("NFKC", clean(said)))
    alone = normalised(plain)
    if alone in WORDS:
        return WORDS[alone], ""
    for word in _LONGEST_FIRST:
        if plain.startswith(word):
            rest = plain.removeprefix(word).strip(_BETWEEN)
            if WORDS[word].rest.fullmatch(rest):
                return WORDS[word], rest
    return None


def answered(here: Situation, word: StaffWord, rest: str) -> Answer | None:
    """What the word does for whoever said it, or the one sentence for those without the right. None: in the middle of
    a talk somebody who is not staff has said something that only begins like it."""
    if word.second and (_SECOND_CODE.fullmatch(rest) or not (rest or as_operator(here.posts))):
        word = StaffWord(Action.SECOND, word.second)
    post = _post(here, word)
    if post is None or (word.action is not None and not post.may(word.action)):
        if rest and here.talk and here.talk.flow != IDLE and not here.posts:
            return None
        return still_open(here, _refusal(here, post))
    try:
        return word.does(here, post, rest)
    except Refused as no:
        return still_open(here, here.say(f"refused.{no.code}", **no.details))


def _post(here: Situation, word: StaffWord) -> Post | None:
    """As which of their posts somebody says a word: as an operator, or in the hall chosen last; as a second pair of
    eyes by any that allows it."""
    if word.action is Action.SECOND and (seconds := [post for post in here.posts if post.may(Action.SECOND)]):
        return seconds[0]
    if word.of_operator:
        return as_operator(here.posts)
    return next(iter(in_halls(here.posts)), None) or (as_operator(here.posts) if word.action is None else None)


def _refusal(here: Situation, post: Post | None) -> str:
    """To staff of a hall that waits or is suspended: what holds. To everybody else nothing of what there is."""
    hall = post.hall if post else None
    if hall is not None and post is not None and post.role is not Role.OPERATOR and not hall.is_open_for_visitors:
        return here.say(f"staff.hall_{hall.status}", hall=hall.name)
    return here.say("hall.staff_only")
