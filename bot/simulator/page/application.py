"""The application: one file of routes for each subject, put together."""

from collections.abc import Callable, Sequence

from flask import Flask

from bot.simulator.page.browsing import add_browsing
from bot.simulator.page.chat import add_chat
from bot.simulator.page.controls import add_controls
from bot.simulator.page.guard import add_guard
from bot.simulator.page.guide import add_guide
from bot.simulator.page.journal import add_journal
from bot.simulator.page.menus import add_menus
from bot.simulator.page.pictures import add_pictures
from bot.simulator.page.scanning import add_scanning
from bot.simulator.page.setting import Moment, Posted, Role, Setting
from bot.simulator.page.shown import add_words
from bot.simulator.platform import Platform


def create_page(
    platform: Platform,
    codes: Callable[[], Sequence[Posted]],
    title: str,
    *,
    moments: Sequence[Moment] = (),
    on_reset: Callable[[], object] | None = None,
    on_clock: Callable[[], object] | None = None,
    roles: Sequence[Role] = (),
    role_of: Callable[[str], str] = lambda openid: "",
) -> Flask:
    """A WSGI application with the phone page at its root, to be mounted on the host of the service that it shows.

    codes: gives (label, scene) of each posted code, asked anew for every page. title: the name of the account, shown
    above the chat. moments: (label, target from now) of buttons that move the clock, beside the one for an hour; times
    in seconds since 1970. on_clock is called after the clock was moved, on_reset before the phones are forgotten.
    roles: (label, deed) of buttons that add a phone for somebody who works there; it follows already, and the deed is
    done to its openid. role_of: what an openid is by now, such as 管理员, whichever way it became so; empty for a
    visitor."""
    setting = Setting(platform, codes, title, moments, on_reset, on_clock, roles, role_of)
    app = Flask("bot.simulator.page")
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    add_guard(app)
    add_words(app, setting)
    add_chat(app, setting)
    add_menus(app, setting)
    add_pictures(app, setting)
    add_scanning(app, setting)
    add_browsing(app, setting)
    add_controls(app, setting)
    add_guide(app, setting)
    add_journal(app, setting)
    return app
