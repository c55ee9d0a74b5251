"""Real nginx with the shipped site, its paths and ports filled in, in front of whatever listens on a port."""

import http.client
import os
import re
import shutil
import socket
import ssl
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlencode

from bot.simulator.transports import Answer, NoAnswer
from tests.certificates import HOST, Certificate
from tests.ports import free_port

ROOT = Path(__file__).parent.parent
SITE = ROOT / "deploy" / "nginx" / "hallpass.conf"
START_SECONDS = 100

# What Debian's own nginx.conf has around a site, without its user and its folders.
_AROUND = """
{user}
daemon off;
pid {folder}/nginx.pid;
error_log {folder}/own.log warn;
worker_processes 1;
events {{ worker_connections 512; }}
http {{
    include /etc/nginx/mime.types;
    default_type application/octet-stream;
    gzip on;
    ssl_protocols TLSv1 TLSv1.1 TLSv1.2 TLSv1.3;
    client_body_temp_path {folder}/bodies;
    proxy_temp_path {folder}/answers;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/hallpass.conf;
}}
"""


class Nginx:
    """A context: nginx runs within it. port: of https. plain_port: of http. folder: holds its logs and where it would
    put bodies that it does not keep in memory."""

    def __init__(self, folder: Path, upstream: int, certificate: Certificate) -> None:
        self.folder = folder
        self.port, self.plain_port = free_port(), free_port()
        self.certificate = certificate
        self.address = f"https://{HOST}:{self.port}"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "hallpass.conf").write_text(self._filled_in(upstream))
        user = "user root;" if os.geteuid() == 0 else ""
        (folder / "nginx.conf").write_text(_AROUND.format(folder=folder, user=user))

    def _filled_in(self, upstream: int) -> str:
        text = SITE.read_text("utf-8")
        text = re.sub(r"^\s*listen \[::\].*\n", "", text, flags=re.MULTILINE)
        for old, new in (
            ("listen 443", f"listen 127.0.0.1:{self.port}"),
            ("listen 80", f"listen 127.0.0.1:{self.plain_port}"),
            ("https://$host$request_uri", f"https://$host:{self.port}$request_uri"),
            ("127.0.0.1:8000", f"127.0.0.1:{upstream}"),
            ("/etc/hallpass/tls/fullchain.pem", str(self.certificate.chain)),
            ("/etc/hallpass/tls/privkey.pem", str(self.certificate.key)),
            ("/var/log/hallpass/", f"{self.folder}/"),
            ("/opt/hallpass/", f"{ROOT}/"),
            ("/var/www/acme", str(self.folder / "acme")),
        ):
            assert old in text, old
            text = text.replace(old, new)
        return text

    def command(self, *more: str) -> list[str]:
        """The line that runs it."""
        nginx = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin") or "nginx"
        return [nginx, "-p", str(self.folder), "-c", str(self.folder / "nginx.conf"), *more]

    def __enter__(self) -> "Nginx":
        self.process = subprocess.Popen(self.command(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        deadline = time.monotonic() + START_SECONDS
        while True:
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=5).close()
                return self
            except OSError:
                if self.process.poll() is not None or time.monotonic() > deadline:
                    self.process.kill()
                    raise RuntimeError(self.process.communicate()[0].decode()) from None
                time.sleep(0.02)

    def __exit__(self, *_: object) -> None:
        self.process.terminate()
        self.process.communicate(timeout=START_SECONDS)

    def trust(self) -> ssl.SSLContext:
        """What trusts the throw-away authority and nobody else."""
        return ssl.create_default_context(cafile=self.certificate.authority)

    def wrapped(self, context: ssl.SSLContext | None = None, name: str = HOST) -> ssl.SSLSocket:
        """A connection to it after the handshake."""
        plain = socket.create_connection(("127.0.0.1", self.port), timeout=100)
        return (context or self.trust()).wrap_socket(plain, server_hostname=name)

    def ask(
        self, method: str, target: str, body: bytes | None = None, headers: dict[str, str] | None = None
    ) -> http.client.HTTPResponse:
        """The answer to one request over TLS, read whole."""
        connection = http.client.HTTPConnection(HOST, self.port, timeout=100)
        connection.sock = self.wrapped()
        try:
            connection.request(method, target, body, {"Host": f"{HOST}:{self.port}", **(headers or {})})
            answer = connection.getresponse()
            answer.text = answer.read().decode("utf-8", "replace")  # type: ignore[attr-defined]
            return answer
        finally:
            connection.close()

    def asked(self) -> list[str]:
        """The lines of the access log."""
        file = self.folder / "access.log"
        return file.read_text("utf-8").splitlines() if file.exists() else []

    def told(self) -> str:
        """All that it logged of what went wrong."""
        files = (self.folder / name for name in ("error.log", "own.log"))
        return "".join(file.read_text("utf-8", "replace") for file in files if file.exists())

    def put_aside(self) -> list[str]:
        """Files of bodies and answers that it has open now; they have no name any more as soon as they are made."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        opened = [str(file.readlink()) for pid in children for file in Path(f"/proc/{pid}/fd").iterdir()]
        return [name for name in opened if name.startswith((f"{self.folder}/bodies", f"{self.folder}/answers"))]


class ThroughNginx:
    """How the simulated platform's deliveries reach the service: over TLS, each on a connection of its own. `headers`:
    what else the caller writes."""

    def __init__(self, nginx: Nginx, headers: Mapping[str, str] | None = None) -> None:
        self._nginx = nginx
        self._headers = dict(headers or {})

    def send(self, method: str, query: Mapping[str, str], body: bytes = b"", content_type: str = "") -> Answer:
        """See bot.simulator.transports.Transport."""
        headers = {**self._headers, **({"Content-Type": content_type} if content_type else {})}
        try:
            answer = self._nginx.ask(method, f"/wechat?{urlencode(query)}", body or None, headers)
        except (OSError, http.client.HTTPException):
            raise NoAnswer("connection_failed") from None
        names = {name.lower(): value for name, value in answer.getheaders()}
        return Answer(answer.status, names, answer.text.encode())  # type: ignore[attr-defined]

    def close(self) -> None:
        """Nothing is kept."""
