"""Several answers in one message: which word is meant for which step. What is not sure is left over, never guessed."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from bot.flow.labels import Labelled, is_bare_label, labelled
from bot.flow.openings import Openings, Refusal, Taker, judged
from bot.flow.steps import Choice, Step
from bot.flow.words import MOST_WORDS, engine_word, is_courtesy, is_latin, normalised, split
from models.rules.refusal import Refused

LONGEST_SPAN = 4
"""How many words one strict answer or one option may be split into by spaces: 110105 1949 1231 002X."""


@dataclass(frozen=True)
class _Offer:
    """Words that stand together, and the steps that would take them."""

    span: range
    takers: tuple[Taker, ...]


class Line:
    """The words of one message on their way into answers.

    `read` takes, until nothing more is sure: what stands behind a label; what a strict format decides; a closed
    choice; what is left, if it answers the question asked; and last the one word left, if it is a name: where that is
    asked, or beside an answer that is no small talk. What only says again what is known is no word left.
    """

    def __init__(self, said: str, answers: Mapping[str, str], openings: Openings, *, reserved: frozenset[str]) -> None:
        self._line, pieces = split(said)
        self._pieces, self._unread = pieces[:MOST_WORDS], pieces[MOST_WORDS:]
        self._openings, self._reserved = openings, reserved
        self._free = set(range(len(self._pieces)))
        self._given_up: set[int] = set()
        self._refusals: dict[int, Refusal] = {}
        self._contested: set[str] = set()
        self._lists: list[Labelled] = []
        self._is_certain = openings.asks_for_a_name
        self.answers = dict(answers)
        self.understood: list[str] = []

    def speaks_of_others(self, asked: Step) -> bool:
        """Some of it is surely not for this step: meant for another one, good or not, or a command, or at odds."""
        return bool(
            self._given_up
            or any(name != asked.name for name in self.understood)
            or any(refusal.step_name != asked.name for refusal in self._refusals.values())
        )

    @property
    def refusal(self) -> Refusal | None:
        """Of the first word that was surely meant for a step which nothing else filled."""
        refused = (self._refusals[i] for i in sorted(self._refusals))
        return next((refusal for refusal in refused if refusal.step_name not in self.understood), None)

    @property
    def left_over(self) -> tuple[str, ...]:
        """The words that nobody took, in their order. A polite word among others is none of them."""
        reported = self.refusal
        words = [
            self._pieces[i].text
            for i in sorted(self._free | self._given_up)
            if reported is None or self._refusals.get(i) is not reported
        ]
        if len(self._pieces) > 1:
            words = [word for word in words if not is_courtesy(word)]
        return (*words, *(piece.text for piece in self._unread))

    def read(self) -> None:
        """Fill every step that a word of the message is surely meant for."""
        self._read_labels()
        self._read_sure()
        for found in self._lists:
            self._read_list(found)
            self._read_sure()
        self._read_again()
        self._read_name()
        places = {step.name: place for place, step in enumerate(self._openings.path)}
        self.understood.sort(key=lambda name: places.get(name, len(places)))

    def _read_sure(self) -> None:
        while (
            self._assign(self._offers(self._claimed, 1, 1))
            or self._assign(self._offers(self._claimed_in_pieces, LONGEST_SPAN, 2))
            or self._assign(self._offers(self._chosen, LONGEST_SPAN, 1))
            or self._assign(self._offers(self._counted, 1, 1))
            or self._read_rest()
        ):
            pass

    # --- taking and giving up -------------------------------------------------------------------------------------

    def _foresee(self) -> None:
        self._openings.foresee(self.answers, self._contested.union(self.understood))

    def _take(self, taker: Taker, span: range) -> None:
        self.answers[taker.step.name] = taker.text
        self._is_certain = self._is_certain or taker.step.claims is not None or not taker.step.listed
        self.understood.append(taker.step.name)
        self._spend(span)
        # 护照 E12345678, 36.5 ℃: a neighbour that changes nothing belongs to the answer.
        for i, wider in (
            (span.start - 1, range(span.start - 1, span.stop)),
            (span.stop, range(span.start, span.stop + 1)),
        ):
            is_near = i in self._free and self._is_together(wider)
            if is_near and self._openings.judged(taker.step, self._text(wider)) == taker.text:
                self._spend(range(i, i + 1))

    def _spend(self, span: range) -> None:
        self._free.difference_update(span)
        for i in span:
            self._refusals.pop(i, None)

    def _give_up(self, span: range) -> None:
        self._free.difference_update(span)
        self._given_up.update(span)

    def _assign(self, offers: list[_Offer]) -> bool:
        """Give each offer's words to the first step not yet taken; words at odds over one step are all given up."""
        if not offers:
            return False
        held: dict[str, tuple[Taker, range]] = {}
        for offer in offers:
            first = next((taker for taker in offer.takers if taker.step.name not in held), None)
            if self._is_unclear(offer):
                self._give_up(offer.span)
            elif first:
                held[first.step.name] = (first, offer.span)
            elif any(held[taker.step.name][0] == taker for taker in offer.takers):
                self._spend(offer.span)  # the same answer said twice
            else:
                self._give_up(offer.span)
                self._contested.update(taker.step.name for taker in offer.takers)
        for name, (taker, span) in held.items():
            if name in self._contested:
                self._give_up(span)
            else:
                self._take(taker, span)
        self._foresee()
        return True

    def _is_unclear(self, offer: _Offer) -> bool:
        """Several steps would take it, and neither their order nor the question asked decides."""
        return len(offer.takers) > 1 and (self._openings.at_review or isinstance(offer.takers[0].step, Choice))

    # --- labelled words -------------------------------------------------------------------------------------------

    def _read_labels(self) -> None:
        for i in range(len(self._pieces)):
            found = labelled(self._line, self._pieces, self._free, self._openings, i) if i in self._free else None
            if found and found.spans and found.step.holds:
                self._lists.append(found)
                self._free.difference_update(found.spans[0])
            elif found and found.spans:
                self._read_labelled(found)
                self._foresee()
            elif found and self._pieces[i].text.endswith((":", "：")):
                self._spend(range(i, i + 1))  # an empty line of a form: 电话：

    def _read_labelled(self, found: Labelled) -> None:
        step = found.step
        for span in found.spans:
            # 台胞证 may be a label and also what makes the number clear, so the label is tried as part of it too.
            for start in (found.label.answer, self._pieces[span.start].start):
                answer = self._openings.judged(step, self._line[start : self._pieces[span.stop - 1].end])
                if isinstance(answer, str):
                    self._take(Taker(step, answer), span)
                    self._is_certain = True
                    return
        self._refuse_labelled(found)

    def _read_list(self, found: Labelled) -> None:
        """Once the rest of the line is read: a number in the list that a question still waits for may be its answer."""
        span = found.spans[0]
        parts = (range(i, j) for i in span for j in range(i + 1, min(i + LONGEST_SPAN, span.stop) + 1))
        if any(self._openings.is_wanted(self._text(part)) for part in parts):
            self._refusals.update(dict.fromkeys(span, Refusal(found.step.name, Refused("owner_unclear"))))
            self._give_up(span)
        else:
            self._free.update(span)
            self._read_labelled(found)
        self._foresee()

    def _refuse_labelled(self, found: Labelled) -> None:
        span, holds = found.spans[-1], found.step.holds
        is_word_too = self._openings.is_sure(self._pieces[span.start].text)
        is_list = holds is not None and any(holds(self._pieces[i].text) for i in span)
        if not is_list and (found.label.tie == "glued" or (found.label.tie == "space" and is_word_too)):
            return
        answer = self._openings.judged(found.step, self._line[found.label.answer : self._pieces[span.stop - 1].end])
        if isinstance(answer, Refused):
            self._refusals.update(dict.fromkeys(span, Refusal(found.step.name, answer)))
            self._give_up(span)

    # --- words that say for themselves where they belong ----------------------------------------------------------

    def _text(self, span: range) -> str:
        return self._line[self._pieces[span.start].start : self._pieces[span.stop - 1].end]

    def _is_together(self, span: range) -> bool:
        return all(self._pieces[i].gap == "space" for i in span[1:])

    def _offers(self, takers: Callable[[range], tuple[Taker, ...]], longest: int, shortest: int) -> list[_Offer]:
        offers: list[_Offer] = []
        used: set[int] = set()
        for length in range(longest, shortest - 1, -1):
            for i in range(len(self._pieces) - length + 1):
                span = range(i, i + length)
                if not self._free.issuperset(span) or not used.isdisjoint(span) or not self._is_together(span):
                    continue
                if found := takers(span):
                    used.update(span)
                    offers.append(_Offer(span, found))
        return offers

    def _claimed(self, span: range) -> tuple[Taker, ...]:
        takers, refusal = self._openings.claimed(self._text(span))
        if refusal:
            self._refusals[span.start] = refusal
        return takers

    def _claimed_in_pieces(self, span: range) -> tuple[Taker, ...]:
        # A first name beside a number must not become a passport: John 12345678.
        if any(is_latin(self._pieces[i].text) and len(self._pieces[i].text) > 1 for i in span):
            return ()
        return self._openings.claimed(self._text(span))[0]

    def _chosen(self, span: range) -> tuple[Taker, ...]:
        return self._openings.chosen(self._text(span))

    def _counted(self, span: range) -> tuple[Taker, ...]:
        return self._openings.counted(self._text(span))

    # --- what is left ---------------------------------------------------------------------------------------------

    def _is_command(self, i: int) -> bool:
        """An engine word, a reserved or polite word, a bare label: never a name, never part of another answer."""
        text = self._pieces[i].text
        if engine_word(text) or is_courtesy(text) or normalised(text) in self._reserved:
            return True
        return any(is_bare_label(text, step.labels) for step in self._openings.path)

    def _plain(self) -> list[int]:
        return [i for i in sorted(self._free) if i not in self._refusals and not self._is_command(i)]

    def _read_rest(self) -> bool:
        """What is left of the message, as one answer to the question asked."""
        step, plain = self._openings.asked, self._plain()
        if step is None or step.is_name or step.free or isinstance(step, Choice) or not plain:
            return False
        span = range(plain[0], plain[-1] + 1)
        answer = judged(step.parse, self._text(span)) if len(span) == len(plain) else None
        if not isinstance(answer, str):
            return False
        self._take(Taker(step, answer), span)
        self._foresee()
        return True

    def _read_again(self) -> None:
        """What is known already and is the same: the whole line, after its 36.5 had been sent alone."""
        for length in range(LONGEST_SPAN, 0, -1):
            for i in range(len(self._pieces) - length + 1):
                span = range(i, i + length)
                if not self._free.issuperset(span) or not self._is_together(span):
                    continue
                if step := self._openings.said_again(self._text(span)):
                    self._spend(span)
                    self._is_certain = self._is_certain or step.claims is not None

    def _read_name(self) -> None:
        """The one word left; Latin words side by side count as one: John Smith."""
        step, groups = self._openings.name, list(self._groups(self._plain()))
        for i in sorted(self._free):
            if self._is_command(i):
                self._give_up(range(i, i + 1))
        known = self._openings.known_name
        if known and len(groups) == 1 and judged(known.step.parse, self._text(groups[0])) == known.text:
            self._spend(groups[0])  # their own name, said again
            self.understood.append(known.step.name)
        elif step and self._is_certain and len(groups) == 1:
            answer = judged(step.parse, self._text(groups[0]))
            if isinstance(answer, str):
                self._take(Taker(step, answer), groups[0])

    def _groups(self, words: list[int]) -> Iterator[range]:
        start = 0
        for place, i in enumerate(words):
            after = words[place + 1] if place + 1 < len(words) else None
            pair = range(i, i + 2)
            if after == i + 1 and self._is_together(pair) and all(is_latin(self._pieces[j].text) for j in pair):
                continue
            yield range(words[start], i + 1)
            start = place + 1
