"""What staff say about their hall: its codes, its settings, who works there."""

from datetime import timedelta

from bot.links import page
from bot.situation import Answer, Situation
from bot.talking import asked, heard
from bot.words import still_open
from models.rules.access import Role
from models.rules.refusal import Refused
from models.services import codes, devices, outbox, sign_ins, staff
from models.services.codes import DoorCode
from models.services.posts import Post

MOST_PICTURES = 5
"""So many messages the platform lets us send after one of theirs."""
PICTURES_USEFUL = timedelta(hours=1)
OLD_POSTERS = timedelta(days=7)


def show_codes(here: Situation, post: Post, rest: str) -> Answer:
    """二维码: the doors with links to their posters, at once; pictures of the codes follow one by one."""
    hall = post.hall
    if hall is None:
        raise ValueError("codes are a hall's")
    doors = codes.of_hall(hall)
    # The doors stand last: of many the platform shows no more than fit.
    lines = [here.say("staff.codes_head", hall=hall.name, code=hall.code)]
    lines.append(page(here, here.say("staff.codes_page"), f"/hall/{hall.code}/codes"))
    waiting = [one for one in doors if one.url is None]
    if waiting:
        is_refused = any(one.reason for one in waiting)
        lines.append(here.say("staff.codes_refused" if is_refused else "staff.codes_wait"))
    for old in codes.old_posters(hall, here.now - OLD_POSTERS):
        way, seen = here.say(f"staff.way_{old.direction}"), here.moment(old.seen_at, hall)
        lines.append(here.say("staff.old_poster", door=old.door_name, way=way, seen=seen))
    lines += [_door(here, hall.code, one) for one in doors]
    _send_pictures(here, post, [one for one in doors if one.url][:MOST_PICTURES])
    return still_open(here, "\n".join(lines))


def _door(here: Situation, code: str, one: DoorCode) -> str:
    label = f"{one.door_name} {here.say(f'staff.way_{one.direction}')}"
    # Each link of an account without web authorization is a sign-in of its own: one is enough, to the page of all.
    if one.url is None or not here.setting.oauth:
        return label
    return page(here, here.say("staff.poster", label=label), f"/hall/{code}/posters/{one.door}-{one.direction}")


def _send_pictures(here: Situation, post: Post, doors: list[DoorCode]) -> None:
    for one in doors:
        caption = f"{one.door_name} {here.say(f'staff.way_{one.direction}')}"
        outbox.write(
            f"code:{here.delivery.key.hex()[:40]}:{one.door}{one.direction}", "code", here.delivery.openid, caption, {},
            here.now, here.now + PICTURES_USEFUL, hall_id=post.hall_id, code_url=one.url, caption=caption,
        )  # fmt: skip


def open_settings(here: Situation, post: Post, rest: str) -> Answer:
    """设置: the link to the hall's settings."""
    hall = post.hall
    if hall is None:
        raise ValueError("settings are a hall's")
    told = page(here, here.say("staff.settings", hall=hall.name), f"/hall/{hall.code}/settings")
    return still_open(here, f"{told}\n{here.say('staff.settings_more')}")


def sign_in(here: Situation, post: Post, rest: str) -> Answer:
    """登录: how to sign in on a desktop; with the number that its page shows, whether it is they."""
    if not rest:
        told = here.say("staff.sign_in", url=f"{here.setting.base_url}/login")
        return still_open(here, f"{told}\n{page(here, here.say('staff.pages'), '/me')}")
    pending = sign_ins.by_number(rest, here.delivery.openid, here.now)
    ago = max(0, int((here.now - pending.made_at).total_seconds()))
    device = devices.in_words(here.language, pending.device)
    told = here.say("staff.sign_in_ask", device=device, seconds=ago)
    return asked(here, here.opening("sign_in", {"pending": pending.id}), told)


def add_staff(here: Situation, post: Post, rest: str) -> Answer:
    """添加工作人员, with or without who and in which role."""
    talk = here.opening("invite", {"of": post.hall_id})
    return heard(here, talk, rest) if rest else asked(here, talk, here.say("staff.inviting", hall=_name(post)))


def remove_staff(here: Situation, post: Post, rest: str) -> Answer:
    """移除 NAME; alone: who there is."""
    if not rest:
        return _list_staff(here, post)
    removed = staff.remove(post, rest, here.now)
    if removed is None:
        return still_open(here, here.say("staff.withdrawn", name=rest))
    role = here.say(f"staff.role.{removed.role}")
    return still_open(here, here.say("staff.removed", name=removed.name, role=role))


def _list_staff(here: Situation, post: Post) -> Answer:
    there = [f"{one.name} {here.say(f'staff.role.{one.role}')}" for one in staff.members(post.hall_id)]
    invited = [
        here.say("staff.list_invited", name=one.name, role=here.say(f"staff.role.{one.role}"))
        for one in staff.open_invites(post.hall_id, here.now)
    ]
    head, foot = here.say("staff.list_head", hall=_name(post)), here.say("staff.list_foot")
    return still_open(here, "\n".join([head, *there, *invited, foot]))


def switch_hall(here: Situation, post: Post, rest: str) -> Answer:
    """切换大厅: to the hall with this code, to the only other one, or asked which."""
    own = [one for one in here.posts if one.hall]
    if not own:
        raise Refused("hall_not_yours")
    if len(own) < 2:
        return still_open(here, here.say("staff.only_hall", hall=_name(post)))
    found = next((one for one in own if one.hall and rest and rest.lower() == one.hall.code), None)
    if rest and found is None:
        raise Refused("hall_not_yours")
    if found is None and len(own) == 2:
        found = own[1]
    if found is None:
        return asked(here, here.opening("switch", {}))
    staff.choose(here.delivery.openid, found.hall_id, here.now)
    return still_open(here, here.say("staff.switched", hall=_name(found)))


def show_staff_help(here: Situation, post: Post, rest: str) -> Answer:
    """数据查询, and 帮助 of staff: what can be said, as far as their role goes."""
    return still_open(here, here.say(f"staff.help_{post.role}", hall=_name(post)))


def bind(here: Situation, rest: str) -> Answer:
    """绑定 CODE, from anyone."""
    if not rest:
        return still_open(here, here.say("staff.bind_how"))
    post = staff.bind(here.delivery.openid, rest, here.now)
    if post.role is Role.OPERATOR:
        return still_open(here, here.say("operator.bound"))
    role = here.say(f"staff.role.{post.role}")
    return still_open(here, here.say("staff.bound", hall=_name(post), role=role))


def _name(post: Post) -> str:
    return post.hall.name if post.hall else ""
