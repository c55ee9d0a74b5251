"""An account on the simulated platform, as a service calls it."""

import json
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from werkzeug.test import TestResponse

from bot.simulator import Clock, InProcess, Phone, Platform, create_api
from tests.bot.simulator.tiny_service import ACCOUNT, AES_KEY, APP_ID, NOW, OPENID, TOKEN, TinyService

SECRET = "0123456789abcdef0123456789abcdef"
# NOW is 2023-11-15 06:13:20 in Shanghai.
TO_MIDNIGHT = 17 * 3600 + 46 * 60 + 40


@dataclass
class Account:
    """The platform on a clock that stands, a service behind it, and the API in front."""

    service: TinyService = field(default_factory=TinyService)
    settings: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.clock = Clock(at=float(NOW))
        self.browser: Phone | None = None
        self.platform = Platform(
            InProcess(self.service), app_id=APP_ID, token=TOKEN, encoding_aes_key=AES_KEY, account=ACCOUNT,
            clock=self.clock, app_secret=SECRET, **self.settings,
        )  # fmt: skip
        self.client = create_api(self.platform, lambda request: self.browser).test_client()

    def token(self) -> str:
        """A good token of the stable family."""
        return self.platform.tokens.stable()[0]

    def response(self, path: str, body: Any = None, **query: str) -> TestResponse:
        """GET, or POST where there is a body (a dict as JSON, bytes as they are), with a good token."""
        url = f"{path}?{urlencode({'access_token': self.token(), **query})}"
        if body is None:
            return self.client.get(url)
        # Not as the test client writes JSON: the platform shows an escaped character as it was sent.
        data = body if isinstance(body, bytes) else json.dumps(body, ensure_ascii=False).encode()
        return self.client.post(url, data=data, content_type="application/json")

    def call(self, path: str, body: Any = None, **query: str) -> dict[str, Any]:
        """The JSON of the answer, which always comes with 200."""
        response = self.response(path, body, **query)
        assert response.status_code == 200
        answer: dict[str, Any] = response.get_json()
        return answer

    def errcode(self, path: str, body: Any = None, **query: str) -> int:
        """The errcode of the answer, 0 where it has none."""
        code: int = self.call(path, body, **query).get("errcode", 0)
        return code

    def phone(self, openid: str = OPENID, *, following: bool = True) -> Phone:
        """A person's phone."""
        return self.platform.phone(openid, following=following)
