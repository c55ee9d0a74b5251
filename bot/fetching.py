"""Photos that people sent, fetched from the platform."""

import logging
import re

from bot.wechat.api import LARGEST_PHOTO, Api
from bot.wechat.errors import WechatError
from models.rules.refusal import Refused
from models.services.tokens import NoToken
from models.tables.database import OutcomeUnknown, Unavailable

_MEDIA_ID = re.compile(r"[!-~]{1,256}")
_NO_SUCH_MEDIA = 40007

log = logging.getLogger("hallpass.photos")


class Fetching:
    """Fetches photos by the account's API."""

    def __init__(self, api: Api) -> None:
        self._api = api

    def __call__(self, media_id: str) -> bytes:
        """The photo with this media id. Takes seconds: keep it out of transactions. Refused with photo_gone where the
        platform has it no more, photo_too_large (most: megabytes), photo_not_fetched where no photo came."""
        try:
            return self._api.download_media(media_id)
        except WechatError as error:
            log.warning("a photo was not fetched: %s rid=%s", error, error.rid)
            if error.code == _NO_SUCH_MEDIA:
                raise Refused("photo_gone") from None
            if error.kind == "answer_too_large":
                raise Refused("photo_too_large", most=LARGEST_PHOTO // 2**20) from None
        except (NoToken, Unavailable, OutcomeUnknown) as error:
            log.warning("a photo was not fetched: %s", type(error).__name__)
        raise Refused("photo_not_fetched")


def is_media_id(text: str) -> bool:
    """Whether this may be a media id at all."""
    return _MEDIA_ID.fullmatch(text) is not None
