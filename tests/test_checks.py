"""`check` and `menu`: an installation is looked over against the platform, and each fault says what to do."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from werkzeug.serving import BaseWSGIServer, make_server

import assembly
import checks
from bot.simulator import HttpTransport, Platform
from models.adapters import paper
from models.services import outbox, staff
from models.tables import codes as codes_table
from models.tables import journal
from models.tables.codes import HallCode
from models.tables.database import run, thread_is_done
from models.tables.staff import Member
from settings import load
from tests.platform_api import PlatformApi
from tests.service import NOBODY
from tests.staffed import operator, registered
from tests.test_commands import hall, written

CONTENT = "大厅：{{thing1.DATA}}\n签退时间：{{time2.DATA}}"


@dataclass
class Installation:
    """A service that answers on a real port, its platform beside it, and its settings file."""

    config: Path
    platform: Platform
    server: BaseWSGIServer

    def says(self, capsys: pytest.CaptureFixture[str], command: str = "check") -> tuple[int, dict[str, str]]:
        """The exit code, and each line by its name."""
        capsys.readouterr()
        code = hall(command, self.config)
        shown = capsys.readouterr()
        pairs = (line.partition(": ") for line in (shown.out + shown.err).splitlines())
        return code, {name: said for name, _, said in pairs}

    def set(self, old: str, new: str) -> None:
        """Change a text of the settings file."""
        text = self.config.read_text("utf-8")
        assert old in text
        self.config.write_text(text.replace(old, new), "utf-8")


@pytest.fixture
def installation(tmp_path: Path) -> Iterator[Installation]:
    config = written(tmp_path, f"sqlite:///{tmp_path}/hallpass.db")
    gateway: list[object] = []
    server = make_server("127.0.0.1", 0, lambda *call: gateway[0](*call), threaded=True)  # type: ignore[operator]
    address = f"http://127.0.0.1:{server.server_port}"
    platform = Platform(
        HttpTransport(f"{address}/wechat"),
        app_id="wx0123456789abcdef",
        app_secret="secretliketext",
        token="hallToken2026",
        account="gh_0123456789ab",
        encoding_aes_key="abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG",
    )
    with PlatformApi(platform) as api:
        text = config.read_text("utf-8").replace("http://127.0.0.1:8000", address)
        config.write_text(text.replace('account = "gh', f'api_url = "{api.url}"\naccount = "gh'), "utf-8")
        hall("migrate", config)
        gateway.append(assembly.application(load(config)))
        operator()
        thread_is_done()
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield Installation(config, platform, server)
        server.shutdown()
        thread.join()
        server.server_close()


def test_a_sound_installation_passes_once_its_menu_is_published(
    installation: Installation, capsys: pytest.CaptureFixture[str]
) -> None:
    code, lines = installation.says(capsys)
    assert code == 1
    assert "run hallpass.py menu" in lines["menu"]
    assert "run hallpass.py menu" in lines["staff menu"]
    assert {name: said for name, said in lines.items() if "menu" not in name and not said.startswith("ok")} == {}
    assert installation.says(capsys, "menu")[0] == 0
    code, lines = installation.says(capsys)
    assert code == 0
    assert lines.pop("codes") == "ok; 0 of 100,000 permanent codes are used"
    assert lines.pop("database server") == "ok; SQLite, for one small hall"
    assert set(lines.values()) == {"ok"}
    assert {"settings", "database", "database tls", "disk", "clock", "wechat api", "callback"} <= lines.keys()


def test_a_journal_of_erasures_that_cannot_be_written_is_said(
    installation: Installation, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    in_the_way = tmp_path / "in-the-way"
    in_the_way.touch()
    installation.set("/erasures.journal", f"/{in_the_way.name}/erasures.journal")
    code, lines = installation.says(capsys)
    assert code == 1
    assert "cannot be written: see privacy.erasure_journal" in lines["erasure journal"]
    installation.set(f"/{in_the_way.name}/erasures.journal", "/erasures.journal")
    at = assembly.now() - timedelta(minutes=10)
    run(lambda: journal.add("a line", at))
    thread_is_done()
    assert "1 lines wait to be written" in installation.says(capsys)[1]["erasure journal"]


@pytest.mark.parametrize(
    ("code", "line", "advice"),
    [
        (40164, "wechat api", "whitelist"),
        (40125, "wechat api", "AppSecret"),
        (40243, "wechat api", "frozen"),
        (40013, "wechat api", "app_id"),
        (89503, "wechat api", "confirm"),
        (50002, "wechat api", "blocked"),
        (45009, "wechat api", "midnight"),
        (-1, "wechat api", "the way out to 127.0.0.1:"),
    ],
)
def test_what_is_wrong_with_the_account_is_said_with_what_to_do(
    installation: Installation, capsys: pytest.CaptureFixture[str], code: int, line: str, advice: str
) -> None:
    installation.platform.faults.next("/cgi-bin/stable_token", code)
    exit_code, lines = installation.says(capsys)
    assert exit_code == 1
    assert advice in lines[line]
    assert str(code) in lines[line]


def test_an_address_that_is_not_whitelisted_is_named(
    installation: Installation, capsys: pytest.CaptureFixture[str]
) -> None:
    installation.platform.callers = {"203.0.113.9"}
    assert "the address 127.0.0.1 is not on the IP whitelist" in installation.says(capsys)[1]["wechat api"]


def test_an_account_without_certification_is_told_which_one_it_lacks(
    installation: Installation, capsys: pytest.CaptureFixture[str]
) -> None:
    installation.platform.lacks.add("/cgi-bin/menu/get")
    code, lines = installation.says(capsys)
    assert (code, lines["wechat api"]) == (1, "ok")
    assert "已认证的服务号" in lines["right to menus"]


def test_templates_are_compared_with_the_accounts(
    installation: Installation, capsys: pytest.CaptureFixture[str]
) -> None:
    template = installation.platform.templates.add("离厅提醒", CONTENT)
    notice = installation.platform.templates.add("离厅提醒", CONTENT, "long_term")
    head = "[notices]\n"
    installation.set("[privacy]", f'{head}reminder_template = "{template} thing1=hall"\n[privacy]')
    assert installation.says(capsys)[1]["template for template messages"] == "ok"
    installation.set(f"{template} thing1=hall", f"{template} thing1=hall number9=closing")
    assert "number9" in installation.says(capsys)[1]["template for template messages"]
    installation.set(f"{template} thing1", "gone-from-the-account thing1")
    assert "no template of this id" in installation.says(capsys)[1]["template for template messages"]
    installation.set(head, f'{head}reminder_subscription = "{notice} long time2=closing"\n')
    assert installation.says(capsys)[1]["template for subscription notices"] == "ok"
    installation.set(head, f'{head}contact_template = "{template} thing1=hall thing9=advice"\n')
    assert "thing9" in installation.says(capsys)[1]["template for template messages to contacts"]


def test_where_pages_ask_for_consent_it_is_seen_whether_they_can_be_signed(
    installation: Installation, capsys: pytest.CaptureFixture[str]
) -> None:
    assert "ticket of pages" not in installation.says(capsys)[1]
    notice = installation.platform.templates.add("离厅提醒", CONTENT, "long_term")
    installation.set("[privacy]", f'[notices]\ncontact_subscription = "{notice} long thing1=hall"\n[privacy]')
    assert installation.says(capsys)[1]["ticket of pages"] == "ok"
    installation.platform.lacks.add("/cgi-bin/ticket/getticket")
    code, lines = installation.says(capsys)
    assert code == 1 and "已认证的服务号" in lines["ticket of pages"]


def test_a_callback_that_leads_elsewhere_is_noticed(
    installation: Installation, capsys: pytest.CaptureFixture[str]
) -> None:
    installation.set('token = "hallToken2026"', 'token = "anotherToken"')
    code, lines = installation.says(capsys)
    assert code == 1
    assert "not as this installation would" in lines["callback"]


def test_a_callback_that_nobody_answers_is_noticed(
    installation: Installation, capsys: pytest.CaptureFixture[str]
) -> None:
    installation.set(f"http://127.0.0.1:{installation.server.server_port}", "http://127.0.0.1:1")
    assert "does serve run" in installation.says(capsys)[1]["callback"]


def test_a_clock_that_is_off_is_noticed(
    installation: Installation, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("checks.CLOCK_OFF_SECONDS", -1)
    assert "timedatectl" in installation.says(capsys)[1]["clock"]


def test_a_full_disk_is_noticed(
    installation: Installation, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("checks.LEAST_FREE_BYTES", 2**80)
    assert "make room" in installation.says(capsys)[1]["disk"]


@pytest.mark.parametrize(
    ("url", "passes"),
    [
        ("mysql://u:p@db.example.gov.cn/hallpass", False),
        ("mysql://u:p@10.0.0.5:3306/hallpass", False),
        ("mysql://u:p@127.0.0.1/hallpass", True),
        ("mysql://u:p@localhost/hallpass", True),
    ],
)
def test_a_database_on_another_machine_has_to_be_reached_over_tls(tmp_path: Path, url: str, passes: bool) -> None:
    """Only looked at: nothing is connected to."""
    lines = checks.beside_the_data(load(written(tmp_path, url)))
    assert [line.passed for line in lines if line.name == "database tls"] == [passes]


@pytest.mark.parametrize(
    ("place", "mode"),
    [("", 0o755), ("", 0o701), ("/hallpass.db", 0o644), ("/hallpass.db-wal", 0o604), ("/hallpass.db.queue", 0o666),
     ("/hallpass.db-copy of monday", 0o604)],
)  # fmt: skip
def test_data_that_others_may_look_into_is_noticed(tmp_path: Path, place: str, mode: int) -> None:
    settings = load(written(tmp_path, f"sqlite:///{tmp_path}/data/hallpass.db"))
    folder = tmp_path / "data"
    folder.mkdir(mode=0o750)
    for name in ("hallpass.db", "hallpass.db-wal", "hallpass.db.queue", "hallpass.db-copy of monday"):
        (folder / name).touch(mode=0o640)
    [line] = checks.of_the_data_file(settings)
    assert (line.passed, line.said) == (True, "ok")
    (folder / place.removeprefix("/")).chmod(mode)
    [line] = checks.of_the_data_file(settings)
    assert not line.passed
    assert f"{folder}{place}:" in line.said


def test_where_a_server_keeps_the_data_no_file_is_looked_for(tmp_path: Path) -> None:
    settings = load(written(tmp_path, "mysql://u:p@127.0.0.1/hallpass"))
    assert list(checks.of_the_data_file(settings)) == []


def test_tables_that_are_old_are_noticed_and_the_rest_is_checked_all_the_same(
    tmp_path: Path, installation: Installation, capsys: pytest.CaptureFixture[str]
) -> None:
    installation.set(f"{tmp_path}/hallpass.db", f"{tmp_path}/another.db")
    code, lines = installation.says(capsys)
    assert code == 1
    assert "run migrate first" in lines["database"]
    assert lines["disk"] == "ok"


def test_what_could_not_be_sent_is_told(installation: Installation, capsys: pytest.CaptureFixture[str]) -> None:
    assembly.open_data(load(installation.config))
    at = assembly.now()
    outbox.write("remind:1", "remind", "oVisitor0000000000000000001", "您离开了吗？", {}, at, at + timedelta(hours=1))
    outbox.send_due(at, NOBODY)
    assert "1 × no way to reach" in installation.says(capsys)[1]["outbox"]


def test_an_account_without_tags_is_sound_and_told_so(
    installation: Installation, capsys: pytest.CaptureFixture[str]
) -> None:
    installation.platform.lacks |= {"/cgi-bin/tags/get", "/cgi-bin/tags/create"}
    code, lines = installation.says(capsys, "menu")
    assert (code, len(lines)) == (0, 2)
    assert any("may not use tags" in f"{name}{said}" for name, said in lines.items())
    code, lines = installation.says(capsys)
    assert code == 0
    assert "may not use tags" in lines["staff menu"]


def test_a_staff_menu_that_somebody_changed_is_noticed(
    installation: Installation, capsys: pytest.CaptureFixture[str]
) -> None:
    installation.says(capsys, "menu")
    menus = installation.platform.menus
    menus.delete_conditional(menus.conditional[0].menu_id)
    code, lines = installation.says(capsys)
    assert code == 1
    assert "run hallpass.py menu" in lines["staff menu"]
    installation.says(capsys, "menu")
    assert installation.says(capsys)[1]["staff menu"] == "ok"


def test_a_staff_menu_that_cannot_be_looked_at_says_what_to_do(
    installation: Installation, capsys: pytest.CaptureFixture[str]
) -> None:
    installation.says(capsys, "menu")
    installation.platform.faults.next("/cgi-bin/tags/get", 50002)
    code, lines = installation.says(capsys)
    assert code == 1
    assert "blocked" in lines["staff menu"]


def test_a_menu_that_the_platform_refuses_is_one_sentence(
    installation: Installation, capsys: pytest.CaptureFixture[str]
) -> None:
    installation.platform.lacks.add("/cgi-bin/menu/create")
    code, lines = installation.says(capsys, "menu")
    assert code == 1
    assert "已认证的服务号" in lines["the menu was not published"]


def made(count: int) -> None:
    """Have so many codes of halls be made."""
    registered()
    run(lambda: HallCode.update(state=codes_table.MADE).where(HallCode.id <= count).execute())


@pytest.mark.parametrize(
    ("warn_at", "of", "passes", "said"),
    [
        (4, 100, True, "ok; 3 of 100 permanent codes"),
        (3, 100, True, "ok, but 3 of 100 permanent codes"),
        (3, 4, True, "ok, but 3 of 4 permanent codes"),
        (1, 3, False, "turn new halls to another account"),
    ],
)
def test_codes_that_run_out_are_told_long_before_and_fail_at_the_end(
    installation: Installation, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch,
    warn_at: int, of: int, passes: bool, said: str,
) -> None:  # fmt: skip
    made(3)
    monkeypatch.setattr("models.services.codes.WARN_AT", warn_at)
    monkeypatch.setattr("models.services.codes.ACCOUNT_HAS", of)
    assert checks.of_the_codes().passed is passes
    assert said in installation.says(capsys)[1]["codes"]


def test_an_account_without_operators_is_told_how_to_get_one(
    installation: Installation, capsys: pytest.CaptureFixture[str]
) -> None:
    run(lambda: Member.delete().execute())
    code, lines = installation.says(capsys)
    assert code == 1
    assert "hallpass.py invite operator" in lines["operators"]
    capsys.readouterr()
    assert hall("invite operator", installation.config) == 0
    invited = capsys.readouterr().out.splitlines()[0].partition("code: ")[2]
    staff.bind("oOperator000000000000000001", invited, assembly.now())
    assert installation.says(capsys)[1]["operators"] == "ok"


def test_the_font_of_the_posters_is_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    assert str(checks.of_the_fonts()) == "fonts: ok"
    monkeypatch.setattr(paper, "characters", lambda: frozenset(map(ord, "ENTERLEAVE0123456789")))
    assert not checks.of_the_fonts().passed
