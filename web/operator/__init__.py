"""Pages for the account's operators: halls, the health of the service, what was done, who else is an operator."""

from web.operator import audit, deciding, halls, health, staff
from web.operator.blueprint import pages

__all__ = ["audit", "deciding", "halls", "health", "pages", "staff"]
