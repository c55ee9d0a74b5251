"""The demo: the real service on SQLite, its jobs, a sample hall, and a simulated WeChat with phones, in one process."""

import fcntl
import os
import socket
import sys
import threading
from collections.abc import Callable, Container, Iterable
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from werkzeug.middleware.dispatcher import DispatcherMiddleware
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server
from werkzeug.wrappers import Request

import assembly
import demo_data
from bot.simulator import Clock, HttpTransport, Platform, browsing_of, create_api, create_page
from bot.staff_menu import publish_menus
from bot.wechat.errors import WechatError
from demo_crowd import CASE_NAME, CASE_PHONE
from jobs import staff_menus
from jobs.schedule import JOBS, scheduler
from models.rules.access import Role
from models.services.tokens import NoToken
from models.tables.database import thread_is_done
from models.tables.sqlite import lock_file
from settings import Settings
from stopping import Stop

ENDS_SECONDS = 3.0
IN_APP_BROWSER = "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Mobile Safari/537.36 MicroMessenger/8.0.50"
"""What WeChat's own browser calls itself."""

ANY_ADDRESS = ("0.0.0.0", "")  # noqa: S104 - asked for, to show it to a class


def run(port: int, listen: str, *, approval: bool = False, seeded: bool = True, base_url: str = "") -> int:
    """Start everything, print where to look, and go on until Ctrl-C. `approval`: new halls wait for an operator;
    `seeded`: there is a sample hall. `base_url`: how phones reach it, where one proxy with TLS stands in front."""
    try:
        # Before anything else is begun; the server itself would answer a taken port with a stack of words.
        held = socket.create_server((listen, port))
    except (OSError, UnicodeError, TypeError) as error:
        # The last two: what is no host name at all.
        print(_no_port(error, port, listen), file=sys.stderr)
        return 1
    with lock_file(str(demo_data.folder() / "lock")) as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print("A demo is running in this folder already: use that one, or end it first.", file=sys.stderr)
            return 1
        own = f"http://{_local(listen)}:{port}" if base_url else f"http://{_reached_at(listen)}:{port}"
        settings = demo_data.settings(base_url or own, approval=approval, own=own)
        return _alone(held, port, listen, settings, seeded)


def _alone(held: socket.socket, port: int, listen: str, settings: Settings, seeded: bool) -> int:
    """The demo, once nobody else has its folder."""
    demo = _Demo(settings, Clock(), HttpTransport(f"http://{_local(listen)}:{port}/wechat"), seeded)
    # Of all its addresses any may be the one by which somebody reaches this machine.
    served = demo.everything if listen in ANY_ADDRESS else _by_one_name(demo.everything, settings.site.base_url)
    if settings.site.base_url.startswith("https://"):
        served = assembly.behind_proxies(served, 1)
    server = make_server(listen, port, served, threaded=True, request_handler=_Quiet, fd=held.fileno())
    return _go_on(server, demo, f"{settings.site.base_url}/phone/")


class _Demo:
    """The parts of the demo, made to fit; `everything` is all of it as one WSGI application."""

    def __init__(self, settings: Settings, clock: Clock, transport: HttpTransport, seeded: bool) -> None:
        self._settings = settings
        self._clock = clock
        self._scene_key = assembly.scene_keys(settings)[0]
        self._seeded = seeded
        demo_data.open_tables(settings)
        self._sample = demo_data.seed(self.now()) if seeded else ""
        self.ended = threading.Event()
        self.desk = assembly.desk(settings, self.now, self.ended.is_set)
        followers = demo_data.Followers()
        self.platform = Platform(
            transport,
            app_id=settings.wechat.app_id,
            app_secret=settings.wechat.app_secret,
            token=settings.wechat.token,
            account=settings.wechat.account,
            encoding_aes_key=settings.wechat.encoding_aes_key,
            clock=clock,
            followers=followers,
        )
        for one in (demo_data.NOTICE, demo_data.TO_FOLLOWERS):
            self.platform.templates.add(one.title, one.content, one.kind, one.template_id)
        self._remember(followers)
        browsing = browsing_of(self.platform)
        api = create_api(self.platform, browsing)
        service = _as_on_a_phone(assembly.application(settings, self.now, in_demo=True), browsing)
        mounted = {"/phone": self._page(), "/platform": api}
        self.everything = _leaving_nothing(DispatcherMiddleware(_to_the_phone(service), mounted))

    def _remember(self, followers: Container[str]) -> None:
        """What the real platform would still know after a restart: the codes it made, and who is staff."""
        for code in demo_data.made_codes():
            self.platform.codes.keep(*code)
        for openid in demo_data.staff_to_tell(followers, self.now()):
            self.platform.phone(openid)
        thread_is_done()

    def _page(self) -> assembly.WSGI:
        return create_page(
            self.platform,
            lambda: demo_data.posters(self._sample, self._scene_key),
            demo_data.NAME,
            moments=(
                ("快闭厅", demo_data.reminder_after),
                ("到闭厅", demo_data.closing_after),
                ("次日早上", demo_data.morning_after),
            ),
            on_reset=self.begin_anew,
            on_clock=self.do_jobs,
            roles=[(f"{word}手机", self._binding(role)) for role, (word, _) in demo_data.STAFF.items() if self._seeded],
            role_of=demo_data.role_of,
        )

    def _binding(self, role: Role) -> Callable[[str], None]:
        def bind(openid: str) -> None:
            demo_data.add_staff(openid, role, self._sample, self.now())
            # Else their first look would be at the menu of visitors.
            staff_menus.run_once(self.now(), self.desk)

        return bind

    def now(self) -> datetime:
        """The moment by the clock that the page moves."""
        return datetime.fromtimestamp(self._clock(), UTC)

    def publish_menu(self) -> None:
        """As `hallpass.py menu` does, through the platform's API."""
        try:
            publish_menus(assembly.connect(self._settings, self.now))
        except (WechatError, NoToken) as error:
            if not self.ended.is_set():
                print(f"The menu was not published: {error}", file=sys.stderr)
        finally:
            thread_is_done()

    def do_jobs(self) -> None:
        """What the jobs would have done by now."""
        for job in JOBS.values():
            job.run_once(self.now(), self.desk)
        thread_is_done()

    def begin_anew(self) -> None:
        """Forget everything that was entered, and the time that was set."""
        self._clock.goes_on(-self._clock.offset)
        demo_data.empty_tables()
        self._sample = demo_data.seed(self.now()) if self._seeded else ""


def _go_on(server: BaseWSGIServer, demo: _Demo, address: str) -> int:
    """Serve, with the jobs beside, until Ctrl-C."""
    stop = Stop()
    threading.Thread(target=lambda: demo.platform.due.keep_delivering(demo.ended), daemon=True).start()
    publishing = threading.Thread(target=demo.publish_menu, daemon=True)
    publishing.start()
    running = scheduler(demo.desk, demo.now)
    running.start()
    print(f"演示 Demo: {address}")
    print("扫进厅码，照着回答，再扫离厅码。 Scan the way-in code, answer, then scan the way-out code.")
    print(f"发现病例：添一部管理员手机，发 密接 {CASE_NAME} 或 密接 {CASE_PHONE}。 A case: from an admin's phone.")
    print("按 Ctrl-C 结束。 Ctrl-C ends it.", flush=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    stop.wait()
    print()
    demo.ended.set()
    demo.platform.faults.clear()
    # It still serves: calls in hand, of jobs and of the publishing, are to be answered.
    running.shutdown(wait=True)
    publishing.join(ENDS_SECONDS)
    server.shutdown()
    server.server_close()
    return 0


class _Quiet(WSGIRequestHandler):
    """No line a request: an access line would hold openids and what links carry."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        pass


def _to_the_phone(service: assembly.WSGI) -> assembly.WSGI:
    """The service; its bare address leads to the phone page, so that a stranger finds it."""

    def lead(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        if environ.get("PATH_INFO") in ("", "/"):
            start_response("302 Found", [("Location", "/phone/"), ("Content-Length", "0")])
            return [b""]
        return service(environ, start_response)

    return lead


def _leaving_nothing(everything: assembly.WSGI) -> assembly.WSGI:
    """Everything; the server makes a thread for each connection, and none of them is used again."""

    def lead(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        try:
            return everything(environ, start_response)
        finally:
            thread_is_done()

    return lead


def _as_on_a_phone(service: assembly.WSGI, browsing: Callable[[Request], object]) -> assembly.WSGI:
    """The service; to it the browser within a simulated phone is that of WeChat, while a tab beside it is a desktop's.
    A browser says which of its frames asks, but over plain http from this machine only; elsewhere all count as phones.
    """

    def lead(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        if environ.get("HTTP_SEC_FETCH_DEST", "iframe") == "iframe" and browsing(Request(environ)) is not None:
            environ["HTTP_USER_AGENT"] = IN_APP_BROWSER
        return service(environ, start_response)

    return lead


def _by_one_name(everything: assembly.WSGI, base_url: str) -> assembly.WSGI:
    """Everything under one name of its host: the service's links carry that one, and open over the phone only from
    there. Who came by another name of it, such as localhost, is led on; another port is a forwarded one, from which
    this name may lead nowhere."""
    own = urlsplit(base_url)

    def lead(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        host, path = environ.get("HTTP_HOST", own.netloc), environ["REQUEST_URI"]
        is_other_name = host.lower() != own.netloc.lower() and host.endswith(f":{own.port}")
        if is_other_name and environ["REQUEST_METHOD"] in ("GET", "HEAD") and path.startswith("/"):
            start_response("302 Found", [("Location", f"{base_url}{path}"), ("Content-Length", "0")])
            return [b""]
        return everything(environ, start_response)

    return lead


def _no_port(error: Exception, port: int, listen: str) -> str:
    """Why nothing can be served there, and what to do."""
    if isinstance(error, socket.gaierror) or not isinstance(error, OSError):
        return f"There is no address {listen!r}; try --listen 127.0.0.1"
    return f"Port {port} cannot be had ({os.strerror(error.errno or 0)}); try: make demo PORT={port % 65535 + 1}"


def _local(listen: str) -> str:
    """Where this machine itself finds what listens there."""
    return "127.0.0.1" if listen in ANY_ADDRESS else listen


def _reached_at(listen: str) -> str:
    """Where phones of a classroom find it: the machine's own address, where it listens on all of them."""
    if listen not in ANY_ADDRESS:
        return listen
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            # Sends nothing: it only makes the system choose the address that it would send from.
            probe.connect(("192.0.2.1", 9))
        except OSError:
            return "127.0.0.1"
        return str(probe.getsockname()[0])
