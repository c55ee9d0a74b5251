"""A search that found nothing would prove nothing, unless it finds what is there."""

import base64
import json
import os
import subprocess
import sys
import zlib
from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.canaries import Found, Search, spellings

NAME, NUMBER, PHONE = "澹台金雀", "371421194803157033", "13911110009"
SEARCH = Search((NAME, NUMBER, PHONE))
NOISE = bytes(range(256)) * 8

WRITTEN = {
    "as it is": f"到访：{NAME}，{PHONE}".encode(),
    "in GBK": f"到访：{NAME}".encode("gbk"),
    "in UTF-16, as in a PDF": f"到访{NAME}".encode("utf-16-be"),
    "in an address": quote(f"/hall?name={NAME}").encode(),
    "in an address, lower": quote(f"/hall?name={NAME}").lower().encode(),
    "in JSON": json.dumps({"name": NAME}).encode(),
    "in bytes that were logged": repr(f"姓名{NAME}".encode()).encode(),
    "in hex": f"x{NAME}".encode().hex().encode(),
    "in an entity": "".join(f"&#x{ord(one):x};" for one in NAME).encode(),
    "in base64": base64.b64encode(f"a{NAME}b".encode()),
    "in base64 of an address": base64.urlsafe_b64encode(f"ab{NAME}".encode()),
    "as a number": NUMBER.encode(),
    "as a number in groups": b"371421 19480315 7033",
    "as a phone in groups": b"139 1111 0009",
    "as a phone in full width": "１３９１１１１０００９".encode(),
    "as a number in base64": base64.b64encode(f"<IdNumber>{NUMBER}".encode()),
}


@pytest.mark.parametrize("way", WRITTEN)
def test_a_canary_is_found_however_it_is_written(way: str) -> None:
    assert SEARCH.found(NOISE + WRITTEN[way] + NOISE)


@pytest.mark.parametrize("text", [NAME, NUMBER, PHONE, "oBusyDay00000000000000000001"])
def test_it_is_found_in_each_way_that_the_search_knows(text: str) -> None:
    search = Search((text,))
    ways = spellings(text)
    assert len(ways) > 40
    assert [way for way, spelt in ways.items() if not search.found(NOISE + spelt + NOISE)] == []


@given(before=st.binary(max_size=40), after=st.binary(max_size=40), encoding=st.sampled_from(["utf-8", "gbk"]))
def test_base64_hides_it_at_no_place(before: bytes, after: bytes, encoding: str) -> None:
    hidden = before + NAME.encode(encoding) + after
    assert SEARCH.found(base64.b64encode(hidden)) and SEARCH.found(base64.urlsafe_b64encode(hidden))


@given(st.binary(max_size=2000))
def test_nothing_is_found_where_nothing_is(data: bytes) -> None:
    assert SEARCH.found(data) == set()


def test_another_name_and_another_number_are_not_taken_for_it() -> None:
    assert SEARCH.found("澹台金鹊 371421194803157034 13911110008".encode() + NOISE) == set()


def test_it_is_found_across_the_pieces_of_a_stream() -> None:
    data = NOISE + NAME.encode() + NOISE
    pieces = [data[at : at + 7] for at in range(0, len(data), 7)]
    assert SEARCH.in_pieces(pieces) == {Found(NAME, "utf-8")}


def test_a_part_of_a_photo_is_found_as_it_is_and_as_text() -> None:
    photo = zlib.compress(bytes(os.urandom(4000)))
    search = Search((), [photo])
    for written in (photo[500:900], base64.b64encode(photo[500:900]), photo[500:900].hex().encode()):
        assert {one.text for one in search.found(NOISE + written)} == {"photo 0"}


def test_files_and_their_names_are_searched(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "log").write_bytes(NAME.encode("gbk"))
    (tmp_path / f"{PHONE}.txt").touch()
    assert {one.text for one in SEARCH.in_files(tmp_path)} == {NAME, PHONE}


def test_what_a_process_holds_open_without_a_name_is_searched(tmp_path: Path) -> None:
    holding = "import sys, tempfile; f = tempfile.TemporaryFile(); f.write(sys.stdin.buffer.readline()); f.flush()"
    process = subprocess.Popen(
        [sys.executable, "-c", f"{holding}; print('written', flush=True); sys.stdin.read()", PHONE],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    )  # fmt: skip
    assert process.stdin and process.stdout
    with process:
        process.stdin.write(f"{NAME}\n".encode())
        process.stdin.flush()
        process.stdout.readline()
        found = SEARCH.in_processes(process.pid)
        process.stdin.close()
    assert {(one.text, one.where.split()[0]) for one in found} == {(NAME, "open:"), (PHONE, "cmdline")}
