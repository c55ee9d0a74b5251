"""From where a talk stands to what is said: the question, the choices, the review."""

import unicodedata
from collections.abc import Collection, Iterable
from dataclasses import replace
from string import ascii_letters, digits

from bot.flow import Answered, Choice, Position, Refusal, Review, Talk, Turn
from bot.scripts.registering import InWords
from bot.situation import Situation
from models.phrases import has, link, tap
from models.rules import masks
from models.rules.companions import Companion, speaks_of_company
from models.rules.halls import HallFacts
from models.rules.health import Temperature

MOST_LIST_BYTES = 1500
"""A list of choices is shown within so much, which leaves room for what is said before it."""

MOST_ECHOED = 60

_DOUBTS = "doubtful"


def doubts_of(talk: Talk) -> frozenset[str]:
    """The steps whose answers were read from a photo and are not sure."""
    return frozenset(str(talk.context.get(_DOUBTS, "")).split(",")) - {""}


def with_doubts(talk: Talk, steps: Iterable[str]) -> Talk:
    """The talk in which these steps, and no others, are to be looked at again."""
    context = {name: value for name, value in talk.context.items() if name != _DOUBTS}
    if names := ",".join(sorted(steps)):
        context[_DOUBTS] = names
    return replace(talk, context=context)


def question(here: Situation, hall: HallFacts | None, position: Position, doubts: Collection[str] = frozenset()) -> str:
    """What the position asks, with the choices there are. `doubts`: the steps that the review marks."""
    step = position.asking
    if step is None:
        raise ValueError("the talk is over, there is nothing to ask")
    if isinstance(step, Review):
        return _review(here, hall, position, doubts)
    if step.name == "consent" and hall:
        return _consent(here, hall)
    asked = f"step.{step.name}.ask"
    if step.optional and not step.quiet and has(f"{asked}_optional"):
        asked = f"{asked}_optional"
    elif step.name == "temperature" and hall and hall.declared_temperature:
        asked = f"{asked}_declared"
    lines = [here.say(asked, **step.asks_with)]
    if isinstance(step, Choice) and step.listed:
        lines += _options(here, step)
    return "\n".join(lines)


def _consent(here: Situation, hall: HallFacts) -> str:
    title = here.say("notice.title", hall=hall.name)
    url = f"{here.setting.base_url}/notice/{hall.code}" + ("?lang=en" if here.language == "en" else "")
    return here.say("step.consent.ask", hall=hall.name, days=hall.retention_days, notice=link(title, url))


def _options(here: Situation, step: Choice) -> list[str]:
    """The numbered list: with tap links, without them where they would not fit, or as far as it goes. What is not
    shown can be sent by its name; the last one, and 其他, are always shown."""
    plain = [f"{number} {option.label}" for number, option in enumerate(step.options, start=1)]
    taps = [tap(line, option.label) for line, option in zip(plain, step.options, strict=True)]
    if _bytes(taps) <= MOST_LIST_BYTES:
        return taps
    if _bytes(plain) <= MOST_LIST_BYTES:
        return plain
    always = {
        len(plain) - 1,
        *(i for i, option in enumerate(step.options) if "其他" in (option.label, *option.aliases)),
    }
    room = MOST_LIST_BYTES - _bytes([plain[i] for i in always])
    shown = set(always)
    for i, line in enumerate(plain):
        if i not in always:
            room -= _bytes([line])
            if room < 0:
                break
            shown.add(i)
    return [*(plain[i] for i in sorted(shown)), here.say("engine.list_goes_on")]


def _bytes(lines: list[str]) -> int:
    return sum(len(line.encode()) + 1 for line in lines)


def _review(here: Situation, hall: HallFacts | None, position: Position, doubts: Collection[str]) -> str:
    if position.is_as_remembered:
        return _returning(here, hall, position)
    lines = [here.say("review.head")]
    for number, item in enumerate(position.items, start=1):
        label = here.say(f"step.{item.step.name}.label")
        value = shown(here, hall, item)
        if item.step.name in doubts:
            value = here.say("photo.doubtful", value=value)
        lines.append(here.say("review.item", number=number, label=label, value=value))
    if any(item.step.name == "companions" and item.value and item.value.people for item in position.items):
        lines.append(here.say("review.companions_agree"))
    return "\n".join([*lines, here.say("review.foot")])


def _returning(here: Situation, hall: HallFacts | None, position: Position) -> str:
    """A returning visitor: one line to say yes to."""
    values = {item.step.name: shown(here, hall, item) for item in position.items}
    nothing = here.say("review.not_given")
    name, temperature = values.get("name", nothing), values.get("temperature", nothing)
    if "matter" in values:
        head = here.say("review.returning", name=name, matter=values["matter"], temperature=temperature)
    else:
        head = here.say("review.returning_no_matter", name=name, temperature=temperature)
    return f"{head}\n{here.say('review.returning_foot')}"


def shown(here: Situation, hall: HallFacts | None, item: Answered) -> str:
    """An answer as the review shows it: whole if it was said in this talk, masked if the profile remembers it."""
    name, text = item.step.name, item.text
    if name == "companions":
        people = item.value.people if item.value else ()
        return "；".join(map(_companion, people)) or here.say("review.nobody")
    if not text:
        return here.say("review.not_given")
    if name == "matter":
        matter = hall.matter(text) if hall else None
        return matter.label(here.language) if matter else text
    if isinstance(item.value, InWords):
        return item.value.said(here.language)
    if isinstance(item.step, Choice):
        return next((option.label for option in item.step.options if option.value == text), text)
    if name == "temperature":
        return _temperature(here, item.value)
    if item.source == "remembered" and name in masks.BY_FIELD:
        return masks.BY_FIELD[name](text)
    return as_said(name, text)


def as_said(name: str, text: str) -> str:
    """What was said or read for a step, whole."""
    return masks.in_groups(text) if name in ("id_number", "phone") else text


def _companion(one: Companion) -> str:
    numbers = (str(one.id_number) if one.id_number else "", one.phone or "")
    return " ".join((one.name, *(masks.in_groups(number) for number in numbers if number)))


def _temperature(here: Situation, value: Temperature) -> str:
    return here.say("review.normal") if value.tenths is None else here.say("review.celsius", value=value)


def listed(here: Situation, words: Iterable[str]) -> str:
    """Words one after the other, as the language sets them apart."""
    return here.say("engine.between").join(words)


def reaction(here: Situation, turn: Turn) -> list[str]:
    """What to say of the message itself, before the next question."""
    if said := _still_to_answer(here, turn):
        return [said]
    lines = []
    if turn.event == "at_start":
        lines.append(here.say("engine.at_start"))
    if turn.event == "someone_else":
        lines.append(here.say("review.someone_else"))
    if turn.event == "help" and turn.position.asking:
        lines.append(here.say(f"step.{turn.position.asking.name}.help"))
    if turn.event == "objection":
        lines.append(here.say("review.which" if turn.position.is_as_remembered else "review.which_number"))
    labels = [here.say(f"step.{name}.label") for name in turn.understood if has(f"step.{name}.label")]
    if len(turn.understood) > 1 and labels:
        lines.append(here.say("engine.understood", labels=listed(here, labels)))
    if turn.refused:
        lines.append(_refusal(here, turn.refused, turn.position))
    words = _shortened(listed(here, filter(None, map(visible, turn.left_over))))
    if words:
        lines.append(here.say("review.unclear" if turn.event == "unclear" else "engine.left_over", words=words))
    elif turn.event == "not_understood":
        lines.append(here.say("engine.nothing_read"))
    if isinstance(turn.position.asking, Review) and speaks_of_company(" ".join(turn.left_over)):
        lines.append(here.say("review.company"))
    return lines


def _still_to_answer(here: Situation, turn: Turn) -> str:
    """What to say of anything but an answer, and a call for help, where the one question is whether to do something for
    good: that it is not done."""
    step = turn.position.asking
    is_other = turn.refused or turn.left_over or turn.event in ("at_start", "not_understood")
    key = f"step.{step.name}.not_done" if step else ""
    return here.say(key) if is_other and has(key) else ""


def _shortened(words: str) -> str:
    """The beginning of what is repeated; a number stays whole or away."""
    if len(words) > MOST_ECHOED and words[MOST_ECHOED].isalnum() and words[MOST_ECHOED].isascii():
        return words[:MOST_ECHOED].rstrip(ascii_letters + digits) or words[:MOST_ECHOED]
    return words[:MOST_ECHOED]


def _refusal(here: Situation, refusal: Refusal, position: Position) -> str:
    step = position.asking
    if isinstance(step, Choice) and not step.listed and refusal.refused.code == "choice_unknown":
        return here.say(f"step.{step.name}.help")  # no list was shown that the word could be missing in
    told = here.say(f"refused.{refusal.refused.code}", **refusal.refused.details)
    if refusal.refused.code == "id_unreadable":
        return f"{told}\n{here.say('step.id_number.without')}"
    return told


def visible(text: str) -> str:
    """The text without what nobody sees and what turns the rest of a line around."""
    return "".join(char for char in text if unicodedata.category(char) not in ("Cc", "Cf", "Cs", "Co", "Cn")).strip()
