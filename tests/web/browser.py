"""Pages in Chromium: served as they are, looked at on a phone and a desk, by day and by night."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread

from werkzeug.serving import WSGIRequestHandler, make_server

from models.tables.database import thread_is_done
from tests.conftest import IS_TRIAL
from tests.plugins.chromium import DESK, PHONE, Tab

LOOKS = {
    f"{width['width']}-{scheme}": {"viewport": width, "color_scheme": scheme}
    for width in (PHONE, DESK)
    for scheme in ("light", "dark")
    if IS_TRIAL or (width is PHONE) == (scheme == "light")
}
"""How a page is looked at, by the name of the look: what `open_tab` is told. A phone by day and a desk at night show
every width and every colour; `make trial` looks at all four."""

SMALLEST_TARGET = 44
"""CSS pixels, both ways (WCAG 2.5.5)."""

# A link within a sentence may be as small as its words. A box with a label is as large as both.
_SMALL_TARGETS = """least => {
  const inSentence = one => one.matches("a") && getComputedStyle(one).display === "inline"
    && [...one.parentNode.childNodes].some(node => node.nodeType === 3 && node.data.trim());
  const isShown = one => one.checkVisibility() && !one.matches("[type=hidden]") && !one.matches(".skip:not(:focus)");
  const room = one => [one, ...(one.labels || [])].map(part => part.getBoundingClientRect()).reduce((all, part) => ({
    width: Math.max(all.right, part.right) - Math.min(all.left, part.left),
    height: Math.max(all.bottom, part.bottom) - Math.min(all.top, part.top),
    left: Math.min(all.left, part.left), right: Math.max(all.right, part.right),
    top: Math.min(all.top, part.top), bottom: Math.max(all.bottom, part.bottom) }));
  return [...document.querySelectorAll("a[href], button, input, select, textarea, summary")]
    .filter(one => isShown(one) && !inSentence(one))
    .map(one => [one.outerHTML.slice(0, 80), room(one)])
    .filter(([, {width, height}]) => width < least - 0.5 || height < least - 0.5)
    .map(([what, {width, height}]) => `${what}: ${Math.round(width)} x ${Math.round(height)}`);
}"""


class _Quiet(WSGIRequestHandler):
    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        pass


@contextmanager
def served(app: Callable[..., object]) -> Iterator[str]:
    """The application under a real server; its address."""

    def one_request(environ: dict[str, object], start_response: Callable[..., object]) -> object:
        try:
            return app(environ, start_response)
        finally:
            thread_is_done()

    server = make_server("127.0.0.1", 0, one_request, threaded=True, request_handler=_Quiet)
    server.daemon_threads = True
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def looked_at(tab: Tab, picture: Path) -> list[str]:
    """Everything that is wrong with the page as it stands in this tab: what axe finds, what the browser complains of
    (so also whatever the page's policy refuses), what reaches beyond the screen, what is too small for a thumb.
    A picture of all of the page is kept at `picture` where anything is wrong, and of every page in `make trial` or with
    HALLPASS_PICTURES=1 (a picture costs a third of all this). [] is what a test asks for."""
    wrong = [f"axe {one}" for one in tab.violations()]
    wrong += [f"console {one}" for one in tab.complaints]
    if tab.is_wider_than_the_screen():
        wrong.append("wider than the screen")
    wrong += [f"too small {one}" for one in tab.page.evaluate(_SMALL_TARGETS, SMALLEST_TARGET)]
    if wrong or IS_TRIAL or os.environ.get("HALLPASS_PICTURES"):
        picture.parent.mkdir(parents=True, exist_ok=True)
        tab.page.screenshot(path=picture, full_page=True)
    return wrong
