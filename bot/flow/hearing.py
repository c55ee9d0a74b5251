"""What a message does to a conversation: one message in, the new answers and where they lead out."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from bot.flow.labels import is_bare_label, without_label
from bot.flow.lines import Line
from bot.flow.openings import Openings, Refusal, judged
from bot.flow.replay import ASK, EDIT, LONGEST_LOOK, NOTHING, Position, Replay, stored
from bot.flow.steps import Choice, Review, Script, Step
from bot.flow.words import Word, clean, denies, engine_word, is_objection, list_number, normalised
from models.rules.refusal import Refused

Event = Literal[
    "answered",  # something was filled; position.outcome may be set by it
    "refused",  # `refused` says which step and why; other words of the message may have been understood
    "cancelled",
    "back",
    "at_start",  # 返回 with nothing before
    "skipped",
    "help",
    "confirmed",  # the review was passed: position.outcome is set
    "editing",  # an item of the review is asked again
    "objection",  # the review is said to be wrong, but not what of it
    "someone_else",  # the message identifies another person than the profile does: only what is not listed was kept
    "unclear",  # at the review some words were understood and others not, so nothing was changed
    "not_understood",
]


@dataclass(frozen=True)
class Turn:
    """What one message did: the answers to keep, where they lead, and what to say of the message.

    understood: names of the steps that this message filled, in the order of the path. left_over: the words that
    nobody took, as typed.
    """

    answers: dict[str, str]
    position: Position
    event: Event
    understood: tuple[str, ...] = ()
    refused: Refusal | None = None
    left_over: tuple[str, ...] = ()


def hear(
    script: Script,
    facts: Any,
    answers: Mapping[str, str],
    said: str,
    remembered: Mapping[str, str] = NOTHING,
    reserved: frozenset[str] = frozenset(),
) -> Turn:
    """Take one message into a conversation; nothing is stored and nothing happens but the returned Turn.

    answers: what was said in this talk, by step. remembered: what the profile knows. reserved: words (`normalised`)
    that are never a name or a free text alone. Refusals of the engine's own: `step_required`, `reserved_word`,
    `owner_unclear`, and those of Choice. What the script itself raises is passed on.
    """
    replay = Replay(script, facts, remembered)
    hearing = _Hearing(replay, answers, reserved, replay.locate(answers))
    said = clean(said)
    match engine_word(said):
        case Word.CANCEL:
            return hearing.turn("cancelled")
        case Word.HELP:
            return hearing.turn("help")
        case Word.BACK:
            return hearing.back()
        case Word.SKIP:
            return hearing.skip(said)
        case Word.CONFIRM if isinstance(hearing.here.asking, Review):
            return hearing.confirm()
    asked = hearing.here.asking
    if asked is None or not said:
        return hearing.turn("not_understood", left_over=(said,) if said else ())
    if isinstance(asked, Review):
        return hearing.at_review(asked, said)
    return hearing.at_step(asked, said)


@dataclass(frozen=True)
class _Hearing:
    replay: Replay
    answers: Mapping[str, str]
    reserved: frozenset[str]
    here: Position

    def turn(self, event: Event, *, left_over: tuple[str, ...] = ()) -> Turn:
        return Turn(dict(self.answers), self.here, event, left_over=left_over)

    def moved(self, event: Event, step: Step, text: str | None, understood: tuple[str, ...] = ()) -> Turn:
        """The turn with this text stored for the step, or with nothing stored for it."""
        answers = dict(self.answers)
        if text is None:
            for name in (step.name, *step.was):
                answers.pop(name, None)
        else:
            answers[step.name] = text
        return Turn(answers, self.replay.locate(answers), event, understood)

    # --- the engine's words ---------------------------------------------------------------------------------------

    def back(self) -> Turn:
        asked = self.here.asking
        old = stored(asked, self.answers) if asked else None
        if asked and old and old.startswith(EDIT):
            return self.moved("back", asked, None if old == EDIT + ASK else old.removeprefix(EDIT))
        for known in reversed(self.here.path):
            if known.source != "default":  # nobody was asked that
                return self.moved("back", known.step, ASK)
        return self.turn("at_start")

    def skip(self, said: str) -> Turn:
        asked = self.here.asking
        if asked is None or isinstance(asked, Review):
            return self.turn("not_understood", left_over=(said,))
        if asked.optional:
            return self.moved("skipped", asked, "")
        return self.refused(Refusal(asked.name, Refused("step_required")))

    def confirm(self) -> Turn:
        return Turn(dict(self.answers), self.replay.confirm(self.answers), "confirmed")

    def refused(self, refusal: Refusal) -> Turn:
        return Turn(dict(self.answers), self.here, "refused", refused=refusal)

    # --- at the review --------------------------------------------------------------------------------------------

    def at_review(self, review: Step, said: str) -> Turn:
        items, is_list = self.here.items, not self.here.is_as_remembered
        number = list_number(said)
        if is_list and number is not None and 0 < number <= len(items):
            return self.edit(items[number - 1].step)
        if is_objection(said):
            return self.turn("objection")
        openings = Openings(self.replay, self.answers, review)
        named = [known.step for known in items if is_bare_label(said, known.step.labels)]
        if len(named) == 1 and not openings.is_sure(said):
            return self.edit(named[0])
        # 身份证 may be an item and also a matter: then it is for the visitor to say which.
        if named:
            return self.unread(said)
        line = Line(said, self.answers, openings, reserved=self.reserved)
        line.read()
        return self.of_someone_else(line) or self.replaced(line)

    def replaced(self, line: Line) -> Turn:
        """What was agreed to or said before is not replaced in passing: with a word that nobody took, all stays. An
        item whose new value is refused is asked again, since the old one is in doubt."""
        if line.refusal:
            turn = self.read(line)
            answers = {**turn.answers, line.refusal.step_name: ASK}
            return replace(turn, answers=answers, position=self.replay.locate(answers))
        if line.understood and line.left_over:
            return self.turn("unclear", left_over=line.left_over)
        return self.read(line)

    def of_someone_else(self, line: Line) -> Turn | None:
        """The turn of a message with several words that cannot all be of the person whom the profile remembers."""
        known = [one for one in self.replay.look_ahead(self.answers) if one.known and one.known.source == "remembered"]
        differs = any(
            text != one.known.text
            for one in known
            if one.known and one.step.identifies
            for text in (
                line.answers.get(one.step.name, one.known.text),
                *filter(lambda text: isinstance(text, str), (judged(one.step.parse, word) for word in line.left_over)),
            )
        )
        if not differs or len(line.understood) + len(line.left_over) < 2:
            return None
        unlisted = {one.step.name for one in self.replay.look_ahead(self.answers) if not one.step.listed}
        answers = {**self.answers, **{name: text for name, text in line.answers.items() if name in unlisted}}
        return Turn(answers, self.replay.locate(answers), "someone_else")

    def unread(self, said: str) -> Turn:
        return self.turn("not_understood", left_over=(said,))

    def edit(self, step: Step) -> Turn:
        old = stored(step, self.answers)
        return self.moved("editing", step, EDIT + (ASK if old is None else old))

    # --- at a question --------------------------------------------------------------------------------------------

    def at_step(self, asked: Step, said: str) -> Turn:
        answer = self.answer(asked, said)
        is_answer = isinstance(answer, str)
        if is_answer and (asked.free or not _is_loose(asked, said)):
            return self.whole(asked, answer)
        openings = Openings(self.replay, self.answers, asked)
        line = Line(said, self.answers, openings, reserved=self.reserved)
        line.read()
        if isinstance(asked, Choice) and asked.is_binding(line.answers.get(asked.name, "")) and denies(said):
            return self.whole(asked, Refused("choice_unknown"))
        if other := self.of_someone_else(line):
            return other
        if line.speaks_of_others(asked) if is_answer else line.understood or line.refusal:
            return self.read(line)
        return self.whole(asked, answer)

    def whole(self, asked: Step, answer: str | Refused) -> Turn:
        """The message as one answer to the question asked."""
        if isinstance(answer, Refused):
            return self.refused(Refusal(asked.name, answer))
        return self.moved("answered", asked, answer, (asked.name,))

    def answer(self, asked: Step, said: str) -> str | Refused:
        """What the asked step would store for the whole message, with or without its label before it."""
        bare = without_label(said, asked.labels)
        if isinstance(asked, Choice):
            return judged(asked.answered, bare)
        if normalised(bare) in self.reserved and _is_loose(asked, bare):
            return Refused("reserved_word")
        answer = judged(asked.parse, bare)
        if isinstance(answer, Refused):
            whole = judged(asked.parse, said) if bare != said else answer
            return answer if isinstance(whole, Refused) else whole
        return Refused("reserved_word") if engine_word(bare) and _is_loose(asked, bare) else answer

    def read(self, line: Line) -> Turn:
        """The turn of a message that was read word by word."""
        answers = line.answers
        if len(line.understood) > 1 and not line.refusal:
            answers = self.without_optional(answers)
        event: Event = "refused" if line.refusal else "answered" if line.understood else "not_understood"
        return Turn(answers, self.replay.locate(answers), event, tuple(line.understood), line.refusal, line.left_over)

    def without_optional(self, answers: dict[str, str]) -> dict[str, str]:
        """The answers with the rest skipped, if all of that is optional and the review, or the end, comes next."""
        rest, position = dict(answers), self.replay.locate(answers)
        for _ in range(LONGEST_LOOK):
            if position.asking is None or isinstance(position.asking, Review):
                return rest
            if not position.asking.optional:
                break
            rest[position.asking.name] = ""
            position = self.replay.locate(rest)
        return answers


def _is_loose(step: Step, said: str) -> bool:
    """The step may accept words that are surely meant for something else: a name is anything, an address nearly so."""
    return step.free or step.is_name or (step.claims is not None and not step.claims(said))
