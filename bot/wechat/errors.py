"""What can go wrong with a call of the platform's API, and what each error code asks of us."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType


class Reaction(StrEnum):
    """What to do about an error; its name is the reason that is kept where a message was given up."""

    BUSY = "busy"
    """Try again later, where doing it twice does no harm."""
    STALE_TOKEN = "stale_token"  # noqa: S105 - a name, no secret
    """Drop this token, fetch another, try once more."""
    ACCOUNT = "account"
    """The settings or the account's console are wrong: stop, tell the operator; no repeat helps."""
    UNAUTHORIZED = "unauthorized"
    """The account lacks the certification for this API: do without, tell the operator."""
    BANNED = "banned"
    """The platform has blocked the API or the account: stop, tell the operator."""
    BAD_OPENID = "bad_openid"
    """Nobody of this account has that openid."""
    NOT_FOLLOWING = "not_following"
    """The person does not follow; only another channel may reach them."""
    REFUSED = "refused"
    """The person, or the platform on their behalf, will not have it: record it, never repeat."""
    WINDOW_CLOSED = "window_closed"
    """Too late for this person, or too many: another channel."""
    DAILY_QUOTA = "daily_quota"
    """Nothing more until midnight in Shanghai."""
    MINUTE_QUOTA = "minute_quota"
    """Nothing more until the next minute."""
    CONTENT = "content"
    """The message itself is wrong: mend it."""
    TEMPLATE = "template"
    """The template is not the account's: tell the operator."""
    SIGN_IN = "sign_in"
    """A code of web sign-in that is none (40029), was used before (40163) or is too old (42003): sign in anew."""
    NO_CODE = "no_code"
    """No parametric code is made: the account has all it may have, or the scene is wrong; tell the operator."""
    BUG = "bug"
    """A call that should not have been made so."""


REACTIONS: Mapping[int, Reaction] = MappingProxyType(
    {
        code: reaction
        for reaction, codes in (
            (Reaction.BUSY, (-1, 268487001, 268487002)),
            (Reaction.STALE_TOKEN, (40001, 40014, 42001)),
            (Reaction.ACCOUNT, (40013, 40125, 40164, 40243, 41002, 41004, 89503, 89506, 89507)),
            (Reaction.UNAUTHORIZED, (48001,)),
            (Reaction.BANNED, (48004, 50002)),
            (Reaction.BAD_OPENID, (40003, 46004)),
            (Reaction.NOT_FOLLOWING, (43004,)),
            (Reaction.REFUSED, (43019, 48002, 43101, 43116, 70000)),
            (Reaction.WINDOW_CLOSED, (45015, 45047)),
            (Reaction.DAILY_QUOTA, (45009,)),
            (Reaction.MINUTE_QUOTA, (45011,)),
            (Reaction.CONTENT, (45002, 44004, 45008, 47001, 47003, 40004, 40006, 40007, 40009, 44001, 45001)),
            (Reaction.TEMPLATE, (40037, 40036)),
            (Reaction.SIGN_IN, (40029, 40163, 42003)),
            (Reaction.NO_CODE, (40053,)),
            (Reaction.BUG, (41001, 43001, 43002)),
        )
        for code in codes
    }
)
"""By errcode, as the platform's documentation of each API and its list of return codes have it. 40001 also answers a
wrong AppSecret: when it stays after a fresh token, it is the account's (see `WechatError.reaction`)."""

TEMPORARY = frozenset((Reaction.BUSY, Reaction.STALE_TOKEN, Reaction.DAILY_QUOTA, Reaction.MINUTE_QUOTA))
"""What may go away by itself."""


class WechatError(Exception):
    """The platform refused a call, or gave no whole answer. Its text holds no secret, no token, no openid.

    path: of the call. code: the errcode, or None where there was none; `kind` says what there was instead. rid: by
    which the platform's console finds the call again, or "". caller: our own address as the platform saw it, where it
    says so (40164), or "". may_have_happened: the request went out and what became of it is unknown.
    """

    def __init__(
        self,
        path: str,
        code: int | None,
        kind: str = "",
        *,
        rid: str = "",
        caller: str = "",
        may_have_happened: bool = False,
    ) -> None:
        super().__init__(f"{path}: {kind if code is None else code}")
        self.path = path
        self.code = code
        self.kind = kind
        self.rid = rid
        self.caller = caller
        self.may_have_happened = may_have_happened

    @property
    def reaction(self) -> Reaction:
        """What to do about it. An unknown code counts as a bug: nobody knows whether a repeat would do harm."""
        return Reaction.BUSY if self.code is None else REACTIONS.get(self.code, Reaction.BUG)

    @property
    def permanent(self) -> bool:
        """Whether the same call would fail again however long one waits."""
        return self.reaction not in TEMPORARY
