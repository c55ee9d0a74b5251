"""The planted holes are holes, and what the scanners report of them is understood; `make trial` lets them loose."""

import re
from pathlib import Path

import peewee
import pytest
from flask.testing import FlaskClient

from bench.installation import ROOT
from bench.scan import EXPLAINED, PLANTED, SIGN_OUT, Finding, of_sqlmap, of_wapiti, unexplained
from tests.scanned.planted import app
from tests.web.desk.door import Door

PRIVACY = (Path(__file__).parent.parent.parent / "docs" / "privacy.md").read_text("utf-8")
WAPITI = {
    "vulnerabilities": {
        "SQL Injection": [{"method": "GET", "path": "/found", "parameter": "id", "info": "SQLite"}],
        "Reflected Cross Site Scripting": [],
    },
    "anomalies": {"Internal Server Error": [{"method": "POST", "path": "/x", "parameter": "", "info": ""}]},
    "infos": {},
}
SQLMAP = """[11:19:57] [INFO] testing 'SQLite inline queries'
sqlmap identified the following injection point(s) with a total of 43 HTTP(s) requests:
---
Parameter: id (GET)
    Type: boolean-based blind
---
"""


@pytest.fixture
def planted() -> FlaskClient:
    return app.test_client()


def test_every_planted_hole_is_one(planted: FlaskClient) -> None:
    assert "[(1,)" not in planted.get("/found?id=1").text
    assert planted.get("/found?id=1 UNION SELECT 'seen'").text.count("seen") == 1
    assert planted.get("/found?id='").status_code == 500
    assert "<script>1</script>" in planted.get("/said?word=<script>1</script>").text
    assert planted.get("/away?to=//evil.example").location.endswith("evil.example")


def test_what_wapiti_reports_is_read_with_what_broke_the_service() -> None:
    assert of_wapiti(WAPITI) == [
        Finding("SQL Injection", "GET /found id"),
        Finding("Internal Server Error", "POST /x "),
    ]


def test_what_sqlmap_prints_is_read() -> None:
    assert of_sqlmap(SQLMAP, "http://x") == [Finding("sqlmap: id (GET)", "http://x")]
    assert of_sqlmap("[CRITICAL] all tested parameters do not appear to be injectable", "http://x") == []


def test_only_what_is_explained_here_and_in_the_docs_is_passed_over() -> None:
    assert not PLANTED & EXPLAINED.keys()
    assert unexplained([Finding("SQL Injection", ""), *(Finding(kind, "") for kind in EXPLAINED)]) == [
        Finding("SQL Injection", "")
    ]
    assert [kind for kind in EXPLAINED if not re.search(rf"^\| {re.escape(kind)} \|", PRIVACY, re.M)] == []


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_what_is_left_out_so_that_the_admin_stays_signed_in_is_there(database: peewee.Database) -> None:
    """By another name it would be scanned, and all that comes after it as a stranger."""
    assert {rule.rule for rule in Door().app.url_map.iter_rules() if "POST" in (rule.methods or ())} >= {*SIGN_OUT}


def test_nothing_here_speaks_ldap() -> None:
    """By this the reports of LDAP injection are explained."""
    pins = "".join(path.read_text("utf-8") for path in ROOT.glob("requirements*.txt"))
    assert "ldap" not in pins.lower()
