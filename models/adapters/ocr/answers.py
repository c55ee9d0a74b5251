"""What a reader says, as the bytes that one process hands another."""

import json
from collections.abc import Callable

from models.rules.documents import Card, CardKind, Field
from models.rules.documents.card import FIELDS
from models.rules.refusal import Refused


class Garbled(Exception):
    """Bytes that are no answer."""


def answer(read: Callable[[], Card]) -> bytes:
    """What `read` gives or refuses."""
    try:
        card = read()
    except Refused as no:
        return refusal(no)
    fields = {name: [each.text, each.is_sure] for name, each in card.fields.items()}
    return json.dumps({"kind": card.kind, "fields": fields}).encode()


def refusal(no: Refused) -> bytes:
    """That the photo was not read, and why."""
    return json.dumps({"refused": no.code, "details": no.details}).encode()


def understood(said: bytes) -> Card:
    """The card; the Refused where it was one. Garbled for bytes that `answer` does not write."""
    try:
        told = json.loads(said)
        if "refused" in told:
            raise _refusal(str(told["refused"]), told["details"])
        fields = {name: Field(str(text), bool(is_sure)) for name, (text, is_sure) in told["fields"].items()}
        if not set(fields) <= set(FIELDS):
            raise Garbled
        return Card(CardKind(told["kind"]), fields)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        raise Garbled from None


def _refusal(code: str, details: dict[str, int]) -> Refused:
    return Refused(code, **{str(name): int(value) for name, value in details.items()})
