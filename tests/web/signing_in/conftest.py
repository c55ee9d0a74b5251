"""A hall, somebody's phone and a desktop of it."""

import peewee
import pytest
from flask import Flask
from flask.testing import FlaskClient

from models.rules.halls import HallFacts
from models.services import staff
from tests.service import Clock, Service
from tests.web.signing_in.browsers import ADMIN, EDGE, WECHAT, Platform, browser
from tests.web.trial import application, outside


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def platform() -> Platform:
    return Platform()


@pytest.fixture
def hall(database: peewee.Database, clock: Clock) -> HallFacts:
    """A hall of which ADMIN is admin."""
    found = Service(clock=clock).hall()
    staff.first_admin(ADMIN, found.id, "王五", clock())
    return found


@pytest.fixture
def app(hall: HallFacts, clock: Clock, platform: Platform) -> Flask:
    world = outside(
        clock=clock, exchange=platform, authorize_url=lambda state: f"https://wx.example/auth?state={state}"
    )
    return application(world=world)


@pytest.fixture
def phone(app: Flask) -> FlaskClient:
    """The browser within somebody's WeChat."""
    return browser(app, WECHAT)


@pytest.fixture
def desk(app: Flask) -> FlaskClient:
    """A browser on a counter."""
    return browser(app, EDGE)
