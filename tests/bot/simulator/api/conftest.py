"""An account to call the API of."""

import pytest

from tests.bot.simulator.api.account import Account


@pytest.fixture
def account() -> Account:
    """A fresh account, its clock at rest."""
    return Account()
