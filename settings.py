"""Settings read from TOML, checked, and refused with every fault at once.

No fault holds the value of a secret.
"""

import difflib
import ipaddress
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import setting_values as values
from setting_rows import ROWS, SECTIONS, Row, Settings

# A secret is a line or a few; a larger file is the wrong file.
LARGEST_SECRET_FILE_BYTES: Final = 64 * 1024


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong with the settings; no part of it holds a secret."""

    key: str
    wrong: str
    right: str

    def __str__(self) -> str:
        return f"{self.key}: {self.wrong}; right would be {self.right}"


class SettingsError(Exception):
    """The settings cannot be used. `faults` holds all of them, `str()` says each on a line of its own."""

    def __init__(self, source: str, faults: list[Fault]) -> None:
        lines = [f"  {fault}" for fault in faults]
        many = "1 setting is" if len(faults) == 1 else f"{len(faults)} settings are"
        super().__init__("\n".join([f"{source}: {many} wrong", *lines]))
        self.faults = tuple(faults)


_TYPES: Final = {str: "a text in quotes", bool: "true or false", int: "a whole number", list: "a list of texts"}


def load(path: Path) -> Settings:
    """The settings in the TOML file at `path`. Raises SettingsError with every fault; opens nothing else but the
    files that `…_file` settings name. Relative paths count from the working folder."""
    try:
        tables = tomllib.loads(path.read_bytes().decode("utf-8-sig"))
    except FileNotFoundError:
        fault = Fault(str(path), "the file does not exist", "a copy of config.example.toml, filled in")
    except OSError as error:
        fault = Fault(str(path), f"it cannot be read ({error.strerror})", "a file that this user may read")
    except UnicodeDecodeError:
        fault = Fault(str(path), "it is not UTF-8", "a TOML file in UTF-8")
    except tomllib.TOMLDecodeError as error:
        fault = Fault(str(path), f"it is not TOML: {error}", "TOML as in config.example.toml")
    except RecursionError:
        fault = Fault(str(path), "it is nested without end", "TOML as in config.example.toml")
    else:
        return parse(tables, source=str(path))
    raise SettingsError(str(path), [fault])


def secret_files(path: Path) -> list[Path]:
    """The files that hold secrets: the one at `path`, which `load` has taken, and those that it names."""
    tables = tomllib.loads(path.read_bytes().decode("utf-8-sig"))
    named = (tables.get(row.section, {}).get(f"{row.key}_file", "") for row in ROWS if row.has_file)
    return [path, *(Path(one) for one in named if one)]


def parse(tables: Mapping[str, Any], source: str = "settings") -> Settings:
    """The settings in `tables`, as TOML gives them: {section: {key: value}}. Raises SettingsError with every fault."""
    faults = _strangers(tables)
    read: dict[str, Any] = {}
    for row in ROWS:
        section = tables.get(row.section, {})
        try:
            read[row.name] = _read(row, section if isinstance(section, Mapping) else {})
        except values.Wrong as wrong:
            faults.append(Fault(row.name, str(wrong), row.right))
    faults += _contradictions(read)
    if faults:
        raise SettingsError(source, faults)
    return Settings(
        **{
            name: cls(**{row.key: read[row.name] for row in ROWS if row.section == name})
            for name, cls in SECTIONS.items()
        }
    )


def _read(row: Row, section: Mapping[str, Any]) -> Any:
    value = section.get(row.key, type(row.example)() if row.required else row.example)
    # bool is a kind of int to Python, not to TOML.
    if type(value) is not type(row.example) or (
        isinstance(value, list) and not all(isinstance(one, str) for one in value)
    ):
        raise values.Wrong(f"it is not {_TYPES[type(row.example)]}")
    path = section.get(f"{row.key}_file", "") if row.has_file else ""
    if not isinstance(path, str):
        raise values.Wrong(f"{row.key}_file is not {_TYPES[str]}")
    if path:
        if value:
            raise values.Wrong(f"both it and {row.key}_file are given")
        text = _secret_file(Path(path))
        value = [line for line in text.splitlines() if line.strip()] if isinstance(value, list) else text.strip()
    if row.required and not value:
        raise values.Wrong("it is missing")
    return row.parse(value)


def _secret_file(path: Path) -> str:
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST_SECRET_FILE_BYTES + 1)
        # Notepad of Windows begins a text in UTF-8 with a mark of its own.
        text = content.decode("utf-8-sig")
    except OSError as error:
        raise values.Wrong(f"the file {path} cannot be read ({error.strerror})") from None
    except ValueError:  # not UTF-8, or a NUL in the path
        raise values.Wrong("its file is not a text in UTF-8, or its path is none") from None
    if len(content) > LARGEST_SECRET_FILE_BYTES:
        raise values.Wrong(f"the file {path} is far too large")
    return text


def _strangers(tables: Mapping[str, Any]) -> list[Fault]:
    """Sections and keys that no row knows: a misspelt setting would otherwise be one that silently does nothing."""
    faults = []
    for name, table in tables.items():
        if name not in SECTIONS:
            faults.append(Fault(name[:40], "no such section", _nearest(name, list(SECTIONS))))
        elif not isinstance(table, Mapping):
            faults.append(Fault(name, "it is not a section", f"[{name}] with keys below it"))
        else:
            known = [row.key for row in ROWS if row.section == name]
            known += [f"{row.key}_file" for row in ROWS if row.section == name and row.has_file]
            faults += [
                Fault(f"{name}.{key[:40]}", "no such setting", _nearest(key, known))
                for key in table
                if key not in known
            ]
    return faults


def _nearest(word: str, known: list[str]) -> str:
    near = difflib.get_close_matches(word, known, n=1)
    return f"{near[0]}, if that was meant" if near else "one of " + ", ".join(known)


def _contradictions(read: Mapping[str, Any]) -> list[Fault]:
    """What is wrong between settings that are each right; `read` holds those that could be read."""
    faults = []
    if read.get("wechat.mode") == "plain":
        hosts = [urlsplit(address).hostname for address in _present(read, "site.base_url")]
        hosts += [urlsplit(f"//{address}").hostname for address in _present(read, "site.bind")]
        if not all(host and _is_loopback(host) for host in hosts):
            wrong = "plain is refused, because site.base_url or site.bind is not a loopback address"
            faults.append(Fault("wechat.mode", wrong, "safe"))
    data_keys = {secret for _, secret in read.get("privacy.data_keys", ())}
    if any(secret in data_keys for _, secret in read.get("privacy.hash_keys", ())):
        wrong = "one of them is a data key too"
        faults.append(
            Fault("privacy.hash_keys", wrong, "keys of their own, or hashes could be tried with a leaked key")
        )
    faults += [
        Fault(name, "it is the same as site.bind", "a port of its own")
        for name in ("metrics.bind", "ocr.bind")
        if read.get(name) and read[name] == read.get("site.bind")
    ]
    return faults


def _present(read: Mapping[str, Any], name: str) -> list[str]:
    return [read[name]] if name in read else []


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
