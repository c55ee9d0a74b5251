"""Links from the chat to pages of ours."""

from bot.situation import Situation
from models.phrases import Link, link
from models.rules.refusal import Refused
from models.services import sign_in_links


def own_page(here: Situation, label: str, path: str) -> Link:
    """A link to a page of whoever writes, in their language."""
    return page(here, label, f"{path}?lang=en" if here.language == "en" else path)


def open_page(here: Situation, label: str, path: str) -> Link:
    """A link to a page that is anybody's, in the language of whoever writes."""
    return link(label, f"{here.setting.base_url}{path}{'?lang=en' if here.language == 'en' else ''}")


def page(here: Situation, label: str, path: str) -> Link:
    """A link to a page behind a sign-in. Where the account may not sign people in on pages, it carries a token that
    signs this person in once; so such a link is for nobody else."""
    if here.setting.oauth:
        return link(label, f"{here.setting.base_url}{path}")
    try:
        token = sign_in_links.make(here.delivery.openid, path, here.now)
    except Refused:
        # Too many by now: what the answer tells is worth having without its link.
        return Link(label)
    return link(label, f"{here.setting.base_url}/login/link?t={token}")
