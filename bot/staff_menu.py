"""The menu of staff: who works in a hall is put under a tag of the account, and those under it see another menu."""

import logging

from bot.menu import menu, staff_menu
from bot.repeatable import tried
from bot.wechat.api import Api
from bot.wechat.errors import Reaction, WechatError
from models.rules.sending import Outcome, Result

TAG = "大厅工作人员"
"""By its name the tag is found again, and by the tag the menu: nothing of either is kept here. Whoever renames it at
the platform's console makes it another one."""
NO_SUCH_TAG = 45159

log = logging.getLogger("hallpass.menu")


def publish_menus(api: Api) -> bool:
    """Put everybody's menu and that of staff in place of those there are; False where the account may not use tags, so
    that staff see everybody's. Raises WechatError for whatever else is refused."""
    api.publish_menu(menu())
    try:
        tag_id = api.create_tag(TAG)
        for menu_id in api.menus_for_tag(tag_id):
            api.delete_menu_for_tag(menu_id)
        api.publish_menu_for_tag(staff_menu(), tag_id)
    except WechatError as error:
        if error.reaction is not Reaction.UNAUTHORIZED:
            raise
        log.info("no menu for staff: %s", error)
        return False
    return True


class StaffMenu:
    """Shows people the menu of staff, by the account's API."""

    def __init__(self, api: Api) -> None:
        self._api = api
        self._tag_id: int | None = None

    def __call__(self, openid: str, is_staff: bool) -> Outcome:
        """Show somebody the menu of staff, or everybody's again: SENT where that is done, HELD with `unauthorized`
        where the account may not. Raises nothing, and may be repeated."""
        return tried(lambda: self._shown(openid, is_staff))

    def _shown(self, openid: str, is_staff: bool) -> Outcome:
        try:
            self._put(openid, is_staff)
        except WechatError as error:
            if error.code != NO_SUCH_TAG:
                raise
            # Somebody deleted it at the console.
            self._tag_id = None
            self._put(openid, is_staff)
        return Outcome(Result.SENT)

    def _put(self, openid: str, is_staff: bool) -> None:
        if self._tag_id is None:
            self._tag_id = self._api.create_tag(TAG) if is_staff else self._api.tag_named(TAG)
        if self._tag_id is not None:
            (self._api.tag if is_staff else self._api.untag)([openid], self._tag_id)
