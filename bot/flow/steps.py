"""What a script may ask: a step, a closed choice, the review at the end."""

from collections.abc import Callable, Generator, Iterable, Mapping
from dataclasses import KW_ONLY, dataclass, field
from functools import lru_cache
from typing import Any, TypeAlias

from bot.flow.words import list_number, normalised
from models.rules.refusal import Refused


@dataclass(frozen=True, eq=False)
class Step:
    """One question of a script.

    name: what the answer is stored under; asked once per path.
    parse: text to value, or Refused; parse(str(parse(x))) == parse(x), and str(value) is what is stored.
    claims: "this word is surely meant for me" (strict formats only); a claimed word is then judged by `parse`.
    optional: asked, but 跳过 is accepted: the script is sent None.
    quiet: never asked by itself; the script is sent parse(default), or None if that is empty. A claimed word, or the
        review (by number or label), fills it.
    free: free text: the whole message is the answer, whatever words it holds.
    holds: for a list: which words that are surely meant for other steps may be part of it (phones, of people).
    identifies: another answer than the profile's, among others in one message, is another person's.
    is_name: takes the one word that is left over when everything else in a message is understood.
    listed: the review shows it, and it can be changed there (a consent is neither).
    labels: words people write before the answer (姓名：张三); alone at the review, such a word opens the item.
    was: earlier names of this step, so that talks begun before a rename go on.
    asks_with: what the question's phrase is filled with.
    examples: texts that parse. The engine looks ahead along the path that the first one opens.
    """

    name: str
    parse: Callable[[str], Any] = field(repr=False)
    _: KW_ONLY
    claims: Callable[[str], bool] | None = field(default=None, repr=False)
    optional: bool = False
    quiet: bool = False
    default: str = ""
    free: bool = False
    holds: Callable[[str], bool] | None = field(default=None, repr=False)
    identifies: bool = False
    is_name: bool = False
    listed: bool = True
    labels: tuple[str, ...] = ()
    was: tuple[str, ...] = ()
    asks_with: Mapping[str, object] = field(default_factory=dict, repr=False)
    examples: tuple[str, ...] = ()


@dataclass(frozen=True)
class Option:
    """One answer of a choice: what is stored (and is nothing that people type), what is shown, and what else people
    type for it. `alone`: what means it only as a whole message (no, which may also stand before a number). `binding`: a
    yes that is never read out of a message in which anything may say the opposite."""

    value: str
    label: str
    aliases: tuple[str, ...] = ()
    alone: tuple[str, ...] = ()
    binding: bool = False


@lru_cache(maxsize=4096)
def _key(word: str) -> str:
    """`normalised`, remembered: for the few words of options, never for what people say."""
    return normalised(word)


@dataclass(frozen=True, eq=False)
class Choice(Step):
    """A closed question: one of its options, by label or alias; by number where the list was just shown.

    otherwise: reads what may be said in place of an option ("11:00", for "now or earlier?"); what it gives is stored.
    Refused with `choice_unknown`, with `choice_number` (details: most) for a number that is not in the list, and with
    `choice_unclear` if options share the word.
    """

    options: tuple[Option, ...] = ()
    otherwise: Callable[[str], str] | None = field(default=None, repr=False)

    def __init__(
        self,
        name: str,
        options: Iterable[Option],
        *,
        optional: bool = False,
        quiet: bool = False,
        default: str = "",
        listed: bool = True,
        labels: tuple[str, ...] = (),
        was: tuple[str, ...] = (),
        otherwise: Callable[[str], str] | None = None,
    ) -> None:
        options = tuple(options)
        super().__init__(
            name,
            self.kept,
            optional=optional,
            quiet=quiet,
            default=default,
            listed=listed,
            labels=labels,
            was=was,
            examples=tuple(option.value for option in options),
        )
        object.__setattr__(self, "options", options)
        object.__setattr__(self, "otherwise", otherwise)

    def kept(self, text: str) -> str:
        """The value that this stored text is."""
        if any(option.value == text for option in self.options):
            return text
        return self._otherwise(text, Refused("choice_unknown"))

    def named(self, text: str) -> str:
        """The value of the option with this label or alias."""
        word = normalised(text)
        values = {
            option.value
            for option in self.options
            if word and any(_key(known) == word for known in (option.label, *option.aliases))
        }
        if len(values) > 1:
            raise Refused("choice_unclear")
        return values.pop() if values else self._otherwise(text, Refused("choice_unknown"))

    def is_binding(self, text: str) -> bool:
        """Whether this stored text is a yes that has to be said plainly."""
        return any(option.value == text and option.binding for option in self.options)

    def picked(self, said: str) -> str:
        """As `named`, but for an answer to the list just shown: a number is the option's place in it."""
        number = list_number(said)
        if number is not None and 1 <= number <= len(self.options):
            return self.options[number - 1].value
        try:
            return self.named(said)
        except Refused:
            if number is None:
                raise
            raise Refused("choice_number", most=len(self.options)) from None

    def answered(self, said: str) -> str:
        """As `picked`, but for a whole message."""
        word = normalised(said)
        for option in self.options:
            if any(_key(known) == word for known in option.alone):
                return option.value
        return self.picked(said)

    def _otherwise(self, text: str, refused: Refused) -> str:
        if self.otherwise is None:
            raise refused
        try:
            return self.otherwise(text)
        except Refused:
            raise refused from None


def _never(text: str) -> Any:
    raise Refused("not_an_answer")


class Review(Step):
    """The last question of a script: is all of this right? Sends nothing into the script; only 确认 passes it."""

    def __init__(self, name: str = "review") -> None:
        super().__init__(name, _never, listed=False)


Script: TypeAlias = Callable[[Any], Generator[Step, Any, Any]]
"""Facts in, questions yielded, outcome returned; pure, so that it can be replayed from its first line at any time."""
