"""The peer: a WeRoBot that echoes what it gets and stores nothing, in safe mode, as its own documentation serves it."""

from typing import Any

from flask import Flask
from werobot.contrib.flask import make_view
from werobot.robot import WeRoBot

from bench.account import AES_KEY, APP_ID, TOKEN

robot = WeRoBot(token=TOKEN, encoding_aes_key=AES_KEY, app_id=APP_ID, SESSION_STORAGE=False)


@robot.handler
def echo(message: Any) -> str:
    """A text, or the key of an event."""
    return str(message.key if message.type.endswith("_event") else message.content)


app = Flask(__name__)
app.add_url_rule("/wechat", endpoint="werobot", view_func=make_view(robot), methods=["GET", "POST"])
