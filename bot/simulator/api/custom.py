"""Custom-service messages: /cgi-bin/message/custom/…"""

from bot.simulator.api.calls import DONE, Answer, Call, Endpoint, text_in
from bot.simulator.api.content import content_of
from bot.simulator.api.errcodes import Refusal
from bot.simulator.windows import NoWindow

TYPING_WITHIN_SECONDS = 30


def send(call: Call) -> Answer:
    """A message to one person, within the windows that their doings opened."""
    message = call.shown
    phone = call.person(message.get("touser"))
    content = content_of(message, call.platform.media)
    if "customservice" in message:
        # The account has nobody at its service desk.
        raise Refusal(65401)
    if not phone.is_following:
        raise Refusal(43004)
    try:
        phone.windows.take()
    except NoWindow as none:
        raise Refusal(none.errcode) from None
    content.show(phone)
    return DONE


def typing(call: Call) -> Answer:
    """Shows that the account is writing, or no longer is."""
    phone = call.person(call.body.get("touser"))
    command = text_in(call.body, "command")
    if command not in {"Typing", "CancelTyping"}:
        raise Refusal(40097)
    last_at = phone.windows.last_at
    if last_at is None or call.platform.clock() - last_at > TYPING_WITHIN_SECONDS:
        raise Refusal(45080)
    if not phone.shows_typing(command == "Typing"):
        raise Refusal(45081)
    return DONE


CALLS = {
    "/cgi-bin/message/custom/send": Endpoint(send),
    "/cgi-bin/message/custom/typing": Endpoint(typing),
}
