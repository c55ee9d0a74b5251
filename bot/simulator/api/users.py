"""Who follows, and their tags: /cgi-bin/user/… and /cgi-bin/tags/…"""

from bot.simulator.api.calls import DONE, Answer, Call, Endpoint, Json, object_in, text_in
from bot.simulator.api.errcodes import Refusal
from bot.simulator.phones import Phone
from bot.simulator.tags import MOST_NAME_BYTES

PAGE = 10_000
MOST_TAGGED_AT_ONCE = 50


def info(call: Call) -> Answer:
    """What the platform tells of a person: neither name nor picture, and of who does not follow nothing at all."""
    phone = call.person(call.argument("openid", 41009))
    if not phone.is_following:
        return {"subscribe": 0, "openid": phone.openid}
    by = phone.came_by
    return {
        "subscribe": 1,
        "openid": phone.openid,
        "language": "zh_CN",
        "subscribe_time": int(phone.followed_at),
        "remark": "",
        "groupid": 0,
        "tagid_list": phone.tag_ids,
        "subscribe_scene": "ADD_SCENE_QR_CODE" if by else "ADD_SCENE_SEARCH",
        "qr_scene": int(by.scene) if by and by.is_by_number else 0,
        "qr_scene_str": by.scene if by and not by.is_by_number else "",
    }


def get(call: Call) -> Answer:
    """The openids of the followers, PAGE at a time, after `next_openid`."""
    openids = [phone.openid for phone in call.platform.phones() if phone.is_following]
    after = call.request.args.get("next_openid", "")
    if after and after not in openids:
        raise Refusal(40003)
    begin = openids.index(after) + 1 if after else 0
    page = openids[begin : begin + PAGE]
    answer: Json = {"total": len(openids), "count": len(page)}
    if page:
        answer["data"] = {"openid": page}
    return {**answer, "next_openid": page[-1] if page else ""}


def create_tag(call: Call) -> Answer:
    """A new tag."""
    name = text_in(object_in(call.body, "tag"), "name")
    size = len(name.encode("utf-8", "surrogatepass"))
    if not 1 <= size <= MOST_NAME_BYTES:
        raise Refusal(45158)
    tag_id = call.platform.tags.create(name)
    if tag_id is None:
        raise Refusal(45157)
    return {"tag": {"id": tag_id, "name": name}}


def list_tags(call: Call) -> Answer:
    """All tags, with how many people are under each."""
    phones = call.platform.phones()
    return {
        "tags": [
            {"id": tag_id, "name": name, "count": sum(tag_id in phone.tag_ids for phone in phones)}
            for tag_id, name in call.platform.tags.listed().items()
        ]
    }


def tag(call: Call) -> Answer:
    """Puts people under a tag."""
    phones, tag_id = _tagging(call)
    if not all(call.platform.tags.put(phone, tag_id) for phone in phones):
        raise Refusal(45059)
    return DONE


def untag(call: Call) -> Answer:
    """Takes a tag off people."""
    phones, tag_id = _tagging(call)
    for phone in phones:
        call.platform.tags.take_off(phone, tag_id)
    return DONE


def _tagging(call: Call) -> tuple[list[Phone], int]:
    openids, tag_id = call.body.get("openid_list"), call.body.get("tagid")
    if not isinstance(openids, list) or not 1 <= len(openids) <= MOST_TAGGED_AT_ONCE:
        raise Refusal(40032)
    if not isinstance(tag_id, int) or tag_id not in call.platform.tags:
        raise Refusal(45159)
    return [call.person(openid) for openid in openids], tag_id


CALLS = {
    "/cgi-bin/user/info": Endpoint(info, "GET"),
    "/cgi-bin/user/get": Endpoint(get, "GET"),
    "/cgi-bin/tags/create": Endpoint(create_tag),
    "/cgi-bin/tags/get": Endpoint(list_tags, "GET"),
    "/cgi-bin/tags/members/batchtagging": Endpoint(tag),
    "/cgi-bin/tags/members/batchuntagging": Endpoint(untag),
}
