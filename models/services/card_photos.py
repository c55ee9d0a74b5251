"""A photo of a card that somebody sends from a page: how many they may, and what it answers."""

from collections.abc import Iterable
from datetime import datetime

from models.rules.card_answers import CardAnswers, card_answers
from models.rules.check_in_answers import Asked
from models.rules.documents import CardKind
from models.services import limits
from models.services.card_reading import ReadCard
from models.services.limits import Limit


def read(
    photo: bytes,
    who: str,
    asked: Asked,
    wanted: Iterable[str],
    read_card: ReadCard,
    now: datetime,
    limit: Limit = limits.PHOTOS_BY_FORM,
) -> tuple[CardKind, CardAnswers]:
    """What the photo is of, and what it answers of the fields that are wanted. `who`: the openid that sends it, within
    `limit`. The
    reading takes seconds and stands outside of any transaction. Refused with too_many (minutes), before anything is
    read, and as ReadCard."""
    limits.count(limit, who, now)
    card = read_card(photo)
    return card.kind, card_answers(card, asked, wanted)
