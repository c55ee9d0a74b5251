"""The real service under gunicorn behind real nginx with the shipped site, over TLS."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from bench.account import AES_KEY, APP_ID, ORIGINAL_ID, TOKEN
from bench.installation import Installation, Served
from bot.simulator import Platform
from tests.certificates import HOST, Certificate
from tests.nginx import Nginx, ThroughNginx
from tests.ports import free_port

VERIFICATION = "MP_verify_aB3dE5gH7jK9mN1p.txt"


@dataclass(frozen=True)
class Site:
    """The parts of it."""

    installation: Installation
    served: Served
    nginx: Nginx
    metrics_port: int

    def platform(self) -> Platform:
        """The simulated platform, whose deliveries come through nginx."""
        return Platform(
            ThroughNginx(self.nginx), app_id=APP_ID, token=TOKEN, account=ORIGINAL_ID, encoding_aes_key=AES_KEY
        )


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, certificate: Certificate) -> Iterator[Site]:
    """The service that phones reach as they will, on SQLite."""
    folder, metrics_port = tmp_path_factory.mktemp("site"), free_port()
    installation = _installed(folder, metrics_port)
    with installation.served() as served, Nginx(folder / "nginx", served.port, certificate) as nginx:
        yield Site(installation, served, nginx, metrics_port)


def _installed(folder: Path, metrics_port: int) -> Installation:
    return Installation(
        f"sqlite:///{folder}/hallpass.db",
        folder,
        wechat=f'app_secret = "secretliketext"\nmp_verify = "{VERIFICATION}"',
        tables=f'[metrics]\nbind = "127.0.0.1:{metrics_port}"',
        site="proxies = 1",
        base_url=f"https://{HOST}",
    )
