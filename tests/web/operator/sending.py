"""Forms as a browser sends them."""

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.web.trial import token


def send(client: FlaskClient, path: str, **fields: str) -> TestResponse:
    """What a browser gets that fills in the form of this page and follows where it leads."""
    return client.post(path, data={"csrf_token": token(client, path), **fields}, follow_redirects=True)
