"""The words of words.toml, apart."""

import tomllib
from pathlib import Path

_SAID = tomllib.loads(Path(__file__).with_name("words.toml").read_text("utf-8"))

ETHNICITIES = _SAID["ethnicities"].split()
FAMILY = _SAID["family"].split()
GIVEN = "".join(_SAID["given"].split())
RARE_NAMES = _SAID["rare_names"].split()
LONG_NAMES = _SAID["long_names"].split()
PLACES = [tuple(line.split()) for line in _SAID["places"].split("\n") if line]
PERMIT_PLACES = _SAID["permit_places"].split()
ROADS = _SAID["roads"].split()
VILLAGES = _SAID["villages"].split()
NEWS = _SAID["news"].split()
FORM = _SAID["form"].strip("\n").split("\n")
