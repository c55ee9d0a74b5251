"""The phone page: virtual phones in a browser, as a small WSGI application of its own to be mounted anywhere."""

from bot.simulator.page.application import create_page
from bot.simulator.page.browsing import browsing_of

__all__ = ["browsing_of", "create_page"]
