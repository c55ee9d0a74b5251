"""An account to call the API of."""

import threading
from collections.abc import Iterator

import pytest
from werkzeug.serving import make_server

from tests.bot.simulator.api.account import Account
from tests.bot.simulator.tiny_service import Quiet


@pytest.fixture
def account() -> Account:
    """A fresh account, its clock at rest."""
    return Account()


@pytest.fixture
def address(account: Account) -> Iterator[str]:
    """The API on loopback, mounted at the root."""
    server = make_server("127.0.0.1", 0, account.client.application, threaded=True, request_handler=Quiet)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    account.platform.faults.clear()
    server.shutdown()
    thread.join()
    server.server_close()
