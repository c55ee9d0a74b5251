"""What an operator can write into config.toml, and what is said about it."""

import base64
import copy
import tomllib
from pathlib import Path
from typing import Any

import pytest

import setting_rows
import settings

EXAMPLE = Path(__file__).parent.parent / "config.example.toml"
FIRST, SECOND, THIRD, FOURTH = (base64.b64encode(bytes([number] * 32)).decode() for number in (1, 2, 3, 4))
FILLED_IN = {
    ("site", "secret_key"): "an-only-made-up-secret-key-of-this-test",
    ("wechat", "app_id"): "wx0123456789abcdef",
    ("wechat", "app_secret"): "made-up-app-secret",
    ("wechat", "token"): "hallToken2024",
    ("wechat", "encoding_aes_key"): "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG",
    ("wechat", "account"): "gh_0123456789ab",
    ("privacy", "data_keys"): [f"d2:{FIRST}", f"d1:{SECOND}"],
    ("privacy", "hash_keys"): [f"h1:{THIRD}"],
}
ABSENT = object()


def filled_in(**changes: Any) -> dict[str, dict[str, Any]]:
    """The example file with its secrets filled in, and `changes` as section__key=value; ABSENT leaves a key out."""
    tables = copy.deepcopy(tomllib.loads(EXAMPLE.read_text("utf-8")))
    named = {tuple(name.split("__")): value for name, value in changes.items()}
    for (section, key), value in {**FILLED_IN, **named}.items():
        if value is ABSENT:
            del tables[section][key]
        else:
            tables[section][key] = value
    return tables


def faults_of(tables: dict[str, Any]) -> list[str]:
    """The keys of the faults that these settings are refused with."""
    with pytest.raises(settings.SettingsError) as refusal:
        settings.parse(tables)
    return [fault.key for fault in refusal.value.faults]


def refused(row_name: str, value: Any) -> settings.SettingsError:
    """The refusal of settings that are right but for one value."""
    with pytest.raises(settings.SettingsError) as refusal:
        settings.parse(filled_in(**{row_name.replace(".", "__"): value}))
    assert [fault.key for fault in refusal.value.faults] == [row_name]
    return refusal.value


# --- the example file ---


def test_the_example_file_is_the_one_printed_from_the_table():
    assert EXAMPLE.read_text("utf-8") == setting_rows.example()


@pytest.mark.parametrize("row", setting_rows.ROWS, ids=lambda row: row.name)
def test_each_setting_stands_in_the_example_with_its_help_and_default(row):
    lines = EXAMPLE.read_text("utf-8").splitlines()
    section = lines[lines.index(f"[{row.section}]") :]
    place = next(number for number, line in enumerate(section) if line.startswith(f"{row.key} = "))
    assert row.help in section[place - 1]
    assert ("Required." in section[place - 1]) == row.required
    assert tomllib.loads(section[place]) == {row.key: row.example}


def test_the_example_has_no_setting_that_the_table_lacks():
    known = {row.name for row in setting_rows.ROWS} | {f"{row.name}_file" for row in setting_rows.ROWS if row.has_file}
    tables = tomllib.loads(EXAMPLE.read_text("utf-8"))
    assert {f"{section}.{key}" for section, keys in tables.items() for key in keys} == known


def test_the_example_loads_once_its_secrets_are_filled_in(tmp_path):
    text = EXAMPLE.read_text("utf-8")
    for (_, key), value in FILLED_IN.items():
        empty = "[]" if isinstance(value, list) else '"gh_…"' if key == "account" else '""'
        assert text.count(f"\n{key} = {empty}\n") == 1
        text = text.replace(f"\n{key} = {empty}\n", f"\n{key} = {value!r}\n")
    path = tmp_path / "config.toml"
    path.write_text(text, "utf-8")
    loaded = settings.load(path)
    assert loaded.wechat.account == "gh_0123456789ab"
    assert loaded.privacy.data_keys == (("d2", bytes([1] * 32)), ("d1", bytes([2] * 32)))


def test_the_example_as_it_is_names_each_secret_that_is_still_empty():
    assert faults_of(tomllib.loads(EXAMPLE.read_text("utf-8"))) == [".".join(names) for names in FILLED_IN]


# --- what is left out ---


@pytest.mark.parametrize("row", [row for row in setting_rows.ROWS if row.required], ids=lambda row: row.name)
def test_a_required_setting_that_is_left_out_is_named(row):
    refused(row.name, ABSENT)


@pytest.mark.parametrize("row", [row for row in setting_rows.ROWS if not row.required], ids=lambda row: row.name)
def test_a_setting_that_is_left_out_has_its_default(row):
    loaded = settings.parse(filled_in(**{row.name.replace(".", "__"): ABSENT}))
    value = getattr(getattr(loaded, row.section), row.key)
    assert (list(value) if isinstance(value, tuple) else value) == row.example


def test_an_empty_file_is_refused_with_every_required_setting_at_once():
    assert faults_of({}) == [row.name for row in setting_rows.ROWS if row.required]


# --- what is wrong ---

WRONG_TYPES = {str: [1, True, ["text"], {"a": 1}], bool: ["true", 1, 0], int: ["30", 30.0, True], list: ["d1:x", [1]]}


@pytest.mark.parametrize(
    ("row", "value"),
    [(row, value) for row in setting_rows.ROWS for value in WRONG_TYPES[type(row.example)]],
    ids=lambda part: getattr(part, "name", repr(part)),
)
def test_a_setting_of_another_type_is_refused(row, value):
    refused(row.name, value)


OUT_OF_RANGE = [
    ("privacy.audit_days", 179),  # the law has six months
    ("privacy.audit_days", 3651),
    ("site.name", "   "),
    ("site.name", "厅" * 41),
    ("site.name", "大厅\n登记"),
    ("notices.reminder_template", "short thing1=hall"),
    ("notices.reminder_template", "template0001"),  # no field
    ("notices.reminder_template", "template0001 thing1"),
    ("notices.reminder_template", "template0001 thing1=name"),  # nothing that a reminder knows
    ("notices.reminder_template", "template0001 thing1=hall thing1=closing"),
    ("notices.reminder_subscription", "template0001 long"),
    ("notices.reminder_subscription", "template0001 thing1=hall long"),
    ("notices.contact_template", "template0001 thing1=closing"),  # nothing that a notice knows
    ("notices.contact_subscription", "template0001 long thing1=name"),
    ("site.base_url", "hall.example.gov.cn"),  # no scheme
    ("site.base_url", "ftp://hall.example.gov.cn"),
    ("site.base_url", "https://"),
    ("site.base_url", "https://hall.example.gov.cn/hall"),  # a path
    ("site.base_url", "https://hall.example.gov.cn?a=b"),
    ("site.base_url", "https://hall.example.gov.cn#top"),
    ("site.base_url", "https://user:word@hall.example.gov.cn"),
    ("site.base_url", "https://hall.example.gov.cn:99999"),
    ("site.base_url", "https://hall example"),
    ("site.base_url", "https://[::1"),
    ("site.bind", "8000"),
    ("site.bind", ":8000"),
    ("site.bind", "127.0.0.1"),
    ("site.bind", "127.0.0.1:0"),
    ("site.bind", "127.0.0.1:65536"),
    ("site.bind", "127.0.0.1:８０００"),  # full-width digits
    ("site.bind", "127.0.0.256:8000"),
    ("site.bind", "::1:8000"),  # an IPv6 address belongs in brackets
    ("site.bind", "[::g]:8000"),
    ("site.bind", "unix:/run/hallpass.sock"),
    ("site.time_zone", "Asia/Peking"),
    ("site.time_zone", "Asia"),  # a folder of zones
    ("site.time_zone", ""),
    ("site.time_zone", "../../etc/passwd"),
    ("site.secret_key", "x" * 31),
    ("site.proxies", -1),
    ("site.proxies", 5),
    ("database.url", "hallpass"),
    ("database.url", "postgres://hallpass:word@127.0.0.1/hallpass"),
    ("database.url", "mysql://127.0.0.1/hallpass"),  # no user
    ("database.url", "mysql://hallpass:word@/hallpass"),
    ("database.url", "mysql://hallpass:word@127.0.0.1:3306"),
    ("database.url", "mysql://hallpass:word@127.0.0.1:3306/"),
    ("database.url", "mysql://hallpass:word@127.0.0.1:many/hallpass"),
    ("database.url", "mysql://hallpass:word@127.0.0.1:0/hallpass"),
    ("database.url", "mysql://hallpass:wo#rd@127.0.0.1/hallpass"),  # the password is not escaped
    ("database.url", "mysql://hallpass:wo/rd@127.0.0.1/hallpass"),
    ("database.url", "mysql://hallpass:word@127.0.0.1/hallpass?ssl_cert=x"),
    ("database.url", "mysql://hallpass:word@127.0.0.1/hallpass?ssl_ca=/no/such/file"),
    ("database.url", "sqlite:///"),
    ("database.url", "sqlite://var/hallpass.db"),  # two slashes make a host of the folder
    ("database.url", "sqlite:///:memory:"),
    ("database.url", "sqlite:///var/hallpass.db?mode=ro"),
    ("wechat.app_id", "wx0123456789abcde"),
    ("wechat.app_id", "wx0123456789abcdef0"),
    ("wechat.app_id", "gh_0123456789ab"),  # the original id in the wrong place
    ("wechat.app_secret", "two words"),
    ("wechat.token", "ab"),
    ("wechat.token", "a" * 33),
    ("wechat.token", "hall-token"),
    ("wechat.encoding_aes_key", "a" * 42),
    ("wechat.encoding_aes_key", "a" * 44),
    ("wechat.encoding_aes_key", "a" * 42 + "="),
    ("wechat.account", "wx0123456789abcdef"),
    ("wechat.account", "gh_"),
    ("wechat.account", "gh_…"),  # still the example
    ("wechat.mode", "compatible"),
    ("wechat.mode", "Safe"),
    ("wechat.api_url", "api.weixin.qq.com"),
    ("wechat.pages_url", ""),
    ("wechat.oauth_url", "javascript:alert(1)"),
    ("wechat.js_url", "//res.wx.qq.com/open/js/jweixin-1.6.0.js"),  # no scheme
    ("wechat.mp_verify", "aB3dE5gH7jK9mN1p"),
    ("wechat.mp_verify", "deploy/MP_verify_aB3dE5gH7jK9mN1p.txt"),  # a path, not the name
    ("wechat.callback_addresses", "127.0.0.1"),
    ("privacy.data_keys", ["d1"]),
    ("privacy.data_keys", [FIRST]),  # no id
    ("privacy.data_keys", [f"D1:{FIRST}"]),
    ("privacy.data_keys", [f"ninechars:{FIRST}"]),
    ("privacy.data_keys", ["d1:" + base64.b64encode(b"k" * 31).decode()]),  # too short
    ("privacy.data_keys", ["d1:" + base64.b64encode(b"k" * 33).decode()]),
    ("privacy.data_keys", ["d1:not base64!"]),
    ("privacy.data_keys", ["d1:钥匙"]),
    ("privacy.data_keys", [f"d1:{FIRST}", f"d1:{SECOND}"]),  # one id for two keys
    ("privacy.data_keys", [f"d1:{FIRST}", f"d2:{FIRST}"]),  # the same key twice
    ("privacy.hash_keys", ["h1:"]),
    ("privacy.hash_keys", [f"h1:{THIRD}", f"h2:{THIRD}"]),
    ("privacy.retention_days", 13),
    ("privacy.retention_days", 61),
    ("privacy.retention_days", -30),
    ("privacy.looks_withheld", ["cases"]),
    ("privacy.looks_withheld", ["case", ""]),
    ("privacy.temperature_days", 0),
    ("privacy.temperature_days", 15),
    ("privacy.on_unsubscribe", "some"),
    ("privacy.erasure_journal", ""),
    ("privacy.erasure_journal", "var/"),
    ("privacy.erasure_journal", "tests"),  # a folder
    ("privacy.erasure_journal", "var/a\0b"),
    ("metrics.bind", "9108"),
    ("metrics.bind", "127.0.0.1:8000"),  # the address of the service itself
    ("ocr.engine", "tesseract"),
    ("ocr.engine", ""),
    ("ocr.url", "127.0.0.1:9109"),
    ("ocr.bind", ""),
    ("ocr.bind", "127.0.0.1:8000"),  # the address of the service itself
    ("ocr.restart_after_photos", 0),
    ("ocr.restart_after_photos", -1),
    ("ocr.restart_above_mb", 99),  # no engine starts with so little
    ("ocr.restart_above_mb", 10**9),
]


@pytest.mark.parametrize(("row_name", "value"), OUT_OF_RANGE)
def test_a_value_out_of_range_is_refused(row_name, value):
    refused(row_name, value)


def test_each_setting_that_can_be_out_of_range_has_such_a_value_above():
    bounded = {row.name for row in setting_rows.ROWS if not isinstance(row.example, bool)}
    assert bounded == {name for name, _ in OUT_OF_RANGE}


def test_the_same_key_for_data_and_hashes_is_refused():
    assert refused("privacy.hash_keys", [f"h1:{FOURTH}", f"h2:{FIRST}"])


@pytest.mark.parametrize(
    ("base_url", "bind"),
    [
        ("https://hall.example.gov.cn", "127.0.0.1:8000"),
        ("http://127.0.0.1:8000", "0.0.0.0:8000"),
        ("http://127.0.0.1:8000", "[::]:8000"),
        ("http://127.0.0.1:8000", "hall.example.gov.cn:8000"),
        ("http://192.168.1.7:8000", "127.0.0.1:8000"),  # a hall's own network is not this machine
    ],
)
def test_plain_mode_with_an_address_that_others_reach_is_refused(base_url, bind):
    tables = filled_in(wechat__mode="plain", site__base_url=base_url, site__bind=bind)
    assert faults_of(tables) == ["wechat.mode"]


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]"])
def test_plain_mode_on_loopback_is_accepted(host):
    tables = filled_in(wechat__mode="plain", site__base_url=f"http://{host}:8000", site__bind=f"{host}:8000")
    assert settings.parse(tables).wechat.mode == "plain"


def test_all_faults_are_said_at_once_with_what_would_be_right():
    with pytest.raises(settings.SettingsError) as refusal:
        settings.parse(filled_in(site__bind="8000", privacy__retention_days=7, wechat__token=ABSENT))
    assert [fault.key for fault in refusal.value.faults] == ["site.bind", "wechat.token", "privacy.retention_days"]
    for fault in refusal.value.faults:
        assert fault.wrong
        assert fault.right
        assert f"\n  {fault.key}: {fault.wrong}; right would be {fault.right}" in str(refusal.value)


# --- what nobody knows ---


def test_a_misspelt_key_is_refused_and_the_nearest_one_named():
    tables = filled_in(site__base_ulr="https://hall.example.gov.cn")
    with pytest.raises(settings.SettingsError) as refusal:
        settings.parse(tables)
    (fault,) = refusal.value.faults
    assert (fault.key, fault.right.split(",")[0]) == ("site.base_ulr", "base_url")


def test_a_key_unlike_any_other_is_refused_with_all_that_there_are():
    with pytest.raises(settings.SettingsError) as refusal:
        settings.parse(filled_in(halls__zzz=1))
    (fault,) = refusal.value.faults
    assert (fault.key, fault.right) == ("halls.zzz", "one of approval")


def test_a_misspelt_section_is_refused_and_the_nearest_one_named():
    with pytest.raises(settings.SettingsError) as refusal:
        settings.parse({**filled_in(), "privcy": {"retention_days": 20}})
    (fault,) = refusal.value.faults
    assert (fault.key, fault.right.split(",")[0]) == ("privcy", "privacy")


@pytest.mark.parametrize("value", ["text", 1, [{"name": "x"}]])
def test_a_section_that_is_a_plain_value_is_refused(value):
    assert faults_of({**filled_in(), "halls": value}) == ["halls"]


# --- kindly read ---


@pytest.mark.parametrize(
    ("row_name", "written", "meant"),
    [
        ("site.base_url", " https://hall.example.gov.cn/ ", "https://hall.example.gov.cn"),
        ("site.base_url", "https://hall.example.gov.cn:8443", "https://hall.example.gov.cn:8443"),
        ("site.bind", "[::1]:08000", "[::1]:8000"),
        ("site.bind", "localhost:8000", "localhost:8000"),
        ("wechat.api_url", "http://127.0.0.1:9000/wechat/", "http://127.0.0.1:9000/wechat"),  # a proxy's path
        ("wechat.token", " hallToken2024\n", "hallToken2024"),  # as copied from the console
        ("database.url", "mysql://hallpass@127.0.0.1/hallpass", "mysql://hallpass@127.0.0.1/hallpass"),
        ("database.url", "sqlite:////var/lib/hallpass.db", "sqlite:////var/lib/hallpass.db"),
        ("metrics.bind", "127.0.0.1:9108", "127.0.0.1:9108"),
        ("ocr.url", "http://127.0.0.1:9109/", "http://127.0.0.1:9109"),
        ("privacy.retention_days", 14, 14),
        ("privacy.retention_days", 60, 60),
        ("privacy.looks_withheld", ["export", "case", "export"], ("export", "case")),
    ],
)
def test_what_is_clear_is_accepted_in_its_plainest_form(row_name, written, meant):
    section, key = row_name.split(".")
    loaded = settings.parse(filled_in(**{f"{section}__{key}": written}))
    assert getattr(getattr(loaded, section), key) == meant


def test_a_certificate_that_exists_may_be_named_in_the_database_url(tmp_path):
    authority = tmp_path / "ca.pem"
    authority.touch()
    url = f"mysql://hallpass:word@db.example.gov.cn:3306/hallpass?ssl_ca={authority}"
    assert settings.parse(filled_in(database__url=url)).database.url == url
