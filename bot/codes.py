"""Permanent codes of the platform, for services that keep them."""

from bot.repeatable import tried
from bot.wechat.api import Api, Code
from models.services.desk import Made, NotMade


class Codes:
    """Has codes made by the account's API."""

    def __init__(self, api: Api) -> None:
        self._api = api

    def __call__(self, scene: str) -> Made | NotMade:
        """The code of this scene of 1 to 64 characters, the same one each time, or why there is none. Raises nothing.
        Each new scene uses up one of the account's 100,000 codes for ever."""
        found = tried(lambda: self._api.create_code(scene))
        return Made(found.ticket, found.url) if isinstance(found, Code) else NotMade(found.result, found.reason)
