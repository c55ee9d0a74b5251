"""An operator who is signed in, and others."""

from collections.abc import Callable

import peewee
import pytest
from flask import Flask
from flask.testing import FlaskClient

from jobs.schedule import JOBS
from models.services import sign_in_links
from models.services.posts import Post
from tests.service import Clock
from tests.staffed import openid, operator
from tests.web.trial import application, outside, token

SignsIn = Callable[[str], FlaskClient]


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def app(database: peewee.Database, clock: Clock) -> Flask:
    return application(world=outside(clock=clock, job_seconds={name: job.PERIOD_SECONDS for name, job in JOBS.items()}))


@pytest.fixture
def signs_in(app: Flask, clock: Clock) -> SignsIn:
    """Signs in whoever is named, on a browser of their own."""

    def sign_in(who: str) -> FlaskClient:
        client = app.test_client()
        where = f"/login/link?t={sign_in_links.make(openid(who), '/me', clock())}"
        client.post(where, data={"csrf_token": token(client, where)})
        return client

    return sign_in


@pytest.fixture
def zhao(app: Flask) -> Post:
    """The first operator."""
    return operator()


@pytest.fixture
def client(zhao: Post, signs_in: SignsIn) -> FlaskClient:
    """The first operator's browser."""
    return signs_in("Operator")
