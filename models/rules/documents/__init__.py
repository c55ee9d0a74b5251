"""Understanding a photo of a card: lines with their boxes in; the kind of document and its fields out."""

from models.rules.documents.card import Card, CardKind, Field, Read

__all__ = ["Card", "CardKind", "Field", "Read"]
