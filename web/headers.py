"""What every answer tells the browser beside its content."""

from flask import Flask, Response, current_app

from web import static_files

HSTS = "max-age=31536000"
_KEY = "hallpass.framed_by"


def policy(framed_by: str, wechat: str = "") -> str:
    """The Content-Security-Policy of a page. `wechat`: the origin of WeChat's own script, for the one page that uses
    it: its tags bring frames, requests and styles of their own."""
    also, styles = (f" {wechat}", f" {wechat} 'unsafe-inline'") if wechat else ("", "")
    # form-action also holds for where a POST redirects to (Chromium): to another host, lead by a GET.
    return (
        f"default-src 'self'{also}; style-src 'self'{styles}; script-src 'self'{also}; img-src 'self' data: blob:;"
        f" object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors {framed_by}"
    )


def framed_by() -> str:
    """Who may show the pages of this application in a frame."""
    found: str = current_app.extensions[_KEY]
    return found


def register(app: Flask, framed_by: str, secure: bool) -> None:
    """Add the headers to every answer, also to failures; a view that sets one of them itself keeps its own."""
    app.extensions[_KEY] = framed_by
    headers = {
        "Content-Security-Policy": policy(framed_by),
        "Cross-Origin-Opener-Policy": "same-origin",
        "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
        # Not even to ourselves: a proxy's log has the referring address in it, and addresses hold tokens.
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
    }
    if secure:
        headers["Strict-Transport-Security"] = HSTS

    @app.after_request
    def with_headers(response: Response) -> Response:
        if static_files.is_static():
            response.headers["Cache-Control"] = static_files.caching(app, response)
        for name, value in {**headers, "Cache-Control": "no-store"}.items():
            response.headers.setdefault(name, value)
        return response
