"""From where a talk stands to what is said: the question, the choices, the review."""

from bot.flow import Answered, Choice, Position, Review, Turn
from bot.situation import Situation
from models.phrases import has, link, tap
from models.rules import masks
from models.rules.companions import Companion
from models.rules.halls import HallFacts
from models.rules.health import Temperature

MOST_TAPS = 9
"""Beyond so many options their links alone would fill a message; numbers and names can still be typed."""

_MASKS = {
    "name": masks.mask_name,
    "id_number": masks.mask_id_number,
    "phone": masks.mask_phone,
    "address": masks.mask_address,
}


def question(here: Situation, hall: HallFacts, position: Position) -> str:
    """What the position asks, with the choices there are."""
    step = position.asking
    if step is None:
        raise ValueError("the talk is over, there is nothing to ask")
    if isinstance(step, Review):
        return _review(here, hall, position)
    if step.name == "consent":
        return _consent(here, hall)
    asked = f"step.{step.name}.ask"
    if step.optional and not step.quiet and has(f"{asked}_optional"):
        asked = f"{asked}_optional"
    elif step.name == "temperature" and hall.declared_temperature:
        asked = f"{asked}_declared"
    lines = [here.say(asked)]
    if isinstance(step, Choice) and step.listed:
        lines += _options(step)
    return "\n".join(lines)


def _consent(here: Situation, hall: HallFacts) -> str:
    title = here.say("notice.title", hall=hall.name)
    url = f"{here.base_url}/notice/{hall.code}" + ("?lang=en" if here.language == "en" else "")
    return here.say("step.consent.ask", hall=hall.name, days=hall.retention_days, notice=link(title, url))


def _options(step: Choice) -> list[str]:
    numbered = [f"{number} {option.label}" for number, option in enumerate(step.options, start=1)]
    if len(numbered) > MOST_TAPS:
        return numbered
    return [tap(line, option.label) for line, option in zip(numbered, step.options, strict=True)]


def _review(here: Situation, hall: HallFacts, position: Position) -> str:
    if all(item.source != "said" for item in position.items):
        return _returning(here, hall, position)
    lines = [here.say("review.head")]
    for number, item in enumerate(position.items, start=1):
        label = here.say(f"step.{item.step.name}.label")
        lines.append(here.say("review.item", number=number, label=label, value=shown(here, hall, item)))
    if any(item.step.name == "companions" and item.text for item in position.items):
        lines.append(here.say("review.companions_agree"))
    return "\n".join([*lines, here.say("review.foot")])


def _returning(here: Situation, hall: HallFacts, position: Position) -> str:
    """A returning visitor: one line to say yes to."""
    values = {item.step.name: shown(here, hall, item) for item in position.items}
    nothing = here.say("review.not_given")
    head = here.say(
        "review.returning",
        name=values.get("name", nothing),
        matter=values.get("matter", nothing),
        temperature=values.get("temperature", nothing),
    )
    return f"{head}\n{here.say('review.returning_foot')}"


def shown(here: Situation, hall: HallFacts, item: Answered) -> str:
    """An answer as the review shows it: whole if it was said in this talk, masked if the profile remembers it."""
    name, text = item.step.name, item.text
    if name == "companions":
        people = item.value.people if item.value else ()
        return "；".join(map(_companion, people)) or here.say("review.nobody")
    if not text:
        return here.say("review.not_given")
    if name == "matter":
        matter = hall.matter(text)
        return matter.label(here.language) if matter else text
    if name == "temperature":
        return _temperature(here, item.value)
    if item.source == "remembered" and name in _MASKS:
        return _MASKS[name](text)
    return masks.in_groups(text) if name in ("id_number", "phone") else text


def _companion(one: Companion) -> str:
    numbers = (str(one.id_number) if one.id_number else "", one.phone or "")
    return " ".join((one.name, *(masks.in_groups(number) for number in numbers if number)))


def _temperature(here: Situation, value: Temperature) -> str:
    return here.say("review.normal") if value.tenths is None else here.say("review.celsius", value=value)


def reaction(here: Situation, turn: Turn) -> list[str]:
    """What to say of the message itself, before the next question."""
    lines = []
    if turn.event == "at_start":
        lines.append(here.say("engine.at_start"))
    if turn.event == "help" and turn.position.asking:
        lines.append(here.say(f"step.{turn.position.asking.name}.help"))
    if len(turn.understood) > 1:
        order = [item.step.name for item in turn.position.path]
        filled = sorted(set(turn.understood) & set(order), key=order.index)
        labels = "、".join(here.say(f"step.{name}.label") for name in filled if has(f"step.{name}.label"))
        lines.append(here.say("engine.understood", labels=labels))
    if turn.refused:
        lines.append(here.say(f"refused.{turn.refused.refused.code}", **turn.refused.refused.details))
    if turn.left_over:
        lines.append(here.say("engine.left_over", words="、".join(turn.left_over)[:60]))
    elif turn.event == "not_understood":
        lines.append(here.say("engine.left_over", words=here.delivery.text[:60]))
    return lines
