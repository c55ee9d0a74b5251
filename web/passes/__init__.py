"""The pass: a live page that a visitor shows, and what whoever scans its code may see."""

from web.passes import checking, own
from web.passes.blueprint import pages

__all__ = ("checking", "own", "pages")
