"""What a card says, as answers of a check-in: only what would be taken if it had been typed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from models.rules.check_in_answers import READERS, Asked
from models.rules.documents import Card
from models.rules.refusal import Refused

FROM_CARDS = ("name", "id_number", "address")
"""The fields of a check-in that a card can fill, which both call the same, in the order of check_in_fields."""


@dataclass(frozen=True)
class CardAnswers:
    """By field of a check-in. `answers`: what each reads as, in the text that is stored; `unsure`: which of them have
    to be compared with the card; `refused`: what was read and may not stand there, with the reason; `unread`: the
    rest of what a card can say."""

    answers: Mapping[str, str]
    unsure: frozenset[str]
    refused: Mapping[str, Refused]
    unread: tuple[str, ...]


def card_answers(card: Card, asked: Asked, wanted: Iterable[str]) -> CardAnswers:
    """What a card answers of the fields that a hall wants."""
    answers: dict[str, str] = {}
    refused: dict[str, Refused] = {}
    fields = [name for name in FROM_CARDS if name in set(wanted)]
    for name in fields:
        text = card.text(name) if card.kind.has_fields else None
        if not text:
            continue
        try:
            answers[name] = str(READERS[name](text, asked))
        except Refused as no:
            refused[name] = no
    return CardAnswers(
        MappingProxyType(answers),
        frozenset(name for name in answers if not card.fields[name].is_sure),
        MappingProxyType(refused),
        tuple(name for name in fields if name not in answers and name not in refused),
    )
