"""The shipped site in real nginx: what reaches the service, what is refused in plain words, what no log may hold."""

import json
import re
import socket
import ssl
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from werkzeug.serving import WSGIRequestHandler, make_server
from werkzeug.test import Client
from werkzeug.wrappers import Request, Response

from assembly import behind_proxies
from models.adapters.ocr.limits import MOST_BYTES
from tests.certificates import HOST, Certificate
from tests.deploy.conftest import VERIFICATION, Site
from tests.nginx import SITE, Nginx
from tests.plugins.chromium import Tab
from tests.web.browser import LOOKS, looked_at

CARD = "/h/ABCDEF/card"
FORGED = "203.0.113.66"
PATIENCE_SECONDS = 100


@Request.application
def mirror(request: Request) -> Response:
    """Says what came: who called, how, and how much."""
    came = {
        "caller": request.remote_addr,
        "scheme": request.scheme,
        "host": request.host,
        "headers": dict(request.headers),
        "bytes": len(request.get_data()),
    }
    return Response(json.dumps(came), mimetype="application/json", headers={"X-From": "hallpass"})


class _Quiet(WSGIRequestHandler):
    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        pass


@contextmanager
def mirroring() -> Iterator[int]:
    """The port on which the mirror stands."""
    server = make_server("127.0.0.1", 0, behind_proxies(mirror, 1), threaded=True, request_handler=_Quiet)
    server.daemon_threads = True
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture(scope="module")
def mirrored(tmp_path_factory: pytest.TempPathFactory, certificate: Certificate) -> Iterator[Nginx]:
    """nginx in front of something that says what came, and that is told of one proxy."""
    with mirroring() as port, Nginx(tmp_path_factory.mktemp("nginx"), port, certificate) as nginx:
        yield nginx


def told(nginx: Nginx, target: str, **more: Any) -> dict[str, Any]:
    answer = nginx.ask("GET" if "body" not in more else "POST", target, **more)
    assert answer.status == 200
    found: dict[str, Any] = json.loads(answer.text)  # type: ignore[attr-defined]
    return found


def waits_for(is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_the_shipped_file_is_one_that_nginx_takes(mirrored: Nginx) -> None:
    tried = subprocess.run(mirrored.command("-t"), capture_output=True, text=True)
    assert tried.returncode == 0, tried.stderr
    assert "warn" not in tried.stderr


def test_the_service_learns_who_called_and_over_what(mirrored: Nginx) -> None:
    came = told(mirrored, "/me")
    assert (came["caller"], came["scheme"], came["host"]) == ("127.0.0.1", "https", f"{HOST}:{mirrored.port}")


@pytest.mark.parametrize(
    "forged",
    [
        {"X-Forwarded-For": FORGED},
        {"X-Forwarded-For": f"{FORGED}, {FORGED}, {FORGED}"},
        {"X-Forwarded-For": f" ,,{FORGED}"},
        {"x-forwarded-for": FORGED, "X-Forwarded-Proto": "http", "X-Forwarded-Host": "elsewhere.example"},
        {"Forwarded": f"for={FORGED};proto=http;host=elsewhere.example"},
        {"X-Real-IP": FORGED, "X_Forwarded_For": FORGED, "X-Forwarded-Prefix": "/elsewhere"},
        {"Proxy": "http://elsewhere.example"},
    ],
    ids=str,
)
def test_a_forged_address_has_no_effect(mirrored: Nginx, forged: dict[str, str]) -> None:
    came = told(mirrored, "/me", headers=forged)
    assert (came["caller"], came["scheme"], came["host"]) == ("127.0.0.1", "https", f"{HOST}:{mirrored.port}")
    assert FORGED not in json.dumps(came)
    assert "elsewhere" not in json.dumps(came)


@pytest.mark.parametrize(
    ("proxies", "header", "caller"),
    [
        (0, FORGED, "192.0.2.1"),
        (1, f"{FORGED}, 198.51.100.7", "198.51.100.7"),
        (2, f"{FORGED}, 198.51.100.7, 10.0.0.1", "198.51.100.7"),
        (2, FORGED, "192.0.2.1"),  # fewer than there are proxies: none of them wrote it
    ],
)
def test_of_forwarded_addresses_exactly_as_many_count_as_there_are_proxies(
    proxies: int, header: str, caller: str
) -> None:
    answer = Client(behind_proxies(mirror, proxies)).get(
        "/", headers={"X-Forwarded-For": header}, environ_base={"REMOTE_ADDR": "192.0.2.1"}
    )
    assert answer.json["caller"] == caller  # type: ignore[index]


def test_no_log_holds_a_query_or_what_a_link_carries_in_its_path(mirrored: Nginx) -> None:
    secret = "oSecretOfSomebody0000000001"
    for target in (
        f"/wechat?signature=a&openid={secret}",
        f"/login/link?t={secret}",
        f"/login/s/{secret}",
        f"/pass/check/{secret}?x=1",
        f"/h/ABCDEF/in?{secret}",
        f"/x#{secret}",
        f"http://{HOST}:{mirrored.port}/me?{secret}",
    ):
        mirrored.ask(
            "GET", target, headers={"Referer": f"https://{HOST}/?{secret}", "User-Agent": secret, "Cookie": secret}
        )
    waits_for(lambda: len([line for line in mirrored.asked() if '"/me"' in line]) > 0)
    logged = "\n".join(mirrored.asked()) + mirrored.told()
    assert '"/login/s/-"' in logged and '"/pass/check/-"' in logged and '"/wechat"' in logged
    assert secret not in logged
    assert "?" not in logged


def test_no_log_holds_a_query_of_what_failed(tmp_path: Path, certificate: Certificate) -> None:
    secret = "oSecretOfSomebody0000000001"
    with Nginx(tmp_path / "nginx", 1, certificate) as nginx:
        for target in (f"/me?openid={secret}", f"/wechat?openid={secret}"):
            answer = nginx.ask("POST", target, b"x" * 100)
            assert answer.status == 502
            assert "暂时打不开" in answer.text  # type: ignore[attr-defined]
        nginx.ask("POST", f"/me?{secret}", b"x" * 200_000)
        with nginx.wrapped() as line:
            line.sendall(f"GET /me?{secret} HTTP/1.1\r\nHost: {HOST}\r\nBad header {secret}\r\n\r\n".encode())
            line.recv(100)
        waits_for(lambda: len(nginx.asked()) >= 4)
        logged = "\n".join(nginx.asked()) + nginx.told()
    assert " 502 " in logged
    assert secret not in logged


def test_a_photo_that_is_on_its_way_is_on_no_disk(mirrored: Nginx) -> None:
    length = MOST_BYTES + 60_000
    head = f"POST {CARD} HTTP/1.1\r\nHost: {HOST}\r\nContent-Length: {length}\r\n\r\n".encode()
    with mirrored.wrapped() as line:
        line.sendall(head + b"x" * (length - 10))
        # What was sent before this is in nginx by the time that this is answered.
        told(mirrored, "/me")
        assert mirrored.put_aside() == []
        line.sendall(b"x" * 10)
        answer = line.recv(4000)
        while b"\r\n\r\n" not in answer or b'"bytes"' not in answer:
            more = line.recv(4000)
            assert more
            answer += more
    assert f'"bytes": {length}'.encode() in answer
    assert mirrored.put_aside() == []


def test_with_a_smaller_buffer_the_photo_would_be_on_disk(tmp_path: Path, certificate: Certificate) -> None:
    """That the test above can fail."""
    with mirroring() as port:
        nginx = Nginx(tmp_path / "nginx", port, certificate)
        text = (nginx.folder / "hallpass.conf").read_text()
        (nginx.folder / "hallpass.conf").write_text(
            text.replace("client_body_buffer_size 12m", "client_body_buffer_size 8k")
        )
        with nginx, nginx.wrapped() as line:
            line.sendall(f"POST {CARD} HTTP/1.1\r\nHost: {HOST}\r\nContent-Length: 900000\r\n\r\n".encode())
            line.sendall(b"x" * 800_000)
            waits_for(lambda: bool(nginx.put_aside()))


def test_every_buffer_is_as_large_as_the_largest_body() -> None:
    sizes = re.findall(r"client_max_body_size (\w+);\s+client_body_buffer_size (\w+);", SITE.read_text("utf-8"))
    assert len(sizes) == SITE.read_text("utf-8").count("client_max_body_size") == 3
    assert [pair for pair in sizes if pair[0] != pair[1]] == []


@pytest.mark.parametrize(("target", "size"), [("/me", 200_000), ("/wechat", 100_000), (CARD, 13_000_000)])
def test_a_body_that_is_far_too_large_is_answered_in_plain_words(mirrored: Nginx, target: str, size: int) -> None:
    with mirrored.wrapped() as line:
        line.sendall(f"POST {target} HTTP/1.1\r\nHost: {HOST}\r\nContent-Length: {size}\r\n\r\n".encode())
        answer = b""
        while more := line.recv(4000):
            answer += more
            if b"</html>" in answer:
                break
    text = answer.decode()
    assert " 413 " in text.splitlines()[0]
    assert "照片最大 10 MB" in text and "A photo may have 10 MB" in text
    assert text.count("Strict-Transport-Security") == 1


def test_a_body_without_a_length_is_bounded_as_well(mirrored: Nginx) -> None:
    with mirrored.wrapped() as line:
        line.sendall(f"POST /me HTTP/1.1\r\nHost: {HOST}\r\nTransfer-Encoding: chunked\r\n\r\n".encode())
        for _ in range(4):
            line.sendall(b"10000\r\n" + b"x" * 0x10000 + b"\r\n")
        assert b" 413 " in line.recv(4000)
        assert mirrored.put_aside() == []


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_modern_tls_is_spoken(mirrored: Nginx, version: ssl.TLSVersion) -> None:
    context = mirrored.trust()
    context.minimum_version = context.maximum_version = version
    with mirrored.wrapped(context) as line:
        assert line.version() == version.name.replace("_", ".")


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion:DeprecationWarning")
@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1])
def test_old_tls_is_not(mirrored: Nginx, version: ssl.TLSVersion) -> None:
    context = mirrored.trust()
    # Else this side would not offer it in the first place.
    context.set_ciphers("ALL:@SECLEVEL=0")
    context.minimum_version = context.maximum_version = version
    with pytest.raises(ssl.SSLError):
        mirrored.wrapped(context)


@pytest.mark.parametrize("ciphers", ["AES128-SHA", "ECDHE-ECDSA-AES128-SHA", "ECDHE-ECDSA-AES128-SHA256"])
def test_old_ciphers_are_not(mirrored: Nginx, ciphers: str) -> None:
    context = mirrored.trust()
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    context.set_ciphers(f"{ciphers}:@SECLEVEL=0")
    with pytest.raises(ssl.SSLError):
        mirrored.wrapped(context)


def test_who_asks_for_another_name_learns_nothing(mirrored: Nginx) -> None:
    context = mirrored.trust()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    with pytest.raises(ssl.SSLError):
        mirrored.wrapped(context, "elsewhere.example")
    answer = mirrored.ask("GET", "/me", headers={"Host": HOST})
    assert answer.status == 200
    with mirrored.wrapped() as line:
        line.sendall(b"GET /me HTTP/1.1\r\nHost: elsewhere.example\r\n\r\n")
        assert b"X-From" not in line.recv(4000)


def test_plain_http_leads_to_https(mirrored: Nginx) -> None:
    with socket.create_connection(("127.0.0.1", mirrored.plain_port), timeout=20) as line:
        line.sendall(f"GET /h/ABCDEF/in?x=1 HTTP/1.1\r\nHost: {HOST}\r\nConnection: close\r\n\r\n".encode())
        answer = line.makefile("rb").read().decode()
    assert " 301 " in answer.splitlines()[0]
    assert f"Location: https://{HOST}:{mirrored.port}/h/ABCDEF/in?x=1\r\n" in answer


def test_somebody_slow_holds_no_worker(site: Site) -> None:
    """More of them than there are threads in all workers; each has sent half a body."""
    slow = [site.nginx.wrapped() for _ in range(40)]
    try:
        for line in slow:
            line.sendall(f"POST /login HTTP/1.1\r\nHost: {HOST}\r\nContent-Length: 1000\r\n\r\nhalf".encode())
        assert site.nginx.ask("GET", "/healthz").status == 200
        assert site.nginx.ask("GET", "/login").status == 200
    finally:
        for line in slow:
            line.close()


def test_each_header_comes_once(site: Site) -> None:
    for target in ("/login", "/healthz", "/no-such-page", "/static/hallpass.css", "/static/none.css"):
        answer = site.nginx.ask("GET", target)
        names = [name.lower() for name, _ in answer.getheaders() if name.lower() not in ("set-cookie", "vary")]
        assert sorted(names) == sorted(set(names)), target
        assert answer.headers["Strict-Transport-Security"] == "max-age=31536000", target
        assert "nginx/" not in answer.headers["Server"]


def test_cookies_come_for_this_host_over_tls_alone(site: Site) -> None:
    cookies = site.nginx.ask("GET", "/login").headers.get_all("Set-Cookie")
    assert cookies
    for cookie in cookies:
        assert cookie.startswith("__Host-")
        assert {"Secure", "HttpOnly", "Path=/"} <= {part.strip() for part in cookie.split(";")}


def test_a_body_that_is_too_large_for_a_form_is_answered_by_the_service_itself(site: Site) -> None:
    answer = site.nginx.ask(
        "POST", "/login?lang=en", b"x" * 70_000, {"Content-Type": "application/x-www-form-urlencoded"}
    )
    assert answer.status == 413
    assert "What was sent is too large" in answer.text  # type: ignore[attr-defined]


def test_the_console_finds_the_file_of_the_domain(site: Site) -> None:
    answer = site.nginx.ask("GET", f"/{VERIFICATION}")
    assert (answer.status, answer.text) == (200, "aB3dE5gH7jK9mN1p")  # type: ignore[attr-defined]
    assert answer.headers["Content-Type"].startswith("text/plain")
    for other in ("/MP_verify_0000000000000000.txt", f"/x/{VERIFICATION}", "/MP_verify_.txt"):
        assert site.nginx.ask("GET", other).status == 404


def test_style_sheets_are_compressed_and_pages_are_not(site: Site) -> None:
    wants = {"Accept-Encoding": "gzip"}
    assert site.nginx.ask("GET", "/login", headers=wants).headers["Content-Encoding"] is None
    for target in ("/static/hallpass.css", "/bootstrap/static/css/bootstrap.min.css"):
        assert site.nginx.ask("GET", target, headers=wants).headers["Content-Encoding"] == "gzip"


def test_a_signed_question_of_the_platform_is_answered(site: Site) -> None:
    unsigned = site.nginx.ask("GET", "/wechat?echostr=x&signature=0&timestamp=1&nonce=2")
    assert unsigned.status == 403


def begun(nginx: Nginx, target: str) -> tuple[ssl.SSLSocket, int]:
    """A request whose body is never whole, and what nginx says to its head: 100 where it counts as one under way."""
    line = nginx.wrapped()
    head = f"POST {target} HTTP/1.1\r\nHost: {HOST}\r\nContent-Length: 50\r\nExpect: 100-continue\r\n\r\n"
    line.sendall(head.encode())
    return line, int(line.recv(100).split()[1])


def test_more_photos_at_once_than_memory_is_meant_for_are_asked_to_wait(mirrored: Nginx) -> None:
    most = int(re.findall(r"limit_conn hallpass_photos (\d+);", SITE.read_text("utf-8"))[0])
    lines: list[ssl.SSLSocket] = []

    def one_more() -> bool:
        # The last photo of another test counts until nginx has put it away.
        line, status = begun(mirrored, CARD)
        (lines.append if status == 100 else ssl.SSLSocket.close)(line)
        return status == 100

    try:
        for _ in range(most):
            waits_for(one_more)
        answer = mirrored.ask("POST", CARD, b"x")
        assert answer.status == 429
        assert "请过一分钟再试" in answer.text  # type: ignore[attr-defined]
        assert mirrored.ask("GET", "/h/ABCDEF/in").status == 200
    finally:
        for line in lines:
            line.close()
    waits_for(lambda: mirrored.ask("POST", CARD, b"x").status == 200)


def test_however_many_deliveries_one_address_of_the_platform_has_under_way_none_is_turned_away(mirrored: Nginx) -> None:
    """It calls from few addresses, in an opening hour for hundreds of halls; of what waits hallpass says so itself."""
    most = int(re.findall(r"limit_conn hallpass_callers (\d+);", SITE.read_text("utf-8"))[0])
    lines: list[ssl.SSLSocket] = []
    try:
        for number in range(most + 20):
            line, status = begun(mirrored, "/wechat")
            lines.append(line)
            assert status == 100
            # One of which nothing comes for ten seconds is ended, and counts no more.
            for earlier in lines if number % 25 == 0 else ():
                earlier.sendall(b"x")
        assert mirrored.ask("POST", "/wechat", b"x").status == 200
    finally:
        for line in lines:
            line.close()


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("page", ["away", "too-large", "too-many"])
def test_what_nginx_says_by_itself_can_be_read_by_everybody(
    page: str, look: str, open_tab: Callable[..., Tab], tmp_path: Path, certificate: Certificate
) -> None:
    """Nothing listens behind it, so every address says that the service is away; in its place each page in turn."""
    nginx = Nginx(tmp_path / "nginx", 1, certificate)
    file = nginx.folder / "hallpass.conf"
    file.write_text(file.read_text().replace("error_page 502 504 /away.html", f"error_page 502 504 /{page}.html"))
    with nginx:
        tab = open_tab(**LOOKS[look])
        tab.page.goto(f"{nginx.address}/me")
        tab.forgives("the server responded with a status of 502")
        assert looked_at(tab, tmp_path / f"{page}-{look}.png") == []
        assert tab.page.evaluate("getComputedStyle(document.querySelector('p')).fontSize") == "20px"
