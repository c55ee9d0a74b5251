"""The demo: the real service on SQLite, a sample hall, and a simulated WeChat with a phone page, in one process."""

import base64
import json
import os
import secrets
import socket
import sys
import time
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from werkzeug.middleware.dispatcher import DispatcherMiddleware
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from bot.simulator import HttpTransport, Platform, create_page
from jobs.schedule import scheduler
from models.migrations import migrate
from models.rules.scenes import Scene, encode
from models.rules.sending import Outcome, Result
from models.services import halls
from models.services.desk import Desk
from models.services.keys import check_keys
from models.tables import vault
from models.tables.database import DB, open_database, thread_is_done
from settings import Settings, parse

FOLDER = Path("var/demo")
ACCOUNT = "gh_demo00000000"
APP_ID = "wxdemo000000000000"

WEEKDAYS = ["09:00-12:00", "13:30-17:00"]
HALL = {
    "calendar": {"weekly": [WEEKDAYS] * 5 + [[], []], "empties_at_lunch": False, "grace_minutes": 30},
    "matters": [
        {"code": "social", "zh": "社会保险", "en": "Social insurance", "aliases": ["社保"]},
        {"code": "medical", "zh": "医疗保障", "en": "Medical insurance", "aliases": ["医保"]},
        {"code": "fund", "zh": "住房公积金", "en": "Housing fund", "aliases": ["公积金"]},
        {"code": "estate", "zh": "不动产登记", "en": "Real estate", "aliases": ["不动产", "房产"]},
        {"code": "household", "zh": "户政与身份证", "en": "Household and ID", "aliases": ["户籍", "身份证办理"]},
        {"code": "business", "zh": "营业执照", "en": "Business licence", "aliases": ["执照"]},
        {"code": "tax", "zh": "税务", "en": "Tax", "aliases": ["发票"]},
        {"code": "other", "zh": "其他", "en": "Other"},
    ],
    "doors": {"1": {"name": "东门"}, "2": {"name": "西门"}},
    "phone": "0500-1234567",
}
NAME = "示例市民服务中心"

WSGI = Callable[..., Iterable[bytes]]

_NOBODY = Desk(lambda channel, message: Outcome(Result.CLOSED, "unreachable"))


def run(
    port: int,
    listen: str,
    application: Callable[[Settings], WSGI],
    scene_keys: Callable[[Settings], list[bytes]],
) -> int:
    """Start everything, print where to look, and go on until Ctrl-C."""
    try:
        # Before anything else is begun; the server itself would answer a taken port with a stack of words.
        held = socket.create_server((listen, port))
    except OSError as error:
        print(
            f"Port {port} cannot be had ({os.strerror(error.errno or 0)}); try: make demo PORT={port + 1}",
            file=sys.stderr,
        )
        return 1
    settings = _settings(port)
    code = _prepare(settings)
    base_url = settings.site.base_url
    platform = Platform(
        HttpTransport(f"{base_url}/wechat"),
        app_id=APP_ID,
        token=settings.wechat.token,
        account=ACCOUNT,
        encoding_aes_key=settings.wechat.encoding_aes_key,
        mode="safe",
        clock=time.time,
    )
    page = create_page(platform, _codes(code, scene_keys(settings)[0]), NAME)
    everything = DispatcherMiddleware(_to_the_phone(application(settings)), {"/phone": page})
    server = make_server(listen, port, everything, threaded=True, request_handler=_Quiet, fd=held.fileno())
    return _go_on(server, f"{base_url}/phone/")


def _go_on(server: BaseWSGIServer, address: str) -> int:
    """Serve, with the jobs beside, until Ctrl-C."""
    running = scheduler(_NOBODY)
    running.start()
    print(f"演示 Demo: {address}")
    print("点 扫进厅码，照着回答，再点 扫离厅码。 Scan in, answer, scan out. Ctrl-C ends it.")
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        print()
    finally:
        running.shutdown(wait=True)
        server.server_close()
    return 0


class _Quiet(WSGIRequestHandler):
    """No line a request: an access line would hold openids and what links carry."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        pass


def _to_the_phone(service: WSGI) -> WSGI:
    """The service; its bare address leads to the phone page, so that a stranger finds it."""

    def lead(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        if environ.get("PATH_INFO") in ("", "/"):
            start_response("302 Found", [("Location", "/phone/"), ("Content-Length", "0")])
            return [b""]
        return service(environ, start_response)

    return lead


def _settings(port: int) -> Settings:
    """Settings of the demo's own; its keys are made once and stay in its folder."""
    FOLDER.mkdir(parents=True, exist_ok=True, mode=0o700)
    file = FOLDER / "secrets.json"
    if not file.exists():
        key = lambda: base64.b64encode(secrets.token_bytes(32)).decode()  # noqa: E731
        aes = key().rstrip("=")
        made = {"secret_key": secrets.token_hex(32), "aes": aes, "data": f"d1:{key()}", "hash": f"h1:{key()}"}
        file.touch(mode=0o600)
        file.write_text(json.dumps(made))
    kept = json.loads(file.read_text())
    return parse(
        {
            "site": {
                "base_url": f"http://127.0.0.1:{port}",
                "bind": f"127.0.0.1:{port}",
                "secret_key": kept["secret_key"],
            },
            "database": {"url": f"sqlite:///{FOLDER}/hallpass.db"},
            "wechat": {
                "app_id": APP_ID,
                "app_secret": "demo",
                "token": "demotoken",
                "encoding_aes_key": kept["aes"],
                "account": ACCOUNT,
            },
            "halls": {"approval": False},
            "privacy": {"data_keys": [kept["data"]], "hash_keys": [kept["hash"]]},
        },
        "demo",
    )


def _prepare(settings: Settings) -> str:
    """Tables, and the sample hall; gives its code."""
    open_database(settings.database.url)
    keys = vault.Vault(vault.Keys(dict(settings.privacy.data_keys), dict(settings.privacy.hash_keys)))
    vault.use(keys)
    migrate(DB.obj)
    check_keys(keys)
    file = FOLDER / "hall"
    if not file.exists():
        file.write_text(halls.register(NAME, HALL, "open", datetime.now(UTC)))
    thread_is_done()
    return file.read_text()


def _codes(code: str, key: bytes) -> list[tuple[str, str]]:
    """What hangs at the doors of the sample hall."""
    return [
        (f"{door['name']}{word}", encode(Scene(code, direction, int(number), 1), key))
        for number, door in HALL["doors"].items()
        for direction, word in (("in", "进厅码"), ("out", "离厅码"))
    ]
