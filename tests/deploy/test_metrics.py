"""What Prometheus is told: by all workers together, at an address of its own, and of nobody."""

import http.client
import re
import signal
import time
from datetime import UTC, datetime, timedelta
from os import kill
from pathlib import Path
from typing import Any

import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families

import metrics
from bench.account import ORIGINAL_ID
from bench.installation import Installation
from bot.simulator.deliveries import Writer
from models.services import certification
from models.tables.database import DB, open_database, run, thread_is_done
from models.tables.fields import insert
from models.tables.housekeeping import JobRun
from tests.deploy.conftest import Site
from tests.ports import free_port

ALERTS = Path(__file__).parent.parent.parent / "deploy" / "prometheus" / "hallpass-alerts.yml"
FROM_ELSEWHERE = {"up", "probe_ssl_earliest_cert_expiry"}
"""What Prometheus and its blackbox exporter say themselves."""
PATIENCE_SECONDS = 100


def asked(port: int, target: str = "/metrics", method: str = "GET") -> tuple[int, str]:
    """Once somebody answers: between two workers nobody does for a second."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE_SECONDS)
        try:
            connection.request(method, target)
            answer = connection.getresponse()
            return answer.status, answer.read().decode()
        except (OSError, http.client.HTTPException):
            assert time.monotonic() < deadline
            time.sleep(0.05)
        finally:
            connection.close()


def figures(site: Site) -> dict[tuple[str, ...], float]:
    """Each figure by its name and the values of its labels."""
    status, text = asked(site.metrics_port)
    assert status == 200
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def grown(site: Site, *name: str, by: float, since: dict[Any, float]) -> None:
    """A worker's own counts are there at once, the answer of nginx may be quicker."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while (now := figures(site).get(name, 0.0) - since.get(name, 0.0)) != by:
        assert time.monotonic() < deadline, now
        time.sleep(0.05)


def both_workers(site: Site) -> list[int]:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while len(found := site.served.workers()) != 2:
        assert time.monotonic() < deadline
        time.sleep(0.05)
    return found


def test_deliveries_of_all_workers_are_one_sum_and_stay_when_workers_are_replaced(site: Site) -> None:
    before = figures(site)
    platform = site.platform()
    for number in range(12):
        phone = platform.phone(f"oCounted00000000000000000{number:03}", following=True)
        assert phone.says("帮助").reply
    grown(site, "hallpass_deliveries_total", "text", "answered", by=12, since=before)
    grown(site, "hallpass_delivery_seconds_count", by=12, since=before)
    for end in (signal.SIGTERM, signal.SIGKILL):
        for worker in both_workers(site):
            kill(worker, end)
        both_workers(site)
        grown(site, "hallpass_deliveries_total", "text", "answered", by=12, since=before)


def test_what_is_refused_is_counted_by_why(site: Site) -> None:
    before = figures(site)
    site.nginx.ask("GET", "/wechat?signature=0&timestamp=1&nonce=2&echostr=3")
    site.nginx.ask("GET", "/no-such-page")
    grown(site, "hallpass_deliveries_refused_total", "bad_signature", by=1, since=before)
    grown(site, "hallpass_pages_total", "404", by=1, since=before)


def test_what_a_rule_says_no_to_is_counted_by_its_code(site: Site) -> None:
    before = figures(site)
    site.platform().phone("oRefused00000000000000000001", following=True).says("绑定 ABCD2345")
    grown(site, "hallpass_refusals_total", "invite_unknown", by=1, since=before)


def test_what_somebody_makes_up_gets_no_line_of_its_own(site: Site) -> None:
    before, openid = figures(site), "oMadeUp000000000000000000001"
    writer = Writer(ORIGINAL_ID, openid, time.time)
    platform = site.platform()
    for delivery in (writer.event("made_up_by_somebody"), writer.message("madeup", Content="x"), writer.text("张三")):
        platform.push_copies(delivery, 1, parallel=False)
    grown(site, "hallpass_deliveries_total", "other", "silent", by=2, since=before)
    text = asked(site.metrics_port)[1]
    assert [word for word in ("made", openid, "张三") if word in text] == []
    values = {value for _, *values in figures(site) for value in values}
    assert {value for value in values if not re.fullmatch(r"[a-z_]{2,32}|[0-9]{3}|[0-9.]+|\+Inf", value)} == set()


@pytest.mark.parametrize(
    "target",
    ["/metrics", "/metrics/", "//metrics", "/METRICS", "/static/../metrics", "/%6detrics", "/healthz/../metrics"],
)
def test_nobody_gets_at_them_through_nginx(site: Site, target: str) -> None:
    assert asked(site.metrics_port)[0] == 200
    answer = site.nginx.ask("GET", target)
    assert answer.status in (404, 308)
    assert "hallpass_" not in answer.text  # type: ignore[attr-defined]
    assert asked(site.served.port, target)[0] in (404, 308)


@pytest.mark.parametrize(
    ("method", "target", "status"),
    [
        ("GET", "/", 404),
        ("GET", "/metrics?x=1", 200),
        ("GET", "/wechat", 404),
        ("POST", "/metrics", 501),
        ("X", "/", 501),
    ],
)
def test_their_address_has_nothing_else(site: Site, method: str, target: str, status: int) -> None:
    assert asked(site.metrics_port, target, method)[0] == status


def test_each_alert_asks_for_a_figure_that_there_is(site: Site) -> None:
    # Every name is there once something has been counted under it.
    at = datetime.now(UTC)
    run(lambda: insert(JobRun, name="sign_out", slot=1, started_at=at))
    certification.tell("annual_renew", at, at + timedelta(days=40))
    thread_is_done()
    site.platform().phone("oAlerts000000000000000000001", following=True).says("帮助")
    text = asked(site.metrics_port)[1]
    told = {family.name for family in text_string_to_metric_families(text)}
    told |= {f"{name}_{end}" for name in told for end in ("total", "bucket")}
    rules = yaml.safe_load(ALERTS.read_text("utf-8"))["groups"][0]["rules"]
    asked_for = {
        name
        for rule in rules
        for name in re.findall(r"\b(?:hallpass|probe)_\w+|\bup\b", rule["expr"].replace('"hallpass"', ""))
    }
    assert len(rules) > 8
    assert asked_for - told - FROM_ELSEWHERE == set()


def test_what_workers_counted_in_is_gone_with_the_service(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    memory = tmp_path / "run"
    memory.mkdir()
    monkeypatch.setenv("RUNTIME_DIRECTORY", str(memory))
    port = free_port()
    bind = f'[metrics]\nbind = "127.0.0.1:{port}"'
    installation = Installation(f"sqlite:///{tmp_path}/hallpass.db", tmp_path, tables=bind)
    with installation.served(workers=1):
        assert asked(port)[0] == 200
        [folder] = memory.iterdir()
        assert (folder.stat().st_mode & 0o777, {file.suffix for file in folder.iterdir()}) == (0o700, {".db"})
    assert list(memory.iterdir()) == []


def test_a_database_that_is_down_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(DB, "obj", DB.obj)
    open_database("mysql://root@127.0.0.1:1/hallpass")
    told = {one.name: one.samples[0].value for one in metrics.Stored(lambda: datetime.now(UTC), tmp_path).collect()}
    assert told["hallpass_database_up"] == 0
    assert told["hallpass_disk_free_bytes"] > 0
