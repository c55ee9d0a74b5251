"""Pages for the account's operators: halls, the health of the service, what was done, who else is an operator."""

from web.operator import audit, audit_file, cases, deciding, deletions, halls, health, seals, staff
from web.operator.blueprint import pages

__all__ = ["audit", "audit_file", "cases", "deciding", "deletions", "halls", "health", "pages", "seals", "staff"]
