"""Web sign-in (OAuth 2): the authorize link, codes, and the tokens that belong to one person."""

import re
import secrets
import threading
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

CODE_SECONDS = 300
TOKEN_SECONDS = 7200
REFRESH_SECONDS = 30 * 86400
FRAGMENT = "wechat_redirect"

# The platform matches the order of the parameters, so that a link which only looks right fails.
_QUERY = re.compile(
    r"appid=(?P<app_id>[^&]+)&redirect_uri=(?P<redirect>[^&]+)&response_type=code"
    r"&scope=(?P<scope>snsapi_base|snsapi_userinfo)(?:&state=(?P<state>[^&]*))?(?:&forcePopup=(?:true|false))?"
)
_STATE = re.compile(r"[A-Za-z0-9]{0,128}")


class LinkRefused(Exception):
    """The authorize page shows an error in place of a redirect; `code` says which."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class CodeRefused(Exception):
    """A code or a refresh token is not taken; `errcode` says why."""

    def __init__(self, errcode: int) -> None:
        super().__init__(errcode)
        self.errcode = errcode


@dataclass(frozen=True)
class Link:
    """An authorize link that is in order."""

    redirect_uri: str
    scope: str
    state: str

    def target(self, code: str | None) -> str:
        """Where the browser is sent with this code; None: the person refused, and only the state comes back."""
        uri, hash_sign, fragment = self.redirect_uri.partition("#")
        answer = f"code={code}&state={self.state}" if code else f"state={self.state}"
        return f"{uri}{'&' if '?' in uri else '?'}{answer}{hash_sign}{fragment}"


@dataclass(frozen=True)
class Session:
    """Who signed in. `openid` is a made-up one where `is_snapshot`; times in seconds since 1970."""

    openid: str
    scope: str
    is_snapshot: bool
    access_token: str
    refresh_token: str
    ends_at: float
    refreshes_until: float


@dataclass
class _Code:
    openid: str
    scope: str
    is_snapshot: bool
    ends_at: float
    is_used: bool = False


class SigningIn:
    """Gives out codes and changes them for sessions. `in_snapshots`: pages are shown as snapshots, whose people are
    made up. May be used from several threads: a code works once."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self.in_snapshots = False
        self._clock = clock
        self._codes: dict[str, _Code] = {}
        self._by_access: dict[str, Session] = {}
        self._by_refresh: dict[str, Session] = {}
        self._lock = threading.Lock()

    def code_for(self, openid: str, scope: str) -> str:
        """A code for this person, good once and for CODE_SECONDS."""
        is_snapshot = self.in_snapshots
        shown = f"o{secrets.token_urlsafe(21)[:27]}" if is_snapshot else openid
        code = secrets.token_urlsafe(24)
        with self._lock:
            now = self._clock()
            self._codes = {one: known for one, known in self._codes.items() if now < known.ends_at + 86400}
            self._codes[code] = _Code(shown, scope, is_snapshot, now + CODE_SECONDS)
        return code

    def session_of(self, code: str) -> Session:
        """The session of a code. CodeRefused with 40029 (no such code), 40163 (used) or 42003 (too old)."""
        with self._lock:
            known = self._codes.get(code)
            if known is None:
                raise CodeRefused(40029)
            if known.is_used:
                raise CodeRefused(40163)
            if self._clock() >= known.ends_at:
                raise CodeRefused(42003)
            known.is_used = True
            return self._begun(known.openid, known.scope, known.is_snapshot)

    def refreshed(self, refresh_token: str) -> Session:
        """The session with a new life. CodeRefused with 40030 (no such token) or 42002 (too old)."""
        with self._lock:
            known = self._by_refresh.get(refresh_token)
            if known is None:
                raise CodeRefused(40030)
            now = self._clock()
            if now >= known.refreshes_until:
                raise CodeRefused(42002)
            if now < known.ends_at:
                return known
            return self._begun(known.openid, known.scope, known.is_snapshot, refresh_token, known.refreshes_until)

    def found(self, access_token: str) -> Session | None:
        """The session of an access token, also of one that has ended."""
        return self._by_access.get(access_token)

    def is_live(self, session: Session) -> bool:
        """Whether its access token is still good."""
        return self._clock() < session.ends_at

    def _begun(
        self, openid: str, scope: str, is_snapshot: bool, refresh_token: str = "", refreshes_until: float = 0
    ) -> Session:
        now = self._clock()
        session = Session(
            openid, scope, is_snapshot, secrets.token_urlsafe(64), refresh_token or secrets.token_urlsafe(64),
            now + TOKEN_SECONDS, refreshes_until or now + REFRESH_SECONDS,
        )  # fmt: skip
        self._by_access = {one: kept for one, kept in self._by_access.items() if now < kept.ends_at + 86400}
        self._by_refresh = {one: kept for one, kept in self._by_refresh.items() if now < kept.refreshes_until + 86400}
        self._by_access[session.access_token] = session
        self._by_refresh[session.refresh_token] = session
        return session


def link_of(query: str, app_id: str, domain: str | None) -> Link:
    """Reads the query of an authorize link as it stands. LinkRefused with parameters_wrong, other_account,
    redirect_wrong, other_domain or state_wrong."""
    found = _QUERY.fullmatch(query)
    if found is None:
        raise LinkRefused("parameters_wrong")
    if found["app_id"] != app_id:
        raise LinkRefused("other_account")
    redirect_uri = unquote(found["redirect"])
    parts = urlsplit(redirect_uri)
    # Unquoted it would have run into the parameters after it, or lost what follows its own first &.
    if parts.scheme not in {"http", "https"} or not parts.hostname or "://" in found["redirect"]:
        raise LinkRefused("redirect_wrong")
    if domain is not None and parts.hostname != domain:
        raise LinkRefused("other_domain")
    state = found["state"] or ""
    if not _STATE.fullmatch(state):
        raise LinkRefused("state_wrong")
    return Link(redirect_uri, found["scope"], state)


def check_link(url: str, app_id: str, domain: str | None) -> Link:
    """Reads a whole authorize link, as a message or a page holds it. LinkRefused as for link_of, or with
    fragment_missing where it does not end in #wechat_redirect, which no server ever gets to see."""
    parts = urlsplit(url)
    link = link_of(parts.query, app_id, domain)
    if parts.fragment != FRAGMENT:
        raise LinkRefused("fragment_missing")
    return link
