"""Whatever engine is installed finds and reads lines, offline, and says how certain it is of each character."""

import os
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from tests.architecture.sources import ROOT
from tests.models.adapters.ocr.drawn_lines import drawn, page

LINES = ["姓名 王小明", "11010519491231002X", "北京市朝阳区建国路1号"]
PICTURES = arrays.arrays(np.uint8, st.tuples(st.integers(0, 70), st.integers(0, 70), st.just(3)))


@pytest.mark.parametrize("line", LINES)
def test_a_line_is_read_with_one_score_for_each_character(engine, line):
    (text,) = engine.recognise([drawn(line)])
    assert text.text.replace(" ", "") == line.replace(" ", "")
    assert len(text.scores) == len(text.text)
    assert min(text.scores) > 0.5


def test_strips_are_answered_in_the_order_they_came_however_long_they_are(engine):
    strips = [drawn(line) for line in (*LINES, "男", *reversed(LINES), "汉")]
    said = [text.text.replace(" ", "") for text in engine.recognise(strips)]
    assert said == [line.replace(" ", "") for line in (*LINES, "男", *reversed(LINES), "汉")]


def test_a_box_lies_around_its_line(engine):
    found = engine.detect(page(*LINES))
    assert len(found) == len(LINES)
    for spot, top in zip(sorted(found, key=lambda spot: spot.box[0][1]), (60, 150, 240), strict=True):
        (left, upper), (_, _), (right, lower), (_, _) = spot.box
        assert 0 < left < 60 < right
        assert top - 5 < upper < top + 30 < lower < top + 60
        assert 0.5 < spot.score <= 1


@pytest.mark.parametrize("shape", [(0, 0, 3), (0, 9, 3), (1, 1, 3), (3, 900, 3), (900, 3, 3), (480, 640, 3)])
@pytest.mark.parametrize("shade", [0, 255])
def test_where_nothing_is_written_nothing_is_found_or_read(engine, shape, shade):
    blank = np.full(shape, shade, np.uint8)
    assert engine.detect(blank) == []
    (text,) = engine.recognise([blank])
    assert len(text.text) <= 1


def test_no_strips_say_nothing(engine):
    assert engine.recognise([]) == []


@given(PICTURES)
@settings(deadline=None)
def test_any_pixels_at_all_are_taken(engine, picture):
    for spot in engine.detect(picture):
        assert 0 <= spot.score <= 1
    (text,) = engine.recognise([picture])
    assert len(text.text) == len(text.scores)


def test_an_engine_is_made_and_works_without_the_net_and_without_a_word(engine):
    """A machine of a hall reaches no hub of weights; whatever a library prints lands in the service's log."""
    script = f"""
import socket

def refuse(*_):
    raise OSError("no way out")
socket.socket.connect = socket.create_connection = socket.getaddrinfo = refuse
from models.adapters.ocr.engines import make_engine
import numpy as np
made = make_engine({engine.name!r})
made.detect(np.full((64, 64, 3), 255, np.uint8))
made.recognise([np.full((48, 320, 3), 255, np.uint8)])
"""
    ran = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, timeout=110)
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, "", "")


def test_an_engine_writes_no_file_and_keeps_no_account_of_its_use(engine, tmp_path):
    """onnxruntime since 1.29 notes machine and model in a file of the home folder, and sends it to its maker; cnocr
    brings along what lists the machine's fonts there."""
    silencing = ("CI", "MPLCONFIGDIR", "ORT_DISABLE_TELEMETRY", "ORT_RUNNING_UNIT_TESTS")
    silencing += ("XDG_CACHE_HOME", "XDG_CONFIG_HOME")
    environment = {name: value for name, value in os.environ.items() if name not in silencing}
    script = f"from models.adapters.ocr.engines import make_engine; make_engine({engine.name!r})"
    subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, env={**environment, "HOME": str(tmp_path)}, check=True, timeout=110
    )
    assert list(tmp_path.rglob("*")) == []


def test_the_engine_that_is_asked_for_is_the_one_that_reads(engine):
    assert engine.name == os.environ.get("HALLPASS_ENGINE", engine.name)
