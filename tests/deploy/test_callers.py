"""Deliveries are heard only from where the platform says that it calls from, whatever the caller writes of that."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from bench.account import AES_KEY, APP_ID, ORIGINAL_ID, TOKEN
from bench.installation import Installation
from bot.simulator import Platform
from models.services import callers
from models.tables.database import thread_is_done
from tests.certificates import HOST, Certificate
from tests.nginx import Nginx, ThroughNginx

THE_PLATFORM = "198.51.100.7"
FORGED = (
    {"X-Forwarded-For": THE_PLATFORM},
    {"X-Forwarded-For": f"{THE_PLATFORM}, {THE_PLATFORM}"},
    {"X-Real-IP": THE_PLATFORM, "Forwarded": f"for={THE_PLATFORM}"},
    {"X_Forwarded_For": THE_PLATFORM, "Client-IP": THE_PLATFORM},
)


@pytest.mark.parametrize(("known", "is_heard"), [(f"{THE_PLATFORM}/32", False), ("127.0.0.0/24", True)])
def test_a_forged_address_gets_no_delivery_in(
    tmp_path: Path, certificate: Certificate, known: str, is_heard: bool
) -> None:
    installation = Installation(
        f"sqlite:///{tmp_path}/hallpass.db", tmp_path, site="proxies = 1", base_url=f"https://{HOST}",
        wechat='app_secret = "x"\ncallback_addresses = "ask"',
    )  # fmt: skip
    callers.keep([known], datetime.now(UTC))
    thread_is_done()
    with installation.served() as served, Nginx(tmp_path / "nginx", served.port, certificate) as nginx:
        for headers in ({}, *FORGED):
            transport = ThroughNginx(nginx, headers)
            platform = Platform(transport, app_id=APP_ID, token=TOKEN, account=ORIGINAL_ID, encoding_aes_key=AES_KEY)
            reply = platform.phone("oForging0000000000000000001", following=True).says("帮助").reply
            assert bool(reply) is is_heard, headers
        # Whose token it is may be asked from everywhere, as `check` does.
        assert platform.handshake() == ()
