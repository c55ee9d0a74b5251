"""`check` on what stands around the service: each fault says what to do, and a sound installation passes over https."""

import socket
import threading
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from werkzeug.serving import make_server

import deployment
from bench.installation import Installation
from models.services import callers, certification
from models.tables.database import open_database, thread_is_done
from settings import load
from tests.certificates import HOST, Certificate
from tests.deploy.conftest import VERIFICATION
from tests.mariadb import DURABLE, QUICK, MariaDB
from tests.nginx import Nginx
from tests.ports import free_port
from tests.service import MONDAY_9
from tests.test_commands import hall, written

SQLITE = "sqlite:////nowhere/hallpass.db"


def configured(folder: Path, *changes: tuple[str, str]) -> Any:
    file = written(folder, SQLITE)
    text = file.read_text("utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    file.write_text(text, "utf-8")
    return load(file)


HTTPS = ('base_url = "http://127.0.0.1:8000"', f'base_url = "https://{HOST}"\nproxies = 1')


@pytest.mark.parametrize(
    ("changes", "passes"),
    [
        ([], True),
        ([HTTPS], True),
        ([HTTPS, ("proxies = 1", "proxies = 0")], False),
        ([HTTPS, ("proxies = 1", 'proxies = 1\nbind = "0.0.0.0:8000"')], False),
        ([HTTPS, ("proxies = 1", 'proxies = 1\nbind = "[::]:8000"')], False),
        ([HTTPS, ("proxies = 1", 'proxies = 2\nbind = "10.0.0.5:8000"')], True),
    ],
)
def test_the_number_of_proxies_has_to_fit(tmp_path: Path, changes: list[tuple[str, str]], passes: bool) -> None:
    assert deployment.of_the_proxies(configured(tmp_path, *changes)).passed is passes


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (DURABLE, "ok; 1"),
        (QUICK, "after a power cut"),
        ((*DURABLE, "--max-allowed-packet=1M"), "max_allowed_packet"),
        ((*DURABLE, "--slow-query-log=1"), "would hold who came"),
    ],
    ids=["sound", "not durable", "small packets", "logs"],
)
def test_the_server_of_the_database_is_looked_at(options: tuple[str, ...], said: str) -> None:
    before = deployment.DB.obj
    with MariaDB(options) as server:
        try:
            open_database(server.url)
            [line] = deployment.of_the_server()
            assert said in line.said
            assert line.passed is said.startswith("ok")
        finally:
            thread_is_done()
            deployment.DB.initialize(before)


@pytest.mark.parametrize(
    ("version", "is_old"),
    [("10.5.9-MariaDB", True), ("10.11.19-MariaDB-0+deb12u1", False), ("5.7.44", True), ("8.0.36", False),
     ("8.4.0", False), ("11.4.2-MariaDB", False), ("8.0.11-TiDB-v7.5.0", False), ("unknown", True)],
)  # fmt: skip
def test_an_old_server_is_told(version: str, is_old: bool) -> None:
    assert bool(list(deployment._worries(version, 1, 2**24, "utf8mb4"))) is is_old


def metrics_line(folder: Path, bind: str) -> deployment.Line:
    [line] = deployment.of_the_metrics(configured(folder, ("[privacy]", f'[metrics]\nbind = "{bind}"\n[privacy]')))
    return line


def test_figures_that_everybody_could_read_or_nobody_tells_are_noticed(tmp_path: Path) -> None:
    assert "everybody could read" in metrics_line(tmp_path, "0.0.0.0:9108").said
    assert "everybody could read" in metrics_line(tmp_path, "[::]:9108").said
    assert "does serve run" in metrics_line(tmp_path, f"127.0.0.1:{free_port()}").said
    assert list(deployment.of_the_metrics(configured(tmp_path))) == []
    server = make_server("127.0.0.1", 0, lambda environ, start: (start("200 OK", []), [b"?"])[1])
    thread = threading.Thread(target=server.handle_request)
    thread.start()
    assert "something else answers" in metrics_line(tmp_path, f"127.0.0.1:{server.server_port}").said
    thread.join()
    server.server_close()


@pytest.mark.usefixtures("database")
def test_the_account_is_looked_at(tmp_path: Path) -> None:
    settings = configured(tmp_path, ("[wechat]", '[wechat]\ncallback_addresses = "ask"'))
    [line] = deployment.of_the_account(settings, MONDAY_9)
    assert not line.passed and "hallpass.py job callers" in line.said
    callers.keep(["192.0.2.7/32"], MONDAY_9)
    certification.tell("annual_renew", MONDAY_9, MONDAY_9 + timedelta(days=31))
    told = [
        [line.said for line in deployment.of_the_account(settings, MONDAY_9 + timedelta(days=days))]
        for days in (0, 2, 31)
    ]
    assert told[0] == ["ok; it ends on 2026-04-02", "ok; 1 networks"]
    assert told[1][0] == "ok, but it ends on 2026-04-02"
    assert "it ended on" in told[2][0]


@pytest.fixture
def _found_here(monkeypatch: pytest.MonkeyPatch) -> None:
    """In the place of the name server: the host of the site is this machine."""
    look_up = socket.getaddrinfo
    here = lambda host, *more, **named: look_up("127.0.0.1" if host == HOST else host, *more, **named)  # noqa: E731
    monkeypatch.setattr(socket, "getaddrinfo", here)


@pytest.mark.usefixtures("_found_here")
def test_an_installation_behind_nginx_is_found_sound_from_outside(
    tmp_path: Path, certificate: Certificate, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    port, metrics_port = free_port(), free_port()
    nginx = Nginx(tmp_path / "nginx", port, certificate)
    installation = Installation(
        f"sqlite:///{tmp_path}/hallpass.db", tmp_path, site="proxies = 1", base_url=nginx.address,
        wechat=f'app_secret = "x"\nmp_verify = "{VERIFICATION}"\napi_url = "http://127.0.0.1:1"',
        tables=f'[metrics]\nbind = "127.0.0.1:{metrics_port}"',
    )  # fmt: skip
    text = (nginx.folder / "hallpass.conf").read_text()
    (nginx.folder / "hallpass.conf").write_text(text.replace(f"127.0.0.1:{port}", f"127.0.0.1:{installation.port}"))

    def lines() -> dict[str, str]:
        capsys.readouterr()
        hall("check", installation.config)
        return dict(line.partition(": ")[::2] for line in capsys.readouterr().out.splitlines())

    with installation.served(), nginx:
        assert "browsers would refuse it" in lines()["certificate"]
        for name in ("REQUESTS_CA_BUNDLE", "SSL_CERT_FILE"):
            monkeypatch.setenv(name, str(certificate.authority))
        told = lines()
        assert told["certificate"].startswith("ok; it ends in ")
        for name in ("secret files", "proxies", "mp_verify", "callback", "metrics"):
            assert told[name] == "ok", told
        monkeypatch.setattr("deployment.CERTIFICATE_DAYS", 60)
        assert "renew it" in lines()["certificate"]
    told = lines()
    assert "does nginx run" in told["certificate"]
    assert "cannot be reached" in told["mp_verify"] and "cannot be reached" in told["callback"]


def test_a_file_of_the_console_that_is_not_served_is_noticed(tmp_path: Path) -> None:
    server = make_server("127.0.0.1", 0, lambda environ, start: (start("404 Not Found", []), [b""])[1])
    thread = threading.Thread(target=server.handle_request)
    thread.start()
    changes = (
        ("http://127.0.0.1:8000", f"http://127.0.0.1:{server.server_port}"),
        ("[wechat]", f'[wechat]\nmp_verify = "{VERIFICATION}"'),
    )
    [line] = deployment.in_front(configured(tmp_path, *changes))
    assert "is not this installation's" in line.said
    thread.join()
    server.server_close()
