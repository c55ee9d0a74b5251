"""Paper slips: printing them, and entering what is written on them."""

from web.slips import entering, sheets, times
from web.slips.blueprint import pages

__all__ = ("entering", "pages", "sheets", "times")
