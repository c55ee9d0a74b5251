"""Every setting: its default, what it does, what may stand there.

The fields of the classes below are the rows of a table: `settings` reads config.toml by it, and
`python setting_rows.py` prints config.example.toml from it. A secret appears in no repr.
"""

import dataclasses
import json
import sys
import textwrap
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

import setting_values as values


@dataclass(frozen=True)
class Row:
    """How one setting is read and explained. `example` stands in config.example.toml and fixes the TOML type."""

    help: str
    right: str
    parse: Callable[[Any], Any]
    example: Any
    required: bool = False
    has_file: bool = False
    section: str = ""
    key: str = ""

    @property
    def name(self) -> str:
        """The full name, as in `wechat.token`."""
        return f"{self.section}.{self.key}"


def _optional(example: Any, help_: str, right: str, parse: Callable[[Any], Any]) -> Any:
    """A setting whose default, and example, is `example`."""
    return field(metadata={"row": Row(help_, right, parse, example)})


def _required(example: Any, help_: str, right: str, parse: Callable[[Any], Any]) -> Any:
    """A setting that every installation has to give."""
    return field(metadata={"row": Row(help_, right, parse, example, required=True)})


def _secret(example: Any, help_: str, right: str, parse: Callable[[Any], Any], *, has_file: bool = True) -> Any:
    """A required setting that is never shown, and with `has_file` may stand in a file of its own."""
    return field(repr=False, metadata={"row": Row(help_, right, parse, example, required=True, has_file=has_file)})


_URL = "an http:// or https:// address, such as {}"
_BIND = "host:port, such as {}"
_KEYS = 'entries "id:key": id 1 to 8 of a-z 0-9, key 32 random bytes in base64 (openssl rand -base64 32)'
_TRUE_OR_FALSE = "true or false"


@dataclass(frozen=True)
class Site:
    """The service as its visitors meet it."""

    name: str = _optional(
        "大厅出入自助登记系统", "Stands at the foot of every page.", "1 to 40 characters", values.title
    )
    base_url: str = _required(
        "https://hall.example.gov.cn",
        "How phones reach this service; links, posters and codes are made from it.",
        _URL.format("https://hall.example.gov.cn") + ", without a path",
        values.origin,
    )
    bind: str = _optional(
        "127.0.0.1:8000",
        "Where `serve` listens; TLS is the business of the proxy in front.",
        _BIND.format("127.0.0.1:8000"),
        values.host_and_port,
    )
    time_zone: str = _optional(
        "Asia/Shanghai", "The zone of a hall that names no other.", "a zone such as Asia/Shanghai", values.time_zone
    )
    secret_key: str = _secret(
        "", "Signs links, cookies and codes.", "32 random characters or more (openssl rand -hex 32)", values.long_secret
    )
    proxies: int = _optional(
        0,
        "How many proxies stand in front; each adds the address it was called from. 1 behind the nginx of deploy/.",
        "a whole number from 0 to 4",
        values.whole(0, 4),
    )


@dataclass(frozen=True)
class Database:
    """Where everything is kept."""

    url: str = _secret(
        "mysql://hallpass:password@127.0.0.1:3306/hallpass",
        "MySQL or MariaDB, with ?ssl_ca=FILE over TLS; sqlite:///var/hallpass.db for one small hall.",
        "mysql://user:password@host:port/name?ssl_ca=FILE, or sqlite:///path",
        values.database_url,
        has_file=False,
    )


@dataclass(frozen=True)
class Wechat:
    """The verified service account that visitors follow, and how to reach the platform."""

    app_id: str = _required(
        "",
        "The account's AppID, from its console.",
        "wx and 16 letters or digits",
        values.shaped("wx[0-9A-Za-z]{16}"),
    )
    app_secret: str = _secret(
        "", "The account's AppSecret, from its console.", "what the console shows once", values.shaped("[!-~]{1,128}")
    )
    token: str = _secret(
        "",
        "As set in the console under server configuration.",
        "3 to 32 letters or digits",
        values.shaped("[A-Za-z0-9]{3,32}"),
        has_file=False,
    )
    # 43 characters and one '=' are always 32 bytes; the console draws the last character freely.
    encoding_aes_key: str = _secret(
        "",
        "As set in the console under server configuration.",
        "43 characters of A-Z a-z 0-9 + /",
        values.shaped("[A-Za-z0-9+/]{43}"),
        has_file=False,
    )
    account: str = _required(
        "gh_…", "The account's original id, from its console.", "gh_ and what follows it", values.shaped(r"gh_\w{1,61}")
    )
    mode: str = _optional(
        "safe",
        'The console\'s encryption mode; "plain" is for demo, tests and loopback only: its signature '
        "does not cover the body.",
        "safe (or plain, where site.base_url and site.bind are loopback addresses)",
        values.one_of("safe", "plain"),
    )
    api_url: str = _optional(
        "https://api.weixin.qq.com",
        "Where the platform's API is.",
        _URL.format("https://api.weixin.qq.com"),
        values.web_address,
    )
    pages_url: str = _optional(
        "https://mp.weixin.qq.com",
        "Where the platform's pages are.",
        _URL.format("https://mp.weixin.qq.com"),
        values.web_address,
    )
    oauth_url: str = _optional(
        "https://open.weixin.qq.com",
        "Where the platform signs people in.",
        _URL.format("https://open.weixin.qq.com"),
        values.web_address,
    )
    oauth: bool = _optional(True, "The account may use web authorization.", _TRUE_OR_FALSE, values.yes_or_no)
    js_url: str = _optional(
        "https://res.wx.qq.com/open/js/jweixin-1.6.0.js",
        "Where browsers get WeChat's own script, for the one page that asks for consent to notices.",
        _URL.format("https://res.wx.qq.com/open/js/jweixin-1.6.0.js"),
        values.web_address,
    )
    mp_verify: str = _optional(
        "",
        "The name of the file by which the console sees that the domain is yours; pages serve it, nothing is copied.",
        "empty, or the file's name, such as MP_verify_aB3dE5gH7jK9mN1p.txt",
        values.empty_or(values.shaped(r"MP_verify_[A-Za-z0-9]{1,64}\.txt")),
    )
    callback_addresses: str = _optional(
        "off",
        'Whose deliveries are heard: "off", of whoever signs them; "ask", only from where the platform says that it '
        "calls from. It needs site.proxies to be right.",
        "off or ask",
        values.one_of("off", "ask"),
    )


@dataclass(frozen=True)
class Halls:
    """What holds for every hall."""

    approval: bool = _optional(
        True,
        "An operator approves a new hall before it gets codes, visitors or exports.",
        _TRUE_OR_FALSE,
        values.yes_or_no,
    )


@dataclass(frozen=True)
class Privacy:
    """Keys of personal data, each "id:base64 of 32 random bytes", and how long it stays."""

    data_keys: tuple[tuple[str, bytes], ...] = _secret(
        [], "Encrypt personal fields: the first encrypts, all decrypt.", _KEYS, values.keys
    )
    hash_keys: tuple[tuple[str, bytes], ...] = _secret(
        [], "Make the hashes that personal fields are looked up by; never the same as data_keys.", _KEYS, values.keys
    )
    retention_days: int = _optional(
        30,
        "After how many days visits are erased, unless a hall chose fewer.",
        "a number from 14 to 60",
        values.retention_days,
    )
    four_eyes: bool = _optional(
        False,
        "Full exports and case names need a second admin in every hall; a hall can turn it on for itself.",
        _TRUE_OR_FALSE,
        values.yes_or_no,
    )
    looks_withheld: tuple[str, ...] = _optional(
        [],
        "What 谁看过我 does not tell, since the law wants it secret (个人信息保护法 18, 35): record, case, export.",
        'a list of record, case and export, such as ["case"]',
        values.some_of("record", "case", "export"),
    )
    temperature_days: int = _optional(
        14,
        "After how many days temperatures are erased from visits that stay, unless a hall chose fewer.",
        "a whole number from 1 to 14",
        values.whole(1, 14),
    )
    audit_days: int = _optional(
        180,
        "After how many days what staff did is erased; what it was sealed with stays (网络安全法 21: six months).",
        "a number from 180 to 3650",
        values.whole(180, 3650),
    )
    on_unsubscribe: str = _optional(
        "profile",
        "What is erased of whoever unfollows: profile (visits keep their names to their day), all, nothing.",
        "profile, all or nothing",
        values.one_of("profile", "all", "nothing"),
    )
    erasure_journal: str = _optional(
        "var/erasures.journal",
        "A file outside of the database: who had themselves erased, as keyed hashes, for `restore` to do it again.",
        "a path, such as /var/lib/hallpass/erasures.journal",
        values.file_path,
    )


_NOTICE = "empty, or the template's id and its fields, such as ID thing1=hall time2=closing"
_CONTACT_NOTICE = (
    "empty, or the template's id and its fields, such as ID thing1=hall time2=span thing3=advice phone_number4=phone"
)


@dataclass(frozen=True)
class Notices:
    """Templates of the account, so that messages reach people who wrote nothing in the chat: the template's id, then
    field=value for each of its fields. Values of a reminder are hall, entered and closing (two times); of a message to
    the contacts of a case hall, day (2026-03-02), from, to (2026-03-02 09:00; the latest there can be where an exit is
    an estimate), span (both, with ~ between them; from alone where an exit is an estimate), phone (the hall's public
    number) and advice (watch your health). thing holds 20 characters, time one time or a span."""

    reminder_template: str = _optional(
        "", "Template message that asks before closing: have you left? Empty: only in chat.", _NOTICE,
        values.notice_template(values.REMINDER_VALUES),
    )  # fmt: skip
    reminder_subscription: str = _optional(
        "", "The same as a subscription notice; a long-term template has the word long after its id.", _NOTICE,
        values.notice_template(values.REMINDER_VALUES),
    )  # fmt: skip
    contact_template: str = _optional(
        "", "Template message to who was in a hall with a case, which reaches followers. Empty: only in chat.",
        _CONTACT_NOTICE, values.notice_template(values.CONTACT_VALUES),
    )  # fmt: skip
    contact_subscription: str = _optional(
        "", "The same as a subscription notice, which reaches whoever agreed to it; with it, visitors are asked to.",
        _CONTACT_NOTICE, values.notice_template(values.CONTACT_VALUES),
    )  # fmt: skip


@dataclass(frozen=True)
class Metrics:
    """Figures for monitoring."""

    bind: str = _optional(
        "",
        "Where Prometheus reads, for example 127.0.0.1:9108; never site.bind; empty: off.",
        "empty, or " + _BIND.format("127.0.0.1:9108"),
        values.empty_or(values.host_and_port),
    )


@dataclass(frozen=True)
class Ocr:
    """The reader of ID card photos."""

    engine: str = _optional(
        "auto",
        "cnocr, rapidocr, or auto: cnocr where it is installed, else rapidocr.",
        "auto, cnocr or rapidocr",
        values.one_of("auto", "cnocr", "rapidocr"),
    )
    url: str = _optional(
        "",
        "Where an `ocr` process listens; empty: photos are read in the process that got them.",
        "empty, or " + _URL.format("http://127.0.0.1:9109"),
        values.empty_or(values.web_address),
    )
    bind: str = _optional(
        "127.0.0.1:9109",
        "Where the `ocr` process itself listens.",
        _BIND.format("127.0.0.1:9109"),
        values.host_and_port,
    )
    restart_after_photos: int = _optional(
        2000,
        "After so many photos the `ocr` process begins a fresh reader, which takes over once it is warm.",
        "a whole number from 1 to 1000000",
        values.whole(1, 1_000_000),
    )
    restart_above_mb: int = _optional(
        900,
        "Likewise once its reader holds so many megabytes; with cnocr, which starts with 900, set 2000.",
        "a whole number from 100 to 1000000",
        values.whole(100, 1_000_000),
    )


@dataclass(frozen=True)
class Settings:
    """Everything an operator has set, checked."""

    site: Site
    database: Database
    wechat: Wechat
    halls: Halls
    privacy: Privacy
    notices: Notices
    metrics: Metrics
    ocr: Ocr


SECTIONS: Final[dict[str, type]] = {each.name: each.type for each in dataclasses.fields(Settings)}  # type: ignore[misc]

ROWS: Final = tuple(
    dataclasses.replace(each.metadata["row"], section=section, key=each.name)
    for section, cls in SECTIONS.items()
    for each in dataclasses.fields(cls)
)
"""Every setting, in the order of config.example.toml; a row with `has_file` is also read as `<key>_file`."""


def example() -> str:
    """The text of config.example.toml."""
    lines = [
        "# Settings of hallpass: copy to config.toml. What is not required may be left out and is then as below.",
        "# Relative paths count from the folder in which hallpass is started. Printed by: python setting_rows.py",
    ]
    for name, cls in SECTIONS.items():
        about = " ".join((cls.__doc__ or "").split())
        lines += ["", *textwrap.wrap(about, 118, initial_indent="# ", subsequent_indent="# "), f"[{name}]"]
        for row in (row for row in ROWS if row.section == name):
            required = " Required." if row.required else ""
            lines += [f"# {row.help}{required}", f"{row.key} = {json.dumps(row.example, ensure_ascii=False)}"]
            if row.has_file:
                lines += [f"# {_file_help(row)}", f'{row.key}_file = ""']
    return "\n".join(lines) + "\n"


def _file_help(row: Row) -> str:
    each = ", one entry a line" if isinstance(row.example, list) else ""
    return f"A file that holds {row.key}{each}, instead of it."


if __name__ == "__main__":
    sys.stdout.write(example())
