"""Mass messages by openid: /cgi-bin/message/mass/send."""

from bot.simulator.api.calls import Answer, Call, Endpoint, text_in
from bot.simulator.api.content import content_of
from bot.simulator.api.errcodes import Refusal
from bot.simulator.deliveries import Writer

FEWEST, MOST = 2, 10_000
SAME_WITHIN_SECONDS = 86_400
MOST_CLIENT_ID_BYTES = 32
# Whom the platform names as the sender of what became of a mass message: no person.
HELPER = "oMassSendHelper0000000000000"
_KINDS = frozenset({"text", "image", "voice", "mpvideo", "mpnews", "wxcard"})


def send(call: Call) -> Answer:
    """The same message to many; who had too many this month is left out, without a word."""
    message = call.shown
    openids = message.get("touser")
    if not isinstance(openids, list) or not FEWEST <= len(openids) <= MOST:
        raise Refusal(40130)
    if text_in(message, "msgtype") not in _KINDS:
        raise Refusal(40008)
    content = content_of(message, call.platform.media)
    client_id = text_in(message, "clientmsgid")
    if len(client_id.encode("utf-8", "surrogatepass")) > MOST_CLIENT_ID_BYTES:
        raise Refusal(40097)
    msg_id, is_new = call.platform.sent.once(("mass", client_id) if client_id else None, SAME_WITHIN_SECONDS)
    if not is_new:
        raise Refusal(45065, msg_id=msg_id)
    people = [call.platform.known(openid) for openid in openids if isinstance(openid, str)]
    followers = [phone for phone in people if phone is not None and phone.is_following]
    reached = [phone for phone in followers if call.platform.sent.may_reach(phone.openid)]
    for phone in reached:
        content.show(phone)
    writes = Writer(call.platform.account, HELPER, call.platform.clock)
    status = call.platform.faults.job_status or "send success"
    call.platform.due.add(writes.mass_finished(msg_id, status, len(openids), len(followers), len(reached)))
    return {"errcode": 0, "errmsg": "send job submission success", "msg_id": msg_id}


CALLS = {"/cgi-bin/message/mass/send": Endpoint(send)}
