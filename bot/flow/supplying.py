"""Answers from elsewhere than a message: what a photo says goes into a conversation as if it had been typed."""

from collections.abc import Mapping
from typing import Any

from bot.flow.hearing import Event, Turn
from bot.flow.openings import Refusal, judged
from bot.flow.replay import LONGEST_LOOK, NOTHING, Replay
from bot.flow.steps import Script
from models.rules.refusal import Refused


def supply(
    script: Script,
    facts: Any,
    answers: Mapping[str, str],
    given: Mapping[str, str],
    remembered: Mapping[str, str] = NOTHING,
    *,
    over_said: bool = True,
) -> Turn:
    """Fill the steps of the path that `given` names, each text read as if it had been typed; nothing is stored.

    What is refused is left out, the first of it told as `refused`; what is not on the path is left out too. Without
    `over_said`, what was said or skipped in this talk stays. `understood` are the steps that now hold what was given.
    What the script itself raises is passed on."""
    replay = Replay(script, facts, remembered)
    later = dict(answers)
    tried: set[str] = set()
    understood: list[str] = []
    refused: Refusal | None = None
    for _ in range(LONGEST_LOOK):
        # Looked at anew each time: an answer may open other steps.
        path = replay.look_ahead(later)
        ahead = next((one for one in path if one.step.name in given and one.step.name not in tried), None)
        if ahead is None:
            break
        name = ahead.step.name
        tried.add(name)
        answer = judged(ahead.step.parse, given[name])
        if isinstance(answer, Refused):
            refused = refused or Refusal(name, answer)
        elif over_said or ahead.known is None or ahead.known.source not in ("said", "skipped"):
            later[name] = answer
            understood.append(name)
    event: Event = "refused" if refused else "answered" if understood else "not_understood"
    return Turn(later, replay.locate(later), event, tuple(understood), refused)
