"""Calls of the platform's API over pooled connections, each bounded in time and size.

The platform answers HTTP 200 to everything; what went wrong stands in the JSON as errcode.
"""

import http.cookiejar
import json
import re
import ssl
import time
from typing import Any, NamedTuple

import requests
import urllib3
from requests.adapters import HTTPAdapter

from bot.wechat.errors import WechatError

CONNECT_SECONDS = 3.0
READ_SECONDS = 8.0
WHOLE_SECONDS = 15.0
"""A server that sends a byte now and then would never meet the time-out of a single read."""
LARGEST_ANSWER = 4 * 1024 * 1024

_NOT_CONNECTED = ("NewConnectionError", "NameResolutionError", "ConnectTimeoutError")
_CALLER = re.compile(r"invalid ip ([0-9a-fA-F.:]{2,45})")
_RID = re.compile(r"rid: ([0-9a-zA-Z-]{1,64})")


class _Content(NamedTuple):
    """The body of an answer, and the media type that it is said to be, in lower case."""

    kind: str
    data: bytes


class Http:
    """One host's API; `base_url` without a slash at its end. Safe to use from several threads."""

    def __init__(self, base_url: str, connections: int = 8) -> None:
        self._base_url = base_url
        self._session = requests.Session()
        # No retries of its own: a repeat of a message would be a second message.
        adapter = HTTPAdapter(pool_connections=1, pool_maxsize=connections, max_retries=0)
        self._session.mount("https://", adapter)
        self._session.mount("http://", adapter)
        self._session.cookies.set_policy(http.cookiejar.DefaultCookiePolicy(allowed_domains=[]))

    def call(
        self, path: str, query: dict[str, str] | None = None, body: dict[str, Any] | None = None
    ) -> dict[str, Any]:
        """The JSON object that a GET, or with `body` a POST, is answered with. Raises WechatError for an errcode other
        than 0, and where there is no whole JSON answer."""
        # Escaped as \\uXXXX, visible text is refused by some calls (40033) and shown as it stands by others.
        if body is None:
            return _answer(path, self._exchange("GET", path, query or {}).data)
        data = json.dumps(body, ensure_ascii=False).encode()
        headers = {"Content-Type": "application/json; charset=utf-8"}
        return _answer(path, self._exchange("POST", path, query or {}, data=data, headers=headers).data)

    def upload(self, path: str, query: dict[str, str], name: str, png: bytes) -> dict[str, Any]:
        """The JSON object that a PNG, sent as a form sends files, is answered with. Raises WechatError as `call`."""
        return _answer(path, self._exchange("POST", path, query, files={"media": (name, png, "image/png")}).data)

    def download(self, path: str, query: dict[str, str], largest: int) -> bytes:
        """The file that a GET is answered with, of at most `largest` bytes. Raises WechatError as `call`, and where the
        answer is JSON, a page or nothing in place of a file: the platform says 200 to those too."""
        content = self._exchange("GET", path, query, largest=largest)
        begins = content.data[:64].lstrip(b"\xef\xbb\xbf \t\r\n")
        if begins.startswith(b"{") or content.kind.endswith("json"):
            _answer(path, content.data)
        if not begins or begins[:1] in (b"{", b"[", b"<") or content.kind.endswith(("json", "html", "xml")):
            raise WechatError(path, None, "answer_no_file", may_have_happened=True)
        return content.data

    def _exchange(
        self, method: str, path: str, query: dict[str, str], *, largest: int | None = None, **content: Any
    ) -> _Content:
        deadline = time.monotonic() + WHOLE_SECONDS
        failed = None
        try:
            with self._session.request(
                method,
                self._base_url + path,
                params=query,
                timeout=(CONNECT_SECONDS, READ_SECONDS),
                stream=True,
                allow_redirects=False,
                **content,
            ) as response:
                if response.status_code != 200:
                    raise WechatError(path, None, f"status_{response.status_code}", may_have_happened=True)
                kind = response.headers.get("Content-Type", "").split(";")[0].strip().lower()
                return _Content(kind, _bounded(response, path, deadline, largest or LARGEST_ANSWER))
        except requests.exceptions.ConnectTimeout:
            failed, sent = "connect_timeout", False
        except requests.exceptions.ProxyError:
            failed, sent = "proxy_failed", False
        except requests.exceptions.ConnectionError as error:
            failed, sent = "connection_failed", not _never_connected(error)
        except (requests.exceptions.RequestException, urllib3.exceptions.HTTPError, OSError):
            failed, sent = "no_answer", True
        # Outside of the handlers: the text of a library's error holds the whole URL, and with it the token.
        raise WechatError(path, None, failed, may_have_happened=sent)


def _answer(path: str, content: bytes) -> dict[str, Any]:
    try:
        answer = json.loads(content)
    except (ValueError, RecursionError):
        raise WechatError(path, None, "answer_not_json", may_have_happened=True) from None
    if not isinstance(answer, dict):
        raise WechatError(path, None, "answer_not_json", may_have_happened=True)
    if answer.get("errcode", 0) != 0:
        raise _refused(path, answer)
    return answer


def _refused(path: str, answer: dict[str, Any]) -> WechatError:
    code, said = answer["errcode"], str(answer.get("errmsg", ""))
    if not isinstance(code, int):
        return WechatError(path, None, "answer_odd", may_have_happened=True)
    rid, caller = _RID.search(said), _CALLER.search(said)
    return WechatError(path, code, rid=rid[1] if rid else "", caller=caller[1] if caller else "")


def _bounded(response: requests.Response, path: str, deadline: float, largest: int) -> bytes:
    """The body, read as it comes: a whole chunk might be waited for until a slow server has filled it."""
    content = bytearray()
    while chunk := response.raw.read1(16 * 1024, decode_content=True):
        content += chunk
        if len(content) > largest:
            raise WechatError(path, None, "answer_too_large", may_have_happened=True)
        if time.monotonic() > deadline:
            raise WechatError(path, None, "answer_too_slow", may_have_happened=True)
    return bytes(content)


def _never_connected(error: requests.exceptions.ConnectionError) -> bool:
    """Whether no connection came about, so that nothing was sent."""
    seen: BaseException | None = error
    while seen is not None:
        inner = seen.args[0] if seen.args else None
        reason = getattr(inner, "reason", inner)
        if isinstance(seen, ssl.SSLCertVerificationError) or type(reason).__name__ in _NOT_CONNECTED:
            return True
        seen = seen.__cause__ or seen.__context__
    return False
