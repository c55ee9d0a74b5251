"""What is said about a photo of a card: by the page's script, and by the page."""

from models.adapters.ocr import limits
from models.rules.card_answers import CardAnswers
from models.rules.documents import CardKind
from web.language import say
from web.said import joined

TIMEOUT_SECONDS = 30
"""How long the page's script waits for a photo to be sent and read."""

_PLAIN = ("preparing", "reading", "cancelled", "offline", "failed", "use", "camera", "retake")


def for_script() -> dict[str, str | int]:
    """What static/card.js says, in the language of the page, and its bounds. A value that it fills in itself stands in
    braces."""
    return {
        **{name: say(f"card_photo.{name}") for name in _PLAIN},
        "in_photo": say("card_photo.in_photo", text="{text}"),
        "sending": say("card_photo.sending", percent="{percent}"),
        "slow": say("card_photo.slow", seconds=TIMEOUT_SECONDS),
        "too_large": say("refused.photo_too_large", most=limits.MOST_MEGABYTES),
        "timeout_ms": TIMEOUT_SECONDS * 1000,
        "most_bytes": limits.MOST_BYTES,
    }


def sentence(kind: CardKind, found: CardAnswers) -> str:
    """What came of a photo, and what is to be done."""
    if not found.answers and not found.refused:
        return say(f"card_photo.kind.{kind}")
    said = say("card_photo.read_unsure" if found.unsure else "card_photo.read")
    if found.unread:
        missing = joined(say(f"step.{name}.label") for name in found.unread)
        said = say("card_photo.then", first=said, second=say("card_photo.unread", fields=missing))
    return said
