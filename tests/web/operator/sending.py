"""Forms as a browser sends them."""

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.web.admin.desk import filled_in


def send(client: FlaskClient, path: str, **fields: str) -> TestResponse:
    """What a browser gets that fills in the form of this page and follows where it leads."""
    return client.post(path, data={**filled_in(client.get(path).text), **fields}, follow_redirects=True)
