"""What holds for every page there is, also for those that are still to come: headers, tokens, and no failure of ours
for whatever is sent."""

import html
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import quote

import peewee
import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.service import Service
from tests.web.trial import SITE, application_on_trial

TEMPLATES = sorted((Path(__file__).parent.parent.parent / "web" / "templates").rglob("*.html"))
CHANGES = {"POST", "PUT", "PATCH", "DELETE"}
STATIC = {"static": "hallpass.css", "bootstrap.static": "css/bootstrap.min.css"}
POLICY = {
    "default-src": "'self'",
    "style-src": "'self'",
    "script-src": "'self'",
    "img-src": "'self' data: blob:",
    "object-src": "'none'",
    "base-uri": "'none'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
}


def addresses(app: Flask) -> Iterator[tuple[str, set[str]]]:
    """An address of every rule, and by which methods it is asked for. An argument that is new here needs a value."""
    values = {"code": Service().hall().code, "direction": "in", "version": "2", "number": "404", "token": "a" * 43}
    values |= {
        "door": "1", "matter": "fund", "key": "0" * 16, "export": "e" * 16, "approval": "12345678", "mark": "0" * 16,
        "field": "name", "visit": "a" * 16, "case": "a" * 16, "which": "all",
        "asked": "a" * 16,
    }  # fmt: skip
    what = {"operators.review": "approve", "operators.stop": "suspend"}
    adapter = app.url_map.bind("localhost")
    for rule in app.url_map.iter_rules():
        known = {**values, "filename": STATIC.get(rule.endpoint, ""), "what": what.get(rule.endpoint, "")}
        yield adapter.build(rule.endpoint, {name: known[name] for name in rule.arguments}), rule.methods or set()


def policy(header: str) -> dict[str, str]:
    return dict(part.strip().split(" ", 1) for part in header.split(";"))


class Inline(HTMLParser):
    """Finds what the policy would refuse: style attributes, handlers, elements with a style or script in them."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "style" or (tag == "script" and "src" not in given):
            self.found.append(f"<{tag}>")
        self.found += [name for name in given if name == "style" or name.startswith("on")]
        self.found += [value for value in given.values() if value and value.lower().startswith("javascript:")]
        self.found += [
            value
            for name, value in attrs
            if tag != "a" and name in {"src", "href"} and value and re.match(r"(\w+:)?//", value)
        ]


@pytest.fixture
def client(database: peewee.Database) -> FlaskClient:
    return application_on_trial().test_client()


def test_every_answer_has_the_headers(client: FlaskClient) -> None:
    for path, methods in addresses(client.application):
        for method in sorted(methods):
            headers = client.open(path, method=method, buffered=True).headers
            where = f"{method} {path}"
            assert policy(headers["Content-Security-Policy"]) == POLICY, where
            assert headers["X-Content-Type-Options"] == "nosniff", where
            assert headers["Referrer-Policy"] == "no-referrer", where
            assert headers["Cross-Origin-Opener-Policy"] == "same-origin", where
            assert "camera=()" in headers["Permissions-Policy"], where
            assert "Strict-Transport-Security" not in headers, where
            assert ("no-store" in headers["Cache-Control"]) != ("static" in path and method not in CHANGES), where


def test_nothing_on_any_page_is_inline_or_from_elsewhere(client: FlaskClient) -> None:
    shown = {
        path: client.get(path, buffered=True) for path, methods in addresses(client.application) if "GET" in methods
    }
    pages = {path: page.text for path, page in shown.items() if page.mimetype == "text/html"}
    assert len(pages) > 5
    assert {path: Inline(page).found for path, page in pages.items() if Inline(page).found} == {}


def test_no_template_has_a_style_or_a_script_in_it() -> None:
    assert {path.name: Inline(path.read_text()).found for path in TEMPLATES if Inline(path.read_text()).found} == {}


def test_what_the_search_for_inline_parts_finds() -> None:
    attributes = '<p style="x"><a onclick="y"><img src="//cdn.example/x"><a href="javascript:1">'
    assert len(Inline(f"{attributes}<style></style><script>1</script>").found) == 6


def test_every_page_has_a_title_of_its_own_and_one_heading(client: FlaskClient) -> None:
    for path, methods in addresses(client.application):
        page = client.get(path, buffered=True)
        if page.mimetype == "text/html" and "GET" in methods:
            title = re.search("<title>(.*)</title>", page.text)
            assert title is not None and html.unescape(title[1]) not in ("", SITE), path
            assert page.text.count("<h1") == 1, path


# --- over https ---


def test_over_https_the_cookie_is_of_this_host_alone_and_no_script_reads_it(database: peewee.Database) -> None:
    client = application_on_trial(secure=True).test_client()
    page = client.get("/trial/form", base_url="https://hall.example.gov.cn")
    cookie = page.headers["Set-Cookie"]
    assert cookie.startswith("__Host-hallpass=")
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= set(cookie.split("; "))
    assert "Domain" not in cookie
    assert page.headers["Strict-Transport-Security"] == "max-age=31536000"


def test_without_https_the_cookie_still_is_no_scripts(client: FlaskClient) -> None:
    cookie = client.get("/trial/form").headers["Set-Cookie"]
    assert cookie.startswith("hallpass=")
    assert {"HttpOnly", "Path=/", "SameSite=Lax"} <= set(cookie.split("; "))
    assert "Secure" not in cookie


def test_a_page_without_a_form_sets_no_cookie(client: FlaskClient) -> None:
    assert "Set-Cookie" not in client.get(f"/notice/{Service().hall().code}").headers


# --- what is sent without a token ---


def test_no_address_takes_a_change_without_a_token(client: FlaskClient) -> None:
    tried = [(path, method) for path, methods in addresses(client.application) for method in sorted(methods & CHANGES)]
    assert tried
    assert {one: client.open(one[0], method=one[1]).status_code for one in tried} == dict.fromkeys(tried, 400)


# --- static files ---


def test_a_static_file_under_its_own_hash_is_kept_for_good(client: FlaskClient) -> None:
    page = client.get("/nothing").text
    links = re.findall(r'href="(/(?:static|bootstrap)[^"]+)"', page)
    assert len(links) == 3
    for link in links:
        found = client.get(html.unescape(link), buffered=True)
        assert found.status_code == 200
        assert found.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert "Set-Cookie" not in found.headers


@pytest.mark.parametrize("query", ["", "?v=", "?v=0", "?v=" + "a" * 5000])
def test_a_static_file_under_another_hash_is_asked_for_anew(client: FlaskClient, query: str) -> None:
    assert client.get(f"/static/hallpass.css{query}", buffered=True).headers["Cache-Control"] == "no-cache"


@pytest.mark.parametrize(
    "path",
    ["no.css", "no.css?v=", "../app.py", "%2e%2e/app.py", "..%2fapp.py", "a%00b", "a" * 5000, "%ff"],
)
def test_a_static_file_that_is_not_there_is_a_page_that_is_not_kept(client: FlaskClient, path: str) -> None:
    found = client.get(f"/static/{path}")
    assert found.status_code == 404
    assert found.headers["Cache-Control"] == "no-store"


# --- hostile requests ---

HOSTILE = {
    "a NUL": "/notice/%00",
    "a NUL within": "/h/abc%00def/in",
    "no UTF-8": "/notice/%ff%fe%fd",
    "half a character": "/h/%e5%b8/in",
    "a huge path": "/notice/" + "a" * 60_000,
    "a huge query": "/?" + "a=b&" * 30_000,
    "a query that is no UTF-8": "/nothing?lang=%ff&%fe=%fd",
    "an unknown language": "/nothing?lang=de",
    "many languages": "/nothing?lang=en&lang=zh&lang=xx",
    "a number without end": "/notice/abcdef/" + "9" * 5000,
    "a number of ten digits": "/notice/abcdef/9999999999",
    "a number in other digits": "/notice/abcdef/２",
    "a negative number": "/notice/abcdef/-1",
    "a third direction": "/h/abcdef/up",
    "markup": "/notice/<script>alert(1)</script>?lang=<script>",
    "a template": "/notice/{{7*7}}/{%raw%}",
    "a path upwards": "/notice/../../etc/passwd",
    "another host": "//evil.example/",
    "line feeds": "/notice/a%0d%0aSet-Cookie:%20a=b",
    "a bidi mark": "/notice/%e2%80%aeabc",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_address_is_no_page_and_nothing_of_it_comes_back(client: FlaskClient, name: str) -> None:
    found = client.get(HOSTILE[name])
    assert found.status_code in {308, 404}
    assert policy(found.headers["Content-Security-Policy"]) == POLICY
    assert "<script>alert" not in found.text
    assert "Traceback" not in found.text
    assert len(found.text) < 5000


@pytest.mark.parametrize(
    "host", ["", "a b", "evil.example", "[", "x" * 5000, "a\x00b", "例え.テスト", "..", "localhost:99999"]
)
def test_a_hostile_host_leads_nowhere(client: FlaskClient, host: str) -> None:
    found = client.get(f"/notice/{Service().hall().code}", headers={"Host": host.encode().decode("latin-1")})
    assert found.status_code in {200, 400}
    assert host not in found.text or host in ("", "..", "[", "a b")


@pytest.mark.parametrize("method", ["TRACE", "CONNECT", "PROPFIND", "get", "X" * 3000])
def test_a_strange_method_is_refused_in_plain_words(client: FlaskClient, method: str) -> None:
    found = client.open("/nothing-here" if method == "get" else "/healthz", method=method)
    assert found.status_code in {404, 405}
    assert method not in found.text or method == "get"


def test_head_and_options_have_no_content(client: FlaskClient) -> None:
    code = Service().hall().code
    for path, also in ((f"/notice/{code}", set()), (f"/h/{code}/in", {"POST"}), (f"/h/{code}/out", {"POST"})):
        assert (client.head(path).status_code, client.head(path).data) == (200, b"")
        asked = client.options(path)
        assert (asked.status_code, asked.data) == (200, b"")
        assert {"GET", "HEAD", "OPTIONS"} | also == set(asked.headers["Allow"].split(", "))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(path=st.text(max_size=60), query=st.text(max_size=60), method=st.sampled_from(["GET", "POST", "HEAD", "PUT"]))
def test_whatever_is_asked_for_no_failure_of_ours_is_shown(
    client: FlaskClient, path: str, query: str, method: str
) -> None:
    found = client.open("/h/" + quote(path, safe="/"), query_string=quote(query, safe="=&+"), method=method)
    assert found.status_code < 500
    assert policy(found.headers["Content-Security-Policy"]) == POLICY


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    body=st.binary(max_size=300),
    kind=st.sampled_from(
        [
            "application/x-www-form-urlencoded",
            "multipart/form-data",
            "multipart/form-data; boundary=x",
            "application/json",
            "x",
            "",
        ]
    ),
)
def test_whatever_is_posted_without_a_token_is_refused(client: FlaskClient, body: bytes, kind: str) -> None:
    assert client.post("/trial/form", data=body, content_type=kind).status_code in {400, 413}


def test_what_is_posted_beyond_the_limit_is_refused_in_plain_words(client: FlaskClient) -> None:
    found = client.post("/trial/form", data={"name": "a" * 70_000})
    assert found.status_code == 413
    assert "太大" in found.text


def test_no_address_takes_more_than_a_form_holds(client: FlaskClient) -> None:
    """Where photos are taken, more is: tests/web/visitor/test_card_photo.py."""
    takes = [
        path for path, methods in addresses(client.application) if "POST" in methods and not path.endswith("/card")
    ]
    large = {"name": "a" * 70_000}
    assert {path: client.post(path, data=large).status_code for path in takes} == dict.fromkeys(takes, 413)


def test_a_broken_cookie_is_no_failure(client: FlaskClient) -> None:
    for value in ("x", "a.b.c", "." * 5000, "\xff", '"', "eyJhIjoxfQ.x.y"):
        assert client.get("/trial/form", headers={"Cookie": f"hallpass={value}"}).status_code == 200
