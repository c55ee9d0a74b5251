"""A small service with a page for each person, which signs them in by web authorization."""

from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import urlencode

from werkzeug.utils import redirect
from werkzeug.wrappers import Request, Response


class SigningIn:
    """A WSGI application: /mine says who looks at it, /out forgets them. `platform_url`: where browsers find the
    platform's pages. `ask`: GETs a path of its API with a query and gives a response with .json."""

    def __init__(self, app_id: str, secret: str, platform_url: str, ask: Callable[..., Any]) -> None:
        self._app_id = app_id
        self._secret = secret
        self.platform_url = platform_url
        self._ask = ask
        self._times: dict[str, int] = {}

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        return self._respond(Request(environ))(environ, start_response)

    def _respond(self, request: Request) -> Any:
        if request.path == "/out":
            response = Response("out")
            response.delete_cookie("who")
            return response
        if request.path == "/callback":
            return self._let_in(request.args["code"])
        openid = request.cookies.get("who")
        if openid is None:
            return redirect(self._sign_in(f"{request.host_url}callback"))
        return Response(f"{openid} signed in {self._times[openid]} times", content_type="text/html; charset=utf-8")

    def _sign_in(self, callback: str) -> str:
        # The order of the parameters is the platform's law.
        query = urlencode(
            {
                "appid": self._app_id,
                "redirect_uri": callback,
                "response_type": "code",
                "scope": "snsapi_base",
                "state": "s",
            }
        )
        return f"{self.platform_url}/connect/oauth2/authorize?{query}#wechat_redirect"

    def _let_in(self, code: str) -> Any:
        answer = self._ask(
            "/sns/oauth2/access_token",
            query_string={
                "appid": self._app_id, "secret": self._secret, "code": code, "grant_type": "authorization_code",
            },
        ).json  # fmt: skip
        openid = answer["openid"]
        self._times[openid] = self._times.get(openid, 0) + 1
        response = redirect("/mine")
        response.set_cookie("who", openid)
        return response
