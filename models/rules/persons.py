"""Who an account person is: whoever talks to the account, or a browser that filled in the form without WeChat; and
who is none."""

import hashlib

BROWSER = "browser:"
"""What the names of browsers begin with; no openid of WeChat holds a colon."""
_DESK = "desk:"


def of_browser(secret: str) -> str:
    """The name that a browser with this secret (256 random bits) goes by where people have an openid. The secret cannot
    be told from it, so that whoever reads the database can be nobody."""
    return BROWSER + hashlib.blake2b(secret.encode(), digest_size=20).hexdigest()


def of_desk(form_key: str) -> str:
    """The name of whoever staff wrote into the form with this key: nobody who could ever ask for anything."""
    return _DESK + hashlib.blake2b(form_key.encode(), digest_size=20).hexdigest()


def is_in_wechat(openid: str) -> bool:
    """Whether this is an openid: somebody whom the account may write to, and whose past is theirs to read."""
    return not openid.startswith((BROWSER, _DESK))
