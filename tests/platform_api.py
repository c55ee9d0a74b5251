"""The simulated platform's API on a real port, and our own client that calls it."""

import threading
from types import TracebackType

from werkzeug.serving import WSGIRequestHandler, make_server

from bot.codes import Codes
from bot.sending import Sending
from bot.simulator import Platform
from bot.simulator.api import create_api
from bot.staff_menu import StaffMenu
from bot.wechat.api import Api, fetch_token
from bot.wechat.http import Http
from models.rules.sending import Channel, NoticeTemplate
from models.services.desk import Desk
from models.services.tokens import Tokens
from tests.service import APP_ID, APP_SECRET, Clock


class _Quiet(WSGIRequestHandler):
    """No line a request: it would hold the token."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        pass


class PlatformApi:
    """Serves the API of a platform while it is entered; `url` is where."""

    def __init__(self, platform: Platform) -> None:
        self.platform = platform
        self._server = make_server("127.0.0.1", 0, create_api(platform), threaded=True, request_handler=_Quiet)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        # Looks often whether it shall end: each test waits for that.
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))

    def __enter__(self) -> "PlatformApi":
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.platform.faults.clear()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def client(self, clock: Clock, secret: str = APP_SECRET) -> Api:
        """Our client, as one process has it."""
        http = Http(self.url)
        return Api(http, Tokens(APP_ID, lambda: fetch_token(http, APP_ID, secret), clock))

    def desk(self, clock: Clock, **templates: NoticeTemplate) -> Desk:
        """A desk that reaches people through this platform; `templates` for reminders, by channel."""
        client = self.client(clock)
        by_channel = {("remind", Channel(name)): template for name, template in templates.items()}
        return Desk(Sending(client), by_channel, create_code=Codes(client), show_staff_menu=StaffMenu(client))

    def calls(self, path: str) -> int:
        """How often this path was called."""
        return sum(one.kind == "call" and one.title.endswith(f" {path}") for one in self.platform.exchanges)
