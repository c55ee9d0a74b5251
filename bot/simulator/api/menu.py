"""The menu: /cgi-bin/menu/… and /cgi-bin/get_current_selfmenu_info."""

import re
from collections.abc import Mapping
from typing import Any

from bot.simulator.api.calls import DONE, Answer, Call, Endpoint, Json, object_in
from bot.simulator.api.errcodes import Refusal
from bot.simulator.menus import Conditional, Menu, MenuRefused

_NUMBER = re.compile(r"[0-9]{1,18}")
_ABOLISHED = frozenset({"sex", "country", "province", "city", "language"})


def create(call: Call) -> Answer:
    """Publishes the menu in place of the one there is."""
    try:
        call.platform.menus.publish(_clear_body(call))
    except MenuRefused as refused:
        raise Refusal(refused.errcode) from None
    return DONE


def get(call: Call) -> Answer:
    """The menus as they were published."""
    menus = call.platform.menus
    if menus.default is None:
        raise Refusal(46003)
    answer: Json = {"menu": menus.default}
    if menus.conditional:
        answer["conditionalmenu"] = [_with_rule(one) for one in menus.conditional]
    return answer


def delete(call: Call) -> Answer:
    """Removes all menus."""
    call.platform.menus.delete()
    return DONE


def current(call: Call) -> Answer:
    """The menu as it stands, also one that was made on the platform's pages."""
    menu = call.platform.menu
    if menu is None:
        return {"is_menu_open": 0}
    return {"is_menu_open": 1, "selfmenu_info": {"button": [_listed(button) for button in menu["button"]]}}


def add_conditional(call: Call) -> Answer:
    """A menu for some people only."""
    body = _clear_body(call)
    rule = object_in(body, "matchrule")
    if _ABOLISHED & rule.keys():
        raise Refusal(65320)
    tag_id, client = _whole(rule, "tag_id"), _whole(rule, "client_platform_type")
    if tag_id is None and client is None:
        raise Refusal(65304)
    if client not in {None, 1, 2, 3}:
        raise Refusal(40097)
    if tag_id is not None and tag_id not in call.platform.tags:
        raise Refusal(45159)
    try:
        return {"menuid": str(call.platform.menus.add_conditional(body, tag_id, client))}
    except MenuRefused as refused:
        raise Refusal(refused.errcode) from None


def delete_conditional(call: Call) -> Answer:
    """Removes one menu of some people."""
    menu_id = _whole(call.body, "menuid")
    if menu_id is None or not call.platform.menus.delete_conditional(menu_id):
        raise Refusal(65301)
    return DONE


def try_match(call: Call) -> Answer:
    """The menu that a person sees."""
    phone = call.person(call.body.get("user_id"))
    menu = call.platform.menus.seen_by(phone.tag_ids, phone.client)
    if menu is None:
        raise Refusal(46003)
    return {"menu": menu}


def _clear_body(call: Call) -> Json:
    if call.has_escapes:
        raise Refusal(40033)
    return call.body


def _whole(node: Mapping[str, Any], name: str) -> int | None:
    """A whole number, which the platform takes as text too; None if it is not there."""
    value = node.get(name)
    if value is None or value == "":
        return None
    if isinstance(value, bool) or not _NUMBER.fullmatch(str(value)):
        raise Refusal(40097)
    return int(value)


def _with_rule(one: Conditional) -> Json:
    rule = {"tag_id": one.tag_id, "client_platform_type": one.client}
    told = {name: str(value) for name, value in rule.items() if value is not None}
    return {**one.menu, "matchrule": told, "menuid": one.menu_id}


def _listed(button: Menu) -> Menu:
    if not button["sub_button"]:
        return {name: value for name, value in button.items() if name != "sub_button"}
    return {"name": button["name"], "sub_button": {"list": [_listed(one) for one in button["sub_button"]]}}


CALLS = {
    "/cgi-bin/menu/create": Endpoint(create),
    "/cgi-bin/menu/get": Endpoint(get, "GET"),
    "/cgi-bin/menu/delete": Endpoint(delete, "GET"),
    "/cgi-bin/menu/addconditional": Endpoint(add_conditional),
    "/cgi-bin/menu/delconditional": Endpoint(delete_conditional),
    "/cgi-bin/menu/trymatch": Endpoint(try_match),
    "/cgi-bin/get_current_selfmenu_info": Endpoint(current, "GET"),
}
