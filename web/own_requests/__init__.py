"""本人申请, below /hall/CODE/own-requests: what somebody without the chat asks at the counter of a hall."""

from web.own_requests import asking, erasing, one, paper
from web.own_requests.blueprint import pages

__all__ = ["asking", "erasing", "one", "pages", "paper"]
