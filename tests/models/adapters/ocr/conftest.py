"""The engine that the recognition tests run with: that of HALLPASS_ENGINE (`make test-cnocr` says cnocr), else auto."""

import os

import pytest

from models.adapters.ocr.engines import Engine, make_engine


@pytest.fixture(scope="session")
def engine() -> Engine:
    return make_engine(os.environ.get("HALLPASS_ENGINE", "auto"))
