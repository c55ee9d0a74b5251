"""The desk of a hall, for those at its doors: who is inside, registering, signing out, putting right, undoing."""

from web.desk import home, registering, sweeping, visit
from web.desk.blueprint import pages

__all__ = ("home", "pages", "registering", "sweeping", "visit")
