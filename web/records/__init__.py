"""A hall's records, below /hall/CODE/records: the search, and one record."""

from web.records import record, search
from web.records.blueprint import pages

__all__ = ["pages", "record", "search"]
