"""The words of the contract that anyone may say, at any time, in any talk; case, spaces and width do not matter."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from bot.finishing import declined, out, resumed
from bot.flow import Talk, clean, normalised
from bot.links import own_page
from bot.situation import IDLE, Answer, Situation, clock
from bot.talking import asked, heard
from bot.wording import with_doubts
from models.phrases import say
from models.rules.halls import HallFacts
from models.rules.visits import Certainty, HowIn, HowOut, exit_is_doubtful
from models.services import check_out, fever, forgetting, halls, help_requests, looked, people, records
from models.services.check_out import Leaving
from models.services.forgetting import what_goes
from models.tables import visits
from models.tables.visits import OpenVisit

SHOWN_LOOKS = 5
"""Looks that a reply tells, of 谁看过我; the page has them all."""


@dataclass(frozen=True)
class Begun:
    """A check-in that is on, and what is said before its question."""

    talk: Talk
    lines: list[str]


def check_in_by_word(here: Situation, rest: str) -> Answer:
    """签到, alone for the hall they are at or were last, or with a hall's code."""
    return _first_question(here, begun_by_word(here, rest))


def begun_by_word(here: Situation, rest: str) -> Begun | Answer:
    """The check-in that 签到 begins or goes on with; or why there is none."""
    hall = halls.by_code(rest) if rest else likely_hall(here)
    if hall is None:
        return still_open(here, here.say("refused.hall_unknown" if rest else "check_in.which_hall"))
    inside = visits.inside(here.known.id) if here.known else None
    waits = fever.waits(here.delivery.openid, hall, hall.calendar.hall_day(here.at))
    return _begin(here, hall, _likely_door(here, hall), HowIn.CHAT, inside, waits)


def likely_hall(here: Situation) -> HallFacts | None:
    """The hall of the talk that is on or has just ended, else the one visited last."""
    if here.talk and here.talk.context.get("hall"):
        return here.hall_of(here.talk)
    last = here.known.last_hall_id if here.known else None
    return halls.by_id(last, None) if last else None


def _likely_door(here: Situation, hall: HallFacts) -> int:
    """The door of the talk that is on or has just ended at this hall, else the first."""
    context = here.talk.context if here.talk else {}
    door = int(context.get("door", 0)) if context.get("hall") == hall.id else 0
    return door if door in hall.doors else min(hall.doors)


def check_in_by_scan(here: Situation, hall: HallFacts, door: int) -> Answer:
    """A scan of an in code."""
    seen = here.at_door
    waits = seen is not None and seen.fever_day == hall.calendar.hall_day(here.at)
    return _first_question(here, _begin(here, hall, door, HowIn.SCAN, seen.inside if seen else None, waits))


def _begin(
    here: Situation, hall: HallFacts, door: int, how_in: HowIn, inside: OpenVisit | None, waits: bool
) -> Begun | Answer:
    """Begin a check-in, or go on with the one at this hall; nothing of the kind for somebody who is inside."""
    if not hall.is_open_for_visitors:
        return here.aside(here.say("refused.hall_not_open"))
    inside = check_out.unless_due(inside, here.at)
    if inside and inside.hall_id == hall.id:
        return still_open(here, here.say("check_in.already", time=clock(inside.in_at, hall), hall=hall.name))
    if waits:
        return here.aside(here.say("fever.wait"))
    context: dict[str, str | int] = {
        "hall": hall.id,
        "door": door,
        "how_in": how_in,
        "scanned_at": int(here.at.timestamp()) if how_in is HowIn.SCAN else 0,
    }
    talk = here.talk
    lines = [here.say("check_in.opened", hall=hall.name, door=hall.doors[door].name)]
    if talk and talk.flow == "check_in" and talk.context.get("hall") == hall.id:
        # An entry that began with a scan does not become one by word.
        talk = talk if how_in is HowIn.CHAT else replace(talk, context={**talk.context, **context})
    else:
        talk = here.opening("check_in", context)
    if not hall.calendar.is_open(here.at):
        lines.append(here.say("check_in.off_hours"))
    return Begun(talk, lines)


def _first_question(here: Situation, begun: Begun | Answer) -> Answer:
    if isinstance(begun, Answer):
        return begun
    answer = asked(here, begun.talk, *begun.lines)
    if here.known is None and not begun.talk.answers:
        return replace(answer, text=f"{answer.text}\n{here.say('engine.keyboard')}")
    return answer


def check_out_by_word(here: Situation, rest: str) -> Answer:
    """签退: at once; long after the likely exit the visitor is asked whether it is now or was earlier."""
    inside = check_out.settled(here.known, here.at)
    if here.known is None or inside is None:
        return _not_inside(here)
    hall = halls.by_id(inside.hall_id, None)
    if hall is None:
        return here.aside(here.say("refused.hall_unknown"))
    if exit_is_doubtful(inside.in_at, hall.calendar.due(inside.in_at).session_end, here.at):
        return asked(here, here.opening("leave", {"hall": hall.id}))
    return here.aside(out(here, hall, check_out.by_word(here.known, here.at)))


def _not_inside(here: Situation) -> Answer:
    """签退 by somebody who is not inside: an estimated exit can be put right, a known one is told, else there was no
    entry."""
    if check_out.correctable(here.known, here.now):
        return correct_exit(here, "")
    last = here.known.last_hall_id if here.known else None
    hall = halls.by_id(last, None) if last else None
    if hall is None and here.talk:
        # A stranger: the hall they were last asked about.
        hall = here.hall_of(here.talk)
    if hall is None or here.known is None:
        return nothing_open(here, hall, min(hall.doors) if hall else 0, HowOut.CHAT)
    done = check_out.today(here.known, hall, here.at)
    if done.what is Leaving.ALREADY_OUT:
        return still_open(here, out(here, hall, done))
    return nothing_open(here, hall, min(hall.doors), HowOut.CHAT)


def check_out_by_scan(here: Situation, hall: HallFacts, door: int) -> Answer:
    """A scan of an out code."""
    done = check_out.by_scan(here.known, here.at_door.inside if here.at_door else None, hall, here.at, here.now)
    elsewhere = _inside_elsewhere(here, hall)
    if done.what is Leaving.NOTHING_OPEN:
        return nothing_open(here, hall, door, HowOut.SCAN, elsewhere)
    said = out(here, hall, done)
    return still_open(here, f"{said}\n{elsewhere}" if done.what is Leaving.MOVED and elsewhere else said)


def _inside_elsewhere(here: Situation, hall: HallFacts) -> str:
    """Where somebody who scans out of this hall is registered instead, if anywhere."""
    inside = here.at_door.inside if here.at_door else None
    if inside is None or inside.hall_id == hall.id or here.at > inside.due_at:
        return ""
    other = halls.by_id(inside.hall_id, None)
    return here.say("check_out.inside_other", entered=clock(inside.in_at, other), hall=other.name) if other else ""


def still_open(here: Situation, text: str) -> Answer:
    """Something said and done aside; a talk that is in the middle of a question asks it again."""
    if here.talk is None or here.talk.flow == IDLE:
        return here.aside(text)
    return asked(here, here.talk, text, here.say("engine.still_open"))


def nothing_open(here: Situation, hall: HallFacts | None, door: int, how_out: HowOut, elsewhere: str = "") -> Answer:
    """Nobody to sign out: say so, or where they are registered instead, and offer to register the missed entry where
    the hall is known."""
    text = here.say("check_out.missed_here", hall=hall.name) if hall else here.say("check_out.nothing_open")
    text = f"{elsewhere}\n{text}" if elsewhere else text
    if hall is None or not hall.is_open_for_visitors:
        return still_open(here, text)
    context: dict[str, str | int] = {
        "hall": hall.id,
        "door": door,
        "left_at": int(here.at.timestamp()),
        "how_out": how_out,
    }
    return asked(here, here.opening("missed", context), text)


def my_records(here: Situation, rest: str) -> Answer:
    """我的记录: the last visits, estimates told as such."""
    found = records.own(here.known, here.now)
    if not found:
        return still_open(here, here.say("records.none"))
    lines = [here.say("records.head")]
    for one in found:
        left = here.say("records.inside") if one.out_at is None else clock(one.out_at, one.hall)
        if one.certainty is Certainty.ESTIMATED:
            left = here.say("records.estimated", left=left)
        elif one.certainty is Certainty.STATED:
            left = here.say("records.stated", left=left)
        day = f"{one.hall.calendar.hall_day(one.in_at):%m-%d}"
        entered = clock(one.in_at, one.hall)
        lines.append(here.say("records.line", day=day, entered=entered, left=left, hall=one.hall.name))
    if check_out.correctable(here.known, here.now):
        lines.append(here.say("records.correctable"))
    return still_open(here, "\n".join(lines))


def my_data(here: Situation, rest: str) -> Answer:
    """我的资料: where it is seen and changed, if there is any."""
    if here.known is None:
        return still_open(here, here.say("my_data.chat_none"))
    told = here.say("my_data.chat", page=own_page(here, here.say("my_data.chat_page"), "/me/data"))
    return still_open(here, f"{told}\n{here.say('rights.chat')}")


def erase_me(here: Situation, rest: str) -> Answer:
    """删除我的资料: what goes at once, what stays nameless until when, what is held; then whether to do it."""
    found = forgetting.kept(here.delivery.openid, here.now)
    if found.inside:
        return still_open(here, here.say("rights.inside", hall=found.inside.name))
    if found.is_nothing and here.talk and (here.talk.flow != IDLE or here.talk.waiting):
        return Answer(here.say("rights.none_talk"))
    if found.is_nothing:
        return still_open(here, here.say("rights.none"))
    return asked(here, here.opening("erase", {}), *what_goes(found, here.language))


def who_looked(here: Situation, rest: str) -> Answer:
    """谁看过我: the last looks, and where the others are."""
    found = looked.of(here.delivery.openid, here.now)
    kept = looked.withheld(here.language)
    if not found:
        return still_open(here, "\n".join(filter(None, (here.say("looked.chat_none", days=looked.KEEP.days), kept))))
    lines = [here.say("looked.chat_head")]
    for seen in found[:SHOWN_LOOKS]:
        told = looked.said(seen, here.language)
        lines.append(
            here.say(
                "looked.chat_line",
                day=f"{seen.day:%m-%d}",
                hall=told.hall,
                role=told.role,
                what=told.what,
                why=told.why,
            )
        )
    lines.append(here.say("looked.chat", page=own_page(here, here.say("looked.chat_page"), "/me/looked")))
    return still_open(here, "\n".join(filter(None, (*lines, kept))))


def correct_exit(here: Situation, rest: str) -> Answer:
    """更正: the last exit, if it is an estimate of the last 24 hours."""
    found = check_out.correctable(here.known, here.now)
    if found is None:
        return still_open(here, here.say("correction.none"))
    left = here.moment(found.visit.out_at or found.visit.due_at, found.hall)
    told = here.say("correction.open", left=left, hall=found.hall.name)
    return asked(here, here.opening("correct", {"hall": found.hall.id, "visit": found.visit.id}), told)


def show_help(here: Situation, rest: str) -> Answer:
    """帮助 outside of a question."""
    role = here.posts[0].role if here.posts else None
    hall = here.posts[0].hall if here.posts else None
    said = here.say(f"staff.help_{role}", hall=hall.name if hall else "") if role else here.say("help.visitor")
    return here.aside(said)


def call_staff(here: Situation, rest: str) -> Answer:
    """人工帮忙: a line with door and time where staff see it; the talk stays where it is."""
    talk = here.talk
    hall = here.hall_of(talk) if talk else None
    door = int(talk.context.get("door", 0)) if talk else 0
    inside = None if door else check_out.settled(here.known, here.at)
    if inside and (hall is None or hall.id == inside.hall_id):
        hall, door = halls.by_id(inside.hall_id, None), visits.door_of(inside.id)
    if hall is None:
        return here.aside(here.say("help.no_hall"))
    help_requests.ask(hall, door, here.at)
    return here.aside(here.say("help.called", hall=hall.name))


def how_to_photograph(here: Situation, rest: str) -> Answer:
    """拍身份证, by word: how that is done."""
    return still_open(here, here.say("photo.how"))


def speak_english(here: Situation, rest: str) -> Answer:
    """English."""
    return _speak(here, "en")


def speak_chinese(here: Situation, rest: str) -> Answer:
    """中文."""
    return _speak(here, "zh")


def _speak(here: Situation, language: str) -> Answer:
    if here.known:
        here.known = people.speak(here.known, language, here.now)
    talk = replace(here.talk or Talk(IDLE, {}, {}, (), language), language=language)
    here.talk = talk
    here.language = language
    switched = say(language, "engine.language.switched")
    return asked(here, talk, switched if talk.flow != IDLE else f"{switched}\n{say(language, 'help.visitor')}")


def go_on(here: Situation, rest: str) -> Answer:
    """继续: back to the answers that wait."""
    talk = here.resumed()
    if talk is None:
        return still_open(here, here.say("engine.nothing_to_resume"))
    answer = resumed(here, talk)
    here.talk = answer.talk
    return asked(here, answer.talk, answer.text) if answer.talk else answer


def not_me(here: Situation, rest: str) -> Answer:
    """不是本人: the same check-in from its first question, with nothing of the profile."""
    talk = here.talk
    if talk is None or talk.flow not in ("check_in", "missed"):
        # Whoever it is that waits with a fever: staff will see.
        waits = talk is not None and talk.flow == "fever"
        return still_open(here, here.say("fever.wait" if waits else "engine.not_understood"))
    kept = {name: text for name, text in talk.answers.items() if name in ("wanted", "consent")}
    afresh = with_doubts(replace(talk, answers=kept, context={**talk.context, "fresh": 1}), ())
    return asked(here, afresh, here.say("engine.fresh"))


def register_hall(here: Situation, rest: str) -> Answer:
    """注册大厅, with or without its name: name and region are asked, all else has good defaults."""
    if here.talk and here.talk.flow == "register":
        return still_open(here, here.say("register.opened"))
    talk = here.opening("register", {})
    return heard(here, talk, rest) if rest else asked(here, talk, here.say("register.opened"))


def disagree(here: Situation, rest: str) -> Answer:
    """不同意: ends the check-in that is on; outside of one it is told what that means."""
    talk = here.talk
    if talk and talk.flow == "fever":
        talk = here.talk = here.resumed() or talk
    if talk and talk.flow in ("check_in", "missed", "fever"):
        return declined(here, talk)
    return still_open(here, here.say("check_in.declined_before" if here.known else "check_in.declined_now"))


WORDS: dict[str, Callable[[Situation, str], Answer]] = {
    normalised(word): action
    for words, action in (
        (("签到", "check in", "checkin"), check_in_by_word),
        (("签退", "check out", "checkout"), check_out_by_word),
        (("我的记录", "my visits"), my_records),
        (("我的资料", "my data"), my_data),
        (("谁看过我", "who looked"), who_looked),
        (("删除我的资料", "erase my data"), erase_me),
        (("更正",), correct_exit),
        (("人工帮忙", "人工", "staff"), call_staff),
        (("拍身份证", "拍证件", "拍照", "photo"), how_to_photograph),
        (("注册大厅", "登记大厅"), register_hall),
        (("English",), speak_english),
        (("中文", "Chinese"), speak_chinese),
        (("继续", "continue"), go_on),
        (("不是本人", "not me"), not_me),
        (("不同意", "disagree", "I disagree"), disagree),
    )
    for word in words
}
"""What each word does. 帮助 and the other words of the engine belong to the talk that is on, if one is."""

QUERIES = frozenset((my_records, my_data, who_looked))
"""Those that only ask for what is there."""

LONGEST_WORD = 40
LONGEST_NAMED = 60
_WITH_A_NAME = re.compile(r"注册大厅[ \u3000:：,，]+(\S.*)")
_WITH_A_CODE = re.compile("(?:签到|checkin)[:,-]?([0-9a-z]{1,16})")


def word_of(said: str) -> tuple[Callable[[Situation, str], Answer], str] | None:
    """What a message does that is a word of the contract and nothing else, and the code behind it, if one is."""
    with_name = _WITH_A_NAME.fullmatch(clean(said)) if len(said) <= LONGEST_NAMED else None
    if with_name:
        return register_hall, with_name[1]
    if len(said) > LONGEST_WORD:
        return None
    word = normalised(clean(said))
    if word in WORDS:
        return WORDS[word], ""
    with_code = _WITH_A_CODE.fullmatch(word)
    return (check_in_by_word, with_code[1]) if with_code else None
