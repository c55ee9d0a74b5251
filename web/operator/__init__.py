"""Pages for the account's operators: halls, the health of the service, what was done, who else is an operator."""

from web.operator import audit, cases, deciding, deletions, halls, health, staff
from web.operator.blueprint import pages

__all__ = ["audit", "cases", "deciding", "deletions", "halls", "health", "pages", "staff"]
