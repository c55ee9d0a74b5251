"""Settings come from a file, and secrets from files of their own, which nobody else sees."""

import pytest

import settings
from tests.test_settings import ABSENT, FIRST, FOURTH, SECOND, THIRD, faults_of, filled_in, refused

# --- secrets in files of their own ---


@pytest.mark.parametrize(
    ("section", "key", "content", "meant"),
    [
        ("site", "secret_key", "k" * 32 + "\n", "k" * 32),
        ("wechat", "app_secret", "made-up-app-secret\r\n", "made-up-app-secret"),
        ("privacy", "data_keys", f"d1:{FIRST}\n\nd0:{SECOND}\n", (("d1", bytes([1] * 32)), ("d0", bytes([2] * 32)))),
        ("privacy", "hash_keys", f"h1:{FOURTH}", (("h1", bytes([4] * 32)),)),
        ("privacy", "hash_keys", f"\ufeffh1:{FOURTH}\r\n", (("h1", bytes([4] * 32)),)),  # as Notepad saves it
    ],
)
def test_a_secret_may_stand_in_a_file_of_its_own(tmp_path, section, key, content, meant):
    path = tmp_path / key
    path.write_bytes(content.encode())
    tables = filled_in(**{f"{section}__{key}": ABSENT, f"{section}__{key}_file": str(path)})
    assert getattr(getattr(settings.parse(tables), section), key) == meant


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b" \n",
        b"too short",
        b"\xff" * 40,  # not UTF-8
        b"k" * (settings.LARGEST_SECRET_FILE_BYTES + 1),  # some other file
    ],
)
def test_a_secret_file_with_the_wrong_content_is_refused(tmp_path, content):
    path = tmp_path / "secret_key"
    path.write_bytes(content)
    tables = filled_in(site__secret_key=ABSENT, site__secret_key_file=str(path))
    assert faults_of(tables) == ["site.secret_key"]


@pytest.mark.parametrize("path", ["/no/such/file", "/", "nul\0byte", 7])
def test_a_secret_file_that_cannot_be_read_is_refused(path):
    tables = filled_in(site__secret_key=ABSENT, site__secret_key_file=path)
    assert faults_of(tables) == ["site.secret_key"]


def test_a_secret_given_both_ways_is_refused(tmp_path):
    path = tmp_path / "secret_key"
    path.write_text("k" * 32)
    assert faults_of(filled_in(site__secret_key_file=str(path))) == ["site.secret_key"]


# --- the file itself ---


@pytest.mark.parametrize(
    "content",
    [
        b"[site\n",
        b"secret_key = do-not-show-me\n",  # no quotes
        b"[site]\nname = 'a'\nname = 'b'\n",
        b"\xd4\xaa\xbf\xaa",  # GBK
        b"\xff\xfe[\x00",  # UTF-16, as saved by Windows
    ],
)
def test_a_file_that_is_not_toml_is_refused(tmp_path, content):
    path = tmp_path / "config.toml"
    path.write_bytes(content)
    with pytest.raises(settings.SettingsError) as refusal:
        settings.load(path)
    assert [fault.key for fault in refusal.value.faults] == [str(path)]
    assert "do-not-show-me" not in str(refusal.value)


def test_a_missing_file_is_refused_with_its_path(tmp_path):
    with pytest.raises(settings.SettingsError) as refusal:
        settings.load(tmp_path / "config.toml")
    assert [fault.key for fault in refusal.value.faults] == [str(tmp_path / "config.toml")]


def test_a_folder_in_place_of_the_file_is_refused(tmp_path):
    with pytest.raises(settings.SettingsError) as refusal:
        settings.load(tmp_path)
    assert [fault.key for fault in refusal.value.faults] == [str(tmp_path)]


# --- secrets stay secret ---

MARKED = "Marked0Secret0That0Nobody0May0See"


@pytest.mark.parametrize(
    ("row_name", "value"),
    [
        ("site.secret_key", MARKED[:31]),
        ("database.url", f"mysql://hallpass:{MARKED}@127.0.0.1:3306/"),
        ("database.url", f"mysql://hallpass:x#{MARKED}@127.0.0.1/hallpass"),
        ("database.url", f"mysql://hallpass:x?{MARKED}=1@127.0.0.1/hallpass"),
        ("database.url", f"mysql://hallpass:{MARKED}/@127.0.0.1/hallpass"),
        ("database.url", f"mysql://hallpass:x[{MARKED}@127.0.0.1/hallpass"),
        ("wechat.app_secret", f"{MARKED} {MARKED}"),
        ("wechat.token", f"{MARKED}-"),
        ("wechat.encoding_aes_key", MARKED),
        ("privacy.data_keys", [MARKED]),
        ("privacy.data_keys", [f"d1:{MARKED}"]),
        ("privacy.hash_keys", [f"{MARKED}:{THIRD}"]),
    ],
)
def test_a_fault_does_not_repeat_the_secret(row_name, value):
    assert MARKED[:20] not in str(refused(row_name, value))


def test_settings_printed_into_a_log_show_no_secret():
    loaded = settings.parse(filled_in(database__url=f"mysql://hallpass:{MARKED}@127.0.0.1/hallpass"))
    shown = repr(loaded)
    assert MARKED not in shown
    assert "wx0123456789abcdef" in shown  # the AppID stands in every link and is none
    for row_name in ("site.secret_key", "wechat.app_secret", "wechat.token", "wechat.encoding_aes_key"):
        section, key = row_name.split(".")
        assert getattr(getattr(loaded, section), key) not in shown
    for _, key in loaded.privacy.data_keys + loaded.privacy.hash_keys:
        assert repr(key)[2:-1] not in shown


def test_a_file_that_is_nested_without_end_is_refused_in_words(tmp_path):
    path = tmp_path / "config.toml"
    path.write_text("a=" + "[" * 5000, "utf-8")
    with pytest.raises(settings.SettingsError, match="nested without end"):
        settings.load(path)
