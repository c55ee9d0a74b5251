"""Pages for visitors: the notice about their data, and the form of a hall, in and out."""

from web.visitor import card_photo, consent, form, leaving, notice
from web.visitor.blueprint import pages

__all__ = ["card_photo", "consent", "form", "leaving", "notice", "pages"]
