"""Temporary media: /cgi-bin/media/…"""

import mimetypes

from flask import Response

from bot.simulator.api.calls import Answer, Call, Endpoint
from bot.simulator.api.errcodes import Refusal
from bot.simulator.media import MediaRefused

_ENDINGS = {"audio/amr": ".amr", "audio/mpeg": ".mp3"}


def upload(call: Call) -> Answer:
    """Keeps a file for three days."""
    kind = call.request.args.get("type", "")
    sent = call.request.files.get("media")
    if sent is None or not sent.filename:
        raise Refusal(41005)
    try:
        media_id = call.platform.media.keep(kind, sent.read(), sent.filename)
    except MediaRefused as refused:
        raise Refusal(refused.errcode) from None
    name = "thumb_media_id" if kind == "thumb" else "media_id"
    return {"type": kind, name: media_id, "created_at": int(call.platform.clock())}


def get(call: Call) -> Answer:
    """The file; of a video only an address, which leads nowhere here."""
    media = call.platform.media.find(call.argument("media_id", 41006))
    if media is None:
        raise Refusal(40007)
    if media.kind == "video":
        return {"video_url": f"http://mpvideo.qpic.cn/{media.media_id}.mp4"}
    ending = _ENDINGS.get(media.content_type) or mimetypes.guess_extension(media.content_type)
    disposition = f'attachment; filename="{media.media_id}{ending}"'
    return Response(media.data, content_type=media.content_type, headers={"Content-Disposition": disposition})


CALLS = {
    "/cgi-bin/media/upload": Endpoint(upload),
    "/cgi-bin/media/get": Endpoint(get, "GET"),
}
