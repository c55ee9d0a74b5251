"""Template messages and subscription notices: /cgi-bin/message/template/…, …/subscribe/bizsend and their lists."""

from bot.simulator.api.calls import DONE, Answer, Call, Endpoint, Json, object_in, text_in
from bot.simulator.api.content import Content
from bot.simulator.api.errcodes import Refusal
from bot.simulator.fields import is_allowed
from bot.simulator.notices import Template

SAME_WITHIN_SECONDS = 600
MOST_CLIENT_ID = 32
_TYPES = {"one_time": 2, "long_term": 3}


def send(call: Call) -> Answer:
    """A template message to a follower; what became of it comes as an event."""
    message = call.shown
    phone = call.person(message.get("touser"))
    template = _template(call, message, ("template",))
    values = _values(template, message)
    client_id = text_in(message, "client_msg_id")
    if len(client_id) > MOST_CLIENT_ID:
        raise Refusal(40097)
    if not phone.is_following:
        raise Refusal(43004)
    key = (phone.openid, client_id) if client_id else None
    msgid, is_new = call.platform.sent.once(key, SAME_WITHIN_SECONDS)
    if is_new:
        status = "failed:user block" if phone.blocks_templates else "success"
        if status == "success":
            Content("template", card=template.card(values, text_in(message, "url"))).show(phone)
        status = call.platform.faults.job_status or status
        call.platform.due.add(phone.writes.template_finished(msgid, status))
    return {**DONE, "msgid": msgid}


def bizsend(call: Call) -> Answer:
    """A notice to who agreed to it; what became of it comes as an event."""
    message = call.shown
    phone = call.person(message.get("touser"))
    template = _template(call, message, ("one_time", "long_term"))
    values = _values(template, message)
    if not phone.grants.use(template):
        raise Refusal(43101)
    Content("notice", card=template.card(values, text_in(message, "page"))).show(phone)
    msgid, _ = call.platform.sent.once(None, 0)
    call.platform.due.add(phone.writes.notice_sent(template.template_id, msgid, 0, "success"))
    return DONE


def listed(call: Call) -> Answer:
    """The templates for messages."""
    return {
        "template_list": [
            {
                "template_id": one.template_id,
                "title": one.title,
                "primary_industry": "",
                "deputy_industry": "",
                "content": one.content,
                "example": "",
            }
            for one in call.platform.templates
            if one.kind == "template"
        ]
    }


def notices_listed(call: Call) -> Answer:
    """The templates for subscription notices; type 2 may be sent once for each consent, 3 again and again."""
    return {
        **DONE,
        "data": [
            {"priTmplId": one.template_id, "title": one.title, "content": one.content, "example": "", "type": kind}
            for one in call.platform.templates
            if (kind := _TYPES.get(one.kind)) is not None
        ],
    }


def _template(call: Call, message: Json, kinds: tuple[str, ...]) -> Template:
    template = call.platform.templates.find(text_in(message, "template_id"))
    if template is None or template.kind not in kinds:
        raise Refusal(40037)
    return template


def _values(template: Template, message: Json) -> dict[str, str]:
    """The value of each field of the template; others are left out, as the platform leaves them out."""
    data = object_in(message, "data")
    values = {}
    for key in template.keys:
        field = data.get(key)
        value = field.get("value") if isinstance(field, dict) else None
        if not is_allowed(key, value):
            raise Refusal(47003, f"data.{key}.value")
        values[key] = value
    return values


CALLS = {
    "/cgi-bin/message/template/send": Endpoint(send),
    "/cgi-bin/template/get_all_private_template": Endpoint(listed, "GET"),
    "/cgi-bin/message/subscribe/bizsend": Endpoint(bizsend),
    "/wxaapi/newtmpl/gettemplate": Endpoint(notices_listed, "GET"),
}
