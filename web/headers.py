"""What every answer tells the browser beside its content."""

from flask import Flask, Response

from web import static_files

HSTS = "max-age=31536000"


def register(app: Flask, framed_by: str, secure: bool) -> None:
    """Add the headers to every answer, also to failures; a view that sets one of them itself keeps its own."""
    headers = {
        # form-action also holds for where a POST redirects to (Chromium): to another host, lead by a GET.
        "Content-Security-Policy": (
            "default-src 'self'; style-src 'self'; script-src 'self'; img-src 'self' data: blob:; object-src 'none';"
            f" base-uri 'none'; form-action 'self'; frame-ancestors {framed_by}"
        ),
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
