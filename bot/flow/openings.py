"""Which steps the words of a message may fill, and what each of them says to a word."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

from bot.flow.replay import EDIT, Ahead, Answered, Replay, stored
from bot.flow.steps import Choice, Review, Step
from bot.flow.words import list_number
from models.rules.refusal import Refused


@dataclass(frozen=True)
class Refusal:
    """A word that was surely meant for this step, and why it cannot be accepted."""

    step_name: str
    refused: Refused


@dataclass(frozen=True)
class Taker:
    """A step that takes a word, and the text it would store for it."""

    step: Step
    text: str


def judged(read: Callable[[str], Any], text: str) -> str | Refused:
    """What would be stored for this text, or why it is refused."""
    try:
        return str(read(text))
    except Refused as refused:
        return refused


class Openings:
    """The steps that a message may fill, as far as the path can be foreseen.

    Before the review: what is unanswered, the step asked first; quiet defaults; and what the profile knows of the
    steps behind the one asked. At the review: what it lists. While one item is edited: that item, and what it opens.
    """

    def __init__(self, replay: Replay, answers: Mapping[str, str], asked: Step) -> None:
        self._replay, self._asked = replay, asked
        self.at_review = isinstance(asked, Review)
        self._is_editing = (stored(asked, answers) or "").startswith(EDIT)
        self._unanswered: set[str] = set()
        self.path: list[Step] = []
        self.steps: list[Step] = []
        self.known_name: Answered | None = None
        self._known: list[Answered] = []
        self.foresee(answers, ())

    def foresee(self, answers: Mapping[str, str], closed: Collection[str]) -> None:
        """Look along the path again; `closed` names the steps that no further word of this message may fill."""
        path = self._replay.look_ahead(answers)
        self.path = [ahead.step for ahead in path]
        self.known_name = next((ahead.known for ahead in path if ahead.known and ahead.step.is_name), None)
        self._known = [ahead.known for ahead in path if ahead.known and ahead.step.listed]
        self._unanswered = {ahead.step.name for ahead in path if ahead.known is None}
        behind = False
        found: list[Step] = []
        for ahead in path:
            if ahead.step.name not in closed and self._may_fill(ahead, is_behind=behind):
                found.append(ahead.step)
            behind = behind or ahead.step.name == self._asked.name
        self.steps = found if self.at_review else sorted(found, key=self._rank)

    def _may_fill(self, ahead: Ahead, *, is_behind: bool) -> bool:
        if self.at_review:
            return ahead.step.listed
        if ahead.known is None:
            return True
        # While companions are edited, a companion's phone must not replace the visitor's own from the profile.
        if self._is_editing:
            return False
        return ahead.known.source == "default" or (ahead.known.source == "remembered" and is_behind)

    def _rank(self, step: Step) -> int:
        if step.name == self._asked.name:
            return 0
        return 1 if step.name in self._unanswered else 2

    @property
    def asked(self) -> Step | None:
        """The step asked when the message came, while it may still be filled."""
        return next((step for step in self.steps if step.name == self._asked.name), None)

    @property
    def asks_for_a_name(self) -> bool:
        """The question that the message answers is a name's."""
        return self._asked.is_name

    @property
    def name(self) -> Step | None:
        """The step that takes a name; never at the review, where 什么意思 would pass for one."""
        if self.at_review:
            return None
        return next((step for step in self.steps if step.is_name and step.name in self._unanswered), None)

    def judged(self, step: Step, text: str) -> str | Refused:
        """What this step would store for this text, or why not. The choice just asked is read with its numbers."""
        if isinstance(step, Choice):
            return judged(step.picked if step.name == self._asked.name else step.named, text)
        return judged(step.parse, text)

    def counted(self, text: str) -> tuple[Taker, ...]:
        """At the review, the steps to which this whole number, which is no item's, is an answer: 39, a temperature."""
        if not self.at_review or list_number(text) is None:
            return ()
        answers = [(step, self.judged(step, text)) for step in self.steps if not step.free]
        return tuple(Taker(step, answer) for step, answer in answers if isinstance(answer, str))

    def claimed(self, text: str) -> tuple[tuple[Taker, ...], Refusal | None]:
        """The steps that claim this text and accept it; if none does, the refusal of the first that claims it."""
        takers: list[Taker] = []
        refusal: Refusal | None = None
        for step in self.steps:
            if step.claims is not None and step.claims(text):
                answer = judged(step.parse, text)
                if isinstance(answer, str):
                    takers.append(Taker(step, answer))
                else:
                    refusal = refusal or Refusal(step.name, answer)
        return tuple(takers), None if takers else refusal

    def chosen(self, text: str) -> tuple[Taker, ...]:
        """The choices with this text among their words; the one asked alone, if it has. Numbers are for that one."""
        is_number = list_number(text) is not None
        takers: list[Taker] = []
        for step in self.steps:
            is_asked = step.name == self._asked.name
            if not isinstance(step, Choice) or (is_number and not is_asked):
                continue
            answer = self.judged(step, text)
            if isinstance(answer, str):
                if is_asked:
                    return (Taker(step, answer),)
                takers.append(Taker(step, answer))
        return tuple(takers)

    def said_again(self, text: str) -> Step | None:
        """The step whose answer, of this talk or before it, this text surely says again."""
        for known in self._known:
            step = known.step
            is_sure = isinstance(step, Choice) or (step.claims is not None and step.claims(text))
            if is_sure and judged(step.named if isinstance(step, Choice) else step.parse, text) == known.text:
                return step
        return None

    def is_wanted(self, text: str) -> bool:
        """A step that is still unanswered claims this text."""
        wanted = (step for step in self.steps if step.name in self._unanswered)
        return any(step.claims is not None and step.claims(text) for step in wanted)

    def is_sure(self, text: str, *, but: Step | None = None) -> bool:
        """This text is claimed by, or an option of, a step that may be filled (another one than `but`)."""
        return any(
            list_number(text) is None and isinstance(judged(step.named, text), str)
            if isinstance(step, Choice)
            else step.claims is not None and step.claims(text)
            for step in self.steps
            if but is None or step.name != but.name
        )
