"""A form with a photo, as it goes over the wire."""

import io

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.web.trial import token


def posts(
    client: FlaskClient, code: str, *bodies: bytes, query: str = "", accept: str = "application/json"
) -> TestResponse:
    """A form of these parts with a token before them. Werkzeug's own client would put a large one on disk."""
    body = parts(field_part("csrf_token", token(client, "/trial/form")), *bodies)
    return client.post(
        f"/h/{code}/card{query}", input_stream=io.BytesIO(body), content_length=len(body),
        content_type="multipart/form-data; boundary=x", headers={"Accept": accept},
    )  # fmt: skip


def parts(*bodies: bytes, boundary: bytes = b"x") -> bytes:
    return b"".join(b"--" + boundary + b"\r\n" + body + b"\r\n" for body in bodies) + b"--" + boundary + b"--\r\n"


def file_part(name: str = "photo", filename: str = "card.jpg", content: bytes = b"a photo") -> bytes:
    named = f'Content-Disposition: form-data; name="{name}"; filename="{filename}"'
    return named.encode("utf-8", "surrogatepass") + b"\r\nContent-Type: image/jpeg\r\n\r\n" + content


def field_part(name: str, value: str) -> bytes:
    return f'Content-Disposition: form-data; name="{name}"\r\n\r\n{value}'.encode()
